//! A graph as Markdown in the syntax that our importer documents: headings are phases, items are steps, and below
//! `Decision: …` stand its answers with what follows each.
//!
//! What Markdown can say so is a flow: one beginning, branches that meet again in a merge, phases in one piece each,
//! and a decision in one phase with its branches. A graph of another form (loops, forks, several beginnings, ways that
//! cross) becomes a document that shows it as a flowchart, which people see drawn on GitHub and which the importer reads
//! to the same ids, labels, kinds and phases, with all instructions below it as text.
//!
//! Whether a text says what the graph says is not guessed: it is imported and compared.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::fmt::Write;

use super::mermaid;
use super::shape::Shape;
use crate::graph::{Code, Graph, Node, NodeKind};
use crate::ids::NodeId;
use crate::import::{begins_pasted_item, import};
use crate::source::Format;
use crate::text::one_line;

/// Deepest level of a heading.
const MAX_LEVEL: usize = 6;

/// Deepest nesting of items; what is nested deeper is no list that anyone reads.
const MAX_DEPTH: usize = 20;

/// The Markdown of a valid graph.
pub fn markdown(graph: &Graph) -> String {
    let plain = [Style::Plain, Style::Marked].into_iter().filter_map(|style| outline(graph, style));
    plain.into_iter().find(|text| says_the_same(text, graph)).unwrap_or_else(|| flowchart(graph))
}

/// How much is written of what the importer could also find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    /// As an author writes: kinds and ids only where they must be named.
    Plain,
    /// With the kind and the id of everything, and with texts quoted that could be taken for steps.
    Marked,
}

/// Whether importing a text gives these nodes and ways. The case of an answer is not told apart: `yes` becomes `Yes`.
fn says_the_same(text: &str, graph: &Graph) -> bool {
    let Ok(imported) = import(text, Some(Format::Markdown)) else {
        return false;
    };
    let nodes = |graph: &Graph| -> BTreeSet<String> {
        let said = |node: &Node| format!("{:?}", (&node.id, node.kind, &node.label, &node.phase));
        graph.nodes.iter().map(said).collect()
    };
    let edges = |graph: &Graph| -> Vec<String> {
        let label = |label: &Option<String>| label.as_deref().unwrap_or_default().to_lowercase();
        let mut edges: Vec<String> =
            graph.edges.iter().map(|edge| format!("{:?}", (&edge.from, &edge.to, label(&edge.label)))).collect();
        edges.sort();
        edges
    };
    nodes(&imported.graph) == nodes(graph) && edges(&imported.graph) == edges(graph)
}

/// The graph as headings and lists; `None` when it has a form for which there are none.
fn outline(graph: &Graph, style: Style) -> Option<String> {
    let shape = Shape::of(graph, true);
    let [entry] = shape.entries.as_slice() else {
        return None;
    };
    let chains = chains(graph)?;
    let mut writer = Writer {
        graph,
        shape: &shape,
        style,
        text: String::new(),
        written: HashSet::new(),
        listed: listed_phases(graph, &chains),
        chains,
        open: Vec::new(),
    };
    writer.head();
    writer.sequence(*entry, None, 0)?;
    Some(writer.text)
}

struct Writer<'a> {
    graph: &'a Graph,
    shape: &'a Shape<'a>,
    style: Style,
    text: String,
    /// Nodes that have been written: what leads back to one is a loop.
    written: HashSet<usize>,
    /// Per node the phases that it lies in, the outermost first.
    chains: Vec<Vec<NodeId>>,
    /// Phases that are items, not headings.
    listed: HashSet<NodeId>,
    /// The phases that are open, the outermost first.
    open: Vec<NodeId>,
}

