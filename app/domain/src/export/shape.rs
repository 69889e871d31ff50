//! Which parts of a graph have the form in which people write branches and loops.
//!
//! The branches of CACAO and of Markdown begin at a node, end by themselves, and go on with what follows (CACAO v2.0
//! §4.6 to §4.9). A part of a graph can be written so when nothing leads into it but from that node, and nothing out
//! of it but to the one merge where its branches meet, or, of a loop, back to the node.

use std::cell::Cell;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::graph::{Edge, Flow, Graph, NodeKind};

/// Most ways out of one node that follow from edges at phases: two large phases have a product of them.
const MAX_DERIVED: usize = 20;

/// Most nodes that are looked at to find regions. Of a graph in which every node begins branches that lead through all
/// others, some are then written without a form.
const MAX_VISITS: usize = 1_000_000;

/// A way out of a node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way<'a> {
    /// The position of the node it leads to.
    pub(super) to: usize,
    /// The edge it is, or follows from.
    pub(super) edge: &'a Edge,
    /// Whether it follows from an edge to or from a phase.
    pub(super) derived: bool,
}

impl<'a> Way<'a> {
    /// The name under which it is chosen out of a decision.
    pub(super) fn answer(&self, graph: &'a Graph) -> &'a str {
        self.edge.answer(graph.nodes.get(self.to))
    }
}

/// The part of a graph in which branches lie.
#[derive(Debug)]
pub(super) struct Region {
    inside: HashSet<usize>,
    /// The merge where the branches meet; a loop has none.
    pub(super) merge: Option<usize>,
    /// Of a loop: the position in the ways of its question of the one into its body.
    pub(super) body: Option<usize>,
}

/// The form of a graph.
pub(super) struct Shape<'a> {
    /// Per node its ways out, in the order of the edges.
    pub(super) ways: Vec<Vec<Way<'a>>>,
    /// Per node where branches begin that CACAO has a word for: the part they lie in.
    pub(super) regions: HashMap<usize, Region>,
    /// Where the flow begins.
    pub(super) entries: Vec<usize>,
    /// Phases that hold nodes: they are no steps.
    pub(super) groups: HashSet<usize>,
    /// Merges that lie at the end of a region, and are no steps.
    pub(super) claimed: HashSet<usize>,
    /// Nodes that lie in a region, or at the beginning of one.
    inside: HashSet<usize>,
    before: Vec<Vec<usize>>,
    may_end: bool,
    visits_left: Cell<usize>,
    /// Per node whether the flow begins there.
    begins: Vec<bool>,
}

impl<'a> Shape<'a> {
    /// The form of a valid graph. With `may_end`, branches may also meet at a merge that nothing follows.
    pub(super) fn of(graph: &'a Graph, may_end: bool) -> Self {
        let flow = Flow::new(graph);
        let groups: HashSet<usize> = (0..graph.nodes.len()).filter(|&node| flow.is_group(node)).collect();
        let at_group = |edge: &Edge| {
            [&edge.from, &edge.to].into_iter().any(|id| flow.position(id).is_some_and(|node| groups.contains(&node)))
        };
        let mut ways: Vec<Vec<Way<'_>>> = Vec::new();
        for node in 0..graph.nodes.len() {
            let mut out = flow.outgoing(node).to_vec();
            out.sort_by_key(|&(_, edge)| edge);
            let mut derived_left = MAX_DERIVED;
            let ways_of = out.into_iter().filter_map(|(to, edge)| {
                let edge = &graph.edges[edge];
                let derived = at_group(edge);
                if derived {
                    derived_left = derived_left.checked_sub(1)?;
                }
                Some(Way { to, edge, derived })
            });
            ways.push(ways_of.collect());
        }
        let mut before = vec![Vec::new(); graph.nodes.len()];
        for (node, ways) in ways.iter().enumerate() {
            ways.iter().for_each(|way| before[way.to].push(node));
        }
        let mut begins = vec![false; graph.nodes.len()];
        flow.entries().iter().for_each(|&entry| begins[entry] = true);
        let mut shape = Self {
            ways,
            regions: HashMap::new(),
            entries: flow.entries().to_vec(),
            groups,
            claimed: HashSet::new(),
            inside: HashSet::new(),
            before,
            may_end,
            visits_left: Cell::new(MAX_VISITS),
            begins,
        };
        (0..graph.nodes.len()).for_each(|node| shape.claim(graph, node));
        shape
    }

