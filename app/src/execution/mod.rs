//! `/execute/{id}`: one execution, live.

mod acts;
mod assignee;
mod changes;
mod decision;
mod evidence;
mod header;
mod history;
mod instructions;
mod jump;
mod keys;
mod notes;
mod open;
mod outline;
mod panel;
mod people;
mod place;
mod printed;
mod questions;
mod status;
mod timeline;

use domain::event::StepStatus;
use domain::legible::legible;
use domain::words::{held, roughly};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::NotFound;
use crate::backend::load_execution;
use crate::live::{ExecutionStore, StepView};
use crate::ui::canvas::{Canvas, Overlay};
use crate::ui::error::Failed;
use changes::Changes;
use header::{ConnectionBanner, Header, StatusBanner};
use jump::JumpDialog;
use keys::{HelpDialog, Switches};
use outline::{Filter, Outline, OutlineState};
use panel::Panel;
use printed::Printed;
use questions::Questions;
use timeline::Timeline;

/// One execution: its header, outline, flowchart, the panel of the chosen step, and the timeline.
#[component]
pub(crate) fn ExecutionPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").unwrap_or_default();
    if place::is_nothing(&params.read_untracked()) {
        return view! { <NotFound /> }.into_any();
    }
    let data = Resource::new(id, load_execution);
    view! {
        <Suspense fallback=|| view! { <p class="loading">"Loading the execution…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(data) => {
                        let store = ExecutionStore::new(data, place::step_in(&params.read_untracked()).as_ref());
                        view! { <Workspace store /> }.into_any()
                    }
                    Err(error) => view! { <main id="main" class="page"><Failed error /></main> }.into_any(),
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Workspace(store: ExecutionStore) -> impl IntoView {
    let outline = OutlineState::new(store);
    let query = use_query_map();
    if let Some(filter) = query.read_untracked().get("filter").and_then(|word| Filter::of_word(&word)) {
        outline.filter(filter);
    }
    // Asked for by the address, the timeline is there without a script.
    let switches = Switches::new(query.read_untracked().get("timeline").is_some());
    Effect::new(move || {
        store.go_live();
        keys::listen(store, outline, switches);
        place::keep(store, outline, switches.timeline);
    });
    let title = store.with_execution(|execution| legible(&execution.state.incident_title).into_owned());
    let overlays = store.steps().iter().map(|step| overlay(store, step)).collect::<Vec<_>>();
    // Told with every event, also when it is about the same node as the one before.
    let newest = Signal::derive(move || store.events().read().last().and_then(|event| event.node_id.clone()));
    view! {
        <Title text=title />
        <main id="main" class="workspace execution" class:closed=move || store.head().read().status.is_closed()>
            <Header store outline switches />
            <Printed store />
            <div class="columns">
                <Outline outline />
                <div class="middle">
                    <div class="stage">
                        // Beside the flowchart and not over it: nothing lies over a node. The canvas keeps in place what is seen.
                        <div class="notices">
                            <StatusBanner store />
                            <ConnectionBanner store />
                        </div>
                        <Canvas graph=store.graph() placement=store.placement() overlays selected=store.selected() follow=switches.follow newest />
                        <Changes store />
                    </div>
                    <Timeline store open=switches.timeline />
                </div>
                <Panel store outline />
            </div>
            <JumpDialog store open=switches.jump />
            <HelpDialog switches />
            <Questions store />
        </main>
    }
}

/// What of a step lies over its node.
fn overlay(store: ExecutionStore, view: &StepView) -> Signal<Overlay> {
    let view = view.clone();
    Signal::derive(move || {
        let (status, progress, step) = (view.status(), view.progress.get(), view.step.read());
        // Of what runs, the time is looked at, second by second; it is told by the minute, so that nothing flickers.
        let elapsed = match (progress, status) {
            (None, StepStatus::InProgress) => Some(store.clocks(&step).active.seconds(store.now())),
            (None, StepStatus::Blocked) => Some(store.clocks(&step).blocked.seconds(store.now())),
            _ => None,
        };
        Overlay {
            status,
            applicable: view.applicable.get(),
            assignee: step.assignee.clone(),
            branch: step.decision.as_ref().map(|taken| taken.branch.clone()),
            count: progress.map(|progress| (progress.completed + progress.skipped, progress.applicable)),
            elapsed: elapsed.map(|seconds| if seconds < 60 { "< 1 min".to_owned() } else { roughly(seconds) }),
            hold: step.blocked().as_ref().map(held),
            notes: step.notes.len(),
            evidence: step.evidence.len(),
            pending: view.pending.get(),
            viewers: view.viewers.get(),
            unseen: view.unseen.get() > 0,
        }
    })
}

/// The words on the button that leads to a status.
fn verb(status: StepStatus) -> &'static str {
    match status {
        StepStatus::NotStarted => "Reset",
        StepStatus::InProgress => "Start",
        StepStatus::Completed => "Complete",
        StepStatus::Skipped => "Skip",
        StepStatus::Blocked => "Block",
    }
}
