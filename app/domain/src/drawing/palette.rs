//! The colours of drawings that stand alone: those of the light theme in `style/tokens.css`, which a test holds them to.

use crate::event::StepStatus;

/// Texts.
pub const INK: &str = "#17202c";
/// Texts of less weight.
pub const INK_2: &str = "#4a5768";
/// Lines that part.
pub const LINE: &str = "#d3dae4";
/// Lines that connect.
pub const LINE_STRONG: &str = "#8b97a8";
/// Areas that hold others.
pub const SURFACE_2: &str = "#eef1f6";
/// The ground.
pub const SURFACE: &str = "#ffffff";

/// The colour of a status: of its lines and texts, and of areas.
pub const fn of(status: StepStatus) -> (&'static str, &'static str) {
    match status {
        StepStatus::NotStarted => ("#566275", "#ffffff"),
        StepStatus::InProgress => ("#1a56c4", "#e2ecff"),
        StepStatus::Completed => ("#1c6b3a", "#e0f4e7"),
        StepStatus::Skipped => ("#7a5600", "#fdf2cf"),
        StepStatus::Blocked => ("#b3261e", "#fde8e6"),
    }
}
