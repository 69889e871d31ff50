//! The first page: what to know when there is time for no other.

use domain::drawing::status_bar;
use domain::execution::Note;
use domain::report::{Analyst, Report};
use domain::words::{counted, duration};
use serde::Serialize;

use super::super::chart::Picture;
use super::super::legible::Line;
use super::super::prose::{Block, prose};
use super::{Clock, Fact, Written, moment};

/// Most people who are named on the first page.
const MOST_NAMED: usize = 12;

#[derive(Debug, Serialize)]
pub(super) struct Summary {
    title: Line,
    status: &'static str,
    status_label: &'static str,
    headline: Line,
    outcome: Vec<Block>,
    figures: Vec<Figure>,
    facts: Vec<Fact>,
    status_bar: Picture,
    /// Notes on the whole, oldest first.
    notes: Vec<Written>,
    /// The day of every time that is given without one.
    day: String,
}

/// A figure that is read from afar.
#[derive(Debug, Serialize)]
struct Figure {
    value: String,
    label: &'static str,
    aside: String,
}

impl Summary {
    pub(super) fn of(report: &Report, clock: &Clock) -> Self {
        let summary = &report.summary;
        Self {
            title: Line::name(&summary.incident_title),
            status: summary.status.as_str(),
            status_label: summary.status.label(),
            headline: Line::of(&summary.headline),
            outcome: summary.outcome.as_deref().map(prose).unwrap_or_default(),
            figures: figures(report),
            facts: facts(report),
            status_bar: Picture::across(&status_bar(&summary.progress)),
            notes: summary.notes.iter().map(|note| written(note, clock)).collect(),
            day: clock.first_day.clone(),
        }
    }
}

/// A note with its author and time; of a late entry with both times.
pub(super) fn written(note: &Note, clock: &Clock) -> Written {
    let author = note.author.as_str();
    let byline = match note.occurred_at {
        Some(at) => format!("{author}, {}, recorded later: {}", clock.at(at), clock.at(note.timestamp)),
        None => format!("{author}, {}", clock.at(note.timestamp)),
    };
    Written { byline: Line::of(&byline), body: prose(&note.text) }
}

fn figures(report: &Report) -> Vec<Figure> {
    let (summary, metrics) = (&report.summary, &report.metrics);
    let progress = &summary.progress;
    let late = if summary.late_count > 0 { format!("{} late", summary.late_count) } else { String::new() };
    let paused = match summary.pause_count {
        0 => String::new(),
        _ => format!("paused for {}", duration(summary.paused_seconds)),
    };
    let figure = |value, label, aside| Figure { value, label, aside };
    vec![
        figure(duration(summary.duration_seconds), "Duration", paused),
        figure(
            format!("{} of {}", progress.completed + progress.skipped, progress.applicable),
            "Steps done",
            format!("{} %", progress.percent),
        ),
        figure(
            metrics.first_action_seconds.map_or("–".to_owned(), duration),
            "To the first action",
            String::new(),
        ),
        figure(duration(metrics.blocked_seconds), "Blocked", String::new()),
        figure(summary.analysts.len().to_string(), "Analysts", String::new()),
        figure(report.integrity.event_count.to_string(), "Events", late),
        figure(summary.evidence_count.to_string(), "Files of evidence", String::new()),
        figure(summary.note_count.to_string(), "Notes", String::new()),
    ]
}

fn facts(report: &Report) -> Vec<Fact> {
    let summary = &report.summary;
    let incident_id = summary.incident_id.as_ref().map(|id| ("Incident", Line::of(id)));
    let ended = match summary.ended_at {
        Some(at) => moment(at),
        None => format!("not over as of {}", moment(report.as_of)),
    };
    let started = format!("{} by {}", moment(summary.started_at), summary.started_by.as_str());
    let playbook = format!("{}, version {}", summary.playbook_title, summary.playbook_version);
    let reopened = (summary.reopened_count > 0).then(|| {
        let times = counted(summary.reopened_count.into(), "time");
        ("Reopened", Line::of(&format!("{times}, closed in between for {}", duration(summary.closed_seconds))))
    });
    incident_id
        .into_iter()
        .chain([
            ("Playbook", Line::of(&playbook)),
            ("Started", Line::of(&started)),
            ("Ended", Line::of(&ended)),
        ])
        .chain(reopened)
        .chain([("People", people(&summary.analysts)), ("Execution", Line::of(&summary.execution_id.to_string()))])
        .collect()
}

fn people(analysts: &[Analyst]) -> Line {
    let mut named: Vec<String> = analysts.iter().take(MOST_NAMED).map(person).collect();
    let others = analysts.len().saturating_sub(MOST_NAMED);
    if others > 0 {
        named.push(format!("and {others} more"));
    }
    Line::of(&named.join("; "))
}

fn person(analyst: &Analyst) -> String {
    let done = match analyst.done_count {
        0 => String::new(),
        count => format!(", {} done", counted(count.into(), "step")),
    };
    format!("{} ({}{done})", analyst.name.as_str(), counted(analyst.event_count.into(), "event"))
}
