//! Makes a graph valid whose references were written by somebody else.
//!
//! Nothing but references is changed: a node that refers to nothing loses the reference, never its text.

use std::collections::{HashMap, HashSet};

use super::issues::Issues;
use crate::graph::{Graph, Node, NodeKind};
use crate::ids::NodeId;

/// Removes references to what is not there, takes phases out of themselves, and puts every phase before what lies in
/// it. Ids must be unique already; `edge_lines` are the lines of the edges.
pub(super) fn repair(graph: &mut Graph, edge_lines: &[u32], issues: &mut Issues) {
    repair_phases(&mut graph.nodes, issues);
    order(&mut graph.nodes);
    let known: HashSet<&NodeId> = graph.nodes.iter().map(|node| &node.id).collect();
    let mut lines = edge_lines.iter().copied();
    graph.edges.retain(|edge| {
        let line = lines.next().unwrap_or(1);
        let gone = [&edge.from, &edge.to].into_iter().find(|id| !known.contains(id));
        if let Some(gone) = gone {
            issues.warning(line, format!("There is no node “{gone}”; the edge to or from it was left out."));
        }
        gone.is_none()
    });
}

fn repair_phases(nodes: &mut [Node], issues: &mut Issues) {
    let phases: HashSet<NodeId> =
        nodes.iter().filter(|node| node.kind == NodeKind::Phase).map(|node| node.id.clone()).collect();
    // Phases that are known to lie in no circle.
    let mut sound: HashSet<NodeId> = HashSet::new();
    let mut around: HashMap<NodeId, NodeId> = HashMap::new();
    for node in nodes.iter_mut() {
        let (line, Some(phase)) = (node.line.unwrap_or(1), node.phase.clone()) else {
            continue;
        };
        if !phases.contains(&phase) {
            issues.warning(line, format!("“{}” lies in “{phase}”, which is no phase; it lies in none now.", node.id));
            node.phase = None;
        } else if node.kind == NodeKind::Phase {
            around.insert(node.id.clone(), phase);
        }
    }
    for node in nodes.iter_mut().filter(|node| node.kind == NodeKind::Phase) {
        let mut path = HashSet::from([node.id.clone()]);
        let mut above = around.get(&node.id);
        while let Some(id) = above.filter(|id| !sound.contains(*id)) {
            if !path.insert(id.clone()) {
                break;
            }
            above = around.get(id);
        }
        if above.is_some_and(|id| path.contains(id)) {
            let line = node.line.unwrap_or(1);
            issues.warning(line, format!("The phase “{}” lies in itself; it lies in none now.", node.id));
            around.remove(&node.id);
            node.phase = None;
        }
        sound.extend(path);
    }
}

/// Puts every phase before what lies in it, and changes the order in no other way.
fn order(nodes: &mut Vec<Node>) {
    let positions: HashMap<NodeId, usize> =
        nodes.iter().enumerate().map(|(position, node)| (node.id.clone(), position)).collect();
    let mut waiting: Vec<Option<Node>> = nodes.drain(..).map(Some).collect();
    for position in 0..waiting.len() {
        let around = |position: usize, waiting: &[Option<Node>]| {
            let phase = waiting[position].as_ref()?.phase.as_ref()?;
            positions.get(phase).copied()
        };
        let mut chain = vec![position];
        while let Some(phase) = chain.last().and_then(|&last| around(last, &waiting)) {
            chain.push(phase);
        }
        nodes.extend(chain.into_iter().rev().filter_map(|position| waiting[position].take()));
    }
}
