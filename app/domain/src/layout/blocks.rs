//! One block: members placed in layers from the top down, and the way of every edge that runs between two of them.
//!
//! The layering is done by dagre. It is given no cycles, no edge from a node to itself and no compound nodes, and only
//! as much as it can bear; a block beyond that is set in plain rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use dagre::graph::{Graph as LayerGraph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, Ranker};

use super::descents::Layers;
use super::effort::Effort;
use super::geometry::{Bounds, Size, around, moved, point};
use super::order::{Arc, layers, open_cycles, topological};
use crate::placement::{Point, Rect};

/// Between nodes side by side.
pub(super) const NODE_GAP: f32 = 28.0;
/// Between layers.
const LAYER_GAP: f32 = 44.0;
/// Between an edge that passes a layer and its neighbours.
const EDGE_GAP: f32 = 20.0;
/// Members without edges are stacked this high before a new column begins.
const STACK: usize = 6;
/// Up to here dagre's best ranking takes less time than a person notices.
const OPTIMAL_RANKING: usize = 150;
/// Members plus layers passed by edges, beyond which dagre takes too long. Also bounds how deep it recurses.
const BEARABLE: usize = 4_000;
/// What all blocks together may ask of dagre ([`Diagram::price`]): about half a second.
pub(super) const LAYERING: usize = 700_000;
/// What a member, or a layer passed by an edge, costs dagre. Each costs more the more of them there are, one for every so many
/// others; and where edges pass between two layers side by side, one for every other.
const PRICE: usize = 60;
const OTHERS: usize = 20;
/// Arcs between the same two members that have ways of their own; more of them share one.
const PARALLEL: usize = 4;
/// Members beyond which dagre recurses too deep for the stack of a server thread.
const BEARABLE_MEMBERS: usize = 1_000;

/// An edge between two members of a block.
pub(super) struct Wire {
    /// Position in `Graph::edges` when the way of the edge is wanted; without it the edge only orders the members.
    pub(super) edge: Option<usize>,
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether the flow as a whole has it lead back.
    pub(super) back: bool,
    /// Room to keep for a label.
    pub(super) label: Option<Size>,
}

/// Members placed relative to the upper left corner of what they cover.
#[derive(Default)]
pub(super) struct Block {
    pub(super) size: Size,
    /// Member and place.
    pub(super) rects: Vec<(usize, Rect)>,
    /// Position in `Graph::edges` and way.
    pub(super) ways: Vec<(usize, Vec<Point>)>,
}

/// Places the members of a block. `sizes` are those of all nodes; `effort` is what is left of [`LAYERING`].
pub(super) fn arrange(members: &[usize], sizes: &[Size], wires: &[Wire], effort: &mut Effort) -> Block {
    let diagram = Diagram::new(members, sizes, wires);
    let price = diagram.price().filter(|price| !diagram.is_chain() && effort.allows(*price));
    let drawing = if let Some(price) = price {
        effort.spend(price);
        diagram.by_dagre()
    } else {
        diagram.in_rows()
    };
    let rects: Vec<Rect> =
        drawing.centers.iter().zip(&diagram.sizes).map(|(&center, &size)| around(center, size)).collect();
    let ways = diagram.ways(&rects, &drawing.bends);
    to_origin(Block { size: Size::default(), rects: members.iter().copied().zip(rects).collect(), ways })
}

/// A block in the terms of the layering: members counted from 0, arcs that form no cycle.
struct Diagram<'a> {
    sizes: Vec<Size>,
    arcs: Vec<Arc>,
    /// Per arc, the wire it stands for and whether it runs against it. Arcs beyond hold up a stack.
    origins: Vec<(&'a Wire, bool)>,
}

/// Where the layering puts the members, and the points its arcs bend at.
struct Drawing {
    centers: Vec<Point>,
    bends: Vec<Vec<Point>>,
}

impl<'a> Diagram<'a> {
    fn new(members: &[usize], sizes: &[Size], wires: &'a [Wire]) -> Self {
        let places: BTreeMap<usize, usize> = members.iter().enumerate().map(|(place, &node)| (node, place)).collect();
        let mut arcs = Vec::new();
        let mut origins = Vec::new();
        let mut known = BTreeSet::new();
        for wire in wires {
            let (Some(&from), Some(&to)) = (places.get(&wire.from), places.get(&wire.to)) else {
                continue;
            };
            // Any number of edges that only order the same two members say no more than one of them.
            if wire.edge.is_some() || known.insert((from, to)) {
                arcs.push(if wire.back { (to, from) } else { (from, to) });
                origins.push((wire, wire.back));
            }
        }
        for (origin, turned) in origins.iter_mut().zip(open_cycles(members.len(), &mut arcs)) {
            origin.1 ^= turned;
        }
        arcs.extend(stacks(members.len(), &arcs));
        Self { sizes: members.iter().map(|&node| sizes[node]).collect(), arcs, origins }
    }

