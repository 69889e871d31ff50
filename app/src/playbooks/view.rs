//! `/playbooks/{id}`: one version of a playbook as a flowchart, its text, and how it became what it is.
//!
//! All but the flowchart is markup that the server wrote ([`details`](super::details)).

use domain::api::Problem;
use domain::graph::Graph;
use domain::ids::{NodeId, PlaybookId};
use domain::placement::Placement;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use serde::{Deserialize, Serialize};

use super::start::StartDialog;
use crate::backend::{Json, PageError};
use crate::ui::canvas::{Canvas, HistoryLine};
use crate::ui::dialog::Dialog;
use crate::ui::error::Failed;
use crate::ui::icon::Icon;
use crate::ui::request::{Method, send};
use crate::ui::toast::{Tone, use_toasts};

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct PageData {
    pub(super) id: PlaybookId,
    pub(super) title: String,
    /// What stands below the title.
    pub(super) facts: String,
    /// What can be done by links: export, edit.
    pub(super) links: String,
    /// What stands beside the flowchart.
    pub(super) aside: String,
    /// What stands on each node about past executions; empty when there are none.
    pub(super) history: Vec<HistoryLine>,
    pub(super) graph: Graph,
    pub(super) placement: Placement,
}

/// A version of a playbook (the newest unless another one is named), its past, and what differs from version `from`.
#[server(prefix = "/app", endpoint = "playbook", input = Json, output = Json)]
async fn load_playbook(id: String, version: Option<u32>, from: Option<u32>, past: bool) -> Result<PageData, PageError> {
    use crate::backend::{backend, nothing_here, with_status};
    with_status(match id.parse() {
        Ok(id) => super::details::load(&*backend(), id, version, from, past).await,
        Err(_) => Err(nothing_here("playbook")),
    })
}

/// What a node of a version says in full, as markup.
#[server(prefix = "/app", endpoint = "node", input = Json, output = Json)]
async fn load_node(id: String, version: Option<u32>, node: String) -> Result<String, PageError> {
    use crate::backend::{backend, nothing_here, with_status};
    with_status(match id.parse() {
        Ok(id) => super::details::node(&*backend(), id, version, &NodeId::from(node.as_str())).await,
        Err(_) => Err(nothing_here("playbook")),
    })
}

/// The version that the address asks for.
#[component]
pub(crate) fn PlaybookPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = move || {
        let query = query.read();
        let number = |name| query.get(name).and_then(|number| number.parse().ok());
        let past = query.get("history").is_some();
        (params.read().get("id").unwrap_or_default(), number("version"), number("from"), past)
    };
    let playbook = Resource::new(asked, |(id, version, from, past)| load_playbook(id, version, from, past));
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
    let PageData { id, title, facts, links, aside, history, graph, placement } = data;
    let has_history = !history.is_empty();
    let is_history_shown = use_query_map().read_untracked().get("history").is_some();
    let toasts = use_toasts();
    let starting = RwSignal::new(false);
    let deleting = RwSignal::new(false);
    let selected = RwSignal::new(None::<NodeId>);
    let version = use_query_map().read_untracked().get("version").and_then(|number| number.parse().ok());
    let chosen = RwSignal::new(None::<String>);
    Effect::new(move || {
        let Some(node) = selected.get() else { return chosen.set(None) };
        spawn_local(async move {
            let text = match load_node(id.to_string(), version, node.to_string()).await {
                Ok(html) => html,
                Err(error) => return toasts.show(Tone::Problem, error.0.detail),
            };
            // Another one may have been chosen meanwhile.
            if selected.try_get_untracked().flatten() == Some(node) {
                chosen.set(Some(text));
            }
        });
    });
    view! {
        <Title text=title.clone() />
        <main id="main" class="workspace">
            <header class="page-head">
                <div>
                    <h1 dir="auto">{title.clone()}</h1>
                    <p class="card-facts" inner_html=facts></p>
                </div>
                <span class="spacer"></span>
                <label class="filter" hidden=!has_history title="On every step: its median time, how often it was blocked, and in how many executions">
                    <input type="checkbox" id="history" checked=is_history_shown />
                    "History"
                </label>
                <div class="row" inner_html=links></div>
                <button type="button" class="button" on:click=move |_| deleting.set(true)><Icon name="trash" />"Delete"</button>
                <button type="button" class="button primary" on:click=move |_| starting.set(true)><Icon name="active" />"Start an execution"</button>
            </header>
            <div class="split">
                <Canvas graph=StoredValue::new(graph) placement=StoredValue::new(placement) history selected />
                <aside class="source-panel" aria-label="Past and source">
                    {move || chosen.get().map(|html| {
                        view! {
                            <section class="node-detail" aria-label="Chosen step">
                                <button type="button" class="icon-button" aria-label="Close the step" on:click=move |_| selected.set(None)>
                                    <Icon name="close" />
                                </button>
                                <div inner_html=html></div>
                            </section>
                        }
                    })}
                    <div inner_html=aside></div>
                </aside>
            </div>
            <StartDialog open=starting playbook_id=id title=title.clone() />
            <DeleteDialog open=deleting address=format!("/api/playbooks/{id}") title />
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
            <p>
                <bdi>{title}</bdi>
                " will no longer be offered. Executions that were started from it keep it and go on, and the library can restore it."
            </p>
            <p class="field-error" role="alert">{move || error.get()}</p>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>"Keep it"</button>
                <button type="button" class="button danger" on:click=delete>"Delete"</button>
            </div>
        </Dialog>
    }
}
