//! `/playbooks/{id}/edit`, and `/playbooks/new/edit` for a new one: the text on the left, what is read from it on the right.
//!
//! The server reads the text when nothing was typed for a moment; the flowchart shows the last text that could be read, and says
//! so. What was typed is kept by the browser at once. A version that somebody else saved meanwhile is shown and never
//! replaced unseen.

mod desk;
mod lines;

use domain::api::PlaybookPreview;
use domain::legible::legible;
use domain::source::{Content, ContentKind, Part};
use domain::words::counted;
use leptos::ev;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use serde::{Deserialize, Serialize};

use crate::backend::{Json, PageError};
use crate::ui::canvas::{Canvas, KeptView};
use crate::ui::error::Failed;
use crate::ui::icon::Icon;
use desk::Desk;

/// The id of a playbook that is not there yet.
const NEW: &str = "new";

/// What the page begins with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct EditorData {
    title: String,
    source: String,
    /// The newest version; 0 of a playbook that is not there yet.
    newest: u32,
    /// What the text is read as.
    preview: PlaybookPreview,
}

/// A version of a playbook (the newest unless another one is named) to be edited; for a new one, a template.
#[server(prefix = "/app", endpoint = "editor", input = Json, output = Json)]
async fn load_editor(id: String, version: Option<u32>, template: String) -> Result<EditorData, PageError> {
    use crate::backend::{Backend, backend, nothing_here, with_status};
    use domain::api::{PlaybookDetail, PreviewPlaybook, Problem};
    async fn load(
        backend: &dyn Backend,
        id: String,
        version: Option<u32>,
        template: String,
    ) -> Result<EditorData, Problem> {
        if id == NEW {
            let source = super::templates::source_of(&template).to_owned();
            let request = PreviewPlaybook { source: source.clone(), ..PreviewPlaybook::default() };
            let preview = backend.preview(request).await?;
            return Ok(EditorData { title: "A new playbook".to_owned(), source, newest: 0, preview });
        }
        let id = id.parse().map_err(|_| nothing_here("playbook"))?;
        let PlaybookDetail { summary, shown, source, issues, graph, placement } = backend.playbook(id, version).await?;
        // What else the text holds is not kept with the version.
        let again = PreviewPlaybook { source: source.clone(), format: None, from: shown.from, playbook_id: Some(id) };
        let contents = backend.preview(again).await.map(|preview| preview.contents).unwrap_or_default();
        let preview = PlaybookPreview { format: shown.format, issues, graph, placement, contents };
        Ok(EditorData { title: summary.title, source, newest: summary.version, preview })
    }
    with_status(load(&*backend(), id, version, template).await)
}

