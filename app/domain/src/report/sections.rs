//! What a report holds, section by section. This is also its JSON.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::event::{ExecutionStatus, Hash, StepStatus};
use crate::execution::{AttachedEvidence, Hold, Note};
use crate::graph::NodeKind;
use crate::ids::{Actor, ExecutionId, NodeId, PlaybookId, Seq};
use crate::metrics::Progress;
use crate::time::Timestamp;

/// The after-action report of one execution.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Report {
    /// The execution is not over: everything here can still change.
    pub interim: bool,
    /// Up to when running clocks were measured: of an execution that is over the time of its last event.
    pub as_of: Timestamp,
    /// What to know when there is time for one page.
    pub summary: Summary,
    /// What happened, in the order in which it happened.
    pub timeline: Vec<Entry>,
    /// The nodes that apply or at which something was recorded, in the playbook's order, phases among them.
    pub steps: Vec<StepReport>,
    /// The actionable nodes that lie only on branches that were not taken, and at which nothing was recorded.
    pub not_applicable: Vec<NodeRef>,
    /// How long things took, and where time was lost.
    pub metrics: Metrics,
    /// What the incident did to whom; `null` while nobody has written anything.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub impact: Option<WrittenText>,
    /// Why it could happen; `null` while nobody has written anything.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub cause: Option<WrittenText>,
    /// What analysts recommend; `null` while nobody has written anything.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub recommendations: Option<WrittenText>,
    /// Whether the record is whole.
    pub integrity: Integrity,
}

/// What to know when there is time for one page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Summary {
    /// The whole in one sentence.
    pub headline: String,
    /// What happened, in a few sentences: how it began, what held it up, how it ended.
    pub narrative: String,
    /// The execution.
    pub execution_id: ExecutionId,
    /// What the incident is called.
    pub incident_title: String,
    /// Its number elsewhere.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub incident_id: Option<String>,
    /// The playbook it ran.
    pub playbook_id: PlaybookId,
    /// What the playbook was called when the execution started.
    pub playbook_title: String,
    /// The version it ran.
    pub playbook_version: u32,
    /// Where the execution stands.
    pub status: ExecutionStatus,
    /// How it ended, in an analyst's words.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub outcome: Option<String>,
    /// When it began.
    pub started_at: Timestamp,
    /// Who began it.
    pub started_by: Actor,
    /// When it was completed or abandoned.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub ended_at: Option<Timestamp>,
    /// Who completed or abandoned it.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub ended_by: Option<Actor>,
    /// Why it is paused, since when, and who said so; `null` while it is not.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub paused: Option<Hold>,
    /// Seconds from its beginning to its end, or to `as_of`.
    pub duration_seconds: i64,
    /// When it was active, in order; paused or over between them.
    pub active_spans: Vec<Run>,
    /// Seconds of these in which it was active.
    pub active_seconds: i64,
    /// Seconds of these in which it was paused.
    pub paused_seconds: i64,
    /// Seconds of these between an end and a reopening.
    pub closed_seconds: i64,
    /// How many times it was paused.
    pub pause_count: u32,
    /// How many times it was reopened.
    pub reopened_count: u32,
    /// How many nodes there are by status.
    pub progress: Progress,
    /// Everybody who changed something, whoever changed most first.
    pub analysts: Vec<Analyst>,
    /// How many notes there are, on steps and on the whole.
    pub note_count: u32,
    /// How many files are attached.
    pub evidence_count: u32,
    /// How many entries of the timeline were recorded later than they happened.
    pub late_count: u32,
    /// Notes on the whole, oldest first.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Note>))]
    pub notes: Vec<Arc<Note>>,
}

/// Somebody who changed something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Analyst {
    /// Who.
    pub name: Actor,
    /// How many events are theirs.
    pub event_count: u32,
    /// How many steps they completed or skipped.
    pub done_count: u32,
}

/// An entry of the timeline: an event in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Entry {
    /// The event.
    pub seq: Seq,
    /// When it happened; of a late entry what its author says.
    pub at: Timestamp,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// It was recorded later than it happened.
    pub late: bool,
    /// From when a late change of a status counts, where that is not `at`: somebody had changed it after that, before this
    /// was recorded.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub counted_at: Option<Timestamp>,
    /// By whom.
    pub actor: Actor,
    /// What kind of event.
    pub event_type: String,
    /// It is one of the key events, which are told first: a change of the whole, a decision, a block, a file, or a note that was
    /// marked so.
    pub key: bool,
    /// The node it concerns; `null` for the whole execution.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub node_id: Option<NodeId>,
    /// What the node says.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub label: Option<String>,
    /// The event right after it that tells this one, too: who starts what nobody has takes it, which are two events and one
    /// line for people.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub told_with: Option<Seq>,
    /// What happened, to be read between the actor and the node's label.
    pub text: String,
    /// The analyst's own words, a file's facts, or what the incident is called.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub details: Option<String>,
    /// What of somebody else's it replaced.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub replaced: Option<String>,
}

/// A node by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NodeRef {
    /// The node.
    pub node_id: NodeId,
    /// What it asks for.
    pub kind: NodeKind,
    /// What it says.
    pub label: String,
    /// The label of the phase it lies in.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub phase: Option<String>,
}

