//! `/playbooks`: every playbook, to be found and started. What is looked for stands in the address.
//!
//! The list is markup that the server wrote ([`cards`](super::cards)); the page only knows which button of it was pressed.

use domain::api::Problem;
use domain::ids::PlaybookId;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::location::Url;
use serde::de::IgnoredAny;

use super::start::StartDialog;
use crate::backend::{Json, PageError};
use crate::ui::error::Failed;
use crate::ui::icon::Icon;
use crate::ui::request::{Method, send};
use crate::ui::rest::Rest;

/// What the address may say: words to find, a tag, and whether it is about what was taken out of the library.
const NAMES: [&str; 3] = ["q", "tag", "hidden"];

/// The list as markup.
#[server(prefix = "/app", endpoint = "library", input = Json, output = Json)]
async fn load_library(q: String, tag: String, hidden: String) -> Result<String, PageError> {
    let asked = super::cards::Asked { words: q, tag, hidden: hidden == "true" };
    crate::backend::with_status(super::cards::load(&*crate::backend::backend(), &asked).await)
}

/// Every playbook that the address asks for.
#[component]
pub(crate) fn PlaybooksPage() -> impl IntoView {
    let params = use_query_map();
    let asked = Memo::new(move |_| NAMES.map(|name| params.read().get(name).unwrap_or_default()));
    let list = Resource::new(move || asked.get(), |[q, tag, hidden]| load_library(q, tag, hidden));
    let starting = RwSignal::new(None::<(PlaybookId, String)>);
    let open = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let act = move |event: ev::MouseEvent| {
        let Some(button) = event_target::<web_sys::Element>(&event).closest("button[data-id]").ok().flatten() else {
            return;
        };
        let id = button.get_attribute("data-id").unwrap_or_default();
        if let Some(title) = button.get_attribute("data-start") {
            starting.set(id.parse().ok().map(|id| (id, title)));
            open.set(true);
        } else {
            spawn_local(async move {
                let address = format!("/api/playbooks/{id}/restore");
                match send::<IgnoredAny>(Method::Post, &address, &()).await {
                    Ok(_) => list.refetch(),
                    Err(problem) => error.set(Some(Problem::to_string(&problem))),
                }
            });
        }
    };
    view! {
        <Title text="Playbooks" />
        <main id="main" class="page library" on:click=act>
            <header class="page-head">
                <h1>"Playbooks"</h1>
                <span class="spacer"></span>
                <A href="/playbooks/new/edit" attr:class="button"><Icon name="pencil" />"Write one"</A>
                <A href="/playbooks/new" attr:class="button primary"><Icon name="upload" />"Import playbooks"</A>
            </header>
            <Search asked />
            <p class="field-error" role="alert">{move || error.get()}</p>
            <Transition fallback=|| view! { <p class="loading">"Loading playbooks…"</p> }>
                {move || Suspend::new(async move {
                    match list.await {
                        Ok(html) => view! { <div inner_html=html></div> }.into_any(),
                        Err(error) => view! { <Failed error /> }.into_any(),
                    }
                })}
            </Transition>
            {move || starting.get().map(|(playbook_id, title)| view! { <StartDialog open playbook_id title /> })}
        </main>
    }
}

/// The form in which words are looked for. Without a script it is sent by its button; with one, it takes effect at once.
#[component]
fn Search(asked: Memo<[String; 3]>) -> impl IntoView {
    let words = NodeRef::<html::Input>::new();
    let navigate = use_navigate();
    let apply = move || {
        let Some(Some(field)) = words.try_get_untracked() else { return };
        let [shown, tag, hidden] = asked.get_untracked();
        let asked = field.value();
        if asked.trim() != shown {
            let address = address(asked.trim(), &tag, &hidden);
            navigate(&address, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
        }
    };
    let submit = {
        let apply = apply.clone();
        move |event: ev::SubmitEvent| {
            event.prevent_default();
            apply();
        }
    };
    let rest = Rest::new();
    let change = move |_| rest.then(apply.clone());
    // Whatever else changes the address also changes the field; what is just being typed stays.
    Effect::new(move || {
        let [shown, ..] = asked.get();
        if let Some(field) = words.get()
            && field.value().trim() != shown
        {
            field.set_value(&shown);
        }
    });
    let [first, ..] = asked.get_untracked();
    let kept = move |at: usize, name: &'static str| {
        let value = move || asked.read()[at].clone();
        view! { <input type="hidden" name=name prop:value=value value=asked.get_untracked()[at].clone() disabled=move || value().is_empty() /> }
    };
    view! {
        <form class="filters" method="get" action="/playbooks" role="search" aria-label="Find playbooks" on:submit=submit on:input=change>
            <span class="search">
                <Icon name="search" />
                <input
                    type="search"
                    name="q"
                    maxlength="200"
                    aria-label="Search playbooks"
                    placeholder="Search titles, tags and steps"
                    value=first
                    node_ref=words
                />
            </span>
            {kept(1, "tag")}
            {kept(2, "hidden")}
            <button type="submit" class="button">"Search"</button>
        </form>
    }
}

/// Where this is asked for.
pub(super) fn address(words: &str, tag: &str, hidden: &str) -> String {
    let mut address = "/playbooks".to_owned();
    for (name, value) in NAMES.into_iter().zip([words, tag, hidden]).filter(|(_, value)| !value.is_empty()) {
        address.push(if address.contains('?') { '&' } else { '?' });
        address.push_str(name);
        address.push('=');
        address.push_str(&Url::escape(value));
    }
    address
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_says_only_what_is_asked_for() {
        assert_eq!(address("", "", ""), "/playbooks");
        assert_eq!(address("50 % of", "", "true"), "/playbooks?q=50%20%25%20of&hidden=true");
        assert_eq!(address("", "a&b", ""), "/playbooks?tag=a%26b");
    }
}
