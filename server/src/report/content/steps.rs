//! Every step: who had it, when, how long, what was decided and found.

use domain::execution::AttachedEvidence;
use domain::report::{Choice, NodeRef, Report, StepReport};
use domain::words::{size, utc};
use serde::Serialize;

use super::super::legible::Line;
use super::super::prose::{Block, prose};
use super::Written;
use super::room::Room;
use super::summary::written;

/// Headings go no deeper.
const DEEPEST: u32 = 5;
/// As many bytes of a value as stay on one line.
const SHORT: usize = 30;
/// Stands for a text that finds no room.
const NO_ROOM: &str = "There is no room for this text here: it is in the attached events.";

#[derive(Debug, Serialize)]
pub(super) struct Steps {
    steps: Vec<Step>,
    /// Steps on branches that were not taken, by phase.
    not_applicable: Vec<Group>,
}

#[derive(Debug, Serialize)]
struct Step {
    /// The level of its heading; never more than one deeper than the one before (ISO 14289-1, 7.4.2).
    level: u32,
    /// Whether it holds others.
    phase: bool,
    label: Line,
    status: &'static str,
    /// Each with its name.
    facts: Vec<Line>,
    decisions: Vec<Decision>,
    notes: Vec<Written>,
    /// How many notes there is no room for.
    left_out: usize,
    evidence: Vec<File>,
}

/// A branch that was chosen.
#[derive(Debug, Serialize)]
struct Decision {
    /// `Decided`, or `Decided before`.
    word: &'static str,
    branch: Line,
    byline: Line,
    rationale: Vec<Block>,
}

/// A file of evidence.
#[derive(Debug, Serialize)]
pub(super) struct File {
    id: String,
    name: Line,
    facts: Line,
    description: Vec<Block>,
    sha256: Line,
}

#[derive(Debug, Serialize)]
struct Group {
    phase: Option<Line>,
    labels: Vec<Line>,
}

/// A note that was marked, and the step it is on.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    label: Option<Line>,
    note: Written,
}

/// The notes that were marked, as many as find room; every one stands with its step, too.
pub(super) fn findings(report: &Report, room: &mut Room) -> Vec<Finding> {
    let findings = report.findings().into_iter();
    let fitting = findings.take_while(|(_, note)| room.takes(&note.text));
    fitting.map(|(label, note)| Finding { label: label.map(Line::name), note: written(note) }).collect()
}

impl Steps {
    pub(super) fn of(report: &Report, room: &mut Room) -> Self {
        let mut level = 1;
        let steps = report.steps.iter().map(|step| {
            level = (step.depth + 2).min(level + 1).min(DEEPEST);
            told(step, level, room)
        });
        Self { steps: steps.collect(), not_applicable: grouped(&report.not_applicable) }
    }
}

/// Tells of a step, with as many texts as there is room for.
fn told(step: &StepReport, level: u32, room: &mut Room) -> Step {
    let newest = step.decision.iter().map(|choice| (choice, "Decided"));
    let earlier = step.earlier_decisions.iter().map(|choice| (choice, "Decided before"));
    let decisions = newest.chain(earlier).map(|(choice, word)| decision(choice, word, room)).collect();
    let (notes, left_out) = room.notes(&step.notes);
    Step {
        level,
        phase: step.progress.is_some(),
        label: Line::name(&step.label),
        status: step.status.as_str(),
        facts: step.facts().iter().map(|(name, value)| fact(name, value)).collect(),
        decisions,
        notes,
        left_out,
        evidence: step.evidence.iter().map(|file| evidence(file, room)).collect(),
    }
}

fn fact(name: &str, value: &str) -> Line {
    let fact = format!("{name}: {value}");
    if value.len() <= SHORT { Line::unbroken(&fact) } else { Line::sentence(&fact) }
}

fn decision(choice: &Choice, word: &'static str, room: &mut Room) -> Decision {
    Decision {
        word,
        branch: Line::name(&choice.branch),
        byline: Line::told(choice.actor.as_str(), &choice.when()),
        rationale: choice.rationale.as_deref().map(|text| printed(text, room)).unwrap_or_default(),
    }
}

/// A text, if there is room for it.
fn printed(text: &str, room: &mut Room) -> Vec<Block> {
    prose(if room.takes(text) { text } else { NO_ROOM })
}

/// A file with everything that identifies it.
pub(super) fn evidence(file: &AttachedEvidence, room: &mut Room) -> File {
    let AttachedEvidence { evidence, uploaded_at, uploaded_by } = file;
    let facts =
        [size(evidence.size), evidence.mime_type.clone(), format!("{} UTC by {uploaded_by}", utc(*uploaded_at))];
    File {
        id: evidence.id.to_string(),
        name: Line::file_name(&evidence.file_name),
        facts: Line::sentence(&facts.join(", ")),
        description: evidence.description.as_deref().map(|text| printed(text, room)).unwrap_or_default(),
        sha256: Line::unbroken(&evidence.sha256),
    }
}

#[cfg(test)]
impl Steps {
    /// Of each step, how many notes are printed and how many are not.
    pub(super) fn note_counts(&self) -> Vec<(usize, usize)> {
        self.steps.iter().map(|step| (step.notes.len(), step.left_out)).collect()
    }
}

fn grouped(nodes: &[NodeRef]) -> Vec<Group> {
    let group = |nodes: &[NodeRef]| Group {
        phase: nodes.first().and_then(|node| node.phase.as_deref()).map(Line::name),
        labels: nodes.iter().map(|node| Line::name(&node.label)).collect(),
    };
    nodes.chunk_by(|one, other| one.phase == other.phase).map(group).collect()
}
