//! Bodies of requests and answers (DESIGN §6), shared by the server, the web pages and anybody's scripts.

mod library;
pub(crate) mod sent;

use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize};

use crate::command::{ExecutionChange, StepChange};
use crate::event::{Event, ExecutionStatus, Hash, StepStatus, Topic};
use crate::execution::{AttachedEvidence, Execution, Hold, Note, State};
use crate::graph::{Code, Graph, NodeKind};
use crate::ids::{Actor, CommandId, ExecutionId, NodeId, PlaybookId, Seq, given, given_or_null};
use crate::metrics::Progress;
use crate::placement::Placement;
use crate::time::Timestamp;

pub use sent::sent_time;

pub use library::{
    ExportFormat, ImportPlaybook, PlaybookCreated, PlaybookDetail, PlaybookFilter, PlaybookPreview, PlaybookSummary,
    PreviewPlaybook, SavePlaybook, VersionSummary,
};

/// What went wrong, in words (RFC 9457, `application/problem+json`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Kind of problem, as a URI reference.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: String,
    /// HTTP status code.
    pub status: u16,
    /// What happened here, what was kept and what to do.
    pub detail: String,
    /// The fields of the request that are to blame.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// A field of a request that is to blame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Its name; a path with dots when it lies deeper.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl Problem {
    /// A problem of the kind `slug`.
    pub fn new(status: u16, slug: &str, title: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/problems/{slug}"),
            title: title.to_owned(),
            status,
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// The same, naming a field.
    #[must_use]
    pub fn at(mut self, field: &str) -> Self {
        self.errors.push(FieldError { field: field.to_owned(), message: self.detail.clone() });
        self
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}

/// Tells `null` from absent, and in a query an empty value, which is none.
///
/// # Errors
/// When it is no such value.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// `POST /api/executions`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct StartExecution {
    /// The playbook to run; its newest version is taken.
    pub playbook_id: PlaybookId,
    /// What the incident is called.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::Name))]
    pub incident_title: String,
    /// Its number elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::NameOrBlank>))]
    pub incident_id: Option<String>,
    /// Who starts it.
    #[serde(default, skip_serializing_if = "Option::is_none", alias = "actor", deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::AnalystName>))]
    pub started_by: Option<Actor>,
    /// Sent again under the same id, an execution is started once and answered the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_id: Option<CommandId>,
}

/// Items in a page of a list, when nothing else is asked for.
pub const DEFAULT_PAGE: u64 = 100;
/// Most items in a page of a list.
pub const MAX_PAGE: u64 = 1_000;

/// Query of `GET /api/executions`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct ExecutionFilter {
    /// Any of these; every status when empty.
    #[serde(default)]
    pub status: Vec<ExecutionStatus>,
    /// Of this playbook.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub playbook_id: Option<PlaybookId>,
    /// Started at this time or later.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "sent::started_after")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::AnyTime>))]
    pub started_after: Option<Timestamp>,
    /// Started before this time.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "sent::started_before")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::AnyTime>))]
    pub started_before: Option<Timestamp>,
    /// Words that must occur in the incident's title or id or the playbook's title.
    #[serde(default)]
    pub q: Option<String>,
    /// At most so many: 100 when nothing is said, and 1,000 at most.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::PageLength>, inline))]
    pub limit: Option<u64>,
    /// Leaving out so many of the first.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::Count>, inline))]
    pub offset: Option<u64>,
    /// What comes first: the newest when nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", param(inline))]
    pub sort: Option<Sort>,
}

/// What comes first in a list of executions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Sort {
    /// What has been blocked longest, then what runs, then what is paused, then the rest; of these the newest.
    #[serde(rename = "urgency")]
    Urgency,
    /// The newest.
    #[serde(rename = "-started_at")]
    Newest,
}

impl Sort {
    /// The word in a query.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Urgency => "urgency",
            Self::Newest => "-started_at",
        }
    }
}

