//! A graph as a Mermaid flowchart.
//!
//! Every renderer of flowcharts draws the text, GitHub's among them, and our importer reads it back to the same ids,
//! kinds, labels, branches and phases. Mermaid has no place for instructions, code and the mark of an optional step:
//! they are left out.
//!
//! What Mermaid has no words for stands in comments (see [`annotation`](crate::import::mermaid::annotation)): kinds
//! that the shape does not tell, and ids that Mermaid would not read. Labels are always quoted, and everything in them
//! that Mermaid could take for markup is written as an entity.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

use crate::graph::{Flow, Graph, Node, NodeKind};
use crate::ids::NodeId;
use crate::import::mermaid::annotation::{Annotation, WHOLE};
use crate::text::one_line;

/// Deepest indentation: a graph may nest thousands of phases, and its text must not grow with the square of that.
const MAX_INDENT: usize = 8;

/// Longest name of a node in the text, in characters.
const MAX_NAME: usize = 60;

/// What Mermaid gives a meaning of its own at the beginning of a name, in lower case.
const KEYWORDS: [&str; 18] = [
    "acctitle",
    "accdescr",
    "call",
    "class",
    "classdef",
    "click",
    "constructor",
    "default",
    "direction",
    "end",
    "flowchart",
    "graph",
    "href",
    "interpolate",
    "linkstyle",
    "prototype",
    "style",
    "subgraph",
];

/// Nodes that are drawn alike, whatever their kind: those of one status in a report, for example.
#[derive(Clone, Debug)]
pub struct Class<'a> {
    /// A word of ASCII letters, digits and `_`, such as `completed`.
    pub name: &'a str,
    /// How they are drawn, as Mermaid writes it: `fill:#d3f9d8,stroke:#2b8a3e`.
    pub style: &'a str,
    /// Who belongs to it. Ids that are not in the graph are passed over; an empty class is not written.
    pub nodes: Vec<&'a NodeId>,
}

/// The flowchart of a valid graph, without a fence around it.
pub fn mermaid(graph: &Graph, classes: &[Class<'_>]) -> String {
    let mut chart = Flowchart { graph, names: names(graph), text: String::new() };
    chart.head();
    chart.nodes();
    chart.edges();
    chart.annotations();
    for class in classes {
        chart.class(class);
    }
    chart.text
}

/// The flowchart for a document that gives the title and the tags, marked so that it is read as the playbook whatever
/// else stands there.
pub(super) fn only_chart(graph: &Graph) -> String {
    let mut chart = Flowchart { graph, names: names(graph), text: String::new() };
    chart.line(0, "flowchart TD");
    chart.line(1, WHOLE);
    chart.nodes();
    chart.edges();
    chart.annotations();
    chart.text
}

struct Flowchart<'a> {
    graph: &'a Graph,
    /// What each node is called in the text.
    names: HashMap<&'a NodeId, String>,
    text: String,
}

impl Flowchart<'_> {
    fn line(&mut self, depth: usize, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", 2 * depth.min(MAX_INDENT));
    }

    /// Title and tags, and the header. JSON strings are YAML strings.
    fn head(&mut self) {
        self.line(0, "---");
        self.line(0, &format!("title: {}", quoted(&self.graph.title)));
        if !self.graph.tags.is_empty() {
            self.line(0, "tags:");
            for tag in &self.graph.tags {
                self.line(0, &format!("  - {}", quoted(tag)));
            }
        }
        self.line(0, "---");
        self.line(0, "flowchart TD");
    }

    /// Every node, inside the phases it lies in.
    fn nodes(&mut self) {
        let flow = Flow::new(self.graph);
        let outermost = (0..self.graph.nodes.len()).filter(|&node| self.graph.nodes[node].phase.is_none());
        // What is still to be written, the next one last; `None` closes a phase.
        let mut open: Vec<Option<usize>> = outermost.rev().map(Some).collect();
        let mut depth = 1;
        while let Some(next) = open.pop() {
            let Some(position) = next else {
                depth -= 1;
                self.line(depth, "end");
                continue;
            };
            let node = &self.graph.nodes[position];
            let (name, label) = (&self.names[&node.id], escaped(&node.label));
            if node.kind == NodeKind::Phase {
                self.line(depth, &format!("subgraph {name} [\"{label}\"]"));
                depth += 1;
                open.push(None);
                open.extend(flow.members(position).iter().rev().copied().map(Some));
            } else {
                let (opening, closing) = brackets(node.kind);
                self.line(depth, &format!("{name}{opening}\"{label}\"{closing}"));
            }
        }
    }

    fn edges(&mut self) {
        for edge in &self.graph.edges {
            let (Some(from), Some(to)) = (self.names.get(&edge.from), self.names.get(&edge.to)) else {
                continue;
            };
            let label = escaped(edge.label.as_deref().unwrap_or_default());
            let arrow = if label.is_empty() { "-->".to_owned() } else { format!("-->|\"{label}\"|") };
            self.line(1, &format!("{from} {arrow} {to}"));
        }
    }

    fn annotations(&mut self) {
        let mut kinds: BTreeMap<NodeKind, Vec<String>> = BTreeMap::new();
        for node in untold(self.graph) {
            kinds.entry(node.kind).or_default().push(self.names[&node.id].clone());
        }
        for (kind, names) in kinds {
            self.line(1, &Annotation::Kind { kind, names }.to_string());
        }
        for node in &self.graph.nodes {
            let name = &self.names[&node.id];
            if node.id.as_str() != name {
                self.line(1, &Annotation::Id { name: name.clone(), id: node.id.clone() }.to_string());
            }
        }
    }

    fn class(&mut self, class: &Class<'_>) {
        let names: Vec<&str> = class.nodes.iter().filter_map(|&id| self.names.get(id)).map(String::as_str).collect();
        if !names.is_empty() {
            let members = names.join(",");
            self.line(1, &format!("classDef {} {}", class.name, class.style));
            self.line(1, &format!("class {members} {}", class.name));
        }
    }
}

