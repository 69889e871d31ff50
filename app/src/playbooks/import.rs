//! `/playbooks/new`: playbooks come in, as files or pasted; or one is begun with a template.
//!
//! Files are imported as they come, each by itself: what became of it stands in a row of a table. What was typed stays,
//! whatever happens, also over a reload.

use domain::api::{ImportPlaybook, PlaybookCreated, Problem};
use domain::ids::PlaybookId;
use domain::legible::legible;
use domain::words::counted;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::components::A;
use send_wrapper::SendWrapper;

use crate::backend::{Json, PageError};
use crate::ui::analyst::use_analyst;
use crate::ui::icon::Icon;
use crate::ui::request::{LastSent, Method, command_id_for, new_command_id, send};
use crate::ui::storage;

/// Where the browser keeps what was pasted and not imported.
const DRAFT: &str = "forge.import";

/// Largest text that the server takes, in bytes.
const MOST_BYTES: f64 = 1_048_576.0;

/// The templates as markup: cards that lead to the editor.
#[server(prefix = "/app", endpoint = "templates", input = Json, output = Json)]
async fn load_templates() -> Result<String, PageError> {
    let card = |template: &super::templates::Template| {
        let href = format!("/playbooks/new/edit?template={}", template.name);
        view! {
            <li class="card">
                <h3><a href=href>{template.title}</a></h3>
                <p class="card-subtitle">{template.purpose}</p>
            </li>
        }
    };
    Ok(super::templates::TEMPLATES.iter().map(card).collect_view().to_html())
}

/// A file on its way into the library.
#[derive(Clone)]
struct Arrival {
    /// Tells it from others of the same name.
    number: usize,
    name: String,
    file: SendWrapper<web_sys::File>,
    outcome: ArcRwSignal<Outcome>,
}

/// What became of a file.
#[derive(Clone)]
enum Outcome {
    Reading,
    Imported(PlaybookCreated),
    Failed(String),
}

/// Takes playbooks as files, or as pasted text.
#[component]
pub(crate) fn ImportPage() -> impl IntoView {
    let templates = Resource::new(|| (), |()| load_templates());
    view! {
        <Title text="Import playbooks" />
        <main id="main" class="page import-page">
            <header class="page-head"><h1>"Import playbooks"</h1></header>
            <Files />
            <Pasted />
            <section id="templates" aria-labelledby="templates-title">
                <h2 id="templates-title">"Or begin with a template"</h2>
                <Suspense fallback=|| ()>
                    {move || Suspend::new(async move {
                        let html = templates.await.unwrap_or_default();
                        view! { <ul class="cards templates" inner_html=html></ul> }
                    })}
                </Suspense>
                <p><A href="/playbooks/new/edit" attr:class="button"><Icon name="pencil" />"Begin with an empty page"</A></p>
            </section>
            <section class="syntax">
                <h2>"What is read"</h2>
                <p>
                    "Markdown: headings become phases, list items steps, code blocks commands. "
                    <code>"Decision: Is it spreading?"</code> " with nested " <code>"Yes -> …"</code> " and " <code>"No -> …"</code>
                    " items becomes a decision. Mermaid: any flowchart; diamonds are decisions, subgraphs phases. CACAO 2.0 and 1.x. Our own JSON."
                </p>
            </section>
        </main>
    }
}

