//! Markdown (CommonMark with GFM) to a graph.
//!
//! Four passes, each blind to the next: `front_matter` takes the metadata off, `blocks` reads the structure,
//! `outline` decides what is a phase, a step or a mere description, and `flow` lays nodes and edges. `decisions`,
//! `references` and `wording` answer questions about a single list, heading and text.
//!
//! Invariant: the graph is valid, every node in it is reachable, and every word of the source is in it.

mod blocks;
mod code;
mod decisions;
mod flow;
mod front_matter;
mod outline;
mod references;
mod wording;

use front_matter::FrontMatter;
use outline::{Outline, Role};

use crate::graph::Graph;
use crate::source::{ImportIssue, Severity};

/// Title of a document that gives itself none and has nothing to name it by.
const UNTITLED: &str = "Untitled playbook";

/// Reads a playbook written in Markdown.
pub(super) fn parse(source: &str) -> (Graph, Vec<ImportIssue>) {
    let source = with_plain_line_ends(source);
    let (front, body) = front_matter::split(&source);
    let mut outline = Outline::new(blocks::read(&body), false);
    let (mut graph, mut issues) = flow::build(&outline);
    if graph.actionable_count() == 0 {
        // A document that seems to be all reference is a playbook after all, or it would not be imported.
        outline = Outline::new(blocks::read(&body), true);
        (graph, issues) = flow::build(&outline);
    }
    describe(&mut graph, &mut issues, &outline, front);
    issues.sort_by_key(|issue| issue.line);
    (graph, issues)
}

/// Whether a document holds a Mermaid fence, closed or not, and neither a list nor a table that would give a step.
pub(super) fn mermaid_fences_only(source: &str) -> bool {
    let source = with_plain_line_ends(source);
    let (_, body) = front_matter::split(&source);
    let outline = Outline::new(blocks::read(&body), false);
    let mut has_chart = false;
    for (position, section) in outline.sections.iter().enumerate() {
        for block in &section.blocks {
            match &block.content {
                blocks::Content::Code { code, .. } => has_chart |= code.language.as_deref() == Some("mermaid"),
                blocks::Content::List(_) | blocks::Content::Table(_)
                    if section.role != Role::Reference && outline.is_work(position, block) =>
                {
                    return false;
                }
                _ => {}
            }
        }
    }
    has_chart
}

/// Gives the graph its title, its tags and what the front matter says.
fn describe(graph: &mut Graph, issues: &mut Vec<ImportIssue>, outline: &Outline, front: Option<FrontMatter>) {
    let heading = outline.title.as_ref().map(|title| title.label.clone());
    let front = front.unwrap_or_default();
    graph.title = heading.or(front.title).unwrap_or_else(|| {
        issues.push(ImportIssue {
            line: None,
            severity: Severity::Info,
            message: "No title was found: begin the playbook with a heading of the first level.".to_owned(),
        });
        let first = graph.nodes.first();
        first.map_or_else(|| UNTITLED.to_owned(), |node| node.label.clone())
    });
    graph.tags = front.tags;
    if !front.text.is_empty() {
        let separator = if graph.description.is_empty() { "" } else { "\n\n" };
        graph
            .description
            .push_str(&format!("{separator}```{}\n{}\n```", front.language, front.text));
    }
}

/// The text with `\n` at the end of every line, as line numbers are counted by it.
fn with_plain_line_ends(source: &str) -> String {
    source.replace("\r\n", "\n").replace('\r', "\n")
}
