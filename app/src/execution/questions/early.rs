//! Whether something really happened before the playbook was started.

use domain::time::Timestamp;
use leptos::prelude::*;

use crate::live::{ExecutionStore, Held};
use crate::ui::dialog::Dialog;
use crate::ui::time::Time;

/// Asks, and records it all the same.
#[component]
pub(super) fn EarlyDialog(
    store: ExecutionStore,
    open: RwSignal<bool>,
    held: Box<Held>,
    at: Timestamp,
) -> impl IntoView {
    let start = store.with_execution(|execution| execution.state.started_at);
    let record = move |_| {
        store.record_early((*held).clone());
        open.set(false);
    };
    view! {
        <Dialog open title="Before the start">
            <p>
                "This is before the playbook started. Record it anyway?"
            </p>
            <p class="hint">
                "It happened at " <Time at with_date=true /> " UTC"
                {start.map(|start| view! { ", and the playbook was started at " <Time at=start with_date=true /> " UTC" })}
                "."
            </p>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>"Cancel"</button>
                <button type="button" class="button primary" autofocus on:click=record>"Record it"</button>
            </div>
        </Dialog>
    }
}
