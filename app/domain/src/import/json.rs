//! Our own JSON: the graph as it is, so that nothing is lost between two installations.
//!
//! The format is published as a JSON Schema ([`crate::export::JSON_SCHEMA`]). What does not fit it is repaired
//! or left out, and an issue says so with its line. Where a node begins in the source is read from the text itself.

use super::ImportRefusal;
use super::cacao;
use super::issues::Issues;
use super::located::{Document, Part};
use super::node_ids::{NodeIds, fit};
use super::repair::repair;
use crate::graph::{Code, Edge, Graph, MAX_LABEL_CHARS, Node, NodeKind};
use crate::source::{Format, ImportIssue};
use crate::text::{one_line, shortened};

/// The value of `format` in every file of this format.
pub(crate) const FORMAT: &str = "playbook-forge";

/// The version of the format that is written. Readers of a version read every file of it.
pub(crate) const FORMAT_VERSION: u64 = 1;

/// Which of the formats in JSON this is.
///
/// # Errors
/// [`ImportRefusal::BrokenJson`], [`ImportRefusal::OtherJson`].
pub(super) fn detect(source: &str) -> Result<Format, ImportRefusal> {
    let document = Document::read(source)?;
    let root = document.root();
    let is_ours = root.member("format").and_then(Part::string).is_some_and(|format| format == FORMAT);
    match is_ours {
        true => Ok(Format::Json),
        false if cacao::is_playbook(root) => Ok(Format::Cacao),
        false => Err(ImportRefusal::OtherJson),
    }
}

/// Reads a graph.
///
/// # Errors
/// [`ImportRefusal::BrokenJson`], and [`ImportRefusal::OtherJson`] when there are no nodes.
pub(super) fn parse(source: &str) -> Result<(Graph, Vec<ImportIssue>), ImportRefusal> {
    let document = Document::read(source)?;
    let root = document.root();
    let Some(nodes) = root.member("nodes").and_then(Part::items) else {
        return Err(ImportRefusal::OtherJson);
    };
    let mut reader = Reader::default();
    let mut graph = Graph::default();
    for (name, part) in root.members().unwrap_or_default() {
        match name.as_str() {
            "title" => graph.title = reader.line_of_text(part, "title"),
            "description" => graph.description = reader.text(part, "description"),
            "tags" => graph.tags = reader.tags(part),
            "format_version" => reader.version(part),
            "nodes" | "edges" | "format" | "$schema" => {}
            unknown => reader.unknown(part, unknown),
        }
    }
    if graph.title.is_empty() {
        reader.issues.warning(root.line(), "There is no “title”.");
        graph.title = super::UNTITLED[0].to_owned();
    }
    graph.nodes = nodes.into_iter().filter_map(|part| reader.node(part)).collect();
    let edges = root.member("edges").map(|part| (part, part.items()));
    if let Some((part, None)) = edges {
        reader.wrong(part, "edges", "a list");
    }
    let edges: Vec<(Edge, u32)> = edges
        .and_then(|(_, items)| items)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|part| Some((reader.edge(part)?, part.line())))
        .collect();
    let (edges, lines): (Vec<Edge>, Vec<u32>) = edges.into_iter().unzip();
    graph.edges = edges;
    repair(&mut graph, &lines, &mut reader.issues);
    Ok((graph, reader.issues.into_sorted()))
}

#[derive(Default)]
struct Reader {
    ids: NodeIds,
    issues: Issues,
}

impl Reader {
    fn wrong(&mut self, part: Part<'_>, name: &str, expected: &str) {
        let message = format!("“{name}” should be {expected}, not {}; it was left out.", part.kind());
        self.issues.error(part.line(), message);
    }

    fn unknown(&mut self, part: Part<'_>, name: &str) {
        self.issues.warning(part.line(), format!("“{}” is not known here; it was left out.", shortened(name, 50)));
    }

    fn version(&mut self, part: Part<'_>) {
        if part.value().as_u64() != Some(FORMAT_VERSION) {
            let message = format!("This is not version {FORMAT_VERSION} of the format; what is unknown is left out.");
            self.issues.warning(part.line(), message);
        }
    }

    fn text(&mut self, part: Part<'_>, name: &str) -> String {
        part.string().unwrap_or_else(|| {
            self.wrong(part, name, "a text");
            String::new()
        })
    }

    fn line_of_text(&mut self, part: Part<'_>, name: &str) -> String {
        one_line(&self.text(part, name))
    }

    fn tags(&mut self, part: Part<'_>) -> Vec<String> {
        let Some(items) = part.items() else {
            self.wrong(part, "tags", "a list of texts");
            return Vec::new();
        };
        let tags = items.into_iter().map(|item| self.line_of_text(item, "tags"));
        tags.filter(|tag| !tag.is_empty()).collect()
    }

