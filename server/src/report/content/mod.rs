//! What the template sets: a report in the words and figures that stand on paper.
//!
//! Everything that comes from people is a [`Line`] or a [`Block`], so nothing reaches the template that could not be drawn.
//! Everything is said here or in `domain`, so the template computes nothing.

mod figures;
mod look;
mod room;
mod steps;
mod summary;
mod timeline;

use domain::drawing::{Drawing, gantt_parts};
use domain::legible as everywhere;
use domain::report::{NO_FINDINGS, NOTHING_WRITTEN, OUTCOME, Report, WrittenText};
use domain::text::shortened;
use domain::words::utc;
use serde::Serialize;

use super::chart::Chart;
use super::legible::{Line, legible};
use super::picture::Picture;
use super::prose::{Block, prose};
use super::{Document, EVENTS_FILE};
use room::Room;

/// Rows of the chart over time that fill a page.
const ROWS_PER_PAGE: usize = 48;
/// As many characters of a title as fit into the head of a page.
const RUNNING: usize = 70;
/// Most people who are named as authors of the file: PDF/A bounds the text.
const MOST_AUTHORS: usize = 20;

/// The data of `report.typ`.
#[derive(Debug, Serialize)]
pub(super) struct Content {
    look: look::Look,
    /// What typst calls the paper.
    paper: &'static str,
    metadata: Metadata,
    /// Whether every page says so.
    interim: bool,
    /// The head of every page but the first.
    running: Line,
    as_of: String,
    summary: summary::Summary,
    flowchart: Chart,
    /// The steps over time; none when no step took any.
    gantt: Vec<Picture>,
    key_events: timeline::Timeline,
    findings: Vec<steps::Finding>,
    no_findings: &'static str,
    recommendations: Passage,
    metrics: figures::Metrics,
    timeline: timeline::Timeline,
    steps: steps::Steps,
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
    /// Whether it stays on one page.
    is_short: bool,
    body: Vec<Block>,
}

/// A text that analysts write in the report, as it is last.
#[derive(Debug, Serialize)]
struct Passage {
    /// Who wrote it; of one that nobody has written, that it is so.
    byline: Line,
    body: Vec<Block>,
}

impl Passage {
    fn of(written: Option<&WrittenText>) -> Self {
        match written {
            Some(written) => Self { byline: Line::sentence(&written.by()), body: prose(&written.text) },
            None => Self { byline: Line::sentence(NOTHING_WRITTEN), body: Vec::new() },
        }
    }
}

/// A name and a value.
type Fact = (&'static str, Said);

/// A value of this program's words, or of somebody's.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Said {
    Lines([Line; 1]),
    Text(Vec<Block>),
}

fn facts(facts: Vec<domain::report::Fact>) -> Vec<Fact> {
    let said = |name, value: &str| match name {
        OUTCOME => Said::Text(prose(value)),
        _ => Said::Lines([Line::sentence(value)]),
    };
    facts.into_iter().map(|(name, value)| (name, said(name, &value))).collect()
}

impl Content {
    pub(super) fn of(document: &Document) -> Self {
        let Document { paper, report, graph, placement, .. } = document;
        let mut room = Room::default();
        let gantt: Vec<Drawing> = gantt_parts(report, ROWS_PER_PAGE);
        Self {
            look: look::Look::default(),
            paper: paper.name(),
            metadata: metadata(report),
            interim: report.interim,
            running: Line::of(&shortened(&incident(report), RUNNING)),
            as_of: utc(report.as_of),
            summary: summary::Summary::of(report, &mut room),
            flowchart: Chart::of(graph, placement, report, *paper),
            gantt: gantt.iter().map(Picture::across).collect(),
            key_events: timeline::Timeline::of(report.key_events()),
            findings: steps::findings(report, &mut room),
            no_findings: NO_FINDINGS,
            recommendations: Passage::of(report.recommendations.as_ref()),
            metrics: figures::Metrics::of(report),
            timeline: timeline::Timeline::of(report.told()),
            steps: steps::Steps::of(report, &mut room),
            integrity: figures::Integrity::of(report, &mut room),
            events_file: EVENTS_FILE,
        }
    }
}

/// The incident by number and name.
fn incident(report: &Report) -> String {
    let summary = &report.summary;
    let names = summary.incident_id.iter().chain([&summary.incident_title]);
    names.map(|name| everywhere::legible(name)).collect::<Vec<_>>().join(" · ")
}

fn metadata(report: &Report) -> Metadata {
    let kind = if report.interim { "Interim report" } else { "After-action report" };
    let authors = report.summary.analysts.iter().take(MOST_AUTHORS);
    let plain = |text: &str| legible(text).replace('\n', " ");
    Metadata {
        title: plain(&format!("{kind}: {}", incident(report))),
        authors: authors.map(|analyst| plain(&analyst.name.to_string())).collect(),
        description: plain(&report.summary.headline),
    }
}
