//! The decision of the chosen step: taking it, and taking it back.

use std::sync::Arc;

use domain::api::PatchStep;
use domain::event::{ExecutionStatus, StepStatus};
use domain::execution::Step;
use domain::ids::NodeId;
use domain::legible::legible;
use domain::prose::Kind;
use domain::session::Place;
use leptos::ev;
use leptos::prelude::*;

use super::acts::decide;
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
    let (own_step, own_status) = (step.clone(), step.clone());
    let taken = Memo::new(move |_| step.read().decision.clone());
    let own_id = id.clone();
    let take_back = move |_| {
        // The answer had completed the step, so without it the step is open again.
        let reopens = own_step.read_untracked().status.is_done().then_some(StepStatus::InProgress);
        let patch = PatchStep { decision_taken: Some(None), status: reopens, ..PatchStep::default() };
        // The button goes with the answer.
        let _ = store.change_step(own_id.clone(), patch, || focus_on(".decision .branch"));
    };
    let completes = RwSignal::new(true);
    let answered = id.clone();
    let take = move |branch: &str| {
        decide(store, &answered, branch, completes.get_untracked().then_some(StepStatus::Completed));
    };
    // Of an answer that stands, the reason is saved on its own.
    let (draft, emptied) = (rationale.clone(), place.clone());
    let can_save = {
        let draft = rationale.clone();
        move || taken.read().is_some() && !draft.read().trim().is_empty() && !frozen()
    };
    let save_reason = move || {
        let place = emptied.clone();
        let patch = PatchStep { rationale: Some(draft.get_untracked()), ..PatchStep::default() };
        // A refusal has been shown as a message, and what was typed stays.
        let _ = store.change_step(id.clone(), patch, move || store.set_draft(place.clone(), String::new()));
    };
    let by_key = {
        let (save_reason, can_save) = (save_reason.clone(), can_save.clone());
        move |event: ev::KeyboardEvent| {
            if event.key() == "Enter" && can_save() {
                event.prevent_default();
                save_reason();
            }
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
                                on:click=move |_| take(&chosen)
                            >
                                <Show when=move || is_taken.get()><Icon name="check" /></Show>
                                <bdi>{legible(&branch).into_owned()}</bdi>
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <label class="check" hidden=move || own_status.read().status.is_done()>
                <input type="checkbox" prop:checked=completes disabled=frozen on:change=move |event| completes.set(event_target_checked(&event)) />
                <span>"and complete the step"</span>
            </label>
            <label class="field">
                <span>{move || if taken.read().is_some() { "Why this answer" } else { "Why" }} <em>" optional"</em></span>
                <input
                    type="text"
                    maxlength="20000"
                    dir="auto"
                    disabled=frozen
                    prop:value=move || rationale.get()
                    on:input:target=move |event| store.set_draft(place.clone(), event.target().value())
                    on:keydown=by_key
                />
            </label>
            <button type="button" class="button small" hidden=move || !can_save() on:click=move |_| save_reason()>"Save the reason"</button>
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
