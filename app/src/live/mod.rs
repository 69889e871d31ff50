//! An execution as this browser knows it: a replica kept up to date by the live connection, as signals for the page; and
//! the way out for what is asked for here.
//!
//! Nothing that was asked for is lost on the way: it is kept in the browser until the server has answered. Nothing shown
//! is stale in silence: the connection says whether it is live.

pub(crate) mod address;
mod backoff;
mod change;
mod conflict;
mod conflict_of_whole;
mod delivery;
mod drafts;
mod looking;
mod outbox;
mod people;
mod socket;
mod store;

pub(crate) use backoff::rest;
pub(crate) use outbox::{OutboxNotice, provide_outbox, use_outbox};
pub(crate) use socket::Connection;
pub(crate) use store::{ExecutionStore, Head, StepView};
