//! Every step: who had it, when, how long, what was decided and found.

use domain::execution::AttachedEvidence;
use domain::graph::NodeKind;
use domain::report::{Choice, NodeRef, Report, StepReport};
use domain::words::{duration, size};
use serde::Serialize;

use super::super::legible::Line;
use super::super::prose::{Block, prose};
use super::{Clock, Written, summary};

/// Headings go no deeper.
const DEEPEST: u32 = 5;

#[derive(Debug, Serialize)]
pub(super) struct Steps {
    steps: Vec<Step>,
    /// Steps on branches that were not taken, by phase.
    not_applicable: Vec<Group>,
}

#[derive(Debug, Serialize)]
struct Step {
    /// The level of its heading; never more than one deeper than the one before (PDF/UA-1, 7.4.2).
    level: u32,
    phase: bool,
    label: Line,
    status: &'static str,
    status_label: &'static str,
    /// In one line: who had it, when it began and ended, how long it took.
    facts: Vec<Line>,
    decisions: Vec<Decision>,
    notes: Vec<Written>,
    evidence: Vec<File>,
}

/// A branch that was chosen.
#[derive(Debug, Serialize)]
struct Decision {
    branch: Line,
    /// Whether another one was chosen later.
    earlier: bool,
    byline: Line,
    rationale: Vec<Block>,
}

/// A file of evidence.
#[derive(Debug, Serialize)]
pub(super) struct File {
    name: Line,
    facts: Line,
    description: Vec<Line>,
    sha256: Line,
}

#[derive(Debug, Serialize)]
struct Group {
    phase: Option<Line>,
    labels: Vec<Line>,
}

impl Steps {
    pub(super) fn of(report: &Report, clock: &Clock) -> Self {
        let mut level = 1;
        let steps = report.steps.iter().map(|step| {
            level = (step.depth + 2).min(level + 1).min(DEEPEST);
            told(step, level, clock)
        });
        Self { steps: steps.collect(), not_applicable: grouped(&report.not_applicable) }
    }
}

fn told(step: &StepReport, level: u32, clock: &Clock) -> Step {
    let earlier = step.earlier_decisions.iter().map(|choice| (choice, true));
    let decisions = step.decision.iter().map(|choice| (choice, false)).chain(earlier);
    Step {
        level,
        phase: step.kind == NodeKind::Phase,
        label: Line::name(&step.label),
        status: step.status.as_str(),
        status_label: if step.applicable { step.status.label() } else { "Not applicable" },
        facts: facts(step, clock),
        decisions: decisions.map(|(choice, earlier)| decision(choice, earlier, clock)).collect(),
        notes: step.notes.iter().map(|note| summary::written(note, clock)).collect(),
        evidence: step.evidence.iter().map(|file| evidence(file, clock)).collect(),
    }
}

fn facts(step: &StepReport, clock: &Clock) -> Vec<Line> {
    let done = step.progress.map(|progress| {
        format!("{} of {} steps done", progress.completed + progress.skipped, progress.applicable)
    });
    let assignee = step.assignee.as_ref().map(|who| who.as_str().to_owned());
    let started = step.started_at.map(|at| format!("started {}", clock.at(at)));
    let ended = step.ended_at.map(|at| format!("ended {}", clock.at(at)));
    let worked = (step.active_seconds > 0).then(|| format!("worked on for {}", duration(step.active_seconds)));
    let blocked = (step.blocked_seconds > 0).then(|| format!("blocked for {}", duration(step.blocked_seconds)));
    let facts = [done, assignee, started, ended, worked, blocked];
    facts.into_iter().flatten().map(|fact| Line::of(&fact)).collect()
}

fn decision(choice: &Choice, earlier: bool, clock: &Clock) -> Decision {
    Decision {
        branch: Line::of(&choice.branch),
        earlier,
        byline: Line::of(&format!("{}, {}", choice.actor.as_str(), clock.at(choice.at))),
        rationale: choice.rationale.as_deref().map(prose).unwrap_or_default(),
    }
}

/// A file with everything that identifies it.
pub(super) fn evidence(file: &AttachedEvidence, clock: &Clock) -> File {
    let AttachedEvidence { evidence, uploaded_at, uploaded_by } = file;
    let (bytes, kind) = (size(evidence.size), &evidence.mime_type);
    let facts = format!("{bytes}, {kind}, {}, {}", uploaded_by.as_str(), clock.at(*uploaded_at));
    File {
        name: Line::name(&evidence.file_name),
        facts: Line::of(&facts),
        description: evidence.description.as_deref().map(Line::all).unwrap_or_default(),
        sha256: Line::unbroken(&evidence.sha256),
    }
}

fn grouped(nodes: &[NodeRef]) -> Vec<Group> {
    let groups = nodes.chunk_by(|one, other| one.phase == other.phase);
    let group = |nodes: &[NodeRef]| Group {
        phase: nodes.first().and_then(|node| node.phase.as_deref()).map(Line::name),
        labels: nodes.iter().map(|node| Line::name(&node.label)).collect(),
    };
    groups.map(group).collect()
}
