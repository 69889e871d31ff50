//! An execution as this browser knows it: a replica kept up to date by the live connection, as signals for the page.

mod socket;
mod store;

pub(crate) use socket::Connection;
pub(crate) use store::{ExecutionStore, StepView};
