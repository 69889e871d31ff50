//! Every CACAO playbook of the corpus comes in whole.

use std::collections::BTreeMap;

use domain::canonical;
use domain::export;
use domain::figures::Lost;
use domain::graph::{Flow, NodeKind};
use domain::import::{ImportRefusal, Imported, import};
use domain::source::Format;
use serde_json::Value;

use crate::corpus::files;
use crate::roundtrips::context;

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
        let lost = Lost::of(&source, Format::Cacao, graph).words;
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

#[test]
fn an_untouched_playbook_is_given_back_as_it_was() {
    let (mut equal, mut all) = (0, 0);
    for (name, source, imported) in imported() {
        let export = export::cacao(&imported.graph, &context(Some(&source)));
        let canonical = |text: &str| canonical::to_bytes(&serde_json::from_str(text).unwrap());
        assert_eq!(export.warnings, Vec::<String>::new(), "{name}");
        equal += usize::from(canonical(&export.text) == canonical(&source));
        all += 1;
    }
    eprintln!("{equal} of {all} playbooks are equal after import and export");
    assert_eq!(equal, all);
}

#[test]
fn another_title_or_other_tags_change_nothing_else() {
    for (name, source, imported) in imported() {
        let mut graph = imported.graph;
        graph.title = "Another".to_owned();
        graph.tags.push("new".to_owned());
        let signed = source.replacen('{', "{\"signatures\": [{\"value\": \"x\"}],", 1);
        let export = export::cacao(&graph, &context(Some(&signed)));
        assert_eq!(export.warnings.len(), 1, "{name}: {:?}", export.warnings);
        let (mut before, mut after) = (members(&source), members(&export.text));
        assert_eq!(after["name"], "Another");
        assert_eq!(after["modified"], "2026-09-21T14:13:21.000000Z");
        assert_eq!(import(&export.text, None).unwrap().graph.tags, graph.tags, "{name}");
        for changed in ["name", "modified", "labels"] {
            before.remove(changed);
            after.remove(changed);
        }
        assert_eq!(after, before, "{name}");
    }
}

#[test]
fn a_changed_step_is_exported_anew_with_a_warning() {
    for (name, source, imported) in imported() {
        let mut graph = imported.graph;
        graph.nodes[0].label = "Another".to_owned();
        let export = export::cacao(&graph, &context(Some(&source)));
        assert_eq!(export.warnings.len(), 1, "{name}");
        assert_eq!(import(&export.text, None).unwrap().graph.nodes[0].label, "Another", "{name}");
    }
}

fn members(text: &str) -> serde_json::Map<String, Value> {
    serde_json::from_str(text).expect("an object")
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