    fn node(&mut self, part: Part<'_>) -> Option<Node> {
        let Some(members) = part.members() else {
            self.wrong(part, "nodes", "a list of objects");
            return None;
        };
        let mut node = Node::new("", NodeKind::Step, "");
        node.line = Some(part.line());
        for (name, part) in members {
            match name.as_str() {
                "id" => node.id = fit(&self.text(part, "id")),
                "kind" => node.kind = self.kind(part),
                "label" => node.label = self.text(part, "label"),
                "description" => node.description = self.text(part, "description"),
                "code" => node.code = self.code(part),
                "phase" => node.phase = Some(fit(&self.text(part, "phase"))),
                "optional" => node.optional = self.is_true(part),
                unknown => self.unknown(part, unknown),
            }
        }
        node.phase = node.phase.filter(|phase| !phase.as_str().is_empty());
        self.name(&mut node, part.line());
        Some(node)
    }

    /// Sees to it that a node has a label of one line and an id of its own.
    fn name(&mut self, node: &mut Node, line: u32) {
        let label = one_line(&node.label);
        if label.chars().count() > MAX_LABEL_CHARS {
            let message =
                format!("A label has at most {MAX_LABEL_CHARS} characters; this one stands in the description.");
            self.issues.warning(line, message);
            node.description = format!("{label}\n\n{}", node.description).trim_end().to_owned();
        }
        node.label = shortened(&label, MAX_LABEL_CHARS);
        if node.label.is_empty() {
            let fallback = if node.id.as_str().trim().is_empty() { node.kind.as_str() } else { node.id.as_str() };
            self.issues.warning(line, format!("A node has no label; it is called “{fallback}” now."));
            node.label = shortened(&one_line(fallback), MAX_LABEL_CHARS);
        }
        if node.id.as_str().is_empty() {
            node.id = self.ids.derive("", node.kind, &node.label);
            self.issues.warning(line, format!("“{}” has no id; it has the id “{}” now.", node.label, node.id));
            return;
        }
        let id = self.ids.explicit(node.id.as_str());
        if id != node.id {
            let message = format!("Another node has the id “{}”; this one has the id “{id}” now.", node.id);
            self.issues.error(line, message);
        }
        node.id = id;
    }

    fn kind(&mut self, part: Part<'_>) -> NodeKind {
        serde_json::from_value(part.value()).unwrap_or_else(|_| {
            let message = "“kind” is one of phase, step, decision, execute and merge; this node was read as a step.";
            self.issues.error(part.line(), message);
            NodeKind::Step
        })
    }

    fn is_true(&mut self, part: Part<'_>) -> bool {
        part.value().as_bool().unwrap_or_else(|| {
            self.wrong(part, "optional", "true or false");
            false
        })
    }

    fn code(&mut self, part: Part<'_>) -> Vec<Code> {
        let Some(items) = part.items() else {
            self.wrong(part, "code", "a list of objects");
            return Vec::new();
        };
        items.into_iter().filter_map(|item| self.one_code(item)).collect()
    }

    fn one_code(&mut self, part: Part<'_>) -> Option<Code> {
        let Some(members) = part.members() else {
            self.wrong(part, "code", "a list of objects");
            return None;
        };
        let mut code = Code { language: None, text: String::new() };
        for (name, part) in members {
            match name.as_str() {
                "language" if part.value().is_null() => {}
                "language" => code.language = Some(self.text(part, "language")),
                "text" => code.text = self.text(part, "text"),
                unknown => self.unknown(part, unknown),
            }
        }
        Some(code)
    }