/// An execution in `GET /api/executions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExecutionSummary {
    /// Its id.
    pub id: ExecutionId,
    /// The playbook it runs.
    pub playbook_id: PlaybookId,
    /// What the playbook was called when it started.
    pub playbook_title: String,
    /// The version it runs.
    pub playbook_version: u32,
    /// What the incident is called.
    pub incident_title: String,
    /// Its number elsewhere.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub incident_id: Option<String>,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was completed or abandoned.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub completed_at: Option<Timestamp>,
    /// Who began it.
    pub started_by: Actor,
    /// How far it has come.
    pub progress: Progress,
    /// How many people changed something.
    pub analyst_count: u32,
    /// Since when one of its steps is blocked, of several the longest; `null` while none is.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub blocked_since: Option<Timestamp>,
}

/// `GET /api/executions/{id}`
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExecutionDetail {
    /// As in the list.
    #[serde(flatten)]
    pub summary: ExecutionSummary,
    /// How it ended, in an analyst's words.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub outcome: Option<String>,
    /// Why it is paused, since when, and who said so; `null` while it is not.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub paused: Option<Hold>,
    /// Recommendations for the report, as Markdown.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub recommendations: Option<String>,
    /// What the incident did to whom, as Markdown.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub impact: Option<String>,
    /// Why it could happen, as Markdown.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub cause: Option<String>,
    /// Notes on the whole.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Note>))]
    pub notes: Vec<Arc<Note>>,
    /// One per node of the playbook, in its order.
    pub steps: Vec<StepDetail>,
    /// The last event.
    pub last_seq: Seq,
    /// Its hash.
    pub head_hash: Hash,
}

/// One step, as `GET /api/executions/{id}` gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepDetail {
    /// The node.
    pub node_id: NodeId,
    /// What it asks for.
    pub kind: NodeKind,
    /// What it says.
    pub label: String,
    /// The label of the phase it lies in.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub phase: Option<String>,
    /// Where it stands.
    pub status: StepStatus,
    /// Whether it can still be reached over the branches that were taken.
    pub applicable: bool,
    /// Who handles it.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub assignee: Option<Actor>,
    /// First begun.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub started_at: Option<Timestamp>,
    /// Completed or skipped.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub completed_at: Option<Timestamp>,
    /// Seconds in progress so far, pauses left out.
    pub active_seconds: i64,
    /// Seconds blocked so far, pauses left out.
    pub blocked_seconds: i64,
    /// What was found, oldest first.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Note>))]
    pub notes: Vec<Arc<Note>>,
    /// The branch chosen.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub decision_taken: Option<String>,
    /// Why.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub rationale: Option<String>,
    /// Why it is blocked, since when, and who said so; `null` while it is not.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub blocked: Option<Hold>,
    /// The branches there are; empty where there is nothing to decide.
    pub decision_options: Vec<String>,
    /// Files, oldest first.
    pub evidence: Vec<AttachedEvidence>,
}

impl ExecutionSummary {
    /// The summary of an execution that has begun; `None` before that.
    pub fn of(execution: &Execution) -> Option<Self> {
        let state = &execution.state;
        Some(Self {
            id: state.header.execution_id,
            playbook_id: state.header.playbook_id,
            playbook_title: state.playbook_title.clone(),
            playbook_version: state.header.playbook_version,
            incident_title: state.incident_title.clone(),
            incident_id: state.incident_id.clone(),
            status: state.status,
            started_at: state.started_at?,
            completed_at: state.completed_at,
            started_by: state.started_by.clone(),
            progress: execution.progress(),
            analyst_count: u32::try_from(state.analysts.len()).unwrap_or(u32::MAX),
            blocked_since: state.blocked_since(),
        })
    }
}

impl ExecutionDetail {
    /// Everything about an execution that has begun, as of `now`; `None` before that.
    pub fn of(execution: &Execution, now: Timestamp) -> Option<Self> {
        let state = &execution.state;
        let applicable = execution.applicable();
        Some(Self {
            summary: ExecutionSummary::of(execution)?,
            outcome: state.outcome.clone(),
            paused: state.paused(),
            recommendations: state.recommendations.clone(),
            impact: state.said_of(Topic::Impact).map(str::to_owned),
            cause: state.said_of(Topic::Cause).map(str::to_owned),
            notes: state.notes.clone(),
            steps: applicable
                .into_iter()
                .enumerate()
                .map(|(position, applicable)| StepDetail::at(execution, position, applicable, now))
                .collect(),
            last_seq: state.last_seq,
            head_hash: state.head_hash.clone(),
        })
    }
}

