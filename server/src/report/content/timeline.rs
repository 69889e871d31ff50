//! What happened, day by day.

use domain::report::Entry;
use domain::text::shortened;
use domain::words::{is_free_text, utc};
use serde::Serialize;

use super::super::legible::Line;
use super::super::prose;

/// As many characters of an analyst's words as the timeline quotes; the steps and the attached events have all of them.
const QUOTED: usize = 120;
/// As many characters of a step's name as are told; its section has all of them.
const LABEL: usize = 200;
/// As many entries as are printed. A longer log is read by programs, from the file that is attached.
const MOST_ENTRIES: usize = 5_000;

#[derive(Debug, Serialize)]
pub(super) struct Timeline {
    days: Vec<Day>,
    /// How many entries there is no room for.
    left_out: usize,
}

/// The entries of a day.
#[derive(Debug, Serialize)]
struct Day {
    date: String,
    entries: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    /// When, and who did what.
    said: Line,
    /// With which step.
    label: Option<Line>,
    /// Of a late entry when it was recorded and from when it counts; what was replaced; the analyst's words.
    details: Vec<Line>,
}

impl Timeline {
    pub(super) fn of<'a>(entries: impl Iterator<Item = &'a Entry> + Clone) -> Self {
        let mut days: Vec<Day> = Vec::new();
        for entry in entries.clone().take(MOST_ENTRIES) {
            let (date, time) = entry.at.parts();
            let row = row(entry, &time);
            match days.last_mut() {
                Some(day) if day.date == date => day.entries.push(row),
                _ => days.push(Day { date, entries: vec![row] }),
            }
        }
        Self { days, left_out: entries.count().saturating_sub(MOST_ENTRIES) }
    }
}

fn row(entry: &Entry, time: &str) -> Row {
    let label = entry.label.as_deref().map(|label| Line::name(&shortened(label, LABEL)));
    let counted = entry.counted_at.map(|at| format!(", and counted from {} UTC", utc(at))).unwrap_or_default();
    let recorded =
        entry.late.then(|| Line::sentence(&format!("Recorded later, at {} UTC{counted}", utc(entry.recorded_at))));
    let replaced = entry.replaced.as_deref().map(Line::sentence);
    let quoted =
        entry.details.as_deref().map(|details| Line::of(&shortened(&quoted(details, &entry.event_type), QUOTED)));
    let gap = if label.is_some() { " " } else { "" };
    Row {
        said: Line::told(entry.actor.as_str(), &format!(" {}{gap}", entry.text)).after(&format!("{time}\u{2003}")),
        label,
        details: recorded.into_iter().chain(replaced).chain(quoted).collect(),
    }
}

/// What of somebody's words stands on one line.
fn quoted(details: &str, event_type: &str) -> String {
    // No more is read than has room, whatever of it is markup.
    let beginning = shortened(details, QUOTED * 10);
    if is_free_text(event_type) { prose::quoted(&beginning) } else { beginning }
}