    fn edge(&mut self, part: Part<'_>) -> Option<Edge> {
        let Some(members) = part.members() else {
            self.wrong(part, "edges", "a list of objects");
            return None;
        };
        let mut edge = Edge::new("", "");
        for (name, part) in members {
            match name.as_str() {
                "from" => edge.from = fit(&self.text(part, "from")),
                "to" => edge.to = fit(&self.text(part, "to")),
                "label" => edge.label = Some(self.line_of_text(part, "label")).filter(|label| !label.is_empty()),
                unknown => self.unknown(part, unknown),
            }
        }
        Some(edge)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::import;
    use crate::source::Severity;

    fn read(nodes: &str, edges: &str) -> (Graph, Vec<String>) {
        let source = format!(
            "{{\"format\": \"playbook-forge\", \"format_version\": 1, \"title\": \"T\",\n\"nodes\": [{nodes}],\n\"edges\": [{edges}]}}"
        );
        let imported = import(&source, None).unwrap();
        assert_eq!(imported.graph.validate(), Ok(()));
        assert_eq!(imported.format, Format::Json);
        let issues = imported.issues.iter().map(|issue| format!("{}: {}", issue.line.unwrap_or(0), issue.message));
        (imported.graph, issues.collect())
    }

    fn ids(graph: &Graph) -> Vec<&str> {
        graph.nodes.iter().map(|node| node.id.as_str()).collect()
    }

    #[test]
    fn a_whole_node_is_read_and_knows_its_line() {
        let (graph, issues) = read(
            "{\"id\":\"p\",\"kind\":\"phase\",\"label\":\"P\"},\n{\"id\":\"a\",\"kind\":\"execute\",\"label\":\"A\",\
             \"description\":\"D\\nE\",\"code\":[{\"language\":null,\"text\":\"ls\"}],\"phase\":\"p\",\"optional\":true}",
            "{\"from\":\"a\",\"to\":\"a\",\"label\":\"again\"}",
        );
        let code = Code { language: None, text: "ls".into() };
        let expected = Node {
            description: "D\nE".into(),
            code: vec![code],
            phase: Some("p".into()),
            optional: true,
            line: Some(3),
            ..Node::new("a", NodeKind::Execute, "A")
        };
        assert_eq!((&graph.nodes[1], issues), (&expected, Vec::new()));
        assert_eq!(graph.edges, [Edge::labelled("a", "a", "again")]);
    }

    #[test]
    fn references_to_nothing_are_left_out_and_reported_with_their_line() {
        let (graph, issues) = read(
            "{\"id\":\"a\",\"label\":\"A\",\"phase\":\"gone\"},{\"id\":\"b\",\"label\":\"B\",\"phase\":\"a\"}",
            "{\"from\":\"a\",\"to\":\"b\"},\n{\"from\":\"a\",\"to\":\"gone\"}",
        );
        assert_eq!(graph.edges, [Edge::new("a", "b")]);
        assert!(graph.nodes.iter().all(|node| node.phase.is_none()));
        assert_eq!(issues.iter().map(|issue| &issue[..2]).collect::<Vec<_>>(), ["2:", "2:", "4:"], "{issues:?}");
    }

    #[test]
    fn phases_that_lie_in_each_other_are_taken_apart_and_stand_before_what_lies_in_them() {
        let phase = |id: &str, around: &str| {
            format!("{{\"id\":\"{id}\",\"kind\":\"phase\",\"label\":\"{id}\",\"phase\":\"{around}\"}}")
        };
        let nodes = [
            "{\"id\":\"a\",\"label\":\"A\",\"phase\":\"x\"}".to_owned(),
            phase("x", "y"),
            phase("y", "z"),
            phase("z", "x"),
            phase("w", "w"),
        ];
        let (graph, issues) = read(&nodes.join(","), "");
        assert_eq!(issues.len(), 2, "{issues:?}");
        assert_eq!(ids(&graph), ["x", "a", "z", "y", "w"]);
    }

    #[test]
    fn doubles_and_what_is_missing_are_named_anew() {
        let (graph, issues) = read("{\"id\":\"a\",\"label\":\"A\"},{\"id\":\"a\"},{\"label\":\"B\"}", "");
        assert_eq!(ids(&graph)[..2], ["a", "a~2"]);
        assert!(ids(&graph)[2].starts_with("step-"));
        assert_eq!((graph.nodes[1].label.as_str(), issues.len()), ("a", 3), "{issues:?}");
    }

    #[test]
    fn what_is_unknown_or_of_another_type_is_left_out_with_an_issue() {
        let source = "{\"format\": \"playbook-forge\", \"format_version\": 2, \"title\": 7, \"owner\": \"me\", \"tags\": \"soc\",\n\
                      \"nodes\": [3, {\"id\": \"a\", \"label\": \"A\", \"kind\": \"task\", \"optional\": 1,\n\"colour\": \"red\"}], \"edges\": {}}";
        let imported = import(source, None).unwrap();
        let issues: Vec<_> = imported.issues.iter().map(|issue| (issue.line, issue.severity)).collect();
        let (one, two, three) = (Some(1), Some(2), Some(3));
        use Severity::{Error, Warning};
        assert_eq!(
            issues,
            [
                (one, Warning),
                (one, Error),
                (one, Warning),
                (one, Error),
                (one, Warning),
                (two, Error),
                (two, Error),
                (two, Error),
                (three, Warning),
                (three, Error)
            ],
            "{:?}",
            imported.issues
        );
        assert_eq!((imported.graph.title.as_str(), ids(&imported.graph)), ("Untitled playbook", vec!["a"]));
    }

    #[test]
    fn other_json_is_refused_with_what_a_playbook_looks_like() {
        for source in ["{}", "{\"type\": \"bundle\", \"objects\": []}", "[{\"a\": 1}]", "{\"format\": \"other\"}"] {
            assert_eq!(import(source, None), Err(ImportRefusal::OtherJson), "{source}");
        }
        assert_eq!(import("{\"nodes\": {}}", Some(Format::Json)), Err(ImportRefusal::OtherJson));
        let broken = import("{\n\"format\": \"playbook-forge\",\n}", None);
        assert!(matches!(broken, Err(ImportRefusal::BrokenJson { line: 3, .. })), "{broken:?}");
    }
}
