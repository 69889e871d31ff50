//! How long things took, and whether the record is whole.

use domain::report::{ManifestEntry, Report};
use domain::words::duration;
use serde::Serialize;

use super::super::legible::Line;
use super::room::Room;
use super::steps::{File, evidence};
use super::{Fact, facts};

#[derive(Debug, Serialize)]
pub(super) struct Metrics {
    facts: Vec<Fact>,
    slowest: Vec<Share>,
    phases: Vec<Share>,
}

/// A part of the time of all steps.
#[derive(Debug, Serialize)]
struct Share {
    label: Line,
    time: String,
    /// How much of it was blocked; not told of phases.
    blocked: Option<String>,
    percent: f64,
    percent_label: String,
}

impl Metrics {
    pub(super) fn of(report: &Report) -> Self {
        let metrics = &report.metrics;
        let slowest = metrics.slowest.iter().map(|step| Share {
            blocked: Some(duration(step.blocked_seconds)),
            ..share(&step.label, step.seconds, step.share_percent)
        });
        let phases = metrics.phases.iter().map(|phase| {
            share(phase.label.as_deref().unwrap_or("Outside of phases"), phase.seconds, phase.share_percent)
        });
        Self { facts: facts(report.metric_facts()), slowest: slowest.collect(), phases: phases.collect() }
    }
}

fn share(label: &str, seconds: i64, percent: f64) -> Share {
    Share {
        label: Line::name(label),
        time: duration(seconds),
        blocked: None,
        percent,
        percent_label: format!("{percent:.0} %"),
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Integrity {
    verified: bool,
    verdict: Line,
    event_count: String,
    head_hash: Line,
    execution_id: String,
    evidence: Vec<Held>,
}

/// A file of evidence, and the step that holds it.
#[derive(Debug, Serialize)]
struct Held {
    label: Line,
    file: File,
}

impl Integrity {
    pub(super) fn of(report: &Report, room: &mut Room) -> Self {
        let integrity = &report.integrity;
        let verdict = match &integrity.fault {
            None => "Verified: every event follows from the one before.".to_owned(),
            Some(fault) => format!("Not verified: {fault}."),
        };
        let held = |entry: &ManifestEntry| Held { label: Line::name(&entry.label), file: evidence(&entry.file, room) };
        Self {
            verified: integrity.verified,
            verdict: Line::sentence(&verdict),
            event_count: integrity.event_count.to_string(),
            head_hash: Line::unbroken(&integrity.head_hash.0),
            execution_id: report.summary.execution_id.to_string(),
            evidence: integrity.evidence.iter().map(held).collect(),
        }
    }
}
