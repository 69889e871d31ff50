//! From a graph to its drawing: layered, phases as frames, side by side like the columns of a board.
//!
//! Worked out from the inside out. The members of a phase are laid out as a block (`blocks`); its frame is one member
//! of the block around it. On the outermost level, phases stand as columns (`columns`) from left to right. Edges
//! inside a block come with it; those that leave one are routed (`routes`) once everything has its place.
//!
//! The same graph always gives the same drawing. No two nodes overlap unless one is the frame of the other, what lies
//! in a phase is drawn inside its frame, and every edge begins and ends at the border of its nodes.

mod blocks;
mod columns;
mod descents;
mod effort;
mod geometry;
mod labels;
mod nesting;
mod order;
mod routes;
mod squares;
mod streets;
#[cfg(test)]
mod tests;
mod text;
mod tracks;

use std::collections::HashMap;

use self::blocks::{Block, LAYERING, Wire, arrange};
use self::effort::Effort;
use self::geometry::{Bounds, Size, moved, snap};
use self::labels::Labels;
use self::nesting::{Link, Nesting};
use self::routes::Router;
use crate::graph::{Edge, Flow, Graph, Node, NodeKind};
use crate::placement::{PlacedEdge, PlacedNode, Placement, Point, Rect};

/// Around the whole drawing.
const MARGIN: f32 = 24.0;
const NODE_WIDTH: f32 = 248.0;
/// Height of a node without any line of text: padding and a line for the status.
const NODE_BASE: f32 = 44.0;
const LINE_HEIGHT: f32 = 17.0;
const MAX_LINES: usize = 3;
/// Left of and right of the text of a node, and the icon before it.
const TEXT_INSET: f32 = 2.0 * 14.0 + 24.0;
/// Around the label of a frame: the icon of its status before it, and the count of what is done after it.
const HEADER_INSET: f32 = 36.0 + 76.0;
const MERGE: Size = Size { w: 28.0, h: 28.0 };
/// The strip of a frame that carries its label.
const HEADER: f32 = 32.0;
/// Between a frame, or its header, and what lies in it.
const FRAME_PADDING: f32 = 20.0;

/// Lays out a graph. A graph that is not [valid](Graph::validate) has an empty drawing.
pub fn layout(graph: &Graph) -> Placement {
    if graph.validate().is_err() || graph.nodes.is_empty() {
        return Placement::default();
    }
    let flow = Flow::new(graph);
    let mut back = vec![false; graph.edges.len()];
    for edge in flow.back_edges() {
        back[edge] = true;
    }
    let nesting = Nesting::new(graph, &flow);
    let plan = Plan::new(graph, &nesting, &nesting.links(graph, &flow), &back);
    let rects = plan.rects(&nesting);
    let ways = ways(graph, &flow, &nesting, &plan, &rects);
    finish(graph, &nesting, rects, ways, &back)
}

/// Every block laid out, and where those on the outermost level stand.
struct Plan {
    /// Per frame, what lies in it.
    inner: Vec<Block>,
    outer: Vec<(Block, Point)>,
    sizes: Vec<Size>,
    /// The middles of the gaps above, between and below rows of columns; none when the outermost level is one block.
    streets: Vec<f32>,
}

