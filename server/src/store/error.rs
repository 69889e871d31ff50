//! What can go wrong with storage. Its details are for the log, not for the user.

use std::io;

use domain::ids::{EvidenceId, ExecutionId, PlaybookId, Seq};
use sea_orm::{DbErr, RuntimeErr, sqlx};

/// What SQLite says when a file cannot grow: it knows a full disk by itself, and over a quota it only says that a write
/// failed (`IOERR_WRITE`). It says both before the end of a transaction is written, so that nothing of it is stored.
const NO_ROOM: [&str; 2] = ["13", "778"];

/// What SQLite says when another process holds the database for longer than one waits: `BUSY`, `BUSY_RECOVERY`.
const BUSY: [&str; 2] = ["5", "261"];

/// What can go wrong with storage.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The database refused, or could not be reached.
    #[error("database: {0}")]
    Database(#[source] DbErr),
    /// There is no room for what is to be stored; nothing of it was.
    #[error("the data folder has no room left")]
    Full,
    /// Another process holds the database; nothing was stored.
    #[error("another process holds the database")]
    Busy,
    /// An older version of this program wrote the database, and whoever only looks leaves it as it is.
    #[error("an older version wrote this database: start the server once, which brings it up to date, then try again")]
    Older,
    /// A newer version of this program wrote the database.
    #[error("a newer version wrote this database: use that version, or a newer one")]
    Newer,
    /// The data folder could not be made.
    #[error("data folder: {0}")]
    Folder(#[source] io::Error),
    /// A file of evidence could not be written.
    #[error("evidence: {0}")]
    File(#[source] io::Error),
    /// A file of evidence is not what was uploaded.
    #[error("evidence {0}: {1}")]
    DamagedEvidence(EvidenceId, #[source] super::Damage),
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
    /// What was read could not be made sense of: a fault of this program.
    #[error("a task broke down: {0}")]
    BrokeDown(String),
    /// The writer has stopped: the server is shutting down.
    #[error("the server is shutting down")]
    Closed,
    /// The transaction of this and other changes failed; nothing of it was stored.
    #[error("the transaction failed: {0}")]
    Rolledback(String),
}

impl StoreError {
    /// The failure to write a file.
    pub(super) fn of_file(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => Self::Full,
            _ => Self::File(error),
        }
    }

    /// The failure of a transaction, as everybody hears it whose change was in it.
    pub(super) fn of_transaction(&self) -> Self {
        match self {
            Self::Full => Self::Full,
            Self::Busy => Self::Busy,
            other => Self::Rolledback(other.to_string()),
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match code_of(&error) {
            Some(code) if NO_ROOM.contains(&code.as_str()) => Self::Full,
            Some(code) if BUSY.contains(&code.as_str()) => Self::Busy,
            _ => Self::Database(error),
        }
    }
}

/// The database's own number for what went wrong.
fn code_of(error: &DbErr) -> Option<String> {
    let (DbErr::Conn(RuntimeErr::SqlxError(inner))
    | DbErr::Exec(RuntimeErr::SqlxError(inner))
    | DbErr::Query(RuntimeErr::SqlxError(inner))) = error
    else {
        return None;
    };
    match &**inner {
        sqlx::Error::Database(refusal) => refusal.code().map(std::borrow::Cow::into_owned),
        _ => None,
    }
}
