//! Every CACAO playbook of the corpus comes in whole.

use std::collections::BTreeMap;

use domain::graph::{Flow, Graph, NodeKind};
use domain::import::{ImportRefusal, Imported, import};
use domain::source::Format;
use serde_json::Value;

use crate::corpus::{files, whole_text, words};

/// Name, text and import of every file; the one that is no JSON is checked and left out.
fn imported() -> Vec<(String, String, Imported)> {
    let read = |(name, source): (String, String)| match import(&source, None) {
        Ok(imported) => Some((name, source, imported)),
        Err(refusal) => {
            assert!(matches!(refusal, ImportRefusal::BrokenJson { line: 12, .. }), "{name}: {refusal}");
            None
        }
    };
    files("cacao").into_iter().filter_map(read).collect()
}

/// Every text for people in a value: not ids, payloads, dates, secrets, or what belongs to extensions.
fn texts(name: &str, value: &Value, found: &mut Vec<String>) {
    let is_structure = name.starts_with("on_")
        || name.ends_with("_b64")
        || name.ends_with("extension")
        || [
            "id",
            "type",
            "spec_version",
            "workflow_start",
            "workflow_exception",
            "step_uuid",
            "password",
            "agent",
            "targets",
            "schema",
        ]
        .contains(&name)
        || name.contains("extension_definition");
    match value {
        _ if is_structure => {}
        Value::String(text) if !text.contains("--") || text.contains(' ') => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts("", item, found)),
        Value::Object(members) => members.iter().for_each(|(name, value)| texts(name, value, found)),
        _ => {}
    }
}

fn lost(source: &str, graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    texts("", &serde_json::from_str(source).unwrap(), &mut found);
    let kept = words(&whole_text(graph));
    // One text may be said once where the source repeats it; a word must be there at all.
    found.iter().flat_map(|text| words(text).into_keys()).filter(|word| !kept.contains_key(word)).collect()
}

#[test]
fn every_playbook_of_the_corpus_imports_without_loss_and_is_reachable_throughout() {
    let mut report = Vec::new();
    for (name, source, imported) in imported() {
        let graph = &imported.graph;
        assert_eq!((imported.format, graph.validate()), (Format::Cacao, Ok(())), "{name}");
        let reachable = Flow::new(graph).reachable(graph, &BTreeMap::new());
        assert!(reachable.into_iter().all(|reached| reached), "{name}");
        for decision in graph.nodes.iter().filter(|node| node.kind == NodeKind::Decision) {
            assert!(graph.branches(&decision.id).len() >= 2, "{name}: branches of {}", decision.label);
        }
        let lost = lost(&source, graph);
        eprintln!(
            "{name:<50.50} {:>3} nodes {:>3} edges {:>2} issues, lost {lost:?}",
            graph.nodes.len(),
            graph.edges.len(),
            imported.issues.len()
        );
        if !lost.is_empty() {
            report.push(name);
        }
    }
    assert!(report.is_empty(), "text was lost in {report:?}");
}

/// Prints what the importer makes of each file, to be judged by eye: `cargo test … -- --ignored --nocapture`.
#[test]
#[ignore = "prints for a reader, checks nothing"]
fn show_the_corpus() {
    for (name, _, imported) in imported() {
        let graph = &imported.graph;
        eprintln!("\n=== {name}: {} {:?}\n{}", graph.title, graph.tags, graph.description);
        for node in &graph.nodes {
            eprintln!("--- {} {:?} {} (line {:?})\n{}", node.id, node.kind, node.label, node.line, node.description);
            node.code.iter().for_each(|code| eprintln!("    {:?} {:.200}", code.language, code.text));
            graph
                .edges
                .iter()
                .filter(|edge| edge.from == node.id)
                .for_each(|edge| eprintln!("    {:?} -> {}", edge.label, edge.to));
        }
        imported.issues.iter().for_each(|issue| eprintln!("!!! {issue:?}"));
    }
}
