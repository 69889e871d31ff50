//! Evidence of the chosen step: the files that are there, and those on their way.
//!
//! Uploads belong to the page, not to the step that is being looked at: they go on while another one is. Each has a
//! command id of its own, so that one whose answer was lost can be sent again.

use std::sync::Arc;

use domain::api::Problem;
use domain::execution::{AttachedEvidence, Step};
use domain::ids::{CommandId, NodeId};
use domain::legible::legible_file_name;
use domain::words::size;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;

use crate::live::address::evidence_of_step;
use crate::live::{ExecutionStore, rest};
use crate::ui::analyst::Avatar;
use crate::ui::copy::CopyButton;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::request::{self, may_pass, new_command_id};
use crate::ui::time::Time;

/// What opens the browser's own dialog for files.
pub(super) const ATTACH_ID: &str = "attach-files";

/// How an upload stands.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// So many percent have left.
    Sending(u32),
    /// It did not get through and is sent again in a moment.
    Waiting(String),
    /// It was refused.
    Failed(String),
}

/// A file on its way.
#[derive(Clone)]
struct Upload {
    id: CommandId,
    node_id: NodeId,
    file: SendWrapper<web_sys::File>,
    description: String,
    stage: ArcRwSignal<Stage>,
    request: SendWrapper<web_sys::XmlHttpRequest>,
}

/// Every file on its way.
#[derive(Clone, Copy)]
pub(super) struct Uploads {
    store: ExecutionStore,
    list: RwSignal<Vec<Upload>>,
}

impl Uploads {
    pub(super) fn new(store: ExecutionStore) -> Self {
        let uploads = Self { store, list: RwSignal::new(Vec::new()) };
        // A file on its way is kept nowhere else.
        let leaving = window_event_listener(ev::beforeunload, move |event| {
            if !uploads.list.read_untracked().is_empty() {
                event.prevent_default();
            }
        });
        on_cleanup(move || leaving.remove());
        uploads
    }

    /// Attaches files to a step.
    fn attach(self, node_id: &NodeId, files: &web_sys::FileList, description: &str) {
        for file in (0..files.length()).filter_map(|position| files.get(position)) {
            // Without it there is nothing to send with, nor a page that could ask.
            let Ok(request) = web_sys::XmlHttpRequest::new() else { return };
            let upload = Upload {
                id: new_command_id(),
                node_id: node_id.clone(),
                file: SendWrapper::new(file),
                description: description.to_owned(),
                stage: ArcRwSignal::new(Stage::Sending(0)),
                request: SendWrapper::new(request),
            };
            self.list.update(|list| list.push(upload.clone()));
            self.send(upload);
        }
    }

    /// Sends a file, again and again until the server has it or refuses it, or it is cancelled.
    fn send(self, upload: Upload) {
        spawn_local(async move {
            let mut failures = 0;
            loop {
                let problem = match self.try_to_send(&upload).await {
                    // The event brings it into the list of what is there.
                    Ok(AttachedEvidence { .. }) => return self.forget(upload.id),
                    Err(problem) => problem,
                };
                if !may_pass(&problem) {
                    return upload.stage.set(Stage::Failed(problem.detail));
                }
                upload.stage.set(Stage::Waiting(problem.detail));
                rest(failures).await;
                failures += 1;
                if !self.is_wanted(upload.id) {
                    return self.forget(upload.id);
                }
            }
        });
    }

    async fn try_to_send(self, upload: &Upload) -> Result<AttachedEvidence, Problem> {
        let stage = upload.stage.clone();
        stage.set(Stage::Sending(0));
        let form = self.form(upload).ok_or_else(|| Problem::new(400, "file", "No file", "the file cannot be read"))?;
        let address = evidence_of_step(self.store.id(), &upload.node_id);
        let on_progress = move |sent: f64, total: f64| stage.set(Stage::Sending(percent(sent, total)));
        request::upload(&upload.request, &address, &form, on_progress).await
    }

