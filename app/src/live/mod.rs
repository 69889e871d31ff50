//! An execution as this browser knows it, as signals for its page; and the way out for what is asked for here.
//!
//! What happens is decided by the session of the domain (`domain::session`). Here its effects are carried out: requests,
//! live connections, the browser's storage, timers and signals.

pub(crate) mod address;
mod change;
mod conflict;
mod conflict_of_whole;
mod drafts;
mod held;
mod looking;
mod people;
mod session;
mod socket;
mod store;
mod undo;
mod uploads;
mod waiting;

pub(crate) use held::{Held, Question};
pub(crate) use session::{Live, Shown, provide_live, use_live};
pub(crate) use store::{ExecutionStore, Head, StepView};
pub(crate) use uploads::use_uploads;
pub(crate) use waiting::{OnItsWay, WaitingNotice, trouble, unstored, wait};