impl StepDetail {
    /// The step of a node as of `now`; `None` when there is no such node.
    pub fn of(execution: &Execution, node_id: &NodeId, now: Timestamp) -> Option<Self> {
        let position = execution.flow.position(node_id)?;
        Some(Self::at(execution, position, execution.applicable()[position], now))
    }

    fn at(execution: &Execution, position: usize, applicable: bool, now: Timestamp) -> Self {
        let node = &execution.graph.nodes[position];
        let step = &execution.state.steps[position];
        let clocks = execution.state.clocks(step);
        let phase = node.phase.as_ref().and_then(|phase| execution.flow.position(phase));
        Self {
            node_id: node.id.clone(),
            kind: node.kind,
            label: node.label.clone(),
            phase: phase.map(|phase| execution.graph.nodes[phase].label.clone()),
            status: step.status,
            applicable,
            assignee: step.assignee.clone(),
            started_at: step.started_at,
            completed_at: step.completed_at,
            active_seconds: clocks.active.seconds(now),
            blocked_seconds: clocks.blocked.seconds(now),
            notes: step.notes.clone(),
            decision_taken: step.decision.as_ref().map(|decision| decision.branch.clone()),
            rationale: step.decision.as_ref().and_then(|decision| decision.rationale.clone()),
            blocked: step.blocked(),
            decision_options: match node.kind {
                NodeKind::Decision => execution.flow.branches(&execution.graph, position),
                _ => Vec::new(),
            },
            evidence: step.evidence.clone(),
        }
    }
}

/// `PATCH /api/executions/{id}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PatchExecution {
    /// The new status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<ExecutionStatus>,
    /// A note to add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::FreeText>))]
    pub notes: Option<String>,
    /// Says that the note is told among the key events of the report; goes with `notes`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub key: bool,
    /// How it ended; goes with `completed` or `abandoned`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::FreeText>))]
    pub outcome: Option<String>,
    /// What is waited for; goes with `paused`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::Reason>))]
    pub reason: Option<String>,
    /// The report's recommendations, as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::FreeTextOrBlank>))]
    pub recommendations: Option<String>,
    /// What the incident did to whom, as a whole; a blank text takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::FreeTextOrBlank>))]
    pub impact: Option<String>,
    /// Why it could happen, as a whole; a blank text takes it away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::FreeTextOrBlank>))]
    pub cause: Option<String>,
    /// Who asks; else the `X-Analyst` header, else the page's cookie, else `anonymous`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::AnalystName>))]
    pub actor: Option<Actor>,
    /// When it happened, for a late entry.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "sent::occurred_at")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::AnyTime>))]
    pub occurred_at: Option<Timestamp>,
    /// Says that `occurred_at` lies before the start of the execution on purpose.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub before_start: bool,
    /// Sent again under the same id, a change is made once and answered the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_id: Option<CommandId>,
    /// The last event the sender had seen; with it, what somebody else changed since is named in `overwrote`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_seq: Option<Seq>,
}

/// `PATCH /api/executions/{id}/steps/{node_id}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PatchStep {
    /// The new status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<StepStatus>,
    /// Who handles it; `null` for nobody.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given_or_null")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::AnalystName>))]
    pub assignee: Option<Option<Actor>>,
    /// A note to add.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::FreeText>))]
    pub notes: Option<String>,
    /// Says that the note is told among the key events of the report; goes with `notes`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub key: bool,
    /// The branch to take; `null` takes the decision back.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub decision_taken: Option<Option<String>>,
    /// Why that branch; without `decision_taken`, why the branch that is taken already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::FreeText>))]
    pub rationale: Option<String>,
    /// What is waited for; goes with `blocked`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::Reason>))]
    pub reason: Option<String>,
    /// Who asks; else the `X-Analyst` header, else the page's cookie, else `anonymous`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::AnalystName>))]
    pub actor: Option<Actor>,
    /// When it happened, for a late entry.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "sent::occurred_at")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::AnyTime>))]
    pub occurred_at: Option<Timestamp>,
    /// Says that `occurred_at` lies before the start of the execution on purpose.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub before_start: bool,
    /// Sent again under the same id, a change is made once and answered the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_id: Option<CommandId>,
    /// The last event the sender had seen; with it, what somebody else changed since is named in `overwrote`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_seq: Option<Seq>,
}

