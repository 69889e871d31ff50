//! A graph that goes out and comes in again is the same graph, as far as the format can say it.

use std::collections::BTreeMap;

use domain::export::{self, CacaoContext};
use domain::graph::{Edge, Graph, Node};
use domain::ids::PlaybookId;
use domain::import::import;
use domain::source::Format;
use domain::time::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use crate::corpus::{files, whole_text, words};
use crate::graphs::{drawn, listed, wild};

/// How many graphs each rule is tried with; many more in the long form of the tests.
pub(crate) fn cases() -> u32 {
    if std::env::var_os("FORGE_LONG").is_some() { 10_000 } else { 256 }
}

pub(crate) fn context(source: Option<&str>) -> CacaoContext<'_> {
    let at = |micros| Timestamp::from_micros(micros).expect("a time");
    CacaoContext {
        playbook: PlaybookId(Uuid::from_u128(7)),
        created: at(1_790_000_000_000_000),
        modified: at(1_790_000_001_000_000),
        source,
    }
}

/// Imports without saying the format, whatever the graph asks of an analyst.
fn back(text: &str, format: Format, graph: &Graph) -> Option<Graph> {
    let imported = match import(text, None) {
        Ok(imported) => imported,
        Err(_) if graph.actionable_count() == 0 => return None,
        Err(refusal) => panic!("{refusal}\n{text}"),
    };
    assert_eq!(imported.format, format, "{text}");
    assert_eq!(imported.graph.validate(), Ok(()));
    Some(imported.graph)
}

/// The nodes by their ids, with what `kept` leaves of them.
fn nodes(graph: &Graph, kept: impl Fn(Node) -> Node) -> BTreeMap<String, Node> {
    graph.nodes.iter().map(|node| (node.id.0.clone(), kept(Node { line: None, ..node.clone() }))).collect()
}

/// The edges out of each node, in their order.
fn edges(graph: &Graph) -> BTreeMap<String, Vec<Edge>> {
    let mut edges: BTreeMap<String, Vec<Edge>> = BTreeMap::new();
    for edge in &graph.edges {
        edges.entry(edge.from.0.clone()).or_default().push(edge.clone());
    }
    edges
}

fn whole(node: Node) -> Node {
    node
}

/// What a flowchart says of a node.
fn drawn_part(node: Node) -> Node {
    Node { description: String::new(), code: Vec::new(), optional: false, ..node }
}

/// The edges at phases stand apart in CACAO, behind the others.
fn unordered(graph: &Graph) -> Vec<String> {
    let mut edges: Vec<String> = graph.edges.iter().map(|edge| format!("{edge:?}")).collect();
    edges.sort();
    edges
}

fn check_cacao(graph: &Graph) -> Result<(), TestCaseError> {
    let export = export::cacao(graph, &context(None));
    prop_assert_eq!(export.warnings, Vec::<String>::new());
    let Some(back) = back(&export.text, Format::Cacao, graph) else {
        return Ok(());
    };
    prop_assert_eq!(nodes(&back, whole), nodes(graph, whole), "{}", export.text);
    prop_assert_eq!(unordered(&back), unordered(graph), "{}", export.text);
    prop_assert_eq!((&back.title, &back.tags, &back.description), (&graph.title, &graph.tags, &graph.description));
    Ok(())
}

