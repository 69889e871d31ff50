//! What nodes say, as HTML. Of the raw HTML that playbooks hold, ammonia keeps what formats text and drops whatever could
//! run or load anything; tags of scripts and styles are shown as text.

use comrak::{Options, markdown_to_html};
use domain::api::Instructions;
use domain::graph::{Graph, Node};

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

/// The graph without what the instructions hold.
pub(super) fn without_instructions(graph: &Graph) -> Graph {
    let mut graph = graph.clone();
    for node in &mut graph.nodes {
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::graph::NodeKind;

    #[test]
    fn html_and_scripts_of_a_source_are_shown_as_text() {
        let mut node = Node::new("n", NodeKind::Step, "Step");
        node.description = "<script>alert(1)</script>\n\n[x](javascript:alert(1)) **bold**".into();
        let html = &of_nodes(&[node])[0].html;
        assert!(!html.contains("<script>") && !html.contains("href=\"javascript"), "{html}");
        assert!(html.contains("<strong>bold</strong>"), "{html}");
    }
}
