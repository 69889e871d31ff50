//! Graphs of every form: wild ones, in which anything leads anywhere, and such as people draw, with branches that meet
//! and loops.

use std::collections::HashSet;

use domain::graph::{Code, Edge, Graph, Node, NodeKind};
use proptest::prelude::*;

const KINDS: [NodeKind; 5] = [NodeKind::Phase, NodeKind::Step, NodeKind::Decision, NodeKind::Execute, NodeKind::Merge];

/// Labels, some of which other syntaxes take for their own.
const LABELS: &[&str] = &[
    "Isolate the host",
    "Is it \"spreading\"?",
    "end",
    "Start",
    "a -> b --> c",
    "[x] {y} (z) |w|",
    "<script>alert(1)</script> <b>bold</b> <host>",
    "#quot; &amp; #35; C:\\new\\table",
    "`code` **strong** _em_ ~~gone~~",
    "1. First",
    "- item",
    "fa:fa-ban https://example.org/a?b=c%%d#e",
    "%%{init: {}}%% ;",
    "調査 🔥 עברית",
    "'; DROP TABLE steps; --",
    "Yes",
    "{#id} Decision: Step: x",
    "\u{202e}reversed",
];

const IDS: &[&str] = &[
    "a",
    "b",
    "end",
    "c-1",
    "style-x",
    "action--1",
    "x~2",
    "ü",
    "調査",
    "with space",
    "\"q\"",
    "n_end",
    "a.b",
    "1",
    "node",
    "graph",
    "#",
    "-->",
];

const BRANCHES: &[&str] = &["Yes", "No", "true", "False", "maybe \"|\" <b>", "on_true", "a/b", "調査"];

fn one_of(texts: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(texts).prop_map(str::to_owned)
}

fn code() -> impl Strategy<Value = Vec<Code>> {
    let language = prop::option::of(prop::sample::select(vec!["bash", "sh", "powershell", "python", "sigma"]));
    let text = prop::sample::select(vec!["ls -l\n  cat x", "Get-Host", "", "```\nfence\n```", "# heading"]);
    let one = (language, text)
        .prop_map(|(language, text)| Code { language: language.map(str::to_owned), text: text.to_owned() });
    prop::collection::vec(one, 0..3)
}

/// Nodes with ids of their own, in phases that stand before them; the kinds come by chance.
fn nodes(range: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Node>> {
    let description =
        prop::sample::select(vec!["", "", "Do it.", "- one\n- two\n\n```sh\nls\n```", "# Heading\n\n<i>x</i>"]);
    let node = (
        prop::sample::select(&KINDS[..]),
        one_of(IDS),
        one_of(LABELS),
        description,
        code(),
        any::<bool>(),
        any::<prop::sample::Index>(),
    );
    prop::collection::vec(node, range).prop_map(|drawn| {
        let mut nodes: Vec<Node> = Vec::new();
        let mut used = HashSet::new();
        for (position, (kind, id, label, description, code, optional, phase)) in drawn.into_iter().enumerate() {
            let id = if used.insert(id.clone()) { id } else { format!("{id}{position}") };
            used.insert(id.clone());
            let phases: Vec<_> =
                nodes.iter().filter(|node| node.kind == NodeKind::Phase).map(|node| node.id.clone()).collect();
            let place = phase.index(phases.len() + 1);
            let is_work = kind != NodeKind::Phase && kind != NodeKind::Merge;
            nodes.push(Node {
                description: description.to_owned(),
                code: if is_work { code } else { Vec::new() },
                optional: optional && is_work,
                phase: phases.get(place).cloned(),
                ..Node::new(id, kind, label)
            });
        }
        nodes
    })
}

/// Any valid graph: cycles, edges to itself and at phases, several beginnings or none, several edges between two nodes.
pub(crate) fn wild() -> impl Strategy<Value = Graph> {
    let ends = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), prop::option::of(one_of(BRANCHES)));
    (nodes(1..14), prop::collection::vec(ends, 0..24), one_of(LABELS)).prop_map(|(nodes, ends, title)| {
        let edge = |(from, to, label): (prop::sample::Index, prop::sample::Index, Option<String>)| Edge {
            from: nodes[from.index(nodes.len())].id.clone(),
            to: nodes[to.index(nodes.len())].id.clone(),
            label,
        };
        let edges = ends.into_iter().map(edge).collect();
        Graph {
            title,
            description: "What it is **for**.".into(),
            tags: vec!["soc, mail".into(), "x".into()],
            nodes,
            edges,
        }
    })
}

