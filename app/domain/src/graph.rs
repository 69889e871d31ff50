//! The playbook graph: what importers produce, executions run over and the canvas draws.
//!
//! A graph is immutable once stored. It never holds anything about an execution: a status is laid over it from
//! outside. Every question about the shape of the flow (where does it start, what follows, what loops, what can still
//! be reached) is answered here and nowhere else.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::ids::NodeId;

/// Longest label of a node, in characters. The importers cut longer ones and keep the whole in the description.
pub const MAX_LABEL_CHARS: usize = 250;

/// What a node asks of an analyst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NodeKind {
    /// A group of nodes; may itself lie inside another phase.
    Phase,
    /// Something a person does.
    Step,
    /// A question whose answer is one of the labels of its outgoing edges.
    Decision,
    /// A command to run or a tool action to take.
    Execute,
    /// A point where branches come together (or part); nothing to do.
    Merge,
}

impl NodeKind {
    /// Whether the node is work that counts towards progress.
    pub fn is_actionable(self) -> bool {
        matches!(self, Self::Step | Self::Decision | Self::Execute)
    }

    /// The word used on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Phase => "phase",
            Self::Step => "step",
            Self::Decision => "decision",
            Self::Execute => "execute",
            Self::Merge => "merge",
        }
    }

    /// The word used on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Phase => "Phase",
            Self::Step => "Step",
            Self::Decision => "Decision",
            Self::Execute => "Command",
            Self::Merge => "Merge",
        }
    }
}

/// Code that belongs to a node: a command to run, a query, a configuration to apply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Code {
    /// The language named by the source, lower case, when it named one.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub language: Option<String>,
    /// The code, as it stood in the source.
    pub text: String,
}

/// One node of a playbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Node {
    /// Unique in the graph, stable over re-imports.
    pub id: NodeId,
    /// What it asks of an analyst.
    pub kind: NodeKind,
    /// One line of plain text; never empty.
    pub label: String,
    /// Instructions as Markdown; empty when there are none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Code to run or to read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub code: Vec<Code>,
    /// The phase this node lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub phase: Option<NodeId>,
    /// Whether the source calls it optional ("if possible", "if needed").
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub optional: bool,
    /// Where it begins in the source, counted from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub line: Option<u32>,
}

impl Node {
    /// A node with a label and nothing else.
    pub fn new(id: impl Into<NodeId>, kind: NodeKind, label: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            kind,
            label: label.into(),
            description: String::new(),
            code: Vec::new(),
            phase: None,
            optional: false,
            line: None,
        }
    }
}

/// A way from one node to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Edge {
    /// Where it leaves.
    pub from: NodeId,
    /// Where it leads.
    pub to: NodeId,
    /// Out of a decision: the branch. Elsewhere: a remark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    pub label: Option<String>,
}

impl Edge {
    /// An edge without a label.
    pub fn new(from: impl Into<NodeId>, to: impl Into<NodeId>) -> Self {
        Self { from: from.into(), to: to.into(), label: None }
    }

    /// An edge with a label.
    pub fn labelled(from: impl Into<NodeId>, to: impl Into<NodeId>, label: impl Into<String>) -> Self {
        Self { from: from.into(), to: to.into(), label: Some(label.into()) }
    }

    /// The name under which it is chosen out of a decision, given the node it leads to: its label, or that of the node.
    pub fn answer<'a>(&'a self, to: Option<&'a Node>) -> &'a str {
        self.label.as_deref().unwrap_or_else(|| to.map_or(self.to.as_str(), |node| &node.label))
    }
}

/// A playbook as a graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Graph {
    /// The playbook's title.
    pub title: String,
    /// What the playbook says about itself before and around its steps, as Markdown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Words to find it by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// In the order of the source; a phase stands before what lies in it.
    pub nodes: Vec<Node>,
    /// In the order of the source.
    pub edges: Vec<Edge>,
}

/// A structural fault that makes a graph unusable.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GraphError {
    /// Two nodes share an id.
    #[error("two nodes have the id “{0}”")]
    DuplicateId(NodeId),
    /// An edge or a `phase` names a node that is not there.
    #[error("“{from}” refers to “{to}”, which is not in the playbook")]
    Dangling {
        /// The node that refers.
        from: NodeId,
        /// The name that nothing carries.
        to: NodeId,
    },
    /// A node's `phase` is not a phase, or a phase lies inside itself.
    #[error("“{0}” lies in something that is not a phase, or inside itself")]
    BadNesting(NodeId),
}

