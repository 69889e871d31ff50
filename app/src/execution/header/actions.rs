//! What can be done with the whole: pause it, end it, take it up again, note something.

use domain::api::PatchExecution;
use domain::event::ExecutionStatus;
use leptos::prelude::*;

use super::end::EndDialog;
use super::note::NoteDialog;
use crate::live::ExecutionStore;
use crate::ui::icon::Icon;

#[component]
pub(super) fn Actions(store: ExecutionStore) -> impl IntoView {
    let noting = RwSignal::new(false);
    let completing = RwSignal::new(false);
    let abandoning = RwSignal::new(false);
    let status = Memo::new(move |_| store.head().read().status);
    // Where the one button that is always there leads.
    let next = move || match status.get() {
        ExecutionStatus::Active => (ExecutionStatus::Paused, "paused", "Pause"),
        ExecutionStatus::Paused => (ExecutionStatus::Active, "active", "Resume"),
        ExecutionStatus::Completed | ExecutionStatus::Abandoned => (ExecutionStatus::Active, "reopen", "Reopen"),
    };
    let go_on = move |_| {
        let (status, ..) = untrack(next);
        // A refusal has been shown as a message.
        let _ = store.change_execution(PatchExecution { status: Some(status), ..Default::default() });
    };
    let report = format!("/executions/{}/report", store.id());
    let closed = move || status.get().is_closed();
    view! {
        <div class="actions">
            <button type="button" class="button" title="Note something about the whole execution" on:click=move |_| noting.set(true)>
                <Icon name="note" /><span class="when-wide">"Note"</span>
            </button>
            <button type="button" class="button" on:click=go_on><Icon name=Signal::derive(move || next().1) />{move || next().2}</button>
            <button type="button" class="button" hidden=closed on:click=move |_| completing.set(true)><Icon name="completed" />"Complete"</button>
            <button type="button" class="button" hidden=closed on:click=move |_| abandoning.set(true)><Icon name="abandoned" />"Abandon"</button>
            <a class="button" href=report title="The after-action report, written so far"><Icon name="report" /><span class="when-wide">"Report"</span></a>
        </div>
        <NoteDialog store open=noting />
        <EndDialog store open=completing status=ExecutionStatus::Completed />
        <EndDialog store open=abandoning status=ExecutionStatus::Abandoned />
    }
    .into_any()
}
