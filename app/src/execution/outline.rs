//! The outline: phases and steps as a list, in the order of the playbook. Works alone, by keyboard.

use domain::graph::{Node, NodeKind};
use domain::ids::NodeId;
use domain::presence::Analyst;
use leptos::prelude::*;

use crate::live::{ExecutionStore, StepView};
use crate::ui::analyst::{Avatar, doing};
use crate::ui::icon::Icon;
use crate::ui::status::step_label;

/// How deep rows are indented at most; the style sheet has a rule for each depth, as pages carry no styles.
const MAX_INDENT: usize = 8;

/// What a row needs to know of its node.
struct Entry {
    id: NodeId,
    kind: NodeKind,
    label: String,
    depth: usize,
    view: StepView,
}

#[component]
pub(super) fn Outline(store: ExecutionStore) -> impl IntoView {
    let entries = entries(store);
    view! {
        <nav class="outline" aria-label="Steps">
            <ol>{entries.into_iter().map(|entry| view! { <Row store entry /> }).collect_view()}</ol>
        </nav>
    }
}

/// Every node that says something; merges only join lines.
fn entries(store: ExecutionStore) -> Vec<Entry> {
    store.with_execution(|execution| {
        let (graph, flow) = (&execution.graph, &execution.flow);
        let above = |phase: Option<&NodeId>| phase.and_then(|phase| flow.position(phase));
        let depth = |node: &Node| {
            std::iter::successors(above(node.phase.as_ref()), |&phase| above(graph.nodes[phase].phase.as_ref())).count()
        };
        graph
            .nodes
            .iter()
            .zip(store.steps())
            .filter(|(node, _)| node.kind != NodeKind::Merge)
            .map(|(node, view)| Entry {
                id: node.id.clone(),
                kind: node.kind,
                label: node.label.clone(),
                depth: depth(node),
                view,
            })
            .collect()
    })
}

/// The others who look at a step, in their colours; a pencil for who is about to change it.
fn looking(viewers: Vec<Analyst>) -> impl IntoView {
    viewers
        .into_iter()
        .map(|person| {
            let says = format!("{} {}", person.name, doing(person.editing));
            let tip = says.clone();
            view! {
                <span class="looking" data-hue=person.color.place() title=tip>
                    <Icon name=if person.editing { "pencil" } else { "eye" } />
                    <span class="visually-hidden">{says}</span>
                </span>
            }
        })
        .collect_view()
}

#[component]
fn Row(store: ExecutionStore, entry: Entry) -> impl IntoView {
    let Entry { id, kind, label, depth, view } = entry;
    let selected = store.selected();
    let is_selected = Memo::new({
        let id = id.clone();
        move |_| selected.read().as_ref() == Some(&id)
    });
    let StepView { step, applicable, progress, pending, viewers, unseen } = view.clone();
    let status = Memo::new(move |_| view.status());
    let first_hue = {
        let viewers = viewers.clone();
        move || viewers.read().first().map(|person| person.color.place())
    };
    let row = NodeRef::<leptos::html::Li>::new();
    Effect::new(move || {
        if is_selected.get()
            && let Some(row) = row.get()
        {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    view! {
        <li node_ref=row class="outline-row" class:phase=kind == NodeKind::Phase class:dimmed=move || !applicable.get() data-depth=depth.min(MAX_INDENT)>
            <button
                type="button"
                data-status=move || status.get().as_str()
                data-hue=first_hue
                aria-current=move || is_selected.get().then_some("step")
                on:click=move |_| selected.set(Some(id.clone()))
            >
                <span class="status-mark" title=move || step_label(status.get())>
                    <Icon name=Signal::derive(move || status.get().as_str()) />
                    <span class="visually-hidden">{move || step_label(status.get())}</span>
                </span>
                <span class="outline-label" dir="auto">{label}</span>
                {move || (unseen.get() > 0).then(|| view! { <span class="dot" title="Changed since you looked"><span class="visually-hidden">"Changed since you looked"</span></span> })}
                <Show when=move || pending.get()><span class="outline-pending" title="Being saved"><Icon name="clock" /></span></Show>
                {move || step.read().assignee.clone().map(|actor| view! { <Avatar actor /> })}
                {move || looking(viewers.get())}
                {move || progress.get().map(|progress| {
                    view! { <span class="figures outline-count">{format!("{} / {}", progress.completed + progress.skipped, progress.applicable)}</span> }
                })}
            </button>
        </li>
    }
}
