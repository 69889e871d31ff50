//! Notes on the chosen step: those that are there, and the one that is being written.

use std::collections::HashMap;
use std::sync::Arc;

use domain::api::PatchStep;
use domain::execution::{Note, Step};
use domain::ids::NodeId;
use leptos::ev;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::live::ExecutionStore;
use crate::ui::analyst::Avatar;
use crate::ui::icon::Icon;
use crate::ui::time::Time;

/// Notes that were begun and not saved, by step: a draft belongs to its step and survives looking at another.
pub(super) type Drafts = StoredValue<HashMap<NodeId, String>>;

#[component]
pub(super) fn Notes(store: ExecutionStore, id: NodeId, step: ArcRwSignal<Arc<Step>>, drafts: Drafts) -> impl IntoView {
    let draft = RwSignal::new(drafts.with_value(|drafts| drafts.get(&id).cloned().unwrap_or_default()));
    let error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let keep = {
        let id = id.clone();
        move |text: String| {
            drafts.update_value(|drafts| {
                drafts.insert(id.clone(), text.clone());
            });
            draft.set(text);
        }
    };
    let save = {
        let keep = keep.clone();
        move || {
            let text = draft.get_untracked();
            if text.trim().is_empty() || busy.get_untracked() {
                return;
            }
            let (id, keep) = (id.clone(), keep.clone());
            busy.set(true);
            error.set(None);
            spawn_local(async move {
                let patch = PatchStep { notes: Some(text.clone()), ..PatchStep::default() };
                match store.change_step(id, patch).await {
                    // What was typed while the note was on its way is a new draft.
                    Ok(()) if draft.get_untracked() == text => keep(String::new()),
                    Ok(()) => {}
                    Err(problem) => error.set(Some(format!("Not saved, the text is kept: {}", problem.detail))),
                }
                busy.set(false);
            });
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
    view! {
        <section class="panel-section notes" aria-label="Notes">
            <h3>"Notes " <span class="figures">{move || notes.read().len()}</span></h3>
            <ol class="note-list">
                <For each=move || notes.get() key=|note| note.seq let:note>
                    <li><NoteView note /></li>
                </For>
            </ol>
            <label class="field">
                <span class="visually-hidden">"New note"</span>
                <textarea
                    rows="3"
                    maxlength="20000"
                    dir="auto"
                    placeholder="What was found, done or decided"
                    prop:value=move || draft.get()
                    on:input:target=move |event| keep(event.target().value())
                    on:keydown=by_key
                ></textarea>
            </label>
            <p class="field-error" role="alert">{move || error.get()}</p>
            <button type="button" class="button" disabled=move || busy.get() || draft.read().trim().is_empty() on:click=move |_| save()>
                <Icon name="note" />"Add note"
            </button>
            <span class="hint">"Ctrl+Enter"</span>
        </section>
    }
}

#[component]
fn NoteView(note: Note) -> impl IntoView {
    let late = note.occurred_at.map(|at| view! { <span class="tag">"happened at " <Time at with_date=true /></span> });
    view! {
        <article class="note">
            <header><Avatar actor=note.author.clone() /><bdi>{note.author.to_string()}</bdi> <Time at=note.timestamp /> {late}</header>
            <p dir="auto">{note.text}</p>
        </article>
    }
}
