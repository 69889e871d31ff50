//! Mermaid flowcharts to a graph.
//!
//! The way of a document: `extract` finds its charts and keeps the prose around them, `parser` reads one chart's text
//! into a [`Chart`] (what the author wrote, in Mermaid's terms), and `build` turns all charts into one graph (what an
//! analyst does). The grammar followed is that of the Mermaid documentation; where authors commonly break it, the
//! obvious meaning is taken and an issue says so. Nothing recurses, and every search is bounded, so that no text can
//! make the importer slow.

pub(crate) mod annotation;
mod breaks;
mod build;
mod chart;
mod comments;
mod cursor;
mod extract;
mod front_matter;
mod known;
mod label;
mod link;
mod parser;
mod text;

use std::num::NonZeroU32;

pub(crate) use breaks::with_breaks;
pub use chart::{Chart, ChartEdge, ChartNode, ChartSubgraph, Stroke};

use super::{ImportRefusal, MAX_EDGES};
use crate::graph::Graph;
use crate::source::ImportIssue;
use extract::Document;
use parser::Parsed;

/// Whether the text is a Mermaid diagram by itself, without a fence around it.
pub(super) fn is_bare_chart(source: &str) -> bool {
    extract::is_bare_diagram(source)
}

/// Whether a document says that its chart is the playbook, whatever else it holds.
pub(super) fn is_marked(source: &str) -> bool {
    source.contains(annotation::WHOLE) && source.lines().any(|line| line.trim() == annotation::WHOLE)
}

/// Whether a text is nothing but a flowchart that has lost its first line.
pub(super) fn is_headless_chart(source: &str) -> bool {
    extract::is_headless(source)
}

/// Reads every flowchart of a document into one graph.
///
/// # Errors
/// [`ImportRefusal::OtherDiagram`] when there are only diagrams of another kind, [`ImportRefusal::NoFlowchart`] when
/// there is no diagram at all, [`ImportRefusal::TooManyNodes`], [`ImportRefusal::TooManyEdges`].
pub(super) fn parse(source: &str) -> Result<(Graph, Vec<ImportIssue>), ImportRefusal> {
    let mut document = extract::extract(source);
    if document.charts.is_empty() {
        if let Some(kind) = document.other_kind.take() {
            return Err(ImportRefusal::OtherDiagram { kind });
        }
        document = extract::without_header(source).ok_or(ImportRefusal::NoFlowchart)?;
    }
    let parsed = parse_charts(&document);
    build::build(document, parsed)
}

/// Reads one flowchart of a document, counted from 1; the others are kept as text.
///
/// # Errors
/// When there is no such flowchart, and as for [`parse`].
pub(super) fn parse_one(source: &str, number: NonZeroU32) -> Result<(Graph, Vec<ImportIssue>), ImportRefusal> {
    let mut document = extract::extract(source);
    let (there, wanted) = (document.charts.len(), number.get());
    let place = usize::try_from(wanted).unwrap_or(usize::MAX) - 1;
    if place >= there {
        return Err(ImportRefusal::NoSuchFlowchart { wanted, there });
    }
    let mut left = Vec::new();
    for (at, chart) in std::mem::take(&mut document.charts).into_iter().enumerate() {
        if at == place { document.charts.push(chart) } else { left.push(format!("```mermaid\n{}\n```", chart.text)) }
    }
    for chart in left {
        document.description.push_str("\n\n");
        document.description.push_str(&chart);
    }
    let parsed = parse_charts(&document);
    build::build(document, parsed)
}

/// The first flowcharts of a document that hold something to do: the number of each, counted from 1, its title, and how many
/// steps, decisions and commands it has.
pub(super) fn listed(source: &str, most: usize) -> Vec<(NonZeroU32, Option<String>, usize)> {
    let charts = extract::extract(source).charts;
    let numbered = (1..).filter_map(NonZeroU32::new).zip(charts).take(most);
    let listed = numbered.filter_map(|(number, chart)| {
        let title = chart.title.clone().or_else(|| chart.heading.clone()).map(|title| text::line(&title));
        let alone = Document { charts: vec![chart], ..Document::default() };
        let parsed = parse_charts(&alone);
        let (graph, _) = build::build(alone, parsed).ok()?;
        Some((number, title, graph.actionable_count())).filter(|(_, _, nodes)| *nodes > 0)
    });
    listed.collect()
}

/// The flowcharts of a document as their author wrote them, in the order of the document.
pub fn charts(source: &str) -> Vec<Chart> {
    let document = extract::extract(source);
    parse_charts(&document).into_iter().map(|parsed| parsed.chart).collect()
}

/// Of edges beyond the limit only the number is kept: `a & b --> c & d` makes a product, which a short text could let grow
/// without bound.
fn parse_charts(document: &Document) -> Vec<Parsed> {
    let mut edges_left = MAX_EDGES;
    document
        .charts
        .iter()
        .map(|found| {
            let parsed = parser::parse(&found.text, found.first_line, edges_left);
            edges_left -= parsed.chart.edges.len();
            parsed
        })
        .collect()
}
