//! What nodes say and what analysts note, as HTML. Of the raw HTML that playbooks hold, ammonia keeps what formats text
//! and drops whatever could run or load anything; tags of scripts and styles are shown as text. Notes hold no HTML: what
//! looks like it was found somewhere, and is shown as it is.

use comrak::{Options, markdown_to_html};
use domain::api::{Instructions, RenderedNote};
use domain::execution::{Execution, Note};
use domain::graph::{Graph, Node};
use domain::ids::Seq;
use domain::legible::legible;
use domain::text::has_markup;

/// The instructions of every node that has any.
pub(super) fn of_nodes(nodes: &[Node]) -> Vec<Instructions> {
    nodes
        .iter()
        .filter(|node| !node.description.is_empty() || !node.code.is_empty())
        .map(|node| Instructions {
            node_id: node.id.clone(),
            html: ammonia::clean(&markdown_to_html(&node.description, &options())),
            code: node.code.clone(),
        })
        .collect()
}

/// Every note of a step that Markdown shows otherwise than as it was written.
pub(super) fn of_notes(execution: &Execution) -> Vec<RenderedNote> {
    let notes = execution.state.steps.iter().flat_map(|step| &step.notes);
    notes.filter(|note| has_markup(&note.text)).map(rendered).collect()
}

/// The note that an event added to a step.
pub(super) fn of_note(execution: &Execution, seq: Seq) -> Option<RenderedNote> {
    let mut notes = execution.state.steps.iter().flat_map(|step| &step.notes);
    notes.find(|note| note.seq == seq).map(rendered)
}

fn rendered(note: &Note) -> RenderedNote {
    RenderedNote { seq: note.seq, html: of_text(&note.text) }
}

/// What an analyst wrote.
pub(super) fn of_text(text: &str) -> String {
    ammonia::clean(&markdown_to_html(text, &options_of_notes()))
}

/// The graph as the page of an execution shows it: without what the instructions hold, with labels that can be read.
pub(super) fn without_instructions(graph: &Graph) -> Graph {
    let mut graph = graph.clone();
    for node in &mut graph.nodes {
        node.label = legible(&node.label).into_owned();
        node.description.clear();
        node.code.clear();
    }
    graph
}

fn options() -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.tagfilter = true;
    options.render.r#unsafe = true;
    options
}

fn options_of_notes() -> Options<'static> {
    let mut options = options();
    options.render.r#unsafe = false;
    options.render.escape = true;
    options.render.hardbreaks = true;
    options
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::graph::NodeKind;
    use domain::ids::Actor;
    use domain::time::Timestamp;

    #[test]
    fn notes_keep_their_lines_and_show_html_as_text() {
        let text = "**Found** it:\n<img src=x onerror=alert(1)> & [x](javascript:alert(1))".to_owned();
        let timestamp = Timestamp::from_micros(0).expect("in range");
        let note = Note { seq: Seq(3), text, author: Actor::anonymous(), timestamp, occurred_at: None };
        let html = rendered(&note).html;
        assert!(
            html.starts_with("<p><strong>Found</strong> it:<br>\n&lt;img src=x onerror=alert(1)&gt; &amp; "),
            "{html}"
        );
        assert!(!html.contains("href=\"javascript"), "{html}");
    }

    #[test]
    fn html_and_scripts_of_a_source_are_shown_as_text() {
        let mut node = Node::new("n", NodeKind::Step, "Step");
        node.description = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) **bold**".into();
        let html = &of_nodes(&[node])[0].html;
        assert!(!html.contains("<script>") && !html.contains("href=\"javascript"), "{html}");
        assert!(html.contains("<strong>bold</strong>"), "{html}");
    }
}
