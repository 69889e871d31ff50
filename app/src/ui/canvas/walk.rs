//! Where an arrow key leads on the flowchart.
//!
//! Down and Right go on along an edge, Up and Left go back; of several edges the one that was taken, else the one whose
//! other end lies nearest in the direction of the key. Into a phase leads Down from its head, and Up from its first
//! nodes leads out of it. Where no edge leads, the nearest in that direction is the next, so that everything is reached.

use domain::placement::{PlacedNode, Point};

use super::plan::Plan;

/// An arrow key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrow {
    Up,
    Down,
    Left,
    Right,
}

impl Arrow {
    /// The arrow of a key, as browsers name it.
    pub(super) fn of(key: &str) -> Option<Self> {
        match key {
            "ArrowUp" => Some(Self::Up),
            "ArrowDown" => Some(Self::Down),
            "ArrowLeft" => Some(Self::Left),
            "ArrowRight" => Some(Self::Right),
            _ => None,
        }
    }

    /// How far `to` lies from `from` in this direction, and how far to its side.
    fn measure(self, from: Point, to: Point) -> (f32, f32) {
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        match self {
            Self::Up => (-dy, dx.abs()),
            Self::Down => (dy, dx.abs()),
            Self::Left => (-dx, dy.abs()),
            Self::Right => (dx, dy.abs()),
        }
    }
}

/// The node that an arrow leads to from another, by their places in the graph.
pub(super) fn next(
    plan: &Plan,
    placed: &[PlacedNode],
    from: usize,
    arrow: Arrow,
    is_taken: impl Fn(usize) -> bool,
) -> Option<usize> {
    let start = middle(plan, placed, from);
    let nearest = |candidates: &mut dyn Iterator<Item = usize>| {
        candidates.map(|to| (cost(arrow, start, middle(plan, placed, to)), to)).min_by(|a, b| a.0.total_cmp(&b.0))
    };
    let ends = |taken_only: bool| {
        let (plan, is_taken) = (plan, &is_taken);
        let ways = plan.ways_at[from].iter().filter(move |&&way| !taken_only || is_taken(way));
        ways.filter_map(move |&way| {
            let way = &plan.ways[way];
            let (here, there) =
                if matches!(arrow, Arrow::Down | Arrow::Right) { (way.from, way.to) } else { (way.to, way.from) };
            (here == from && there != from).then_some(there)
        })
    };
    let found = nearest(&mut ends(true)).or_else(|| nearest(&mut ends(false).chain(through_border(plan, from, arrow))));
    // Nothing leads there: whatever lies in that direction, unless it only holds this.
    let others = || (0..placed.len()).filter(|&to| to != from && lies_ahead(arrow, start, middle(plan, placed, to)));
    found.or_else(|| nearest(&mut others())).map(|(_, to)| to)
}

