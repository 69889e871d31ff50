//! The charts of a document to one playbook graph: what each shape means for an analyst.
//!
//! The first chart stands at the top level; each further one is a phase of its own. A node keeps its Mermaid id, so
//! that importing an edited chart keeps what was done.

use std::collections::{HashMap, HashSet};

use super::annotation::Annotation;
use super::chart::{Chart, ChartEdge, ChartNode, Stroke};
use super::extract::{Document, FoundChart};
use super::parser::Parsed;
use super::text::{self, Plain};
use crate::graph::{Edge, Graph, Node, NodeKind};
use crate::ids::NodeId;
use crate::import::node_ids::NodeIds;
use crate::import::{ImportRefusal, MAX_EDGES, MAX_NODES};
use crate::source::{ImportIssue, Severity};

/// Shapes of a question, by Mermaid's names and aliases.
const DECISIONS: [&str; 4] = ["diamond", "diam", "decision", "question"];

/// Shapes of something that is run.
const SUBROUTINES: [&str; 5] = ["subroutine", "fr-rect", "framed-rectangle", "subproc", "subprocess"];

/// Shapes of a point where ways meet or part; they are drawn without a text.
const JUNCTIONS: [&str; 12] = [
    "junction",
    "f-circ",
    "filled-circle",
    "sm-circ",
    "small-circle",
    "start",
    "fr-circ",
    "framed-circle",
    "stop",
    "fork",
    "join",
    "cross-circ",
];

/// Shapes that a beginning or an end is drawn as.
const TERMINALS: [&str; 9] =
    ["stadium", "terminal", "pill", "circle", "circ", "doublecircle", "dbl-circ", "double-circle", "sm-circ"];

/// What stands in a beginning or an end that asks for nothing.
const TERMINAL_WORDS: [&str; 5] = ["start", "begin", "end", "stop", "done"];

/// Makes the graph.
///
/// # Errors
/// [`ImportRefusal::TooManyNodes`], [`ImportRefusal::TooManyEdges`].
pub(super) fn build(document: Document, parsed: Vec<Parsed>) -> Result<(Graph, Vec<ImportIssue>), ImportRefusal> {
    let nodes: usize = parsed.iter().map(|parsed| parsed.chart.nodes.len() + parsed.chart.subgraphs.len()).sum();
    if nodes > MAX_NODES {
        return Err(ImportRefusal::TooManyNodes { nodes });
    }
    let edges: usize = parsed.iter().map(|parsed| parsed.chart.edges.len() + parsed.left_out).sum();
    if edges > MAX_EDGES {
        return Err(ImportRefusal::TooManyEdges { edges });
    }
    let mut builder = Builder::new(document.title, document.tags, document.issues);
    builder.describe(&document.description);
    for (position, (found, parsed)) in document.charts.iter().zip(parsed).enumerate() {
        builder.issues.extend(parsed.issues);
        builder.chart(position + 1, found, &parsed.chart, &parsed.annotations);
        builder.describe(&parsed.leftovers.join("\n"));
    }
    Ok(builder.finish())
}

struct Builder {
    graph: Graph,
    title: Option<String>,
    ids: NodeIds,
    /// Mermaid ids of all charts so far.
    taken: HashSet<String>,
    issues: Vec<ImportIssue>,
}

impl Builder {
    fn new(title: Option<String>, tags: Vec<String>, issues: Vec<ImportIssue>) -> Self {
        Self {
            graph: Graph { tags, ..Graph::default() },
            title,
            ids: NodeIds::default(),
            taken: HashSet::new(),
            issues,
        }
    }

    /// Adds a paragraph to the description of the whole.
    fn describe(&mut self, text: &str) {
        append(&mut self.graph.description, text);
    }

    fn finish(mut self) -> (Graph, Vec<ImportIssue>) {
        let title = self.title.as_deref().map(text::line).filter(|title| !title.is_empty());
        self.graph.title = title.unwrap_or_else(|| crate::import::UNTITLED[1].to_owned());
        self.issues.sort_by_key(|issue| issue.line);
        (self.graph, self.issues)
    }

