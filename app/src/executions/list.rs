//! The list, kept up to date: asked for again every few seconds while it is looked at, and at once when it comes back
//! into sight. Cards keep their places for who has scrolled, and a list that is old says so.

use std::collections::HashMap;
use std::time::Duration;

use domain::api::ExecutionsPageData;
use domain::ids::ExecutionId;
use domain::time::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

use super::card::{Card, CardView};
use super::order::{Order, in_words};
use super::query::{MOST, Query, STEP};
use crate::backend::list_executions;
use crate::ui::icon::Icon;
use crate::ui::poll::again_and_again;
use crate::ui::time::{Time, ago, use_clock};

/// How often the list is asked for again.
const OFTEN: Duration = Duration::from_secs(3);
/// After so many times without an answer, the list is old.
const PATIENCE: u32 = 3;
/// Pixels that may be scrolled before a reader is taken to read on.
const AT_THE_TOP: f64 = 64.0;

/// The sections, in the order of [`ExecutionsPageData::sections`].
const SECTIONS: [&str; 3] = ["Active", "Paused", "Recent"];

/// What is shown.
#[derive(Clone, Copy)]
struct Shown {
    cards: StoredValue<HashMap<ExecutionId, ArcRwSignal<Card>>>,
    order: RwSignal<Order>,
    /// Where the cards belong by now.
    fresh: RwSignal<Order>,
    totals: RwSignal<[u64; 3]>,
    /// When the server answered last.
    as_of: RwSignal<Timestamp>,
    /// Why there is nothing newer.
    trouble: RwSignal<Option<String>>,
    /// How often it was time to ask while an answer was still waited for; `None` while none is.
    waited: StoredValue<Option<u32>>,
}

impl Shown {
    fn new(data: ExecutionsPageData) -> Self {
        let shown = Self {
            cards: StoredValue::default(),
            order: RwSignal::new(Order::default()),
            fresh: RwSignal::new(Order::default()),
            totals: RwSignal::new([0; 3]),
            as_of: RwSignal::new(data.now),
            trouble: RwSignal::new(None),
            waited: StoredValue::new(None),
        };
        shown.take(data, false);
        shown
    }

    /// Takes over what the server said. While `held`, no card moves.
    fn take(self, data: ExecutionsPageData, held: bool) {
        let fresh = Order::of(&data);
        let totals = [0, 1, 2].map(|section: usize| data.sections[section].total);
        self.as_of.set(data.now);
        self.trouble.set(None);
        self.cards.update_value(|cards| {
            let mut before = std::mem::take(cards);
            for listed in data.sections.into_iter().flat_map(|section| section.items) {
                let id = listed.summary.id;
                let signal = before.remove(&id);
                cards.insert(id, put(signal, Card { listed, is_gone: false }));
            }
            // Those that are only shown because nothing may move.
            for (id, signal) in before.into_iter().filter(|_| held) {
                let card = Card { is_gone: true, ..signal.get_untracked() };
                cards.insert(id, put(Some(signal), card));
            }
        });
        self.totals.set(totals);
        if !held && *self.order.read_untracked() != fresh {
            self.order.set(fresh.clone());
        }
        self.fresh.set(fresh);
    }

    /// Puts every card where it belongs.
    fn catch_up(self) {
        self.order.set(self.fresh.get_untracked());
        window().scroll_to_with_x_and_y(0.0, 0.0);
    }

    /// Asks the server, unless it has not answered yet.
    fn refresh(self, query: StoredValue<Query>) {
        if let Some(waited) = self.waited.get_value() {
            self.waited.set_value(Some(waited + 1));
            if waited + 1 >= PATIENCE {
                self.trouble.set(Some("the server does not answer".to_owned()));
            }
            return;
        }
        self.waited.set_value(Some(0));
        let filter = query.with_value(Query::filter);
        spawn_local(async move {
            let answer = list_executions(filter).await;
            // The page may have been left meanwhile.
            if self.waited.try_update_value(|waited| *waited = None).is_none() {
                return;
            }
            match answer {
                Ok(data) => self.take(data, window().scroll_y().is_ok_and(|scrolled| scrolled > AT_THE_TOP)),
                Err(error) => self.trouble.set(Some(error.0.detail)),
            }
        });
    }
}

