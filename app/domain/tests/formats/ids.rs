//! How many ids are kept when a playbook is edited and imported again.

use std::collections::HashMap;

use domain::graph::{Graph, Node};
use domain::ids::NodeId;
use domain::import::{align, import};
use domain::source::Format;

use crate::corpus::files;

/// What an edit does to a source, at the place of a node.
struct Edit {
    name: &'static str,
    apply: fn(&str, &Node) -> Option<String>,
}

/// The line that a node begins on, with what stands before and behind it.
fn around<'a>(source: &'a str, node: &Node) -> Option<(String, &'a str, String)> {
    let lines: Vec<&str> = source.lines().collect();
    let at = node.line? as usize - 1;
    Some((lines[..at].join("\n"), lines.get(at)?, lines[at + 1..].join("\n")))
}

/// The longest word of a label of several words, if the line says it once.
fn word<'a>(line: &str, node: &'a Node) -> Option<&'a str> {
    let words: Vec<&str> = node.label.split(' ').filter(|word| word.chars().all(char::is_alphabetic)).collect();
    let longest = words.iter().copied().max_by_key(|word| word.len())?;
    (words.len() >= 3 && longest.len() > 4 && line.matches(longest).count() == 1).then_some(longest)
}

fn insert_step(source: &str, node: &Node) -> Option<String> {
    let (before, line, after) = around(source, node)?;
    let begin = line.len() - line.trim_start().len();
    let item = &line[begin..];
    item.starts_with("- ").then(|| format!("{before}\n{}- Wake the duty manager\n{line}\n{after}", &line[..begin]))
}

fn change_a_word(source: &str, node: &Node) -> Option<String> {
    let (before, line, after) = around(source, node)?;
    let word = word(line, node)?;
    Some(format!("{before}\n{}\n{after}", line.replace(word, "something")))
}

fn rename_a_heading(source: &str, node: &Node) -> Option<String> {
    let (before, line, after) = around(source, node)?;
    line.starts_with("##")
        .then(|| format!("{before}\n{} First measures\n{after}", line.split(' ').next().unwrap_or("##")))
}

fn new_section_on_top(source: &str, node: &Node) -> Option<String> {
    let (before, line, after) = around(source, node)?;
    line.starts_with("## ")
        .then(|| format!("{before}\n\n## Before anything else\n\n- Take a deep breath\n\n{line}\n{after}"))
}

const EDITS: [Edit; 4] = [
    Edit { name: "insert a step", apply: insert_step },
    Edit { name: "change a word", apply: change_a_word },
    Edit { name: "rename a heading", apply: rename_a_heading },
    Edit { name: "new section on top", apply: new_section_on_top },
];

fn by_id(graph: &Graph) -> HashMap<&NodeId, &Node> {
    graph.nodes.iter().map(|node| (&node.id, node)).collect()
}

/// How many ids of one graph another has, at nodes of the same kind.
fn kept(previous: &Graph, new: &Graph) -> usize {
    let nodes = by_id(new);
    previous.nodes.iter().filter(|node| nodes.get(&node.id).is_some_and(|found| found.kind == node.kind)).count()
}

#[test]
fn nearly_every_id_is_kept_over_the_edits_that_people_make() {
    let sources: Vec<(Graph, String)> = files("markdown")
        .into_iter()
        .filter_map(|(_, source)| Some((import(&source, Some(Format::Markdown)).ok()?.graph, source)))
        .collect();
    for Edit { name, apply } in EDITS {
        let (mut edits, mut by_itself, mut aligned, mut all) = (0, 0, 0, 0);
        for (previous, source) in &sources {
            // A few places in each file, spread over it.
            let places: Vec<String> = previous.nodes.iter().filter_map(|node| apply(source, node)).collect();
            for edited in places.iter().step_by(places.len() / 8 + 1) {
                let Ok(imported) = import(edited, Some(Format::Markdown)) else { continue };
                let mut new = imported.graph;
                by_itself += kept(previous, &new);
                align(previous, &mut new);
                assert_eq!(new.validate(), Ok(()));
                aligned += kept(previous, &new);
                all += previous.nodes.len();
                edits += 1;
            }
        }
        let share = |kept: usize| 100.0 * kept as f64 / f64::max(all as f64, 1.0);
        eprintln!(
            "{name:<20} {edits:>4} edits: {:.2} % of ids kept, {:.2} % by themselves",
            share(aligned),
            share(by_itself)
        );
        assert!(all == 0 || share(aligned) >= 99.0, "{name}");
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