    /// Whether the members follow one another without labels between them: rows draw them as the layering would.
    fn is_chain(&self) -> bool {
        let mut ends = vec![[false; 2]; self.sizes.len()];
        let mut is_free = |&(from, to): &Arc| {
            !std::mem::replace(&mut ends[from][0], true) && !std::mem::replace(&mut ends[to][1], true)
        };
        self.arcs.len() + 1 == self.sizes.len()
            && self.origins.iter().all(|(wire, _)| wire.label.is_none())
            && self.arcs.iter().all(&mut is_free)
    }

    /// What the layering costs; `None` where dagre cannot bear it.
    fn price(&self) -> Option<usize> {
        let layers = layers(self.sizes.len(), &self.arcs);
        let passed: usize = self.arcs.iter().map(|&(from, to)| layers[to] - layers[from]).sum();
        let elements = self.sizes.len() + passed;
        if self.sizes.len() > BEARABLE_MEMBERS || elements > BEARABLE {
            return None;
        }
        // Per gap between two layers, how many edges pass it.
        let mut passing = vec![0_usize; self.sizes.len()];
        for &(from, to) in &self.arcs {
            passing[layers[from]..layers[to]].iter_mut().for_each(|count| *count += 1);
        }
        Some(elements * (PRICE + elements / OTHERS) + passing.iter().map(|count| count * count).sum::<usize>())
    }

    /// Per arc, the one whose way it takes: its own, unless there are many between the same two members.
    fn leaders(&self) -> Vec<usize> {
        let mut parallel: HashMap<Arc, Vec<usize>> = HashMap::new();
        let arcs = self.arcs.iter().enumerate();
        arcs.map(|(arc, ends)| {
            let known = parallel.entry(*ends).or_default();
            if known.len() < PARALLEL {
                known.push(arc);
                arc
            } else {
                known[arc % PARALLEL]
            }
        })
        .collect()
    }

    fn by_dagre(&self) -> Drawing {
        let mut graph: LayerGraph<NodeLabel, EdgeLabel> =
            LayerGraph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
        for (place, size) in self.sizes.iter().enumerate() {
            let label = NodeLabel { width: size.w.into(), height: size.h.into(), ..NodeLabel::default() };
            graph.set_node(place.to_string(), Some(label));
        }
        let leaders = self.leaders();
        for (arc, (from, to)) in self.arcs.iter().enumerate().filter(|(arc, _)| leaders[*arc] == *arc) {
            let room = self.origins.get(arc).and_then(|(wire, _)| wire.label).unwrap_or_default();
            let label = EdgeLabel {
                width: room.w.into(),
                height: room.h.into(),
                labelpos: Default::default(),
                ..EdgeLabel::default()
            };
            graph.set_edge(from.to_string(), to.to_string(), Some(label), Some(&arc.to_string()));
        }
        dagre::layout(&mut graph, Some(self.options()));
        self.read(&graph, &leaders)
    }

    fn options(&self) -> LayoutOptions {
        LayoutOptions {
            nodesep: NODE_GAP.into(),
            edgesep: EDGE_GAP.into(),
            ranksep: LAYER_GAP.into(),
            // The first of equally good orders is the one closest to the source: a first branch stays on the left.
            tie_keep_first: true,
            ranker: if self.sizes.len() <= OPTIMAL_RANKING { Ranker::NetworkSimplex } else { Ranker::TightTree },
            ..LayoutOptions::default()
        }
    }

    fn read(&self, graph: &LayerGraph<NodeLabel, EdgeLabel>, leaders: &[usize]) -> Drawing {
        let centers: Vec<Point> = (0..self.sizes.len())
            .map(|place| {
                let label = graph.node(&place.to_string());
                let x = label.and_then(|label| label.x).unwrap_or_default();
                let y = label.and_then(|label| label.y).unwrap_or_default();
                Point { x: x as f32, y: y as f32 }
            })
            .collect();
        let bends = self.arcs.iter().zip(leaders).map(|((from, to), arc)| {
            let label = graph.edge(&from.to_string(), &to.to_string(), Some(&arc.to_string()));
            let points = label.map_or(&[][..], |label| &label.points);
            // The outermost points are dagre's idea of the border.
            let inner = points.get(1..points.len().saturating_sub(1)).unwrap_or_default();
            inner.iter().map(|at| point(at.x as f32, at.y as f32)).collect()
        });
        Drawing { bends: bends.collect(), centers }
    }

