//! What can be done with the whole: pause it, end it, take it up again, note something.

use domain::api::PatchExecution;
use domain::event::ExecutionStatus;
use leptos::prelude::*;

use super::end::EndDialog;
use super::note::NoteDialog;
use crate::execution::acts::ask;
use crate::live::{ExecutionStore, Question};
use crate::ui::icon::Icon;
use crate::ui::menu::Menu;

#[component]
pub(super) fn Actions(store: ExecutionStore, facts: AnyView, help: RwSignal<bool>) -> impl IntoView {
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
        if status == ExecutionStatus::Paused {
            return ask(store, Question::Pause);
        }
        // A refusal has been shown as a message.
        let _ = store.change_execution(PatchExecution { status: Some(status), ..Default::default() }, || ());
    };
    let report = format!("/executions/{}/report", store.id());
    let closed = move || status.get().is_closed();
    view! {
        <div class="actions">
            <button type="button" class="button" title="Note something about the whole execution" on:click=move |_| noting.set(true)>
                <Icon name="note" />"Note"
            </button>
            <button type="button" class="button" on:click=go_on><Icon name=Signal::derive(move || next().1) />{move || next().2}</button>
            <button type="button" class="button" hidden=closed on:click=move |_| completing.set(true)><Icon name="completed" />"Close incident"</button>
            <a class="button when-wide" href=report.clone() title="The after-action report, written so far"><Icon name="report" />"Report"</a>
            // What has no room in a narrow window, and facts that one looks up.
            <Menu label="More">
                {facts}
                <a class="menu-item when-narrow" href=report><Icon name="report" />"Report"</a>
                <button type="button" class="menu-item" hidden=closed on:click=move |_| abandoning.set(true)><Icon name="abandoned" />"Abandon"</button>
                <button type="button" class="menu-item" on:click=move |_| help.set(true)><Icon name="keyboard" />"Keyboard"</button>
            </Menu>
        </div>
        <NoteDialog store open=noting />
        <EndDialog store open=completing status=ExecutionStatus::Completed />
        <EndDialog store open=abandoning status=ExecutionStatus::Abandoned />
    }
    .into_any()
}