impl Graph {
    /// Checks that ids are unique, that edges and phases refer to nodes that exist, and that phases nest properly.
    ///
    /// # Errors
    /// The first fault found, in the order of the source.
    pub fn validate(&self) -> Result<(), GraphError> {
        let mut kinds = HashMap::new();
        for node in &self.nodes {
            if kinds.insert(&node.id, node).is_some() {
                return Err(GraphError::DuplicateId(node.id.clone()));
            }
        }
        for edge in &self.edges {
            for end in [&edge.from, &edge.to] {
                if !kinds.contains_key(end) {
                    return Err(GraphError::Dangling { from: edge.from.clone(), to: end.clone() });
                }
            }
        }
        for node in &self.nodes {
            let mut above = node.phase.as_ref();
            let mut depth = 0;
            while let Some(id) = above {
                let Some(phase) = kinds.get(id) else {
                    return Err(GraphError::Dangling { from: node.id.clone(), to: id.clone() });
                };
                depth += 1;
                if phase.kind != NodeKind::Phase || depth > self.nodes.len() {
                    return Err(GraphError::BadNesting(node.id.clone()));
                }
                above = phase.phase.as_ref();
            }
        }
        Ok(())
    }

    /// The node with this id. Linear; use [`Flow`] for repeated look-ups.
    pub fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == *id)
    }

    /// The branches of a decision: the distinct labels of its outgoing edges, in order. An edge without a label is
    /// known by the label of the node it leads to, so that every way out can be chosen. Linear in the graph; for many
    /// decisions ask [`Flow::branches`].
    pub fn branches(&self, decision: &NodeId) -> Vec<String> {
        let out: Vec<&Edge> = self.edges.iter().filter(|edge| edge.from == *decision).collect();
        let targets: HashSet<&NodeId> = out.iter().filter(|edge| edge.label.is_none()).map(|edge| &edge.to).collect();
        let targets = self.nodes.iter().filter(|node| targets.contains(&node.id));
        let targets: HashMap<&NodeId, &Node> = targets.map(|node| (&node.id, node)).collect();
        distinct(out.iter().map(|edge| edge.answer(targets.get(&edge.to).copied())))
    }

    /// How many phases lie in each other where they do so most, the outermost counted as one. The graph must be valid.
    pub fn depth(&self) -> usize {
        let around: HashMap<&NodeId, Option<&NodeId>> =
            self.nodes.iter().map(|node| (&node.id, node.phase.as_ref())).collect();
        let mut depths: HashMap<&NodeId, usize> = HashMap::new();
        let mut deepest = 0;
        for node in &self.nodes {
            let mut chain = Vec::new();
            let mut above = node.phase.as_ref();
            while let Some(phase) = above.filter(|phase| !depths.contains_key(phase) && chain.len() < self.nodes.len())
            {
                chain.push(phase);
                above = around.get(phase).copied().flatten();
            }
            let mut depth = above.and_then(|phase| depths.get(phase).copied()).unwrap_or_default();
            for phase in chain.into_iter().rev() {
                depth += 1;
                depths.insert(phase, depth);
            }
            deepest = deepest.max(depth);
        }
        deepest
    }

    /// SHA-256 over the canonical JSON of the graph, as lower-case hexadecimal. Two graphs have the same hash exactly
    /// if they are equal.
    pub fn hash(&self) -> String {
        let value = serde_json::to_value(self).unwrap_or_default();
        crate::canonical::hex(&Sha256::digest(crate::canonical::to_bytes(&value)))
    }

    /// How many nodes are work that counts towards progress.
    pub fn actionable_count(&self) -> usize {
        self.nodes.iter().filter(|node| node.kind.is_actionable()).count()
    }
}

/// The flow of a graph, resolved to node indices: edges to and from a phase are led to what lies in it.
///
/// Built once per graph; every method is linear in its size.
#[derive(Clone, Debug)]
pub struct Flow {
    index: HashMap<NodeId, usize>,
    /// Per node: (target, position of the edge in `Graph::edges`).
    outgoing: Vec<Vec<(usize, usize)>>,
    incoming_count: Vec<usize>,
    phases: Vec<bool>,
    members: Vec<Vec<usize>>,
    /// Per node, the positions in `Graph::edges` of those that were written from it.
    written: Vec<Vec<usize>>,
    /// Per phase what [`Flow::leaves`] gives; these two are asked for with every change.
    leaves: Vec<Vec<usize>>,
    entries: Vec<usize>,
}