/// Where files are dropped or chosen, and what became of each.
#[component]
fn Files() -> impl IntoView {
    let arrivals = RwSignal::new(Vec::<Arrival>::new());
    let over = RwSignal::new(false);
    let take = move |files: Option<web_sys::FileList>| {
        let Some(files) = files else { return };
        for file in (0..files.length()).filter_map(|position| files.get(position)) {
            let arrival = Arrival {
                number: arrivals.with_untracked(Vec::len),
                name: file.name(),
                file: SendWrapper::new(file),
                outcome: ArcRwSignal::new(Outcome::Reading),
            };
            arrivals.update(|arrivals| arrivals.push(arrival.clone()));
            receive(arrival);
        }
    };
    let choose = move |event: ev::Targeted<ev::Event, web_sys::HtmlInputElement>| {
        take(event.target().files());
        // So that the same file can be chosen again.
        event.target().set_value("");
    };
    let drop = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(false);
        take(event.data_transfer().and_then(|data| data.files()));
    };
    let dragged = move |event: ev::DragEvent| {
        event.prevent_default();
        over.set(true);
    };
    view! {
        <label class="drop" class:over=move || over.get() on:dragover=dragged on:dragleave=move |_| over.set(false) on:drop=drop>
            <Icon name="upload" />
            <span><strong>"Drop files here"</strong> ", or choose them"</span>
            <input type="file" multiple aria-label="From files" accept=".md,.mdx,.markdown,.mmd,.mermaid,.json,.txt,text/*" on:change:target=choose />
            <span class="hint">"Markdown, Mermaid, CACAO or JSON, up to 1 MiB each"</span>
        </label>
        <table class="arrivals" hidden=move || arrivals.read().is_empty()>
            <caption class="visually-hidden">"What became of the files"</caption>
            <thead>
                <tr><th scope="col">"File"</th><th scope="col">"Playbook"</th><th scope="col">"Size"</th><th scope="col">"Remarks"</th></tr>
            </thead>
            <tbody aria-live="polite">
                <For each=move || arrivals.get() key=|arrival| arrival.number let:arrival>
                    <Row arrival />
                </For>
            </tbody>
        </table>
    }
}

#[component]
fn Row(arrival: Arrival) -> impl IntoView {
    let name = arrival.name.clone();
    let cells = move || match arrival.outcome.get() {
        Outcome::Reading => view! { <td colspan="3">"Importing…"</td> }.into_any(),
        Outcome::Imported(created) => {
            let counts = format!(
                "{}, {}",
                counted(created.node_count as u64, "node"),
                counted(created.edge_count as u64, "edge")
            );
            let remarks = match created.issues.len() {
                0 => "none".to_owned(),
                count => counted(count as u64, "remark"),
            };
            view! {
                <td dir="auto"><Icon name="completed" />" "<A href=format!("/playbooks/{}", created.id)>{legible(&created.title).into_owned()}</A></td>
                <td>{counts}</td>
                <td>{remarks} {created.duplicate_of.map(|there| duplicate(created.id, there))}</td>
            }
            .into_any()
        }
        Outcome::Failed(reason) => {
            let arrival = arrival.clone();
            view! {
                <td colspan="2" class="problem" dir="auto"><Icon name="warning" />" "{reason}</td>
                <td><button type="button" class="button small" on:click=move |_| receive(arrival.clone())>"Try again"</button></td>
            }
            .into_any()
        }
    };
    view! { <tr><th scope="row" dir="auto">{name}</th>{cells}</tr> }
}

/// Reads a file and imports it.
fn receive(arrival: Arrival) {
    arrival.outcome.set(Outcome::Reading);
    let actor = use_analyst().actor();
    spawn_local(async move {
        let outcome = match text_of(&arrival.file).await {
            Err(reason) => Outcome::Failed(reason),
            Ok(source) => {
                let request = ImportPlaybook {
                    file_name: Some(arrival.file.name()),
                    source,
                    actor: Some(actor),
                    command_id: Some(new_command_id()),
                    ..ImportPlaybook::default()
                };
                match send::<PlaybookCreated>(Method::Post, "/api/playbooks", &request).await {
                    Ok(created) => Outcome::Imported(created),
                    Err(problem) => Outcome::Failed(problem.detail),
                }
            }
        };
        arrival.outcome.set(outcome);
    });
}

/// The text of a file; of one that cannot be a playbook, why.
async fn text_of(file: &web_sys::File) -> Result<String, String> {
    if file.size() > MOST_BYTES {
        return Err("larger than 1 MiB: split the playbook".to_owned());
    }
    let text = wasm_bindgen_futures::JsFuture::from(file.text()).await;
    text.ok().and_then(|text| text.as_string()).ok_or_else(|| "this file cannot be read as text".to_owned())
}

