//! The head of an execution, in two lines: which incident, how long, who is there, whether what is shown is the truth;
//! then how far it has come, what is blocked, and what to do with the whole.
//!
//! It never takes a third line for itself: what is too long is cut and said in full on hover.

mod actions;
mod connection;
mod end;
mod note;

use domain::event::{ExecutionStatus, StepStatus};
use domain::execution::Hold;
use domain::legible::legible;
use domain::prose::{Kind, marked, parse, words};
use domain::words::clock;
use leptos::prelude::*;
use leptos_router::components::A;

use super::keys::Switches;
use super::outline::{Filter, OutlineState};
use super::people::PeopleBar;
use crate::live::{ExecutionStore, Head};
use crate::ui::icon::Icon;
use crate::ui::progress::{ProgressBar, in_words};
use crate::ui::status::ExecutionBadge;
use crate::ui::time::Time;
use actions::Actions;
pub(super) use connection::ConnectionBanner;
use connection::ConnectionMark;

#[component]
pub(super) fn Header(store: ExecutionStore, outline: OutlineState, switches: Switches) -> impl IntoView {
    let Switches { timeline, help, .. } = switches;
    let head = store.head();
    let status = Memo::new(move |_| head.read().status);
    let title = store.with_execution(|execution| legible(&execution.state.incident_title).into_owned());
    let elapsed = move || clock(store.execution_clock().seconds(store.now()));
    let runs = Signal::derive(move || if store.execution_clock().since.is_some() { "clock" } else { "paused" });
    let toggle = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        timeline.update(|open| *open = !*open);
    };
    view! {
        <header class="execution-head">
            <div class="head-line">
                <h1 dir="auto" title=title.clone()>{title.clone()}</h1>
                {incident(store)}
                <ExecutionBadge status />
                <span class="elapsed" title="Time since the start, pauses left out"><Icon name=runs /><span class="figures">{elapsed}</span></span>
                <span class="tag saving" hidden=move || !head.read().pending>"Saving…"</span>
                <span class="spacer"></span>
                <PeopleBar store />
                <ConnectionMark store />
            </div>
            <div class="head-line">
                {standing(store, outline)}
                {origin(store)}
                // Without the script, the button asks the server for a page with the timeline.
                <form method="get">
                    <button
                        type="submit"
                        name="timeline"
                        value="open"
                        class="button"
                        aria-expanded=move || timeline.get().to_string()
                        aria-controls="timeline"
                        on:click=toggle
                    >
                        <Icon name="timeline" />"Timeline "<span class="figures">{move || store.events().read().len()}</span>
                    </button>
                </form>
                <Actions store facts=facts(store) help />
            </div>
        </header>
    }
    .into_any()
}

/// The incident's number elsewhere, which leads there when it is known where that is.
fn incident(store: ExecutionStore) -> Option<AnyView> {
    let id = store.with_execution(|execution| execution.state.incident_id.clone())?;
    let id = legible(&id).into_owned();
    let title = id.clone();
    Some(match store.incident_url() {
        Some(address) => {
            let title = format!("{title}: open in TheHive, in a new tab");
            view! { <a class="incident-id" dir="auto" href=address target="_blank" rel="noopener" title=title>{id}</a> }
                .into_any()
        }
        None => view! { <span class="incident-id" dir="auto" title=title>{id}</span> }.into_any(),
    })
}

/// How far it has come, and what a lead wants to know first.
fn standing(store: ExecutionStore, outline: OutlineState) -> impl IntoView {
    let progress = Memo::new(move |_| store.head().read().progress);
    let done = move || {
        let progress = progress.get();
        format!("{} of {}", progress.completed + progress.skipped, progress.applicable)
    };
    let count = move |status: StepStatus| progress.get().count(status);
    view! {
        <ProgressBar progress />
        <strong class="figures">{move || format!("{} %", progress.get().percent)}</strong>
        <span class="counts figures" title=move || in_words(&progress.get())>{done}</span>
        <span class="badge" data-status="in_progress" hidden=move || count(StepStatus::InProgress) == 0>
            <Icon name="in_progress" /><span>{move || count(StepStatus::InProgress)} " in progress"</span>
        </span>
        <button
            type="button"
            class="badge blocked-count"
            data-status="blocked"
            title="Show only what is blocked"
            hidden=move || count(StepStatus::Blocked) == 0
            on:click=move |_| outline.filter(Filter::Blocked)
        >
            <Icon name="blocked" /><span>{move || count(StepStatus::Blocked)} " blocked"</span>
        </button>
    }
}

