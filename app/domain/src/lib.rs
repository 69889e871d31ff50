//! The pure core of Playbook Forge: what a playbook is, how it is read, and what may happen to its execution.
//!
//! Nothing here touches the outside world. There is no clock, no randomness and no I/O: the time, ids and the actor
//! arrive as arguments, so everything can be tested by calling it, and the same code runs on the server and in the
//! browser. The invariant the crate keeps: an [`execution::Execution`] is always exactly the fold of its events.

pub mod api;
pub mod canonical;
pub mod command;
pub mod diff;
pub mod drawing;
pub mod event;
pub mod execution;
#[cfg(feature = "authoring")]
pub mod export;
#[cfg(feature = "authoring")]
pub mod figures;
pub mod fingerprint;
pub mod graph;
pub mod ids;
#[cfg(feature = "authoring")]
pub mod import;
#[cfg(feature = "authoring")]
pub mod layout;
pub mod legible;
pub mod metrics;
pub mod next;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod outbox;
pub mod passage;
pub mod placement;
pub mod presence;
pub mod prose;
pub mod protocol;
pub mod replica;
pub mod report;
pub mod screen;
pub mod session;
pub mod source;
pub mod spans;
pub mod text;
pub mod time;
pub mod undo;
pub mod unseen;
pub mod words;
