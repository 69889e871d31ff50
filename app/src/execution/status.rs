//! The status of the chosen step: every one in a list that looks like its badge, the likely next ones as buttons.

use domain::event::{ExecutionStatus, StepStatus};
use domain::ids::NodeId;
use leptos::ev;
use leptos::prelude::*;

use super::acts::set_status;
use super::verb;
use crate::live::ExecutionStore;
use crate::ui::icon::Icon;

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
                    .map(|option| view! { <option value=option.as_str() selected=move || status.get() == option>{option.label()}</option> })
                    .collect_view()}
            </select>
        </label>
    }
}

/// The buttons, each always in its place, so that none moves under a pointer when somebody else changes the status.
const BUTTONS: [StepStatus; 4] =
    [StepStatus::InProgress, StepStatus::Blocked, StepStatus::Completed, StepStatus::Skipped];

/// The word on a button while the step has a status.
fn word(status: StepStatus, to: StepStatus) -> &'static str {
    match (status, to) {
        (StepStatus::Blocked, StepStatus::InProgress) => "Unblock",
        (StepStatus::Completed | StepStatus::Skipped, StepStatus::InProgress) => "Reopen",
        _ => verb(to),
    }
}

/// What is likely to come next.
fn likely(status: StepStatus) -> Option<StepStatus> {
    match status {
        StepStatus::NotStarted | StepStatus::Blocked => Some(StepStatus::InProgress),
        StepStatus::InProgress => Some(StepStatus::Completed),
        StepStatus::Completed | StepStatus::Skipped => None,
    }
}

/// A button for each status but the first.
#[component]
pub(super) fn StatusButtons(store: ExecutionStore, id: NodeId, status: Memo<StepStatus>) -> impl IntoView {
    let button = move |to: StepStatus| {
        let id = id.clone();
        let icon = if to == StepStatus::InProgress { "active" } else { to.as_str() };
        view! {
            <button
                type="button"
                class="button"
                class:primary=move || likely(status.get()) == Some(to)
                data-to=to.as_str()
                disabled=move || is_frozen(store) || status.get() == to
                on:click=move |_| set_status(store, &id, to)
            >
                <Icon name=icon />
                {move || word(status.get(), to)}
            </button>
        }
        .into_any()
    };
    view! {
        <section class="panel-section status-buttons" aria-label="Next status">
            {BUTTONS.map(button).collect_view()}
        </section>
    }
}
