//! Events: the facts of an execution, in an append-only, hash-chained log that is the source of truth.
//!
//! The one shape defined here is what travels over the wire, stands in the timeline and lies in the export. The chain:
//! an event's hash is SHA-256 over the previous event's hash and the canonical bytes of the event; the first one's
//! predecessor is the hash of the execution's [`Header`]. What the bytes of free text are is said in [`seal`](self::Seal). Changing, removing, inserting or reordering one stored event
//! breaks the chain at a `seq` that [`verify_chain`] names.

mod reading;
#[cfg(feature = "openapi")]
mod schema;
mod seal;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::canonical;
use crate::ids::{Actor, CommandId, EvidenceId, ExecutionId, NodeId, PlaybookId, Seq};
use crate::time::Timestamp;

pub use seal::{Form, Salt, Seal, SealFault, SealedText, Secret, unseal};

/// State of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExecutionStatus {
    /// Being worked on.
    Active,
    /// The clocks stand still.
    Paused,
    /// Over, as intended.
    Completed,
    /// Over, not carried through.
    Abandoned,
}

impl ExecutionStatus {
    /// Every status, in the order of the screen.
    pub const ALL: [Self; 4] = [Self::Active, Self::Paused, Self::Completed, Self::Abandoned];

    /// The word used on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Paused => "paused",
            Self::Completed => "completed",
            Self::Abandoned => "abandoned",
        }
    }

    /// The word used on the screen and in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Paused => "Paused",
            Self::Completed => "Completed",
            Self::Abandoned => "Abandoned",
        }
    }

    /// Whether the execution is over: it takes notes and can be reopened, and nothing else.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Completed | Self::Abandoned)
    }
}

/// State of one node in one execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StepStatus {
    /// Nobody has begun.
    NotStarted,
    /// Somebody is at it.
    InProgress,
    /// Done.
    Completed,
    /// Left out on purpose.
    Skipped,
    /// Cannot go on for now.
    Blocked,
}

impl StepStatus {
    /// Every status, in the order of the screen.
    pub const ALL: [Self; 5] = [Self::NotStarted, Self::InProgress, Self::Completed, Self::Skipped, Self::Blocked];

    /// The word used on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::InProgress => "in_progress",
            Self::Completed => "completed",
            Self::Skipped => "skipped",
            Self::Blocked => "blocked",
        }
    }

    /// The words used on the screen and in reports.
    pub fn label(self) -> &'static str {
        match self {
            Self::NotStarted => "Not started",
            Self::InProgress => "In progress",
            Self::Completed => "Completed",
            Self::Skipped => "Skipped",
            Self::Blocked => "Blocked",
        }
    }

    /// Whether nothing is left to do: completed or skipped.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Completed | Self::Skipped)
    }
}

/// What a change replaced: somebody else had set the field after the sender last looked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Overwrote {
    /// Who had set it.
    pub actor: Actor,
    /// To what; `null` for “nobody” or “nothing”. Of a decision whose branch stays, the rationale.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, required))]
    pub value: Value,
    /// By which event.
    pub seq: Seq,
}

/// A file attached to a step; write-once, known by its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Evidence {
    /// Its id.
    pub id: EvidenceId,
    /// The name it was uploaded under; data only, never a path.
    pub file_name: String,
    /// The media type detected from its content.
    pub mime_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of its bytes, lower-case hexadecimal.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{64}$"))]
    pub sha256: String,
    /// What the analyst says it is.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub description: Option<String>,
}

/// A change of a step's status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StatusChange {
    /// The status before.
    pub from: StepStatus,
    /// What is waited for, when it was blocked with a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub reason: Option<String>,
    /// Whose change it replaced, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub overwrote: Option<Overwrote>,
}

/// What of a step stays when it is reset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Kept {
    /// How many notes; left out when there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, nullable = false))]
    pub notes: u32,
    /// How many files; left out when there are none.
    #[serde(default, skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<u32>, nullable = false))]
    pub files: u32,
    /// Who goes on handling it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub assignee: Option<Actor>,
    /// The branch that stays taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub decision: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// A step is as if nobody had begun, apart from what it keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reset {
    /// The status before.
    pub from: StepStatus,
    /// What stays, if anything does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub kept: Option<Kept>,
    /// Whose change it replaced, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub overwrote: Option<Overwrote>,
}

