//! Figures about executions. Each is computed here and nowhere else, so that no two pages ever disagree.

use serde::{Deserialize, Serialize};

use crate::event::StepStatus;
use crate::graph::NodeKind;

/// How far an execution (or a phase of it) has come. Counts actionable nodes only; the five counts by status are of
/// those that apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Progress {
    /// Every actionable node.
    pub total: u32,
    /// Those that apply, given the decisions so far.
    pub applicable: u32,
    /// Those that lie only on branches that were not taken.
    pub not_applicable: u32,
    /// Nobody has begun.
    pub not_started: u32,
    /// Somebody is at it.
    pub in_progress: u32,
    /// Done.
    pub completed: u32,
    /// Left out on purpose.
    pub skipped: u32,
    /// Cannot go on.
    pub blocked: u32,
    /// (completed + skipped) / applicable, rounded down: 100 means that nothing is left.
    pub percent: u8,
}

impl Progress {
    /// Counts nodes, each given with its status and whether it applies.
    pub fn of(nodes: impl IntoIterator<Item = (NodeKind, StepStatus, bool)>) -> Self {
        let mut progress = Self::default();
        for (_, status, applicable) in nodes.into_iter().filter(|(kind, ..)| kind.is_actionable()) {
            progress.total += 1;
            if applicable {
                progress.applicable += 1;
                *progress.count_mut(status) += 1;
            } else {
                progress.not_applicable += 1;
            }
        }
        let done = progress.completed + progress.skipped;
        progress.percent =
            (done * 100).checked_div(progress.applicable).and_then(|p| u8::try_from(p).ok()).unwrap_or(0);
        progress
    }

    /// How many of the nodes that apply have a status.
    pub fn count(&self, status: StepStatus) -> u32 {
        match status {
            StepStatus::NotStarted => self.not_started,
            StepStatus::InProgress => self.in_progress,
            StepStatus::Completed => self.completed,
            StepStatus::Skipped => self.skipped,
            StepStatus::Blocked => self.blocked,
        }
    }

    fn count_mut(&mut self, status: StepStatus) -> &mut u32 {
        match status {
            StepStatus::NotStarted => &mut self.not_started,
            StepStatus::InProgress => &mut self.in_progress,
            StepStatus::Completed => &mut self.completed,
            StepStatus::Skipped => &mut self.skipped,
            StepStatus::Blocked => &mut self.blocked,
        }
    }

    /// What a group of nodes looks like as one: blocked when anything in it is, done when everything is, and in
    /// progress from its first touch.
    pub fn roll_up(&self) -> StepStatus {
        if self.blocked > 0 {
            StepStatus::Blocked
        } else if self.applicable > 0 && self.skipped == self.applicable {
            StepStatus::Skipped
        } else if self.applicable > 0 && self.completed + self.skipped == self.applicable {
            StepStatus::Completed
        } else if self.in_progress + self.completed + self.skipped > 0 {
            StepStatus::InProgress
        } else {
            StepStatus::NotStarted
        }
    }
}

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
