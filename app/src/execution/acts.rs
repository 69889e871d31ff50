//! What can be done to the chosen step, by button or by key.

use domain::api::PatchStep;
use domain::event::StepStatus;
use domain::graph::NodeKind;
use domain::ids::{Actor, NodeId};
use domain::words::keeps;
use leptos::prelude::*;

use super::outline::OutlineState;
use crate::live::ExecutionStore;
use crate::ui::toast::Tone;

/// Changes a step; a refusal has been shown as a message.
pub(super) fn change(store: ExecutionStore, id: &NodeId, patch: PatchStep) {
    let _ = store.change_step(id.clone(), patch);
}

/// Sets the status of a step. Who starts what nobody has, has it. A phase has no status of its own.
pub(super) fn set_status(store: ExecutionStore, id: &NodeId, to: StepStatus) {
    let is_phase = store.graph().with_value(|graph| graph.node(id).is_none_or(|node| node.kind == NodeKind::Phase));
    let Some(view) = store.step(id).filter(|_| !is_phase) else { return };
    let is_free = to == StepStatus::InProgress && view.step.read_untracked().assignee.is_none();
    let assignee = untrack(|| store.analyst().name()).filter(|_| is_free).map(Some);
    let kept = (to == StepStatus::NotStarted).then(|| view.step.read_untracked().kept()).flatten();
    let patch = PatchStep { status: Some(to), assignee, ..PatchStep::default() };
    if let (Ok(()), Some(kept)) = (store.change_step(id.clone(), patch), kept) {
        store.tell(Tone::Info, format!("Reset to not started; {}.", keeps(&kept)));
    }
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
