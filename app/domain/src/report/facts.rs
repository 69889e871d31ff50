//! The figures of a report in words: names and values as every form of it shows them.

use super::sections::{Choice, Metrics, Report, StepReport, Summary, WrittenText};
use crate::event::StepStatus;
use crate::graph::NodeKind;
use crate::legible::legible;
use crate::text::shortened;
use crate::words::{counted, duration, held, utc};

/// A name and a value.
pub type Fact = (&'static str, String);

/// So many decisions, and open steps of a kind, are named on the first page.
const NAMED: usize = 8;
/// As much of a reason as the first page has room for, in characters; the steps have all of it.
const QUOTED: usize = 200;

/// The fact whose value is an analyst's own words, which are shown as notes are.
pub const OUTCOME: &str = "Outcome";

/// Stands for a text that nobody has written.
pub const NOTHING_WRITTEN: &str = "Nothing has been written yet.";
/// Stands for findings that nobody has marked.
pub const NO_FINDINGS: &str = "No note has been marked as a key event.";

impl Report {
    /// How it ended, which way the decisions went, and what is still to be done.
    pub fn first_facts(&self) -> Vec<Fact> {
        let outcome = self.summary.outcome.clone().map(|outcome| (OUTCOME, outcome));
        outcome.into_iter().chain(self.decided()).chain(self.still_open()).collect()
    }

    /// What it was, when, and how much of it there is.
    pub fn summary_facts(&self) -> Vec<Fact> {
        let Summary { progress, .. } = &self.summary;
        let summary = &self.summary;
        let mut facts = vec![("Incident", legible(&summary.incident_title).into_owned())];
        facts.extend(summary.incident_id.as_deref().map(|id| ("Incident number", legible(id).into_owned())));
        facts.push(("Playbook", format!("{}, version {}", legible(&summary.playbook_title), summary.playbook_version)));
        let interim = if self.interim { format!(" (interim, as of {} UTC)", utc(self.as_of)) } else { String::new() };
        facts.push(("Status", format!("{}{interim}", summary.status.label())));
        facts.push(("Started", format!("{} UTC by {}", utc(summary.started_at), summary.started_by)));
        let by = summary.ended_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        facts.extend(summary.ended_at.map(|at| ("Ended", format!("{} UTC{by}", utc(at)))));
        facts.push(("Duration", duration(summary.duration_seconds)));
        let paused = match summary.pause_count {
            0 => "Not paused".to_owned(),
            count => format!("{} in {}", duration(summary.paused_seconds), counted(count.into(), "pause")),
        };
        facts.push(("Paused", paused));
        if summary.reopened_count > 0 {
            let times = counted(summary.reopened_count.into(), "time");
            facts.push(("Reopened", format!("{times}, closed for {} before", duration(summary.closed_seconds))));
        }
        let people: Vec<String> = summary
            .analysts
            .iter()
            .map(|analyst| format!("{} ({})", analyst.name, counted(analyst.event_count.into(), "event")))
            .collect();
        facts.push(("Analysts", people.join(", ")));
        let counts = StepStatus::ALL.into_iter().filter(|status| progress.count(*status) > 0);
        let counts: Vec<String> =
            counts.map(|status| format!("{} {}", progress.count(status), status.label().to_lowercase())).collect();
        facts.push(("Steps", format!("{} apply: {}", progress.applicable, counts.join(", "))));
        if progress.not_applicable > 0 {
            facts.push(("Not applicable", counted(progress.not_applicable.into(), "step")));
        }
        let late = match summary.late_count {
            0 => String::new(),
            count => format!(", {} recorded late", counted(count.into(), "entry").replace("entrys", "entries")),
        };
        facts.push((
            "Record",
            format!(
                "{}, {}, {}{late}",
                counted(self.integrity.event_count, "event"),
                counted(summary.note_count.into(), "note"),
                counted(summary.evidence_count.into(), "file"),
            ),
        ));
        facts
    }

    /// How long things took.
    pub fn metric_facts(&self) -> Vec<Fact> {
        let Metrics { timed_count, step_seconds, mean_seconds, median_seconds, .. } = self.metrics;
        let metrics = &self.metrics;
        let n = format!("of {}", counted(timed_count.into(), "timed step"));
        let seconds = |seconds: Option<f64>| {
            seconds.map_or_else(|| "no step took any time".to_owned(), |seconds| format!("{} ({n})", rounded(seconds)))
        };
        let mut facts = vec![
            ("Active time", duration(self.summary.active_seconds)),
            ("Time of all steps", duration(step_seconds)),
            ("Mean time of a step", seconds(mean_seconds)),
            ("Median time of a step", seconds(median_seconds)),
        ];
        let first = metrics.first_action_seconds.map_or_else(|| "nothing was done yet".to_owned(), duration);
        facts.push(("Time to the first action", first));
        facts.push(("Waiting (no step in progress)", duration(metrics.waiting_seconds)));
        facts.push(("Blocked, all steps", duration(metrics.blocked_seconds)));
        if let Some(bottleneck) = &metrics.bottleneck {
            facts.push(("Bottleneck", format!("{}: {}", legible(&bottleneck.step.label), bottleneck.reason)));
        }
        facts
    }
}

impl Report {
    /// Which way the decisions went and why, as far as a first page has room for them.
    fn decided(&self) -> Vec<Fact> {
        let decided = self.steps.iter().filter_map(|step| Some((step, step.decision.as_ref()?)));
        let told = |(step, choice): (&StepReport, &Choice)| {
            let why = choice.rationale.as_deref().map(|why| why.split_whitespace().collect::<Vec<_>>().join(" "));
            let why = why.map(|why| format!(": {}", legible(&shortened(&why, QUOTED)))).unwrap_or_default();
            let (branch, label) = (legible(&choice.branch), legible(&step.label));
            ("Decided", format!("“{branch}” at “{label}”, by {}{why}", choice.actor))
        };
        let count = decided.clone().count();
        let mut facts: Vec<Fact> = decided.take(NAMED).map(told).collect();
        if count > NAMED {
            facts.push(("Decided", format!("and {} more", counted((count - NAMED) as u64, "answer"))));
        }
        facts
    }

    /// What is still to be done; what is blocked with what it waits for.
    fn still_open(&self) -> Option<Fact> {
        let open = |status| {
            let steps = self.steps.iter().filter(|step| step.applicable && step.kind.is_actionable());
            steps.filter(move |step| step.status == status).collect::<Vec<_>>()
        };
        let named = |status: StepStatus| {
            let steps = open(status);
            let name = |step: &&StepReport| {
                let waits = step.blocked.as_ref().and_then(|hold| hold.reason.as_deref());
                let waits = waits.map(|reason| format!(" (waiting for: {})", legible(reason))).unwrap_or_default();
                format!("“{}”{waits}", legible(&step.label))
            };
            let names: Vec<String> = steps.iter().take(NAMED).map(name).collect();
            let more = steps.len().saturating_sub(NAMED);
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            (!steps.is_empty()).then(|| format!("{}: {}{more}", status.label().to_lowercase(), names.join(", ")))
        };
        let waiting = open(StepStatus::NotStarted).len();
        let waiting = (waiting > 0).then(|| format!("{waiting} not started"));
        let parts: Vec<String> =
            [named(StepStatus::Blocked), named(StepStatus::InProgress), waiting].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| ("Still open", parts.join("; ")))
    }
}

