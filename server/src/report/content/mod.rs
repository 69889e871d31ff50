//! What the template sets: a report in the words and figures that stand on paper.
//!
//! Everything that comes from people is a [`Line`] or a [`Block`], so nothing reaches the template that could not be drawn;
//! everything is said here, so the template computes nothing.

mod figures;
mod steps;
mod summary;
mod timeline;

use domain::drawing::gantt_parts;
use domain::report::{Recommendations, Report};
use domain::text::shortened;
use domain::time::Timestamp;
use serde::Serialize;

use super::chart::{Chart, Picture};
use super::legible::{Line, legible};
use super::prose::{Block, prose};
use super::{Document, EVENTS_FILE};

/// Rows of the chart over time that fill a page.
const ROWS_PER_PAGE: usize = 44;
/// As many characters of a title as fit into the head of a page.
const RUNNING: usize = 70;
/// Most people who are named as authors of the file: PDF/A bounds the text.
const MOST_AUTHORS: usize = 20;

/// The data of `report.typ`.
#[derive(Debug, Serialize)]
pub(super) struct Content {
    metadata: Metadata,
    /// Whether it says so on every page.
    interim: bool,
    /// The head of every page but the first.
    running: Line,
    as_of: String,
    summary: summary::Summary,
    flowchart: Chart,
    /// The steps over time; none when no step took any.
    course: Vec<Picture>,
    timeline: timeline::Timeline,
    steps: steps::Steps,
    metrics: figures::Metrics,
    recommendations: Option<Written>,
    integrity: figures::Integrity,
    /// The name under which the events are attached.
    events_file: &'static str,
}

/// What the file says of itself.
#[derive(Debug, Serialize)]
struct Metadata {
    title: String,
    authors: Vec<String>,
    description: String,
}

/// A longer text, and whose it is.
#[derive(Debug, Serialize)]
struct Written {
    byline: Line,
    body: Vec<Block>,
}

/// A fact: what it is, and the fact.
type Fact = (&'static str, Line);

impl Content {
    pub(super) fn of(document: &Document) -> Self {
        let Document { report, flowchart, .. } = document;
        let clock = Clock::of(report);
        let incident = incident(report);
        Self {
            metadata: metadata(report),
            interim: report.interim,
            running: Line::of(&shortened(&incident, RUNNING)),
            as_of: moment(report.as_of),
            summary: summary::Summary::of(report, &clock),
            flowchart: Chart::of(flowchart),
            course: gantt_parts(report, ROWS_PER_PAGE).iter().map(Picture::across).collect(),
            timeline: timeline::Timeline::of(report),
            steps: steps::Steps::of(report, &clock),
            metrics: figures::Metrics::of(report),
            recommendations: report.recommendations.as_ref().map(|written| recommendations(written, &clock)),
            integrity: figures::Integrity::of(report, &clock),
            events_file: EVENTS_FILE,
        }
    }
}

/// The incident by number and name.
fn incident(report: &Report) -> String {
    let summary = &report.summary;
    let names = summary.incident_id.iter().chain([&summary.incident_title]);
    names.map(String::as_str).collect::<Vec<_>>().join(" · ")
}

fn metadata(report: &Report) -> Metadata {
    let kind = if report.interim { "Interim report" } else { "After-action report" };
    let authors = report.summary.analysts.iter().take(MOST_AUTHORS);
    let plain = |text: &str| legible(text).replace('\n', " ");
    Metadata {
        title: plain(&format!("{kind}: {}", incident(report))),
        authors: authors.map(|analyst| plain(analyst.name.as_str())).collect(),
        description: plain(&report.summary.headline),
    }
}

fn recommendations(written: &Recommendations, clock: &Clock) -> Written {
    Written {
        byline: Line::of(&format!("{}, {}", written.actor.as_str(), clock.at(written.at))),
        body: prose(&written.text),
    }
}

/// A point in time with its date: `2026-11-22 02:14:05 UTC`.
fn moment(at: Timestamp) -> String {
    let (date, time) = at.parts();
    format!("{date} {time} UTC")
}

/// Times of day, with their date where it is another than that of the start.
struct Clock {
    first_day: String,
}

impl Clock {
    fn of(report: &Report) -> Self {
        Self { first_day: report.summary.started_at.parts().0 }
    }

    fn at(&self, at: Timestamp) -> String {
        let (date, time) = at.parts();
        if date == self.first_day { time } else { format!("{date} {time}") }
    }
}
