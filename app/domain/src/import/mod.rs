//! From the text of a playbook to its graph.
//!
//! Odd text never fails an import and never vanishes: what is not structure becomes the description of the nearest
//! node, and an [`ImportIssue`] says so. Importing is pure and deterministic: the same text gives the same graph with
//! the same ids. Only what cannot be a playbook at all is refused.

mod align;
pub(crate) mod cacao;
mod issues;
pub(crate) mod json;
pub(crate) mod located;
mod markdown;
pub mod mermaid;
mod node_ids;
mod parts;
mod repair;
mod tags;
mod unnamed;

pub use align::align;
pub(crate) use markdown::{as_markdown, begins_pasted_item};
pub(crate) use tags::tag;

use std::borrow::Cow;

use crate::command::check_length;
use crate::graph::{Edge, Flow, Graph, MAX_LABEL_CHARS, Node};
use crate::ids::MAX_NAME_CHARS;
use crate::source::{Content, Format, ImportIssue, Part, Severity};
use crate::text::shortened;

/// Largest source that is read, in bytes.
pub const MAX_SOURCE_BYTES: usize = 1024 * 1024;

/// Most nodes that a playbook may have.
pub const MAX_NODES: usize = 5_000;

/// Most edges that a playbook may have, as they are written.
pub const MAX_EDGES: usize = 10_000;

/// Most ways between nodes that its edges may stand for ([`Flow::count_ways`]).
pub const MAX_WAYS: usize = 20_000;

/// How many phases may lie in each other.
pub const MAX_DEPTH: usize = 50;

/// Most tags of a playbook; the source keeps the others.
pub const MAX_TAGS: usize = 50;

/// Most bytes of all texts of a graph together. One that is written once may be read many times: the label of
/// `a & b -->|label| c & d`, for example.
pub const MAX_TEXT_BYTES: usize = 4 * MAX_SOURCE_BYTES;

/// Most lines of a document, with the characters that could be markup of Markdown: a fifth of the largest source.
pub const MAX_SIGNS: usize = 200_000;

/// The formats, for a message.
const FORMATS: &str = "Markdown, Mermaid, CACAO or JSON";

/// A playbook as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// What was read; always valid ([`Graph::validate`]).
    pub graph: Graph,
    /// The format it was read as.
    pub format: Format,
    /// What the author should know, in the order of the source.
    pub issues: Vec<ImportIssue>,
    /// Which part of the source was asked for and read.
    pub part: Option<Part>,
    /// What the source holds that can be read as a playbook.
    pub contents: Vec<Content>,
}

