//! A graph that still is what its CACAO source says: the source is given back.
//!
//! Not a byte of the source changes but for the members that were changed here, so that its order, its numbers and
//! everything that only programs read stay as their author wrote them.

use std::collections::HashMap;

use serde_json::Value;

use super::CacaoExport;
use crate::graph::{Edge, Graph, Node};
use crate::ids::NodeId;
use crate::import::import;
use crate::import::located::Document;
use crate::source::Format;
use crate::time::Timestamp;

/// The source, with the title and the tags of the graph; `None` when anything else has been changed.
pub(super) fn unchanged(graph: &Graph, source: &str, modified: Timestamp) -> Option<CacaoExport> {
    let written = import(source, Some(Format::Cacao)).ok()?.graph;
    if !is_same(&written, graph) {
        return None;
    }
    let mut changes: Vec<(&str, Value)> = Vec::new();
    if written.title != graph.title {
        changes.push(("name", Value::from(graph.title.as_str())));
    }
    if written.tags != graph.tags {
        changes.push(("labels", Value::from(graph.tags.clone())));
    }
    if changes.is_empty() {
        return Some(CacaoExport { text: source.to_owned(), warnings: Vec::new() });
    }
    changes.push(("modified", Value::from(modified.to_string())));
    rewritten(source, changes)
}

/// Whether two graphs say the same, whatever their title and tags and however their nodes are called.
fn is_same(written: &Graph, graph: &Graph) -> bool {
    let pairs = written.nodes.iter().zip(&graph.nodes);
    let names: HashMap<&NodeId, &NodeId> = pairs.map(|(theirs, ours)| (&theirs.id, &ours.id)).collect();
    let named = |id: &NodeId| names.get(id).map_or_else(|| id.clone(), |id| (*id).clone());
    let nodes = written.nodes.iter().map(|node| Node {
        id: named(&node.id),
        phase: node.phase.as_ref().map(named),
        ..node.clone()
    });
    let edges = written.edges.iter().map(|edge| Edge {
        from: named(&edge.from),
        to: named(&edge.to),
        label: edge.label.clone(),
    });
    written.description == graph.description
        && nodes.eq(graph.nodes.iter().cloned())
        && edges.eq(graph.edges.iter().cloned())
}

fn rewritten(source: &str, mut changes: Vec<(&str, Value)>) -> Option<CacaoExport> {
    let document = Document::read(source).ok()?;
    let mut warnings = Vec::new();
    let mut members = Vec::new();
    for (name, part) in document.root().members()? {
        if name == "signatures" {
            warnings.push("The signatures were left out: they are of the text before it was changed.".to_owned());
            continue;
        }
        let change = changes.iter().position(|(changed, _)| *changed == name).map(|at| changes.remove(at).1);
        members.push((name, change.map_or_else(|| part.text().to_owned(), |value| value.to_string())));
    }
    members.extend(changes.into_iter().map(|(name, value)| (name.to_owned(), value.to_string())));
    let members = members.into_iter().map(|(name, value)| format!("  {}: {value}", Value::from(name)));
    let text = format!("{{\n{}\n}}\n", members.collect::<Vec<_>>().join(",\n"));
    Some(CacaoExport { text, warnings })
}
