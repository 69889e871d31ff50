//! When a page has nothing to show.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;

use super::icon::Icon;
use crate::backend::PageError;

/// Says what happened and where to go from here.
#[component]
pub(crate) fn Failed(error: PageError) -> impl IntoView {
    let problem = error.0;
    let title = if problem.status == 404 { "Not found".to_owned() } else { problem.title };
    view! {
        <Title text=title.clone() />
        <section class="empty failed" role="alert">
            <Icon name="warning" />
            <h1>{title}</h1>
            <p>{problem.detail}</p>
            <p class="row">
                <A href="/executions" attr:class="button">"All executions"</A>
                <A href="/playbooks" attr:class="button">"All playbooks"</A>
            </p>
        </section>
    }
}