/// The signal of a card, with what it is now.
fn put(signal: Option<ArcRwSignal<Card>>, card: Card) -> ArcRwSignal<Card> {
    match signal {
        Some(signal) => {
            if *signal.read_untracked() != card {
                signal.set(card);
            }
            signal
        }
        None => ArcRwSignal::new(card),
    }
}

/// What the server answered to a query, and what it answers from now on.
#[component]
pub(super) fn List(query: Query, data: ExecutionsPageData) -> impl IntoView {
    let rendered_at = data.now;
    let clock = use_clock();
    let now = Signal::derive(move || clock.now().unwrap_or(rendered_at));
    let shown = Shown::new(data);
    let is_filter = query.is_filter();
    let query = StoredValue::new(query);
    again_and_again(OFTEN, move || shown.refresh(query));
    let is_empty = move || shown.order.read().0.iter().all(Vec::is_empty);
    let news = Memo::new(move |_| in_words(shown.fresh.read().news(&shown.order.read())));
    view! {
        <div class="list-notices" role="status">
            {move || shown.trouble.get().map(|trouble| {
                let as_of = shown.as_of.get();
                view! {
                    <p class="banner problem">
                        <Icon name="warning" />
                        <span>"Not up to date. This is how it was at " <Time at=as_of /> " UTC, " {move || ago(as_of, now.get())} ": " {trouble}</span>
                    </p>
                }
            })}
            {move || news.get().map(|words| {
                view! { <button type="button" class="button primary" on:click=move |_| shown.catch_up()>{words} ": show"</button> }
            })}
        </div>
        {SECTIONS.iter().zip(0..).map(|(title, section)| sections(shown, query, now, title, section)).collect_view()}
        {move || is_empty().then(|| nothing(is_filter))}
    }
    .into_any()
}

fn sections(
    shown: Shown,
    query: StoredValue<Query>,
    now: Signal<Timestamp>,
    title: &'static str,
    section: usize,
) -> AnyView {
    let ids = move || shown.order.read().0[section].clone();
    let total = move || shown.totals.read()[section];
    let card = move |id: ExecutionId| shown.cards.with_value(|cards| cards.get(&id).cloned());
    let more = move || {
        let (count, total) = (shown.order.read().0[section].len(), total());
        (count as u64 >= query.with_value(|query| query.limit) && (count as u64) < total).then(|| {
            let is_most = query.with_value(|query| query.limit >= MOST);
            let next = query.with_value(|query| Query { limit: query.limit + STEP, ..query.clone() }.address());
            let further = if is_most {
                view! { <span>"Search, or narrow the dates, to find the others."</span> }.into_any()
            } else {
                view! { <A href=next scroll=false attr:class="button">"Load more"</A> }.into_any()
            };
            view! {
                <p class="load-more">
                    <span class="figures">{format!("Showing {count} of {total}. ")}</span>
                    {further}
                </p>
            }
        })
    };
    view! {
        <section class="executions-section" aria-label=title hidden=move || ids().is_empty()>
            <h2>{title} " " <span class="figures">{total}</span></h2>
            <ul class="cards">
                <For each=ids key=|id| *id let:id>
                    <li>{card(id).map(|card| view! { <CardView card now /> })}</li>
                </For>
            </ul>
            {more}
        </section>
    }
    .into_any()
}

/// Where to go from an empty list.
fn nothing(is_filter: bool) -> AnyView {
    if is_filter {
        return view! { <p class="empty-result">"No execution matches. " <A href="/executions">"Clear the filters"</A></p> }
            .into_any();
    }
    view! {
        <section class="empty">
            <Icon name="active" />
            <h2>"Nothing is running"</h2>
            <p>"Choose a playbook and start it when an incident begins. Everyone who opens it works on the same state."</p>
            <A href="/playbooks" attr:class="button primary">"Choose a playbook"</A>
        </section>
    }
    .into_any()
}
