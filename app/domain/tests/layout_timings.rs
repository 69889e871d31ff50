//! How long layouts take: `cargo test -p domain --release --test layout_timings -- --ignored --nocapture`.

use cpu_time::ThreadTime;
use domain::graph::{Edge, Graph, Node, NodeKind};
use domain::layout::layout;

/// A chain of steps, in phases of ten or without phases.
fn chain(count: usize, in_phases: bool) -> Graph {
    let mut graph = Graph { title: "Chain".into(), ..Graph::default() };
    for number in 0..count {
        let phase = format!("phase-{}", number / 10);
        if in_phases && number % 10 == 0 {
            graph.nodes.push(Node::new(phase.as_str(), NodeKind::Phase, "Phase"));
        }
        let mut step =
            Node::new(format!("step-{number}"), NodeKind::Step, "Isolate the affected host from the network");
        step.phase = in_phases.then(|| phase.into());
        graph.nodes.push(step);
        if number > 0 {
            graph.edges.push(Edge::new(format!("step-{}", number - 1), format!("step-{number}")));
        }
    }
    graph
}

#[test]
#[ignore = "prints timings; run in release"]
fn timings() {
    for count in [200, 1_000, 4_500] {
        for in_phases in [true, false] {
            let graph = chain(count, in_phases);
            let start = ThreadTime::now();
            let placement = layout(&graph);
            let (width, height) = (placement.width, placement.height);
            println!("{count} steps, phases {in_phases}: {:?}, {width} x {height}", start.elapsed());
        }
    }
}
