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
            <Transition fallback=|| view! { <p class="loading">"Loading the dashboard…"</p> }>
                {move || Suspend::new(async move {
                    let body = body.await;
                    // The form is as new as the figures; who was in it goes on there.
                    if let Some(selector) = go_on_at.try_update_value(Option::take).flatten() {
                        request_animation_frame(move || focus_on(selector));
                    }
                    match body {
                        Ok(html) => view! { <div inner_html=html></div> }.into_any(),
                        Err(error) => view! { <Failed error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
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
