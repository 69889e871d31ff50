//! Our reading of flowcharts against that of Mermaid.js: the judge of both is a file that Mermaid.js wrote.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::import::mermaid::{Chart, Stroke, charts};

/// A chart as Mermaid.js reads it.
#[derive(Debug, Deserialize)]
pub struct Golden {
    /// The file that it lies in.
    pub path: String,
    /// Which chart of the file, from 0.
    pub idx: usize,
    /// Whether Mermaid.js could read it.
    pub ok: bool,
    #[serde(default)]
    nodes: Vec<GoldenNode>,
    #[serde(default)]
    edges: Vec<GoldenEdge>,
    #[serde(default)]
    subs: Vec<GoldenSubgraph>,
}

#[derive(Debug, Deserialize)]
struct GoldenNode {
    id: String,
    text: String,
    r#type: Option<String>,
}

#[derive(Debug, Deserialize)]
struct GoldenEdge {
    s: String,
    t: String,
    text: String,
    stroke: String,
}

#[derive(Debug, Deserialize)]
struct GoldenSubgraph {
    id: String,
    title: String,
    nodes: Vec<String>,
}

/// The charts that a file of goldens tells of.
///
/// # Errors
/// When it is no such file.
pub fn goldens(json: &str) -> Result<Vec<Golden>, serde_json::Error> {
    serde_json::from_str(json)
}

impl Golden {
    /// What we read otherwise than Mermaid.js in the text of its file, in words; empty when it is exact.
    pub fn differences(&self, source: &str) -> Vec<String> {
        match charts(source).get(self.idx) {
            Some(chart) => differences(self, chart),
            None => vec!["the chart was not found".to_owned()],
        }
    }
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
