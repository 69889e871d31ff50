//! How far an execution has come.

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
