//! Everything that a server does with a text that somebody sent as a playbook.

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::time::Duration;

use cpu_time::ThreadTime;
use domain::diff::GraphDiff;
use domain::drawing::flowchart;
use domain::export::{self, CacaoContext};
use domain::graph::{Flow, Graph};
use domain::ids::{NodeId, PlaybookId};
use domain::import::{align, import};
use domain::layout::layout;
use domain::prose::{Kind, html};
use domain::source::Format;
use domain::time::Timestamp;
use uuid::Uuid;

/// What the stages cost.
#[derive(Debug, Default)]
pub(crate) struct Stages(Vec<Stage>);

/// Something that is done with a text.
#[derive(Debug)]
struct Stage {
    name: &'static str,
    /// Processor time.
    time: Duration,
    /// How much was written.
    bytes: usize,
    /// Whether a preview waits for it.
    is_of_preview: bool,
}

impl Stages {
    /// Puts a text through all of them, read as every format that it could be.
    pub(crate) fn of(source: &str) -> Self {
        let mut stages = Self::default();
        let read = stages.time("import", || import(source, None), |_| 0);
        let detected = read.as_ref().ok().map(|read| read.format);
        if let Ok(read) = read {
            stages.graph(&read.graph, Some(source));
        }
        let is_json = source.starts_with('{');
        let formats = if is_json { [Format::Json, Format::Cacao] } else { [Format::Markdown, Format::Mermaid] };
        for format in formats.into_iter().filter(|format| Some(*format) != detected) {
            let read = stages.time("read", || import(source, Some(format)), |_| 0);
            drop(read);
        }
        stages.time("note", || html(source, Kind::Note), String::len);
        stages
    }

    fn graph(&mut self, graph: &Graph, source: Option<&str>) {
        self.time("json", || serde_json::to_string(graph).map(|text| text.len()).unwrap_or_default(), |length| *length);
        self.time("hash", || graph.hash(), |_| 0);
        self.time("flow", || Flow::new(graph).reachable(graph, &BTreeMap::new()), |_| 0);
        let placement = self.time("layout", || layout(graph), |it| it.edges.iter().map(|edge| edge.points.len()).sum());
        self.time("drawing", || flowchart(graph, &placement, None).inline("chart", 1.0), String::len);
        let texts = || graph.nodes.iter().map(|node| node.description.as_str()).chain([graph.description.as_str()]);
        let shown = || texts().map(|text| html(text, Kind::Instructions).len()).sum::<usize>();
        self.time("prose", shown, |length| *length);
        let mut renamed = graph.clone();
        rename(&mut renamed);
        self.time("diff", || GraphDiff::between(graph, &renamed), |_| 0);
        self.time("diff", || GraphDiff::between(graph, graph), |_| 0);
        self.time("align", || align(graph, &mut renamed), |()| 0);
        let context = CacaoContext { playbook: PlaybookId(Uuid::nil()), created: at(), modified: at(), source };
        let exports = [
            self.time("to json", || export::json(graph), String::len),
            self.time("to mermaid", || export::mermaid(graph, &[]), String::len),
            self.time("to markdown", || export::markdown(graph), String::len),
            self.time("to cacao", || export::cacao(graph, &context).text, String::len),
        ];
        for text in exports {
            self.time("again", || import(&text, None).is_ok(), |_| 0);
        }
    }

    fn time<T>(&mut self, name: &'static str, run: impl FnOnce() -> T, size: impl FnOnce(&T) -> usize) -> T {
        const PREVIEW: [&str; 4] = ["import", "align", "layout", "json"];
        let began = ThreadTime::now();
        let made = run();
        let (time, bytes) = (began.elapsed(), size(&made));
        self.0.push(Stage { name, time, bytes, is_of_preview: PREVIEW.contains(&name) });
        made
    }

    pub(crate) fn total(&self) -> Duration {
        self.0.iter().map(|stage| stage.time).sum()
    }

    /// What the slowest request takes: a preview is read and drawn, everything else is asked for by itself.
    pub(crate) fn slowest(&self) -> Duration {
        let (preview, alone): (Vec<&Stage>, Vec<&Stage>) = self.0.iter().partition(|stage| stage.is_of_preview);
        let preview = preview.into_iter().map(|stage| stage.time).sum();
        alone.into_iter().map(|stage| stage.time).fold(preview, Duration::max)
    }

    /// Bytes of HTML of all texts of the playbook.
    pub(crate) fn shown(&self) -> usize {
        self.0.iter().filter(|stage| stage.name == "prose").map(|stage| stage.bytes).max().unwrap_or_default()
    }
}

impl fmt::Display for Stages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_told = |stage: &&Stage| stage.time.as_millis() >= 50 || stage.bytes > 4 << 20;
        for Stage { name, time, bytes, .. } in self.0.iter().filter(is_told) {
            write!(f, "{name} {time:.0?} {} kB; ", bytes >> 10)?;
        }
        Ok(())
    }
}

/// Ids of no node of before, as after every label was changed.
fn rename(graph: &mut Graph) {
    let new = |id: &mut NodeId| id.0.push('\'');
    for node in &mut graph.nodes {
        new(&mut node.id);
        node.phase.iter_mut().for_each(new);
        node.label.push('.');
    }
    for edge in &mut graph.edges {
        new(&mut edge.from);
        new(&mut edge.to);
    }
}

fn at() -> Timestamp {
    Timestamp::from_micros(1_790_000_000_000_000).expect("a time")
}

/// How much this process held at the highest, in bytes; 0 where the system does not say.
pub(crate) fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches(" kB").parse::<usize>().map_or(0, |kilobytes| kilobytes << 10)
}
