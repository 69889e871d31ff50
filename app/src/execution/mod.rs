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
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

use crate::backend::load_execution;
use crate::live::{ExecutionStore, StepView};
use crate::ui::canvas::{Canvas, Overlay};
use crate::ui::error::Failed;
use changes::Changes;
use header::{ConnectionBanner, Header};
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
    let title = store.with_execution(|execution| execution.state.incident_title.clone());
    let overlays = store.steps().iter().map(overlay).collect::<Vec<_>>();
    view! {
        <Title text=title />
        <main id="main" class="workspace execution" class:closed=move || store.head().read().status.is_closed()>
            <Header store outline timeline_open=switches.timeline />
            <div class="columns">
                <Outline outline />
                <div class="middle">
                    <div class="stage">
                        <Canvas graph=store.graph() placement=store.placement() overlays selected=store.selected() />
                        // Over the canvas, so that nothing moves when they come and go.
                        <div class="notices">
                            <ConnectionBanner store />
                            <Changes store />
                        </div>
                    </div>
                    <Timeline store open=switches.timeline />
                </div>
                <Panel store outline />
            </div>
            <JumpDialog store open=switches.jump />
            <HelpDialog open=switches.help />
        </main>
    }
}

/// What of a step lies over its node.
fn overlay(view: &StepView) -> Overlay {
    let StepView { step, applicable, progress, pending, viewers, unseen } = view.clone();
    let of_status = view.clone();
    let (of_assignee, of_branch) = (step.clone(), step);
    Overlay {
        status: Memo::new(move |_| of_status.status()).into(),
        applicable: Signal::derive(move || applicable.get()),
        assignee: Memo::new(move |_| of_assignee.read().assignee.clone()).into(),
        branch: Memo::new(move |_| of_branch.read().decision.as_ref().map(|taken| taken.branch.clone())).into(),
        count: Signal::derive(move || {
            progress
                .get()
                .map(|progress| format!("{} / {}", progress.completed + progress.skipped, progress.applicable))
        }),
        pending: Signal::derive(move || pending.get()),
        viewers: Signal::derive(move || viewers.get()),
        unseen: Memo::new(move |_| unseen.get() > 0).into(),
    }
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