impl Writer<'_> {
    fn head(&mut self) {
        self.text = head(self.graph, escaped);
        let description = quoted_unless(self.graph.description.as_str(), is_plain_text);
        self.block(&description, 0);
    }

    /// Writes what follows one another from a node on, up to the merge `end` of the branch it lies in.
    fn sequence(&mut self, first: usize, end: Option<usize>, depth: usize) -> Option<()> {
        let mut next = Some(first);
        while let Some(node) = next.filter(|node| Some(*node) != end) {
            if !self.written.insert(node) || depth > MAX_DEPTH {
                return None;
            }
            let depth = if end.is_none() { self.phases(node)? } else { depth };
            next = match (self.graph.nodes[node].kind, self.shape.regions.get(&node)) {
                (NodeKind::Decision, Some(region)) => {
                    let merge = region.merge?;
                    self.decision(node, merge, depth)?;
                    self.shape.ways[merge].first().map(|way| way.to)
                }
                (NodeKind::Step | NodeKind::Execute, _) => {
                    self.item(node, depth);
                    match self.shape.ways[node].as_slice() {
                        [] if end.is_none() => None,
                        [only] if only.edge.label.is_none() && !only.derived => Some(only.to),
                        _ => return None,
                    }
                }
                _ => return None,
            };
        }
        Some(())
    }

    /// Writes the phases that a node lies in and that are not open yet; gives back how deep its items are indented.
    fn phases(&mut self, node: usize) -> Option<usize> {
        let phases = self.chains[node].clone();
        let headings = phases.iter().take_while(|phase| !self.listed.contains(*phase)).count();
        let common = phases.iter().zip(&self.open).take_while(|(new, open)| new == open).count();
        // Behind a heading there is no way back into the list above it.
        if common >= headings && self.open.get(common).is_some_and(|open| !self.listed.contains(open)) {
            return None;
        }
        for (position, id) in phases.iter().enumerate().skip(common) {
            let phase = self.graph.node(id)?;
            if position < headings {
                let level = (position + 2 <= MAX_LEVEL).then_some(position + 2)?;
                let line = format!("{} {}", "#".repeat(level), self.named(phase, "Phase: "));
                self.block(&line, 0);
                self.block(&quoted_unless(&phase.description, is_plain_text), 0);
            } else {
                let depth = position - headings;
                self.line(&format!("- {}", self.marked(phase, "Phase: ")), depth);
                self.block(&quoted_unless(&phase.description, is_plain_text), depth + 1);
            }
        }
        let depth = phases.len() - headings;
        self.open = phases;
        Some(depth)
    }

    fn item(&mut self, position: usize, depth: usize) {
        let node = &self.graph.nodes[position];
        let prefix = match node.kind {
            NodeKind::Step => "Step: ",
            _ => "Execute: ",
        };
        let says_its_kind = node.kind == NodeKind::Step || !node.code.is_empty();
        let item = if says_its_kind { self.named(node, prefix) } else { self.marked(node, prefix) };
        self.line(&format!("- {item}"), depth);
        self.details(node, node.kind == NodeKind::Execute, depth + 1);
    }

    /// Writes a decision with its branches and the merge where they meet.
    fn decision(&mut self, position: usize, merge: usize, depth: usize) -> Option<()> {
        let node = &self.graph.nodes[position];
        self.line(&format!("- {}", self.marked(node, "Decision: ")), depth);
        self.details(node, true, depth + 1);
        for way in &self.shape.ways[position] {
            let answer = way.edge.label.as_deref()?;
            self.line(&format!("- {}:", escaped(answer)), depth + 1);
            self.sequence(way.to, Some(merge), depth + 2)?;
        }
        let merge = &self.graph.nodes[merge];
        if self.style == Style::Marked {
            self.line(&format!("- {}", self.marked(merge, "Merge: ")), depth + 1);
        }
        Some(())
    }

    /// The description and the code of a node. Code that the importer would make nodes of is quoted.
    fn details(&mut self, node: &Node, holds_code: bool, depth: usize) {
        let is_safe = |text: &str| has_no_code(text) && (self.style == Style::Plain || !has_items(text));
        let description = quoted_unless(&node.description, is_safe);
        if !description.is_empty() {
            self.block(&description, depth);
        }
        let (first, rest) = node.code.split_at(node.code.len().min(usize::from(holds_code)));
        for code in first {
            self.block(&fenced(code), depth);
        }
        for code in rest {
            self.block(&quote(&fenced(code)), depth);
        }
    }

    /// A node's label and, in the style that says everything, its kind and its id.
    fn named(&self, node: &Node, prefix: &str) -> String {
        match self.style {
            Style::Plain if is_derived(&node.id) => escaped(&node.label),
            Style::Plain => format!("{} {{#{}}}", escaped(&node.label), node.id),
            Style::Marked => self.marked(node, prefix),
        }
    }

    /// A node's label with its kind.
    fn marked(&self, node: &Node, prefix: &str) -> String {
        let label = escaped(&node.label);
        match self.style {
            Style::Plain if is_derived(&node.id) => format!("{prefix}{label}"),
            _ => format!("{prefix}{label} {{#{}}}", node.id),
        }
    }

    fn line(&mut self, line: &str, depth: usize) {
        let _ = writeln!(self.text, "{}{line}", "  ".repeat(depth));
    }

    /// A text between empty lines.
    fn block(&mut self, text: &str, depth: usize) {
        if text.is_empty() {
            return;
        }
        if !self.text.ends_with("\n\n") && !self.text.is_empty() {
            self.text.push('\n');
        }
        for line in text.lines() {
            if line.is_empty() { self.text.push('\n') } else { self.line(line, depth) }
        }
        self.text.push('\n');
    }
}