/// Why a text is not a playbook at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportRefusal {
    /// There is no text.
    #[error("the source is empty: paste or choose a playbook in {FORMATS}")]
    Empty,
    /// It has NUL bytes: it is not a text.
    #[error("this is a binary file: save the playbook as a text in {FORMATS} and import that")]
    Binary,
    /// Over [`MAX_SOURCE_BYTES`].
    #[error("the source has {bytes} bytes, the limit is {MAX_SOURCE_BYTES}: split the playbook")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Over [`MAX_NODES`].
    #[error("the playbook has {nodes} nodes, the limit is {MAX_NODES}: split the playbook")]
    TooManyNodes {
        /// How many there are.
        nodes: usize,
    },
    /// Over [`MAX_EDGES`].
    #[error("the playbook has {edges} edges, the limit is {MAX_EDGES}: leave out some, or split the playbook")]
    TooManyEdges {
        /// How many there are.
        edges: usize,
    },
    /// Over [`MAX_WAYS`].
    #[error(
        "the edges to and from phases stand for {ways} ways between steps, the limit is {MAX_WAYS}: lead them to single \
         steps, or split the playbook"
    )]
    TooManyWays {
        /// How many there are.
        ways: usize,
    },
    /// Over [`MAX_DEPTH`].
    #[error("{depth} phases lie in each other, the limit is {MAX_DEPTH}: take the inner ones out of those around them")]
    TooDeep {
        /// How many there are.
        depth: usize,
    },
    /// Over [`MAX_TEXT_BYTES`].
    #[error(
        "the texts of all steps and ways have {bytes} bytes together, the limit is {MAX_TEXT_BYTES}: shorten those that stand \
         in many places"
    )]
    TooMuchText {
        /// How many there are.
        bytes: usize,
    },
    /// Over [`MAX_SIGNS`].
    #[error(
        "the text has {signs} lines and signs of markup (brackets, stars, pipes), the limit is {MAX_SIGNS}: split the \
         playbook, or say which format it has"
    )]
    TooManySigns {
        /// How many there are.
        signs: usize,
    },
    /// A Mermaid diagram that is no flowchart.
    #[error(
        "this is a Mermaid {kind}: only flowcharts (`flowchart` or `graph`) can be executed; draw it as one, or write the \
         steps as a list"
    )]
    OtherDiagram {
        /// The keyword it begins with.
        kind: String,
    },
    /// Text that begins like JSON and is none.
    #[error("this is not valid JSON: {fault} in line {line}, column {column}; mend it there and import it again")]
    BrokenJson {
        /// The line of the fault, counted from 1.
        line: usize,
        /// Where in that line, counted from 1.
        column: usize,
        /// What is wrong.
        fault: String,
    },
    /// JSON of another kind.
    #[error(
        "this JSON is no playbook: one of CACAO has “type”: “playbook” and a “workflow”, one of Playbook Forge has \
         “format”: “playbook-forge”"
    )]
    OtherJson,
    /// A readable text in which nothing is to be done.
    #[error(
        "nothing to do was found: begin each step on a line of its own with “- ” or “1. ”, or write commands in code \
         blocks, a table with a column “Step”, or a flowchart"
    )]
    NoSteps,
    /// A part was asked for that the source does not have.
    #[error("there is no flowchart {wanted}: {}", flowcharts(*.there))]
    NoSuchFlowchart {
        /// Which was asked for, counted from 1.
        wanted: u32,
        /// How many there are.
        there: usize,
    },
    /// A part was asked for of a source that has none.
    #[error("a part can be chosen of Markdown and Mermaid only: this is {}", .0.name())]
    NoParts(Format),
    /// A text that is to be read as Mermaid and holds no diagram.
    #[error("no flowchart was found: begin it with a line “flowchart TD” and write ways as “a --> b”")]
    NoFlowchart,
}

fn flowcharts(there: usize) -> String {
    match there {
        0 => "the text has none".to_owned(),
        1 => "the text has one".to_owned(),
        there => format!("the text has {there}"),
    }
}

/// Reads a playbook. The format is detected from the content when it is not given.
///
/// # Errors
/// Only when the text is no playbook at all; see [`ImportRefusal`].
pub fn import(source: &str, format: Option<Format>) -> Result<Imported, ImportRefusal> {
    import_part(source, format, None)
}

/// Reads a playbook from a part of a document; from the part with more to do when none is named.
///
/// # Errors
/// As for [`import`], and when there is no such part.
pub fn import_part(source: &str, format: Option<Format>, part: Option<Part>) -> Result<Imported, ImportRefusal> {
    if source.len() > MAX_SOURCE_BYTES {
        return Err(ImportRefusal::TooLarge { bytes: source.len() });
    }
    if source.contains('\0') {
        return Err(ImportRefusal::Binary);
    }
    let source = &*with_plain_line_ends(source.strip_prefix('\u{feff}').unwrap_or(source));
    if source.trim().is_empty() {
        return Err(ImportRefusal::Empty);
    }
    let (given, format) = (format, format.map_or_else(|| detect(source), Ok)?);
    let parts::Read { mut graph, mut issues, format, contents } = match (format, part) {
        (Format::Markdown | Format::Mermaid, Some(part)) => parts::chosen(source, part)?,
        (format, Some(_)) => return Err(ImportRefusal::NoParts(format)),
        (Format::Markdown, None) if given.is_none() => parts::larger(source)?,
        (Format::Markdown, None) => parts::read(source, format, markdown::parse(source)?),
        (Format::Mermaid, None) => parts::read(source, format, mermaid::parse(source)?),
        (Format::Cacao, None) => parts::read(source, format, cacao::parse(source)?),
        (Format::Json, None) => parts::read(source, format, json::parse(source)?),
    };
    check_size(&graph)?;
    if graph.actionable_count() == 0 {
        return Err(ImportRefusal::NoSteps);
    }
    unnamed::name(&mut graph, &mut issues);
    shorten_names(&mut graph, &mut issues);
    shorten_ways(&mut graph, &mut issues);
    issues::cut(&mut issues);
    Ok(Imported { graph, format, issues, part, contents })
}