impl Plan {
    fn new(graph: &Graph, nesting: &Nesting, links: &[Vec<Link>], back: &[bool]) -> Self {
        let mut wires: Vec<Vec<Wire>> = links.iter().map(|links| wires(graph, links, back)).collect();
        let mut effort = Effort::new(LAYERING);
        let mut sizes: Vec<Size> = graph.nodes.iter().map(node_size).collect();
        let mut inner: Vec<Block> = graph.nodes.iter().map(|_| Block::default()).collect();
        for frame in nesting.frames_inside_out() {
            let block = arrange(nesting.members(frame), &sizes, &wires[frame], &mut effort);
            sizes[frame] = Size {
                w: block.size.w.max(NODE_WIDTH) + 2.0 * FRAME_PADDING,
                h: block.size.h + 2.0 * FRAME_PADDING + HEADER,
            };
            inner[frame] = block;
        }
        let outermost = nesting.outermost();
        let members = nesting.members(outermost);
        let frames = members.iter().filter(|&&member| nesting.is_frame(member)).count();
        let groups = if frames < 2 { vec![members.to_vec()] } else { columns::split(nesting, &links[outermost], back) };
        let wires = inside(&groups, wires.swap_remove(outermost));
        let blocks = groups.iter().zip(&wires).map(|(group, wires)| arrange(group, &sizes, wires, &mut effort));
        let blocks: Vec<Block> = blocks.collect();
        let block_sizes: Vec<Size> = blocks.iter().map(|block| block.size).collect();
        let shelves = columns::shelve(&block_sizes);
        Self {
            inner,
            outer: blocks.into_iter().zip(shelves.corners).collect(),
            sizes,
            streets: if frames < 2 { Vec::new() } else { shelves.streets },
        }
    }

    /// Where every node lies in the drawing.
    fn rects(&self, nesting: &Nesting) -> Vec<Rect> {
        let mut rects = vec![Rect::default(); self.sizes.len()];
        for (block, corner) in &self.outer {
            for &(node, rect) in &block.rects {
                rects[node] = moved(rect, *corner);
            }
        }
        for frame in nesting.frames_inside_out().into_iter().rev() {
            let block = &self.inner[frame];
            let corner = content_corner(&rects[frame], block);
            for &(node, rect) in &block.rects {
                rects[node] = moved(rect, corner);
            }
        }
        rects
    }

    /// The ways drawn with the blocks: position in `Graph::edges` and way.
    fn ways(&self, rects: &[Rect]) -> impl Iterator<Item = (usize, Vec<Point>)> {
        let outer = self.outer.iter().map(|(block, corner)| (block, *corner));
        let inner = self.inner.iter().zip(rects).map(|(block, rect)| (block, content_corner(rect, block)));
        outer.chain(inner).flat_map(|(block, corner)| {
            block.ways.iter().map(move |(edge, way)| {
                let way = way.iter().map(|at| Point { x: at.x + corner.x, y: at.y + corner.y });
                (*edge, way.collect())
            })
        })
    }
}

/// Where the content of a frame begins: below the header, in the middle.
fn content_corner(frame: &Rect, content: &Block) -> Point {
    Point { x: snap(frame.x + (frame.w - content.size.w) / 2.0), y: frame.y + HEADER + FRAME_PADDING }
}

fn wires(graph: &Graph, links: &[Link], back: &[bool]) -> Vec<Wire> {
    let wire = |link: &Link| Wire {
        edge: link.direct.then_some(link.edge),
        from: link.from,
        to: link.to,
        back: back[link.edge],
        label: graph.edges[link.edge].label.as_deref().filter(|_| link.direct).map(labels::size),
    };
    links.iter().map(wire).collect()
}

/// Per group of members, the wires that stay in it.
fn inside(groups: &[Vec<usize>], wires: Vec<Wire>) -> Vec<Vec<Wire>> {
    let group_of: HashMap<usize, usize> = groups
        .iter()
        .enumerate()
        .flat_map(|(position, group)| group.iter().map(move |&member| (member, position)))
        .collect();
    let mut inside: Vec<Vec<Wire>> = groups.iter().map(|_| Vec::new()).collect();
    for wire in wires {
        if let (Some(&from), Some(to)) = (group_of.get(&wire.from), group_of.get(&wire.to))
            && from == *to
        {
            inside[from].push(wire);
        }
    }
    inside
}

fn node_size(node: &Node) -> Size {
    if node.kind == NodeKind::Merge {
        return MERGE;
    }
    Size { w: NODE_WIDTH, h: NODE_BASE + LINE_HEIGHT * node_lines(node).len() as f32 }
}

fn node_lines(node: &Node) -> Vec<String> {
    if node.kind == NodeKind::Merge {
        return Vec::new();
    }
    let wrapped = |line: &str| text::wrap(line, NODE_WIDTH - TEXT_INSET, MAX_LINES);
    let lines: Vec<String> = written_lines(node).into_iter().flat_map(wrapped).collect();
    if lines.len() <= MAX_LINES { lines } else { wrapped(&node.label) }
}

