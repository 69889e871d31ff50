//! After a change of a step: what it was, the way back, and what comes next.

use domain::event::StepStatus;
use domain::execution::Step;
use domain::ids::{ExecutionId, NodeId};
use domain::legible::legible;
use domain::undo::Undo;
use domain::words::keeps;
use leptos::prelude::*;

use super::ExecutionStore;
use crate::ui::toast::{Message, Tone};

/// So many changes can be taken back, one after the other.
const MOST: usize = 50;

impl ExecutionStore {
    /// Tells what was done to a step, with the way back and, when it is done, with the next one.
    pub(super) fn offer_undo(self, after: &Step, undo: Undo) {
        let node_id = after.node_id.clone();
        let label = self.label(&node_id).map(|label| legible(&label).into_owned()).unwrap_or_default();
        let next = self.next_after(&node_id).filter(|_| after.status.is_done());
        let next_label = next.as_ref().and_then(|next| self.label(next)).map(|label| legible(&label).into_owned());
        let text = match next_label {
            Some(next) => format!("{} Next: “{next}”.", done(&label, undo.before(), after)),
            None => done(&label, undo.before(), after),
        };
        let back = if undo.before().status == after.status {
            "Undo".to_owned()
        } else {
            format!("Undo (restore “{}”)", undo.before().status.label())
        };
        self.undos.update_value(|undos| {
            undos.push((node_id, undo));
            let surplus = undos.len().saturating_sub(MOST);
            undos.drain(..surplus);
        });
        let message = Message::new(Tone::Done, move || text.clone()).about(about(self.id()));
        let message = match next {
            Some(next) => message.with_action("Start next (g)".to_owned(), move || self.go_on(&next)),
            None => message,
        };
        self.toasts.put(message.with_action(back, move || self.undo()));
    }

    /// Takes back the last change of a step that was made here and not taken back yet.
    pub(crate) fn undo(self) {
        let Some((node_id, undo)) = self.undos.try_update_value(Vec::pop).flatten() else {
            return self.tell(Tone::Info, "There is nothing to undo.".to_owned());
        };
        let count = self.undos.with_value(Vec::len);
        let now = self.with_execution(|execution| execution.step(&node_id).cloned());
        let Some(patch) = now.as_deref().and_then(|now| undo.patch(now)) else {
            let label = self.label(&node_id).unwrap_or_default();
            let words = format!("“{}” has been changed since, so nothing was undone.", legible(&label));
            return self.tell(Tone::Notice, words);
        };
        self.selected().set(Some(node_id.clone()));
        // A refusal has been shown as a message.
        if self.change_step(node_id, patch, || ()).is_ok() {
            self.toasts.forget(&about(self.id()));
            // What is taken back is no new change that could be taken back.
            self.undos.update_value(|undos| undos.truncate(count));
        }
    }

    /// The step to turn to after another, if there is one.
    pub(crate) fn next_after(self, node_id: &NodeId) -> Option<NodeId> {
        let me = self.analyst().actor();
        self.with_execution(|execution| execution.next_after(node_id, &me))
    }

    /// Goes to a step and starts it; a decision waits for its answer.
    pub(crate) fn go_on(self, next: &NodeId) {
        self.selected().set(Some(next.clone()));
        let patch = domain::api::PatchStep { status: Some(StepStatus::InProgress), ..Default::default() };
        // A refusal has been shown as a message.
        let _ = self.change_step(next.clone(), patch, || ());
    }
}

/// What the messages of this kind are about.
pub(super) fn about(execution: ExecutionId) -> String {
    format!("{execution}/undo")
}

/// What was done to a step, as a sentence.
fn done(label: &str, before: &Step, after: &Step) -> String {
    let branch = |step: &Step| step.decision.as_ref().map(|taken| taken.branch.clone());
    match (branch(before), branch(after)) {
        (before, Some(branch)) if before.as_ref() != Some(&branch) => {
            format!("Decided “{}” at “{label}”.", legible(&branch))
        }
        (Some(branch), None) => format!("Took back “{}” at “{label}”.", legible(&branch)),
        _ => match after.status {
            StepStatus::NotStarted => {
                let kept = after.kept().map(|kept| format!("; {}", keeps(&kept))).unwrap_or_default();
                format!("Reset “{label}” to not started{kept}.")
            }
            StepStatus::InProgress if before.status == StepStatus::Blocked => format!("Unblocked “{label}”."),
            StepStatus::InProgress if before.status.is_done() => format!("Reopened “{label}”."),
            StepStatus::InProgress => format!("Started “{label}”."),
            StepStatus::Completed => format!("Completed “{label}”."),
            StepStatus::Skipped => format!("Skipped “{label}”."),
            StepStatus::Blocked => format!("Blocked “{label}”."),
        },
    }
}