/// What a playbook is called that nobody has called anything.
pub(crate) const UNTITLED: [&str; 2] = ["Untitled playbook", "Untitled flowchart"];

/// Names a playbook without a title by the file it came from.
pub fn name_by_file(graph: &mut Graph, file_name: &str) {
    let stem = file_name.rsplit_once('.').map_or(file_name, |(stem, _)| stem);
    let stem = stem.rsplit(['/', '\\']).next().unwrap_or(stem);
    if let (true, Ok(name)) = (UNTITLED.contains(&graph.title.as_str()), crate::legible::name(stem)) {
        graph.title = name;
    }
}

/// Whether a graph is one that can be drawn and run, as far as its size goes.
fn check_size(graph: &Graph) -> Result<(), ImportRefusal> {
    if graph.nodes.len() > MAX_NODES {
        return Err(ImportRefusal::TooManyNodes { nodes: graph.nodes.len() });
    }
    if graph.edges.len() > MAX_EDGES {
        return Err(ImportRefusal::TooManyEdges { edges: graph.edges.len() });
    }
    let bytes = text_bytes(graph);
    if bytes > MAX_TEXT_BYTES {
        return Err(ImportRefusal::TooMuchText { bytes });
    }
    let depth = graph.depth();
    if depth > MAX_DEPTH {
        return Err(ImportRefusal::TooDeep { depth });
    }
    let ways = Flow::count_ways(graph);
    if ways > MAX_WAYS {
        return Err(ImportRefusal::TooManyWays { ways });
    }
    Ok(())
}

fn text_bytes(graph: &Graph) -> usize {
    let code = |node: &Node| node.code.iter().map(|code| code.text.len()).sum::<usize>();
    let of_node = |node: &Node| node.id.as_str().len() + node.label.len() + node.description.len() + code(node);
    let of_edge =
        |edge: &Edge| edge.from.as_str().len() + edge.to.as_str().len() + edge.label.as_ref().map_or(0, String::len);
    let nodes = graph.nodes.iter().map(of_node).sum::<usize>();
    graph.description.len() + nodes + graph.edges.iter().map(of_edge).sum::<usize>()
}

/// A value without its quotes. YAML's double quotes escape as JSON's do.
fn unquoted(value: &str) -> String {
    match serde_json::from_str::<String>(value) {
        Ok(text) => text.trim().to_owned(),
        Err(_) => value.trim_matches(['"', '\'']).trim().to_owned(),
    }
}

/// A source may hold a title or a tag of any length, and any number of tags; a playbook may not. The source keeps what is
/// cut.
fn shorten_names(graph: &mut Graph, issues: &mut Vec<ImportIssue>) {
    if graph.tags.len() > MAX_TAGS {
        graph.tags.truncate(MAX_TAGS);
        let message = format!("A playbook has at most {MAX_TAGS} tags; the rest of these was left out.");
        issues.push(ImportIssue { line: None, severity: Severity::Warning, message });
    }
    let tags = std::iter::repeat("tag").zip(&mut graph.tags);
    for (what, name) in std::iter::once(("title", &mut graph.title)).chain(tags) {
        if check_length(what, name, MAX_NAME_CHARS).is_err() {
            *name = shortened(name, MAX_NAME_CHARS);
            let message = format!("A {what} has at most {MAX_NAME_CHARS} characters; the rest of this one was cut.");
            issues.push(ImportIssue { line: None, severity: Severity::Warning, message });
        }
    }
}

/// The label of a way may be an answer, which every event that chooses it repeats. The source keeps what is cut.
fn shorten_ways(graph: &mut Graph, issues: &mut Vec<ImportIssue>) {
    for label in graph.edges.iter_mut().filter_map(|edge| edge.label.as_mut()) {
        let kept = shortened(label, MAX_LABEL_CHARS);
        if kept != *label {
            let message = format!(
                "The label of a way has at most {MAX_LABEL_CHARS} characters; the rest of “{}” was cut.",
                shortened(label, 50)
            );
            issues.push(ImportIssue { line: None, severity: Severity::Warning, message });
            *label = kept;
        }
    }
}

