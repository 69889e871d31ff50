//! Figures about executions. Each is computed here and nowhere else, so that no two pages ever disagree.
//!
//! [`Progress`] is about one execution. The rest is about many: what is left of each when it is over ([`Record`]) becomes the
//! figures of the dashboard and of `/api/metrics/*`. How they are defined stands with them ([`ExecutionFigures`],
//! [`StepFigures`]); the time of a step is that of [`crate::report::Metrics`]. Means and percentages are to a tenth.

mod over_time;
mod playbooks;
mod progress;
mod record;
mod sections;
mod steps;
mod summary;

pub use over_time::{OverTime, Period, PeriodUnit};
pub use playbooks::playbooks;
pub use progress::Progress;
pub use record::{Library, LibraryEntry, Record, StepOutcome, StepOutcomes};
pub use sections::{
    BlockedExecution, BlockedStep, Bottlenecks, BranchFigures, DecisionFigures, ExecutionFigures, MetricsFilter,
    MetricsSummary, PlaybookFigures, PlaybookHistory, Running, StepFigures,
};
pub use steps::history;
pub use summary::summary;

/// The mean, to a tenth; `None` of nothing.
#[expect(clippy::cast_precision_loss, reason = "seconds of executions are far below 2^53")]
pub fn mean(seconds: &[i64]) -> Option<f64> {
    (!seconds.is_empty()).then(|| tenths(seconds.iter().sum::<i64>() as f64 / seconds.len() as f64))
}

/// A part of a whole in percent, to a tenth; 0 of nothing.
#[expect(clippy::cast_precision_loss, reason = "seconds of executions are far below 2^53")]
pub fn percent(part: i64, whole: i64) -> f64 {
    if whole == 0 { 0.0 } else { tenths(part as f64 * 100.0 / whole as f64) }
}

/// To a tenth: as exact as any figure is meant, and the same wherever it is written and read again.
fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// The median: the middle one, or the mean of the two in the middle; `None` of nothing.
pub fn median(seconds: &[i64]) -> Option<f64> {
    let mut sorted = seconds.to_vec();
    sorted.sort_unstable();
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        mean(&sorted[middle..=middle])
    } else {
        mean(sorted.get(middle.checked_sub(1)?..=middle)?)
    }
}

/// A part of a whole in percent, to a tenth; `None` of nothing.
pub fn percent_of(part: u32, whole: u32) -> Option<f64> {
    (whole != 0).then(|| percent(part.into(), whole.into()))
}
