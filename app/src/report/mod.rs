//! `/executions/{id}/report`: the after-action report as a page, complete without a script.
//!
//! The server writes all of it but the editors of what analysts write in it, which is why nothing of a report is in what
//! browsers load.

#[cfg(feature = "ssr")]
mod details;
#[cfg(feature = "ssr")]
mod document;
mod passage;
#[cfg(feature = "ssr")]
mod room;

#[cfg(feature = "ssr")]
pub(crate) use document::{passage, written};

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

use crate::backend::{ReportPageData, load_report};
use crate::ui::error::Failed;
use domain::passage::Passage;
use passage::PassageEditor;

/// One report.
#[component]
pub(crate) fn ReportPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").unwrap_or_default();
    let report = Resource::new(id, load_report);
    view! {
        <Suspense fallback=|| view! { <p class="loading">"Writing the report…"</p> }>
            {move || Suspend::new(async move {
                match report.await {
                    Ok(page) => view! { <Page id=id() page /> }.into_any(),
                    Err(error) => view! { <main id="main" class="page"><Failed error /></main> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Page(id: String, page: ReportPageData) -> impl IntoView {
    let ReportPageData { incident_title, first, impact, cause, then, recommendations, after } = page;
    view! {
        <Title text=format!("Report: {incident_title}") />
        <main id="main" class="page report">
            <div inner_html=first></div>
            <PassageEditor id=id.clone() passage=Passage::Impact written=impact />
            <PassageEditor id=id.clone() passage=Passage::Cause written=cause />
            <div inner_html=then></div>
            <PassageEditor id passage=Passage::Recommendations written=recommendations />
            <div inner_html=after></div>
        </main>
    }
}