/// How an execution ended, or why it was paused.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StateChange {
    /// How it ended, in the analyst's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub outcome: Option<String>,
    /// What is waited for, when it was paused with a reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub reason: Option<String>,
    /// Whose change it replaced, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub overwrote: Option<Overwrote>,
}

/// Text that replaces what was there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rewritten {
    /// As written; empty when the text was taken away.
    pub text: String,
    /// Whose text it replaced, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub overwrote: Option<Overwrote>,
}

/// Text that an analyst wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Text {
    /// As written.
    pub text: String,
    /// Whether it is told among the key events of the report; left out when it is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>, nullable = false))]
    pub key: bool,
}

/// What is said of an incident as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// What it did to whom.
    Impact,
    /// Why it could happen.
    Cause,
}

impl Topic {
    /// The word used on the wire and in sentences.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Impact => "impact",
            Self::Cause => "cause",
        }
    }
}

/// Something that is said of an incident, and what was said before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Described {
    /// Of what.
    pub field: Topic,
    /// As it was written before; `null` when nothing was.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub from: Option<String>,
    /// As it is written now; `null` when it was taken away.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub to: Option<String>,
    /// Whose text it replaced, if so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub overwrote: Option<Overwrote>,
}

/// What happened. The names are those of `event_type` on the wire, the contents those of `data`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "event_type", content = "data", rename_all = "snake_case")]
pub enum EventBody {
    /// Always the first.
    ExecutionStarted {
        /// What the incident is called.
        incident_title: String,
        /// Its number elsewhere.
        incident_id: Option<String>,
        /// The playbook it runs.
        playbook_id: PlaybookId,
        /// The version of the playbook.
        playbook_version: u32,
        /// What the playbook was called.
        playbook_title: String,
    },
    /// The clocks stopped.
    ExecutionPaused(StateChange),
    /// The clocks run again.
    ExecutionResumed(StateChange),
    /// Ended as intended.
    ExecutionCompleted(StateChange),
    /// Ended without being carried through.
    ExecutionAbandoned(StateChange),
    /// Taken up again after it had ended.
    ExecutionReopened(StateChange),
    /// A note on the execution as a whole.
    ExecutionNoted(Text),
    /// The report's recommendations were rewritten.
    RecommendationsChanged(Rewritten),
    /// Something was said of the incident as a whole.
    ExecutionDescribed(Described),
    /// A step is being worked on.
    StepStarted(StatusChange),
    /// A step is done.
    StepCompleted(StatusChange),
    /// A step was left out on purpose.
    StepSkipped(StatusChange),
    /// A step cannot go on.
    StepBlocked(StatusChange),
    /// A blocked step goes on.
    StepUnblocked(StatusChange),
    /// A step is as if nobody had begun.
    StepReset(Reset),
    /// A note on a step.
    NoteAdded(Text),
    /// A step was given to somebody, or taken from them.
    AssigneeChanged {
        /// Who had it.
        from: Option<Actor>,
        /// Who has it now.
        to: Option<Actor>,
        /// Whose change it replaced, if so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        overwrote: Option<Overwrote>,
    },
    /// A decision was taken, or changed.
    DecisionTaken {
        /// The branch chosen.
        branch: String,
        /// The branch chosen before.
        from: Option<String>,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rationale: Option<String>,
        /// Whose change it replaced, if so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        overwrote: Option<Overwrote>,
    },
    /// A file was attached to a step.
    EvidenceAttached(Evidence),
    /// A decision was taken back.
    DecisionWithdrawn {
        /// The branch that had been chosen.
        from: String,
        /// Whose change it replaced, if so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        overwrote: Option<Overwrote>,
    },
}

impl EventBody {
    /// Every `event_type`, in the order of DESIGN §4.
    pub const TYPES: [&'static str; 20] = [
        "execution_started",
        "execution_paused",
        "execution_resumed",
        "execution_completed",
        "execution_abandoned",
        "execution_reopened",
        "execution_noted",
        "recommendations_changed",
        "step_started",
        "step_completed",
        "step_skipped",
        "step_blocked",
        "step_unblocked",
        "step_reset",
        "note_added",
        "assignee_changed",
        "decision_taken",
        "evidence_attached",
        "decision_withdrawn",
        "execution_described",
    ];