    fn chart(&mut self, number: usize, found: &FoundChart, chart: &Chart, annotations: &[Annotation]) {
        let titles = found.title.iter().chain(&chart.title).cloned();
        let outer = if number == 1 {
            self.head(titles, &chart.description);
            None
        } else {
            (!chart.nodes.is_empty() || !chart.subgraphs.is_empty())
                .then(|| self.chart_phase(number, found, titles, &chart.description))
        };
        let heading = found.heading.as_deref().unwrap_or_default();
        let names = self.name(number, heading, chart, annotations);
        let ways = Ways::of(chart);
        let mut emitted = vec![false; chart.subgraphs.len()];
        for node in chart.nodes.iter().filter(|node| !names.subgraphs.contains_key(node.id.as_str())) {
            let within = names.phase_of.get(node.id.as_str()).copied();
            self.phases_around(within, chart, &names, &mut emitted, outer.as_ref());
            let phase = within.map(|phase| names.phases[phase].clone()).or_else(|| outer.clone());
            self.node(node, &names, &ways, phase);
        }
        for phase in 0..chart.subgraphs.len() {
            self.phases_around(Some(phase), chart, &names, &mut emitted, outer.as_ref());
        }
        self.edges(chart, &names);
    }

    /// Takes the titles of the first chart: the document's, unless it has one already.
    fn head(&mut self, titles: impl Iterator<Item = String>, description: &str) {
        for title in titles {
            match self.title {
                None => self.title = Some(title),
                Some(_) => self.describe(&title),
            }
        }
        self.describe(description);
    }

    /// The phase that a further chart is.
    fn chart_phase(
        &mut self,
        number: usize,
        found: &FoundChart,
        mut titles: impl Iterator<Item = String>,
        description: &str,
    ) -> NodeId {
        let title = titles.next().or_else(|| found.heading.clone()).unwrap_or_else(|| format!("Chart {number}"));
        let Plain { label, full } = text::plain(&title);
        let label = if label.is_empty() { format!("Chart {number}") } else { label };
        let mut phase = Node::new(self.ids.explicit(&format!("chart{number}")), NodeKind::Phase, label);
        for text in full.into_iter().chain(titles).chain([description.to_owned()]) {
            append(&mut phase.description, &text);
        }
        phase.line = Some(found.first_line);
        let id = phase.id.clone();
        self.graph.nodes.push(phase);
        id
    }

    /// Gives every node and subgraph of a chart its id in the graph, and every one its place.
    fn name<'a>(&mut self, number: usize, heading: &str, chart: &'a Chart, annotations: &'a [Annotation]) -> Names<'a> {
        let mut names = Names::default();
        let mut chosen: HashMap<&str, &str> = HashMap::new();
        for annotation in annotations {
            match annotation {
                Annotation::Id { name, id } => _ = chosen.insert(name, id.as_str()),
                Annotation::Kind { kind, names: of } => {
                    names.kinds.extend(of.iter().map(|name| (name.as_str(), *kind)));
                }
            }
        }
        let chosen = |name: &'a str| chosen.get(name).copied().unwrap_or(name);
        for (position, subgraph) in chart.subgraphs.iter().enumerate() {
            let id = match &subgraph.id {
                Some(id) => self.explicit(number, chosen(id)),
                None => self.ids.derive(heading, NodeKind::Phase, &subgraph.title),
            };
            if let Some(written) = &subgraph.id {
                names.subgraphs.insert(written, position);
                names.ids.insert(written, id.clone());
            }
            names.phases.push(id);
            names.parents.push(subgraph.parent);
        }
        for node in &chart.nodes {
            if !names.subgraphs.contains_key(node.id.as_str()) {
                names.ids.insert(&node.id, self.explicit(number, chosen(&node.id)));
            }
        }
        for (position, subgraph) in chart.subgraphs.iter().enumerate() {
            for member in &subgraph.members {
                match names.subgraphs.get(member.as_str()) {
                    Some(&inner) => names.nest(inner, position),
                    None => {
                        names.phase_of.insert(member, position);
                    }
                }
            }
        }
        names
    }

    /// A Mermaid id; the same one in another chart is another node.
    fn explicit(&mut self, number: usize, id: &str) -> NodeId {
        if self.taken.insert(id.to_owned()) {
            self.ids.explicit(id)
        } else {
            self.ids.explicit(&format!("chart{number}.{id}"))
        }
    }

