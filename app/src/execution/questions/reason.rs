//! What is waited for: asked when a step is blocked or the execution paused. Enter without an answer does it all the same.

use domain::api::{PatchExecution, PatchStep};
use domain::command::MAX_REASON_CHARS;
use domain::event::{ExecutionStatus, StepStatus};
use domain::ids::NodeId;
use domain::legible::legible;
use domain::session::Place;
use leptos::ev;
use leptos::prelude::*;

use crate::live::ExecutionStore;
use crate::ui::dialog::{Dialog, DialogFoot};

/// Asks why a step is blocked or, without one, why the execution is paused.
#[component]
pub(super) fn ReasonDialog(store: ExecutionStore, open: RwSignal<bool>, node: Option<NodeId>) -> impl IntoView {
    let place = node.clone().map_or(Place::PauseReason, Place::Reason);
    let (title, button) = match &node {
        Some(node) => {
            let label = store.label(node).unwrap_or_default();
            (format!("Block “{}”", legible(&label)), "Block")
        }
        None => ("Pause this execution".to_owned(), "Pause"),
    };
    let draft = store.draft(place.clone());
    let shown = draft.clone();
    let error = RwSignal::new(None::<String>);
    let keep = {
        let place = place.clone();
        move |event: ev::Targeted<ev::Event, web_sys::HtmlInputElement>| {
            store.set_draft(place.clone(), event.target().value());
        }
    };
    let stop = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let reason = Some(draft.get_untracked()).filter(|words| !words.trim().is_empty());
        let emptied = place.clone();
        let then = move || {
            store.set_draft(emptied.clone(), String::new());
            open.set(false);
        };
        let made = match node.clone() {
            Some(node) => {
                let patch = PatchStep { status: Some(StepStatus::Blocked), reason, ..PatchStep::default() };
                store.change_step(node, patch, then)
            }
            None => {
                let patch = PatchExecution { status: Some(ExecutionStatus::Paused), reason, ..Default::default() };
                store.change_execution(patch, then)
            }
        };
        if let Err(problem) = made {
            error.set(Some(problem.detail));
        }
    };
    view! {
        <Dialog open title>
            <form on:submit=stop>
                <label class="field">
                    <span>"What are you waiting for?" <em>" optional"</em></span>
                    <input
                        type="text"
                        autofocus
                        maxlength=MAX_REASON_CHARS.to_string()
                        dir="auto"
                        prop:value=move || shown.get()
                        on:input:target=keep
                    />
                </label>
                <DialogFoot open error send=button />
            </form>
        </Dialog>
    }
}
