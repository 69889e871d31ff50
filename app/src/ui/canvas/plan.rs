//! What is known of a drawing before anybody looks at it: which node lies where, what leads where, and the tiles it is
//! cut into. Worked out once from a graph and its placement; never changes.

use std::collections::HashMap;

use domain::graph::{Graph, NodeKind};
use domain::ids::NodeId;
use domain::placement::{Placement, Point, Rect};

use super::tiles::{Tile, group};

/// From so many nodes on, a drawing is cut into tiles; below, hiding costs more than it saves.
const TILED_FROM: usize = 200;
/// How wide and high a tile is, in units of the drawing.
const SPAN: f32 = 800.0;
/// How far the rings and badges of viewers reach beyond their node.
const AROUND_NODE: f32 = 20.0;
/// Half of the room that the label of an edge takes at most.
const LABEL_REACH: (f32, f32) = (90.0, 12.0);

/// An edge, by the places of its nodes in the graph.
pub(super) struct Way {
    pub(super) from: usize,
    pub(super) to: usize,
    /// Of a decision's edge, which branch it is.
    pub(super) branch: Option<String>,
}

/// See the module.
pub(super) struct Plan {
    position: HashMap<NodeId, usize>,
    /// Per node, the phase that holds it.
    pub(super) holder: Vec<Option<usize>>,
    /// Per node, whether it is the frame around others.
    pub(super) is_frame: Vec<bool>,
    /// In the order of the graph's edges.
    pub(super) ways: Vec<Way>,
    /// Per node, the edges that begin or end at it.
    pub(super) ways_at: Vec<Vec<usize>>,
    /// Tiles of frames, edges, labels of edges and nodes, as they lie on each other.
    pub(super) layers: [Vec<Tile>; 4],
    /// Per node, the number of its tile, counted through all layers.
    pub(super) tile_of: Vec<usize>,
}

impl Plan {
    pub(super) fn new(graph: &Graph, placement: &Placement) -> Self {
        let position: HashMap<NodeId, usize> =
            graph.nodes.iter().enumerate().map(|(at, node)| (node.id.clone(), at)).collect();
        let count = graph.nodes.len();
        let mut is_frame = vec![false; count];
        let holder: Vec<Option<usize>> =
            graph.nodes.iter().map(|node| position.get(node.phase.as_ref()?).copied()).collect();
        for &holder in holder.iter().flatten() {
            is_frame[holder] = true;
        }
        let mut ways_at = vec![Vec::new(); count];
        let ends =
            graph.edges.iter().filter_map(|edge| Some((edge, *position.get(&edge.from)?, *position.get(&edge.to)?)));
        let ways: Vec<Way> = ends
            .map(|(edge, from, to)| {
                let is_answer = graph.nodes[from].kind == NodeKind::Decision;
                let branch = is_answer.then(|| edge.answer(graph.nodes.get(to)).to_owned());
                Way { from, to, branch }
            })
            .collect();
        for (at, way) in ways.iter().enumerate() {
            ways_at[way.from].push(at);
            if way.to != way.from {
                ways_at[way.to].push(at);
            }
        }
        let layers = layers(placement, &is_frame);
        let mut tile_of = vec![0; count];
        let first_of_nodes = layers[..3].iter().map(Vec::len).sum::<usize>();
        let numbered = layers[0].iter().enumerate();
        for (number, tile) in numbered.chain(layers[3].iter().enumerate().map(|(at, tile)| (first_of_nodes + at, tile)))
        {
            tile.items.iter().for_each(|&item| tile_of[item] = number);
        }
        Self { position, holder, is_frame, ways, ways_at, layers, tile_of }
    }

    /// The place of a node in the graph.
    pub(super) fn position(&self, id: &NodeId) -> Option<usize> {
        self.position.get(id).copied()
    }

    /// What each tile covers, counted through all layers.
    pub(super) fn tile_bounds(&self) -> Vec<Rect> {
        self.layers.iter().flatten().map(|tile| tile.bounds).collect()
    }
}

