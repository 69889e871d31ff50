//! Notes on the chosen step: the one that is being written, and below it those that are there, newest first, so that one
//! which arrives never moves the field under somebody who is typing.

use std::sync::Arc;

use domain::api::PatchStep;
use domain::execution::{Note, Step};
use domain::ids::NodeId;
use domain::prose::Kind;
use domain::session::Place;
use domain::time::Timestamp;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;

use crate::live::ExecutionStore;
use crate::ui::analyst::Avatar;
use crate::ui::icon::Icon;
use crate::ui::portion::{Portion, ShowMore};
use crate::ui::prose::prose;
use crate::ui::time::Time;

/// Where a new note is written.
pub(super) const NEW_NOTE_ID: &str = "new-note";

#[component]
pub(super) fn Notes(store: ExecutionStore, id: NodeId, step: ArcRwSignal<Arc<Step>>) -> impl IntoView {
    let place = Place::Note(id.clone());
    let draft = store.draft(place.clone());
    let error = RwSignal::new(None::<String>);
    let late = RwSignal::new(false);
    let key = RwSignal::new(false);
    let when = NodeRef::<html::Input>::new();
    let keep = {
        let place = place.clone();
        move |text: String| store.set_draft(place.clone(), text)
    };
    let save = {
        let draft = draft.clone();
        move || {
            let text = draft.get_untracked();
            if text.trim().is_empty() {
                return;
            }
            let occurred_at = match late.get_untracked().then(|| time_of(when)).transpose() {
                Ok(time) => time,
                Err(reason) => return error.set(Some(reason)),
            };
            // From here on the note is kept until the server has it; what it refuses is a draft again.
            let key_event = key.get_untracked();
            let patch = PatchStep { notes: Some(text), key: key_event, occurred_at, ..PatchStep::default() };
            let place = place.clone();
            let then = move || {
                error.set(None);
                late.set(false);
                key.set(false);
                store.set_draft(place.clone(), String::new());
            };
            if let Err(problem) = store.change_step(id.clone(), patch, then) {
                error.set(Some(format!("Not saved, the text is kept: {}", problem.detail)));
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
    let portion = Portion::new();
    let newest_first = move || {
        let notes = notes.read();
        notes.iter().rev().take(portion.of(notes.len())).cloned().collect::<Vec<_>>()
    };
    let shown = {
        let draft = draft.clone();
        move || draft.get()
    };
    let now = move |_| {
        if let Some(input) = when.get() {
            input.set_value(&field_of(store.now()));
        }
    };
    view! {
        <section class="panel-section notes" aria-label="Notes">
            <h3>"Notes " <span class="figures">{move || notes.read().len()}</span></h3>
            <label class="field">
                <span class="visually-hidden">"New note"</span>
                <textarea
                    id=NEW_NOTE_ID
                    rows="3"
                    maxlength="20000"
                    dir="auto"
                    placeholder="What was found, done or decided. Lists, **bold** and `code` work."
                    prop:value=shown
                    on:input:target=move |event| keep(event.target().value())
                    on:keydown=by_key
                ></textarea>
            </label>
            <p class="field-error" role="alert">{move || error.get()}</p>
            <div class="row" hidden=move || !late.get()>
                <label class="field">
                    <span>"When it happened (UTC)"</span>
                    <input type="datetime-local" step="1" node_ref=when />
                </label>
                <button type="button" class="button" on:click=now>"Now"</button>
            </div>
            <div class="row">
                <button type="button" class="button" disabled=move || draft.read().trim().is_empty() on:click=move |_| save()>
                    <Icon name="note" />"Add note"
                </button>
                <span class="hint">"Ctrl+Enter"</span>
                <span class="note-marks">
                    <button
                        type="button"
                        class="button quiet"
                        aria-pressed=move || key.get().to_string()
                        title="Tell this note among the key events and the findings of the report"
                        on:click=move |_| key.update(|key| *key = !*key)
                    >
                        <Icon name="flag" />"Key event"
                    </button>
                    <button
                        type="button"
                        class="button quiet"
                        aria-pressed=move || late.get().to_string()
                        title="For what happened earlier and is only written down now"
                        on:click=move |_| late.update(|late| *late = !*late)
                    >
                        <Icon name="clock" />"Late entry"
                    </button>
                </span>
            </div>
            <ol class="note-list">
                // By its time as well: one that is confirmed has the server's, and may have become a late entry.
                <For each=newest_first key=|note| (note.seq, note.timestamp) let:note>
                    <li><NoteView store note /></li>
                </For>
            </ol>
            <ShowMore portion total=Signal::derive(move || notes.read().len()) things="older notes" />
        </section>
    }
}

/// What a field for times holds, as a time.
///
/// # Errors
/// What is missing, in words.
fn time_of(field: NodeRef<html::Input>) -> Result<Timestamp, String> {
    let text = field.get_untracked().map(|input| input.value()).unwrap_or_default();
    // Browsers leave out seconds that are zero.
    let seconds = if text.len() == "2026-11-22T02:14".len() { ":00" } else { "" };
    format!("{text}{seconds}Z").parse().map_err(|_| "Say when it happened: date and time in UTC.".to_owned())
}

/// A time as a field for times takes it, to the second.
fn field_of(time: Timestamp) -> String {
    let mut text = time.to_string();
    text.truncate("2026-11-22T02:14:05".len());
    text
}

#[component]
fn NoteView(store: ExecutionStore, note: Arc<Note>) -> impl IntoView {
    let late = note.occurred_at.map(|at| view! { <span class="tag">"happened at " <Time at with_date=true /></span> });
    let seq = note.seq;
    let saving = move || seq > store.confirmed();
    view! {
        <article class="note" class:pending=saving>
            <header><Avatar actor=note.author.clone() /><bdi>{note.author.to_string()}</bdi> <Time at=note.timestamp /> {note.key.then(|| view! { <span class="tag">"key event"</span> })} {late} <Show when=saving><span class="tag saving">"Saving…"</span></Show></header>
            {prose(&note.text, Kind::Note)}
        </article>
    }
}

#[cfg(test)]
mod tests {
    use super::field_of;
    use domain::time::Timestamp;

    #[test]
    fn a_field_for_times_takes_seconds_and_no_zone() {
        let time = Timestamp::from_micros(1_700_000_000_123_456).expect("in range");
        assert_eq!(field_of(time), "2023-11-14T22:13:20");
    }
}