    /// The word that stands in `event_type`.
    pub fn event_type(&self) -> &'static str {
        let position = match self {
            Self::ExecutionStarted { .. } => 0,
            Self::ExecutionPaused(_) => 1,
            Self::ExecutionResumed(_) => 2,
            Self::ExecutionCompleted(_) => 3,
            Self::ExecutionAbandoned(_) => 4,
            Self::ExecutionReopened(_) => 5,
            Self::ExecutionNoted(_) => 6,
            Self::RecommendationsChanged(_) => 7,
            Self::StepStarted(_) => 8,
            Self::StepCompleted(_) => 9,
            Self::StepSkipped(_) => 10,
            Self::StepBlocked(_) => 11,
            Self::StepUnblocked(_) => 12,
            Self::StepReset(_) => 13,
            Self::NoteAdded(_) => 14,
            Self::AssigneeChanged { .. } => 15,
            Self::DecisionTaken { .. } => 16,
            Self::EvidenceAttached(_) => 17,
            Self::DecisionWithdrawn { .. } => 18,
            Self::ExecutionDescribed(_) => 19,
        };
        Self::TYPES[position]
    }

    /// The status that a step has after this, when it is a change of status.
    pub fn status_after(&self) -> Option<StepStatus> {
        match self {
            Self::StepStarted(_) | Self::StepUnblocked(_) => Some(StepStatus::InProgress),
            Self::StepCompleted(_) => Some(StepStatus::Completed),
            Self::StepSkipped(_) => Some(StepStatus::Skipped),
            Self::StepBlocked(_) => Some(StepStatus::Blocked),
            Self::StepReset(_) => Some(StepStatus::NotStarted),
            _ => None,
        }
    }

    /// The status that the execution has after this, when it is a change of that.
    pub fn execution_status_after(&self) -> Option<ExecutionStatus> {
        match self {
            Self::ExecutionStarted { .. } | Self::ExecutionResumed(_) | Self::ExecutionReopened(_) => {
                Some(ExecutionStatus::Active)
            }
            Self::ExecutionPaused(_) => Some(ExecutionStatus::Paused),
            Self::ExecutionCompleted(_) => Some(ExecutionStatus::Completed),
            Self::ExecutionAbandoned(_) => Some(ExecutionStatus::Abandoned),
            _ => None,
        }
    }

    /// What this replaced of somebody else's, if it did.
    pub fn overwrote(&self) -> Option<&Overwrote> {
        match self {
            Self::StepStarted(change)
            | Self::StepCompleted(change)
            | Self::StepSkipped(change)
            | Self::StepBlocked(change)
            | Self::StepUnblocked(change) => change.overwrote.as_ref(),
            Self::StepReset(reset) => reset.overwrote.as_ref(),
            Self::AssigneeChanged { overwrote, .. }
            | Self::DecisionTaken { overwrote, .. }
            | Self::DecisionWithdrawn { overwrote, .. } => overwrote.as_ref(),
            Self::ExecutionPaused(change)
            | Self::ExecutionResumed(change)
            | Self::ExecutionCompleted(change)
            | Self::ExecutionAbandoned(change)
            | Self::ExecutionReopened(change) => change.overwrote.as_ref(),
            Self::RecommendationsChanged(change) => change.overwrote.as_ref(),
            Self::ExecutionDescribed(change) => change.overwrote.as_ref(),
            _ => None,
        }
    }
}

/// SHA-256, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(pattern = "^[0-9a-f]{64}$"))]
#[serde(transparent)]
pub struct Hash(pub String);

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an execution runs over; fixed at its start. Its hash is the root of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The execution.
    pub execution_id: ExecutionId,
    /// The playbook it runs.
    pub playbook_id: PlaybookId,
    /// The version of the playbook.
    pub playbook_version: u32,
    /// [`crate::graph::Graph::hash`] of that version.
    pub graph_hash: String,
}

impl Header {
    /// The predecessor of the first event.
    pub fn hash(&self) -> Hash {
        let value = serde_json::to_value(self).unwrap_or_default();
        Hash(canonical::hex(&Sha256::digest(canonical::to_bytes(&value))))
    }
}

/// One fact about one execution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "reading::Written")]
pub struct Event {
    /// Position in the log.
    pub seq: Seq,
    /// What happened: `event_type` and `data`.
    #[serde(flatten)]
    pub body: EventBody,
    /// To which node; `None` when it concerns the whole execution.
    pub node_id: Option<NodeId>,
    /// By whom.
    pub actor: Actor,
    /// When it was recorded: the server's clock, never going backwards within an execution.
    pub timestamp: Timestamp,
    /// When it happened, if an analyst recorded it later.
    pub occurred_at: Option<Timestamp>,
    /// The command it came from; several events can come from one.
    pub command_id: CommandId,
    /// What it takes to check the hash: `form`, `subject`, `salts`.
    #[serde(flatten)]
    pub seal: Seal,
    /// Over the previous hash and all of the above, as the form says.
    pub hash: Hash,
}

