//! Every step: who had it, when, how long, what was decided and found.

use std::sync::Arc;

use domain::execution::{AttachedEvidence, Note};
use domain::report::{Choice, NodeRef, Report, StepReport};
use domain::words::{size, utc};
use serde::Serialize;

use super::super::legible::Line;
use super::super::prose::{Block, prose};
use super::{Written, summary};

/// Headings go no deeper.
const DEEPEST: u32 = 5;
/// As many bytes of a value as stay on one line.
const SHORT: usize = 30;
/// As many bytes of notes as are printed, some hundred pages. More of them are read by programs, from the file that is attached.
const MOST_NOTES: usize = 1_500_000;

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

impl Steps {
    pub(super) fn of(report: &Report) -> Self {
        let (mut level, mut room) = (1, MOST_NOTES);
        let steps = report.steps.iter().map(|step| {
            level = (step.depth + 2).min(level + 1).min(DEEPEST);
            told(step, level, &mut room)
        });
        Self { steps: steps.collect(), not_applicable: grouped(&report.not_applicable) }
    }
}

/// Tells of a step, with as many notes as there is room for.
fn told(step: &StepReport, level: u32, room: &mut usize) -> Step {
    let fits = |note: &&Arc<Note>| {
        let left = room.checked_sub(note.text.len());
        *room = left.unwrap_or(0);
        left.is_some()
    };
    let notes: Vec<Written> = step.notes.iter().take_while(fits).map(|note| summary::written(note)).collect();
    let earlier = step.earlier_decisions.iter().map(|choice| decision(choice, "Decided before"));
    Step {
        level,
        phase: step.progress.is_some(),
        label: Line::name(&step.label),
        status: step.status.as_str(),
        facts: step.facts().iter().map(|(name, value)| fact(name, value)).collect(),
        decisions: step.decision.iter().map(|choice| decision(choice, "Decided")).chain(earlier).collect(),
        left_out: step.notes.len() - notes.len(),
        notes,
        evidence: step.evidence.iter().map(evidence).collect(),
    }
}

fn fact(name: &str, value: &str) -> Line {
    let fact = format!("{name}: {value}");
    if value.len() <= SHORT { Line::unbroken(&fact) } else { Line::sentence(&fact) }
}

fn decision(choice: &Choice, word: &'static str) -> Decision {
    Decision {
        word,
        branch: Line::name(&choice.branch),
        byline: Line::told(choice.actor.as_str(), &choice.when()),
        rationale: choice.rationale.as_deref().map(prose).unwrap_or_default(),
    }
}

/// A file with everything that identifies it.
pub(super) fn evidence(file: &AttachedEvidence) -> File {
    let AttachedEvidence { evidence, uploaded_at, uploaded_by } = file;
    let facts =
        [size(evidence.size), evidence.mime_type.clone(), format!("{} UTC by {uploaded_by}", utc(*uploaded_at))];
    File {
        name: Line::file_name(&evidence.file_name),
        facts: Line::sentence(&facts.join(", ")),
        description: evidence.description.as_deref().map(prose).unwrap_or_default(),
        sha256: Line::unbroken(&evidence.sha256),
    }
}

fn grouped(nodes: &[NodeRef]) -> Vec<Group> {
    let group = |nodes: &[NodeRef]| Group {
        phase: nodes.first().and_then(|node| node.phase.as_deref()).map(Line::name),
        labels: nodes.iter().map(|node| Line::name(&node.label)).collect(),
    };
    nodes.chunk_by(|one, other| one.phase == other.phase).map(group).collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::Story;
    use super::*;

    #[test]
    fn notes_beyond_the_room_there_is_are_counted_and_left_to_the_attached_events() {
        let long = "word ".repeat(4_000).trim_end().to_owned();
        let mut story = Story::of("# Playbook\n\n1. One\n2. Two\n", "Incident", None);
        let fit = MOST_NOTES / long.len();
        for _ in 0..fit + 3 {
            story.note("Ana", "One", &long);
        }
        story.note("Ana", "Two", "short");
        let steps = Steps::of(&story.document().report).steps;
        let counts: Vec<_> = steps.iter().map(|step| (step.notes.len(), step.left_out)).collect();
        assert_eq!(counts, [(fit, 3), (0, 1)]);
    }
}
