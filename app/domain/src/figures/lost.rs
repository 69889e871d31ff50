//! How much of what people wrote in a source a graph has kept. Words are compared, not characters: what is form in one
//! format (numbering, markup, ids) is nothing in another.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::graph::Graph;
use crate::import::cacao::secrets::{hidden, is_secret};
use crate::import::{as_markdown, mermaid, tag};
use crate::source::Format;

/// Words that are not in the graph, and how much of the text they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lost {
    /// The words, in alphabetical order.
    pub words: Vec<String>,
    /// Their letters, as often as they are missing.
    pub letters: usize,
    /// The letters of all words of the source.
    pub of_letters: usize,
}

impl Lost {
    /// What a graph has not kept of its source.
    pub fn of(source: &str, format: Format, graph: &Graph) -> Self {
        let kept = words(&whole_text(graph));
        let said = match format {
            Format::Markdown => words(&without_folds(&as_markdown(source))),
            // One text may be said once where the source repeats it; a word must be there at all.
            Format::Mermaid => once(&charts(source)),
            Format::Cacao | Format::Json => once(&values(source)),
        };
        let mut lost = Self::default();
        for (word, count) in said {
            let letters = word.chars().count();
            let missing = count.saturating_sub(kept.get(&word).copied().unwrap_or_default());
            lost.of_letters += letters * count;
            lost.letters += letters * missing;
            if missing > 0 {
                lost.words.push(word);
            }
        }
        lost
    }
}

/// Everything that a graph says, with the words that became structure.
fn whole_text(graph: &Graph) -> String {
    let mut text = vec![graph.title.clone(), graph.description.clone(), graph.tags.join(" ")];
    for node in &graph.nodes {
        text.extend([node.kind.as_str().to_owned(), node.label.clone(), node.description.clone()]);
        for code in &node.code {
            text.push(format!("{} {}", code.language.as_deref().unwrap_or_default(), code.text));
        }
    }
    text.extend(graph.edges.iter().filter_map(|edge| edge.label.clone()));
    text.join("\n")
}

/// How often each word occurs; bare numbers, ticks and chosen ids are form, not words.
fn words(text: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let text = without_chosen_ids(&text.replace("[x] ", "").replace("[X] ", ""));
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        if word.chars().any(|c| !c.is_ascii_digit()) {
            *counts.entry(word.to_lowercase()).or_default() += 1;
        }
    }
    counts
}

/// The text without `{#id}`.
fn without_chosen_ids(text: &str) -> String {
    let mut parts = text.split("{#");
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once('}') {
            Some((id, rest)) if !id.contains(char::is_whitespace) => kept.push_str(rest),
            _ => kept.push_str(part),
        }
    }
    kept
}

fn once(text: &str) -> BTreeMap<String, usize> {
    words(text).into_keys().map(|word| (word, 1)).collect()
}

/// What the flowcharts of a document say: the rest of Mermaid is form.
fn charts(source: &str) -> String {
    let mut said = Vec::new();
    for chart in mermaid::charts(source) {
        said.extend(chart.nodes.iter().map(|node| without_breaks(node.text())));
        said.extend(chart.edges.iter().filter_map(|edge| edge.label.as_deref()).map(without_breaks));
        said.extend(chart.subgraphs.iter().map(|subgraph| without_breaks(&subgraph.title)));
    }
    said.join("\n")
}

/// A label without its line breaks, as the importer sees them.
fn without_breaks(text: &str) -> String {
    mermaid::with_breaks(text)
}

/// The text without the tags of parts that fold, which are form.
fn without_folds(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(position) = rest.find('<') {
        kept.push_str(&rest[..position]);
        rest = &rest[position..];
        let folds = |name: &str| ["details", "summary"].iter().any(|known| known.eq_ignore_ascii_case(name));
        let length = tag(rest).filter(|(name, _)| folds(name)).map(|(_, length)| length);
        kept.push_str(if length.is_some() { " " } else { "<" });
        rest = &rest[length.unwrap_or(1)..];
    }
    kept + rest
}

/// Every text for people in a JSON document: not ids, payloads, dates, secrets, or what belongs to extensions.
fn values(source: &str) -> String {
    let mut found = Vec::new();
    collect("", &serde_json::from_str(source).unwrap_or_default(), &mut found);
    found.join("\n")
}

fn collect(name: &str, value: &Value, found: &mut Vec<String>) {
    const STRUCTURE: [&str; 14] = [
        "id",
        "type",
        "spec_version",
        "workflow_start",
        "workflow_exception",
        "step_uuid",
        "password",
        "agent",
        "targets",
        "schema",
        "format",
        "from",
        "to",
        "phase",
    ];
    let is_structure = STRUCTURE.contains(&name)
        || name.starts_with("on_")
        || name.ends_with("_b64")
        || name.ends_with("extension")
        || name.contains("extension_definition");
    match value {
        _ if is_structure || is_secret(name) => {}
        // What looks like `action--…` is an id.
        Value::String(text) if !text.contains("--") || text.contains(' ') => found.push(hidden(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| collect("", item, found)),
        Value::Object(members) => members.iter().for_each(|(name, value)| collect(name, value, found)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Node, NodeKind};

    fn graph(label: &str) -> Graph {
        Graph { nodes: vec![Node::new("n", NodeKind::Step, label)], ..Graph::default() }
    }

    #[test]
    fn words_that_are_missing_are_named_and_measured() {
        let lost = Lost::of("1. Isolate the host {#iso}, the host", Format::Markdown, &graph("Isolate the host"));
        assert_eq!((lost.words, lost.letters, lost.of_letters), (vec!["host".to_owned(), "the".to_owned()], 7, 21));
        assert_eq!(Lost::of("- [x] Isolate", Format::Markdown, &graph("isolate")).letters, 0);
    }

    #[test]
    fn form_of_a_format_is_no_text() {
        let chart = "flowchart TD\n  a[Isolate<br/>it] -->|Yes| b{Done}\n  classDef red fill:#f00\n";
        assert_eq!(Lost::of(chart, Format::Mermaid, &graph("Isolate it")).words, ["done", "yes"]);
        let json = r#"{"id": "playbook--1", "name": "Isolate", "steps": [{"description": "it now", "on_true": "x"}]}"#;
        assert_eq!(Lost::of(json, Format::Cacao, &graph("Isolate it")).words, ["now"]);
    }
}
