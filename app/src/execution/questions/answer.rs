//! Which way a decision goes: asked when it is to be completed without an answer.

use domain::api::PatchStep;
use domain::event::StepStatus;
use domain::ids::NodeId;
use domain::legible::legible;
use domain::session::Place;
use leptos::prelude::*;

use crate::execution::acts::{change, decide};
use crate::live::ExecutionStore;
use crate::ui::dialog::Dialog;

/// Shows the branches; one of them, or none, completes the decision.
#[component]
pub(super) fn AnswerDialog(store: ExecutionStore, open: RwSignal<bool>, node: NodeId) -> impl IntoView {
    let label = store.label(&node).unwrap_or_default();
    let branches = store.graph().with_value(|graph| graph.branches(&node));
    let place = Place::Rationale(node.clone());
    let draft = store.draft(place.clone());
    let unanswered = node.clone();
    let branch = move |branch: String| {
        let (node, words) = (node.clone(), legible(&branch).into_owned());
        let answer = move |_| {
            decide(store, &node, &branch, Some(StepStatus::Completed));
            open.set(false);
        };
        view! { <button type="button" class="button branch" on:click=answer><bdi>{words}</bdi></button> }
    };
    let without = move |_| {
        change(store, &unanswered, PatchStep { status: Some(StepStatus::Completed), ..PatchStep::default() });
        open.set(false);
    };
    view! {
        <Dialog open title=format!("Complete “{}”", legible(&label))>
            <p>"This decision has no answer yet. Which way does it go?"</p>
            <div class="branches" role="group" aria-label="Branches">{branches.into_iter().map(branch).collect_view()}</div>
            <label class="field">
                <span>"Why" <em>" optional"</em></span>
                <input
                    type="text"
                    maxlength="20000"
                    dir="auto"
                    prop:value=move || draft.get()
                    on:input:target=move |event| store.set_draft(place.clone(), event.target().value())
                />
            </label>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=without>"Complete without an answer"</button>
                <span class="spacer"></span>
                <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
            </div>
        </Dialog>
    }
}