/// Words of a graph that are not in a text.
fn lost_words(graph: &Graph, text: &str) -> Vec<String> {
    let kept = words(text);
    words(&whole_text(graph)).into_keys().filter(|word| !kept.contains_key(word)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), ..ProptestConfig::default() })]

    #[test]
    fn json_gives_the_graph_back(graph in wild()) {
        if let Some(mut back) = back(&export::json(&graph), Format::Json, &graph) {
            back.nodes.iter_mut().for_each(|node| node.line = None);
            prop_assert_eq!(back, graph);
        }
    }

    #[test]
    fn mermaid_gives_ids_kinds_labels_phases_and_edges_back(graph in wild()) {
        let text = export::mermaid(&graph, &[]);
        if let Some(back) = back(&text, Format::Mermaid, &graph) {
            prop_assert_eq!(nodes(&back, drawn_part), nodes(&graph, drawn_part), "{}", text);
            prop_assert_eq!(edges(&back), edges(&graph), "{}", text);
        }
    }

    #[test]
    fn markdown_writes_as_lists_whatever_people_write_as_lists(graph in listed()) {
        let text = export::markdown(&graph);
        let imported = import(&text, None).unwrap();
        prop_assert_eq!(imported.format, Format::Markdown, "{}", text);
        prop_assert_eq!(nodes(&imported.graph, drawn_part), nodes(&graph, drawn_part), "{}", text);
        prop_assert_eq!(edges(&imported.graph), edges(&graph), "{}", text);
        prop_assert_eq!(imported.issues, Vec::new());
    }

    #[test]
    fn markdown_gives_any_graph_back_as_lists_or_as_a_flowchart(graph in wild()) {
        let text = export::markdown(&graph);
        if let Ok(imported) = import(&text, None) {
            prop_assert_eq!(nodes(&imported.graph, drawn_part), nodes(&graph, drawn_part), "{}", text);
            prop_assert_eq!(unordered(&imported.graph).len(), graph.edges.len());
            prop_assert_eq!((&imported.graph.title, &imported.graph.tags), (&graph.title, &graph.tags), "{}", text);
            prop_assert_eq!(lost_words(&graph, &text), Vec::<String>::new(), "{}", text);
        } else {
            prop_assert_eq!(graph.actionable_count(), 0);
        }
    }

    #[test]
    fn cacao_gives_any_graph_back(graph in wild()) {
        check_cacao(&graph)?;
    }

    #[test]
    fn cacao_gives_back_what_people_draw_and_writes_no_more_steps_than_it_needs(graph in drawn()) {
        check_cacao(&graph)?;
        let text = export::cacao(&graph, &context(None)).text;
        // Branches that meet need no step for the merge: what follows is the `on_completion` of where they began.
        prop_assert!(!text.contains("\"name\": \"Meet"), "{}", text);
        prop_assert_eq!(text.matches("\"type\": \"while-condition\"").count(), text.matches("\"name\": \"Again?").count());
        prop_assert_eq!(edges(&back(&text, Format::Cacao, &graph).unwrap()), edges(&graph));
    }
}

#[test]
fn every_playbook_of_the_corpus_comes_back_from_every_format() {
    for folder in ["markdown", "mermaid", "cacao"] {
        let (mut as_lists, mut all) = (0, 0);
        for (name, source) in files(folder) {
            let Ok(imported) = import(&source, None) else { continue };
            let graph = imported.graph;
            let json = back(&export::json(&graph), Format::Json, &graph).expect("a playbook");
            assert_eq!((nodes(&json, whole), edges(&json)), (nodes(&graph, whole), edges(&graph)), "{name}");
            let mermaid = back(&export::mermaid(&graph, &[]), Format::Mermaid, &graph).expect("a playbook");
            assert_eq!(nodes(&mermaid, drawn_part), nodes(&graph, drawn_part), "{name}");
            assert_eq!(edges(&mermaid), edges(&graph), "{name}");
            check_cacao(&graph).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            let markdown = export::markdown(&graph);
            let read = import(&markdown, None).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
            assert_eq!(nodes(&read.graph, drawn_part), nodes(&graph, drawn_part), "{name}");
            assert_eq!(lost_words(&graph, &whole_text(&read.graph)), Vec::<String>::new(), "{name}");
            as_lists += usize::from(read.format == Format::Markdown);
            all += 1;
        }
        eprintln!("{folder}: all {all} playbooks come back from every format, {as_lists} of Markdown as lists");
    }
}