    /// Adds a phase and those around it, the outermost first, unless they are there already.
    fn phases_around(
        &mut self,
        innermost: Option<usize>,
        chart: &Chart,
        names: &Names<'_>,
        emitted: &mut [bool],
        outer: Option<&NodeId>,
    ) {
        let chain = std::iter::successors(innermost, |&phase| names.parents[phase]);
        let missing: Vec<usize> = chain.take_while(|&phase| !emitted[phase]).collect();
        for phase in missing.into_iter().rev() {
            emitted[phase] = true;
            let around = names.parents[phase].map(|parent| &names.phases[parent]).or(outer);
            let node = phase_node(chart, phase, names.phases[phase].clone(), around.cloned());
            self.graph.nodes.push(node);
        }
    }

    fn node(&mut self, node: &ChartNode, names: &Names<'_>, ways: &Ways<'_>, phase: Option<NodeId>) {
        let Plain { label, full } = text::plain(node.text());
        let kind = names.kinds.get(node.id.as_str()).copied().unwrap_or_else(|| kind_of(node, &label, ways));
        if is_shaped(node, &DECISIONS) && kind == NodeKind::Step {
            self.issues.push(ImportIssue {
                line: Some(node.line),
                severity: Severity::Info,
                message: format!("“{label}” is drawn as a decision but no way leads out of it; it was read as a step"),
            });
        }
        let id = names.ids[node.id.as_str()].clone();
        let label = if label.is_empty() { id.to_string() } else { label };
        let mut made = Node::new(id, kind, label);
        made.description = full.unwrap_or_default();
        made.phase = phase;
        made.line = Some(node.line);
        self.graph.nodes.push(made);
    }

    fn edges(&mut self, chart: &Chart, names: &Names<'_>) {
        for edge in visible(chart) {
            let (Some(from), Some(to)) = (names.ids.get(edge.from.as_str()), names.ids.get(edge.to.as_str())) else {
                continue;
            };
            self.graph.edges.push(Edge { from: from.clone(), to: to.clone(), label: label_of(edge) });
        }
    }
}

/// What the ids of a chart stand for in the graph.
#[derive(Default)]
struct Names<'a> {
    /// Per Mermaid id: the id in the graph. A subgraph's id wins over a node of the same id.
    ids: HashMap<&'a str, NodeId>,
    /// Per Mermaid id of a node: the kind that a comment gives it.
    kinds: HashMap<&'a str, NodeKind>,
    /// Per Mermaid id of a subgraph: its position.
    subgraphs: HashMap<&'a str, usize>,
    /// Per subgraph: its id in the graph.
    phases: Vec<NodeId>,
    /// Per subgraph: the one around it. Never a cycle.
    parents: Vec<Option<usize>>,
    /// Per Mermaid id of a node: the subgraph it lies in.
    phase_of: HashMap<&'a str, usize>,
}

impl Names<'_> {
    /// Puts a subgraph that lies in no other into the one that mentions it, as Mermaid draws it.
    fn nest(&mut self, inner: usize, outer: usize) {
        let around_outer = std::iter::successors(Some(outer), |&phase| self.parents[phase]);
        let is_cycle = around_outer.into_iter().any(|phase| phase == inner);
        if self.parents[inner].is_none() && !is_cycle {
            self.parents[inner] = Some(outer);
        }
    }
}

/// The ways out of the nodes of a chart.
struct Ways<'a> {
    /// Per node: the distinct labels of its edges; `None` stands for those without one.
    labels: HashMap<&'a str, HashSet<Option<String>>>,
}

impl<'a> Ways<'a> {
    fn of(chart: &'a Chart) -> Self {
        let mut labels: HashMap<&str, HashSet<Option<String>>> = HashMap::new();
        for edge in visible(chart) {
            labels.entry(&edge.from).or_default().insert(label_of(edge));
        }
        Self { labels }
    }

    fn any_from(&self, node: &ChartNode) -> bool {
        self.labels.contains_key(node.id.as_str())
    }

    /// Whether two or more ways out of a node have different labels.
    fn part_at(&self, node: &ChartNode) -> bool {
        let labels = self.labels.get(node.id.as_str());
        labels.is_some_and(|labels| labels.iter().flatten().count() >= 2)
    }
}

/// Every edge that is a way: an invisible one only moves nodes about.
fn visible(chart: &Chart) -> impl Iterator<Item = &ChartEdge> {
    chart.edges.iter().filter(|edge| edge.stroke != Stroke::Invisible)
}