/// The text with `\n` at the end of every line, as all importers count them, and a text field does.
fn with_plain_line_ends(source: &str) -> Cow<'_, str> {
    if source.contains('\r') { source.replace("\r\n", "\n").replace('\r', "\n").into() } else { source.into() }
}

/// A flowchart without a fence is Mermaid, even if it has lost its first line, and so is a document that holds a Mermaid
/// fence but no lists.
/// Of JSON, what stands in it says whose it is.
fn detect(source: &str) -> Result<Format, ImportRefusal> {
    if begins_as_json(source) {
        return json::detect(source);
    }
    let is_chart = mermaid::is_bare_chart(source) || mermaid::is_marked(source) || mermaid::is_headless_chart(source);
    Ok(if is_chart || markdown::mermaid_fences_only(source) { Format::Mermaid } else { Format::Markdown })
}

/// Whether a text begins with an object or a list of them: `{{ … }}` and `[a link](…)` are none.
fn begins_as_json(source: &str) -> bool {
    let second = |open| source.trim_start().strip_prefix(open).map(str::trim_start);
    second('{').is_some_and(|rest| rest.starts_with(['"', '}']))
        || second('[').is_some_and(|rest| rest.starts_with('{') && begins_as_json(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_remarks_as_anyone_reads_are_made() {
        let questions: String = (0..300).map(|number| format!("  q{number}{{Sure?}}\n")).collect();
        let imported = import(&format!("flowchart TD\n{questions}"), None);
        let Ok(Imported { issues, .. }) = imported else { panic!("{imported:?}") };
        assert_eq!(issues.len(), 200);
        assert!(issues.last().is_some_and(|issue| issue.message.starts_with("There are more")), "{issues:?}");
    }

    #[test]
    fn lines_are_the_same_whatever_they_end_with() {
        for text in ["# A\n\n1. One\n2. Two\n", "flowchart TD\n  a --> b\n", "{\"format\":\n\"playbook-forge\",\n}"] {
            let read = import(text, None);
            assert_eq!(import(&text.replace('\n', "\r\n"), None), read);
            assert_eq!(import(&text.replace('\n', "\r"), None), read);
        }
    }

    #[test]
    fn a_playbook_without_a_title_is_named_by_its_file() {
        let named = |source: &str, file: &str| {
            let mut graph = import(source, None).expect("a playbook").graph;
            name_by_file(&mut graph, file);
            graph.title
        };
        assert_eq!(named("flowchart TD\n a --> b\n", "lost-laptop.mmd"), "lost-laptop");
        assert_eq!(named("flowchart TD\n a --> b\n", "C:\\soc\\lost.laptop.mmd"), "lost.laptop");
        assert_eq!(named("---\ntitle: Mail\n---\nflowchart TD\n a --> b\n", "lost.mmd"), "Mail");
        assert_eq!(named("flowchart TD\n a --> b\n", " .mmd"), "Untitled flowchart");
    }

    #[test]
    fn a_title_or_tag_over_its_limit_is_cut_and_that_is_said() {
        let long = "ü".repeat(MAX_NAME_CHARS + 1);
        for front in [
            "---\ntitle: LONG\ntags: [LONG, soc]\n---\nflowchart TD\n  a --> b\n",
            "---\ntitle: LONG\ntags: [LONG, soc]\n---\n- Call\n",
        ] {
            let imported = import(&front.replace("LONG", &long), None);
            let Ok(Imported { graph, issues, .. }) = imported else { panic!("{imported:?}") };
            let names: Vec<&String> = std::iter::once(&graph.title).chain(&graph.tags).collect();
            assert_eq!(names.iter().map(|name| name.chars().count()).collect::<Vec<_>>(), [200, 200, 3]);
            assert_eq!(issues.iter().filter(|issue| issue.message.contains("at most 200")).count(), 2, "{issues:?}");
        }
        let exact = import(&format!("# {}\n- Call", "ü".repeat(MAX_NAME_CHARS)), None);
        assert_eq!(exact.map(|imported| imported.issues), Ok(Vec::new()));
    }
}