/// Per node the phases that it lies in, the outermost first; `None` when they nest deeper than anyone reads.
fn chains(graph: &Graph) -> Option<Vec<Vec<NodeId>>> {
    let around: HashMap<&NodeId, &NodeId> =
        graph.nodes.iter().filter_map(|node| Some((&node.id, node.phase.as_ref()?))).collect();
    let chain = |node: &Node| {
        let phases = std::iter::successors(node.phase.as_ref(), |phase| around.get(phase).copied());
        let mut phases: Vec<NodeId> = phases.take(MAX_DEPTH + 1).cloned().collect();
        phases.reverse();
        (phases.len() <= MAX_DEPTH).then_some(phases)
    };
    graph.nodes.iter().map(chain).collect()
}

/// The phases after which the text goes on in what is around them: they are items, with their own below, since a heading
/// has no end.
fn listed_phases(graph: &Graph, chains: &[Vec<NodeId>]) -> HashSet<NodeId> {
    let nodes = graph.nodes.iter().zip(chains).filter(|(node, _)| node.kind != NodeKind::Phase);
    let chains: Vec<&Vec<NodeId>> = nodes.map(|(_, chain)| chain).collect();
    let mut listed: HashSet<NodeId> = HashSet::new();
    loop {
        let before = listed.len();
        let mut open: &[NodeId] = &[];
        for phases in &chains {
            let headings = phases.iter().take_while(|phase| !listed.contains(*phase)).count();
            let common = phases.iter().zip(open).take_while(|(new, open)| new == open).count().min(headings);
            if common == headings && common < open.len() {
                listed.insert(open[common].clone());
            }
            open = &phases[..headings];
        }
        if listed.len() == before {
            return listed;
        }
    }
}

/// The graph as a document around a flowchart.
fn flowchart(graph: &Graph) -> String {
    let mut text = head(graph, as_entities);
    for part in [prose(&graph.description), format!("```mermaid\n{}```", mermaid::only_chart(graph))] {
        if !part.is_empty() {
            let _ = write!(text, "{part}\n\n");
        }
    }
    let told: Vec<&Node> =
        graph.nodes.iter().filter(|node| !node.description.is_empty() || !node.code.is_empty()).collect();
    if !told.is_empty() {
        text.push_str("## Instructions\n");
    }
    for node in told {
        let _ = write!(text, "\n### {}\n", escaped(&node.label));
        for part in std::iter::once(node.description.clone()).chain(node.code.iter().map(fenced)) {
            if !part.is_empty() {
                let _ = write!(text, "\n{}\n", prose(&part));
            }
        }
    }
    text
}

/// A text in a document that is read for its flowchart: a second one in it must not be taken for the playbook's.
fn prose(text: &str) -> String {
    quoted_unless(text, |text| !["graph", "flowchart", "mermaid"].iter().any(|word| text.contains(word)))
}