fn label_of(edge: &ChartEdge) -> Option<String> {
    edge.label.as_deref().map(text::line).filter(|label| !label.is_empty())
}

fn is_shaped(node: &ChartNode, shapes: &[&str]) -> bool {
    node.shape.as_deref().is_some_and(|shape| shapes.contains(&shape))
}

fn kind_of(node: &ChartNode, label: &str, ways: &Ways<'_>) -> NodeKind {
    let is_empty = label.is_empty() || (node.label.is_none() && is_shaped(node, &JUNCTIONS));
    if ways.part_at(node) {
        NodeKind::Decision
    } else if is_empty || is_terminal(node, label) {
        NodeKind::Merge
    } else if is_shaped(node, &DECISIONS) && ways.any_from(node) {
        NodeKind::Decision
    } else if is_shaped(node, &SUBROUTINES) {
        NodeKind::Execute
    } else {
        NodeKind::Step
    }
}

fn is_terminal(node: &ChartNode, label: &str) -> bool {
    let word = label.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    is_shaped(node, &TERMINALS) && TERMINAL_WORDS.contains(&word.as_str())
}

/// The phase that a subgraph is. A text given to it as if it were a node is its title, or its description.
fn phase_node(chart: &Chart, position: usize, id: NodeId, around: Option<NodeId>) -> Node {
    let subgraph = &chart.subgraphs[position];
    let as_node = subgraph.id.as_ref().and_then(|id| chart.nodes.iter().find(|node| node.id == *id));
    let node_label = as_node.and_then(|node| node.label.as_deref());
    let has_title = !subgraph.title.is_empty() && subgraph.id.as_ref() != Some(&subgraph.title);
    let (title, remark) = match node_label {
        Some(label) if !has_title => (label, None),
        label => (subgraph.title.as_str(), label),
    };
    let Plain { label, full } = text::plain(title);
    let fallback = || subgraph.id.clone().unwrap_or_else(|| "Untitled phase".to_owned());
    let label = if label.is_empty() { fallback() } else { label };
    let mut phase = Node::new(id, NodeKind::Phase, label);
    for text in full.as_deref().into_iter().chain(remark.filter(|remark| *remark != title)) {
        append(&mut phase.description, text);
    }
    phase.phase = around;
    phase.line = Some(subgraph.line);
    phase
}

