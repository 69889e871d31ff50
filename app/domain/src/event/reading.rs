//! How an event is read from JSON.
//!
//! `data` is kept as text until `event_type` is known, whichever of them comes first. What serde derives for such a shape
//! keeps a tree of whatever it has met instead, and brings every type of `data` into the browser's module three times.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{Event, EventBody, Form, Hash, Overwrote, Salt, Seal};
use crate::ids::{Actor, CommandId, NodeId, PlaybookId, Seq};
use crate::time::Timestamp;

/// An event as it is written.
#[derive(Deserialize)]
pub(super) struct Written {
    seq: Seq,
    event_type: String,
    data: Box<RawValue>,
    node_id: Option<NodeId>,
    actor: Actor,
    timestamp: Timestamp,
    occurred_at: Option<Timestamp>,
    command_id: CommandId,
    #[serde(default)]
    form: Form,
    #[serde(default)]
    subject: Option<String>,
    #[serde(default)]
    salts: BTreeMap<String, Salt>,
    #[serde(default)]
    withheld: BTreeMap<String, String>,
    hash: Hash,
}

impl TryFrom<Written> for Event {
    type Error = serde_json::Error;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        Ok(Self {
            seq: written.seq,
            body: EventBody::read(&written.event_type, written.data.get())?,
            node_id: written.node_id,
            actor: written.actor,
            timestamp: written.timestamp,
            occurred_at: written.occurred_at,
            command_id: written.command_id,
            seal: Seal {
                form: written.form,
                subject: written.subject,
                salts: written.salts,
                withheld: written.withheld,
            },
            hash: written.hash,
        })
    }
}

#[derive(Deserialize)]
struct Started {
    incident_title: String,
    incident_id: Option<String>,
    playbook_id: PlaybookId,
    playbook_version: u32,
    playbook_title: String,
}

#[derive(Deserialize)]
struct Assigned {
    from: Option<Actor>,
    to: Option<Actor>,
    #[serde(default)]
    overwrote: Option<Overwrote>,
}

#[derive(Deserialize)]
struct Decided {
    branch: String,
    from: Option<String>,
    #[serde(default)]
    rationale: Option<String>,
    #[serde(default)]
    overwrote: Option<Overwrote>,
}

#[derive(Deserialize)]
struct Withdrawn {
    from: String,
    #[serde(default)]
    overwrote: Option<Overwrote>,
}

impl EventBody {
    /// Reads what happened from `event_type` and the JSON text of `data`.
    ///
    /// # Errors
    /// There is no such type of event, or its data is another's.
    pub fn read(event_type: &str, data: &str) -> serde_json::Result<Self> {
        fn read<T: DeserializeOwned>(data: &str, variant: fn(T) -> EventBody) -> serde_json::Result<EventBody> {
            serde_json::from_str(data).map(variant)
        }
        match event_type {
            "execution_started" => {
                read(data, |Started { incident_title, incident_id, playbook_id, playbook_version, playbook_title }| {
                    EventBody::ExecutionStarted {
                        incident_title,
                        incident_id,
                        playbook_id,
                        playbook_version,
                        playbook_title,
                    }
                })
            }
            "execution_paused" => read(data, EventBody::ExecutionPaused),
            "execution_resumed" => read(data, EventBody::ExecutionResumed),
            "execution_completed" => read(data, EventBody::ExecutionCompleted),
            "execution_abandoned" => read(data, EventBody::ExecutionAbandoned),
            "execution_reopened" => read(data, EventBody::ExecutionReopened),
            "execution_noted" => read(data, EventBody::ExecutionNoted),
            "recommendations_changed" => read(data, EventBody::RecommendationsChanged),
            "step_started" => read(data, EventBody::StepStarted),
            "step_completed" => read(data, EventBody::StepCompleted),
            "step_skipped" => read(data, EventBody::StepSkipped),
            "step_blocked" => read(data, EventBody::StepBlocked),
            "step_unblocked" => read(data, EventBody::StepUnblocked),
            "step_reset" => read(data, EventBody::StepReset),
            "note_added" => read(data, EventBody::NoteAdded),
            "assignee_changed" => {
                read(data, |Assigned { from, to, overwrote }| EventBody::AssigneeChanged { from, to, overwrote })
            }
            "decision_taken" => read(data, |Decided { branch, from, rationale, overwrote }| EventBody::DecisionTaken {
                branch,
                from,
                rationale,
                overwrote,
            }),
            "evidence_attached" => read(data, EventBody::EvidenceAttached),
            "decision_withdrawn" => {
                read(data, |Withdrawn { from, overwrote }| EventBody::DecisionWithdrawn { from, overwrote })
            }
            other => Err(serde::de::Error::unknown_variant(other, &EventBody::TYPES)),
        }
    }
}
