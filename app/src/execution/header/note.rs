//! Noting something about the whole execution. What was typed and not added survives a reload.

use domain::api::PatchExecution;
use leptos::html;
use leptos::prelude::*;

use crate::live::ExecutionStore;
use crate::ui::dialog::Dialog;
use crate::ui::storage;

/// Takes one note.
#[component]
pub(super) fn NoteDialog(store: ExecutionStore, open: RwSignal<bool>) -> impl IntoView {
    let text = NodeRef::<html::Textarea>::new();
    let error = RwSignal::new(None::<String>);
    let name = move || format!("forge.note.{}", store.id());
    let words = move || text.get_untracked().map(|text| text.value()).unwrap_or_default();
    Effect::new(move || {
        if open.get()
            && words().is_empty()
            && let (Some(text), Some(kept)) = (text.get_untracked(), storage::get(&name()))
        {
            text.set_value(&kept);
        }
    });
    let keep = move |_| {
        // A browser that keeps nothing still shows what was typed until the page is left.
        storage::set(&name(), &words());
    };
    let add = move || {
        let words = words();
        if words.trim().is_empty() {
            error.set(Some("Write something first.".to_owned()));
            return;
        }
        match store.change_execution(PatchExecution { notes: Some(words), ..Default::default() }) {
            Ok(()) => {
                storage::remove(&name());
                if let Some(text) = text.get_untracked() {
                    text.set_value("");
                }
                error.set(None);
                open.set(false);
            }
            Err(problem) => error.set(Some(problem.detail)),
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        add();
    };
    let press = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
            event.prevent_default();
            add();
        }
    };
    view! {
        <Dialog open title="Note on the whole execution">
            <form on:submit=submit>
                <label class="field">
                    <span>"Note" <em>"seen in the timeline"</em></span>
                    <textarea rows="5" maxlength="20000" dir="auto" autofocus node_ref=text on:input=keep on:keydown=press></textarea>
                </label>
                <p class="field-error" role="alert">{move || error.get()}</p>
                <div class="dialog-actions">
                    <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
                    <button type="submit" class="button primary" title="Ctrl+Enter">"Add note"</button>
                </div>
            </form>
        </Dialog>
    }
    .into_any()
}