/// The lines in which a label was written: those at the beginning of the description that say the same, which is where an
/// importer keeps them.
fn written_lines(node: &Node) -> Vec<&str> {
    let mut lines = Vec::new();
    let mut left = node.label.as_str();
    for line in node.description.lines().take(MAX_LINES).map(str::trim) {
        match left.strip_prefix(line) {
            Some("") if !line.is_empty() => {
                lines.push(line);
                return lines;
            }
            Some(rest) if rest.starts_with(' ') && !line.is_empty() => {
                lines.push(line);
                left = &rest[1..];
            }
            _ => break,
        }
    }
    vec![&node.label]
}

/// The way of every edge, in the order of the graph.
fn ways(graph: &Graph, flow: &Flow, nesting: &Nesting, plan: &Plan, rects: &[Rect]) -> Vec<Vec<Point>> {
    let ends: Vec<(usize, usize)> =
        graph.edges.iter().filter_map(|edge| Some((flow.position(&edge.from)?, flow.position(&edge.to)?))).collect();
    let mut ways: Vec<Vec<Point>> = vec![Vec::new(); ends.len()];
    let mut router = Router::new(nesting, rects, &plan.streets);
    for (edge, way) in plan.ways(rects) {
        let (from, to) = ends[edge];
        ways[edge] = router.settle(way, from, to);
    }
    for (way, &(from, to)) in ways.iter_mut().zip(&ends) {
        if way.is_empty() {
            *way = router.route(from, to);
        }
    }
    ways
}

/// Places the labels and moves everything to the margin.
fn finish(graph: &Graph, nesting: &Nesting, rects: Vec<Rect>, ways: Vec<Vec<Point>>, back: &[bool]) -> Placement {
    let mut bounds = Bounds::new();
    rects.iter().for_each(|rect| bounds.cover_rect(rect));
    ways.iter().flatten().for_each(|&at| bounds.cover(at));
    let mut labels = Labels::new(unlabelled_space(nesting, &rects), &ways);
    let mut place = |(at, (edge, way)): (usize, (&Edge, &Vec<Point>))| {
        let label = edge.label.as_deref()?;
        let is_loop = edge.from == edge.to;
        Some(if is_loop { labels.place_beside(at, way, label) } else { labels.place_on(at, way, label) })
    };
    let label_rects: Vec<Option<Rect>> = graph.edges.iter().zip(&ways).enumerate().map(&mut place).collect();
    label_rects.iter().flatten().for_each(|rect| bounds.cover_rect(rect));
    let covered = bounds.rect();
    let shift = Point { x: MARGIN - covered.x, y: MARGIN - covered.y };
    let shifted = |at: Point| geometry::point(at.x + shift.x, at.y + shift.y);
    let nodes = graph.nodes.iter().zip(rects).enumerate().map(|(node, (source, rect))| PlacedNode {
        id: source.id.clone(),
        rect: moved(rect, shift),
        lines: if nesting.is_frame(node) {
            text::wrap(&source.label, rect.w - HEADER_INSET, 1)
        } else {
            node_lines(source)
        },
    });
    let edges = ways.into_iter().zip(label_rects).enumerate().map(|(edge, (way, label))| PlacedEdge {
        edge,
        points: way.into_iter().map(shifted).collect(),
        label_at: label.map(|rect| shifted(rect.center())),
        back: back[edge],
    });
    Placement {
        width: covered.w + 2.0 * MARGIN,
        height: covered.h + 2.0 * MARGIN,
        nodes: nodes.collect(),
        edges: edges.collect(),
    }
}

/// What the labels of edges must not cover: nodes, and the headers of frames.
fn unlabelled_space(nesting: &Nesting, rects: &[Rect]) -> Vec<Rect> {
    let solid = |(node, &rect): (usize, &Rect)| {
        if nesting.is_frame(node) { Rect { h: HEADER, ..rect } } else { rect }
    };
    rects.iter().enumerate().map(solid).collect()
}
