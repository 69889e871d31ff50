//! How well a collection of playbooks is read: what of each text is kept, whether everything that is to be done can be reached,
//! whether ids stay when the text is edited, and how long it took.
//!
//! Everything is computed here but the times, which whoever holds a clock brings along. The same files give the same
//! figures.

mod edits;
mod goldens;
mod lost;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::canonical;
use crate::export::{CacaoContext, cacao};
use crate::graph::{Flow, Graph, NodeKind};
use crate::ids::{NodeId, PlaybookId};
use crate::import::Imported;
use crate::placement::Placement;
use crate::source::Format;
use crate::time::Timestamp;

pub use edits::{EDITS, Edit, Kept, kept};
pub use goldens::{Golden, goldens};
pub use lost::Lost;

/// What is to be said about one file that was imported.
#[derive(Clone, Debug)]
pub struct FileFigures {
    /// Its name.
    pub name: String,
    /// What it was read as.
    pub format: Format,
    /// What of its text is gone.
    pub lost: Lost,
    /// How many nodes are work.
    pub actionable: usize,
    /// Whether all of them can be reached.
    pub is_reachable: bool,
    /// How many nodes are decisions.
    pub decisions: usize,
    /// How many of these have two or more ways out with labels of their own.
    pub decided: usize,
    /// Of CACAO: whether the export of the untouched import is equal, as canonical JSON.
    pub is_given_back: Option<bool>,
    /// Of Markdown: how many ids are kept, for each of [`EDITS`].
    pub kept: Vec<Kept>,
    /// Pairs of nodes, phases left out, that are drawn over each other.
    pub overlaps: usize,
    /// How long it took to read and to draw it, in milliseconds.
    pub milliseconds: f64,
}

impl FileFigures {
    /// The figures of a file that was imported and drawn.
    pub fn of(name: &str, source: &str, imported: &Imported, placement: &Placement, milliseconds: f64) -> Self {
        let Imported { graph, format, .. } = imported;
        let reachable = Flow::new(graph).reachable(graph, &BTreeMap::new());
        let decisions = graph.nodes.iter().filter(|node| node.kind == NodeKind::Decision);
        let is_work = |at: &usize| graph.nodes[*at].kind.is_actionable();
        Self {
            name: name.to_owned(),
            format: *format,
            lost: Lost::of(source, *format, graph),
            actionable: graph.actionable_count(),
            is_reachable: (0..graph.nodes.len()).filter(is_work).all(|at| reachable[at]),
            decisions: decisions.clone().count(),
            decided: decisions.filter(|node| has_two_labels(graph, &node.id)).count(),
            is_given_back: (*format == Format::Cacao).then(|| is_given_back(source, imported)),
            kept: match format {
                Format::Markdown => EDITS.iter().map(|edit| edit.measure(source, graph)).collect(),
                _ => Vec::new(),
            },
            overlaps: overlaps(imported, placement),
            milliseconds,
        }
    }
}

/// Whether two ways out of a node have labels of their own.
fn has_two_labels(graph: &Graph, node: &NodeId) -> bool {
    let ways = graph.edges.iter().filter(|edge| edge.from == *node);
    ways.filter_map(|edge| edge.label.as_ref()).collect::<BTreeSet<_>>().len() > 1
}

/// Whether the export of an untouched CACAO playbook is what was imported. Of a broken text that was repaired, it cannot be.
fn is_given_back(source: &str, imported: &Imported) -> bool {
    let Some(at) = Timestamp::from_micros(0) else { return false };
    let context =
        CacaoContext { playbook: PlaybookId(uuid::Uuid::nil()), created: at, modified: at, source: Some(source) };
    let canonical = |text: &str| serde_json::from_str(text).ok().map(|value| canonical::to_bytes(&value));
    canonical(source).is_some_and(|before| canonical(&cacao(&imported.graph, &context).text) == Some(before))
}