/// What each node is called in the text: its id where Mermaid reads it as one word, else something like it.
fn names(graph: &Graph) -> HashMap<&NodeId, String> {
    let (plain, odd): (Vec<&NodeId>, Vec<&NodeId>) =
        graph.nodes.iter().map(|node| &node.id).partition(|id| is_name(id.as_str()));
    let mut used: HashSet<String> = plain.iter().map(|id| id.0.clone()).collect();
    let mut names: HashMap<&NodeId, String> = plain.into_iter().map(|id| (id, id.0.clone())).collect();
    let mut doubles: HashMap<String, usize> = HashMap::new();
    for id in odd {
        let wanted = name_like(id.as_str());
        let mut name = wanted.clone();
        while !used.insert(name.clone()) {
            let double = doubles.entry(wanted.clone()).or_insert(1);
            *double += 1;
            name = format!("{wanted}_{double}");
        }
        names.insert(id, name);
    }
    names
}

/// Whether every version of Mermaid reads this as the name of a node, wherever it stands.
fn is_name(id: &str) -> bool {
    let words = id.split('-');
    let first = id.split(|c: char| !is_word_character(c)).next().unwrap_or_default().to_ascii_lowercase();
    id.len() <= MAX_NAME
        && id.starts_with(|c: char| c.is_ascii_alphabetic())
        && words.into_iter().all(|word| !word.is_empty() && word.chars().all(is_word_character))
        && !KEYWORDS.contains(&first.as_str())
}

fn is_word_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// A name that resembles an id.
fn name_like(id: &str) -> String {
    let words = id.split(|c: char| !is_word_character(c)).filter(|word| !word.is_empty());
    let joined = words.collect::<Vec<_>>().join("_");
    let name = match joined.as_str() {
        "" => "node".to_owned(),
        name if is_name(name) => joined,
        name => format!("n_{name}"),
    };
    name.chars().take(MAX_NAME).collect()
}

/// The nodes whose shape and ways out do not say what they are.
fn untold(graph: &Graph) -> impl Iterator<Item = &Node> {
    let mut labels: HashMap<&NodeId, HashSet<Option<String>>> = HashMap::new();
    for edge in &graph.edges {
        let label = edge.label.as_deref().map(escaped).filter(|label| !label.is_empty());
        labels.entry(&edge.from).or_default().insert(label);
    }
    graph.nodes.iter().filter(move |node| {
        let ways = labels.get(&node.id);
        let parts = ways.is_some_and(|ways| ways.iter().flatten().count() >= 2);
        match node.kind {
            NodeKind::Phase => false,
            NodeKind::Merge => true,
            NodeKind::Decision => ways.is_none(),
            NodeKind::Step | NodeKind::Execute => parts,
        }
    })
}