    /// Whether it has not arrived although its answer was lost, has not been cancelled, and its page has not been left.
    fn is_wanted(self, id: CommandId) -> bool {
        let waits = self.list.try_with_untracked(|list| list.iter().any(|upload| upload.id == id)).unwrap_or(false);
        waits && !self.store.events().with_untracked(|events| events.iter().any(|event| event.command_id == id))
    }

    fn form(self, upload: &Upload) -> Option<web_sys::FormData> {
        let form = web_sys::FormData::new().ok()?;
        form.append_with_str("command_id", &upload.id.to_string()).ok()?;
        form.append_with_str("actor", self.store.analyst().actor().as_str()).ok()?;
        form.append_with_str("description", &upload.description).ok()?;
        form.append_with_blob_and_filename("file", &upload.file, &upload.file.name()).ok()?;
        Some(form)
    }

    fn forget(self, id: CommandId) {
        // Once the page was left there is no list any more.
        self.list.try_update(|list| list.retain(|upload| upload.id != id));
    }

    /// Ends an upload that has not arrived.
    fn cancel(self, upload: &Upload) {
        self.forget(upload.id);
        // What has ended already cannot be aborted, which is as good.
        let _ = upload.request.abort();
    }

    fn of_step(self, node_id: &NodeId) -> Vec<Upload> {
        self.list.with(|list| list.iter().filter(|upload| upload.node_id == *node_id).cloned().collect())
    }
}

fn percent(sent: f64, total: f64) -> u32 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 100")]
    if total > 0.0 { (sent / total * 100.0).clamp(0.0, 100.0) as u32 } else { 0 }
}

/// The files of a step, and a place to drop more.
#[component]
pub(super) fn EvidenceSection(
    store: ExecutionStore,
    id: NodeId,
    step: ArcRwSignal<Arc<Step>>,
    uploads: Uploads,
) -> impl IntoView {
    let evidence = Memo::new(move |_| step.read().evidence.clone());
    let closed = move || store.head().read().status.is_closed();
    let description = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let attach = {
        let id = id.clone();
        move |files: Option<web_sys::FileList>| {
            let Some(files) = files.filter(|files| files.length() > 0 && !closed()) else { return };
            let input = description.get_untracked();
            uploads.attach(&id, &files, &input.as_ref().map(web_sys::HtmlInputElement::value).unwrap_or_default());
            if let Some(input) = input {
                input.set_value("");
            }
        }
    };
    let choose = {
        let attach = attach.clone();
        move |event: ev::Targeted<ev::Event, web_sys::HtmlInputElement>| {
            attach(event.target().files());
            // So that the same file can be chosen again.
            event.target().set_value("");
        }
    };
    let drop = {
        let attach = attach.clone();
        move |event: ev::DragEvent| {
            event.prevent_default();
            over.set(false);
            attach(event.data_transfer().and_then(|data| data.files()));
        }
    };
    // A screenshot is pasted wherever the cursor is; text goes where it belongs.
    let pasted = window_event_listener(ev::paste, move |event| {
        let files = event.clipboard_data().and_then(|data| data.files()).filter(|files| files.length() > 0);
        if files.is_some() {
            event.prevent_default();
            attach(files);
        }
    });
    on_cleanup(move || pasted.remove());
    let execution = store.id();
    view! {
        <section
            class="panel-section evidence"
            class:over=move || over.get()
            aria-label="Evidence"
            on:dragover=move |event: ev::DragEvent| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=drop
        >
            <h3>"Evidence " <span class="figures">{move || evidence.read().len()}</span></h3>
            <div class="evidence-form" hidden=closed>
                <label class="field">
                    <span class="visually-hidden">"What the next file shows"</span>
                    <input type="text" maxlength="20000" dir="auto" placeholder="What the next file shows (optional)" node_ref=description />
                </label>
                <div class="row">
                    <label class="button file-button">
                        <Icon name="clip" />
                        "Attach files"
                        <input id=ATTACH_ID class="visually-hidden" type="file" multiple on:change:target=choose />
                    </label>
                    <span class="hint">"or drop them here, or paste a screenshot"</span>
                </div>
            </div>
            <ol class="evidence-list">
                <For each=move || evidence.get() key=|attached| attached.evidence.id let:attached>
                    <li><Attached attached address=format!("/api/executions/{execution}/evidence") /></li>
                </For>
                <For each=move || uploads.of_step(&id) key=|upload| upload.id let:upload>
                    <li><OnItsWay upload uploads /></li>
                </For>
            </ol>
        </section>
    }
}

