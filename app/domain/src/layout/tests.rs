//! What holds for every drawing, on chosen and on random graphs.

use proptest::prelude::*;

use super::*;
use crate::ids::NodeId;

const EPSILON: f32 = 0.01;

fn step(id: &str, phase: Option<&str>) -> Node {
    Node {
        phase: phase.map(NodeId::from),
        ..Node::new(id, NodeKind::Step, format!("Step {id} with a label of two lines"))
    }
}

fn phase(id: &str, inside: Option<&str>) -> Node {
    Node { phase: inside.map(NodeId::from), ..Node::new(id, NodeKind::Phase, format!("Phase {id}")) }
}

fn graph(nodes: Vec<Node>, edges: &[(&str, &str)]) -> Graph {
    let edges = edges.iter().map(|&(from, to)| Edge::new(from, to)).collect();
    Graph { nodes, edges, ..Graph::default() }
}

#[test]
fn a_label_is_drawn_in_the_lines_in_which_it_was_written_as_far_as_they_find_room() {
    let lines = |label: &str, description: &str| {
        node_lines(&Node { description: description.into(), ..Node::new("a", NodeKind::Step, label) })
    };
    assert_eq!(lines("Isolate (ask first)", "Isolate\n(ask first)"), ["Isolate", "(ask first)"]);
    assert_eq!(lines("Isolate (ask first)", "Isolate\n(ask first)\n\nAnd more."), ["Isolate", "(ask first)"]);
    assert_eq!(lines("Isolate it", "Isolate\nsomething else"), ["Isolate it"]);
    assert_eq!(lines("Isolate it", ""), ["Isolate it"]);
    assert!(lines("a b c d e f g", "a\nb\nc\nd\ne\nf\ng").len() <= MAX_LINES);
}

/// Phases of a few steps each: a chain with a branch that comes together again, and a way on to the next phase.
fn playbook(phases: usize, steps: usize) -> Graph {
    let mut playbook = Graph::default();
    let mut last: Option<String> = None;
    for phase_number in 0..phases {
        let name = format!("p{phase_number}");
        playbook.nodes.push(phase(&name, None));
        for number in 0..steps {
            let id = format!("{name}s{number}");
            let mut node = step(&id, Some(&name));
            let mut edge = last.as_ref().map(|last| Edge::new(last.as_str(), id.as_str()));
            match number % 6 {
                2 => node.kind = NodeKind::Decision,
                3 => edge.iter_mut().for_each(|edge| edge.label = Some("Yes".into())),
                4 => edge = Some(Edge::labelled(format!("{name}s{}", number - 2), id.as_str(), "No")),
                5 => {
                    node.kind = NodeKind::Merge;
                    playbook.edges.push(Edge::new(format!("{name}s{}", number - 2), id.as_str()));
                }
                _ => {}
            }
            playbook.nodes.push(node);
            playbook.edges.extend(edge);
            last = Some(id);
        }
    }
    playbook
}

fn rect(placement: &Placement, id: &str) -> Rect {
    let found = placement.nodes.iter().find(|node| node.id.as_str() == id);
    found.expect("a placed node").rect
}

fn is_on_border(rect: &Rect, at: Point) -> bool {
    let grown = |by: f32| {
        rect.x - by <= at.x && at.x <= rect.x + rect.w + by && rect.y - by <= at.y && at.y <= rect.y + rect.h + by
    };
    grown(EPSILON) && !grown(-EPSILON)
}

fn is_on_grid(value: f32) -> bool {
    (value * 2.0).fract() == 0.0
}

/// Panics where a drawing breaks what the module promises.
fn check(graph: &Graph, placement: &Placement) {
    assert_eq!(graph.nodes.len(), placement.nodes.len());
    assert_eq!(graph.edges.len(), placement.edges.len());
    let flow = Flow::new(graph);
    let nesting = Nesting::new(graph, &flow);
    let canvas = Rect { x: 0.0, y: 0.0, w: placement.width, h: placement.height };
    for (left, placed) in placement.nodes.iter().enumerate() {
        assert_eq!(placed.id, graph.nodes[left].id);
        assert!(canvas.contains(&placed.rect), "{} lies outside of the drawing", placed.id);
        assert!(is_on_grid(placed.rect.x) && is_on_grid(placed.rect.y), "{} is off the grid", placed.id);
        for (right, other) in placement.nodes.iter().enumerate().skip(left + 1) {
            if nesting.holds(left, right) {
                assert!(placed.rect.contains(&other.rect), "{} is outside of {}", other.id, placed.id);
            } else if nesting.holds(right, left) {
                assert!(other.rect.contains(&placed.rect), "{} is outside of {}", placed.id, other.id);
            } else {
                assert!(!placed.rect.overlaps(&other.rect), "{} overlaps {}", placed.id, other.id);
            }
        }
    }
    for (position, (edge, placed)) in graph.edges.iter().zip(&placement.edges).enumerate() {
        assert_eq!(placed.edge, position);
        assert!(placed.points.len() >= 2, "edge {position} has no way");
        let (first, last) = (placed.points[0], placed.points[placed.points.len() - 1]);
        for (id, end) in [(&edge.from, first), (&edge.to, last)] {
            let node = &placement.nodes[flow.position(id).expect("a node")];
            assert!(is_on_border(&node.rect, end), "edge {position} misses {id}: {end:?} {:?}", node.rect);
        }
        assert_eq!(edge.label.is_some(), placed.label_at.is_some());
        for at in placed.points.iter().chain(&placed.label_at) {
            assert!(is_on_grid(at.x) && is_on_grid(at.y), "edge {position} is off the grid");
            let inside = 0.0 <= at.x && at.x <= placement.width && 0.0 <= at.y && at.y <= placement.height;
            assert!(inside, "edge {position} leaves the drawing");
        }
    }
}