impl Event {
    /// When it happened, as far as anybody said. From when a transition counts is another question
    /// ([`crate::execution::Execution::counts_from`]).
    pub fn told_time(&self) -> Timestamp {
        self.occurred_at.unwrap_or(self.timestamp)
    }

    /// The hash this event must have after `previous`.
    ///
    /// # Errors
    /// When it cannot be told, as a salt is missing or there for nothing.
    pub fn expected_hash(&self, previous: &Hash) -> Result<Hash, SealFault> {
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Some(members) = value.as_object_mut() {
            members.remove("hash");
            if self.seal.form == Form::Second {
                members.remove("salts");
                members.remove("withheld");
                members.insert("data".to_owned(), self.sealed_data()?);
            }
        }
        let digest =
            Sha256::new().chain_update(previous.0.as_bytes()).chain_update(canonical::to_bytes(&value)).finalize();
        Ok(Hash(canonical::hex(&digest)))
    }

    /// Reads an event from a line that holds exactly what it is written as, byte by byte.
    ///
    /// # Errors
    /// When it is no event, or is written in another way: with more in it, or in another order.
    pub fn from_line(line: &str) -> serde_json::Result<Self> {
        let event: Self = serde_json::from_str(line)?;
        if serde_json::to_string(&event)? == line {
            Ok(event)
        } else {
            Err(serde::de::Error::custom(format!("event {} is not written as it was recorded", event.seq)))
        }
    }
}

/// Where a log is broken, and how.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainBreak {
    /// An event is missing, doubled or out of order.
    #[error("event {expected} should be next, but event {found} is there")]
    Gap {
        /// The number that should follow.
        expected: Seq,
        /// The number that was found.
        found: Seq,
    },
    /// An event, or one before it, is not what was recorded.
    #[error("event {0} does not match its hash")]
    Altered(Seq),
    /// A text cannot be checked.
    #[error("the text “{field}” of event {seq} has no salt, so it cannot be checked")]
    NoSalt {
        /// The event.
        seq: Seq,
        /// The member of `data` that holds the text.
        field: String,
    },
    /// A text is not there.
    #[error("the text “{field}” of event {seq} is missing")]
    NoText {
        /// The event.
        seq: Seq,
        /// The member of `data` that held the text.
        field: String,
    },
    /// The stored bytes are no event.
    #[error("event {0} cannot be read")]
    Unreadable(Seq),
    /// The log ends before the head that was recorded.
    #[error("the log ends at event {found}, but event {expected} had been recorded")]
    Truncated {
        /// The last event that had been recorded.
        expected: Seq,
        /// The last event that is there.
        found: Seq,
    },
}

impl ChainBreak {
    /// The first event that is not as it should be.
    pub fn seq(&self) -> Seq {
        match self {
            Self::Gap { expected: seq, .. }
            | Self::Altered(seq)
            | Self::NoSalt { seq, .. }
            | Self::NoText { seq, .. }
            | Self::Unreadable(seq) => *seq,
            Self::Truncated { found, .. } => found.next(),
        }
    }
}

/// Checks that the events are a whole, unaltered log from the first on, and returns its last number and hash.
///
/// # Errors
/// The first break.
pub fn verify_chain<'a>(
    header: &Header,
    events: impl IntoIterator<Item = &'a Event>,
) -> Result<(Seq, Hash), ChainBreak> {
    let mut head = (Seq(0), header.hash());
    for event in events {
        let expected = head.0.next();
        if event.seq != expected {
            return Err(ChainBreak::Gap { expected, found: event.seq });
        }
        let seq = event.seq;
        match event.expected_hash(&head.1) {
            Ok(hash) if hash == event.hash => {}
            Ok(_) | Err(SealFault::Superfluous) => return Err(ChainBreak::Altered(seq)),
            Err(SealFault::NoSalt(field)) => return Err(ChainBreak::NoSalt { seq, field: field.to_owned() }),
        }
        if let Some(field) = event.seal.withheld.keys().next() {
            return Err(ChainBreak::NoText { seq, field: field.clone() });
        }
        head = (event.seq, event.hash.clone());
    }
    Ok(head)
}
