//! `/playbooks/{id}`

use domain::api::{PlaybookPageData, Problem};
use domain::ids::NodeId;
use domain::words::counted;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use serde::{Deserialize, Serialize};

use super::history::History;
use super::import::Issues;
use super::start::StartDialog;
use crate::backend::{Json, PageError};
use crate::ui::canvas::Canvas;
use crate::ui::dialog::Dialog;
use crate::ui::error::Failed;
use crate::ui::icon::Icon;
use crate::ui::request::{Method, send};

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct PageData {
    playbook: PlaybookPageData,
    history: History,
}

/// A playbook with its newest version, and its past.
#[server(prefix = "/app", endpoint = "playbook", input = Json, output = Json)]
async fn load_playbook(id: String) -> Result<PageData, PageError> {
    use crate::backend::{backend, nothing_here, with_status};
    let load = async || -> Result<PageData, Problem> {
        let id = id.parse().map_err(|_| nothing_here("playbook"))?;
        let backend = backend();
        let playbook = backend.playbook(id).await?;
        let history = History::of(&backend.playbook_history(id).await?, &playbook.graph);
        Ok(PageData { playbook, history })
    };
    with_status(load().await)
}

/// One playbook: its flowchart, and its text.
#[component]
pub(crate) fn PlaybookPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").unwrap_or_default();
    let playbook = Resource::new(id, load_playbook);
    view! {
        <Suspense fallback=|| view! { <p class="loading">"Loading the playbook…"</p> }>
            {move || Suspend::new(async move {
                match playbook.await {
                    Ok(data) => view! { <Playbook data /> }.into_any(),
                    Err(error) => view! { <main id="main" class="page"><Failed error /></main> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Playbook(data: PageData) -> impl IntoView {
    let PlaybookPageData { summary, source, issues, graph, placement } = data.playbook;
    let History { lines, table } = data.history;
    let has_history = !table.is_empty();
    let is_history_shown = use_query_map().read_untracked().get("history").is_some();
    let starting = RwSignal::new(false);
    let deleting = RwSignal::new(false);
    let selected = RwSignal::new(None::<NodeId>);
    let id = summary.id;
    let facts = format!(
        "version {} · {} · {} · from {}",
        summary.version,
        counted(summary.step_count.into(), "step"),
        counted(summary.decision_count.into(), "decision"),
        summary.format.name()
    );
    view! {
        <Title text=summary.title.clone() />
        <main id="main" class="workspace">
            <header class="page-head">
                <div>
                    <h1 dir="auto">{summary.title.clone()}</h1>
                    <p class="card-facts">{facts}</p>
                </div>
                <span class="spacer"></span>
                <label class="filter" hidden=!has_history title="On every step: its median time, how often it was blocked, and in how many executions">
                    <input type="checkbox" id="history" checked=is_history_shown />
                    "History"
                </label>
                <button type="button" class="button" on:click=move |_| deleting.set(true)><Icon name="trash" />"Delete"</button>
                <button type="button" class="button primary" on:click=move |_| starting.set(true)><Icon name="active" />"Start an execution"</button>
            </header>
            <div class="split">
                <Canvas graph=StoredValue::new(graph) placement=StoredValue::new(placement) history=lines selected />
                <aside class="source-panel" aria-label="Past and source">
                    <Issues issues />
                    <details class="past" hidden=!has_history open=is_history_shown>
                        <summary>"Past executions"</summary>
                        <div inner_html=table></div>
                    </details>
                    <h2>"Source"</h2>
                    <pre class="source-text" dir="auto" tabindex="0"><code>{source}</code></pre>
                </aside>
            </div>
            <StartDialog open=starting playbook_id=id title=summary.title.clone() />
            <DeleteDialog open=deleting address=format!("/api/playbooks/{id}") title=summary.title />
        </main>
    }
}

#[component]
fn DeleteDialog(open: RwSignal<bool>, address: String, title: String) -> impl IntoView {
    let navigate = use_navigate();
    let error = RwSignal::new(None::<String>);
    let delete = move |_| {
        let (navigate, address) = (navigate.clone(), address.clone());
        spawn_local(async move {
            let answer: Result<(), Problem> = send(Method::Delete, &address, &()).await;
            match answer {
                Ok(()) => navigate("/playbooks", NavigateOptions::default()),
                Err(problem) => error.set(Some(problem.detail)),
            }
        });
    };
    view! {
        <Dialog open title="Delete this playbook?">
            <p><bdi>{title}</bdi> " will no longer be offered. Executions that were started from it keep it and go on."</p>
            <p class="field-error" role="alert">{move || error.get()}</p>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>"Keep it"</button>
                <button type="button" class="button danger" on:click=delete>"Delete"</button>
            </div>
        </Dialog>
    }
}
