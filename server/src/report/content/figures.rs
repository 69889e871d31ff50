//! How long things took, and whether the record is whole.

use domain::report::{ManifestEntry, Report, StepTime};
use domain::words::{counted, duration};
use serde::Serialize;

use super::super::legible::Line;
use super::steps::{File, evidence};
use super::{Clock, Fact};

#[derive(Debug, Serialize)]
pub(super) struct Metrics {
    facts: Vec<Fact>,
    bottleneck: Option<Bottleneck>,
    slowest: Vec<Share>,
    phases: Vec<Share>,
}

#[derive(Debug, Serialize)]
struct Bottleneck {
    label: Line,
    reason: Line,
}

/// A part of the time of all steps.
#[derive(Debug, Serialize)]
struct Share {
    label: Line,
    time: String,
    aside: String,
    percent: f64,
    percent_label: String,
}

impl Metrics {
    pub(super) fn of(report: &Report) -> Self {
        let metrics = &report.metrics;
        let phase = |label: Option<&String>| Line::name(label.map_or("Outside of any phase", String::as_str));
        Self {
            facts: facts(report),
            bottleneck: metrics.bottleneck.as_ref().map(|found| Bottleneck {
                label: Line::name(&found.step.label),
                reason: Line::of(&found.reason),
            }),
            slowest: metrics.slowest.iter().map(slow).collect(),
            phases: metrics
                .phases
                .iter()
                .map(|time| share(phase(time.label.as_ref()), time.seconds, String::new(), time.share_percent))
                .collect(),
        }
    }
}

fn facts(report: &Report) -> Vec<Fact> {
    let (summary, metrics) = (&report.summary, &report.metrics);
    #[expect(clippy::cast_possible_truncation, reason = "a mean of whole seconds fits where these do")]
    let rounded = |seconds: Option<f64>| seconds.map_or("–".to_owned(), |seconds| duration(seconds.round() as i64));
    let of = counted(metrics.timed_count.into(), "step");
    [
        ("Duration", duration(summary.duration_seconds)),
        ("Active", duration(summary.active_seconds)),
        ("Paused", format!("{}, {}", duration(summary.paused_seconds), counted(summary.pause_count.into(), "time"))),
        ("To the first action", metrics.first_action_seconds.map_or("–".to_owned(), duration)),
        ("No step in progress", format!("{} of the active time", duration(metrics.waiting_seconds))),
        ("Blocked", format!("{}, all steps together", duration(metrics.blocked_seconds))),
        ("Time of all steps", format!("{}, {of} with a time", duration(metrics.step_seconds))),
        ("Mean per step", rounded(metrics.mean_seconds)),
        ("Median per step", rounded(metrics.median_seconds)),
    ]
    .map(|(name, fact)| (name, Line::of(&fact)))
    .into()
}

fn slow(step: &StepTime) -> Share {
    let blocked = match step.blocked_seconds {
        0 => String::new(),
        seconds => format!("blocked for {}", duration(seconds)),
    };
    share(Line::name(&step.label), step.seconds, blocked, step.share_percent)
}

fn share(label: Line, seconds: i64, aside: String, percent: f64) -> Share {
    Share { label, time: duration(seconds), aside, percent, percent_label: format!("{percent:.0} %") }
}

/// The seal of the report.
#[derive(Debug, Serialize)]
pub(super) struct Integrity {
    verified: bool,
    verdict: Line,
    facts: Vec<Fact>,
    evidence: Vec<Held>,
}

/// A file of evidence, and the step that holds it.
#[derive(Debug, Serialize)]
struct Held {
    label: Line,
    file: File,
}

impl Integrity {
    pub(super) fn of(report: &Report, clock: &Clock) -> Self {
        let integrity = &report.integrity;
        let verdict = match &integrity.fault {
            None => "The record is whole: every event follows from the one before.".to_owned(),
            Some(fault) => format!("The record is not whole: {fault}."),
        };
        let held = |entry: &ManifestEntry| Held { label: Line::name(&entry.label), file: evidence(&entry.file, clock) };
        Self {
            verified: integrity.verified,
            verdict: Line::of(&verdict),
            facts: vec![
                ("Events", Line::of(&integrity.event_count.to_string())),
                ("Hash of the last event", Line::unbroken(&integrity.head_hash.0)),
                ("Execution", Line::unbroken(&report.summary.execution_id.to_string())),
            ],
            evidence: integrity.evidence.iter().map(held).collect(),
        }
    }
}
