//! A name for what has none: labels, titles and tags of which nothing can be seen.

use crate::graph::{Graph, NodeKind};
use crate::source::{ImportIssue, Severity};
use crate::text::is_blank;

/// Gives every node a label that can be seen, whatever the source says, and takes away other names that cannot be.
pub(super) fn name(graph: &mut Graph, issues: &mut Vec<ImportIssue>) {
    for node in graph.nodes.iter_mut().filter(|node| is_blank(&node.label)) {
        let id = node.id.as_str();
        let kind = match node.kind {
            NodeKind::Phase => "phase",
            NodeKind::Decision => "decision",
            NodeKind::Execute => "command",
            NodeKind::Step | NodeKind::Merge => "step",
        };
        node.label = if is_blank(id) { format!("Unnamed {kind}") } else { id.to_owned() };
        let message = format!("A {kind} has a name of which nothing can be seen; it is called “{}”.", node.label);
        issues.push(ImportIssue { line: node.line, severity: Severity::Warning, message });
    }
    for edge in &mut graph.edges {
        edge.label.take_if(|label| is_blank(label));
    }
    graph.tags.retain(|tag| !is_blank(tag));
    if is_blank(&graph.title) {
        super::UNTITLED[0].clone_into(&mut graph.title);
    }
    issues.sort_by_key(|issue| issue.line);
}

#[cfg(test)]
mod tests {
    use crate::import::import;
    use crate::source::Format;
    use crate::text::is_blank;

    #[test]
    fn a_control_character_a_line_break_and_a_digit_give_nodes_with_labels() {
        for source in [
            "\u{80}\n0",
            "flowchart TD\n\u{80}\n0",
            "flowchart TD\n\u{80} --> 0\n\u{200b} --> 1",
            "```mermaid\n\u{3164}-->0",
        ] {
            let Ok(imported) = import(source, Some(Format::Mermaid)) else { continue };
            for node in &imported.graph.nodes {
                assert!(!is_blank(&node.label) && !is_blank(node.id.as_str()), "{source:?}: {:?}", imported.graph);
            }
        }
        let named = import("flowchart TD\n\u{200b} --> 1", None).map(|imported| imported.graph.nodes[0].label.clone());
        assert_eq!(named, Ok("node".to_owned()));
        assert!(import("flowchart TD\n\u{80}\n0", None).is_ok());
    }

    #[test]
    fn names_of_which_nothing_can_be_seen_are_replaced_in_every_format() {
        let hidden = "\u{200b}\u{3164}";
        let cacao = r#"{"type": "playbook", "name": "H", "labels": ["H"], "workflow_start": "H", "workflow": {
            "H": {"type": "action", "name": "H", "on_completion": "b"}, "b": {"type": "switch-condition", "switch": "H",
            "cases": {"H": "H"}}}}"#;
        let json = r#"{"format": "playbook-forge", "format_version": 1, "title": "H", "tags": ["H"], "nodes": [
            {"id": "H", "kind": "step", "label": "H"}, {"id": "b", "kind": "step", "label": "b"}],
            "edges": [{"from": "H", "to": "b", "label": "H"}]}"#;
        for source in [
            "---\ntags: [H]\n---\n# H\n\n## H\n\n- H\n- **H**\n- Decision: H\n  - Yes: H\n  - No: b\n- b\n\n```\nH\n```\n",
            "flowchart TD\n  H[\"H\"] -->|\"H\"| b[\"H\"]\n  subgraph H2[\"H\"]\n c{\"H\"}\n end\n",
            cacao,
            json,
        ] {
            let source = source.replace('H', hidden);
            let graph = import(&source, None).unwrap_or_else(|refusal| panic!("{refusal}\n{source}")).graph;
            assert_eq!(graph.validate(), Ok(()));
            let edges = graph.edges.iter().filter_map(|edge| edge.label.as_ref());
            let labels = graph.nodes.iter().map(|node| &node.label).chain(edges);
            for name in labels.chain(&graph.tags).chain([&graph.title]) {
                assert!(!is_blank(name), "{source}\n{graph:?}");
            }
        }
    }
}
