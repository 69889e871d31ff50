//! What can be done to the chosen step, by button or by key.

use domain::api::PatchStep;
use domain::event::{ExecutionStatus, StepStatus};
use domain::graph::NodeKind;
use domain::ids::{Actor, NodeId};
use domain::session::Place;
use leptos::prelude::*;

use super::outline::OutlineState;
use crate::live::address::of_page;
use crate::live::{ExecutionStore, Question};
use crate::ui::toast::Tone;

/// Changes a step; a refusal has been shown as a message.
pub(super) fn change(store: ExecutionStore, id: &NodeId, patch: PatchStep) {
    let _ = store.change_step(id.clone(), patch, || ());
}

/// Sets the status of a step. Who blocks it is asked why, and who completes a decision without an answer, for the answer. A
/// phase has no status of its own.
pub(super) fn set_status(store: ExecutionStore, id: &NodeId, to: StepStatus) {
    let Some((kind, step)) = store.with_execution(|execution| {
        let step = execution.step(id)?.clone();
        Some((execution.graph.node(id)?.kind, step))
    }) else {
        return;
    };
    if kind == NodeKind::Phase || step.status == to {
        return;
    }
    // Where the rules are against it there is nothing to ask.
    let is_active = store.head().read_untracked().status == ExecutionStatus::Active;
    match to {
        StepStatus::Blocked if is_active => ask(store, Question::Block(id.clone())),
        StepStatus::Completed if is_active && kind == NodeKind::Decision && step.decision.is_none() => {
            ask(store, Question::Answer(id.clone()));
        }
        to => change(store, id, PatchStep { status: Some(to), ..PatchStep::default() }),
    }
}

/// Asks whoever sits here something.
pub(super) fn ask(store: ExecutionStore, question: Question) {
    store.question().set(Some(question));
}

/// Answers a decision, with the reason that was typed.
pub(super) fn decide(store: ExecutionStore, id: &NodeId, branch: &str, status: Option<StepStatus>) {
    let place = Place::Rationale(id.clone());
    let rationale = Some(store.draft(place.clone()).get_untracked()).filter(|why| !why.trim().is_empty());
    let decision_taken = Some(Some(branch.to_owned()));
    let patch = PatchStep { decision_taken, rationale, status, ..PatchStep::default() };
    // What was typed stays when the rules are against it, which has been shown as a message.
    let _ = store.change_step(id.clone(), patch, move || store.set_draft(place.clone(), String::new()));
}

/// Gives a step to somebody, or to nobody.
pub(super) fn assign(store: ExecutionStore, id: &NodeId, to: Option<Actor>) {
    change(store, id, PatchStep { assignee: Some(to), ..PatchStep::default() });
}

/// Chooses the step that the outline shows after the chosen one, or before it.
pub(super) fn choose_beside(outline: OutlineState, forwards: bool) {
    if let Some(id) = outline.step_beside(forwards) {
        outline.store.selected().set(Some(id));
    }
}

/// Puts the address of a step into the clipboard.
pub(super) fn copy_link(store: ExecutionStore, id: &NodeId) {
    let origin = window().location().origin().unwrap_or_default();
    // Without a clipboard (an insecure address) it stands in the browser's own field.
    let _ = window().navigator().clipboard().write_text(&format!("{origin}{}", of_page(store.id(), Some(id))));
    store.tell(Tone::Info, "Copied the link to this step.".to_owned());
}
