//! Our reading of real flowcharts against that of Mermaid.js, and a graph for every file of the corpus.
//!
//! The corpus lies beside the repository and is read in place; without it these tests say so and pass.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use domain::graph::Flow;
use domain::import::import;
use domain::import::mermaid::{Chart, Stroke, charts};
use domain::source::Format;
use serde::Deserialize;

/// A chart as Mermaid.js reads it.
#[derive(Deserialize)]
struct Golden {
    path: String,
    idx: usize,
    ok: bool,
    #[serde(default)]
    nodes: Vec<GoldenNode>,
    #[serde(default)]
    edges: Vec<GoldenEdge>,
    #[serde(default)]
    subs: Vec<GoldenSubgraph>,
}

#[derive(Deserialize)]
struct GoldenNode {
    id: String,
    text: String,
    r#type: Option<String>,
}

#[derive(Deserialize)]
struct GoldenEdge {
    s: String,
    t: String,
    text: String,
    stroke: String,
}

#[derive(Deserialize)]
struct GoldenSubgraph {
    id: String,
    title: String,
    nodes: Vec<String>,
}

fn corpus() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: the corpus is not at ../shared/corpus beside the repository");
    None
}

/// Mermaid.js passes texts through its sanitiser, which writes line breaks and `&` its own way.
fn normalised(text: &str) -> String {
    text.replace("<br/>", "<br>")
        .replace("<br />", "<br>")
        .replace("&amp;", "&")
        .replace("&gt;", ">")
        .replace("&lt;", "<")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

type Nodes = BTreeMap<String, (String, Option<String>)>;

fn our_nodes(chart: &Chart) -> Nodes {
    let nodes = chart.nodes.iter();
    nodes.map(|node| (node.id.clone(), (normalised(node.text()), node.shape.clone()))).collect()
}

fn our_edges(chart: &Chart) -> Vec<(String, String, String, &'static str)> {
    let edges = chart.edges.iter();
    edges
        .map(|edge| {
            let stroke = match edge.stroke {
                Stroke::Normal => "normal",
                Stroke::Thick => "thick",
                Stroke::Dotted => "dotted",
                Stroke::Invisible => "invisible",
            };
            let label = normalised(edge.label.as_deref().unwrap_or_default());
            (edge.from.clone(), edge.to.clone(), label, stroke)
        })
        .collect()
}

/// Title and contents of each subgraph; a subgraph without an id of its own is known by its title.
fn our_subgraphs(chart: &Chart) -> BTreeSet<(String, BTreeSet<String>)> {
    let name = |position: usize| {
        let subgraph = &chart.subgraphs[position];
        subgraph.id.clone().unwrap_or_else(|| subgraph.title.clone())
    };
    let nested = |position: usize| {
        let subgraphs = chart.subgraphs.iter().enumerate();
        subgraphs.filter(move |(_, inner)| inner.parent == Some(position)).map(move |(inner, _)| name(inner))
    };
    let subgraphs = chart.subgraphs.iter().enumerate();
    subgraphs
        .map(|(position, subgraph)| {
            let contents = subgraph.members.iter().cloned().chain(nested(position)).collect();
            (subgraph.title.clone(), contents)
        })
        .collect()
}

/// Leaves out the nodes that only stand for a subgraph: Mermaid.js makes one of `style some_subgraph fill:…` too, where
/// there is nothing to draw.
fn without_subgraphs(mut nodes: Nodes, golden: &Golden) -> Nodes {
    nodes.retain(|id, (_, shape)| shape.is_some() || golden.subs.iter().all(|sub| sub.id != *id));
    nodes
}

/// What differs between a chart and its golden, by the name of the part.
fn differences(golden: &Golden, chart: &Chart) -> Vec<String> {
    let nodes = golden.nodes.iter();
    let nodes: BTreeMap<_, _> =
        nodes.map(|node| (node.id.clone(), (normalised(&node.text), node.r#type.clone()))).collect();
    let edges: Vec<_> = golden
        .edges
        .iter()
        .map(|edge| (edge.s.clone(), edge.t.clone(), normalised(&edge.text), edge.stroke.as_str()))
        .collect();
    let titles: BTreeMap<&str, &str> = golden
        .subs
        .iter()
        .filter(|sub| sub.id.starts_with("subGraph"))
        .map(|sub| (sub.id.as_str(), sub.title.as_str()))
        .collect();
    let named = |id: &String| titles.get(id.as_str()).map_or_else(|| id.clone(), |title| (*title).to_owned());
    let subgraphs: BTreeSet<_> =
        golden.subs.iter().map(|sub| (sub.title.clone(), sub.nodes.iter().map(named).collect())).collect();
    let mut found = Vec::new();
    let (nodes, ours) = (without_subgraphs(nodes, golden), without_subgraphs(our_nodes(chart), golden));
    if nodes != ours {
        found.push(format!("nodes\n  golden {nodes:?}\n  ours   {ours:?}"));
    }
    if edges != our_edges(chart) {
        found.push(format!("edges\n  golden {edges:?}\n  ours   {:?}", our_edges(chart)));
    }
    if subgraphs != our_subgraphs(chart) {
        found.push(format!("subgraphs\n  golden {subgraphs:?}\n  ours   {:?}", our_subgraphs(chart)));
    }
    found
}

#[test]
fn every_valid_chart_is_read_as_mermaid_reads_it() {
    let Some(corpus) = corpus() else { return };
    let goldens = fs::read_to_string(corpus.join("mermaid/GOLDENS.json")).unwrap();
    let goldens: Vec<Golden> = serde_json::from_str(&goldens).unwrap();
    let valid: Vec<&Golden> = goldens.iter().filter(|golden| golden.ok).collect();
    let mut exact = 0;
    let mut report = Vec::new();
    for golden in &valid {
        let source = fs::read_to_string(corpus.join(&golden.path)).unwrap();
        let differences = match charts(&source).get(golden.idx) {
            Some(chart) => differences(golden, chart),
            None => vec!["the chart was not found".to_owned()],
        };
        exact += usize::from(differences.is_empty());
        report.extend(differences.iter().map(|text| format!("{} #{}: {text}", golden.path, golden.idx)));
    }
    eprintln!("{exact} of {} charts are exact", valid.len());
    assert!(report.is_empty(), "{}", report.join("\n"));
}

#[test]
fn every_file_of_the_corpus_becomes_a_valid_graph_that_is_reachable_throughout() {
    let Some(corpus) = corpus() else { return };
    let files = fs::read_dir(corpus.join("mermaid")).unwrap();
    for path in files.map(|entry| entry.unwrap().path()) {
        if path.extension().is_some_and(|extension| extension == "json") {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let graph = import(&source, Some(Format::Mermaid))
            .unwrap_or_else(|refusal| panic!("{}: {refusal}", path.display()))
            .graph;
        graph.validate().unwrap();
        let reachable = Flow::new(&graph).reachable(&graph, &BTreeMap::new());
        assert!(reachable.into_iter().all(|reached| reached), "{}", path.display());
    }
}
