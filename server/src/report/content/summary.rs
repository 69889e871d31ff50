//! The first page: what to know when there is time for no other.

use domain::drawing::status_bar;
use domain::execution::Note;
use domain::report::Report;
use domain::words::{duration, utc};
use serde::Serialize;

use super::super::legible::Line;
use super::super::picture::Picture;
use super::super::prose::prose;
use super::room::Room;
use super::{Fact, Passage, Written, facts};

/// A note of at most so many bytes and lines stays on one page.
const SHORT: usize = 1_000;
const SHORT_LINES: usize = 12;

#[derive(Debug, Serialize)]
pub(super) struct Summary {
    title: Line,
    status: &'static str,
    status_label: &'static str,
    headline: Line,
    narrative: Line,
    /// How it ended, what was decided and what is open.
    first_facts: Vec<Fact>,
    impact: Passage,
    cause: Passage,
    figures: Vec<Figure>,
    status_bar: Picture,
    facts: Vec<Fact>,
    /// Notes on the whole, oldest first.
    notes: Vec<Written>,
    /// How many of them there is no room for.
    left_out: usize,
}

/// A figure that is read from afar.
#[derive(Debug, Serialize)]
struct Figure {
    name: &'static str,
    value: String,
}

impl Summary {
    pub(super) fn of(report: &Report, room: &mut Room) -> Self {
        let summary = &report.summary;
        let (notes, left_out) = room.notes(&summary.notes);
        Self {
            title: Line::name(&summary.incident_title),
            status: summary.status.as_str(),
            status_label: summary.status.label(),
            headline: Line::sentence(&summary.headline),
            narrative: Line::sentence(&summary.narrative),
            first_facts: facts(report.first_facts()),
            impact: Passage::of(report.impact.as_ref()),
            cause: Passage::of(report.cause.as_ref()),
            figures: figures(report),
            status_bar: Picture::across(&status_bar(&summary.progress)),
            facts: facts(report.summary_facts()),
            notes,
            left_out,
        }
    }
}

#[cfg(test)]
impl Summary {
    /// How many notes are printed and how many are not.
    pub(super) fn note_counts(&self) -> (usize, usize) {
        (self.notes.len(), self.left_out)
    }
}

fn figures(report: &Report) -> Vec<Figure> {
    let (summary, metrics) = (&report.summary, &report.metrics);
    let done = summary.progress.completed + summary.progress.skipped;
    [
        ("Duration", duration(summary.duration_seconds)),
        ("Steps done", format!("{done} of {}", summary.progress.applicable)),
        ("To the first action", metrics.first_action_seconds.map_or_else(|| "–".to_owned(), duration)),
        ("Blocked, all steps", duration(metrics.blocked_seconds)),
        ("Analysts", summary.analysts.len().to_string()),
        ("Events", report.integrity.event_count.to_string()),
        ("Notes", summary.note_count.to_string()),
        ("Files of evidence", summary.evidence_count.to_string()),
    ]
    .map(|(name, value)| Figure { name, value })
    .into()
}

/// A note with its author and time; of a late entry with both times.
pub(super) fn written(note: &Note) -> Written {
    let happened = note.occurred_at.map(|at| format!("{} UTC, recorded ", utc(at))).unwrap_or_default();
    let byline = Line::told(note.author.as_str(), &format!(", {happened}{} UTC", utc(note.timestamp)));
    let is_short = note.text.len() <= SHORT && note.text.lines().count() <= SHORT_LINES;
    Written { byline, is_short, body: prose(&note.text) }
}
