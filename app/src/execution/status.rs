//! The status of the chosen step: every one in a list that looks like its badge, the likely next ones as buttons.

use domain::event::{ExecutionStatus, StepStatus};
use domain::ids::NodeId;
use leptos::ev;
use leptos::prelude::*;

use super::acts::set_status;
use super::verb;
use crate::live::ExecutionStore;
use crate::ui::icon::Icon;
use crate::ui::status::step_label;

/// Whether statuses can be set now.
fn is_frozen(store: ExecutionStore) -> bool {
    store.head().read().status != ExecutionStatus::Active
}

/// Every status, to choose from.
#[component]
pub(super) fn StatusSelect(store: ExecutionStore, id: NodeId, status: Memo<StepStatus>) -> impl IntoView {
    let choose = move |event: ev::Targeted<ev::Event, web_sys::HtmlSelectElement>| {
        let word = event.target().value();
        if let Some(to) = StepStatus::ALL.into_iter().find(|status| status.as_str() == word) {
            set_status(store, &id, to);
        }
    };
    view! {
        <label class="badge status-select" data-status=move || status.get().as_str()>
            <Icon name=Signal::derive(move || status.get().as_str()) />
            <span class="visually-hidden">"Status"</span>
            <select disabled=move || is_frozen(store) on:change:target=choose prop:value=move || status.get().as_str()>
                {StepStatus::ALL
                    .map(|option| view! { <option value=option.as_str() selected=move || status.get() == option>{step_label(option)}</option> })
                    .collect_view()}
            </select>
        </label>
    }
}

/// What is likely to come next; the first is the likeliest.
fn likely(status: StepStatus) -> [(StepStatus, &'static str); 3] {
    let named = |to: StepStatus| (to, verb(to));
    match status {
        StepStatus::NotStarted => [StepStatus::InProgress, StepStatus::Completed, StepStatus::Skipped].map(named),
        StepStatus::InProgress => [StepStatus::Completed, StepStatus::Blocked, StepStatus::Skipped].map(named),
        StepStatus::Blocked => {
            [(StepStatus::InProgress, "Unblock"), named(StepStatus::Completed), named(StepStatus::Skipped)]
        }
        StepStatus::Completed | StepStatus::Skipped => {
            [(StepStatus::InProgress, "Work on again"), named(StepStatus::NotStarted), named(StepStatus::Blocked)]
        }
    }
}

/// A button for each status that is likely to come next.
#[component]
pub(super) fn StatusButtons(store: ExecutionStore, id: NodeId, status: Memo<StepStatus>) -> impl IntoView {
    let button = move |(place, (to, word)): (usize, (StepStatus, &'static str))| {
        let id = id.clone();
        let icon = if to == StepStatus::InProgress { "active" } else { to.as_str() };
        view! {
            <button
                type="button"
                class=if place == 0 { "button primary" } else { "button" }
                data-to=to.as_str()
                disabled=move || is_frozen(store)
                on:click=move |_| set_status(store, &id, to)
            >
                <Icon name=icon />
                {word}
            </button>
        }
        .into_any()
    };
    view! {
        <section class="panel-section status-buttons" aria-label="Next status">
            {move || likely(status.get()).into_iter().enumerate().map(button.clone()).collect_view()}
        </section>
    }
}