fn brackets(kind: NodeKind) -> (&'static str, &'static str) {
    match kind {
        NodeKind::Decision => ("{", "}"),
        NodeKind::Execute => ("[[", "]]"),
        NodeKind::Merge => ("([", "])"),
        NodeKind::Phase | NodeKind::Step => ("[", "]"),
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(one_line(text)).to_string()
}

/// A text on one line that Mermaid shows exactly as it is, for a place in quotes.
fn escaped(text: &str) -> String {
    let line: Vec<char> = one_line(text).chars().collect();
    let digits = line.iter().take_while(|c| c.is_ascii_digit()).count();
    let mut escaped = String::with_capacity(line.len());
    for (position, &character) in line.iter().enumerate() {
        let before = position.checked_sub(1).map(|before| line[before]);
        let after = line.get(position + 1).copied();
        let in_word = [before, after].iter().all(|next| next.is_some_and(char::is_alphanumeric));
        let entity = match character {
            '"' => Some("quot"),
            '&' => Some("amp"),
            '<' => Some("lt"),
            '>' => Some("gt"),
            '#' | '\\' | '`' | '*' | '~' => None,
            // Markdown's emphasis, lists and numbers.
            '_' if !in_word => None,
            '-' | '+' if position == 0 => None,
            '.' | ')' if position == digits && digits > 0 => None,
            // `fa:fa-ban` is an icon, `style a:b#…;` is taken for a statement, `%%{` for a directive.
            ':' if after.is_some_and(|after| after != ' ') => None,
            '%' if after == Some('%') => None,
            // What turns the direction of a text would turn that of the source, too.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
            plain => {
                escaped.push(plain);
                continue;
            }
        };
        let _ = match entity {
            Some(name) => write!(escaped, "#{name};"),
            None => write!(escaped, "#{};", u32::from(character)),
        };
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Edge;
    use crate::import::import;
    use crate::source::Format;

    fn in_phase(mut node: Node, phase: &str) -> Node {
        node.phase = Some(phase.into());
        node
    }

    fn graph() -> Graph {
        Graph {
            title: "Phishing: \"first\" hour".into(),
            tags: vec!["mail, web".into(), "soc".into()],
            nodes: vec![
                Node::new("triage", NodeKind::Step, "Triage the <alert> #1"),
                Node::new("contain", NodeKind::Phase, "Contain [now]"),
                in_phase(Node::new("spreading", NodeKind::Decision, "Is it spreading?"), "contain"),
                in_phase(Node::new("inner", NodeKind::Phase, "Network"), "contain"),
                in_phase(Node::new("action--1~2", NodeKind::Execute, "fa:fa-ban C:\\new\\_x_ 50%%"), "inner"),
                Node::new("end", NodeKind::Merge, "Continue"),
                Node::new("调查", NodeKind::Step, "1. 🔥 \u{202e}עברית `x` **y**"),
            ],
            edges: vec![
                Edge::new("triage", "spreading"),
                Edge::labelled("spreading", "action--1~2", "Yes \"|\" maybe"),
                Edge::labelled("spreading", "end", "No"),
                Edge::new("contain", "end"),
                Edge::labelled("end", "调查", "a"),
                Edge::labelled("end", "triage", "b"),
            ],
            ..Graph::default()
        }
    }

    #[test]
    fn a_flowchart_reads_like_one_written_by_hand() {
        let expected = r##"---
title: "Phishing: \"first\" hour"
tags:
  - "mail, web"
  - "soc"
---
flowchart TD
  triage["Triage the #lt;alert#gt; #35;1"]
  subgraph contain ["Contain [now]"]
    spreading{"Is it spreading?"}
    subgraph inner ["Network"]
      action_1_2[["fa#58;fa-ban C#58;#92;new#92;#95;x#95; 50#37;%"]]
    end
  end
  n_end(["Continue"])
  node["1#46; 🔥 #8238;עברית #96;x#96; #42;#42;y#42;#42;"]
  triage --> spreading
  spreading -->|"Yes #quot;|#quot; maybe"| action_1_2
  spreading -->|"No"| n_end
  contain --> n_end
  n_end -->|"a"| node
  n_end -->|"b"| triage
  %% playbook-forge merge: n_end
  %% playbook-forge id: action_1_2 = "action--1~2"
  %% playbook-forge id: n_end = "end"
  %% playbook-forge id: node = "调查"
"##;
        assert_eq!(mermaid(&graph(), &[]), expected);
    }

    #[test]
    fn importing_it_gives_the_same_graph() {
        let source = mermaid(&graph(), &[]);
        let imported = import(&source, None).unwrap();
        assert_eq!((imported.format, imported.issues), (Format::Mermaid, Vec::new()));
        let mut back = imported.graph;
        back.nodes.iter_mut().for_each(|node| node.line = None);
        assert_eq!(back, graph());
    }

    #[test]
    fn classes_stand_behind_the_nodes_and_change_nothing_else() {
        let (graph, done, gone) = (graph(), "end".into(), "gone".into());
        let class = |name, nodes| Class { name, style: "fill:#d3f9d8", nodes };
        let text = mermaid(&graph, &[class("completed", vec![&done, &gone]), class("skipped", vec![&gone])]);
        assert!(text.ends_with("  classDef completed fill:#d3f9d8\n  class n_end completed\n"), "{text}");
        assert_eq!(text.matches("class").count(), 2);
        assert_eq!(import(&text, None), import(&mermaid(&graph, &[]), None));
    }

    #[test]
    fn names_that_mermaid_could_misread_are_replaced() {
        for id in ["step-1a2b", "a", "x1", "o", "ending", "Is_it"] {
            assert!(is_name(id), "{id}");
        }
        for id in ["end", "End-1", "class", "a--b", "-a", "a-", "1a", "_a", "a b", "a.b", "ü", "", "a->b", "style-x"] {
            assert!(!is_name(id), "{id}");
            assert!(is_name(&name_like(id)), "{id}: {}", name_like(id));
        }
    }
}
