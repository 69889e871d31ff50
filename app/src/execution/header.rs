//! The head of an execution: which incident, how far, how long, whether what is shown is the truth, and what to do
//! with the whole.

use domain::api::PatchExecution;
use domain::event::{ExecutionStatus, StepStatus};
use domain::time::Timestamp;
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;

use super::people::PeopleBar;
use crate::live::{Connection, ExecutionStore, Head, changes, use_outbox};
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;
use crate::ui::progress::{ProgressBar, in_words};
use crate::ui::status::{ExecutionBadge, step_label};
use crate::ui::time::{Time, clock, roughly};

#[component]
pub(super) fn Header(store: ExecutionStore, timeline_open: RwSignal<bool>) -> impl IntoView {
    let head = store.head();
    let status = Memo::new(move |_| head.read().status);
    let progress = Memo::new(move |_| head.read().progress);
    let (title, incident_id, playbook, playbook_id, version, started_at, started_by) =
        store.with_execution(|execution| {
            let state = &execution.state;
            (
                state.incident_title.clone(),
                state.incident_id.clone(),
                state.playbook_title.clone(),
                state.header.playbook_id,
                state.header.playbook_version,
                state.started_at,
                state.started_by.to_string(),
            )
        });
    let elapsed = move || clock(head.read().clock.seconds(store.now()));
    view! {
        <header class="execution-head">
            <div class="execution-title">
                <h1 dir="auto">{title}</h1>
                {incident_id.map(|id| view! { <span class="incident-id" dir="auto">{id}</span> })}
                <ExecutionBadge status />
                <Show when=move || head.read().pending><span class="tag saving">"Saving…"</span></Show>
                <span class="elapsed" title="Time since the start, pauses left out"><Icon name="clock" /><span class="figures">{elapsed}</span></span>
                <span class="spacer"></span>
                <PeopleBar store />
                <ConnectionMark store />
                <Actions store />
                <button
                    type="button"
                    class="button"
                    aria-expanded=move || timeline_open.get().to_string()
                    aria-controls="timeline"
                    on:click=move |_| timeline_open.update(|open| *open = !*open)
                >
                    <Icon name="timeline" />"Timeline "<span class="figures">{move || store.events().read().len()}</span>
                </button>
            </div>
            <div class="execution-progress">
                <ProgressBar progress />
                <strong class="figures">{move || format!("{} %", progress.get().percent)}</strong>
                <span class="counts">{move || in_words(&progress.get())}</span>
                <span class="spacer"></span>
                <span class="execution-origin">
                    <A href=format!("/playbooks/{playbook_id}")><bdi>{playbook}</bdi></A>
                    {format!(" v{version} · started ")}
                    {started_at.map(|at| view! { <Time at with_date=true /> })}
                    " UTC by " <bdi>{started_by}</bdi>
                </span>
            </div>
            <Banner store />
        </header>
    }
}

/// Whether events arrive as they happen.
#[component]
fn ConnectionMark(store: ExecutionStore) -> impl IntoView {
    let connection = store.connection();
    let (word, state) = (
        move || match connection.get() {
            Connection::Connecting => "Connecting",
            Connection::Live => "Live",
            Connection::Lost { .. } => "Offline",
            Connection::Outdated { .. } => "Outdated",
        },
        move || match connection.get() {
            Connection::Connecting => "connecting",
            Connection::Live => "live",
            Connection::Lost { .. } | Connection::Outdated { .. } => "lost",
        },
    );
    let as_of = move || format!("Shown is everything up to event {}", store.confirmed());
    view! { <span class="connection" data-connection=state role="status" title=as_of>{word}</span> }
}

/// What the analyst must know before trusting the page.
#[component]
fn Banner(store: ExecutionStore) -> impl IntoView {
    let head = store.head();
    move || status_banner(head.get())
}

/// What is shown is old, or what was changed has not arrived.
#[component]
pub(super) fn ConnectionBanner(store: ExecutionStore) -> impl IntoView {
    let outbox = use_outbox();
    let waiting = Memo::new(move |_| outbox.of(store.id()).len());
    let waiting_words = move || (waiting.get() > 0).then(|| format!("; {} waiting", changes(waiting.get())));
    let age = move |since: Timestamp| roughly(store.now().micros_since(since) / 1_000_000);
    move || match store.connection().get() {
        Connection::Lost { since } => Some(
            view! {
                <p class="banner problem" role="alert">
                    <Icon name="warning" />
                    <span>"Live updates lost at " <Time at=since /> " UTC, reconnecting" {waiting_words} "."</span>
                    <span class="hint" aria-live="off">"What you see is " {move || age(since)} " old."</span>
                </p>
            }
            .into_any(),
        ),
        Connection::Outdated { .. } => Some(
            view! {
                <p class="banner problem" role="alert">
                    <Icon name="warning" />
                    "The server is of another version than this page. What you typed is kept."
                    <button type="button" class="button small" on:click=move |_| reload()>"Load the page again"</button>
                </p>
            }
            .into_any(),
        ),
        Connection::Connecting | Connection::Live => outbox.trouble().filter(|_| waiting.get() > 0).map(|trouble| {
            view! {
                <p class="banner problem" role="alert">
                    <Icon name="warning" />
                    {move || changes(waiting.get())} " waiting to be saved, trying again: " {trouble}
                </p>
            }
            .into_any()
        }),
    }
}

