//! What can go wrong with storage. Its details are for the log, not for the user.

use domain::ids::{ExecutionId, PlaybookId, Seq};

/// What can go wrong with storage.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The database refused, or could not be reached.
    #[error("database: {0}")]
    Database(#[from] sea_orm::DbErr),
    /// The data folder could not be made.
    #[error("data folder: {0}")]
    Folder(#[source] std::io::Error),
    /// A stored event is no event.
    #[error("event {seq} of execution {execution} cannot be read: {reason}")]
    UnreadableEvent {
        /// Of which execution.
        execution: ExecutionId,
        /// Which.
        seq: Seq,
        /// Why.
        reason: String,
    },
    /// A stored playbook version is no graph.
    #[error("version {version} of playbook {playbook} cannot be read: {reason}")]
    UnreadableVersion {
        /// Which playbook.
        playbook: PlaybookId,
        /// Which version.
        version: u32,
        /// Why.
        reason: String,
    },
    /// A row refers to a playbook version that is not there.
    #[error("version {1} of playbook {0} is missing")]
    MissingVersion(PlaybookId, u32),
    /// A log is not what was recorded, so its rows are not rebuilt from it.
    #[error("execution {execution} is damaged, so nothing was rebuilt: {finding}")]
    Damaged {
        /// Which.
        execution: ExecutionId,
        /// What was found.
        finding: super::Finding,
    },
    /// A row holds a value that this program never writes.
    #[error("{0} holds an unknown value")]
    Malformed(&'static str),
    /// The writer has stopped: the server is shutting down.
    #[error("the server is shutting down")]
    Closed,
    /// The transaction of this and other changes failed; nothing of it was stored.
    #[error("the transaction failed: {0}")]
    Rolledback(String),
}
