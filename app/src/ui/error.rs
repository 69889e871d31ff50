//! When a page has nothing to show.

use domain::session::{Answer, Verdict};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::icon::Icon;
use super::request::{Method, PROBE, fetch};
use crate::backend::PageError;

/// Says what happened and where to go from here. What passes by itself is waited for.
#[component]
pub(crate) fn Failed(error: PageError) -> impl IntoView {
    let problem = error.0;
    let passes = ["offline", "sign-in"].iter().any(|kind| problem.kind.ends_with(kind));
    let signed_out = RwSignal::new(problem.status == 401);
    if passes {
        wait_for_server(signed_out);
    }
    let title = if problem.status == 404 { "Not found".to_owned() } else { problem.title };
    view! {
        <Title text=title.clone() />
        <section class="empty failed" role="alert">
            <Icon name="warning" />
            <h1>{title}</h1>
            <p>{problem.detail}</p>
            // The address of the page itself: whatever asks for a sign-in shows its own page there.
            <p hidden=move || !signed_out.get()>
                <a href="" target="_blank" rel="noopener">"Sign in again"</a>
                " in another tab. This page goes on by itself after that."
            </p>
            <p class="row">
                <A href="/executions" attr:class="button">"All executions"</A>
                <A href="/playbooks" attr:class="button">"All playbooks"</A>
            </p>
        </section>
    }
}

/// Asks now and then who answers. When it is the server, the page is loaded again.
fn wait_for_server(signed_out: RwSignal<bool>) {
    const PAUSE: std::time::Duration = std::time::Duration::from_secs(3);
    let is_loading = StoredValue::new(false);
    let ask = move || {
        leptos::task::spawn_local(async move {
            match fetch(Method::Get, PROBE, None).await.as_ref().map(Answer::judge) {
                // A page that was left meanwhile knows nothing any more.
                Some(Verdict::Success) if is_loading.try_get_value() == Some(false) => {
                    is_loading.set_value(true);
                    // A page that cannot load itself again leaves that to its reader.
                    let _ = window().location().reload();
                }
                Some(Verdict::SignedOut) => {
                    signed_out.try_set(true);
                }
                _ => {}
            }
        });
    };
    Effect::new(move || {
        ask();
        if let Ok(asking) = set_interval_with_handle(ask, PAUSE) {
            on_cleanup(move || asking.clear());
        }
        let focus = window_event_listener(leptos::ev::focus, move |_| ask());
        on_cleanup(move || focus.remove());
    });
}