impl Flow {
    /// Resolves a valid graph. Edges that refer to nothing are left out.
    pub fn new(graph: &Graph) -> Self {
        let (mut flow, at_phases) = Self::between_nodes(graph);
        let (entries, exits) = flow.phase_ends();
        for AtPhase { from, to, edge } in at_phases {
            for &source in exits.get(&from).map_or(&[from][..], Vec::as_slice) {
                for &target in entries.get(&to).map_or(&[to][..], Vec::as_slice) {
                    flow.connect(source, target, edge);
                }
            }
        }
        flow.entries = flow.find_entries();
        flow
    }

    /// How many ways a valid graph has between its nodes: an edge between two phases is one from every end of the one
    /// to every beginning of the other. It is counted without making them, since there may be many.
    pub fn count_ways(graph: &Graph) -> usize {
        let (flow, at_phases) = Self::between_nodes(graph);
        let (entries, exits) = flow.phase_ends();
        let count = |ends: &HashMap<usize, Vec<usize>>, node: usize| ends.get(&node).map_or(1, Vec::len);
        let plain: usize = flow.outgoing.iter().map(Vec::len).sum();
        at_phases
            .iter()
            .map(|edge| count(&exits, edge.from).saturating_mul(count(&entries, edge.to)))
            .fold(plain, usize::saturating_add)
    }

    /// The edges between nodes, and those at phases, which are resolved after them: where a phase begins and ends
    /// depends on what leads where in it.
    fn between_nodes(graph: &Graph) -> (Self, Vec<AtPhase>) {
        let count = graph.nodes.len();
        let index: HashMap<NodeId, usize> =
            graph.nodes.iter().enumerate().map(|(position, node)| (node.id.clone(), position)).collect();
        let mut members = vec![Vec::new(); count];
        for (position, node) in graph.nodes.iter().enumerate() {
            if let Some(&phase) = node.phase.as_ref().and_then(|phase| index.get(phase)) {
                members[phase].push(position);
            }
        }
        let phases: Vec<bool> =
            (0..count).map(|node| graph.nodes[node].kind == NodeKind::Phase && !members[node].is_empty()).collect();
        let leaves = (0..count).map(|node| leaves_of(node, &members, &phases)).collect();
        let (outgoing, incoming_count, written) = (vec![Vec::new(); count], vec![0; count], vec![Vec::new(); count]);
        let mut flow = Self { index, outgoing, incoming_count, phases, members, written, leaves, entries: Vec::new() };
        let mut at_phases = Vec::new();
        for (edge, ends) in graph.edges.iter().enumerate() {
            let (Some(from), Some(to)) = (flow.position(&ends.from), flow.position(&ends.to)) else {
                continue;
            };
            flow.written[from].push(edge);
            if flow.phases[from] || flow.phases[to] {
                at_phases.push(AtPhase { from, to, edge });
            } else {
                flow.connect(from, to, edge);
            }
        }
        (flow, at_phases)
    }

    fn connect(&mut self, from: usize, to: usize, edge: usize) {
        self.outgoing[from].push((to, edge));
        self.incoming_count[to] += 1;
    }

    /// For every phase: the members that the flow enters at, and those it leaves from.
    fn phase_ends(&self) -> (HashMap<usize, Vec<usize>>, HashMap<usize, Vec<usize>>) {
        let mut entries = HashMap::new();
        let mut exits = HashMap::new();
        for phase in (0..self.phases.len()).filter(|&node| self.phases[node]) {
            let inside = self.leaves(phase);
            let set: HashSet<usize> = inside.iter().copied().collect();
            let entered: HashSet<usize> =
                inside.iter().flat_map(|&node| self.outgoing[node].iter().map(|&(target, _)| target)).collect();
            let mut first: Vec<usize> = inside.iter().copied().filter(|node| !entered.contains(node)).collect();
            let mut last: Vec<usize> = inside
                .iter()
                .copied()
                .filter(|&node| !self.outgoing[node].iter().any(|(target, _)| set.contains(target)))
                .collect();
            // A phase that is one loop has no end of its own: it is entered at its first node, left from its last.
            if first.is_empty() {
                first.extend(inside.first());
            }
            if last.is_empty() {
                last.extend(inside.last());
            }
            entries.insert(phase, first);
            exits.insert(phase, last);
        }
        (entries, exits)
    }

    /// Everything that lies in a phase at any depth and is no phase with members of its own, in source order.
    pub fn leaves(&self, phase: usize) -> &[usize] {
        &self.leaves[phase]
    }

    /// Position of a node in `Graph::nodes`.
    pub fn position(&self, id: &NodeId) -> Option<usize> {
        self.index.get(id).copied()
    }

