//! Our reading of real flowcharts against that of Mermaid.js, and a graph for every file of the corpus.
//!
//! The corpus lies beside the repository and is read in place; without it these tests say so and pass.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use domain::figures::{Golden, goldens};
use domain::graph::Flow;
use domain::import::import;
use domain::source::Format;

fn corpus() -> Option<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: the corpus is not at ../shared/corpus beside the repository");
    None
}

#[test]
fn every_valid_chart_is_read_as_mermaid_reads_it() {
    let Some(corpus) = corpus() else { return };
    let goldens = goldens(&fs::read_to_string(corpus.join("mermaid/GOLDENS.json")).unwrap()).unwrap();
    let valid: Vec<&Golden> = goldens.iter().filter(|golden| golden.ok).collect();
    let mut exact = 0;
    let mut report = Vec::new();
    for golden in &valid {
        let differences = golden.differences(&fs::read_to_string(corpus.join(&golden.path)).unwrap());
        exact += usize::from(differences.is_empty());
        report.extend(differences.iter().map(|text| format!("{} #{}: {text}", golden.path, golden.idx)));
    }
    eprintln!("{exact} of {} charts are exact", valid.len());
    assert!(report.is_empty(), "{}", report.join("\n"));
}

#[test]
fn every_file_of_the_corpus_becomes_a_valid_graph_that_is_reachable_throughout() {
    let Some(corpus) = corpus() else { return };
    let files = fs::read_dir(corpus.join("mermaid")).unwrap();
    for path in files.map(|entry| entry.unwrap().path()) {
        if path.extension().is_some_and(|extension| extension == "json") {
            continue;
        }
        let source = fs::read_to_string(&path).unwrap();
        let graph = import(&source, Some(Format::Mermaid))
            .unwrap_or_else(|refusal| panic!("{}: {refusal}", path.display()))
            .graph;
        graph.validate().unwrap();
        let reachable = Flow::new(&graph).reachable(&graph, &BTreeMap::new());
        assert!(reachable.into_iter().all(|reached| reached), "{}", path.display());
    }
}
