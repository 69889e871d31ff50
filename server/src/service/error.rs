//! Why the service could not do what it was asked.

use domain::command::Refusal;
use domain::import::ImportRefusal;

use crate::store::{StoreError, WriteError};

/// Why the service could not do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServiceError {
    /// There is no such playbook, or it was deleted.
    #[error("there is no such playbook")]
    UnknownPlaybook,
    /// There is no such execution.
    #[error("there is no such execution")]
    UnknownExecution,
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
    /// A field names something that is not there.
    #[error("{message}")]
    Dangling {
        /// Its name on the wire.
        field: &'static str,
        /// What is not there.
        message: String,
    },
    /// It could not be read or stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<WriteError> for ServiceError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::UnknownExecution => Self::UnknownExecution,
            WriteError::UnknownPlaybook => Self::UnknownPlaybook,
            WriteError::Refused(refusal) => Self::Refused(refusal),
            WriteError::Store(error) => Self::Store(error),
        }
    }
}
