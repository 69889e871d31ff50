//! Names of things: one type per kind of name, so that none is ever passed for another.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Declares a newtype over [`Uuid`] that reads and writes as the plain UUID.
macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

uuid_id!(
    /// A playbook, through all its versions. UUID v7.
    PlaybookId
);
uuid_id!(
    /// One run of one playbook version. UUID v7.
    ExecutionId
);
uuid_id!(
    /// One file attached to a step. UUID v7.
    EvidenceId
);
uuid_id!(
    /// Chosen by the sender of a command; a command sent again under the same id is not executed again.
    CommandId
);

/// A node of a playbook graph, unique within it and stable over re-imports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub String);

impl NodeId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for NodeId {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for NodeId {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
