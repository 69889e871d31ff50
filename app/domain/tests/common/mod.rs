//! What the tests of executions run over.

use domain::event::Header;
use domain::graph::{Edge, Graph, Node, NodeKind};
use domain::ids::{ExecutionId, PlaybookId};
use domain::time::Timestamp;
use uuid::Uuid;

/// A playbook with a decision, a phase and a merge.
pub(crate) fn graph() -> Graph {
    let in_phase = |mut node: Node| {
        node.phase = Some("contain".into());
        node
    };
    Graph {
        title: "Ransomware".into(),
        nodes: vec![
            Node::new("triage", NodeKind::Step, "Triage the alert"),
            Node::new("spreading", NodeKind::Decision, "Is it spreading?"),
            Node::new("contain", NodeKind::Phase, "Contain"),
            in_phase(Node::new("cut", NodeKind::Step, "Cut the segment")),
            in_phase(Node::new("image", NodeKind::Execute, "Take an image")),
            Node::new("join", NodeKind::Merge, "Continue"),
            Node::new("report", NodeKind::Step, "Report"),
        ],
        edges: vec![
            Edge::new("triage", "spreading"),
            Edge::labelled("spreading", "cut", "Yes"),
            Edge::labelled("spreading", "image", "No"),
            Edge::new("cut", "join"),
            Edge::new("image", "join"),
            Edge::new("join", "report"),
        ],
        ..Graph::default()
    }
}

/// An execution of it.
pub(crate) fn header(graph: &Graph) -> Header {
    Header {
        execution_id: ExecutionId(Uuid::from_u128(1)),
        playbook_id: PlaybookId(Uuid::from_u128(2)),
        playbook_version: 1,
        graph_hash: graph.hash(),
    }
}

/// So many seconds after a night in September 2026.
pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(1_790_000_000_000_000 + seconds * 1_000_000).expect("within the calendar")
}
