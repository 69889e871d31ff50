//! A text that analysts write in the report: shown as it was written, and edited in place.
//!
//! What is typed is kept by the browser at once and saved when nothing was typed for a moment. Nothing that was typed is lost:
//! not by a reload, not while the server cannot be reached. When it replaces what somebody else wrote in the meantime, the event
//! says so (`overwrote`), and one click puts their text back.

use std::time::Duration;

use domain::api::PatchExecution;
use domain::event::{Event, Overwrote};
use domain::ids::{Actor, ExecutionId, Seq};
use domain::passage::Passage;
use domain::session::{DraftKey, Place};
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Deserialize;
use uuid::Uuid;

use crate::backend::{WrittenPassage, load_passage};
use crate::ui::analyst::use_analyst;
use crate::ui::icon::Icon;
use crate::ui::request::{Method, may_pass, new_command_id, send};
use crate::ui::storage;

/// How long nothing is typed before it is saved.
const PAUSE: Duration = Duration::from_millis(1_200);
/// After how long a save that did not get through is tried again.
const AGAIN: Duration = Duration::from_secs(4);

/// What the editor wants to know of `domain::api::ExecutionChanged`.
#[derive(Deserialize)]
struct Saved {
    last_seq: Seq,
    events: Vec<Event>,
}

/// What is known while somebody edits.
#[derive(Clone, Copy)]
struct Editor {
    id: StoredValue<String>,
    passage: Passage,
    field: NodeRef<html::Textarea>,
    open: RwSignal<bool>,
    /// What the server had when it was asked last.
    base: RwSignal<WrittenPassage>,
    /// The last event that whoever types has seen the outcome of.
    seen: StoredValue<Seq>,
    /// What somebody else had written and was replaced unseen.
    theirs: RwSignal<Option<Overwrote>>,
    /// Whether everything was saved, in words.
    state: RwSignal<String>,
    /// Counts what was typed, so that a timer knows whether something was typed after it was set.
    typed: StoredValue<u64>,
    saving: StoredValue<bool>,
}

/// The text under its heading.
#[component]
pub(super) fn PassageEditor(id: String, passage: Passage, written: WrittenPassage) -> impl IntoView {
    let editor = Editor {
        id: StoredValue::new(id),
        passage,
        field: NodeRef::new(),
        open: RwSignal::new(false),
        seen: StoredValue::new(written.seq),
        base: RwSignal::new(written),
        theirs: RwSignal::new(None),
        state: RwSignal::new(String::new()),
        typed: StoredValue::new(0),
        saving: StoredValue::new(false),
    };
    // What was not saved when the page was left is there again.
    Effect::new(move || {
        if storage::get(&editor.draft()).is_some() {
            editor.begin();
        }
    });
    let put_back = move |_| editor.put_theirs_back();
    let keep = move |_| editor.theirs.set(None);
    let whose = move || editor.theirs.read().as_ref().map(|theirs| theirs.actor.to_string()).unwrap_or_default();
    let shown = move || editor.base.read().html.clone();
    let replaced = format!(
        " had changed the {} meanwhile. Your text replaced theirs, which stays in the timeline.",
        passage.label().to_lowercase()
    );
    let edit = format!("Edit the {}", passage.label().to_lowercase());
    view! {
        <section id=passage.as_str() class="passage">
            <h3>{passage.label()}</h3>
            <div hidden=move || editor.open.get()>
                <div inner_html=shown></div>
                <button type="button" class="button screen-only" aria-label=edit on:click=move |_| use_analyst().ask_first(move || editor.begin())><Icon name="pencil" />"Edit"</button>
            </div>
            <div class="passage-editor" hidden=move || !editor.open.get()>
                <p class="banner problem" role="alert" hidden=move || editor.theirs.read().is_none()>
                    <Icon name="warning" />
                    <span dir="auto">
                        <bdi>{whose}</bdi>
                        {replaced}
                    </span>
                    <button type="button" class="button small" on:click=put_back>"Put theirs back"</button>
                    <button type="button" class="button small" on:click=keep>"Keep mine"</button>
                </p>
                <label class="field">
                    <span>{passage.question()} <em>"Markdown"</em></span>
                    <textarea
                        rows=if passage == Passage::Recommendations { "12" } else { "6" }
                        maxlength="20000"
                        dir="auto"
                        node_ref=editor.field
                        on:input=move |_| editor.changed()
                        on:blur=move |_| editor.save()
                    ></textarea>
                </label>
                <p class="row">
                    <button type="button" class="button primary" on:click=move |_| editor.finish()>"Done"</button>
                    <span class="hint" role="status">{move || editor.state.get()}</span>
                </p>
            </div>
        </section>
    }
}

