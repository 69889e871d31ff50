//! Whether what is shown is the truth, and whether what was changed has arrived.

use domain::session::{Connection, Way};
use domain::spans::seconds_between;
use domain::time::Timestamp;
use domain::words::roughly;
use leptos::prelude::*;

use crate::live::{ExecutionStore, trouble, unstored, use_live, wait};
use crate::ui::icon::Icon;
use crate::ui::time::Time;

/// Whether events arrive as they happen, and changes are taken.
#[component]
pub(super) fn ConnectionMark(store: ExecutionStore) -> impl IntoView {
    let live = use_live();
    let mark = Memo::new(move |_| {
        if matches!(live.shown().read().way, Way::SignedOut { only_this: false }) {
            return ("Signed out", "lost");
        }
        match store.connection().get() {
            Connection::Connecting => ("Connecting", "connecting"),
            Connection::Live => ("Live", "live"),
            Connection::Lost { .. } => ("Offline", "lost"),
            Connection::Outdated { .. } => ("Outdated", "lost"),
        }
    });
    let as_of = move || format!("Shown is everything up to event {}", store.confirmed());
    view! { <span class="connection" data-connection=move || mark.get().1 role="status" title=as_of>{move || mark.get().0}</span> }
}

/// What is shown is old, what was changed has not arrived, or the browser does not keep it.
#[component]
pub(in crate::execution) fn ConnectionBanner(store: ExecutionStore) -> impl IntoView {
    let live = use_live();
    let waiting = Memo::new(move |_| live.count_of(store.id()));
    let waiting_words = move || (waiting.get() > 0).then(|| format!(" {}.", wait(waiting.get(), "change")));
    let age = move |since: Timestamp| roughly(seconds_between(since, store.now()));
    let lost = Memo::new(move |_| {
        let signed_out = matches!(live.shown().read().way, Way::SignedOut { .. });
        match store.connection().get() {
            Connection::Lost { .. } if signed_out => Connection::Live,
            connection => connection,
        }
    });
    let connection = move || {
        match lost.get() {
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
        Connection::Connecting | Connection::Live => trouble(&live.shown().read())
            .map(|words| view! { <p class="banner problem" role="alert"><Icon name="warning" />{words}</p> }.into_any()),
    }
    };
    let unstored = Memo::new(move |_| unstored(&live.shown().read()));
    view! {
        {connection}
        {move || unstored.get().map(|words| view! { <p class="banner problem unstored" role="alert"><Icon name="warning" /><span>{words}</span></p> })}
    }
}

fn reload() {
    // A page that cannot load itself again leaves that to its reader.
    let _ = window().location().reload();
}