/// Images that every browser shows. Others, such as SVG, can hold more than a picture.
fn is_picture(mime_type: &str) -> bool {
    matches!(mime_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// A file that is there.
#[component]
fn Attached(attached: AttachedEvidence, address: String) -> impl IntoView {
    let AttachedEvidence { evidence, uploaded_at, uploaded_by } = attached;
    let short = evidence.sha256.get(..12).unwrap_or_default().to_owned();
    let address = format!("{address}/{}", evidence.id);
    let words = evidence.description.clone();
    let picture = is_picture(&evidence.mime_type).then(|| {
        let name = legible_file_name(&evidence.file_name).into_owned();
        let alt = evidence.description.unwrap_or_else(|| name.clone());
        view! { <Picture address=address.clone() alt name /> }
    });
    view! {
        <article class="attached">
            <header>
                <Icon name="clip" />
                <a href=address download="" rel="external"><bdi dir="ltr">{legible_file_name(&evidence.file_name).into_owned()}</bdi></a>
            </header>
            {picture}
            {words.map(|words| view! { <p dir="auto">{words}</p> })}
            <p class="attached-facts">
                <span>{size(evidence.size)}</span>
                <span>{evidence.mime_type}</span>
                <span title=format!("SHA-256 {}", evidence.sha256)>"SHA-256 " <code>{short} "…"</code></span>
                <CopyButton text=evidence.sha256 what="the SHA-256" />
            </p>
            <p class="attached-facts">
                <Avatar actor=uploaded_by.clone() /><bdi>{uploaded_by.to_string()}</bdi> <Time at=uploaded_at with_date=true />
            </p>
        </article>
    }
}

/// A small view of a picture, in a place of fixed size, which opens into a large one.
#[component]
fn Picture(address: String, alt: String, name: String) -> impl IntoView {
    let open = RwSignal::new(false);
    let large = (address.clone(), alt.clone());
    view! {
        <button type="button" class="thumbnail" aria-label=format!("Show {name}") on:click=move |_| open.set(true)>
            <img src=address alt=alt loading="lazy" />
        </button>
        <Dialog open title=name wide=true>
            {move || {
                let (address, alt) = large.clone();
                open.get().then(|| view! { <img class="picture" src=address alt=alt /> })
            }}
        </Dialog>
    }
}

/// A file on its way, or one that did not arrive.
#[component]
fn OnItsWay(upload: Upload, uploads: Uploads) -> impl IntoView {
    let name = legible_file_name(&upload.file.name()).into_owned();
    let stage = upload.stage.clone();
    let again = StoredValue::new(upload);
    view! {
        <article class="attached on-its-way">
            <header><Icon name="upload" /><bdi dir="ltr">{name}</bdi></header>
            {move || match stage.get() {
                Stage::Sending(percent) => view! {
                    <p class="attached-facts">
                        <progress max="100" value=percent aria-label="Sent"></progress>
                        <span>{percent} " %"</span>
                        <button type="button" class="button small" on:click=move |_| again.with_value(|upload| uploads.cancel(upload))>"Cancel"</button>
                    </p>
                }.into_any(),
                Stage::Waiting(reason) => view! {
                    <p class="field-error" role="status">"Waiting to be sent again: " {reason}</p>
                    <p class="attached-facts">
                        <button type="button" class="button small" on:click=move |_| again.with_value(|upload| uploads.cancel(upload))>"Cancel"</button>
                    </p>
                }.into_any(),
                Stage::Failed(reason) => view! {
                    <p class="field-error" role="alert">"Not attached: " {reason}</p>
                    <p class="attached-facts">
                        <button type="button" class="button small" on:click=move |_| uploads.send(again.get_value())>"Try again"</button>
                        <button type="button" class="button small" on:click=move |_| again.with_value(|upload| uploads.cancel(upload))>"Discard"</button>
                    </p>
                }.into_any(),
            }}
        </article>
    }
}
