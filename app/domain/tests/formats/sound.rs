//! What holds for whatever is imported, however odd the text was. The fuzz targets (`app/domain/fuzz`) check it as well.

use std::collections::BTreeMap;

use domain::export;
use domain::graph::Flow;
use domain::import::import;
use domain::layout::layout;
use domain::source::Format;
use domain::text::is_blank;

/// The longest name of a node, in characters.
const LONGEST_LABEL: usize = 250;
/// As many remarks as somebody reads, and how many there are more.
const MOST_REMARKS: usize = 202;
/// Larger graphs are not drawn here: drawing is tested on its own.
const MOST_DRAWN: usize = 60;

/// Imports a text, and panics when what came of it is not sound; says whether it was a playbook.
pub fn check(source: &str, format: Option<Format>) -> bool {
    let read = import(source, format);
    assert_eq!(read, import(source, format), "importing twice");
    let Ok(imported) = read else { return false };
    let graph = &imported.graph;
    assert_eq!(graph.validate(), Ok(()));
    for node in &graph.nodes {
        assert!(!is_blank(&node.label) && !node.label.contains('\n'), "label of {}", node.id);
        assert!(node.label.chars().count() <= LONGEST_LABEL, "label of {}", node.id);
    }
    let reachable = Flow::new(graph).reachable(graph, &BTreeMap::new());
    assert!(graph.nodes.iter().zip(reachable).all(|(node, reached)| reached || !node.kind.is_actionable()));
    let ends = source.replace("\r\n", "\n").matches(['\n', '\r']).count();
    let lines = ends + usize::from(!source.ends_with(['\n', '\r']));
    let remarked = imported.issues.iter().filter_map(|issue| issue.line);
    for line in remarked.chain(graph.nodes.iter().filter_map(|node| node.line)) {
        assert!((1..=lines).contains(&(line as usize)), "line {line} of {lines}");
    }
    assert!(imported.issues.len() <= MOST_REMARKS, "a list that somebody reads");
    // Whatever came in can go out and be drawn.
    let json = export::json(graph);
    assert!(import(&json, None).is_ok_and(|back| back.format == Format::Json), "{json}");
    export::mermaid(graph, &[]);
    export::markdown(graph);
    if graph.nodes.len() <= MOST_DRAWN {
        assert_eq!(layout(graph).nodes.len(), graph.nodes.len());
    }
    true
}
