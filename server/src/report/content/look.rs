//! The colours of the light theme and the signs of the statuses.

use std::collections::BTreeMap;

use domain::drawing::palette;
use domain::event::{ExecutionStatus, StepStatus};
use serde::Serialize;

/// How things look, by name.
#[derive(Debug, Serialize)]
pub(super) struct Look {
    ink: &'static str,
    ink_2: &'static str,
    line: &'static str,
    line_strong: &'static str,
    surface_2: &'static str,
    /// By status, of steps and of executions.
    statuses: BTreeMap<&'static str, Status>,
}

/// How a status looks: with its sign, without colours too.
#[derive(Debug, Serialize)]
struct Status {
    ink: &'static str,
    soft: &'static str,
    sign: &'static str,
}

impl Default for Look {
    fn default() -> Self {
        let steps = StepStatus::ALL.map(|status| (status.as_str(), like(status, sign(status))));
        let executions = [
            (ExecutionStatus::Active, like(StepStatus::InProgress, "▶")),
            (ExecutionStatus::Paused, like(StepStatus::Skipped, "⏸")),
            (ExecutionStatus::Completed, like(StepStatus::Completed, sign(StepStatus::Completed))),
            (ExecutionStatus::Abandoned, like(StepStatus::NotStarted, "✕")),
        ];
        let executions = executions.into_iter().map(|(status, look)| (status.as_str(), look));
        Self {
            ink: palette::INK,
            ink_2: palette::INK_2,
            line: palette::LINE,
            line_strong: palette::LINE_STRONG,
            surface_2: palette::SURFACE_2,
            statuses: steps.into_iter().chain(executions).collect(),
        }
    }
}

fn like(status: StepStatus, sign: &'static str) -> Status {
    let (ink, soft) = palette::of(status);
    Status { ink, soft, sign }
}

fn sign(status: StepStatus) -> &'static str {
    match status {
        StepStatus::NotStarted => "○",
        StepStatus::InProgress => "◐",
        StepStatus::Completed => "✔",
        StepStatus::Skipped => "»",
        StepStatus::Blocked => "⊘",
    }
}
