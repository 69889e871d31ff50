//! What happened at the chosen step: its part of the timeline. Nothing of it is made before it is asked for.

use std::sync::Arc;

use domain::event::Event;
use domain::ids::NodeId;
use domain::words::what_of_it;
use leptos::ev;
use leptos::prelude::*;

use crate::live::ExecutionStore;
use crate::ui::analyst::Avatar;
use crate::ui::portion::{Portion, ShowMore};
use crate::ui::time::Time;

#[component]
pub(super) fn History(store: ExecutionStore, id: NodeId) -> impl IntoView {
    let open = RwSignal::new(false);
    let events = Memo::new(move |_| {
        let events = store.events().read();
        events.iter().filter(|event| event.node_id.as_ref() == Some(&id)).cloned().collect::<Vec<_>>()
    });
    let toggled = move |event: ev::Targeted<ev::Event, web_sys::HtmlDetailsElement>| open.set(event.target().open());
    let portion = Portion::new();
    let rows = move || {
        let events = events.read();
        let shown = if open.get() { portion.of(events.len()) } else { 0 };
        events.iter().rev().take(shown).cloned().collect::<Vec<_>>()
    };
    view! {
        <details class="panel-section history" on:toggle:target=toggled>
            <summary><h3>"History " <span class="figures">{move || events.read().len()}</span></h3></summary>
            <ol>{move || rows().into_iter().map(|event| row(store, event)).collect_view()}</ol>
            <ShowMore portion total=Signal::derive(move || events.read().len()) things="older entries" />
        </details>
    }
}

fn row(store: ExecutionStore, event: Arc<Event>) -> AnyView {
    let counted = store.counted_otherwise(event.seq);
    view! {
        <li>
            <Time at=event.timestamp />
            <Avatar actor=event.actor.clone() />
            <span><bdi>{event.actor.to_string()}</bdi> " " {what_of_it(&event)}</span>
            {event.occurred_at.map(|at| view! { <span class="tag">"happened at " <Time at with_date=true /></span> })}
            {counted.map(|at| view! { <span class="tag">"counted from " <Time at with_date=true /></span> })}
        </li>
    }
    .into_any()
}
