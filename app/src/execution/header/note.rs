//! Noting something about the whole execution. What was typed and not added survives a reload, and is there again when it was refused.

use domain::api::PatchExecution;
use domain::session::Place;
use leptos::ev;
use leptos::prelude::*;

use crate::live::ExecutionStore;
use crate::ui::dialog::{Dialog, DialogFoot};

/// Takes one note.
#[component]
pub(super) fn NoteDialog(store: ExecutionStore, open: RwSignal<bool>) -> impl IntoView {
    let draft = store.draft(Place::WholeNote);
    let error = RwSignal::new(None::<String>);
    let key = RwSignal::new(false);
    let shown = draft.clone();
    let keep = move |event: ev::Targeted<ev::Event, web_sys::HtmlTextAreaElement>| {
        store.set_draft(Place::WholeNote, event.target().value());
    };
    let add = move || {
        let words = draft.get_untracked();
        if words.trim().is_empty() {
            error.set(Some("Write something first.".to_owned()));
            return;
        }
        let then = move || {
            key.set(false);
            store.set_draft(Place::WholeNote, String::new());
            error.set(None);
            open.set(false);
        };
        let patch = PatchExecution { notes: Some(words), key: key.get_untracked(), ..Default::default() };
        if let Err(problem) = store.change_execution(patch, then) {
            error.set(Some(problem.detail));
        }
    };
    let by_key = add.clone();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        add();
    };
    let press = move |event: ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            by_key();
        }
    };
    view! {
        <Dialog open title="Note on the whole execution">
            <form on:submit=submit>
                <label class="field">
                    <span>"Note" <em>"seen in the timeline"</em></span>
                    <textarea rows="5" maxlength="20000" dir="auto" autofocus prop:value=move || shown.get() on:input:target=keep on:keydown=press></textarea>
                </label>
                <label class="check">
                    <input type="checkbox" prop:checked=move || key.get() on:change:target=move |event| key.set(event.target().checked()) />
                    <span>"Key event: told first in the report"</span>
                </label>
                <DialogFoot open error send="Add note" keys="Ctrl+Enter" />
            </form>
        </Dialog>
    }
    .into_any()
}