impl Editor {
    /// Where the browser keeps what was not saved.
    fn draft(self) -> String {
        // The report of an id that is none was never shown.
        let execution = self.id.get_value().parse().unwrap_or(ExecutionId(Uuid::nil()));
        DraftKey { execution, place: Place::Passage(self.passage) }.name()
    }

    /// Where the browser keeps what had been seen when that was begun.
    fn draft_base(self) -> String {
        format!("{}.seen", self.draft())
    }

    fn forget_draft(self) {
        storage::remove(&self.draft());
        storage::remove(&self.draft_base());
    }

    fn text(self) -> String {
        self.field.get_untracked().map(|field| field.value()).unwrap_or_default()
    }

    /// Opens the field, with what the server has now, or what was not saved before.
    fn begin(self) {
        self.open.set(true);
        spawn_local(async move {
            let draft = storage::get(&self.draft());
            if let Ok(written) = load_passage(self.id.get_value(), self.passage).await {
                let begun = storage::get(&self.draft_base()).and_then(|seq| seq.parse().ok());
                self.seen.set_value(if draft.is_some() { Seq(begun.unwrap_or(0)) } else { written.seq });
                self.base.set(written);
            }
            let Some(field) = self.field.get_untracked() else { return };
            field.set_value(&draft.clone().unwrap_or_else(|| self.base.read_untracked().text.clone()));
            // Without the field somebody goes on by pointer.
            let _ = field.focus();
            if draft.is_some() {
                self.save();
            }
        });
    }

    fn changed(self) {
        storage::set(&self.draft(), &self.text());
        storage::set(&self.draft_base(), &self.seen.get_value().to_string());
        self.state.set("Not saved yet".to_owned());
        let typed = self.typed.get_value() + 1;
        self.typed.set_value(typed);
        self.save_after(PAUSE, typed);
    }

    /// Saves after a while, unless something is typed until then.
    fn save_after(self, pause: Duration, typed: u64) {
        let again = move || {
            if self.typed.try_get_value() == Some(typed) {
                self.save();
            }
        };
        set_timeout(again, pause);
    }

    fn save(self) {
        let text = self.text();
        if text == self.base.read_untracked().text {
            self.forget_draft();
            return;
        }
        if self.saving.get_value() {
            return;
        }
        self.saving.set_value(true);
        self.state.set("Saving…".to_owned());
        let (typed, actor) = (self.typed.get_value(), use_analyst().actor());
        spawn_local(async move {
            let saved = self.sent(text.clone(), actor).await;
            self.saving.set_value(false);
            match saved {
                Ok(()) => {
                    self.state.set("Saved".to_owned());
                    if self.typed.get_value() == typed {
                        self.forget_draft();
                    } else {
                        self.save();
                    }
                }
                Err((problem, passes)) => {
                    let then = if passes { "trying again, and this browser keeps it" } else { "this browser keeps it" };
                    self.state.set(format!("Not saved: {problem} ({then})"));
                    if passes {
                        self.save_after(AGAIN, self.typed.get_value());
                    }
                }
            }
        });
    }

    /// Sends a text, and tells when it replaced somebody else's. An error says whether the same may be tried again.
    async fn sent(self, text: String, actor: Actor) -> Result<(), (String, bool)> {
        let id = self.id.get_value();
        let failed = |problem: domain::api::Problem| (problem.detail.clone(), may_pass(&problem));
        let patch = PatchExecution {
            actor: Some(actor),
            command_id: Some(new_command_id()),
            base_seq: Some(self.seen.get_value()),
            ..self.passage.patch(text)
        };
        let address = format!("/api/executions/{id}");
        let saved: Saved = send(Method::Patch, &address, &patch).await.map_err(failed)?;
        self.seen.set_value(saved.last_seq);
        if let Some(theirs) = saved.events.iter().find_map(|event| event.body.overwrote()) {
            self.theirs.set(Some(theirs.clone()));
        }
        let now = load_passage(id, self.passage).await.map_err(|error| failed(error.0))?;
        self.base.set(now);
        Ok(())
    }

    fn put_theirs_back(self) {
        if let Some(theirs) = self.theirs.try_update(Option::take).flatten() {
            if let Some(field) = self.field.get_untracked() {
                field.set_value(theirs.value.as_str().unwrap_or_default());
            }
            self.changed();
            self.save();
        }
    }

    fn finish(self) {
        self.save();
        self.open.set(false);
    }
}
