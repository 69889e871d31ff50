//! Ending an execution: what is still open is shown before, step by step, and how it ended is asked for.

use domain::api::PatchExecution;
use domain::event::ExecutionStatus;
use domain::metrics::Progress;
use domain::session::Place;
use leptos::ev;
use leptos::prelude::*;

use crate::execution::open::{OPEN, open_steps};
use crate::execution::outline::focus_panel;
use crate::live::ExecutionStore;
use crate::ui::dialog::{Dialog, DialogFoot};
use crate::ui::icon::Icon;

/// Shows what is open, and asks how it ended.
#[component]
pub(super) fn EndDialog(store: ExecutionStore, open: RwSignal<bool>, status: ExecutionStatus) -> impl IntoView {
    let (title, question, button) = match status {
        ExecutionStatus::Completed => ("Close this incident?", "How did it end?", "Close incident"),
        _ => ("Abandon this execution?", "Why?", "Abandon"),
    };
    let required = status == ExecutionStatus::Abandoned;
    let draft = store.draft(Place::Outcome);
    let shown = draft.clone();
    let error = RwSignal::new(None::<String>);
    let keep = move |event: ev::Targeted<ev::Event, web_sys::HtmlTextAreaElement>| {
        store.set_draft(Place::Outcome, event.target().value());
    };
    let end = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let words = draft.get_untracked();
        let outcome = Some(words).filter(|words| !words.trim().is_empty());
        let patch = PatchExecution { status: Some(status), outcome, ..Default::default() };
        let then = move || {
            store.set_draft(Place::Outcome, String::new());
            open.set(false);
        };
        if let Err(problem) = store.change_execution(patch, then) {
            error.set(Some(problem.detail));
        }
    };
    view! {
        <Dialog open title>
            <form on:submit=end>
                <p>{move || still_open(&store.head().read().progress)}</p>
                {move || open.get().then(|| list(store, open))}
                <label class="field">
                    <span>{question} {(!required).then(|| view! { <em>" optional"</em> })}</span>
                    <textarea rows="4" maxlength="20000" dir="auto" required=required autofocus prop:value=move || shown.get() on:input:target=keep></textarea>
                </label>
                <DialogFoot open error send=button />
            </form>
        </Dialog>
    }
    .into_any()
}

/// The open steps; choosing one leads to it instead of ending anything.
fn list(store: ExecutionStore, open: RwSignal<bool>) -> Option<AnyView> {
    // Also the list follows what others do meanwhile.
    store.head().track();
    let steps = store.with_execution(open_steps);
    let items = steps.iter().map(|&(position, status)| {
        let (id, label) = store.with_execution(|execution| {
            let node = &execution.graph.nodes[position];
            (node.id.clone(), node.label.clone())
        });
        let go = move |_| {
            open.set(false);
            store.selected().set(Some(id.clone()));
            focus_panel();
        };
        view! {
            <li data-status=status.as_str()>
                <button type="button" class="link open-step" on:click=go>
                    <span class="status-mark" title=status.label()><Icon name=status.as_str() /><span class="visually-hidden">{status.label()}</span></span>
                    <bdi>{label}</bdi>
                </button>
            </li>
        }
    });
    (!steps.is_empty())
        .then(|| view! { <ul class="open-steps" aria-label="Open steps">{items.collect_view()}</ul> }.into_any())
}

/// What is open, in one sentence.
fn still_open(progress: &Progress) -> String {
    let mut parts: Vec<String> = Vec::new();
    for status in OPEN.into_iter().rev() {
        let count = progress.count(status);
        if count > 0 {
            let steps = match (parts.is_empty(), count) {
                (false, _) => "",
                (true, 1) => "step ",
                (true, _) => "steps ",
            };
            parts.push(format!("{count} {steps}{}", status.label().to_lowercase()));
        }
    }
    if parts.is_empty() { "Every step is done.".to_owned() } else { format!("Still open: {}.", parts.join(", ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_is_said_in_one_sentence() {
        let progress = Progress { not_started: 4, blocked: 1, completed: 2, ..Progress::default() };
        assert_eq!(still_open(&progress), "Still open: 4 steps not started, 1 blocked.");
        assert_eq!(still_open(&Progress { blocked: 1, ..Progress::default() }), "Still open: 1 step blocked.");
        assert_eq!(still_open(&Progress { completed: 2, ..Progress::default() }), "Every step is done.");
    }
}
