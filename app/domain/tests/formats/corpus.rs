//! The real playbooks, read in place, and how much of a text a graph has kept.
//!
//! The corpus is not part of the repository: where its folder is absent, tests say so and pass.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use domain::graph::Graph;

/// Name and text of every file of a folder of the corpus, in the order of their names.
pub(crate) fn files(folder: &str) -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus").join(folder);
    let Ok(entries) = fs::read_dir(&path) else {
        eprintln!("skipped: there is no corpus at ../shared/corpus/{folder} beside the repository");
        return Vec::new();
    };
    let mut files: Vec<(String, String)> = entries
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let text = fs::read_to_string(entry.path()).ok()?;
            Some((entry.file_name().to_string_lossy().into_owned(), text))
        })
        .collect();
    files.sort();
    files
}

/// Everything that a graph says.
pub(crate) fn whole_text(graph: &Graph) -> String {
    let mut text = vec![graph.title.clone(), graph.description.clone(), graph.tags.join(" ")];
    for node in &graph.nodes {
        text.extend([node.label.clone(), node.description.clone()]);
        text.extend(node.code.iter().map(|code| code.text.clone()));
    }
    text.extend(graph.edges.iter().filter_map(|edge| edge.label.clone()));
    text.join("\n")
}

/// How often each word occurs; bare numbers are form, not words.
pub(crate) fn words(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.chars().any(|c| !c.is_ascii_digit()) {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    counts
}