impl StepReport {
    /// What became of the step, apart from notes, evidence and what was decided.
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![("Status", self.status.label().to_owned())];
        if let Some(progress) = self.progress {
            let done = progress.completed + progress.skipped;
            facts[0].1 += &format!(", {done} of {} done", progress.applicable);
        }
        facts.extend(self.assignee.as_ref().map(|assignee| ("Assignee", assignee.to_string())));
        facts.extend(self.started_at.map(|at| ("Started", format!("{} UTC", utc(at)))));
        facts.extend(self.ended_at.map(|at| ("Ended", format!("{} UTC", utc(at)))));
        if !self.spans.is_empty() {
            facts.push(("In progress", duration(self.active_seconds)));
        }
        if self.blocked_seconds > 0 {
            facts.push(("Blocked", duration(self.blocked_seconds)));
        }
        facts.extend(self.blocked.as_ref().map(|hold| ("Waiting", held(hold))));
        if self.kind == NodeKind::Decision && self.status == StepStatus::Completed && self.decision.is_none() {
            facts.push(("Answer", "Completed without an answer".to_owned()));
        }
        facts
    }
}

impl WrittenText {
    /// Who wrote it last, and when.
    pub fn by(&self) -> String {
        format!("Last changed by {}, {} UTC", self.actor, utc(self.at))
    }
}

impl Choice {
    /// Who chose when, and who took it back.
    pub fn by(&self) -> String {
        format!("{}{}", self.actor, self.when())
    }

    /// The same after the name of who chose.
    pub fn when(&self) -> String {
        let withdrawn = self.withdrawn.as_ref();
        let withdrawn = withdrawn.map(|by| format!("; taken back by {}, {} UTC", by.actor, utc(by.at)));
        format!(", {} UTC{}", utc(self.at), withdrawn.unwrap_or_default())
    }
}

/// Seconds to the nearest whole one, in words.
#[expect(clippy::cast_possible_truncation, reason = "seconds of an execution are far below 2^53")]
fn rounded(seconds: f64) -> String {
    duration(seconds.round() as i64)
}
