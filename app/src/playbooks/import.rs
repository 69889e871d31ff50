//! `/playbooks/new`

use domain::api::{ImportPlaybook, PlaybookCreated, Problem};
use domain::source::ImportIssue;
use domain::words::counted;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::components::A;

use crate::ui::icon::Icon;
use crate::ui::request::{LastSent, Method, command_id_for, send};

/// Takes a playbook as pasted text or from a file. What was typed stays, whatever happens.
#[component]
pub(crate) fn ImportPage() -> impl IntoView {
    let source = RwSignal::new(String::new());
    let title = RwSignal::new(String::new());
    let file = NodeRef::<html::Input>::new();
    let error = RwSignal::new(None::<String>);
    let created = RwSignal::new(None::<PlaybookCreated>);
    let busy = RwSignal::new(false);
    let read_file = move |_| {
        let Some(chosen) = file.get().and_then(|input| input.files()).and_then(|files| files.get(0)) else { return };
        error.set(None);
        read_text(chosen, move |text| match text {
            Ok(text) => source.set(text),
            Err(reason) => error.set(Some(reason)),
        });
    };
    let last_sent = LastSent::new(None);
    let import = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let mut request = ImportPlaybook {
            title: Some(title.get_untracked()).filter(|title| !title.trim().is_empty()),
            source: source.get_untracked(),
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
                    source.set(String::new());
                    title.set(String::new());
                    created.set(Some(playbook));
                }
                Err(problem) => error.set(Some(problem.detail)),
            }
        });
    };
    view! {
        <Title text="Import a playbook" />
        <main id="main" class="page narrow">
            <header class="page-head"><h1>"Import a playbook"</h1></header>
            {move || created.get().map(|created| view! { <Created created /> })}
            <form class="import-form" on:submit=import>
                <label class="field">
                    <span>"From a file"</span>
                    <input type="file" accept=".md,.mdx,.markdown,.mmd,.mermaid,.json,.txt,text/*" node_ref=file on:change=read_file />
                </label>
                <label class="field">
                    <span>"Or paste its text"</span>
                    <textarea
                        class="source"
                        name="source"
                        rows="14"
                        spellcheck="false"
                        dir="auto"
                        placeholder="# Ransomware\n\n## Triage\n\n1. Confirm the alert\n2. Decision: Is it spreading?\n   - Yes -> Cut the network\n   - No -> Keep watching"
                        prop:value=move || source.get()
                        on:input:target=move |event| source.set(event.target().value())
                    ></textarea>
                </label>
                <label class="field">
                    <span>"Title" <em>"optional, else the one in the text"</em></span>
                    <input type="text" name="title" maxlength="200" dir="auto" prop:value=move || title.get() on:input:target=move |event| title.set(event.target().value()) />
                </label>
                <p class="field-error" role="alert">{move || error.get()}</p>
                <button type="submit" class="button primary" disabled=move || busy.get() || source.read().trim().is_empty()>
                    <Icon name="upload" />
                    {move || if busy.get() { "Importing…" } else { "Import" }}
                </button>
            </form>
            <section class="syntax">
                <h2>"What is read"</h2>
                <p>
                    "Markdown: headings become phases, list items steps, code blocks commands. "
                    <code>"Decision: Is it spreading?"</code> " with nested " <code>"Yes -> …"</code> " and " <code>"No -> …"</code>
                    " items becomes a decision. Mermaid: any flowchart; diamonds are decisions, subgraphs phases."
                </p>
            </section>
        </main>
    }
}

#[component]
fn Created(created: PlaybookCreated) -> impl IntoView {
    let address = format!("/playbooks/{}", created.id);
    let counts = [
        counted(created.node_count as u64, "node"),
        counted(created.edge_count as u64, "edge"),
        format!("read as {}", created.format.name()),
    ]
    .join(", ");
    view! {
        <section class="created" role="status">
            <h2><Icon name="completed" />"Imported: " <A href=address><bdi>{created.title}</bdi></A></h2>
            <p>{counts}</p>
            <Issues issues=created.issues />
        </section>
    }
}

/// What the importer had to say, by line.
#[component]
pub(super) fn Issues(issues: Vec<ImportIssue>) -> impl IntoView {
    (!issues.is_empty()).then(|| {
        let count = issues.len();
        view! {
            <details class="issues" open=count <= 8>
                <summary>{counted(count as u64, "remark")} " on the text"</summary>
                <ul>
                    {issues
                        .into_iter()
                        .map(|issue| {
                            let severity = issue.severity.as_str();
                            let line = issue.line.map(|line| format!("line {line}: "));
                            view! { <li data-severity=severity><span class="issue-line">{line}</span><span dir="auto">{issue.message}</span></li> }
                        })
                        .collect_view()}
                </ul>
            </details>
        }
    })
}

/// Reads a file as text, off the page's thread of events.
fn read_text(file: web_sys::File, done: impl Fn(Result<String, String>) + 'static) {
    let name = file.name();
    if file.size() > 1_048_576.0 {
        done(Err(format!("{name} is larger than 1 MiB: split the playbook")));
        return;
    }
    spawn_local(async move {
        let text = wasm_bindgen_futures::JsFuture::from(file.text()).await;
        done(text.ok().and_then(|text| text.as_string()).ok_or_else(|| format!("{name} cannot be read as text")));
    });
}
