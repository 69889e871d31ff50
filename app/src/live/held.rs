//! What waits for an answer of whoever sits here before it is changed.

use std::sync::Arc;

use domain::ids::NodeId;
use domain::outbox::Change;
use domain::time::Timestamp;

/// A change that was asked for and is not made yet.
#[derive(Clone)]
pub(crate) struct Held {
    pub(super) change: Change,
    /// What the step is called, or else the incident.
    pub(super) label: String,
    /// What follows once it is made: the text that was written for it is a draft no longer.
    pub(super) then: Arc<dyn Fn() + Send + Sync>,
}

/// What whoever sits here is asked.
#[derive(Clone)]
pub(crate) enum Question {
    /// What a step waits for that is to be blocked.
    Block(NodeId),
    /// What the execution waits for that is to be paused.
    Pause,
    /// Which way a decision goes that is to be completed.
    Answer(NodeId),
    /// Whether something really happened before the execution started, at this time.
    Early(Box<Held>, Timestamp),
}
