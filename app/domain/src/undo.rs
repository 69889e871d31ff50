//! Taking back what was just done to a step. It is a change like any other: the log keeps both.

use std::sync::Arc;

use crate::api::PatchStep;
use crate::execution::{Decision, Step};

/// A change of a step that can be taken back.
#[derive(Clone, Debug)]
pub struct Undo {
    before: Arc<Step>,
    after: Arc<Step>,
}

impl Undo {
    /// The way back from a change of a step's status or answer; `None` when neither changed.
    pub fn of(before: Arc<Step>, after: Arc<Step>) -> Option<Self> {
        let is_same = before.status == after.status && branch(&before) == branch(&after);
        (!is_same).then_some(Self { before, after })
    }

    /// The step as it was.
    pub fn before(&self) -> &Step {
        &self.before
    }

    /// The change that brings back what was there; `None` when the step has been changed since.
    pub fn patch(&self, now: &Step) -> Option<PatchStep> {
        let Self { before, after } = self;
        if now.status != after.status || branch(now) != branch(after) {
            return None;
        }
        let has_answer_changed = branch(before) != branch(now);
        let answer = before.decision.as_ref();
        // Who has got the step since keeps it; and nobody gets it by taking back what they did.
        let assignee = if now.assignee == after.assignee { &before.assignee } else { &now.assignee };
        Some(PatchStep {
            status: (before.status != now.status).then_some(before.status),
            reason: before.blocked_reason.clone().filter(|_| before.status != now.status),
            assignee: Some(assignee.clone()),
            decision_taken: has_answer_changed.then(|| branch(before).map(str::to_owned)),
            rationale: answer.and_then(|answer| answer.rationale.clone()).filter(|_| has_answer_changed),
            ..PatchStep::default()
        })
    }
}

fn branch(step: &Step) -> Option<&str> {
    step.decision.as_ref().map(|Decision { branch, .. }| branch.as_str())
}