fn overlaps(imported: &Imported, placement: &Placement) -> usize {
    let nodes = imported.graph.nodes.iter().zip(&placement.nodes);
    let mut placed: Vec<_> =
        nodes.filter(|(node, _)| node.kind != NodeKind::Phase).map(|(_, placed)| placed.rect).collect();
    placed.sort_by(|one, other| one.x.total_cmp(&other.x));
    let over = |at: usize| {
        let rect = placed[at];
        // Sorted by their left edges, those behind it cannot lie over it.
        let near = placed[at + 1..].iter().take_while(|other| other.x < rect.x + rect.w);
        near.filter(|other| other.overlaps(&rect)).count()
    };
    (0..placed.len()).map(over).sum()
}

/// A file that was not imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Refused {
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: String,
}

/// The figures of a collection.
#[derive(Clone, Debug, Serialize)]
pub struct Figures {
    /// Those of each format that occurs.
    pub formats: Vec<FormatFigures>,
    /// What was not imported, and why.
    pub refused: Vec<Refused>,
    /// What was imported and is not perfect, and why.
    pub flawed: Vec<Refused>,
    /// Flowcharts that are read exactly as Mermaid.js reads them, where a file says how that is.
    pub exact: Option<Exact>,
}

/// How many flowcharts are read exactly as Mermaid.js reads them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Exact {
    /// Read exactly: nodes, edges, labels and subgraphs.
    pub charts: usize,
    /// All that Mermaid.js can read.
    pub of: usize,
}

/// The figures of all files of one format. Shares are in per cent, and absent where there is nothing to share.
#[derive(Clone, Debug, Serialize)]
pub struct FormatFigures {
    /// Which format.
    pub format: Format,
    /// How many files were imported.
    pub imported: usize,
    /// How many of them have lost no text.
    pub whole: usize,
    /// The share of letters that are lost, over all files.
    pub lost_percent: Option<f64>,
    /// How many decisions there are.
    pub decisions: usize,
    /// How many of them have two or more ways out with labels of their own.
    pub decided: usize,
    /// In how many files everything that is to be done can be reached.
    pub reachable: usize,
    /// Nodes that are work, per file.
    pub actionable_mean: f64,
    /// Of CACAO: how many files are equal after import and export.
    pub given_back: Option<usize>,
    /// Of Markdown: the share of ids that are kept, by edit.
    pub kept_percent: BTreeMap<&'static str, f64>,
    /// Pairs of nodes that are drawn over each other.
    pub overlaps: usize,
    /// Half of the files took longer to read and to draw, in milliseconds.
    pub p50_milliseconds: f64,
    /// One in twenty took longer.
    pub p95_milliseconds: f64,
}

impl Figures {
    /// The figures of these files.
    pub fn of(files: &[FileFigures], refused: Vec<Refused>, exact: Option<Exact>) -> Self {
        let formats = [Format::Markdown, Format::Mermaid, Format::Cacao, Format::Json];
        let figures = formats.into_iter().filter_map(|format| {
            let files: Vec<&FileFigures> = files.iter().filter(|file| file.format == format).collect();
            (!files.is_empty()).then(|| FormatFigures::of(format, &files))
        });
        Self { formats: figures.collect(), refused, flawed: files.iter().flat_map(flaws).collect(), exact }
    }
}

impl FormatFigures {
    fn of(format: Format, files: &[&FileFigures]) -> Self {
        let sum = |count: fn(&FileFigures) -> usize| files.iter().map(|file| count(file)).sum::<usize>();
        let kept = |at: usize| {
            let of_edit = || files.iter().filter_map(|file| file.kept.get(at));
            let (kept, all) = (of_edit().map(|kept| kept.aligned).sum(), of_edit().map(|kept| kept.all).sum());
            Some((EDITS[at].name, share(kept, all)?))
        };
        let mut times: Vec<f64> = files.iter().map(|file| file.milliseconds).collect();
        times.sort_by(f64::total_cmp);
        Self {
            format,
            imported: files.len(),
            whole: sum(|file| usize::from(file.lost.letters == 0)),
            lost_percent: share(sum(|file| file.lost.letters), sum(|file| file.lost.of_letters)),
            decisions: sum(|file| file.decisions),
            decided: sum(|file| file.decided),
            reachable: sum(|file| usize::from(file.is_reachable)),
            actionable_mean: sum(|file| file.actionable) as f64 / files.len() as f64,
            given_back: (format == Format::Cacao).then(|| sum(|file| usize::from(file.is_given_back == Some(true)))),
            kept_percent: (0..EDITS.len()).filter_map(kept).collect(),
            overlaps: sum(|file| file.overlaps),
            p50_milliseconds: percentile(&times, 50),
            p95_milliseconds: percentile(&times, 95),
        }
    }
}

