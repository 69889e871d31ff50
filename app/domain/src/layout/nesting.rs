//! Which node lies in which phase, and at which level of the nesting an edge runs.
//!
//! A *block* is what is laid out at once: the direct members of a phase, or what lies in no phase. Blocks are counted
//! like the nodes of the graph; the outermost one comes last. The graph must be valid.

use crate::graph::{Flow, Graph};

/// The tree of blocks.
pub(super) struct Nesting {
    parents: Vec<usize>,
    depths: Vec<usize>,
    members: Vec<Vec<usize>>,
}

/// An edge seen from the block in which both its ends lie.
pub(super) struct Link {
    /// Position in `Graph::edges`.
    pub(super) edge: usize,
    /// The member of the block that is, or holds, the source.
    pub(super) from: usize,
    /// The member of the block that is, or holds, the target.
    pub(super) to: usize,
    /// Whether the two members are the ends of the edge themselves.
    pub(super) direct: bool,
}

impl Nesting {
    pub(super) fn new(graph: &Graph, flow: &Flow) -> Self {
        let outermost = graph.nodes.len();
        let parents: Vec<usize> = graph
            .nodes
            .iter()
            .map(|node| {
                let phase = node.phase.as_ref().and_then(|phase| flow.position(phase));
                phase.unwrap_or(outermost)
            })
            .collect();
        let mut members = vec![Vec::new(); outermost + 1];
        for (node, &parent) in parents.iter().enumerate() {
            members[parent].push(node);
        }
        let mut nesting = Self { depths: vec![0; outermost], parents, members };
        for node in 0..outermost {
            nesting.depths[node] = nesting.ancestors(node).count();
        }
        nesting
    }

    /// The block of what lies in no phase.
    pub(super) fn outermost(&self) -> usize {
        self.parents.len()
    }

    /// The direct members of a block, in source order.
    pub(super) fn members(&self, block: usize) -> &[usize] {
        &self.members[block]
    }

    /// The block a node lies in.
    pub(super) fn parent(&self, node: usize) -> usize {
        self.parents[node]
    }

    /// Whether the node is a phase that holds something, drawn as a frame.
    pub(super) fn is_frame(&self, node: usize) -> bool {
        !self.members[node].is_empty()
    }

    /// The phases a node lies in, from the inside out.
    pub(super) fn ancestors(&self, node: usize) -> impl Iterator<Item = usize> {
        let above = |node: usize| Some(self.parents[node]).filter(|&parent| parent != self.outermost());
        std::iter::successors(above(node), move |&phase| above(phase))
    }

    /// Whether `phase` holds `node` at any depth.
    pub(super) fn holds(&self, phase: usize, node: usize) -> bool {
        self.ancestors(node).any(|above| above == phase)
    }

    /// All frames, the innermost first.
    pub(super) fn frames_inside_out(&self) -> Vec<usize> {
        let mut frames: Vec<usize> = (0..self.outermost()).filter(|&node| self.is_frame(node)).collect();
        frames.sort_by_key(|&frame| std::cmp::Reverse(self.depths[frame]));
        frames
    }

    /// Per block, the edges that run between different members of it. Edges between a phase and what lies in it run in
    /// no block.
    pub(super) fn links(&self, graph: &Graph, flow: &Flow) -> Vec<Vec<Link>> {
        let mut links: Vec<Vec<Link>> = (0..=self.outermost()).map(|_| Vec::new()).collect();
        for (edge, ends) in graph.edges.iter().enumerate() {
            let (Some(source), Some(target)) = (flow.position(&ends.from), flow.position(&ends.to)) else {
                continue;
            };
            let (from, to) = self.siblings(source, target);
            if from != to {
                links[self.parents[from]].push(Link { edge, from, to, direct: from == source && to == target });
            }
        }
        links
    }

    /// The two nodes, or what holds them, in the block they have in common. Equal when one holds the other.
    pub(super) fn siblings(&self, mut left: usize, mut right: usize) -> (usize, usize) {
        while self.depths[left] > self.depths[right] {
            left = self.parents[left];
        }
        while self.depths[right] > self.depths[left] {
            right = self.parents[right];
        }
        while self.parents[left] != self.parents[right] {
            left = self.parents[left];
            right = self.parents[right];
        }
        (left, right)
    }
}
