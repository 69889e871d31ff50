//! The whole execution in one sentence.

use super::sections::{Metrics, Summary};
use crate::event::ExecutionStatus;
use crate::legible::legible;
use crate::words::{counted, duration};

pub(super) fn of(summary: &Summary, metrics: &Metrics) -> String {
    let progress = &summary.progress;
    let people = counted(summary.analysts.len() as u64, "analyst");
    let time = duration(summary.duration_seconds);
    let mut sentence = match summary.status {
        ExecutionStatus::Completed => format!("Completed after {time} by {people}"),
        ExecutionStatus::Abandoned => format!("Abandoned after {time} by {people}"),
        ExecutionStatus::Paused => format!("Paused; begun {time} ago, {people} so far"),
        ExecutionStatus::Active => format!("Active for {time}, {people} so far"),
    };
    sentence += &format!(": {} of {} completed", progress.completed, counted(progress.applicable.into(), "step"));
    let left = progress.not_started + progress.in_progress + progress.blocked;
    for (count, word) in [(progress.skipped, "skipped"), (left, "open")] {
        if count > 0 {
            sentence += &format!(", {count} {word}");
        }
    }
    if let Some(bottleneck) = &metrics.bottleneck {
        sentence +=
            &format!("; “{}” took longest ({})", legible(&bottleneck.step.label), duration(bottleneck.step.seconds));
    }
    sentence + "."
}
