//! Notes on the chosen step: those that are there, and the one that is being written.

use std::sync::Arc;

use domain::api::PatchStep;
use domain::execution::{Note, Step};
use domain::ids::NodeId;
use leptos::ev;
use leptos::prelude::*;

use crate::live::ExecutionStore;
use crate::ui::analyst::Avatar;
use crate::ui::icon::Icon;
use crate::ui::time::Time;

#[component]
pub(super) fn Notes(store: ExecutionStore, id: NodeId, step: ArcRwSignal<Arc<Step>>) -> impl IntoView {
    let draft = store.draft(&id);
    let error = RwSignal::new(None::<String>);
    let keep = {
        let id = id.clone();
        move |text: String| store.set_draft(&id, text)
    };
    let save = {
        let draft = draft.clone();
        move || {
            let text = draft.get_untracked();
            if text.trim().is_empty() {
                return;
            }
            // From here on the note is kept until the server has it; what it refuses is a draft again.
            match store.change_step(id.clone(), PatchStep { notes: Some(text), ..PatchStep::default() }) {
                Ok(()) => {
                    error.set(None);
                    store.set_draft(&id, String::new());
                }
                Err(problem) => error.set(Some(format!("Not saved, the text is kept: {}", problem.detail))),
            }
        }
    };
    let by_key = {
        let save = save.clone();
        move |event: ev::KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                save();
            }
        }
    };
    let notes = Memo::new(move |_| step.read().notes.clone());
    let shown = {
        let draft = draft.clone();
        move || draft.get()
    };
    view! {
        <section class="panel-section notes" aria-label="Notes">
            <h3>"Notes " <span class="figures">{move || notes.read().len()}</span></h3>
            <ol class="note-list">
                // By its time as well: one that is confirmed has the server's, and may have become a late entry.
                <For each=move || notes.get() key=|note| (note.seq, note.timestamp) let:note>
                    <li><NoteView store note /></li>
                </For>
            </ol>
            <label class="field">
                <span class="visually-hidden">"New note"</span>
                <textarea
                    rows="3"
                    maxlength="20000"
                    dir="auto"
                    placeholder="What was found, done or decided"
                    prop:value=shown
                    on:input:target=move |event| keep(event.target().value())
                    on:keydown=by_key
                ></textarea>
            </label>
            <p class="field-error" role="alert">{move || error.get()}</p>
            <button type="button" class="button" disabled=move || draft.read().trim().is_empty() on:click=move |_| save()>
                <Icon name="note" />"Add note"
            </button>
            <span class="hint">"Ctrl+Enter"</span>
        </section>
    }
}

#[component]
fn NoteView(store: ExecutionStore, note: Note) -> impl IntoView {
    let late = note.occurred_at.map(|at| view! { <span class="tag">"happened at " <Time at with_date=true /></span> });
    let saving = move || note.seq > store.confirmed();
    view! {
        <article class="note" class:pending=saving>
            <header><Avatar actor=note.author.clone() /><bdi>{note.author.to_string()}</bdi> <Time at=note.timestamp /> {late} <Show when=saving><span class="tag saving">"Saving…"</span></Show></header>
            <p dir="auto">{note.text}</p>
        </article>
    }
}
