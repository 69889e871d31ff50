//! Jumping to a step by a few letters of its name: a combobox (WAI-ARIA Authoring Practices, “Combobox”).

use domain::graph::{Graph, NodeKind};
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;

use super::outline::focus_panel;
use crate::live::ExecutionStore;
use crate::ui::dialog::Dialog;
use crate::ui::icon::Icon;

/// More than can be looked through is not shown.
const MOST: usize = 50;
const LIST_ID: &str = "jump-list";

/// Asks for a part of a name and leads to the step.
#[component]
pub(super) fn JumpDialog(store: ExecutionStore, open: RwSignal<bool>) -> impl IntoView {
    let words = RwSignal::new(String::new());
    let at = RwSignal::new(0_usize);
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if open.get() {
            words.set(String::new());
            at.set(0);
            if let Some(input) = input.get() {
                input.set_value("");
            }
        }
    });
    let found = Memo::new(move |_| {
        if open.get() { store.graph().with_value(|graph| matching(graph, &words.read())) } else { Vec::new() }
    });
    let choose = move |position: usize| {
        if let Some(id) = store.graph().with_value(|graph| graph.nodes.get(position).map(|node| node.id.clone())) {
            open.set(false);
            store.selected().set(Some(id));
            // After the dialog has given the focus back to where it was.
            focus_panel();
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let last = found.read().len().saturating_sub(1);
        let now = at.get_untracked();
        match event.key().as_str() {
            "ArrowDown" => at.set(if now >= last { 0 } else { now + 1 }),
            "ArrowUp" => at.set(if now == 0 { last } else { now - 1 }),
            "Enter" => {
                if let Some(position) = found.read_untracked().get(now) {
                    choose(*position);
                }
            }
            _ => return,
        }
        event.prevent_default();
    };
    let option = move |(row, position): (usize, usize)| {
        let (id, label, phase) = store.graph().with_value(|graph| {
            let node = &graph.nodes[position];
            let phase = node.phase.as_ref().and_then(|phase| graph.node(phase));
            (node.id.clone(), node.label.clone(), phase.map(|phase| phase.label.clone()))
        });
        let status = store.step(&id).map(|view| view.status()).unwrap_or(domain::event::StepStatus::NotStarted);
        view! {
            <li
                id=option_id(row)
                role="option"
                aria-selected=move || (at.get() == row).to_string()
                on:click=move |_| choose(position)
            >
                <span class="status-mark" data-status=status.as_str()><Icon name=status.as_str() /></span>
                <span class="jump-label" dir="auto">{label}</span>
                <span class="hint" dir="auto">{phase.unwrap_or_default()}</span>
                <span class="visually-hidden">{status.label()}</span>
            </li>
        }
        .into_any()
    };
    Effect::new(move || {
        // The chosen one may lie below what the list shows.
        if let Some(row) = document().get_element_by_id(&option_id(at.get())) {
            let options = web_sys::ScrollIntoViewOptions::new();
            options.set_block(web_sys::ScrollLogicalPosition::Nearest);
            row.scroll_into_view_with_scroll_into_view_options(&options);
        }
    });
    view! {
        <Dialog open title="Jump to a step">
            <div class="jump">
                <input
                    type="text"
                    role="combobox"
                    aria-label="Step"
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls=LIST_ID
                    aria-activedescendant=move || (!found.read().is_empty()).then(|| option_id(at.get()))
                    placeholder="Part of its name"
                    autocomplete="off"
                    autofocus
                    dir="auto"
                    node_ref=input
                    on:input:target=move |event| {
                        words.set(event.target().value());
                        at.set(0);
                    }
                    on:keydown=on_key
                />
                <ul id=LIST_ID role="listbox" aria-label="Steps">
                    {move || found.get().into_iter().enumerate().map(option).collect_view()}
                </ul>
                <p class="hint" role="status">{move || if found.read().is_empty() { "No step is called so." } else { "" }}</p>
            </div>
        </Dialog>
    }
}

fn option_id(row: usize) -> String {
    format!("jump-{row}")
}

/// Positions of the nodes whose names hold every word; those whose names begin with the first one come first.
fn matching(graph: &Graph, words: &str) -> Vec<usize> {
    let words = words.to_lowercase();
    let words: Vec<&str> = words.split_whitespace().collect();
    let labels = graph.nodes.iter().map(|node| node.label.to_lowercase());
    let mut found: Vec<(bool, usize)> = graph
        .nodes
        .iter()
        .zip(labels)
        .enumerate()
        .filter(|(_, (node, label))| node.kind != NodeKind::Merge && words.iter().all(|word| label.contains(word)))
        .map(|(at, (_, label))| (words.first().is_some_and(|word| !label.starts_with(word)), at))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, at)| at).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::graph::Node;

    #[test]
    fn names_that_begin_so_come_first() {
        let labels = ["Call the bank", "Isolate host", "Notify the host's owner", "Host restored"];
        let nodes = labels.iter().map(|label| Node::new(*label, NodeKind::Step, *label)).collect();
        let graph = Graph { nodes, ..Graph::default() };
        assert_eq!(matching(&graph, "HOST"), [3, 1, 2]);
        assert_eq!(matching(&graph, "host owner"), [2]);
        assert_eq!(matching(&graph, "").len(), 4);
        assert!(matching(&graph, "printer").is_empty());
    }
}