/// What every change may say about itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sender {
    /// Who asks.
    pub actor: Option<Actor>,
    /// When it happened, for a late entry.
    pub occurred_at: Option<Timestamp>,
    /// Whether that lies before the start of the execution on purpose.
    pub before_start: bool,
    /// The change's id.
    pub command_id: Option<CommandId>,
    /// The last event the sender had seen.
    pub base_seq: Option<Seq>,
}

impl PatchStep {
    /// What is to change, apart from who asks.
    pub fn change(&self) -> StepChange {
        StepChange {
            status: self.status,
            assignee: self.assignee.clone(),
            note: self.notes.clone(),
            key: self.key,
            decision: self.decision_taken.clone(),
            rationale: self.rationale.clone(),
            reason: self.reason.clone(),
        }
    }

    /// What the change says about itself.
    pub fn sender(&self) -> Sender {
        Sender {
            actor: self.actor.clone(),
            occurred_at: self.occurred_at,
            before_start: self.before_start,
            command_id: self.command_id,
            base_seq: self.base_seq,
        }
    }
}

impl PatchExecution {
    /// What is to change, apart from who asks.
    pub fn change(&self) -> ExecutionChange {
        ExecutionChange {
            status: self.status,
            note: self.notes.clone(),
            key: self.key,
            outcome: self.outcome.clone(),
            reason: self.reason.clone(),
            recommendations: self.recommendations.clone(),
            impact: self.impact.clone(),
            cause: self.cause.clone(),
        }
    }

    /// What the change says about itself.
    pub fn sender(&self) -> Sender {
        Sender {
            actor: self.actor.clone(),
            occurred_at: self.occurred_at,
            before_start: self.before_start,
            command_id: self.command_id,
            base_seq: self.base_seq,
        }
    }
}

/// Answer to `PATCH /api/executions/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExecutionChanged {
    /// The execution as it is now.
    #[serde(flatten)]
    pub execution: ExecutionDetail,
    /// What the change became; empty when everything already was as asked.
    pub events: Vec<Event>,
}

/// Answer to `PATCH /api/executions/{id}/steps/{node_id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepChanged {
    /// The step as it is now.
    pub step: StepDetail,
    /// What the change became; empty when everything already was as asked.
    pub events: Vec<Event>,
    /// How far the execution has come.
    pub progress: Progress,
    /// The last event of the execution when this was answered. Whatever the change became lies in the log up to here.
    pub last_seq: Seq,
}

/// Query of `GET /api/executions/{id}/timeline`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct TimelineFilter {
    /// Any of these; every type when empty.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", param(value_type = Vec<crate::openapi::EventType>, inline))]
    pub event_type: Vec<String>,
    /// By this analyst.
    #[serde(default)]
    pub actor: Option<String>,
    /// To this node.
    #[serde(default)]
    pub node_id: Option<NodeId>,
    /// After this event.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub after_seq: Option<Seq>,
}

/// An execution in the list of the pages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListedExecution {
    /// As scripts see it.
    pub summary: ExecutionSummary,
    /// Who is there now; of a crowd only the first.
    pub online: Vec<Actor>,
    /// How many more are there.
    pub others: usize,
}

/// A part of a list, and how long the whole is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionList {
    /// The part.
    pub items: Vec<ListedExecution>,
    /// Length of the whole.
    pub total: u64,
}

/// All that the page of executions shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionsPageData {
    /// Active ones, paused ones, and those that are over; each newest first.
    pub sections: [ExecutionList; 3],
    /// The server's clock when it answered.
    pub now: Timestamp,
}

/// What a node says in full. Pages get it apart from the graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instructions {
    /// The node.
    pub node_id: NodeId,
    /// Its description, as it was written.
    pub text: String,
    /// Its code.
    pub code: Vec<Code>,
}

/// All that the page of an execution begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExecutionPageData {
    /// Where the incident is shown elsewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident_url: Option<String>,
    /// The graph, without what [`Instructions`] hold.
    pub graph: Graph,
    /// Where everything lies on the canvas.
    pub placement: Placement,
    /// What the nodes say in full.
    pub instructions: Vec<Instructions>,
    /// The fold of the events.
    pub state: State,
    /// The events, oldest first.
    pub events: Vec<Event>,
    /// The server's clock when it answered.
    pub now: Timestamp,
}
