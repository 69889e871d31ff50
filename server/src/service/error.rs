//! Why the service could not do what it was asked.

use domain::command::Refusal;
use domain::ids::{Actor, EvidenceId};
use domain::import::ImportRefusal;
use domain::time::Timestamp;
use domain::words::utc;

use crate::report::PrintError;
use crate::store::{Damage, StoreError, WriteError};
use crate::workshop::Undone;

/// Why the service could not do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServiceError {
    /// There is no such playbook, or it was deleted.
    #[error("there is no such playbook")]
    UnknownPlaybook,
    /// The playbook has no such version.
    #[error("this playbook has no such version")]
    UnknownVersion,
    /// Somebody else has saved a version meanwhile.
    #[error(
        "{author} saved version {version} meanwhile ({} UTC), so nothing of this was saved. Look at what changed, then save over \
         it (base_version {version}).",
        utc(*at)
    )]
    Outdated {
        /// The newest version.
        version: u32,
        /// Who saved it.
        author: Actor,
        /// When.
        at: Timestamp,
    },
    /// There is no such execution.
    #[error("there is no such execution")]
    UnknownExecution,
    /// The execution has no such file.
    #[error("there is no such evidence")]
    UnknownEvidence,
    /// The file is larger than allowed.
    #[error("the file is larger than the {} MB that are allowed (--max-evidence-mb), and nothing of it was stored", .limit >> 20)]
    TooLarge {
        /// The most there may be, in bytes.
        limit: u64,
    },
    /// All files together would be larger than allowed.
    #[error(
        "all evidence together may have {} MB (--evidence-quota-mb), and with this file it would have more: nothing of it was stored; \
         ask whoever runs this server to raise the quota", .limit >> 20
    )]
    QuotaUsedUp {
        /// The most there may be, in bytes.
        limit: u64,
    },
    /// A stored file is not what was uploaded.
    #[error(
        "{damage}: it is not what was uploaded, so it is not given out; restore it from a backup (`playbook-forge verify` names every such file)"
    )]
    Damaged {
        /// Which.
        id: EvidenceId,
        /// What is wrong with it.
        damage: Damage,
    },
    /// The execution that is to be taken over is here already.
    #[error("this execution is here already, and was left as it is")]
    AlreadyHere,
    /// Another playbook has the id and version that the execution ran over.
    #[error(
        "a playbook with the same id and version, but another graph, is here already: restore into an empty data folder"
    )]
    OtherPlaybook,
    /// The command's id was used for another one.
    #[error("This command_id was used for another change already. Use a new one.")]
    OtherCommand,
    /// A rule of the domain is against it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The text is no playbook.
    #[error(transparent)]
    NoPlaybook(#[from] ImportRefusal),
    /// A field has a value that cannot be.
    #[error("{message}")]
    Invalid {
        /// Its name on the wire.
        field: &'static str,
        /// What is wrong with it.
        message: String,
    },
    /// There is no room for it.
    #[error(
        "there is no room left to store this, and nothing was changed: free space in the data folder, then try again"
    )]
    Full,
    /// Another process holds the database.
    #[error("another process holds the database for too long, and nothing was changed: try again soon")]
    Busy,
    /// A field names something that is not there.
    #[error("{message}")]
    Dangling {
        /// Its name on the wire.
        field: &'static str,
        /// What is not there.
        message: String,
    },
    /// There is more of such work than the server takes on at once.
    #[error(
        "the server has more of this to do than it can take on just now, and nothing was changed: try again in a moment"
    )]
    Overloaded,
    /// Work broke off.
    #[error("this broke off, and nothing was changed: try again, and look at the server's log")]
    BrokeOff,
    /// A report could not be made.
    #[error("the report could not be made ({0}), and nothing was changed: try another form of it")]
    NoReport(String),
    /// A picture could not be made.
    #[error("the picture could not be made ({0}): export the flowchart as SVG")]
    NoPicture(String),
    /// It could not be read or stored.
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            StoreError::Busy => Self::Busy,
            StoreError::DamagedEvidence(id, damage) => Self::Damaged { id, damage },
            other => Self::Store(other),
        }
    }
}

impl From<Undone> for ServiceError {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Full => Self::Overloaded,
            Undone::BrokeOff => Self::BrokeOff,
        }
    }
}

impl From<PrintError> for ServiceError {
    fn from(error: PrintError) -> Self {
        match error {
            PrintError::Undone(undone) => undone.into(),
            other => Self::NoReport(other.to_string()),
        }
    }
}

impl From<WriteError> for ServiceError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::UnknownExecution => Self::UnknownExecution,
            WriteError::UnknownPlaybook => Self::UnknownPlaybook,
            WriteError::AlreadyHere => Self::AlreadyHere,
            WriteError::OtherPlaybook => Self::OtherPlaybook,
            // Who saves hears of it from the service, which knows by whom.
            WriteError::Outdated => Self::Busy,
            WriteError::OtherCommand => Self::OtherCommand,
            WriteError::Refused(refusal) => Self::Refused(refusal),
            WriteError::Store(error) => error.into(),
        }
    }
}