/// What lies beyond the head of a phase: from the head down, what the phase is entered at; from there up, the head.
fn through_border(plan: &Plan, from: usize, arrow: Arrow) -> Vec<usize> {
    let is_entry = |node: usize| {
        let comes_from_inside = |&way: &usize| {
            let way = &plan.ways[way];
            way.to == node && way.from != node && plan.holder[way.from] == plan.holder[node] && way.from < node
        };
        !plan.ways_at[node].iter().any(comes_from_inside)
    };
    match arrow {
        Arrow::Down if plan.is_frame[from] => {
            (0..plan.holder.len()).filter(|&node| plan.holder[node] == Some(from) && is_entry(node)).collect()
        }
        Arrow::Up if is_entry(from) => plan.holder[from].into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Where a node is taken to lie: of a frame, its head.
fn middle(plan: &Plan, placed: &[PlacedNode], node: usize) -> Point {
    let rect = placed[node].rect;
    if plan.is_frame[node] { Point { y: rect.y, ..rect.center() } } else { rect.center() }
}

/// The lower, the nearer in the direction; what lies the other way comes last.
fn cost(arrow: Arrow, from: Point, to: Point) -> f32 {
    const BEHIND: f32 = 1.0e6;
    let (ahead, aside) = arrow.measure(from, to);
    if ahead > 0.0 { ahead + 2.0 * aside } else { BEHIND - ahead + aside }
}

/// Whether it lies more ahead than aside.
fn lies_ahead(arrow: Arrow, from: Point, to: Point) -> bool {
    let (ahead, aside) = arrow.measure(from, to);
    ahead > 0.0 && aside <= ahead
}

#[cfg(test)]
mod tests {
    use domain::graph::{Edge, Graph, Node, NodeKind};
    use domain::placement::{Placement, Rect};

    use super::*;

    /// Phase p holds a decision d over yes (left) and no (right), which meet in m; m loops back to d, and leads on to the
    /// phase q beside, which holds only z. Apart, below q, lies x.
    const NODES: [(&str, Option<&str>, f32, f32); 8] = [
        ("p", None, 0.0, 0.0),
        ("d", Some("p"), 100.0, 100.0),
        ("yes", Some("p"), 0.0, 200.0),
        ("no", Some("p"), 200.0, 200.0),
        ("m", Some("p"), 100.0, 300.0),
        ("q", None, 500.0, 0.0),
        ("z", Some("q"), 500.0, 100.0),
        ("x", None, 500.0, 400.0),
    ];

    struct Drawn {
        graph: Graph,
        placement: Placement,
        plan: Plan,
    }

    fn drawn() -> Drawn {
        let mut graph = Graph::default();
        let mut placement = Placement::default();
        for (id, phase, x, y) in NODES {
            let is_phase = ["p", "q"].contains(&id);
            let kind = if is_phase { NodeKind::Phase } else { NodeKind::Step };
            graph.nodes.push(Node { phase: phase.map(NodeId::from), ..Node::new(id, kind, id) });
            let (w, h) = if is_phase { (280.0, 380.0) } else { (80.0, 40.0) };
            placement.nodes.push(PlacedNode { id: id.into(), rect: Rect { x, y, w, h }, lines: Vec::new() });
        }
        let edges = [("d", "yes"), ("d", "no"), ("yes", "m"), ("no", "m"), ("m", "d"), ("m", "z")];
        graph.edges = edges.into_iter().map(|(from, to)| Edge::new(from, to)).collect();
        let plan = Plan::new(&graph, &placement);
        Drawn { graph, placement, plan }
    }

    use domain::ids::NodeId;

    /// Where a series of arrows leads, when these edges were taken.
    fn walk(from: &str, arrows: &[Arrow], taken: &[(&str, &str)]) -> String {
        let Drawn { graph, placement, plan } = drawn();
        let is_taken = |way: usize| {
            let edge = &graph.edges[way];
            taken.contains(&(edge.from.as_str(), edge.to.as_str()))
        };
        let start = plan.position(&from.into()).expect("a node");
        let end =
            arrows.iter().fold(start, |at, &arrow| next(&plan, &placement.nodes, at, arrow, is_taken).unwrap_or(at));
        graph.nodes[end].id.to_string()
    }

    #[test]
    fn down_and_right_go_on_and_up_and_left_go_back() {
        assert_eq!(walk("yes", &[Arrow::Down], &[]), "m");
        assert_eq!(walk("yes", &[Arrow::Right], &[]), "m");
        assert_eq!(walk("yes", &[Arrow::Up], &[]), "d");
        assert_eq!(walk("no", &[Arrow::Left], &[]), "d");
    }

    #[test]
    fn of_several_the_one_that_was_taken_is_next() {
        assert_eq!(walk("d", &[Arrow::Down], &[("d", "no")]), "no");
        assert_eq!(walk("d", &[Arrow::Down], &[("d", "yes")]), "yes");
        assert_eq!(walk("m", &[Arrow::Up], &[("no", "m")]), "no");
    }

    #[test]
    fn of_several_the_nearest_in_the_direction_is_next() {
        assert_eq!(walk("d", &[Arrow::Right], &[]), "no");
        assert_eq!(walk("m", &[Arrow::Right], &[]), "z", "the loop back lies above, not to the right");
        assert_eq!(walk("m", &[Arrow::Left], &[]), "yes");
    }

    #[test]
    fn phases_are_entered_downwards_and_left_upwards() {
        assert_eq!(walk("p", &[Arrow::Down], &[]), "d");
        assert_eq!(walk("d", &[Arrow::Up], &[]), "p");
        assert_eq!(walk("z", &[Arrow::Up], &[]), "q");
        assert_eq!(walk("z", &[Arrow::Left], &[]), "m");
    }

    #[test]
    fn where_no_edge_leads_the_nearest_is_next() {
        assert_eq!(walk("p", &[Arrow::Right], &[]), "q");
        assert_eq!(walk("z", &[Arrow::Down], &[]), "x");
        assert_eq!(walk("x", &[Arrow::Right], &[]), "x", "nothing lies there");
    }

    #[test]
    fn every_node_is_reached_from_the_first() {
        let Drawn { placement, plan, .. } = drawn();
        let mut open = vec![0];
        let mut seen = [false; NODES.len()];
        while let Some(at) = open.pop() {
            if !std::mem::replace(&mut seen[at], true) {
                let arrows = [Arrow::Up, Arrow::Down, Arrow::Left, Arrow::Right];
                open.extend(arrows.into_iter().filter_map(|arrow| next(&plan, &placement.nodes, at, arrow, |_| false)));
            }
        }
        assert_eq!(seen, [true; NODES.len()]);
    }
}
