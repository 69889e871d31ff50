//! What the figures over many executions are. This is also their JSON.

use serde::{Deserialize, Serialize};

use super::over_time::OverTime;
use crate::api::{present, sent};
use crate::execution::Hold;
use crate::graph::NodeKind;
use crate::ids::{Actor, ExecutionId, NodeId, PlaybookId};
use crate::time::Timestamp;

/// Query of `GET /api/metrics/summary` and `GET /api/metrics/playbooks`: which executions figures are about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct MetricsFilter {
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
}

/// `GET /api/metrics/summary`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MetricsSummary {
    /// When these figures were taken.
    pub as_of: Timestamp,
    /// What goes on at this moment, whenever it began.
    pub running: Running,
    /// The executions that began in the range.
    pub executions: ExecutionFigures,
    /// When they began.
    pub over_time: OverTime,
    /// The steps that held them up.
    pub bottlenecks: Bottlenecks,
    /// How their decisions went; most often decided first.
    pub decisions: Vec<DecisionFigures>,
}

/// What goes on at this moment. A range of time does not narrow it, a playbook does.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Running {
    /// How many executions are active.
    pub active_count: u32,
    /// How many are paused.
    pub paused_count: u32,
    /// How many of the active ones have a step that is blocked.
    pub blocked_count: u32,
    /// Those that have been blocked longest, longest first; at most five.
    pub blocked: Vec<BlockedExecution>,
}

/// An active execution that has blocked steps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BlockedExecution {
    /// Which.
    pub execution_id: ExecutionId,
    /// What the incident is called.
    pub incident_title: String,
    /// How many of its steps are blocked.
    pub step_count: u32,
    /// Those that have been blocked longest, longest first; at most three.
    pub steps: Vec<BlockedStep>,
}

/// A step that is blocked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BlockedStep {
    /// Which.
    pub node_id: NodeId,
    /// What it says.
    pub label: String,
    /// Who handles it.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub assignee: Option<Actor>,
    /// Why, since when, and who said so.
    #[serde(flatten)]
    pub hold: Hold,
}

/// How often playbooks were executed, and how long that took.
///
/// The time of an execution is the time it was active: pauses are left out, and so is the time between an end and a
/// reopening. Means and medians are over those that are over, completed or abandoned.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExecutionFigures {
    /// How many were started.
    pub started_count: u32,
    /// How many of these are completed.
    pub completed_count: u32,
    /// How many are abandoned.
    pub abandoned_count: u32,
    /// How many are active or paused.
    pub open_count: u32,
    /// The completed ones among those that are over, in percent; `null` while none is over.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub completion_percent: Option<f64>,
    /// Mean time of those that are over, in seconds.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub mean_seconds: Option<f64>,
    /// Median time of those that are over, in seconds.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub median_seconds: Option<f64>,
    /// When the last of them was started.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub last_started_at: Option<Timestamp>,
}

impl ExecutionFigures {
    /// How many are over: completed or abandoned.
    pub fn over_count(&self) -> u32 {
        self.completed_count + self.abandoned_count
    }
}

/// A playbook in `GET /api/metrics/playbooks`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookFigures {
    /// Which.
    pub playbook_id: PlaybookId,
    /// What it is called.
    pub title: String,
    /// Whether it is still in the library.
    pub in_library: bool,
    /// Its executions.
    #[serde(flatten)]
    pub executions: ExecutionFigures,
}

/// `GET /api/metrics/playbooks/{id}`: what became of each step of a playbook in all of its executions that are over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookHistory {
    /// Its executions.
    pub executions: ExecutionFigures,
    /// Its steps in the order of the newest version, after them those that only older versions have.
    pub steps: Vec<StepFigures>,
}

/// What became of a step in the executions that are over, through all versions of its playbook (a node is known by its id).
///
/// The time of a step is the time it was in progress and the time it was blocked, pauses left out. Where it was never
/// either (completed or skipped at once), it has no time there and is not in means and medians.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StepFigures {
    /// The playbook.
    pub playbook_id: PlaybookId,
    /// What the playbook is called.
    pub playbook_title: String,
    /// The node.
    pub node_id: NodeId,
    /// What it asks for.
    pub kind: NodeKind,
    /// What it says in the newest version that has it.
    pub label: String,
    /// In how many executions anybody worked on it: it was in progress, blocked, completed or skipped.
    pub handled_count: u32,
    /// In how many of these it has a time.
    pub timed_count: u32,
    /// Its times together, in seconds.
    pub seconds: i64,
    /// Mean of its times, in seconds.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub mean_seconds: Option<f64>,
    /// Median of its times, in seconds.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub median_seconds: Option<f64>,
    /// Its part of the time of all steps that the figures are about, in percent.
    pub share_percent: f64,
    /// In how many executions it was ever blocked.
    pub blocked_count: u32,
    /// These among those in which it was handled, in percent.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub blocked_percent: Option<f64>,
    /// How much of its time it was blocked, in seconds.
    pub blocked_seconds: i64,
    /// In how many executions it was skipped in the end.
    pub skipped_count: u32,
    /// These among those in which it was handled, in percent.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub skipped_percent: Option<f64>,
}

/// The steps that held up the executions that are over; at most five of each kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bottlenecks {
    /// Those with the largest part of the time of all steps.
    pub by_time: Vec<StepFigures>,
    /// Those that were blocked in most executions.
    pub by_blocks: Vec<StepFigures>,
    /// Those that were skipped in most executions.
    pub by_skips: Vec<StepFigures>,
}

/// How a decision went in the executions that are over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DecisionFigures {
    /// The playbook.
    pub playbook_id: PlaybookId,
    /// What the playbook is called.
    pub playbook_title: String,
    /// The node.
    pub node_id: NodeId,
    /// What it asks in the newest version that has it.
    pub label: String,
    /// In how many executions it was decided; what was decided last counts.
    pub decided_count: u32,
    /// Its branches, in the order of the newest version, after them those that only older versions have.
    pub branches: Vec<BranchFigures>,
}

/// How often a branch was taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BranchFigures {
    /// The branch.
    pub branch: String,
    /// How often it was taken.
    pub count: u32,
    /// That in percent of all times.
    pub share_percent: f64,
}