fn layers(placement: &Placement, is_frame: &[bool]) -> [Vec<Tile>; 4] {
    let tiled = placement.nodes.len() >= TILED_FROM;
    let (span, frame_span) = if tiled { (SPAN, 0.0) } else { (f32::INFINITY, f32::INFINITY) };
    let nodes = || placement.nodes.iter().map(|placed| grown(placed.rect, AROUND_NODE)).enumerate();
    let edges = placement.edges.iter().map(|placed| around(&placed.points)).enumerate();
    let labels = placement.edges.iter().enumerate().filter_map(|(at, placed)| {
        let Point { x, y } = placed.label_at?;
        let (w, h) = LABEL_REACH;
        Some((at, Rect { x: x - w, y: y - h, w: 2.0 * w, h: 2.0 * h }))
    });
    [
        // Each by itself, so that what holds others is drawn before them.
        group(nodes().filter(|&(at, _)| is_frame[at]), frame_span),
        group(edges, span),
        group(labels, span),
        group(nodes().filter(|&(at, _)| !is_frame[at]), span),
    ]
}

fn grown(rect: Rect, by: f32) -> Rect {
    Rect { x: rect.x - by, y: rect.y - by, w: rect.w + 2.0 * by, h: rect.h + 2.0 * by }
}

/// The box around a way, with room for its arrowhead.
fn around(points: &[Point]) -> Rect {
    let low = points.iter().fold((f32::INFINITY, f32::INFINITY), |low, at| (low.0.min(at.x), low.1.min(at.y)));
    let high = points.iter().fold((0.0_f32, 0.0_f32), |high, at| (high.0.max(at.x), high.1.max(at.y)));
    grown(Rect { x: low.0, y: low.1, w: high.0 - low.0, h: high.1 - low.1 }, 6.0)
}

#[cfg(test)]
mod tests {
    use domain::graph::{Edge, Node};
    use domain::placement::{PlacedEdge, PlacedNode};

    use super::*;

    /// A phase with two steps and an edge between them, drawn; and steps far away to make it large.
    fn drawn(others: usize) -> (Graph, Placement) {
        let mut graph = Graph::default();
        graph.nodes.push(Node::new("p", NodeKind::Phase, "Phase"));
        for id in ["a", "b"] {
            graph.nodes.push(Node { phase: Some("p".into()), ..Node::new(id, NodeKind::Step, id) });
        }
        graph.nodes.extend((0..others).map(|number| Node::new(format!("n{number}"), NodeKind::Step, "Other")));
        graph.edges.push(Edge::labelled("a", "b", "then"));
        let nodes = graph.nodes.iter().zip(0_u16..).map(|(node, at)| PlacedNode {
            id: node.id.clone(),
            rect: Rect { x: 0.0, y: f32::from(at) * 100.0, w: 200.0, h: 60.0 },
            lines: Vec::new(),
        });
        let points = vec![Point { x: 100.0, y: 160.0 }, Point { x: 100.0, y: 200.0 }];
        let edge = PlacedEdge { edge: 0, points, label_at: Some(Point { x: 100.0, y: 180.0 }), back: false };
        let placement = Placement { width: 200.0, height: 400.0, nodes: nodes.collect(), edges: vec![edge] };
        (graph, placement)
    }

    #[test]
    fn it_knows_what_holds_what_and_what_leads_where() {
        let (graph, placement) = drawn(0);
        let plan = Plan::new(&graph, &placement);
        assert_eq!(plan.position(&"b".into()), Some(2));
        assert_eq!(plan.holder, [None, Some(0), Some(0)]);
        assert_eq!(plan.is_frame, [true, false, false]);
        assert_eq!(plan.ways_at, [vec![], vec![0], vec![0]]);
    }

    #[test]
    fn a_small_drawing_is_not_cut() {
        let (graph, placement) = drawn(10);
        let plan = Plan::new(&graph, &placement);
        assert_eq!(plan.layers.each_ref().map(Vec::len), [1, 1, 1, 1]);
        assert_eq!(&plan.tile_of[..3], [0, 3, 3]);
    }

    #[test]
    fn everything_of_a_large_drawing_lies_in_the_tile_it_is_said_to() {
        let (graph, placement) = drawn(400);
        let plan = Plan::new(&graph, &placement);
        let bounds = plan.tile_bounds();
        assert!(plan.layers[3].len() > 10);
        for (at, placed) in placement.nodes.iter().enumerate() {
            assert!(bounds[plan.tile_of[at]].contains(&placed.rect));
        }
    }
}
