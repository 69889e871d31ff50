//! The edits that people make, and how many ids are kept when the edited text is read again.

use std::collections::HashMap;

use crate::graph::{Graph, Node};
use crate::ids::NodeId;
use crate::import::{align, import};
use crate::source::Format;

/// At most so many places of a text are edited, spread over it.
const PLACES: usize = 8;

/// Something that people do to a Markdown document.
#[derive(Debug)]
pub struct Edit {
    /// What it is called.
    pub name: &'static str,
    /// The text after it was done at the place of a node, if it can be done there.
    apply: fn(&str, &Node) -> Option<String>,
}

/// The line that a node begins on, with what stands before and behind it.
fn around<'a>(source: &'a str, node: &Node) -> Option<(String, &'a str, String)> {
    let lines: Vec<&str> = source.lines().collect();
    let at = usize::try_from(node.line?.checked_sub(1)?).ok()?;
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

/// Every edit.
pub const EDITS: [Edit; 4] = [
    Edit { name: "insert a step", apply: insert_step },
    Edit { name: "change a word", apply: change_a_word },
    Edit { name: "rename a heading", apply: rename_a_heading },
    Edit { name: "new section on top", apply: new_section_on_top },
];

fn by_id(graph: &Graph) -> HashMap<&NodeId, &Node> {
    graph.nodes.iter().map(|node| (&node.id, node)).collect()
}

/// How many ids of one graph another has, at nodes of the same kind.
pub fn kept(previous: &Graph, new: &Graph) -> usize {
    let nodes = by_id(new);
    previous.nodes.iter().filter(|node| nodes.get(&node.id).is_some_and(|found| found.kind == node.kind)).count()
}

/// How many ids were kept over several edits, of how many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Kept when the new version is aligned with the one before.
    pub aligned: usize,
    /// Kept because the same words give the same id.
    pub by_itself: usize,
    /// All of them.
    pub all: usize,
}

impl Edit {
    /// Does this to a Markdown document at several places, one at a time, and reads it again each time.
    pub fn measure(&self, source: &str, previous: &Graph) -> Kept {
        let places: Vec<String> = previous.nodes.iter().filter_map(|node| (self.apply)(source, node)).collect();
        let mut found = Kept::default();
        for edited in places.iter().step_by(places.len() / PLACES + 1) {
            let Ok(imported) = import(edited, Some(Format::Markdown)) else { continue };
            let mut new = imported.graph;
            found.by_itself += kept(previous, &new);
            align(previous, &mut new);
            found.aligned += kept(previous, &new);
            found.all += previous.nodes.len();
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = "# Phishing\n\n## Contain\n\n- Isolate the infected host\n- Reset the password of the user\n";

    #[test]
    fn every_edit_changes_the_text_somewhere_and_ids_are_kept() {
        let previous = import(SOURCE, None).expect("a playbook").graph;
        for edit in EDITS {
            let kept = edit.measure(SOURCE, &previous);
            assert!(kept.all >= previous.nodes.len(), "{}", edit.name);
            assert_eq!(kept.aligned, kept.all, "{}", edit.name);
        }
    }
}
