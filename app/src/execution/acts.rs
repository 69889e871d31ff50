//! What can be done to the chosen step, by button or by key.

use domain::api::PatchStep;
use domain::event::StepStatus;
use domain::graph::NodeKind;
use domain::ids::{Actor, NodeId};
use leptos::prelude::*;

use crate::live::ExecutionStore;

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
    change(store, id, PatchStep { status: Some(to), assignee, ..PatchStep::default() });
}

/// Gives a step to somebody, or to nobody.
pub(super) fn assign(store: ExecutionStore, id: &NodeId, to: Option<Actor>) {
    change(store, id, PatchStep { assignee: Some(to), ..PatchStep::default() });
}

/// Chooses the step after the chosen one in the order of the playbook, or the one before it.
pub(super) fn choose_next(store: ExecutionStore, forwards: bool) {
    let chosen = store.selected().get_untracked();
    let next = store.graph().with_value(|graph| {
        let at = graph.nodes.iter().position(|node| Some(&node.id) == chosen.as_ref());
        let is_stop = |kind: NodeKind| !matches!(kind, NodeKind::Phase | NodeKind::Merge);
        let stop = |at: &usize| is_stop(graph.nodes[*at].kind);
        let found = match at {
            Some(at) if forwards => (at + 1..graph.nodes.len()).find(stop),
            Some(at) => (0..at).rev().find(stop),
            None => (0..graph.nodes.len()).find(stop),
        };
        found.map(|at| graph.nodes[at].id.clone())
    });
    if next.is_some() {
        store.selected().set(next);
    }
}
