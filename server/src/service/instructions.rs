//! What the nodes of a graph say in full, apart from the graph.

use domain::api::Instructions;
use domain::graph::{Graph, Node};
use domain::legible::legible;

/// The instructions of every node that has any.
pub(super) fn of_nodes(nodes: &[Node]) -> Vec<Instructions> {
    nodes
        .iter()
        .filter(|node| !node.description.is_empty() || !node.code.is_empty())
        .map(|node| Instructions { node_id: node.id.clone(), text: node.description.clone(), code: node.code.clone() })
        .collect()
}

/// The graph as the page of an execution shows it: without what the instructions hold, with labels that can be read.
pub(super) fn without_instructions(graph: &Graph) -> Graph {
    let mut graph = graph.clone();
    for node in &mut graph.nodes {
        node.label = legible(&node.label).into_owned();
        node.description.clear();
        node.code.clear();
    }
    graph
}
