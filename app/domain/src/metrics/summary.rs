//! The figures of the dashboard.

use std::sync::Arc;

use super::over_time::OverTime;
use super::record::{Library, Record};
use super::sections::{
    BlockedExecution, BlockedStep, Bottlenecks, ExecutionFigures, MetricsFilter, MetricsSummary, Running, StepFigures,
};
use super::steps::Tallies;
use crate::api::ExecutionSummary;
use crate::event::ExecutionStatus;
use crate::execution::Execution;

/// How many steps are named as bottlenecks, and how many executions as blocked.
const NAMED: usize = 5;

/// The figures of executions, of which `records` are those that the filter lets through.
pub fn summary(
    records: &[Arc<Record>],
    library: &Library,
    running: Running,
    filter: &MetricsFilter,
    as_of: crate::time::Timestamp,
) -> MetricsSummary {
    let tallies = Tallies::of(records, library);
    MetricsSummary {
        as_of,
        running,
        executions: ExecutionFigures::of(records.iter().map(AsRef::as_ref)),
        over_time: OverTime::of(records, filter, as_of),
        bottlenecks: Bottlenecks::of(&tallies.steps()),
        decisions: tallies.decisions(),
    }
}

impl Running {
    /// Of executions that are not over.
    pub fn of(executions: &[ExecutionSummary]) -> Self {
        let is = |status| move |execution: &&ExecutionSummary| execution.status == status;
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let active = || executions.iter().filter(is(ExecutionStatus::Active));
        let mut stuck: Vec<&ExecutionSummary> = active().filter(|execution| execution.progress.blocked > 0).collect();
        let blocked_count = count(stuck.len());
        stuck.sort_by_key(|execution| execution.blocked_since);
        let blocked = stuck
            .into_iter()
            .take(NAMED)
            .map(|execution| BlockedExecution {
                execution_id: execution.id,
                incident_title: execution.incident_title.clone(),
                step_count: execution.progress.blocked,
                steps: Vec::new(),
            })
            .collect();
        Self {
            active_count: count(active().count()),
            paused_count: count(executions.iter().filter(is(ExecutionStatus::Paused)).count()),
            blocked_count,
            blocked,
        }
    }
}

impl BlockedExecution {
    /// So many of its steps are named.
    const STEPS: usize = 3;

    /// Names the steps that have been blocked longest.
    pub fn name_steps(&mut self, execution: &Execution) {
        let nodes = execution.graph.nodes.iter().zip(&execution.state.steps);
        let mut steps: Vec<BlockedStep> = nodes
            .filter_map(|(node, step)| {
                let (node_id, label, assignee) = (node.id.clone(), node.label.clone(), step.assignee.clone());
                Some(BlockedStep { node_id, label, assignee, hold: step.blocked()? })
            })
            .collect();
        steps.sort_by_key(|step| step.hold.since);
        steps.truncate(Self::STEPS);
        self.steps = steps;
    }
}

impl Bottlenecks {
    fn of(steps: &[StepFigures]) -> Self {
        Self {
            by_time: most(steps, |step| step.seconds),
            by_blocks: most(steps, |step| step.blocked_count.into()),
            by_skips: most(steps, |step| step.skipped_count.into()),
        }
    }
}

/// The steps with most of something, most first, without those that have nothing of it. Of two that have as much, the
/// playbook's first comes first.
fn most(steps: &[StepFigures], of: impl Fn(&StepFigures) -> i64) -> Vec<StepFigures> {
    let mut steps: Vec<&StepFigures> = steps.iter().filter(|step| of(step) > 0).collect();
    steps.sort_by_key(|step| std::cmp::Reverse(of(step)));
    steps.into_iter().take(NAMED).cloned().collect()
}
