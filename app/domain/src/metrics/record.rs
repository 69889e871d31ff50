//! What figures over many executions know of each: where it stands, and once it is over, how long it and its steps took.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::event::{ExecutionStatus, StepStatus};
use crate::execution::{Execution, Step};
use crate::graph::Graph;
use crate::ids::PlaybookId;
use crate::spans::{StepClocks, whole_seconds};
use crate::time::Timestamp;

/// One execution, as figures know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// The playbook it ran.
    pub playbook_id: PlaybookId,
    /// The version it ran.
    pub playbook_version: u32,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// When it began.
    pub started_at: Timestamp,
    /// Microseconds in which it was active; 0 while it is not over.
    pub active_micros: i64,
    /// What became of its steps; nothing while it is not over.
    pub steps: StepOutcomes,
}

impl Record {
    /// The record of an execution that has begun; `None` before that.
    pub fn of(execution: &Execution) -> Option<Self> {
        let state = &execution.state;
        let is_over = state.status.is_closed();
        Some(Self {
            playbook_id: state.header.playbook_id,
            playbook_version: state.header.playbook_version,
            status: state.status,
            started_at: state.started_at?,
            active_micros: if is_over { state.spans.clock().total_micros } else { 0 },
            steps: if is_over { StepOutcomes::of(execution) } else { StepOutcomes::default() },
        })
    }

    /// Whole seconds in which it was active.
    pub fn active_seconds(&self) -> i64 {
        whole_seconds(self.active_micros)
    }
}

/// What became of the steps of an execution that is over, one entry per node of its graph, in the graph's order; `None` for
/// those at which nothing happened. As JSON a step is `["completed",61000000,0,null]`: its status, the microseconds it was in
/// progress and blocked, and the branch taken. Many thousands of these are read for one figure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepOutcomes(pub Vec<Option<StepOutcome>>);

impl StepOutcomes {
    /// Those of an execution that is over.
    pub fn of(execution: &Execution) -> Self {
        let state = &execution.state;
        Self(state.steps.iter().map(|step| StepOutcome::of(step, state.clocks(step))).collect())
    }
}

/// What became of a step by the end of its execution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Written", into = "Written")]
pub struct StepOutcome {
    /// Where it stood in the end.
    pub status: StepStatus,
    /// Microseconds in progress, pauses left out.
    pub active_micros: i64,
    /// Microseconds blocked, pauses left out.
    pub blocked_micros: i64,
    /// The branch taken, at a decision.
    pub branch: Option<String>,
}

type Written = (StepStatus, i64, i64, Option<String>);

impl From<Written> for StepOutcome {
    fn from((status, active_micros, blocked_micros, branch): Written) -> Self {
        Self { status, active_micros, blocked_micros, branch }
    }
}

impl From<StepOutcome> for Written {
    fn from(outcome: StepOutcome) -> Self {
        (outcome.status, outcome.active_micros, outcome.blocked_micros, outcome.branch)
    }
}

impl StepOutcome {
    fn of(step: &Step, clocks: StepClocks) -> Option<Self> {
        let outcome = Self {
            status: step.status,
            active_micros: clocks.active.total_micros,
            blocked_micros: clocks.blocked.total_micros,
            branch: step.decision.as_ref().map(|decision| decision.branch.clone()),
        };
        (outcome.is_handled() || outcome.branch.is_some()).then_some(outcome)
    }

    /// Whether anybody worked on it: it was in progress, blocked, completed or skipped.
    pub fn is_handled(&self) -> bool {
        self.status != StepStatus::NotStarted || self.is_timed()
    }

    /// Whether it has a time: it was in progress, or blocked.
    pub fn is_timed(&self) -> bool {
        self.active_micros + self.blocked_micros > 0
    }

    /// Its time, in the whole seconds that a report says.
    pub fn seconds(&self) -> i64 {
        whole_seconds(self.active_micros) + self.blocked_seconds()
    }

    /// Whole seconds of it that it was blocked.
    pub fn blocked_seconds(&self) -> i64 {
        whole_seconds(self.blocked_micros)
    }

    /// Whether it was ever blocked.
    pub fn was_blocked(&self) -> bool {
        self.status == StepStatus::Blocked || self.blocked_micros > 0
    }
}

/// Every playbook that a record names.
pub type Library = BTreeMap<PlaybookId, LibraryEntry>;

/// A playbook, with the versions that records name.
#[derive(Clone, Debug)]
pub struct LibraryEntry {
    /// What it is called.
    pub title: String,
    /// Whether it is still in the library.
    pub in_library: bool,
    /// Its graphs, by version.
    pub versions: BTreeMap<u32, Arc<Graph>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_survive_being_written() {
        let step = |status, active_micros, blocked_micros, branch: Option<&str>| {
            Some(StepOutcome { status, active_micros, blocked_micros, branch: branch.map(str::to_owned) })
        };
        let outcomes = StepOutcomes(vec![
            None,
            step(StepStatus::Completed, 61_000_000, 5, None),
            step(StepStatus::NotStarted, 0, 0, Some("It “is”\n")),
        ]);
        let text = r#"[null,["completed",61000000,5,null],["not_started",0,0,"It “is”\n"]]"#;
        assert_eq!(serde_json::to_string(&outcomes).expect("it can be written"), text);
        assert_eq!(serde_json::from_str::<StepOutcomes>(text).expect("it can be read"), outcomes);
    }
}