    /// Whether a way out of a node ends the branch or the body that the node lies in.
    pub(super) fn ends_branch(&self, from: usize, to: usize) -> bool {
        let is_loop = |region: &Region| region.body.is_some() && region.inside.contains(&from);
        self.claimed.contains(&to) || self.regions.get(&to).is_some_and(is_loop)
    }

    /// Whether a node lies in branches or in a body.
    pub(super) fn lies_inside(&self, node: usize) -> bool {
        self.inside.contains(&node)
    }

    /// Keeps the part that begins at a node, when it has a form and none that is kept crosses it.
    fn claim(&mut self, graph: &Graph, node: usize) {
        if self.ways[node].len() < 2 {
            return;
        }
        let is_decision = graph.nodes[node].kind == NodeKind::Decision;
        let found = is_decision.then(|| self.looping(graph, node)).flatten().or_else(|| self.meeting(graph, node));
        let Some(region) = found.filter(|_| self.visit(self.regions.len()).is_some()) else {
            return;
        };
        let crosses = self.regions.iter().any(|(owner, other)| {
            let leaves =
                |merge: Option<usize>, inside: &HashSet<usize>| merge.is_some_and(|merge| !inside.contains(&merge));
            other.merge.is_some() && other.merge == region.merge
                || other.inside.contains(&node) && leaves(region.merge, &other.inside)
                || region.inside.contains(owner) && leaves(other.merge, &region.inside)
        });
        if !crosses {
            self.claimed.extend(region.merge);
            self.inside.extend(region.inside.iter().copied().chain([node]));
            self.regions.insert(node, region);
        }
    }

    /// Takes so many of the visits that are left; `None` when there are not so many.
    fn visit(&self, nodes: usize) -> Option<()> {
        self.visits_left.set(self.visits_left.get().checked_sub(nodes)?);
        Some(())
    }

    /// The body of a loop: one of two ways leads into a part that leads nowhere but back.
    fn looping(&self, graph: &Graph, question: usize) -> Option<Region> {
        let [first, second] = self.ways[question].as_slice() else {
            return None;
        };
        let ways = [first, second];
        if ways.iter().any(|way| way.derived || way.to == question) || first.answer(graph) == second.answer(graph) {
            return None;
        }
        (0..2).find_map(|body| {
            let mut inside = HashSet::new();
            let mut pending = vec![ways[body].to];
            while let Some(node) = pending.pop() {
                self.visit(1)?;
                if node != question && inside.insert(node) {
                    if self.ways[node].is_empty() {
                        return None;
                    }
                    pending.extend(self.ways[node].iter().map(|way| way.to));
                }
            }
            let is_left = inside.contains(&ways[1 - body].to);
            (!is_left && self.is_closed(&inside, question, &inside)).then_some(Region {
                inside,
                merge: None,
                body: Some(body),
            })
        })
    }

    /// The branches that begin at a node, when all of them meet at one merge. Nodes are visited in the order of the
    /// graph, which is that of the flow in all that importers make.
    fn meeting(&self, graph: &Graph, node: usize) -> Option<Region> {
        let mut inside = HashSet::new();
        let mut front: BTreeSet<usize> = self.ways[node].iter().map(|way| way.to).collect();
        while let Some(next) = front.pop_first() {
            self.visit(1)?;
            if front.is_empty() && self.can_join(graph, next) && self.is_closed(&HashSet::from([next]), node, &inside) {
                return self.is_closed(&inside, node, &inside).then_some(Region {
                    inside,
                    merge: Some(next),
                    body: None,
                });
            }
            if next == node || self.ways[next].is_empty() {
                return None;
            }
            inside.insert(next);
            front.extend(self.ways[next].iter().map(|way| way.to).filter(|to| !inside.contains(to)));
        }
        None
    }

    /// Whether a node is a merge that one thing follows, or nothing.
    fn can_join(&self, graph: &Graph, node: usize) -> bool {
        let is_plain = |way: &Way<'_>| way.edge.label.is_none() && !way.derived && way.to != node;
        graph.nodes[node].kind == NodeKind::Merge
            && !self.claimed.contains(&node)
            && match self.ways[node].as_slice() {
                [] => self.may_end,
                [only] => is_plain(only),
                _ => false,
            }
    }

    /// Whether nothing leads to these nodes but from `owner` and from `inside`, and the flow does not begin at them.
    fn is_closed(&self, nodes: &HashSet<usize>, owner: usize, inside: &HashSet<usize>) -> bool {
        let is_known = |from: &usize| *from == owner || inside.contains(from);
        nodes.iter().all(|&node| !self.begins[node] && self.before[node].iter().all(is_known))
    }
}