#[test]
fn an_empty_and_an_invalid_graph_have_an_empty_drawing() {
    assert_eq!(layout(&Graph::default()), Placement::default());
    assert_eq!(layout(&graph(vec![step("a", None)], &[("a", "b")])), Placement::default());
}

#[test]
fn without_phases_the_flow_runs_down() {
    let graph = graph(vec![step("a", None), step("b", None), step("c", None)], &[("a", "b"), ("b", "c"), ("c", "a")]);
    let placement = layout(&graph);
    check(&graph, &placement);
    assert!(bottom_of(&placement, "a") < rect(&placement, "b").y);
    assert!(bottom_of(&placement, "b") < rect(&placement, "c").y);
    assert_eq!(placement.edges.iter().map(|edge| edge.back).collect::<Vec<_>>(), [false, false, true]);
}

fn bottom_of(placement: &Placement, id: &str) -> f32 {
    let rect = rect(placement, id);
    rect.y + rect.h
}

#[test]
fn phases_stand_side_by_side_in_the_order_of_the_flow() {
    let nodes = vec![phase("late", None), step("l", Some("late")), phase("early", None), step("e", Some("early"))];
    let graph = graph(nodes, &[("e", "l")]);
    let placement = layout(&graph);
    check(&graph, &placement);
    let (early, late) = (rect(&placement, "early"), rect(&placement, "late"));
    assert!(early.x + early.w < late.x);
    assert_eq!(early.y, late.y);
}

#[test]
fn a_small_edit_moves_nothing_outside_of_its_phase() {
    let before = playbook(3, 7);
    let drawn = layout(&before);
    let mut longer = before.clone();
    longer.nodes.push(step("more", Some("p1")));
    longer.edges.push(Edge::new("p1s6", "more"));
    let redrawn = layout(&longer);
    check(&longer, &redrawn);
    let elsewhere = |node: &&Node| node.phase.as_ref().is_none_or(|phase| phase.as_str() != "p1");
    for node in before.nodes.iter().filter(elsewhere).filter(|node| node.id.as_str() != "p1") {
        assert_eq!(rect(&drawn, node.id.as_str()), rect(&redrawn, node.id.as_str()), "{}", node.id);
    }
    let mut reworded = before.clone();
    reworded.nodes[2].label = "Other words of about that length".to_owned();
    let rects = |placement: &Placement| placement.nodes.iter().map(|node| node.rect).collect::<Vec<_>>();
    assert_eq!(rects(&layout(&reworded)), rects(&drawn));
}

#[test]
fn loose_nodes_that_hang_together_form_one_column() {
    let nodes = vec![
        step("a", None),
        step("b", None),
        phase("p", None),
        step("c", Some("p")),
        phase("q", None),
        step("d", Some("q")),
        step("end", None),
    ];
    let placement = layout(&graph(nodes, &[("a", "b"), ("b", "c"), ("c", "d"), ("d", "end")]));
    assert_eq!(rect(&placement, "a").x, rect(&placement, "b").x);
    assert!(rect(&placement, "q").x < rect(&placement, "end").x);
}

#[test]
fn many_phases_wrap_into_rows_that_fit_a_screen() {
    let graph = playbook(8, 3);
    let placement = layout(&graph);
    check(&graph, &placement);
    assert!(rect(&placement, "p7").y > rect(&placement, "p0").y);
    assert!(placement.width < 4.0 * placement.height);
}

#[test]
fn steps_without_any_edge_are_stacked() {
    let ids: Vec<String> = (0..9).map(|number| number.to_string()).collect();
    let graph = graph(ids.iter().map(|id| step(id, None)).collect(), &[]);
    let placement = layout(&graph);
    check(&graph, &placement);
    assert!(placement.width < 600.0);
}

#[test]
fn sizes_follow_the_text() {
    let mut nodes = vec![step("a", None), step("b", None), step("c", None), step("d", None)];
    nodes[0].label = "Short".into();
    nodes[1].label = "a label that needs a second line".into();
    nodes[2].label = "word ".repeat(60);
    nodes[3].kind = NodeKind::Merge;
    let placement = layout(&graph(nodes, &[("a", "b"), ("b", "c"), ("c", "d")]));
    let heights: Vec<f32> = placement.nodes.iter().map(|node| node.rect.h).collect();
    assert_eq!(heights, [61.0, 78.0, 95.0, 28.0]);
    assert!(placement.nodes[2].lines[2].ends_with('…'));
    assert!(placement.nodes[3].lines.is_empty());
}