/// The form in which a text is pasted.
#[component]
fn Pasted() -> impl IntoView {
    let source = NodeRef::<html::Textarea>::new();
    let title = NodeRef::<html::Input>::new();
    let is_blank = RwSignal::new(true);
    let error = RwSignal::new(None::<String>);
    let created = RwSignal::new(None::<PlaybookCreated>);
    let busy = RwSignal::new(false);
    let last_sent = LastSent::new(None);
    let text = move || source.get_untracked().map(|field| field.value()).unwrap_or_default();
    let show = move |text: &str| {
        if let Some(field) = source.get_untracked() {
            field.set_value(text);
        }
        is_blank.set(text.trim().is_empty());
    };
    // What was pasted and not imported is there again.
    Effect::new(move || {
        if source.get().is_some()
            && let Some(kept) = storage::get(DRAFT)
        {
            show(&kept);
        }
    });
    let typed = move |_| {
        let text = text();
        is_blank.set(text.trim().is_empty());
        storage::set(DRAFT, &text);
    };
    let import = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let name = title.get_untracked().map(|field| field.value()).unwrap_or_default();
        let mut request = ImportPlaybook {
            title: Some(name).filter(|title| !title.trim().is_empty()),
            source: text(),
            actor: Some(use_analyst().actor()),
            ..ImportPlaybook::default()
        };
        request.command_id = Some(command_id_for(last_sent, &request));
        busy.set(true);
        error.set(None);
        created.set(None);
        spawn_local(async move {
            let answer: Result<PlaybookCreated, Problem> = send(Method::Post, "/api/playbooks", &request).await;
            busy.set(false);
            match answer {
                Ok(playbook) => {
                    last_sent.set_value(None);
                    storage::remove(DRAFT);
                    show("");
                    if let Some(title) = title.get_untracked() {
                        title.set_value("");
                    }
                    created.set(Some(playbook));
                }
                Err(problem) => error.set(Some(problem.detail)),
            }
        });
    };
    view! {
        {move || created.get().map(|created| view! { <Created created /> })}
        <form class="import-form" on:submit=import>
            <label class="field">
                <span>"Or paste its text"</span>
                <textarea
                    class="source"
                    name="source"
                    rows="12"
                    spellcheck="false"
                    dir="auto"
                    placeholder="# Ransomware\n\n## Triage\n\n1. Confirm the alert\n2. Decision: Is it spreading?\n   - Yes -> Cut the network\n   - No -> Keep watching"
                    node_ref=source
                    on:input=typed
                ></textarea>
            </label>
            <label class="field">
                <span>"Title" <em>"optional, else the one in the text"</em></span>
                <input type="text" name="title" maxlength="200" dir="auto" node_ref=title />
            </label>
            <p class="field-error" role="alert">{move || error.get()}</p>
            <button type="submit" class="button primary" disabled=move || busy.get() || is_blank.get()>
                <Icon name="upload" />
                {move || if busy.get() { "Importing…" } else { "Import" }}
            </button>
        </form>
    }
}

#[component]
fn Created(created: PlaybookCreated) -> impl IntoView {
    let address = format!("/playbooks/{}", created.id);
    let mut facts = vec![
        counted(created.node_count as u64, "node"),
        counted(created.edge_count as u64, "edge"),
        format!("read as {}", created.format.name()),
    ];
    if !created.issues.is_empty() {
        facts.push(format!("{} on the text, shown with it", counted(created.issues.len() as u64, "remark")));
    }
    view! {
        <section class="created" role="status">
            <h2><Icon name="completed" />"Imported: " <A href=address><bdi>{legible(&created.title).into_owned()}</bdi></A></h2>
            <p>{facts.join(", ")}</p>
            {created.duplicate_of.map(|there| duplicate(created.id, there))}
        </section>
    }
}

/// What to do with a playbook that the library had already: keep both, or go on with the one that was there.
fn duplicate(new: PlaybookId, there: PlaybookId) -> AnyView {
    let removed = RwSignal::new(false);
    let error = RwSignal::new(None::<String>);
    let remove = move |_| {
        spawn_local(async move {
            match send::<()>(Method::Delete, &format!("/api/playbooks/{new}"), &()).await {
                Ok(()) => removed.set(true),
                Err(problem) => error.set(Some(problem.detail)),
            }
        });
    };
    view! {
        <div class="duplicate">
            <p>
                <Icon name="warning" />
                "The library has " <A href=format!("/playbooks/{there}")>"the same playbook"</A> " already. "
                {move || if removed.get() { "This copy was removed." } else { "Both are kept; a change belongs into a new version of the first." }}
            </p>
            <p class="row" hidden=move || removed.get()>
                <A href=format!("/playbooks/{there}/edit") attr:class="button small">"Write a new version"</A>
                <button type="button" class="button small" on:click=remove>"Remove this copy"</button>
            </p>
            <p class="field-error" role="alert">{move || error.get()}</p>
        </div>
    }
    .into_any()
}
