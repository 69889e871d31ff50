//! The panel of the chosen step: what it is, how it stands, and what can be done; each part in a file of its own.

use domain::event::ExecutionStatus;
use domain::execution::Hold;
use domain::graph::{Node, NodeKind};
use domain::ids::NodeId;
use domain::legible::legible;
use domain::session::Place;
use domain::words::clock;
use leptos::ev;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;

use super::acts::{ask, choose_beside, copy_link};
use super::assignee::Assignee;
use super::decision::DecisionForm;
use super::evidence::EvidenceSection;
use super::history::History;
use super::instructions::InstructionsView;
use super::notes::Notes;
use super::outline::OutlineState;
use super::people::Others;
use super::status::{StatusButtons, StatusSelect};
use crate::live::{ExecutionStore, Question, StepView};
use crate::ui::icon::Icon;
use crate::ui::status::StepBadge;
use crate::ui::time::Time;

#[component]
pub(super) fn Panel(store: ExecutionStore, outline: OutlineState) -> impl IntoView {
    let selected = store.selected();
    let panel = NodeRef::<leptos::html::Div>::new();
    Effect::new(move |before: Option<()>| {
        selected.track();
        // Another step begins at its top, wherever the one before it was left.
        if let (Some(()), Some(panel)) = (before, panel.get_untracked()) {
            panel.set_scroll_top(0);
        }
    });
    view! {
        <aside
            class="panel-column"
            aria-label="Chosen step"
            on:focusin=move |event| store.editing().set(is_field(&event))
            on:focusout=move |_| store.editing().set(false)
        >
            <div class="panel" node_ref=panel>
                {move || {
                    let chosen = selected.get().and_then(|id| {
                        let node = store.graph().with_value(|graph| graph.node(&id).cloned())?;
                        Some((node, store.step(&id)?))
                    });
                    match chosen {
                        Some((node, step)) => view! { <StepPanel store outline node view=step /> }.into_any(),
                        None => view! { <p class="empty-result">"Choose a step in the outline or on the flowchart."</p> }.into_any(),
                    }
                }}
            </div>
            // Below what scrolls, so that nothing moves when somebody else blocks the step.
            {move || {
                let id = selected.get()?;
                let step = store.step(&id)?.step;
                let blocked = Memo::new(move |_| step.read().blocked());
                Some(move || {
                    let id = id.clone();
                    blocked.get().map(|hold| view! { <HoldLine store id hold /> })
                })
            }}
        </aside>
    }
}

/// Whether what has the focus now changes something: then the others see that somebody is about to.
fn is_field(event: &ev::FocusEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| element.matches("input, select, textarea").unwrap_or_default())
}

#[component]
fn StepPanel(store: ExecutionStore, outline: OutlineState, node: Node, view: StepView) -> impl IntoView {
    let phase = store
        .graph()
        .with_value(|graph| node.phase.as_ref().and_then(|phase| graph.node(phase)).map(|phase| phase.label.clone()));
    let StepView { step, applicable, pending, viewers, .. } = view.clone();
    let status = Memo::new(move |_| view.status());
    let times = step.clone();
    let id = node.id.clone();
    let instructions = store.instructions(&id);
    let kind = node.kind;
    let is_phase = kind == NodeKind::Phase;
    let place = phase.map_or_else(|| kind.label().to_owned(), |phase| format!("{} · {phase}", kind.label()));
    let worked = move || {
        let step = times.read();
        let clocks = store.clocks(&step);
        let (active, blocked) = (clocks.active.seconds(store.now()), clocks.blocked.seconds(store.now()));
        let worked = (active > 0 || step.started_at.is_some()).then(|| format!("{} worked", clock(active)));
        let waited = (blocked > 0).then(|| format!("{} blocked", clock(blocked)));
        [worked, waited].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    };
    let copied = id.clone();
    let copy = move |_| copy_link(store, &copied);
    view! {
        <header class="panel-head">
            <p class="panel-kind">
                <Icon name=kind.as_str() />
                <span class="panel-place" dir="auto" title=place.clone()>{place.clone()}</span>
                <Others viewers />
                <button type="button" class="icon-button" title="Copy the link to this step" aria-label="Copy the link to this step" on:click=copy>
                    <Icon name="copy" />
                </button>
                <button type="button" class="icon-button" title="Previous step" aria-label="Previous step" on:click=move |_| choose_beside(outline, false)>
                    <Icon name="previous" />
                </button>
                <button type="button" class="icon-button" title="Next step" aria-label="Next step" on:click=move |_| choose_beside(outline, true)>
                    <Icon name="next" />
                </button>
            </p>
            <h2 id="panel-title" tabindex="-1" dir="auto">{node.label.clone()}</h2>
            <p class="panel-facts">
                {if is_phase {
                    view! { <StepBadge status /> }.into_any()
                } else {
                    view! { <StatusSelect store id=id.clone() status /> }.into_any()
                }}
                {node.optional.then(|| view! { <span class="tag">"optional"</span> })}
                <span class="figures">{worked}</span>
                <Show when=move || pending.get()><span class="tag saving">"Saving…"</span></Show>
                <Show when=move || !applicable.get()><span class="tag">"Only on branches not taken"</span></Show>
            </p>
        </header>
        {(!is_phase).then(|| view! { <StatusButtons store id=id.clone() status /> })}
        {(kind == NodeKind::Decision).then(|| view! { <DecisionForm store id=id.clone() step=step.clone() /> })}
        <Assignee store id=id.clone() step=step.clone() />
        {instructions.map(|instructions| view! { <InstructionsView instructions /> })}
        <Notes store id=id.clone() step=step.clone() />
        <EvidenceSection store id=id.clone() step />
        <History store id />
    }
}

/// What a blocked step waits for, since when, and who said so.
#[component]
fn HoldLine(store: ExecutionStore, id: NodeId, hold: Hold) -> impl IntoView {
    let button = if hold.reason.is_some() { "Change" } else { "Say why" };
    let reason = hold.reason.clone().unwrap_or_default();
    let change = move |_| {
        store.set_draft(Place::Reason(id.clone()), reason.clone());
        ask(store, Question::Block(id.clone()));
    };
    let frozen = move || store.head().read().status != ExecutionStatus::Active;
    view! {
        <p class="hold" data-status="blocked">
            <Icon name="blocked" />
            <span>
                "Blocked since " <Time at=hold.since with_date=true /> " UTC by " <bdi>{hold.by.to_string()}</bdi>
                {hold.reason.map(|reason| view! { ". Waiting for: " <bdi class="hold-reason">{legible(&reason).into_owned()}</bdi> })}
            </span>
            <button type="button" class="button small" disabled=frozen on:click=change>{button}</button>
        </p>
    }
}
