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
mod outline;
mod panel;
mod people;
mod status;
mod timeline;

use domain::event::StepStatus;
use domain::legible::legible;
use domain::words::roughly;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::backend::load_execution;
use crate::live::{ExecutionStore, StepView};
use crate::ui::canvas::{Canvas, Overlay};
use crate::ui::error::Failed;
use changes::Changes;
use header::{ConnectionBanner, Header, StatusBanner};
use jump::JumpDialog;
use keys::{HelpDialog, Switches};
use outline::{Outline, OutlineState};
use panel::Panel;
use timeline::Timeline;

/// One execution: its header, outline, flowchart, the panel of the chosen step, and the timeline.
#[component]
pub(crate) fn ExecutionPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").unwrap_or_default();
    let data = Resource::new(id, load_execution);
    view! {
        <Suspense fallback=|| view! { <p class="loading">"Loading the execution…"</p> }>
            {move || Suspend::new(async move {
                match data.await {
                    Ok(data) => {
                        let store = ExecutionStore::new(data);
                        view! { <Workspace store /> }.into_any()
                    }
                    Err(error) => view! { <main id="main" class="page"><Failed error /></main> }.into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Workspace(store: ExecutionStore) -> impl IntoView {
    let outline = OutlineState::new(store);
    // Asked for by the address, the timeline is there without a script.
    let switches = Switches::new(use_query_map().read_untracked().get("timeline").is_some());
    Effect::new(move || {
        store.go_live();
        keys::listen(store, outline, switches);
    });
    let title = store.with_execution(|execution| legible(&execution.state.incident_title).into_owned());
    let overlays = store.steps().iter().map(|step| overlay(store, step)).collect::<Vec<_>>();
    // Told with every event, also when it is about the same node as the one before.
    let newest = Signal::derive(move || store.events().read().last().and_then(|event| event.node_id.clone()));
    view! {
        <Title text=title />
        <main id="main" class="workspace execution" class:closed=move || store.head().read().status.is_closed()>
            <Header store outline switches />
            <div class="columns">
                <Outline outline />
                <div class="middle">
                    <div class="stage">
                        <Canvas graph=store.graph() placement=store.placement() overlays selected=store.selected() follow=switches.follow newest />
                        // Over the canvas, so that nothing moves when they come and go.
                        <div class="notices">
                            <StatusBanner store />
                            <ConnectionBanner store />
                        </div>
                            <Changes store />
                    </div>
                    <Timeline store open=switches.timeline />
                </div>
                <Panel store outline />
            </div>
            <JumpDialog store open=switches.jump />
            <HelpDialog switches />
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