    /// Layers as centred rows, arcs without a bend.
    fn in_rows(&self) -> Drawing {
        let count = self.sizes.len();
        let layers = layers(count, &self.arcs);
        let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for member in topological(count, &self.arcs) {
            rows.entry(layers[member]).or_default().push(member);
        }
        let mut centers = vec![Point { x: 0.0, y: 0.0 }; count];
        let mut top = 0.0;
        for row in rows.values() {
            let width: f32 = row.iter().map(|&member| self.sizes[member].w + NODE_GAP).sum();
            let height = row.iter().map(|&member| self.sizes[member].h).fold(0.0, f32::max);
            let mut left = -width / 2.0;
            for &member in row {
                let size = self.sizes[member];
                centers[member] = point(left + size.w / 2.0, top + height / 2.0);
                left += size.w + NODE_GAP;
            }
            top += height + LAYER_GAP;
        }
        Drawing { centers, bends: vec![Vec::new(); self.arcs.len()] }
    }

    /// The ways of the edges, from border to border and in the direction of the edge.
    fn ways(&self, rects: &[Rect], bends: &[Vec<Point>]) -> Vec<(usize, Vec<Point>)> {
        let layers = Layers::new(rects);
        let mut ways = Vec::new();
        for ((&(from, to), bends), &(wire, turned)) in self.arcs.iter().zip(bends).zip(&self.origins) {
            let Some(edge) = wire.edge else { continue };
            let mut way = layers.descend(&rects[from], &rects[to], bends);
            if turned {
                way.reverse();
            }
            ways.push((edge, way));
        }
        ways
    }
}

/// Arcs that hold members without any other arc in columns.
fn stacks(count: usize, arcs: &[Arc]) -> Vec<Arc> {
    let linked: BTreeSet<usize> = arcs.iter().flat_map(|&(from, to)| [from, to]).collect();
    let alone: Vec<usize> = (0..count).filter(|member| !linked.contains(member)).collect();
    let columns = alone.chunks(STACK);
    columns.flat_map(|column| column.windows(2).map(|pair| (pair[0], pair[1]))).collect()
}

fn to_origin(mut block: Block) -> Block {
    let mut bounds = Bounds::new();
    block.rects.iter().for_each(|(_, rect)| bounds.cover_rect(rect));
    block.ways.iter().flat_map(|(_, way)| way).for_each(|&at| bounds.cover(at));
    let covered = bounds.rect();
    let shift = Point { x: -covered.x, y: -covered.y };
    for (_, rect) in &mut block.rects {
        *rect = moved(*rect, shift);
    }
    for at in block.ways.iter_mut().flat_map(|(_, way)| way) {
        *at = Point { x: at.x + shift.x, y: at.y + shift.y };
    }
    block.size = Size { w: covered.w, h: covered.h };
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_draw_a_chain_as_the_layering_does() {
        let members: Vec<usize> = (0..9).collect();
        let size = |member: usize| Size {
            w: if member.is_multiple_of(3) { 28.0 } else { 248.0 },
            h: 28.0 + 17.0 * (member % 4) as f32,
        };
        let sizes: Vec<Size> = members.iter().map(|&member| size(member)).collect();
        let wire = |from| Wire { edge: Some(from), from, to: from + 1, back: false, label: None };
        let wires: Vec<Wire> = (0..8).map(wire).collect();
        let diagram = Diagram::new(&members, &sizes, &wires);
        let block = |drawing: Drawing| {
            let rects: Vec<Rect> = drawing.centers.iter().zip(&sizes).map(|(&at, &size)| around(at, size)).collect();
            let ways = diagram.ways(&rects, &drawing.bends);
            let block =
                to_origin(Block { size: Size::default(), rects: members.iter().copied().zip(rects).collect(), ways });
            (block.rects, block.ways)
        };
        assert!(diagram.is_chain());
        assert_eq!(block(diagram.in_rows()), block(diagram.by_dagre()));
    }
}
