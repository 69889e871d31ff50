//! The decision of the chosen step: taking it, and taking it back.

use std::sync::Arc;

use domain::api::PatchStep;
use domain::event::{ExecutionStatus, StepStatus};
use domain::execution::Step;
use domain::ids::NodeId;
use domain::legible::legible;
use domain::prose::Kind;
use domain::session::Place;
use leptos::prelude::*;

use crate::live::ExecutionStore;
use crate::ui::focus::focus_on;
use crate::ui::icon::Icon;
use crate::ui::prose::prose;
use crate::ui::time::Time;

/// Choosing a branch takes the decision and completes its step.
#[component]
pub(super) fn DecisionForm(store: ExecutionStore, id: NodeId, step: ArcRwSignal<Arc<Step>>) -> impl IntoView {
    let branches = store.graph().with_value(|graph| graph.branches(&id));
    let place = Place::Rationale(id.clone());
    let rationale = store.draft(place.clone());
    let frozen = move || store.head().read().status != ExecutionStatus::Active;
    let own_step = step.clone();
    let taken = Memo::new(move |_| step.read().decision.clone());
    let own_id = id.clone();
    let take_back = move |_| {
        // The answer had completed the step, so without it the step is open again.
        let reopens = own_step.read_untracked().status.is_done().then_some(StepStatus::InProgress);
        let patch = PatchStep { decision_taken: Some(None), status: reopens, ..PatchStep::default() };
        if store.change_step(own_id.clone(), patch).is_ok() {
            // The button goes with the answer.
            focus_on(".decision .branch");
        }
    };
    let (draft, emptied) = (rationale.clone(), place.clone());
    let take = move |branch: String| {
        let why = Some(draft.get_untracked()).filter(|why| !why.trim().is_empty());
        let patch = PatchStep {
            decision_taken: Some(Some(branch)),
            rationale: why,
            status: Some(StepStatus::Completed),
            ..PatchStep::default()
        };
        // What was typed stays when the rules are against it.
        if store.change_step(id.clone(), patch).is_ok() {
            store.set_draft(emptied.clone(), String::new());
        }
    };
    view! {
        <section class="panel-section decision" aria-label="Decision">
            <h3>"Decision"</h3>
            <div class="branches" role="group" aria-label="Branches">
                {branches
                    .into_iter()
                    .map(|branch| {
                        let take = take.clone();
                        let own = branch.clone();
                        let is_taken = Memo::new(move |_| taken.read().as_ref().is_some_and(|taken| taken.branch == own));
                        let chosen = branch.clone();
                        view! {
                            <button
                                type="button"
                                class="button branch"
                                aria-pressed=move || is_taken.get().to_string()
                                disabled=frozen
                                on:click=move |_| take(chosen.clone())
                            >
                                <Show when=move || is_taken.get()><Icon name="check" /></Show>
                                <bdi>{legible(&branch).into_owned()}</bdi>
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <label class="field">
                <span>"Why" <em>" optional"</em></span>
                <input
                    type="text"
                    maxlength="20000"
                    dir="auto"
                    disabled=frozen
                    prop:value=move || rationale.get()
                    on:input:target=move |event| store.set_draft(place.clone(), event.target().value())
                />
            </label>
            {move || {
                let take_back = take_back.clone();
                taken.get().map(|taken| {
                    view! {
                        <div class="decision-taken">
                            <p><bdi>{legible(&taken.branch).into_owned()}</bdi> ", by " <bdi>{taken.actor.to_string()}</bdi> " at " <Time at=taken.timestamp /> " UTC"</p>
                            {taken.rationale.map(|why| prose(&why, Kind::Note))}
                        </div>
                        <button type="button" class="button small take-back" disabled=frozen on:click=take_back>
                            "Take back"
                        </button>
                    }
                })
            }}
        </section>
    }
}