/// Tags and title.
fn head(graph: &Graph, escaped: fn(&str) -> String) -> String {
    let mut text = String::new();
    if !graph.tags.is_empty() {
        let tags = graph.tags.iter().map(|tag| format!("  - {}\n", serde_json::Value::from(one_line(tag))));
        text = format!("---\ntags:\n{}---\n\n", tags.collect::<String>());
    }
    let _ = write!(text, "# {}\n\n", escaped(&graph.title));
    text
}

/// Whether an id is one that the importer derives, so that it need not be written.
fn is_derived(id: &NodeId) -> bool {
    let digest = id.as_str().split_once('-').map(|(_, digest)| digest.split('~').next().unwrap_or_default());
    let kinds = [NodeKind::Phase, NodeKind::Step, NodeKind::Decision, NodeKind::Execute, NodeKind::Merge];
    kinds.iter().any(|kind| id.as_str().starts_with(kind.as_str()))
        && digest.is_some_and(|digest| digest.len() == 8 && digest.chars().all(|c| c.is_ascii_hexdigit()))
}

/// A label in which nothing is markup. Where the importer could take the backslash of an escape for one of a path, markup
/// is written as entities.
fn escaped(label: &str) -> String {
    let mut escaped = String::with_capacity(label.len());
    let numbered = label.trim_start_matches(|c: char| c.is_ascii_digit());
    let number_end = label.len() - numbered.len();
    let has_path = label.contains('\\');
    let mut before = ' ';
    for (position, character) in label.char_indices() {
        let is_markup = matches!(character, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '|' | '~' | '#');
        let begins_list = position == 0 && matches!(character, '-' | '+' | '=')
            || position == number_end && position > 0 && matches!(character, '.' | ')');
        let next = label[position + character.len_utf8()..].chars().next();
        // A backslash before a letter is one, to Markdown as well.
        let is_plain = character == '\\' && next.is_some_and(|next| next.is_ascii_alphanumeric());
        let is_escaped = is_markup && !is_plain || begins_list;
        if is_escaped && (has_path || matches!(before, ':' | '%' | '~' | '.')) {
            let _ = write!(escaped, "&#{};", u32::from(character));
        } else {
            if is_escaped {
                escaped.push('\\');
            }
            escaped.push(character);
        }
        before = character;
    }
    escaped
}

/// A title in which nothing is markup, neither of Markdown nor of a flowchart.
fn as_entities(title: &str) -> String {
    let mut escaped = String::with_capacity(title.len());
    for character in title.chars() {
        if character.is_ascii_punctuation() && !",.'!?()/-".contains(character) {
            let _ = write!(escaped, "&#{};", u32::from(character));
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// Whether a text holds nothing but paragraphs, so that it can stand where lists are steps and headings are phases.
fn is_plain_text(text: &str) -> bool {
    has_no_code(text)
        && !has_items(text)
        && !text.lines().any(|line| line.trim_start().starts_with(['#', '|', '=', '<', '[', '*', '_']))
}

fn has_no_code(text: &str) -> bool {
    !text.contains("```")
        && !text.contains("~~~")
        && !text.lines().any(|line| line.starts_with("    ") || line.starts_with('\t'))
}

fn has_items(text: &str) -> bool {
    let begins_item = |line: &str| {
        let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
        line.starts_with(['-', '*', '+']) || number.len() < line.len() && number.starts_with(['.', ')'])
    };
    text.lines().any(|line| begins_item(line.trim_start()) || begins_pasted_item(line))
}

fn quoted_unless(text: &str, is_safe: impl Fn(&str) -> bool) -> String {
    if is_safe(text) { text.to_owned() } else { quote(text) }
}

fn quote(text: &str) -> String {
    text.lines().map(|line| format!("> {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

/// Code in a fence that nothing in it closes.
fn fenced(code: &Code) -> String {
    let longest = code.text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    let language = code.language.as_deref().unwrap_or_default();
    format!("{fence}{language}\n{}\n{fence}", code.text.trim_end_matches('\n'))
}