/// The text of a playbook, to be changed.
#[component]
pub(crate) fn EditorPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = move || {
        let version = query.read().get("version").and_then(|number| number.parse().ok());
        (params.read().get("id").unwrap_or_default(), version, query.read().get("template").unwrap_or_default())
    };
    let data = Resource::new(asked, |(id, version, template)| load_editor(id, version, template));
    view! {
        <Suspense fallback=|| view! { <p class="loading">"Opening the text…"</p> }>
            {move || Suspend::new(async move {
                let (id, _, template) = untrack(asked);
                match data.await {
                    Ok(data) => view! { <Editor id template data /> }.into_any(),
                    Err(error) => view! { <main id="main" class="page"><Failed error /></main> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Editor(id: String, template: String, data: EditorData) -> impl IntoView {
    let is_new = id == NEW;
    let back = if is_new { "/playbooks/new".to_owned() } else { format!("/playbooks/{id}") };
    let title = legible(&data.title).into_owned();
    let desk = Desk::new(id, &template, data);
    desk.watch();
    let kept = KeptView::default();
    let keys = move |event: ev::KeyboardEvent| {
        if (event.ctrl_key() || event.meta_key()) && event.key() == "s" {
            event.prevent_default();
            desk.save();
        }
    };
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        desk.save();
    };
    let to_line = move |event: ev::MouseEvent| {
        let line = event_target::<web_sys::Element>(&event).closest("[data-line]").ok().flatten();
        if let Some(line) = line.and_then(|button| button.get_attribute("data-line")?.parse().ok()) {
            desk.go_to(line);
        }
    };
    view! {
        <Title text=format!("Edit: {title}") />
        <main id="main" class="workspace" on:keydown=keys>
            <form class="page-head editor-head" on:submit=submit>
                <h1 dir="auto" title=title.clone()>{title.clone()}</h1>
                <span class="spacer"></span>
                <Parts desk />
                <label class="editor-summary" hidden=is_new>
                    <span class="visually-hidden">"What changed"</span>
                    <input type="text" maxlength="200" dir="auto" placeholder="What changed, and why" node_ref=desk.summary />
                </label>
                <a class="button" href=back>"Cancel"</a>
                <button type="submit" class="button primary" disabled=move || desk.busy.get()>
                    <Icon name="check" />
                    {if is_new { "Save the playbook" } else { "Save as a new version" }}
                </button>
            </form>
            <div class="split editor">
                <section class="editor-side" aria-label="Text">
                    <Notices desk />
                    <div class="editor-sheet" dir="auto">
                        <pre class="editor-mirror" aria-hidden="true" node_ref=desk.mirror></pre>
                        <textarea
                            class="editor-text"
                            aria-label="Text of the playbook"
                            spellcheck="false"
                            dir="auto"
                            node_ref=desk.field
                            on:input=move |_| desk.typed()
                            on:keyup=move |_| desk.cursor_moved()
                            on:click=move |_| desk.cursor_moved()
                        ></textarea>
                    </div>
                    <div class="editor-remarks" tabindex="0" role="region" aria-label="Remarks on the text" on:click=to_line inner_html=move || desk.remarks.get()></div>
                </section>
                <div class="editor-chart">
                    {move || {
                        let (graph, placement) = desk.drawing.get();
                        view! { <Canvas graph=StoredValue::new(graph) placement=StoredValue::new(placement) selected=desk.selected kept /> }
                    }}
                    <p class="editor-state" role="status" data-stale=move || desk.is_stale().to_string()>{move || desk.state.get()}</p>
                </div>
            </div>
        </main>
    }
}

/// Which part of the text is read, where it holds several.
#[component]
fn Parts(desk: Desk) -> impl IntoView {
    let options = move || {
        let contents = desk.contents.read();
        let chosen = desk.from.get().or_else(|| Part::chosen(&contents));
        let option = |(part, label): (Part, String)| {
            view! { <option value=part.to_string() selected=chosen == Some(part)>{label}</option> }
        };
        parts_of(&contents).into_iter().map(option).collect_view()
    };
    view! {
        <label class="editor-part" hidden=move || parts_of(&desk.contents.read()).len() < 2>
            <span>"Read"</span>
            <select on:change:target=move |event| desk.choose(event.target().value().parse().ok())>{options}</select>
        </label>
    }
}

/// What can be chosen of a text, in words.
fn parts_of(contents: &[Content]) -> Vec<(Part, String)> {
    let steps = |count: usize| counted(count as u64, "step");
    let charts: Vec<&Content> = contents.iter().filter(|content| content.kind == ContentKind::Flowchart).collect();
    let lists = contents.iter().find(|content| content.kind == ContentKind::List);
    let mut parts = Vec::new();
    parts.extend(lists.map(|lists| (Part::Lists, format!("Lists ({})", steps(lists.nodes)))));
    if charts.len() > 1 {
        let all = charts.iter().map(|chart| chart.nodes).sum();
        parts.push((Part::Flowcharts, format!("All flowcharts ({})", steps(all))));
    }
    for (number, chart) in (1..).zip(&charts) {
        let Some(part) = chart.from else { continue };
        let title = chart.title.as_deref().map(|title| format!(": {}", legible(title))).unwrap_or_default();
        let number = if charts.len() > 1 { format!(" {number}") } else { String::new() };
        // The only flowchart is all of them.
        let part = if charts.len() > 1 { part } else { Part::Flowcharts };
        parts.push((part, format!("Flowchart{number}{title} ({})", steps(chart.nodes))));
    }
    if lists.is_some() && !charts.is_empty() {
        parts.push((Part::Both, "Lists and flowcharts".to_owned()));
    }
    parts
}

/// What whoever edits has to know: what was brought back, and what is in the way of saving.
#[component]
fn Notices(desk: Desk) -> impl IntoView {
    let theirs = move || desk.theirs.read().as_ref().map(|(_, source)| source.clone()).unwrap_or_default();
    view! {
        <p class="banner" hidden=move || !desk.restored.get()>
            <Icon name="clock" />
            "Your unsaved work was brought back."
            <button type="button" class="button small" on:click=move |_| desk.discard()>"Discard it"</button>
        </p>
        <p class="banner problem" role="alert" hidden=move || desk.problem.read().is_empty()>
            <Icon name="warning" />
            <span dir="auto">{move || desk.problem.get()}</span>
        </p>
        <section class="editor-conflict" aria-label="Their text" hidden=move || desk.theirs.read().is_none()>
            <pre class="source-text" dir="auto" tabindex="0">{theirs}</pre>
            <p class="row">
                <button type="button" class="button small" on:click=move |_| desk.keep_mine()>"Save mine as the next version"</button>
                <button type="button" class="button small" on:click=move |_| desk.swap()>"Go on with this text, and keep mine here"</button>
            </p>
        </section>
    }
}
