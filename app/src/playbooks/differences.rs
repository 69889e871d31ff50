//! What differs between two versions of a playbook, as markup.

use domain::diff::{Change, ChangedNode, DiffNode, GraphDiff};
use domain::legible::legible;
use domain::words::counted;
use leptos::prelude::*;

use crate::ui::figures::icon;

/// What came, what went, and what is not the same.
pub(super) fn differences(from: u32, to: u32, diff: &GraphDiff) -> impl IntoView + use<> {
    let GraphDiff { playbook, added, removed, changed, .. } = diff;
    let counts = [(added.len(), "added"), (removed.len(), "removed"), (changed.len(), "changed")];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(n, what)| format!("{} {what}", counted(n as u64, "node")))
        .collect();
    let summary = match (diff.is_empty(), counts.is_empty()) {
        (true, _) => "Nothing, apart from the order of the text.".to_owned(),
        (false, true) => "No node.".to_owned(),
        (false, false) => format!("{}.", counts.join(", ")),
    };
    view! {
        <section class="differences" aria-label="Differences">
            <h2>{format!("From version {from} to version {to}")}</h2>
            <p class="hint">{summary}</p>
            <ul>
                {(!playbook.is_empty()).then(|| view! { <li data-change="changed">{head("pencil", "Changed", "The playbook")} {changes(playbook)}</li> })}
                {added.iter().map(|node| one("added", "plus", "Added", node)).collect_view()}
                {removed.iter().map(|node| one("removed", "minus", "Removed", node)).collect_view()}
                {changed.iter().map(changed_node).collect_view()}
            </ul>
        </section>
    }
}

fn head(drawing: &'static str, word: &'static str, label: &str) -> impl IntoView + use<> {
    view! { <p class="difference">{icon(drawing)} <strong>{word}</strong> " " <bdi>{label.to_owned()}</bdi></p> }
}

fn one(change: &'static str, drawing: &'static str, word: &'static str, node: &DiffNode) -> impl IntoView + use<> {
    view! { <li data-change=change>{head(drawing, word, &legible(&node.label))}</li> }
}

fn changed_node(changed: &ChangedNode) -> impl IntoView + use<> {
    view! { <li data-change="changed">{head("pencil", "Changed", &legible(&changed.node.label))} {changes(&changed.changes)}</li> }
}

fn changes(changes: &[Change]) -> impl IntoView + use<> {
    let change = |change: &Change| {
        let text = |text: &String| (!text.is_empty()).then(|| text.clone());
        view! {
            <div>
                <dt>{change.aspect.name()}</dt>
                <dd>
                    {text(&change.before).map(|before| view! { <del dir="auto">{before}</del> })}
                    {text(&change.after).map(|after| view! { <ins dir="auto">{after}</ins> })}
                </dd>
            </div>
        }
    };
    view! { <dl>{changes.iter().map(change).collect_view()}</dl> }
}
