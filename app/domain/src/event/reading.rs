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

/// `data` of an `execution_started`.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(super) struct ExecutionStartedData {
    /// What the incident is called.
    incident_title: String,
    /// Its number elsewhere.
    #[cfg_attr(feature = "openapi", schema(required))]
    incident_id: Option<String>,
    /// The playbook it runs.
    playbook_id: PlaybookId,
    /// The version of the playbook.
    playbook_version: u32,
    /// What the playbook was called.
    playbook_title: String,
}

/// `data` of an `assignee_changed`.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(super) struct AssigneeChangedData {
    /// Who had it; `null` when nobody had.
    #[cfg_attr(feature = "openapi", schema(required))]
    from: Option<Actor>,
    /// Who has it now; `null` when nobody has.
    #[cfg_attr(feature = "openapi", schema(required))]
    to: Option<Actor>,
    /// Whose change it replaced, if so.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    overwrote: Option<Overwrote>,
}

/// `data` of a `decision_taken`.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(super) struct DecisionTakenData {
    /// The branch chosen.
    branch: String,
    /// The branch chosen before; the same one when only the reason was given.
    #[cfg_attr(feature = "openapi", schema(required))]
    from: Option<String>,
    /// Why.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    rationale: Option<String>,
    /// Whose change it replaced, if so.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    overwrote: Option<Overwrote>,
}

/// `data` of a `decision_withdrawn`.
#[derive(Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(super) struct DecisionWithdrawnData {
    /// The branch that had been chosen.
    from: String,
    /// Whose change it replaced, if so.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
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
            "execution_started" => read(
                data,
                |ExecutionStartedData {
                     incident_title,
                     incident_id,
                     playbook_id,
                     playbook_version,
                     playbook_title,
                 }| {
                    EventBody::ExecutionStarted {
                        incident_title,
                        incident_id,
                        playbook_id,
                        playbook_version,
                        playbook_title,
                    }
                },
            ),
            "execution_paused" => read(data, EventBody::ExecutionPaused),
            "execution_resumed" => read(data, EventBody::ExecutionResumed),
            "execution_completed" => read(data, EventBody::ExecutionCompleted),
            "execution_abandoned" => read(data, EventBody::ExecutionAbandoned),
            "execution_reopened" => read(data, EventBody::ExecutionReopened),
            "execution_noted" => read(data, EventBody::ExecutionNoted),
            "recommendations_changed" => read(data, EventBody::RecommendationsChanged),
            "execution_described" => read(data, EventBody::ExecutionDescribed),
            "step_started" => read(data, EventBody::StepStarted),
            "step_completed" => read(data, EventBody::StepCompleted),
            "step_skipped" => read(data, EventBody::StepSkipped),
            "step_blocked" => read(data, EventBody::StepBlocked),
            "step_unblocked" => read(data, EventBody::StepUnblocked),
            "step_reset" => read(data, EventBody::StepReset),
            "note_added" => read(data, EventBody::NoteAdded),
            "assignee_changed" => read(data, |AssigneeChangedData { from, to, overwrote }| {
                EventBody::AssigneeChanged { from, to, overwrote }
            }),
            "decision_taken" => read(data, |DecisionTakenData { branch, from, rationale, overwrote }| {
                EventBody::DecisionTaken { branch, from, rationale, overwrote }
            }),
            "evidence_attached" => read(data, EventBody::EvidenceAttached),
            "decision_withdrawn" => {
                read(data, |DecisionWithdrawnData { from, overwrote }| EventBody::DecisionWithdrawn { from, overwrote })
            }
            other => Err(serde::de::Error::unknown_variant(other, &EventBody::TYPES)),
        }
    }
}
