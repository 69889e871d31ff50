//! `/executions`: what is going on and what was.

use domain::api::{ExecutionFilter, ExecutionSummary};
use domain::event::ExecutionStatus;
use domain::time::Timestamp;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use crate::backend::list_executions;
use crate::ui::error::Failed;
use crate::ui::icon::Icon;
use crate::ui::progress::{ProgressBar, in_words};
use crate::ui::status::{ExecutionBadge, execution_label};
use crate::ui::time::{Time, roughly};

/// Most executions on one page.
const LIMIT: u64 = 200;

/// Every execution, filtered by the address, so that a filtered list can be kept and sent.
#[component]
pub(crate) fn ExecutionsPage() -> impl IntoView {
    let query = use_query_map();
    let status = Memo::new(move |_| {
        query
            .read()
            .get("status")
            .and_then(|word| ExecutionStatus::ALL.into_iter().find(|status| status.as_str() == word))
    });
    let words = Memo::new(move |_| query.read().get("q").unwrap_or_default());
    let executions = Resource::new(
        move || (status.get(), words.get()),
        |(status, words)| {
            let filter = ExecutionFilter {
                status: status.into_iter().collect(),
                q: Some(words).filter(|words| !words.is_empty()),
                limit: Some(LIMIT),
                ..ExecutionFilter::default()
            };
            list_executions(filter)
        },
    );
    #[cfg(feature = "hydrate")]
    keep_fresh(executions);
    let is_filtered = move || status.get().is_some() || !words.read().is_empty();
    view! {
        <Title text="Executions" />
        <main id="main" class="page">
            <header class="page-head">
                <h1>"Executions"</h1>
                <span class="spacer"></span>
                <A href="/playbooks" attr:class="button primary"><Icon name="active" />"Start from a playbook"</A>
            </header>
            <nav class="filters" aria-label="Filter by status">
                <FilterLink status=None current=status words />
                {ExecutionStatus::ALL.map(|own| view! { <FilterLink status=Some(own) current=status words /> }).collect_view()}
                <form class="search" method="get" action="/executions" role="search">
                    <Icon name="search" />
                    <label class="visually-hidden" for="execution-search">"Search executions"</label>
                    <input id="execution-search" type="search" name="q" placeholder="Search incident or playbook" prop:value=move || words.get() value=words.get_untracked() />
                    {move || status.get().map(|status| view! { <input type="hidden" name="status" value=status.as_str() /> })}
                </form>
            </nav>
            <Transition fallback=|| view! { <p class="loading">"Loading executions…"</p> }>
                {move || Suspend::new(async move {
                    match executions.await {
                        Ok(executions) if executions.is_empty() && is_filtered() => {
                            view! { <p class="empty-result">"No execution matches. " <A href="/executions">"Show all"</A></p> }.into_any()
                        }
                        Ok(executions) if executions.is_empty() => view! { <Nothing /> }.into_any(),
                        Ok(executions) => view! { <List executions /> }.into_any(),
                        Err(error) => view! { <Failed error /> }.into_any(),
                    }
                })}
            </Transition>
        </main>
    }
}

/// Seconds after which the list is read again.
#[cfg(feature = "hydrate")]
const REFRESH_SECONDS: u64 = 5;

/// Reads the list again from time to time, while it is looked at.
#[cfg(feature = "hydrate")]
fn keep_fresh(executions: Resource<Result<Vec<ExecutionSummary>, crate::backend::PageError>>) {
    let refresh = move || {
        if !document().hidden() {
            executions.refetch();
        }
    };
    if let Ok(handle) = set_interval_with_handle(refresh, std::time::Duration::from_secs(REFRESH_SECONDS)) {
        on_cleanup(move || handle.clear());
    }
}

#[component]
fn FilterLink(
    status: Option<ExecutionStatus>,
    current: Memo<Option<ExecutionStatus>>,
    words: Memo<String>,
) -> impl IntoView {
    let address = move || {
        let mut parts = Vec::new();
        parts.extend(status.map(|status| format!("status={}", status.as_str())));
        parts.extend(
            Some(words.get())
                .filter(|words| !words.is_empty())
                .map(|words| format!("q={}", leptos_router::location::Url::escape(&words))),
        );
        if parts.is_empty() { "/executions".to_owned() } else { format!("/executions?{}", parts.join("&")) }
    };
    view! {
        <a class="filter" href=address aria-current=move || (current.get() == status).then_some("true")>
            {status.map_or("All", execution_label)}
        </a>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    view! {
        <section class="empty">
            <Icon name="active" />
            <h2>"Nothing is running"</h2>
            <p>"Choose a playbook and start it when an incident begins. Everyone who opens it works on the same state."</p>
            <A href="/playbooks" attr:class="button primary">"Choose a playbook"</A>
        </section>
    }
}

#[component]
fn List(executions: Vec<ExecutionSummary>) -> impl IntoView {
    view! {
        <ul class="cards">
            {executions.into_iter().map(|execution| view! { <li><Card execution /></li> }).collect_view()}
        </ul>
    }
}

#[component]
fn Card(execution: ExecutionSummary) -> impl IntoView {
    let address = format!("/execute/{}", execution.id);
    let progress = execution.progress;
    let people = match execution.analyst_count {
        1 => "1 analyst".to_owned(),
        count => format!("{count} analysts"),
    };
    let blocked = (progress.blocked > 0).then(|| {
        view! { <span class="badge" data-status="blocked"><Icon name="blocked" />{format!("{} blocked", progress.blocked)}</span> }
    });
    view! {
        <article class="card execution-card">
            <header class="card-head">
                <ExecutionBadge status=Signal::stored(execution.status) />
                {blocked}
                <span class="spacer"></span>
                {execution.incident_id.map(|id| view! { <span class="incident-id" dir="auto">{id}</span> })}
            </header>
            <h2 dir="auto"><A href=address>{execution.incident_title}</A></h2>
            <p class="card-subtitle" dir="auto">{execution.playbook_title}</p>
            <div class="card-progress">
                <ProgressBar progress=Signal::stored(progress) />
                <strong>{format!("{} %", progress.percent)}</strong>
            </div>
            <p class="card-counts">{in_words(&progress)}</p>
            <p class="card-facts">
                <span><Icon name="clock" /><Started at=execution.started_at /></span>
                <span><Icon name="people" />{people}", started by " <bdi>{execution.started_by.to_string()}</bdi></span>
            </p>
        </article>
    }
}

/// When it began, exactly; and how long ago, once the browser knows the time.
#[component]
fn Started(at: Timestamp) -> impl IntoView {
    let ago = RwSignal::new(None::<String>);
    Effect::new(move || ago.set(seconds_since(at).map(|seconds| format!(" UTC, {} ago", roughly(seconds)))));
    view! { <span><Time at with_date=true /> {move || ago.get().unwrap_or_else(|| " UTC".to_owned())}</span> }
}

#[cfg(feature = "hydrate")]
fn seconds_since(at: Timestamp) -> Option<i64> {
    Some(crate::ui::time::browser_now()?.micros_since(at) / 1_000_000)
}

#[cfg(not(feature = "hydrate"))]
fn seconds_since(_at: Timestamp) -> Option<i64> {
    None
}