/// What a flow that people draw is made of.
#[derive(Clone, Debug)]
pub(crate) enum Piece {
    Work(NodeKind),
    /// A decision or, without labels, a fork; and the merge where its branches meet.
    Branches(Vec<Vec<Piece>>, bool),
    /// A question that the body leads back to.
    Loop(Vec<Piece>),
}

fn pieces(loops: bool) -> impl Strategy<Value = Vec<Piece>> {
    let work = prop::sample::select(vec![NodeKind::Step, NodeKind::Execute]).prop_map(Piece::Work);
    let piece = work.prop_recursive(3, 16, 3, move |inner| {
        let several = prop::collection::vec(inner, 0..3);
        prop_oneof![
            (prop::collection::vec(several.clone(), 2..4), any::<bool>())
                .prop_map(move |(branches, fork)| Piece::Branches(branches, fork && loops)),
            several.prop_map(move |body| match body.is_empty() {
                false if loops => Piece::Loop(body),
                _ => Piece::Work(NodeKind::Step),
            }),
        ]
    });
    prop::collection::vec(piece, 1..4)
}

/// A flow as people draw it: one beginning, branches that meet, loops.
pub(crate) fn drawn() -> impl Strategy<Value = Graph> {
    pieces(true).prop_map(|pieces| Drawing::of(&pieces))
}

/// A flow as people write it in lists: without loops and forks.
pub(crate) fn listed() -> impl Strategy<Value = Graph> {
    (pieces(false), any::<bool>()).prop_map(|(pieces, in_phases)| {
        let mut graph = Drawing::of(&pieces);
        if in_phases {
            graph.nodes.iter_mut().for_each(|node| node.phase = Some("phase-1".into()));
            graph.nodes.insert(0, Node::new("phase-1", NodeKind::Phase, "Overview"));
            if let Some(last) = graph.nodes.last_mut() {
                last.phase = Some("phase-2".into());
            }
            let last = graph.nodes.len() - 1;
            let inner = Node { phase: Some("phase-1".into()), ..Node::new("phase-2", NodeKind::Phase, "then") };
            graph.nodes.insert(last, inner);
        }
        graph
    })
}

#[derive(Default)]
struct Drawing {
    graph: Graph,
    /// The ways that are to lead to the next node.
    open: Vec<(String, Option<String>)>,
}

impl Drawing {
    fn of(pieces: &[Piece]) -> Graph {
        let mut drawing = Self::default();
        drawing.sequence(pieces);
        drawing.node(NodeKind::Step, "Report");
        Graph { title: "Drawn".into(), ..drawing.graph }
    }

    fn node(&mut self, kind: NodeKind, label: &str) -> String {
        let id = format!("n{}", self.graph.nodes.len());
        for (from, label) in std::mem::take(&mut self.open) {
            self.graph.edges.push(Edge { from: from.into(), to: id.as_str().into(), label });
        }
        self.graph.nodes.push(Node::new(id.as_str(), kind, format!("{label} {id}")));
        self.open = vec![(id.clone(), None)];
        id
    }

    fn sequence(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            match piece {
                Piece::Work(kind) => drop(self.node(*kind, "Do")),
                Piece::Branches(branches, fork) => self.branches(branches, *fork),
                Piece::Loop(body) => {
                    let question = self.node(NodeKind::Decision, "Again?");
                    self.open = vec![(question.clone(), Some("Repeat".into()))];
                    self.sequence(body);
                    for (from, label) in std::mem::take(&mut self.open) {
                        self.graph.edges.push(Edge { from: from.into(), to: question.as_str().into(), label });
                    }
                    self.open = vec![(question, Some("Done".into()))];
                }
            }
        }
    }

    fn branches(&mut self, branches: &[Vec<Piece>], fork: bool) {
        let kind = if fork { NodeKind::Merge } else { NodeKind::Decision };
        let begin = self.node(kind, "Part");
        let labels = if branches.len() == 2 { ["Yes", "No", ""] } else { ["red", "amber", "green"] };
        let mut ends = Vec::new();
        for (branch, label) in branches.iter().zip(labels) {
            self.open = vec![(begin.clone(), (!fork).then(|| label.to_owned()))];
            self.sequence(branch);
            ends.append(&mut self.open);
        }
        self.open = ends;
        self.node(NodeKind::Merge, "Meet");
    }
}