/// Adds a paragraph.
fn append(description: &mut String, text: &str) {
    let text = text.trim();
    if text.is_empty() {
        return;
    }
    if !description.is_empty() {
        description.push_str("\n\n");
    }
    description.push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::import;
    use crate::source::Format;

    fn graph(source: &str) -> Graph {
        let graph = import(source, Some(Format::Mermaid)).unwrap().graph;
        graph.validate().unwrap();
        graph
    }

    fn find<'a>(graph: &'a Graph, id: &str) -> &'a Node {
        graph.node(&id.into()).unwrap()
    }

    fn kind(source: &str, id: &str) -> NodeKind {
        find(&graph(source), id).kind
    }

    #[test]
    fn shapes_give_the_kinds() {
        let source = "graph TD\ns([Start]) --> a[Do] --> q{Is it?} -->|yes| r[[Run]]\nq -->|no| j@{ shape: junction }\n\
                      r --> j --> d@{ shape: decision, label: \"Again?\" } --> e((End))\nd --> a";
        let kinds: Vec<_> = graph(source).nodes.iter().map(|node| (node.id.0.clone(), node.kind)).collect();
        let expected = [
            ("s", NodeKind::Merge),
            ("a", NodeKind::Step),
            ("q", NodeKind::Decision),
            ("r", NodeKind::Execute),
            ("j", NodeKind::Merge),
            ("d", NodeKind::Decision),
            ("e", NodeKind::Merge),
        ];
        assert_eq!(kinds, expected.map(|(id, kind)| (id.to_owned(), kind)));
    }

    #[test]
    fn an_id_of_any_length_is_fit_and_still_one_of_its_own() {
        let long = "i".repeat(400);
        let graph = graph(&format!("flowchart TD\n{long}1[\" \"] --> {long}2[Call] --> {long}1"));
        assert_eq!(graph.validate(), Ok(()));
        assert!(graph.nodes.iter().all(|node| node.id.as_str().chars().count() <= 203), "{graph:?}");
        assert!(graph.nodes.iter().all(|node| node.label.chars().count() <= crate::graph::MAX_LABEL_CHARS));
    }

    #[test]
    fn two_different_labels_out_of_a_box_make_it_a_decision() {
        assert_eq!(kind("graph TD\na -->|x| b\na -->|y| c", "a"), NodeKind::Decision);
        assert_eq!(kind("graph TD\na -->|x| b\na -->|x| c", "a"), NodeKind::Step);
        assert_eq!(kind("graph TD\na -->|x| b\na --> c", "a"), NodeKind::Step);
    }

    #[test]
    fn a_question_nobody_can_answer_is_a_step() {
        let imported = import("graph TD\na --> q{Is it?}", Some(Format::Mermaid)).unwrap();
        assert_eq!(find(&imported.graph, "q").kind, NodeKind::Step);
        assert_eq!(imported.issues[0].severity, Severity::Info);
    }

    #[test]
    fn subgraphs_are_phases_before_their_members() {
        let graph = graph("graph TD\na --> b\nsubgraph o [Outer]\nsubgraph i [Inner]\nb\nend\nend\no --> c");
        let ids: Vec<_> = graph.nodes.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(ids, ["a", "o", "i", "b", "c"]);
        assert_eq!(find(&graph, "b").phase, Some("i".into()));
        assert_eq!(find(&graph, "i").phase, Some("o".into()));
        assert_eq!(graph.edges[1], Edge::new("o", "c"));
    }

    #[test]
    fn a_subgraph_mentioned_in_another_lies_in_it_but_never_in_itself() {
        let graph = graph("graph TD\nsubgraph o\ni --> a\nend\nsubgraph i\nb --> o\nend");
        assert_eq!(find(&graph, "i").phase, Some("o".into()));
        assert_eq!(find(&graph, "o").phase, None);
    }

    #[test]
    fn invisible_edges_are_no_ways_and_labels_are_one_line() {
        let graph = graph("graph TD\na ~~~ b\na -- \"one<br>two\" --> c");
        assert_eq!(graph.edges, [Edge::labelled("a", "c", "one two")]);
    }

    #[test]
    fn several_charts_become_phases_and_keep_their_ids_apart() {
        let graph = graph(
            "# Book\nintro\n```mermaid\ngraph TD\na --> b\n```\n## Contain\n```mermaid\ngraph TD\na --> c\n```\noutro\n",
        );
        let ids: Vec<_> = graph.nodes.iter().map(|node| node.id.as_str()).collect();
        assert_eq!(ids, ["a", "b", "chart2", "chart2.a", "c"]);
        assert_eq!(find(&graph, "chart2").label, "Contain");
        assert_eq!(find(&graph, "c").phase, Some("chart2".into()));
        assert_eq!(find(&graph, "c").line, Some(10));
        assert_eq!(graph.title, "Book");
        assert_eq!(graph.description, "intro\n## Contain\noutro");
    }

    #[test]
    fn no_text_vanishes() {
        let graph = graph("intro\n```mermaid\ngraph TD\na[one<br>two]\nthis is odd\n```\n");
        assert_eq!(find(&graph, "a").label, "one two");
        assert_eq!(find(&graph, "a").description, "one\ntwo");
        assert_eq!(graph.description, "intro\n\nthis is odd");
        assert_eq!(graph.title, "Untitled flowchart");
    }

    #[test]
    fn only_other_diagrams_are_refused_by_name() {
        let refusal = import("```mermaid\nsequenceDiagram\na->>b: x\n```", Some(Format::Mermaid));
        assert_eq!(refusal, Err(ImportRefusal::OtherDiagram { kind: "sequenceDiagram".to_owned() }));
        assert_eq!(import("just text", Some(Format::Mermaid)), Err(ImportRefusal::NoFlowchart));
    }

    #[test]
    fn too_many_nodes_are_refused() {
        let nodes: String = (0..=MAX_NODES).map(|node| format!("n{node}\n")).collect();
        let refusal = import(&format!("graph TD\n{nodes}"), None);
        assert_eq!(refusal, Err(ImportRefusal::TooManyNodes { nodes: MAX_NODES + 1 }));
    }
}
