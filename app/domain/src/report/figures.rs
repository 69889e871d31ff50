//! How long things took, and where time was lost.

use super::chronicle::Chronicle;
use super::sections::{Bottleneck, Metrics, PhaseTime, StepReport, StepTime};
use crate::event::StepStatus;
use crate::execution::Execution;
use crate::metrics::{mean, median, percent};
use crate::spans::{seconds_between, whole_seconds};
use crate::time::Timestamp;
use crate::words::duration;

/// How many of the slowest steps are named.
const SLOWEST: usize = 5;

pub(super) fn metrics(chronicle: &Chronicle, steps: &[StepReport], started_at: Timestamp, as_of: Timestamp) -> Metrics {
    let timed: Vec<&StepReport> =
        steps.iter().filter(|step| step.kind.is_actionable() && !step.spans.is_empty()).collect();
    let times: Vec<i64> = timed.iter().map(|step| time_of(step)).collect();
    let step_seconds = times.iter().sum();
    let mut slowest: Vec<StepTime> = timed
        .iter()
        .map(|step| StepTime {
            node_id: step.node_id.clone(),
            label: step.label.clone(),
            seconds: time_of(step),
            blocked_seconds: step.blocked_seconds,
            share_percent: percent(time_of(step), step_seconds),
        })
        .collect();
    // Stable: of two that took as long, the playbook's first comes first.
    slowest.sort_by_key(|step| std::cmp::Reverse(step.seconds));
    slowest.truncate(SLOWEST);
    let median_seconds = median(&times);
    Metrics {
        timed_count: u32::try_from(timed.len()).unwrap_or(u32::MAX),
        step_seconds,
        mean_seconds: mean(&times),
        median_seconds,
        first_action_seconds: chronicle.first_action.map(|first| seconds_between(started_at, first)),
        waiting_seconds: waiting(chronicle, as_of),
        blocked_seconds: timed.iter().map(|step| step.blocked_seconds).sum(),
        bottleneck: slowest.first().filter(|step| step.seconds > 0).map(|step| Bottleneck {
            reason: reason(step, median_seconds.filter(|_| times.len() > 2)),
            step: step.clone(),
        }),
        slowest,
        phases: phases(chronicle, &timed, step_seconds),
    }
}

/// The time that a step took: in progress or blocked.
fn time_of(step: &StepReport) -> i64 {
    step.active_seconds + step.blocked_seconds
}

/// Why a step is the bottleneck.
#[expect(clippy::cast_precision_loss, reason = "seconds of an execution are far below 2^53")]
fn reason(step: &StepTime, median_seconds: Option<f64>) -> String {
    let (time, blocked) = (duration(step.seconds), duration(step.blocked_seconds));
    if step.blocked_seconds == step.seconds {
        return format!("blocked for {time}");
    }
    if step.blocked_seconds * 2 >= step.seconds {
        return format!("blocked for {blocked} of its {time}");
    }
    let share = format!("{time}, {:.0} % of the time of all steps", step.share_percent);
    match median_seconds.map(|median| step.seconds as f64 / median) {
        Some(times) if times.is_finite() && times >= 2.0 => format!("{share} and {times:.1} times the median"),
        _ => share,
    }
}

/// Seconds in which the execution was active and no step was in progress.
fn waiting(chronicle: &Chronicle, as_of: Timestamp) -> i64 {
    let Execution { graph, state, .. } = &chronicle.execution;
    let steps = graph.nodes.iter().zip(&state.steps).filter(|(node, _)| node.kind.is_actionable());
    let spans = steps.map(|(_, step)| &step.spans);
    let at_work = state.spans.active_micros_of_any(spans, StepStatus::InProgress, as_of);
    whole_seconds(state.spans.totals(as_of).active_micros - at_work)
}

/// Where the time went, by outermost phase. Empty when no timed step lies in one.
fn phases(chronicle: &Chronicle, timed: &[&StepReport], step_seconds: i64) -> Vec<PhaseTime> {
    let execution = &chronicle.execution;
    let outermost = |step: &StepReport| {
        let above = |position: usize| execution.flow.position(execution.graph.nodes[position].phase.as_ref()?);
        std::iter::successors(execution.flow.position(&step.node_id).and_then(above), |&phase| above(phase)).last()
    };
    let mut seconds: Vec<(Option<usize>, i64)> = Vec::new();
    for step in timed {
        let phase = outermost(step);
        match seconds.iter_mut().find(|(known, _)| *known == phase) {
            Some((_, sum)) => *sum += time_of(step),
            None => seconds.push((phase, time_of(step))),
        }
    }
    if seconds.iter().all(|(phase, _)| phase.is_none()) {
        return Vec::new();
    }
    seconds
        .into_iter()
        .map(|(phase, seconds)| PhaseTime {
            label: phase.map(|phase| execution.graph.nodes[phase].label.clone()),
            seconds,
            share_percent: percent(seconds, step_seconds),
        })
        .collect()
}