/// Which playbook it runs, since when, and who began.
fn origin(store: ExecutionStore) -> impl IntoView {
    let (playbook, address, version, started_at, started_by) = store.with_execution(|execution| {
        let state = &execution.state;
        let address = format!("/playbooks/{}", state.header.playbook_id);
        let version = state.header.playbook_version;
        (legible(&state.playbook_title).into_owned(), address, version, state.started_at, state.started_by.to_string())
    });
    let title = format!("{playbook}, version {version}, started by {started_by}");
    view! {
        <span class="execution-origin" title=title>
            <A href=address><bdi>{playbook}</bdi></A>
            {format!(" v{version} · ")}
            {started_at.map(|at| view! { <Time at with_date=true /> })}
            " UTC by " <bdi>{started_by}</bdi>
        </span>
    }
}

/// The same in full, where there is room for it: in the menu.
fn facts(store: ExecutionStore) -> AnyView {
    let (playbook, id, version, started_at, started_by) = store.with_execution(|execution| {
        let state = &execution.state;
        let (playbook_id, playbook_version) = (state.header.playbook_id, state.header.playbook_version);
        (
            legible(&state.playbook_title).into_owned(),
            playbook_id,
            playbook_version,
            state.started_at,
            state.started_by.to_string(),
        )
    });
    view! {
        <p class="menu-facts">
            <a href=format!("/playbooks/{id}")><bdi>{playbook}</bdi></a>
            <span>{format!("Version {version}")}</span>
            <span>"Started " {started_at.map(|at| view! { <Time at with_date=true /> })} " UTC by " <bdi>{started_by}</bdi></span>
        </p>
    }
    .into_any()
}

/// Why some things cannot be done now, and what still can.
#[component]
pub(super) fn StatusBanner(store: ExecutionStore) -> impl IntoView {
    move || status_banner(store.head().get())
}

fn status_banner(head: Head) -> Option<AnyView> {
    let closed = match head.status {
        ExecutionStatus::Active => return None,
        ExecutionStatus::Paused => {
            let (who, reason) = match head.paused {
                Some(Hold { reason, by, since }) => {
                    let who =
                        view! { " since " <Time at=since with_date=true /> " UTC by " <bdi>{by.to_string()}</bdi> };
                    let reason =
                        reason.map(|reason| view! { " Waiting for: " <bdi>{legible(&reason).into_owned()}</bdi> "." });
                    (Some(who), reason)
                }
                None => (None, None),
            };
            let view = view! {
                <p class="banner" data-execution-status="paused">
                    <Icon name="paused" />
                    <span>
                        "Paused" {who} ", timers stopped." {reason}
                        " You can add notes, files and assignees. Resume to change statuses and decisions."
                    </span>
                </p>
            };
            return Some(view.into_any());
        }
        ExecutionStatus::Completed => "Completed",
        ExecutionStatus::Abandoned => "Abandoned",
    };
    let outcome = head.outcome.map(|outcome| {
        let words = marked(&words(&parse(&outcome, Kind::Note))).into_owned();
        view! { <q dir="auto" title=marked(&outcome).into_owned()>{words}</q> }
    });
    let view = view! {
        <p class="banner" data-execution-status=head.status.as_str()>
            <Icon name=head.status.as_str() />
            <span>
                {closed} {head.completed_at.map(|at| view! { " at " <Time at with_date=true /> " UTC" })}
                ". Read-only except for notes. Reopen to make changes."
            </span>
            {outcome}
        </p>
    };
    Some(view.into_any())
}
