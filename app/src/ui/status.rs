//! Statuses as colour, icon and text: never one of them alone.

use domain::event::{ExecutionStatus, StepStatus};
use leptos::prelude::*;

use super::icon::Icon;

/// A status in words.
pub(crate) fn step_label(status: StepStatus) -> &'static str {
    match status {
        StepStatus::NotStarted => "Not started",
        StepStatus::InProgress => "In progress",
        StepStatus::Completed => "Completed",
        StepStatus::Skipped => "Skipped",
        StepStatus::Blocked => "Blocked",
    }
}

/// A status in words.
pub(crate) fn execution_label(status: ExecutionStatus) -> &'static str {
    match status {
        ExecutionStatus::Active => "Active",
        ExecutionStatus::Paused => "Paused",
        ExecutionStatus::Completed => "Completed",
        ExecutionStatus::Abandoned => "Abandoned",
    }
}

/// The status of an execution.
#[component]
pub(crate) fn ExecutionBadge(#[prop(into)] status: Signal<ExecutionStatus>) -> impl IntoView {
    view! {
        <span class="badge" data-execution-status=move || status.get().as_str()>
            <Icon name=Signal::derive(move || status.get().as_str()) />
            {move || execution_label(status.get())}
        </span>
    }
}

/// The status of a step.
#[component]
pub(crate) fn StepBadge(#[prop(into)] status: Signal<StepStatus>) -> impl IntoView {
    view! {
        <span class="badge" data-status=move || status.get().as_str()>
            <Icon name=Signal::derive(move || status.get().as_str()) />
            {move || step_label(status.get())}
        </span>
    }
}
