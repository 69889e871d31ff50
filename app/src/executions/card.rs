//! One execution in the list.

use domain::api::ListedExecution;
use domain::legible::legible;
use domain::spans::seconds_between;
use domain::time::Timestamp;
use domain::words::{counted, roughly};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::live::address::of_page;
use crate::ui::analyst::Avatar;
use crate::ui::icon::Icon;
use crate::ui::progress::{ProgressBar, in_words};
use crate::ui::status::ExecutionBadge;
use crate::ui::time::ago;

/// What a card shows.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Card {
    pub(super) listed: ListedExecution,
    /// Whether the list would leave it out by now.
    pub(super) is_gone: bool,
}

#[component]
pub(super) fn CardView(card: ArcRwSignal<Card>, now: Signal<Timestamp>) -> impl IntoView {
    let card = RwSignal::from(card);
    let summary = card.read_untracked().listed.summary.clone();
    let address = of_page(summary.id, None);
    let progress = Signal::derive(move || card.read().listed.summary.progress);
    let status = Signal::derive(move || card.read().listed.summary.status);
    let blocked = move || progress.get().blocked;
    let since = move || {
        let since = card.read().listed.summary.blocked_since?;
        Some(format!(" {}", roughly(seconds_between(since, now.get()))))
    };
    let analysts = move || counted(card.read().listed.summary.analyst_count.into(), "analyst");
    let ended = move || {
        let at = card.read().listed.summary.completed_at?;
        let exact = exactly(at);
        Some(view! { <span title=exact>"ended " <span class="ago">{move || ago(at, now.get())}</span></span> })
    };
    let title = legible(&summary.incident_title).into_owned();
    let link = title.clone();
    let playbook = legible(&summary.playbook_title).into_owned();
    let started_at = summary.started_at;
    view! {
        <article class="card execution-card" class:gone=move || card.read().is_gone>
            <header class="card-head">
                <ExecutionBadge status />
                <span class="badge" data-status="blocked" hidden=move || blocked() == 0><Icon name="blocked" /><span>{blocked} " blocked"{since}</span></span>
                <span class="tag" hidden=move || !card.read().is_gone>"no longer in this list"</span>
                <span class="spacer"></span>
                {summary.incident_id.map(|id| legible(&id).into_owned()).map(|id| view! { <span class="incident-id" dir="auto" title=id.clone()>{id.clone()}</span> })}
            </header>
            <h3 dir="auto" title=title><A href=address>{link}</A></h3>
            <p class="card-subtitle" dir="auto" title=playbook.clone()>{playbook.clone()}</p>
            <div class="card-progress">
                <ProgressBar progress />
                <strong class="figures">{move || format!("{} %", progress.get().percent)}</strong>
            </div>
            <p class="card-counts">{move || in_words(&progress.get())}</p>
            <div class="card-facts">
                <span title=exactly(started_at)><Icon name="clock" />"started " <span class="ago">{move || ago(started_at, now.get())}</span> " by " <bdi>{summary.started_by.to_string()}</bdi></span>
                {ended}
                <span><Icon name="people" />{analysts}</span>
                {move || online(&card.read().listed)}
            </div>
        </article>
    }
    .into_any()
}

/// A time in full.
fn exactly(at: Timestamp) -> String {
    let (date, time) = at.parts();
    format!("{date} {time} UTC")
}

/// Who is there now.
fn online(listed: &ListedExecution) -> Option<AnyView> {
    let count = listed.online.len() + listed.others;
    let names: Vec<String> = listed.online.iter().map(ToString::to_string).collect();
    let avatars = listed.online.iter().cloned().map(|actor| view! { <Avatar actor /> }).collect_view();
    let more = (listed.others > 0).then(|| format!("+{}", listed.others));
    (count > 0).then(|| {
        let title = format!("{} here now", names.join(", "));
        let says = title.clone();
        view! {
            <span class="card-online" title=title>
                <span class="visually-hidden">{says}</span>
                {avatars}
                {more}
                <span aria-hidden="true">"here now"</span>
            </span>
        }
        .into_any()
    })
}
