//! The figures of the dashboard.

use std::sync::Arc;

use super::over_time::OverTime;
use super::record::{Library, Record};
use super::sections::{
    BlockedExecution, Bottlenecks, ExecutionFigures, MetricsFilter, MetricsSummary, Running, StepFigures,
};
use super::steps::Tallies;
use crate::api::ExecutionSummary;
use crate::event::ExecutionStatus;

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
        let mut blocked: Vec<BlockedExecution> = active()
            .filter(|execution| execution.progress.blocked > 0)
            .map(|execution| BlockedExecution {
                execution_id: execution.id,
                incident_title: execution.incident_title.clone(),
                step_count: execution.progress.blocked,
            })
            .collect();
        let blocked_count = count(blocked.len());
        blocked.sort_by_key(|execution| std::cmp::Reverse(execution.step_count));
        blocked.truncate(NAMED);
        Self {
            active_count: count(active().count()),
            paused_count: count(executions.iter().filter(is(ExecutionStatus::Paused)).count()),
            blocked_count,
            blocked,
        }
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
