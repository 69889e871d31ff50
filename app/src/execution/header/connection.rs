//! Whether what is shown is the truth, and whether what was changed has arrived.

use domain::spans::seconds_between;
use domain::time::Timestamp;
use domain::words::{counted, roughly};
use leptos::prelude::*;

use crate::live::{Connection, ExecutionStore, use_outbox};
use crate::ui::icon::Icon;
use crate::ui::time::Time;

/// Whether events arrive as they happen.
#[component]
pub(super) fn ConnectionMark(store: ExecutionStore) -> impl IntoView {
    let connection = store.connection();
    let (word, state) = (
        move || match connection.get() {
            Connection::Connecting => "Connecting",
            Connection::Live => "Live",
            Connection::Lost { .. } => "Offline",
            Connection::Outdated { .. } => "Outdated",
        },
        move || match connection.get() {
            Connection::Connecting => "connecting",
            Connection::Live => "live",
            Connection::Lost { .. } | Connection::Outdated { .. } => "lost",
        },
    );
    let as_of = move || format!("Shown is everything up to event {}", store.confirmed());
    view! { <span class="connection" data-connection=state role="status" title=as_of>{word}</span> }
}

/// What is shown is old, or what was changed has not arrived.
#[component]
pub(in crate::execution) fn ConnectionBanner(store: ExecutionStore) -> impl IntoView {
    let outbox = use_outbox();
    let waiting = Memo::new(move |_| outbox.of(store.id()).len());
    let waiting_words =
        move || (waiting.get() > 0).then(|| format!(" {} waiting.", counted(waiting.get() as u64, "change")));
    let age = move |since: Timestamp| roughly(seconds_between(since, store.now()));
    move || {
        match store.connection().get() {
        Connection::Lost { since } => Some(
            view! {
                <p class="banner problem" role="alert">
                    <Icon name="warning" />
                    <span>"Live updates lost at " <Time at=since /> " UTC, reconnecting."</span>
                    <span class="hint" aria-live="off">"What you see is " {move || age(since)} " old." {waiting_words}</span>
                </p>
            }
            .into_any(),
        ),
        Connection::Outdated { .. } => Some(
            view! {
                <p class="banner problem" role="alert">
                    <Icon name="warning" />
                    "The server is of another version than this page. What you typed is kept."
                    <button type="button" class="button small" on:click=move |_| reload()>"Load the page again"</button>
                </p>
            }
            .into_any(),
        ),
        Connection::Connecting | Connection::Live => outbox.trouble().filter(|_| waiting.get() > 0).map(|trouble| {
            view! {
                <p class="banner problem" role="alert">
                    <Icon name="warning" />
                    {move || counted(waiting.get() as u64, "change")} " waiting to be saved, trying again: " {trouble}
                </p>
            }
            .into_any()
        }),
    }
    }
}

fn reload() {
    // A page that cannot load itself again leaves that to its reader.
    let _ = window().location().reload();
}
