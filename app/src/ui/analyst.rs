//! Who sits here: the name under which everything is recorded. Remembered in a cookie, so that REST calls carry it.

use std::sync::Arc;

use domain::ids::Actor;
use domain::presence::Color;
use leptos::html;
use leptos::prelude::*;

use super::cookie;
use super::dialog::Dialog;
use super::icon::Icon;
use super::storage;

/// The name of the analyst at this browser, when one was given.
#[derive(Clone, Copy)]
pub(crate) struct Analyst {
    name: RwSignal<Option<Actor>>,
    /// Whether the dialog is open in which it is given.
    asking: RwSignal<bool>,
    /// What goes on once it is given, or refused.
    waiting: RwSignal<Option<GoOn>>,
}

/// Something that waits for a name.
type GoOn = Arc<dyn Fn() + Send + Sync>;

/// Where this browser keeps that no name was wanted.
const UNNAMED: &str = "forge.unnamed";

impl Analyst {
    /// Under which name changes are recorded.
    pub(crate) fn actor(self) -> Actor {
        self.name.get_untracked().unwrap_or_else(Actor::anonymous)
    }

    /// The name that was given, if any.
    pub(crate) fn name(self) -> Option<Actor> {
        self.name.get()
    }

    /// Whether there is nothing to ask: a name was given, or none was wanted.
    pub(crate) fn is_known(self) -> bool {
        self.name.read_untracked().is_some() || storage::get(UNNAMED).is_some()
    }

    /// Goes on at once when it is known who sits here, otherwise after asking. Who closes the dialog goes on with nothing.
    pub(crate) fn ask_first(self, go_on: impl Fn() + Send + Sync + 'static) {
        if self.is_known() {
            return go_on();
        }
        self.waiting.set(Some(Arc::new(go_on)));
        self.asking.set(true);
    }

    /// Takes a name and remembers it.
    ///
    /// # Errors
    /// Why it is no name, in words.
    pub(crate) fn set(self, name: &str) -> Result<(), String> {
        let actor = typed(name)?;
        cookie::set("analyst", actor.as_str());
        self.name.set(Some(actor));
        Ok(())
    }

    /// Closes the dialog, and goes on with what waited.
    fn go_on(self) {
        let waiting = self.waiting.try_update(Option::take).flatten();
        self.asking.set(false);
        if let Some(go_on) = waiting {
            go_on();
        }
    }

    /// Goes on without a name, now and from now on in this browser.
    fn stay_unnamed(self) {
        // A browser that keeps nothing is asked again.
        storage::set(UNNAMED, "yes");
        self.go_on();
    }
}

pub(crate) fn provide_analyst() {
    let name = cookie::get("analyst").and_then(|name| Actor::new(&name).ok());
    let analyst = Analyst { name: RwSignal::new(name), asking: RwSignal::new(false), waiting: RwSignal::new(None) };
    provide_context(analyst);
}

/// A name that somebody typed. In the form in which the server keeps it, so that one knows oneself again.
///
/// # Errors
/// Why it is no name, in words.
pub(crate) fn typed(name: &str) -> Result<Actor, String> {
    Actor::new(&composed(name)).map_err(|error| format!("A name {error}."))
}

/// A text in NFC, by the browser's own tables.
#[cfg(feature = "hydrate")]
fn composed(text: &str) -> String {
    let composed = js_sys::JsString::from(text).normalize("NFC");
    composed.as_string().unwrap_or_else(|| text.to_owned())
}

/// The server's names are composed by the domain.
#[cfg(not(feature = "hydrate"))]
fn composed(text: &str) -> String {
    text.to_owned()
}

/// Who is there.
pub(crate) fn use_analyst() -> Analyst {
    expect_context()
}

/// A round mark with somebody's initials, in a colour of their own.
#[component]
pub(crate) fn Avatar(actor: Actor) -> impl IntoView {
    view! {
        <span class="avatar" data-hue=hue(&actor) title=actor.to_string() aria-hidden="true">
            {actor.initials()}
        </span>
    }
}

/// What somebody does at a step, as the end of a sentence.
pub(crate) fn doing(editing: bool) -> &'static str {
    if editing { "is editing here" } else { "is looking at this" }
}

/// What the style sheet calls somebody's colour.
pub(crate) fn hue(actor: &Actor) -> usize {
    Color::of(actor).place()
}

/// Shows the name, and lets it be changed; asks for it before the first change.
#[component]
pub(crate) fn AnalystMenu() -> impl IntoView {
    let analyst = use_analyst();
    let open = analyst.asking;
    let error = RwSignal::new(None::<String>);
    let input = NodeRef::<html::Input>::new();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = input.get().map(|input| input.value()).unwrap_or_default();
        match analyst.set(&name) {
            Ok(()) => analyst.go_on(),
            Err(reason) => error.set(Some(reason)),
        }
    };
    Effect::new(move || {
        if open.get() {
            error.set(None);
        } else {
            // Closed without an answer: what waited is not done, and whatever was typed for it is still there.
            analyst.waiting.set(None);
        }
    });
    let waits = move || analyst.waiting.read().is_some();
    view! {
        <button
            type="button"
            class="analyst-button"
            title=move || analyst.name().map(|actor| actor.to_string())
            on:click=move |_| open.set(true)
        >
            {move || match analyst.name() {
                Some(actor) => view! { <Avatar actor=actor.clone() /> <span>{actor.to_string()}</span> }.into_any(),
                None => view! { <Icon name="person" /> <span>"Who are you?"</span> }.into_any(),
            }}
        </button>
        <Dialog open title="Your name">
            <form on:submit=save>
                <p hidden=move || !waits()>"This is your first change here. What you pressed is done as soon as you answer."</p>
                <p>"Everything you do is recorded under this name. There is no password."</p>
                <label class="field">
                    <span>"Name"</span>
                    <input
                        type="text"
                        name="analyst"
                        autofocus
                        autocomplete="name"
                        required
                        maxlength="200"
                        dir="auto"
                        node_ref=input
                        prop:value=move || analyst.name().map(String::from).unwrap_or_default()
                    />
                </label>
                <p class="field-error" role="alert">{move || error.get()}</p>
                <div class="dialog-actions">
                    <button type="button" class="button quiet" hidden=move || !waits() on:click=move |_| analyst.stay_unnamed()>
                        "Stay anonymous"
                    </button>
                    <span class="spacer"></span>
                    <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
                    <button type="submit" class="button primary">"Save"</button>
                </div>
            </form>
        </Dialog>
    }
}
