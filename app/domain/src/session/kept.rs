//! What lies in the browser's storage for changes that wait, an entry each, and what its absence does not mean.
//!
//! Every tab of a browser sees the same entries. An entry is first the change, may then become a refusal that is to be
//! told by the tab where it was asked for, and in the end a mark that says that it is settled. Only a mark says so: an
//! entry that is not there was never stored, found no room, or was cleared, and is stored again.

use serde::{Deserialize, Serialize};

use crate::ids::{CommandId, Seq};
use crate::outbox::Asked;
use crate::time::Timestamp;

/// What the names of entries begin with.
pub const ASKED: &str = "forge.asked.";

/// Lies in the storage until somebody clears it, and then holds another time: what else is missing then is missing for that
/// reason.
pub(super) const HERE: &str = "forge.asked.here";

/// Seconds for which a mark is kept: no tab sleeps longer and still waits for what it asked for.
const MARK_SECONDS: u32 = 7 * 24 * 60 * 60;

/// What the storage did with a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It keeps it.
    Kept,
    /// It has no room for it.
    Full,
    /// There is no storage, or the page may not use it.
    Unavailable,
}

/// What lies under the name of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A change that waits.
    Waiting(Asked),
    /// One that was refused, and why; its tab is to tell.
    Refused(Asked, String),
    /// One that is settled. Whatever it became lies in the log up to an event, or it became nothing.
    Settled(Option<Seq>, Timestamp),
}

/// Everything that an entry other than a change may hold.
#[derive(Default, Serialize, Deserialize)]
struct Mark {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settled_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_seq: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refused: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    asked: Option<Asked>,
}

impl Entry {
    /// Whether a text is that of a change that waits, as far as can be seen without reading it.
    pub(super) fn is_waiting(text: &str) -> bool {
        text.starts_with(r#"{"execution_id":"#)
    }

    pub(super) fn read(text: &str) -> Option<Self> {
        if let Ok(asked) = serde_json::from_str(text) {
            return Some(Self::Waiting(asked));
        }
        let Mark { settled_at, last_seq, refused, asked } = serde_json::from_str(text).ok()?;
        match (settled_at, asked, refused) {
            (Some(at), ..) => Some(Self::Settled(last_seq, at)),
            (None, Some(asked), Some(why)) => Some(Self::Refused(asked, why)),
            _ => None,
        }
    }

    pub(super) fn text(self) -> String {
        let text = match self {
            Self::Waiting(asked) => serde_json::to_string(&asked),
            Self::Refused(asked, why) => {
                serde_json::to_string(&Mark { refused: Some(why), asked: Some(asked), ..Mark::default() })
            }
            Self::Settled(last_seq, at) => {
                serde_json::to_string(&Mark { settled_at: Some(at), last_seq, ..Mark::default() })
            }
        };
        // Nothing of it can fail to be written.
        text.unwrap_or_default()
    }

    /// Whether nobody needs it any more.
    pub(super) fn is_over(&self, now: Timestamp) -> bool {
        matches!(self, Self::Settled(_, at) if at.plus_seconds(MARK_SECONDS) < now)
    }
}

/// What an entry is called. Names sort as their changes were asked for.
pub(super) fn name_of(asked: &Asked) -> String {
    let order = if asked.order == 0 { asked.asked_at.micros() } else { asked.order };
    format!("{ASKED}{order:020}.{}", asked.command_id)
}

/// The command of an entry's name.
pub fn command_of(name: &str) -> Option<CommandId> {
    name.strip_prefix(ASKED)?.rsplit('.').next()?.parse().ok()
}
