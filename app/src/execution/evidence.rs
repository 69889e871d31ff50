//! Evidence of the chosen step: the files that are there, and those on their way.

use std::sync::Arc;

use domain::execution::{AttachedEvidence, Step};
use domain::ids::NodeId;
use domain::legible::legible_file_name;
use domain::prose::Kind;
use domain::words::size;
use leptos::ev;
use leptos::html;
use leptos::prelude::*;
use send_wrapper::SendWrapper;

use crate::live::{ExecutionStore, OnItsWay, use_uploads};
use crate::ui::analyst::Avatar;
use crate::ui::copy::CopyButton;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::portion::{Portion, ShowMore};
use crate::ui::prose::prose;
use crate::ui::time::Time;

/// What opens the browser's own dialog for files.
pub(super) const ATTACH_ID: &str = "attach-files";

/// The files of a step, and a place to drop more.
#[component]
pub(super) fn EvidenceSection(store: ExecutionStore, id: NodeId, step: ArcRwSignal<Arc<Step>>) -> impl IntoView {
    let uploads = use_uploads();
    let evidence = Memo::new(move |_| step.read().evidence.clone());
    let portion = Portion::new();
    let newest = move || {
        let evidence = evidence.read();
        evidence[evidence.len() - portion.of(evidence.len())..].to_vec()
    };
    let closed = move || store.head().read().status.is_closed();
    let description = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let attach = {
        let id = id.clone();
        move |files: Option<web_sys::FileList>| {
            let Some(files) = files.filter(|files| files.length() > 0 && !closed()) else { return };
            let input = description.get_untracked();
            let description = input.as_ref().map(web_sys::HtmlInputElement::value).unwrap_or_default();
            let label = store.label(&id).unwrap_or_default();
            // The list is the browser's, and emptied with the field.
            let files: Vec<_> = (0..files.length()).filter_map(|position| files.get(position)).collect();
            let (id, files) = (id.clone(), SendWrapper::new((files, input)));
            store.analyst().ask_first(move || {
                let (files, input) = &*files;
                for file in files {
                    let to = (store.id(), id.clone(), label.clone());
                    uploads.attach(to, file.clone(), &description, store.analyst().actor());
                }
                if let Some(input) = input {
                    input.set_value("");
                }
            });
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
            <ShowMore portion total=Signal::derive(move || evidence.read().len()) things="older files" />
            <ol class="evidence-list">
                <For each=newest key=|attached| attached.evidence.id let:attached>
                    <li><Attached attached address=format!("/api/executions/{execution}/evidence") /></li>
                </For>
                <For each=move || uploads.of_step(execution, &id) key=|upload| upload.id let:upload>
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
            {words.map(|words| prose(&words, Kind::Note))}
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
