//! Statuses as colour, icon and text: never one of them alone.

use domain::event::{ExecutionStatus, StepStatus};
use leptos::prelude::*;

use super::icon::Icon;

/// The status of an execution.
#[component]
pub(crate) fn ExecutionBadge(#[prop(into)] status: Signal<ExecutionStatus>) -> impl IntoView {
    view! {
        <span class="badge" data-execution-status=move || status.get().as_str()>
            <Icon name=Signal::derive(move || status.get().as_str()) />
            {move || status.get().label()}
        </span>
    }
}

/// The status of a step.
#[component]
pub(crate) fn StepBadge(#[prop(into)] status: Signal<StepStatus>) -> impl IntoView {
    view! {
        <span class="badge" data-status=move || status.get().as_str()>
            <Icon name=Signal::derive(move || status.get().as_str()) />
            {move || status.get().label()}
        </span>
    }
}