fn flaws(file: &FileFigures) -> Vec<Refused> {
    let FileFigures { lost, decisions, decided, overlaps, .. } = file;
    let found = [
        (lost.letters > 0).then(|| format!("lost: {}", lost.words.join(" "))),
        (!file.is_reachable).then(|| "not everything can be reached".to_owned()),
        (decided < decisions).then(|| format!("{} decisions without two labelled ways out", decisions - decided)),
        (file.is_given_back == Some(false)).then(|| "another one after import and export".to_owned()),
        (*overlaps > 0).then(|| format!("{overlaps} pairs of nodes overlap")),
    ];
    found.into_iter().flatten().map(|reason| Refused { name: file.name.clone(), reason }).collect()
}

fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| 100.0 * part as f64 / whole as f64)
}

/// The nearest rank of sorted values; 0 when there are none.
fn percentile(sorted: &[f64], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::import;
    use crate::layout::layout;

    fn file(source: &str, milliseconds: f64) -> FileFigures {
        let imported = import(source, None).expect("a playbook");
        FileFigures::of("file", source, &imported, &layout(&imported.graph), milliseconds)
    }

    #[test]
    fn files_are_summed_up_by_format() {
        let markdown = "# T\n\n## Contain\n\n- Isolate the infected host\n- Decision: Is it out?\n  - Yes -> Close\n  - No -> Go on\n";
        let files = [file(markdown, 4.0), file(markdown, 2.0), file("flowchart TD\n  a[One] --> b[Two]\n", 1.0)];
        let refused = vec![Refused { name: "x".to_owned(), reason: "empty".to_owned() }];
        let figures = Figures::of(&files, refused.clone(), None);
        let [first, second] = &figures.formats[..] else { panic!("{figures:?}") };
        assert_eq!((first.format, first.imported, first.whole, first.reachable), (Format::Markdown, 2, 2, 2));
        assert_eq!((first.decisions, first.decided, first.lost_percent), (2, 2, Some(0.0)));
        assert_eq!((first.p50_milliseconds, first.p95_milliseconds), (2.0, 4.0));
        assert_eq!(first.kept_percent.len(), EDITS.len());
        assert_eq!((second.format, second.actionable_mean, second.given_back), (Format::Mermaid, 2.0, None));
        assert_eq!(figures.refused, refused);
        assert_eq!(figures.flawed, []);
    }

    #[test]
    fn what_is_not_perfect_is_named() {
        let mut flawed = file("- Call\n", 1.0);
        flawed.lost = Lost { words: vec!["gone".to_owned()], letters: 4, of_letters: 8 };
        flawed.decisions = 1;
        let figures = Figures::of(&[flawed], Vec::new(), None);
        let reasons: Vec<&str> = figures.flawed.iter().map(|flaw| flaw.reason.as_str()).collect();
        assert_eq!(reasons, ["lost: gone", "1 decisions without two labelled ways out"]);
        assert_eq!(figures.formats[0].lost_percent, Some(50.0));
    }

    #[test]
    fn percentiles_are_values_that_occur() {
        assert_eq!([0, 50, 95, 100].map(|percent| percentile(&[1.0, 2.0, 3.0, 4.0], percent)), [1.0, 2.0, 4.0, 4.0]);
        assert_eq!(percentile(&[], 50), 0.0);
    }
}
