//! `/`: what goes on, and what many executions tell about their playbooks.
//!
//! All of it is rendered by the server ([`body`]) and travels as markup, so that the browser needs no code to show it. What
//! the page shows stands in its address; links and the form of filters work without a script, and with one they bring
//! the new figures without loading the page anew.

#[cfg(feature = "ssr")]
mod addresses;
#[cfg(feature = "ssr")]
mod body;
#[cfg(feature = "ssr")]
mod bottlenecks;
#[cfg(feature = "ssr")]
mod decisions;
#[cfg(feature = "ssr")]
mod definitions;
#[cfg(feature = "ssr")]
mod filters;
#[cfg(feature = "ssr")]
mod over_time;
#[cfg(feature = "ssr")]
mod overview;
#[cfg(feature = "ssr")]
mod playbooks;

use std::time::Duration;

use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::location::Url;

use crate::backend::{Json, PageError};
use crate::ui::error::Failed;
use crate::ui::focus::focus_on;
use crate::ui::icon::Icon;
use crate::ui::poll::again_and_again;

/// How often the figures are asked for.
const OFTEN: Duration = Duration::from_secs(10);

/// What the address may say.
const NAMES: [&str; 3] = ["playbook", "from", "to"];

/// The body of the page as markup: for a playbook, and for executions that began from one day to another (as `2026-11-22` in
/// UTC, both included). What is empty or makes no sense is not heeded.
#[server(prefix = "/app", endpoint = "dashboard", input = Json, output = Json)]
async fn load_dashboard(playbook: String, from: String, to: String) -> Result<String, PageError> {
    let asked = addresses::Asked::read(&playbook, &from, &to);
    crate::backend::with_status(body::load(&*crate::backend::backend(), &asked).await)
}

/// The figures that the address asks for.
#[component]
pub(crate) fn DashboardPage() -> impl IntoView {
    let params = use_query_map();
    let asked = Memo::new(move |_| NAMES.map(|name| params.read().get(name).unwrap_or_default()));
    let body = Resource::new(move || asked.get(), |[playbook, from, to]| load_dashboard(playbook, from, to));
    let fresh = RwSignal::new(None::<String>);
    let trouble = RwSignal::new(None::<String>);
    keep_up(asked, fresh, trouble);
    let navigate = use_navigate();
    let go_on_at = StoredValue::new(None::<&'static str>);
    let apply = move |event: &ev::Event, selector: &'static str| {
        let form = event_target::<web_sys::Element>(event).closest("form").ok().flatten();
        let address = form.and_then(|form| address_of(form.unchecked_ref()));
        if let Some(address) = address {
            event.prevent_default();
            go_on_at.set_value(Some(selector));
            navigate(&address, NavigateOptions { scroll: false, ..NavigateOptions::default() });
        }
    };
    let chosen = {
        let apply = apply.clone();
        // Of a date that is being typed, every digit is a change.
        move |event: ev::Event| {
            if event_target::<web_sys::Element>(&event).matches("select").unwrap_or_default() {
                apply(&event, ".filters select");
            }
        }
    };
    view! {
        <Title text="Dashboard" />
        <main id="main" class="page dashboard" on:change=chosen on:submit=move |event| apply(&event, ".filters .button")>
            <div role="status">
                {move || trouble.get().map(|trouble| view! { <p class="banner problem"><Icon name="warning" /><span>"Not up to date: " {trouble}</span></p> })}
            </div>
            <Transition fallback=|| view! { <p class="loading">"Loading the dashboard…"</p> }>
                {move || Suspend::new(async move {
                    let body = body.await;
                    // The form is as new as the figures; who was in it goes on there.
                    if let Some(selector) = go_on_at.try_update_value(Option::take).flatten() {
                        request_animation_frame(move || focus_on(selector));
                    }
                    match body {
                        Ok(html) => view! { <div inner_html=move || fresh.get().unwrap_or_else(|| html.clone())></div> }.into_any(),
                        Err(error) => view! { <Failed error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
}

/// Asks for the same again and again, as long as somebody looks and types nothing.
fn keep_up(asked: Memo<[String; 3]>, fresh: RwSignal<Option<String>>, trouble: RwSignal<Option<String>>) {
    Effect::new(move || {
        asked.track();
        fresh.set(None);
        trouble.set(None);
    });
    let refresh = move || {
        let is_typed_in = focused().is_some_and(|element| element.matches("input, select").unwrap_or_default());
        if is_typed_in {
            return;
        }
        let before = asked.get_untracked();
        leptos::task::spawn_local(async move {
            let [playbook, from, to] = before.clone();
            let answer = load_dashboard(playbook, from, to).await;
            // The page may have been left meanwhile, or asks for something else.
            if asked.try_get_untracked() != Some(before) {
                return;
            }
            match answer {
                Ok(html) => {
                    let link = focused().and_then(|element| element.get_attribute("href"));
                    fresh.set(Some(html));
                    trouble.set(None);
                    // The focus stays at the same link.
                    if let Some(link) = link {
                        request_animation_frame(move || focus_on(&format!(".dashboard [href=\"{link}\"]")));
                    }
                }
                Err(error) => trouble.set(Some(error.0.detail)),
            }
        });
    };
    again_and_again(OFTEN, refresh);
}

/// What has the focus within the dashboard.
fn focused() -> Option<web_sys::Element> {
    let element = document().active_element()?;
    element.closest(".dashboard").ok().flatten().map(|_| element)
}

/// The address that a form of filters leads to.
fn address_of(form: &web_sys::HtmlFormElement) -> Option<String> {
    let data = web_sys::FormData::new_with_form(form).ok()?;
    let mut address = "/".to_owned();
    for (name, value) in NAMES.iter().filter_map(|name| Some((name, data.get(name).as_string()?))) {
        if !value.is_empty() {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(&format!("{name}={}", Url::escape(&value)));
        }
    }
    Some(address)
}
