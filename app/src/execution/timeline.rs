//! The timeline: every event, newest last, as the audit trail has it.

use std::sync::Arc;

use domain::event::{Event, EventBody};
use leptos::html;
use leptos::prelude::*;

use crate::live::ExecutionStore;
use crate::ui::analyst::Avatar;
use crate::ui::icon::Icon;
use crate::ui::size::size;
use crate::ui::status::step_label;
use crate::ui::time::{Time, roughly};

/// Seconds of silence that are worth showing.
const GAP_SECONDS: i64 = 300;

#[component]
pub(super) fn Timeline(store: ExecutionStore, open: RwSignal<bool>) -> impl IntoView {
    let list = NodeRef::<html::Ol>::new();
    let events = store.events();
    // The newest is shown, unless the reader has gone back to an older one.
    let follows = StoredValue::new(true);
    Effect::new(move || {
        events.track();
        if open.get()
            && follows.get_value()
            && let Some(list) = list.get()
        {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    let on_scroll = move |_| {
        if let Some(list) = list.get_untracked() {
            follows.set_value(list.scroll_top() + list.client_height() >= list.scroll_height() - 24);
        }
    };
    let rows = move || {
        let events = events.get();
        let mut before = None;
        events
            .into_iter()
            .map(|event| {
                let gap = before.map_or(0, |before| event.timestamp.micros_since(before) / 1_000_000);
                before = Some(event.timestamp);
                (event, gap)
            })
            .collect::<Vec<_>>()
    };
    view! {
        <section id="timeline" class="timeline" class:open=move || open.get() aria-label="Timeline" hidden=move || !open.get()>
            <header class="timeline-head">
                <h2>"Timeline"</h2>
                <span class="hint">"times in UTC"</span>
                <span class="spacer"></span>
                <button type="button" class="icon-button" aria-label="Close the timeline" on:click=move |_| open.set(false)><Icon name="close" /></button>
            </header>
            <ol class="timeline-list" node_ref=list on:scroll=on_scroll tabindex="0">
                <For each=rows key=|(event, _)| event.seq let:row>
                    <Row store event=row.0 gap=row.1 />
                </For>
            </ol>
        </section>
    }
}

#[component]
fn Row(store: ExecutionStore, event: Arc<Event>, gap: i64) -> impl IntoView {
    let label = event.node_id.as_ref().and_then(|id| store.label(id));
    let node = event.node_id.clone().zip(label).map(|(id, label)| {
        view! {
            <button type="button" class="link" on:click=move |_| store.selected().set(Some(id.clone()))><bdi>{label}</bdi></button>
        }
    });
    let late = event.occurred_at.map(|at| view! { <span class="tag">"happened at " <Time at with_date=true /></span> });
    let overwrote = event.body.overwrote().map(|overwrote| format!("replacing what {} had set", overwrote.actor));
    view! {
        <li class="timeline-row" data-event=event.body.event_type()>
            {(gap >= GAP_SECONDS).then(|| view! { <p class="gap">{roughly(gap)}</p> })}
            <div class="timeline-line">
                <Time at=event.timestamp with_date=true />
                <Avatar actor=event.actor.clone() />
                <bdi class="timeline-actor">{event.actor.to_string()}</bdi>
                <span class="timeline-what">{what(&event.body)} " " {node}</span>
                {overwrote.map(|words| view! { <span class="tag">{words}</span> })}
                {late}
                {details(&event.body).map(|text| view! { <p class="timeline-text" dir="auto">{text}</p> })}
            </div>
        </li>
    }
}

/// What happened, as the middle of a sentence.
pub(super) fn what(body: &EventBody) -> String {
    match body {
        EventBody::ExecutionStarted { .. } => "started the execution".to_owned(),
        EventBody::ExecutionPaused(_) => "paused the execution".to_owned(),
        EventBody::ExecutionResumed(_) => "resumed the execution".to_owned(),
        EventBody::ExecutionCompleted(_) => "completed the execution".to_owned(),
        EventBody::ExecutionAbandoned(_) => "abandoned the execution".to_owned(),
        EventBody::ExecutionReopened(_) => "reopened the execution".to_owned(),
        EventBody::ExecutionNoted(_) => "noted".to_owned(),
        EventBody::RecommendationsChanged(_) => "rewrote the recommendations".to_owned(),
        EventBody::StepStarted(_) => "started".to_owned(),
        EventBody::StepCompleted(_) => "completed".to_owned(),
        EventBody::StepSkipped(_) => "skipped".to_owned(),
        EventBody::StepBlocked(_) => "blocked".to_owned(),
        EventBody::StepUnblocked(_) => "unblocked".to_owned(),
        EventBody::StepReset(change) => format!("reset (was {})", step_label(change.from).to_lowercase()),
        EventBody::NoteAdded(_) => "noted on".to_owned(),
        EventBody::AssigneeChanged { to: Some(to), .. } => format!("assigned to {to}:"),
        EventBody::AssigneeChanged { to: None, .. } => "unassigned".to_owned(),
        EventBody::DecisionTaken { branch, from: None, .. } => format!("decided “{branch}” at"),
        EventBody::DecisionTaken { branch, from: Some(from), .. } => format!("changed “{from}” to “{branch}” at"),
        EventBody::EvidenceAttached(evidence) => format!("attached “{}” to", evidence.file_name),
    }
}

/// The analyst's own words, where there are any.
fn details(body: &EventBody) -> Option<String> {
    match body {
        EventBody::ExecutionNoted(text) | EventBody::NoteAdded(text) => Some(text.text.clone()),
        EventBody::ExecutionCompleted(change) | EventBody::ExecutionAbandoned(change) => change.outcome.clone(),
        EventBody::DecisionTaken { rationale, .. } => rationale.clone(),
        EventBody::EvidenceAttached(evidence) => {
            let facts = format!("{}, SHA-256 {}", size(evidence.size), evidence.sha256);
            Some(evidence.description.iter().chain([&facts]).cloned().collect::<Vec<_>>().join("\n"))
        }
        EventBody::ExecutionStarted { incident_title, .. } => Some(incident_title.clone()),
        _ => None,
    }
}