#[test]
fn edges_at_phases_and_their_members_end_at_frames() {
    let nodes = vec![
        phase("p", None),
        step("a", Some("p")),
        phase("inner", Some("p")),
        step("b", Some("inner")),
        phase("q", None),
        step("c", Some("q")),
        phase("empty", None),
    ];
    let edges =
        [("p", "q"), ("p", "b"), ("b", "p"), ("p", "p"), ("inner", "q"), ("a", "inner"), ("q", "empty"), ("c", "a")];
    let graph = graph(nodes, &edges);
    check(&graph, &layout(&graph));
}

#[test]
fn parallel_edges_and_opposite_edges_take_different_ways() {
    let nodes =
        vec![phase("p", None), step("a", Some("p")), phase("q", None), step("b", Some("q")), step("c", Some("q"))];
    let edges = [("a", "b"), ("b", "a"), ("b", "c"), ("b", "c"), ("c", "b")];
    let graph = graph(nodes, &edges);
    let placement = layout(&graph);
    check(&graph, &placement);
    for left in 0..edges.len() {
        for right in left + 1..edges.len() {
            let mut other = placement.edges[right].points.clone();
            assert_ne!(placement.edges[left].points, other);
            other.reverse();
            assert_ne!(placement.edges[left].points, other);
        }
    }
}

#[test]
fn labels_keep_off_nodes_and_each_other() {
    let graph = playbook(4, 6);
    let placement = layout(&graph);
    let mut taken: Vec<Rect> = Vec::new();
    for (edge, placed) in graph.edges.iter().zip(&placement.edges) {
        let (Some(label), Some(at)) = (&edge.label, placed.label_at) else {
            continue;
        };
        let rect = geometry::around(at, labels::size(label));
        let nodes = placement.nodes.iter().filter(|node| !node.id.as_str().ends_with('p'));
        let covered = nodes.filter(|node| node.lines.len() != 1).any(|node| node.rect.overlaps(&rect));
        assert!(!covered && !taken.iter().any(|other| other.overlaps(&rect)), "{label} covers something");
        taken.push(rect);
    }
}

#[test]
fn a_block_beyond_what_the_layering_bears_is_set_in_rows() {
    let ids: Vec<String> = (0..1_100).map(|number| number.to_string()).collect();
    let edges: Vec<(&str, &str)> = ids.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
    let graph = graph(ids.iter().map(|id| step(id, None)).collect(), &edges);
    check(&graph, &layout(&graph));
}

#[test]
fn the_longest_chain_the_layering_bears_does_not_exhaust_the_stack() {
    let ids: Vec<String> = (0..1_000).map(|number| number.to_string()).collect();
    let edges: Vec<(&str, &str)> = ids.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
    let graph = graph(ids.iter().map(|id| step(id, None)).collect(), &edges);
    check(&graph, &layout(&graph));
}

fn label() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z]{1,10}( [a-z]{1,12}){0,8}",
        "[a-z]{60,200}",
        "[\u{0627}-\u{064a} ]{1,60}",
        "[\u{1f300}-\u{1f64f}\u{200d}\u{fe0f}]{1,40}",
        "\\PC{1,40}",
    ]
}

/// A node: its kind, its label, and which of the phases before it holds it.
fn node() -> impl Strategy<Value = (NodeKind, String, Option<prop::sample::Index>)> {
    let kind = prop_oneof![
        2 => Just(NodeKind::Phase),
        4 => Just(NodeKind::Step),
        2 => Just(NodeKind::Decision),
        1 => Just(NodeKind::Execute),
        1 => Just(NodeKind::Merge),
    ];
    (kind, label(), prop::option::weighted(0.75, any::<prop::sample::Index>()))
}

fn any_graph() -> impl Strategy<Value = Graph> {
    let ends = (any::<prop::sample::Index>(), any::<prop::sample::Index>());
    let edges = prop::collection::vec((ends, prop::option::weighted(0.3, label())), 0..120);
    (prop::collection::vec(node(), 1..80), edges).prop_map(|(nodes, edges)| {
        let mut graph = Graph::default();
        let mut phases: Vec<NodeId> = Vec::new();
        for (position, (kind, label, holder)) in nodes.into_iter().enumerate() {
            let mut node = Node::new(format!("n{position}"), kind, label);
            node.phase = holder.filter(|_| !phases.is_empty()).map(|holder| holder.get(&phases).clone());
            if kind == NodeKind::Phase {
                phases.push(node.id.clone());
            }
            graph.nodes.push(node);
        }
        for ((from, to), label) in edges {
            let id = |end: prop::sample::Index| end.get(&graph.nodes).id.clone();
            let (from, to) = (id(from), id(to));
            graph.edges.push(Edge { from, to, label });
        }
        graph
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_drawing_keeps_the_rules(graph in any_graph()) {
        let placement = layout(&graph);
        check(&graph, &placement);
        prop_assert_eq!(layout(&graph), placement);
    }
}
