//! A graph as JSON of our own: nothing is lost but the lines of the former source.

use serde::Serialize;

use crate::graph::Graph;
use crate::import::json::{FORMAT, FORMAT_VERSION};

/// The JSON Schema (draft 2020-12) of what [`json`] writes.
pub const JSON_SCHEMA: &str = include_str!("playbook.schema.json");

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    format_version: u64,
    #[serde(flatten)]
    graph: &'a Graph,
}

/// The JSON of a graph, for people as well: indented, and with the title first.
pub fn json(graph: &Graph) -> String {
    let mut graph = graph.clone();
    graph.nodes.iter_mut().for_each(|node| node.line = None);
    let document = Document { format: FORMAT, format_version: FORMAT_VERSION, graph: &graph };
    // A graph is texts, flags and lists of them, which no serialiser refuses.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