/// What became of one node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepReport {
    /// The node.
    pub node_id: NodeId,
    /// What it asks for.
    pub kind: NodeKind,
    /// What it says.
    pub label: String,
    /// The label of the phase it lies in.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub phase: Option<String>,
    /// In how many phases it lies.
    pub depth: u32,
    /// Whether it can still be reached over the branches that were taken.
    pub applicable: bool,
    /// Where it stands; of a phase, what it holds as one.
    pub status: StepStatus,
    /// How far a phase has come.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub progress: Option<Progress>,
    /// Who handles it.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub assignee: Option<Actor>,
    /// First begun, as it counts.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub started_at: Option<Timestamp>,
    /// Completed or skipped, as it counts; never before `started_at`.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub ended_at: Option<Timestamp>,
    /// Seconds in progress, pauses left out.
    pub active_seconds: i64,
    /// Seconds blocked, pauses left out.
    pub blocked_seconds: i64,
    /// Why it is blocked, since when, and who said so; `null` while it is not.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub blocked: Option<Hold>,
    /// When it was in progress and when blocked, in order; together the two above.
    pub spans: Vec<Span>,
    /// What is decided, if anything is.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub decision: Option<Choice>,
    /// What had been decided before that, or was taken back, oldest first.
    pub earlier_decisions: Vec<Choice>,
    /// The branches there are; empty where there is nothing to decide.
    pub decision_options: Vec<String>,
    /// What was found, oldest first.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Note>))]
    pub notes: Vec<Arc<Note>>,
    /// Files, oldest first.
    pub evidence: Vec<AttachedEvidence>,
}

/// A time during which a step was in progress, or blocked, and the execution active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Span {
    /// `in_progress` or `blocked`.
    pub status: StepStatus,
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

/// A time during which an execution was active.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Run {
    /// Since when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
}

/// A branch that was chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice {
    /// The branch.
    pub branch: String,
    /// Why.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub rationale: Option<String>,
    /// By whom.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// The event.
    pub seq: Seq,
    /// When it was taken back, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub withdrawn: Option<Withdrawal>,
}

/// When a choice was taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Withdrawal {
    /// By whom.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
    /// The event.
    pub seq: Seq,
}

/// How long things took. The time of a step is the time it was in progress and the time it was blocked, pauses left out;
/// steps that were never either (completed or skipped at once) have none and are not in means and medians.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Metrics {
    /// How many steps have a time.
    pub timed_count: u32,
    /// Their times together, in seconds; more than the execution's where people worked at once.
    pub step_seconds: i64,
    /// Mean time of a step.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub mean_seconds: Option<f64>,
    /// Median time of a step.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub median_seconds: Option<f64>,
    /// Seconds from the start to the first change of a step.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub first_action_seconds: Option<i64>,
    /// Seconds in which the execution was active and no step was in progress.
    pub waiting_seconds: i64,
    /// Seconds in which steps were blocked, together.
    pub blocked_seconds: i64,
    /// The steps that took longest, longest first; at most five.
    pub slowest: Vec<StepTime>,
    /// Where the time went, by outermost phase, in the playbook's order; without phases none.
    pub phases: Vec<PhaseTime>,
    /// The step that held up the execution most.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub bottleneck: Option<Bottleneck>,
}

/// How long a step took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepTime {
    /// The node.
    pub node_id: NodeId,
    /// What it says.
    pub label: String,
    /// Its time, in seconds.
    pub seconds: i64,
    /// How much of it was blocked.
    pub blocked_seconds: i64,
    /// Its part of the time of all steps, in percent.
    pub share_percent: f64,
}

/// How long a phase took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PhaseTime {
    /// What the phase says; `null` for the steps outside of any.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub label: Option<String>,
    /// The times of its steps together, in seconds.
    pub seconds: i64,
    /// Its part of the time of all steps, in percent.
    pub share_percent: f64,
}

/// The step that held up the execution most: the one with the longest time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bottleneck {
    /// Which, and how long it took.
    #[serde(flatten)]
    pub step: StepTime,
    /// Why it is named, in a sentence.
    pub reason: String,
}

/// A text that analysts write in the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WrittenText {
    /// As it was written; pages show its markup (docs/texts.md).
    pub text: String,
    /// Who changed it last.
    pub actor: Actor,
    /// When.
    pub at: Timestamp,
}

/// Whether the record is whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Integrity {
    /// How many events there are.
    pub event_count: u64,
    /// The hash of the last one: it stands for all of them (DESIGN §4).
    pub head_hash: Hash,
    /// Whether every event follows from the one before.
    pub verified: bool,
    /// Where it does not, in words.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub fault: Option<String>,
    /// Every file, in the order of the steps.
    pub evidence: Vec<ManifestEntry>,
}

/// A file of the manifest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ManifestEntry {
    /// The step it is attached to.
    pub node_id: NodeId,
    /// What the step says.
    pub label: String,
    /// The file.
    #[serde(flatten)]
    pub file: AttachedEvidence,
}