fn reload() {
    // A page that cannot load itself again leaves that to its reader.
    let _ = window().location().reload();
}

/// Why some things cannot be done now.
fn status_banner(head: Head) -> Option<AnyView> {
    match head.status {
            ExecutionStatus::Paused => Some(view! {
                <p class="banner"><Icon name="paused" />"Paused: the clocks stand still. Notes are welcome; statuses and decisions wait until it is resumed."</p>
            }.into_any()),
            ExecutionStatus::Completed | ExecutionStatus::Abandoned => Some(view! {
                <p class="banner">
                    <Icon name=head.status.as_str() />
                    {if head.status == ExecutionStatus::Completed { "Completed" } else { "Abandoned" }}
                    {head.completed_at.map(|at| view! { " at " <Time at with_date=true /> " UTC" })}
                    ": it takes notes, everything else needs it to be reopened. "
                    {head.outcome.map(|outcome| view! { <q dir="auto">{outcome}</q> })}
                </p>
            }.into_any()),
            ExecutionStatus::Active => None,
        }
}

#[component]
fn Actions(store: ExecutionStore) -> impl IntoView {
    let completing = RwSignal::new(false);
    let abandoning = RwSignal::new(false);
    let set = move |status: ExecutionStatus| {
        // A refusal has been shown as a message.
        let _ = store.change_execution(PatchExecution { status: Some(status), ..Default::default() });
    };
    let status = Memo::new(move |_| store.head().read().status);
    view! {
        <div class="actions">
            {move || match status.get() {
                ExecutionStatus::Active => view! {
                    <button type="button" class="button" on:click=move |_| set(ExecutionStatus::Paused)><Icon name="paused" />"Pause"</button>
                }.into_any(),
                ExecutionStatus::Paused => view! {
                    <button type="button" class="button" on:click=move |_| set(ExecutionStatus::Active)><Icon name="active" />"Resume"</button>
                }.into_any(),
                ExecutionStatus::Completed | ExecutionStatus::Abandoned => view! {
                    <button type="button" class="button" on:click=move |_| set(ExecutionStatus::Active)><Icon name="reopen" />"Reopen"</button>
                }.into_any(),
            }}
            <Show when=move || !status.get().is_closed()>
                <button type="button" class="button" on:click=move |_| completing.set(true)><Icon name="completed" />"Complete"</button>
                <button type="button" class="button" on:click=move |_| abandoning.set(true)><Icon name="abandoned" />"Abandon"</button>
            </Show>
        </div>
        <EndDialog store open=completing status=ExecutionStatus::Completed />
        <EndDialog store open=abandoning status=ExecutionStatus::Abandoned />
    }
}

/// Shows what is open, and asks how it ended.
#[component]
fn EndDialog(store: ExecutionStore, open: RwSignal<bool>, status: ExecutionStatus) -> impl IntoView {
    let (title, question, button) = match status {
        ExecutionStatus::Completed => ("Complete this execution?", "How did it end?", "Complete"),
        _ => ("Abandon this execution?", "Why?", "Abandon"),
    };
    let required = status == ExecutionStatus::Abandoned;
    let outcome = NodeRef::<html::Textarea>::new();
    let error = RwSignal::new(None::<String>);
    let end = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let words = outcome.get().map(|outcome| outcome.value()).unwrap_or_default();
        let outcome = Some(words).filter(|words| !words.trim().is_empty());
        let patch = PatchExecution { status: Some(status), outcome, ..Default::default() };
        match store.change_execution(patch) {
            Ok(()) => open.set(false),
            Err(problem) => error.set(Some(problem.detail)),
        }
    };
    let still_open = move || {
        let progress = store.head().read().progress;
        let parts: Vec<String> = [StepStatus::NotStarted, StepStatus::InProgress, StepStatus::Blocked]
            .into_iter()
            .map(|status| (progress.count(status), status))
            .filter(|(count, _)| *count > 0)
            .map(|(count, status)| format!("{count} {}", step_label(status).to_lowercase()))
            .collect();
        if parts.is_empty() { "Every step is done.".to_owned() } else { format!("Still open: {}.", parts.join(", ")) }
    };
    view! {
        <Dialog open title>
            <form on:submit=end>
                <p>{still_open}</p>
                <label class="field">
                    <span>{question} {(!required).then(|| view! { <em>" optional"</em> })}</span>
                    <textarea rows="4" maxlength="20000" dir="auto" required=required node_ref=outcome></textarea>
                </label>
                <p class="field-error" role="alert">{move || error.get()}</p>
                <footer class="dialog-actions">
                    <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
                    <button type="submit" class="button primary">{button}</button>
                </footer>
            </form>
        </Dialog>
    }
}