    /// Whether the node is a phase that holds something.
    pub fn is_group(&self, node: usize) -> bool {
        self.phases[node]
    }

    /// The direct members of a phase, in source order.
    pub fn members(&self, phase: usize) -> &[usize] {
        &self.members[phase]
    }

    /// Where the flow leads from a node: (target, position of the edge in `Graph::edges`).
    pub fn outgoing(&self, node: usize) -> &[(usize, usize)] {
        &self.outgoing[node]
    }

    /// What [`Graph::branches`] says of the decision at a position, without a search.
    pub fn branches(&self, graph: &Graph, decision: usize) -> Vec<String> {
        distinct(self.written[decision].iter().map(|&edge| self.answer(graph, &graph.edges[edge])))
    }

    fn answer<'a>(&self, graph: &'a Graph, edge: &'a Edge) -> &'a str {
        edge.answer(self.position(&edge.to).map(|to| &graph.nodes[to]))
    }

    /// Where the flow starts: every node that nothing leads to, and for a part that is one loop its first node.
    /// From these, every node is reachable.
    pub fn entries(&self) -> &[usize] {
        &self.entries
    }

    fn find_entries(&self) -> Vec<usize> {
        let count = self.outgoing.len();
        let mut entries: Vec<usize> =
            (0..count).filter(|&node| self.incoming_count[node] == 0 && !self.phases[node]).collect();
        let mut seen = vec![false; count];
        self.walk(&entries, &mut seen, |_| true);
        for node in 0..count {
            if !seen[node] && !self.phases[node] {
                entries.push(node);
                self.walk(&[node], &mut seen, |_| true);
            }
        }
        entries
    }

    fn walk(&self, from: &[usize], seen: &mut [bool], open: impl Fn(usize) -> bool) {
        let mut pending: Vec<usize> = from.to_vec();
        while let Some(node) = pending.pop() {
            if std::mem::replace(&mut seen[node], true) {
                continue;
            }
            pending.extend(
                self.outgoing[node]
                    .iter()
                    .filter(|&&(target, edge)| !seen[target] && open(edge))
                    .map(|&(target, _)| target),
            );
        }
    }

    /// Per node of `graph`, whether it can still be reached when the named branches were taken. A phase can be reached
    /// when anything in it can.
    pub fn reachable(&self, graph: &Graph, taken: &BTreeMap<NodeId, String>) -> Vec<bool> {
        let mut seen = vec![false; self.outgoing.len()];
        let closed: Vec<bool> = graph
            .edges
            .iter()
            .map(|edge| taken.get(&edge.from).is_some_and(|branch| self.answer(graph, edge) != branch))
            .collect();
        self.walk(&self.entries, &mut seen, |edge| !closed[edge]);
        for phase in (0..seen.len()).filter(|&node| self.phases[node]) {
            seen[phase] = self.leaves[phase].iter().any(|&leaf| seen[leaf]);
        }
        seen
    }

    /// Positions in `Graph::edges` of the edges that close a loop, found by a depth-first walk in source order.
    pub fn back_edges(&self) -> Vec<usize> {
        let mut state = vec![0_u8; self.outgoing.len()];
        let mut back = Vec::new();
        for &entry in &self.entries {
            let mut path = vec![(entry, 0)];
            while let Some((node, next)) = path.pop() {
                state[node] = 1;
                match self.outgoing[node].get(next) {
                    None => state[node] = 2,
                    Some(&(target, edge)) => {
                        path.push((node, next + 1));
                        match state[target] {
                            0 => path.push((target, 0)),
                            1 => back.push(edge),
                            _ => {}
                        }
                    }
                }
            }
        }
        back.sort_unstable();
        back.dedup();
        back
    }
}

/// An edge to or from a phase: the positions of its ends, and its own.
struct AtPhase {
    from: usize,
    to: usize,
    edge: usize,
}

/// Every text once, in the order of the first.
fn distinct<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut seen = HashSet::new();
    texts.filter(|text| seen.insert(*text)).map(str::to_owned).collect()
}

/// What lies in a phase, given the members of every node and which nodes are phases that hold something.
fn leaves_of(phase: usize, members: &[Vec<usize>], phases: &[bool]) -> Vec<usize> {
    let mut leaves = Vec::new();
    let mut open = vec![phase];
    while let Some(node) = open.pop() {
        for &member in &members[node] {
            if phases[member] {
                open.push(member);
            } else {
                leaves.push(member);
            }
        }
    }
    leaves.sort_unstable();
    leaves
}
