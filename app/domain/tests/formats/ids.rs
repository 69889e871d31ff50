//! How many ids are kept when a playbook is edited and imported again.

use std::collections::HashMap;

use domain::figures::{EDITS, kept};
use domain::graph::Graph;
use domain::ids::NodeId;
use domain::import::{align, import};
use domain::source::Format;

use crate::corpus::files;

#[test]
fn nearly_every_id_is_kept_over_the_edits_that_people_make() {
    let sources: Vec<(Graph, String)> = files("markdown")
        .into_iter()
        .filter_map(|(_, source)| Some((import(&source, Some(Format::Markdown)).ok()?.graph, source)))
        .collect();
    for edit in EDITS {
        let (mut aligned, mut by_itself, mut all) = (0, 0, 0);
        for (previous, source) in &sources {
            let kept = edit.measure(source, previous);
            aligned += kept.aligned;
            by_itself += kept.by_itself;
            all += kept.all;
        }
        let share = |kept: usize| 100.0 * kept as f64 / f64::max(all as f64, 1.0);
        eprintln!("{:<20} {:.2} % of ids kept, {:.2} % by themselves", edit.name, share(aligned), share(by_itself));
        assert!(all == 0 || share(aligned) >= 99.0, "{}", edit.name);
    }
}

#[test]
fn the_same_source_and_a_playbook_of_another_kind_are_aligned_with_what_they_are() {
    for (name, source) in files("cacao").into_iter().chain(files("mermaid")) {
        let Ok(imported) = import(&source, None) else { continue };
        let mut again = imported.graph.clone();
        align(&imported.graph, &mut again);
        assert_eq!(again, imported.graph, "{name}");
        let mut renamed = imported.graph.clone();
        let names: HashMap<NodeId, NodeId> =
            renamed.nodes.iter().map(|node| (node.id.clone(), NodeId(format!("x{}", node.id)))).collect();
        for node in &mut renamed.nodes {
            node.id = names[&node.id].clone();
            node.phase = node.phase.as_ref().map(|phase| names[phase].clone());
        }
        for edge in &mut renamed.edges {
            edge.from = names[&edge.from].clone();
            edge.to = names[&edge.to].clone();
        }
        align(&imported.graph, &mut renamed);
        let share = 100 * kept(&imported.graph, &renamed) / imported.graph.nodes.len().max(1);
        assert!(share >= 90, "{name}: {share} %");
    }
}
