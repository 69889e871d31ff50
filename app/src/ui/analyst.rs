//! Who sits here: the name under which everything is recorded. Remembered in a cookie, so that REST calls carry it.

use domain::ids::Actor;
use domain::presence::Color;
use leptos::html;
use leptos::prelude::*;

use super::cookie;
use super::dialog::Dialog;
use super::icon::Icon;

/// The name of the analyst at this browser, when one was given.
#[derive(Clone, Copy)]
pub(crate) struct Analyst(RwSignal<Option<Actor>>);

impl Analyst {
    /// Under which name changes are recorded.
    pub(crate) fn actor(self) -> Actor {
        self.0.get_untracked().unwrap_or_else(Actor::anonymous)
    }

    /// The name that was given, if any.
    pub(crate) fn name(self) -> Option<Actor> {
        self.0.get()
    }

    /// Takes a name and remembers it.
    ///
    /// # Errors
    /// Why it is no name, in words.
    pub(crate) fn set(self, name: &str) -> Result<(), String> {
        let actor = typed(name)?;
        cookie::set("analyst", actor.as_str());
        self.0.set(Some(actor));
        Ok(())
    }
}

pub(crate) fn provide_analyst() {
    let name = cookie::get("analyst").and_then(|name| Actor::new(&name).ok());
    provide_context(Analyst(RwSignal::new(name)));
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

/// Shows the name, and lets it be changed.
#[component]
pub(crate) fn AnalystMenu() -> impl IntoView {
    let analyst = use_analyst();
    let open = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let input = NodeRef::<html::Input>::new();
    let save = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let name = input.get().map(|input| input.value()).unwrap_or_default();
        match analyst.set(&name) {
            Ok(()) => open.set(false),
            Err(reason) => error.set(Some(reason)),
        }
    };
    view! {
        <button
            type="button"
            class="analyst-button"
            title=move || analyst.name().map(|actor| actor.to_string())
            on:click=move |_| {
                error.set(None);
                open.set(true);
            }
        >
            {move || match analyst.name() {
                Some(actor) => view! { <Avatar actor=actor.clone() /> <span>{actor.to_string()}</span> }.into_any(),
                None => view! { <Icon name="person" /> <span>"Who are you?"</span> }.into_any(),
            }}
        </button>
        <Dialog open title="Your name">
            <form on:submit=save>
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
                    <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
                    <button type="submit" class="button primary">"Save"</button>
                </div>
            </form>
        </Dialog>
    }
}
