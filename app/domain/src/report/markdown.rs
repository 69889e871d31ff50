//! The report as GitHub Flavored Markdown (<https://github.github.com/gfm/>).
//!
//! What people wrote stands there to the letter: nothing in it becomes a heading, a link, an image or HTML, and what is suspicious
//! cannot be clicked. Longer texts stand in fences, where they can be read and copied as they were written, with every blank; in
//! cells of tables, which have no fences, every character that could mean something is escaped.

use std::borrow::Cow;
use std::fmt::Write;
use std::sync::Arc;

use super::facts::{Fact, NO_FINDINGS, NOTHING_WRITTEN};
use super::sections::{Choice, Entry, Report, StepReport, WrittenText};
use crate::drawing::palette;
use crate::event::StepStatus;
use crate::execution::{AttachedEvidence, Note};
use crate::export::{Class, mermaid};
use crate::graph::Graph;
use crate::legible::{legible, legible_file_name};
use crate::passage::Passage;
use crate::prose::marked;
use crate::words::{duration, size, utc};

/// Writes a report; `graph` is that of the playbook version that was run.
pub fn markdown(report: &Report, graph: &Graph) -> String {
    let mut out = Writer(String::new());
    out.heading(1, &format!("After-action report: {}", name(&report.summary.incident_title)));
    if report.interim {
        out.block(&format!("**Interim report**, as of {} UTC: the execution is not over.", utc(report.as_of)));
    }
    out.block(&escaped(&report.summary.headline));
    out.heading(2, "Executive summary");
    out.block(&escaped(&report.summary.narrative));
    out.facts(report.first_facts());
    write_passage(&mut out, Passage::Impact, report.impact.as_ref());
    write_passage(&mut out, Passage::Cause, report.cause.as_ref());
    out.heading(3, "In figures");
    out.facts(report.summary_facts());
    out.notes(&report.summary.notes);
    out.heading(2, "Key events");
    write_entries(&mut out, report.key_events());
    out.heading(2, "Findings and recommendations");
    write_findings(&mut out, report);
    write_passage(&mut out, Passage::Recommendations, report.recommendations.as_ref());
    write_metrics(&mut out, report);
    out.heading(2, "Annex: Flowchart");
    out.fence("mermaid", &flowchart(report, graph));
    out.heading(2, "Annex: Timeline");
    write_entries(&mut out, report.told());
    out.heading(2, "Annex: Step details");
    for step in &report.steps {
        write_step(&mut out, step);
    }
    if !report.not_applicable.is_empty() {
        out.heading(3, "Not applicable");
        out.block("These lie only on branches that were not taken:");
        for node in &report.not_applicable {
            out.line(&format!("- {}", name(&node.label)));
        }
        out.line("");
    }
    write_integrity(&mut out, report);
    out.0.truncate(out.0.trim_end().len());
    out.0 + "\n"
}

/// The flowchart, with the steps of each status in the colours of the light theme.
fn flowchart(report: &Report, graph: &Graph) -> String {
    let styles = StepStatus::ALL.map(|status| {
        let (ink, soft) = palette::of(status);
        format!("fill:{soft},stroke:{ink},color:{ink}")
    });
    let classes = StepStatus::ALL.into_iter().zip(&styles).map(|(status, style)| {
        let steps = report.steps.iter().filter(|step| step.kind.is_actionable() && step.status == status);
        Class { name: status.as_str(), style, nodes: steps.map(|step| &step.node_id).collect() }
    });
    mermaid(&labelled(graph), &classes.collect::<Vec<_>>())
}

/// The graph with labels that can be read.
fn labelled(graph: &Graph) -> Graph {
    let mut graph = graph.clone();
    let labels = graph.nodes.iter_mut().map(|node| &mut node.label);
    for label in labels.chain(graph.edges.iter_mut().filter_map(|edge| edge.label.as_mut())) {
        if let Cow::Owned(shown) = legible(label) {
            *label = shown;
        }
    }
    graph
}

fn write_entries<'a>(out: &mut Writer, entries: impl Iterator<Item = &'a Entry>) {
    out.block("Times are UTC. What was recorded later than it happened has both times.");
    let rows = entries.map(|entry| {
        let mut what = format!("{} {}", name(entry.actor.as_str()), escaped(&entry.text));
        if let Some(label) = &entry.label {
            what += &format!(" **{}**", name(label));
        }
        let more = entry.replaced.iter().chain(&entry.details).map(|text| in_cell(text));
        what = std::iter::once(what).chain(more).collect::<Vec<_>>().join("<br>");
        let late = if entry.late {
            let counted = entry.counted_at.map(|at| format!("<br>counted from {}", utc(at))).unwrap_or_default();
            format!("{}<br>recorded {}{counted}", utc(entry.at), utc(entry.recorded_at))
        } else {
            utc(entry.at)
        };
        [entry.seq.to_string(), late, what]
    });
    out.table(&["#", "Time", "What happened"], rows);
}

fn write_step(out: &mut Writer, step: &StepReport) {
    let level = 3 + u8::try_from(step.depth).unwrap_or(u8::MAX).min(3);
    out.heading(level, &format!("{}{}", prefix(step), name(&step.label)));
    let facts = step.facts().into_iter().map(|(name, value)| format!("{name}: {}", escaped(&value)));
    out.block(&facts.collect::<Vec<_>>().join(" · "));
    let chosen = |choice: &Choice| format!("“{}” ({})", name(&choice.branch), escaped(&choice.by()));
    if let Some(choice) = &step.decision {
        out.block(&format!("**Decided** {}", chosen(choice)));
        out.written(choice.rationale.as_deref().unwrap_or_default());
    }
    for earlier in &step.earlier_decisions {
        out.block(&format!("Decided before: {}", chosen(earlier)));
        out.written(earlier.rationale.as_deref().unwrap_or_default());
    }
    out.notes(&step.notes);
    if !step.evidence.is_empty() {
        out.table(&["Evidence", "Size", "SHA-256", "Attached"], step.evidence.iter().map(file));
    }
}

fn prefix(step: &StepReport) -> &'static str {
    if step.kind.is_actionable() {
        ""
    } else if step.progress.is_some() {
        "Phase: "
    } else {
        ""
    }
}

fn file(attached: &AttachedEvidence) -> [String; 4] {
    let evidence = &attached.evidence;
    let described = evidence.description.as_ref().map(|text| format!("<br>{}", in_cell(text))).unwrap_or_default();
    [
        escaped(&legible_file_name(&evidence.file_name)) + &described,
        size(evidence.size),
        format!("`{}`", evidence.sha256),
        format!("{} by {}", utc(attached.uploaded_at), name(attached.uploaded_by.as_str())),
    ]
}

fn write_metrics(out: &mut Writer, report: &Report) {
    out.heading(2, "Metrics");
    out.facts(report.metric_facts());
    if !report.metrics.slowest.is_empty() {
        let rows = report.metrics.slowest.iter().map(|step| {
            let share = format!("{:.0} %", step.share_percent);
            [name(&step.label), duration(step.seconds), duration(step.blocked_seconds), share]
        });
        out.table(&["Slowest steps", "Time", "of it blocked", "Share"], rows);
    }
    if !report.metrics.phases.is_empty() {
        let rows = report.metrics.phases.iter().map(|phase| {
            let label = phase.label.as_deref().map_or_else(|| "outside of phases".to_owned(), name);
            [label, duration(phase.seconds), format!("{:.0} %", phase.share_percent)]
        });
        out.table(&["Phase", "Time", "Share"], rows);
    }
}

fn write_findings(out: &mut Writer, report: &Report) {
    out.heading(3, "Findings");
    let findings = report.findings();
    if findings.is_empty() {
        out.block(&format!("_{NO_FINDINGS}_"));
    }
    for (label, note) in findings {
        if let Some(label) = label {
            out.block(&format!("At **{}**:", name(label)));
        }
        out.note(note);
    }
}

fn write_passage(out: &mut Writer, passage: Passage, written: Option<&WrittenText>) {
    out.heading(3, passage.label());
    match written {
        None => out.block(&format!("_{NOTHING_WRITTEN}_")),
        Some(written) => {
            out.written(&written.text);
            out.block(&format!("_{}_", escaped(&written.by())));
        }
    }
}

fn write_integrity(out: &mut Writer, report: &Report) {
    let integrity = &report.integrity;
    out.heading(2, "Annex: Integrity");
    let verified =
        integrity.fault.as_ref().map_or_else(|| "yes".to_owned(), |fault| format!("**no**: {}", escaped(fault)));
    let rows = [
        ["Events".to_owned(), integrity.event_count.to_string()],
        ["Hash of the last event".to_owned(), format!("`{}`", integrity.head_hash)],
        ["Chain of hashes verified".to_owned(), verified],
        ["Execution".to_owned(), format!("`{}`", report.summary.execution_id)],
    ];
    out.table(&["", ""], rows.into_iter());
    if !integrity.evidence.is_empty() {
        let rows = integrity.evidence.iter().map(|entry| {
            let [file_name, size, hash, attached] = file(&entry.file);
            [file_name, name(&entry.label), size, hash, attached]
        });
        out.table(&["Evidence", "Step", "Size", "SHA-256", "Attached"], rows);
    }
}

/// What is written so far.
struct Writer(String);

impl Writer {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    /// Something with an empty line behind it.
    fn block(&mut self, text: &str) {
        self.line(text);
        self.line("");
    }

    fn heading(&mut self, level: u8, text: &str) {
        self.block(&format!("{} {text}", "#".repeat(level.into())));
    }

    fn fence(&mut self, language: &str, text: &str) {
        let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
        let fence = "`".repeat((longest + 1).max(3));
        self.block(&format!("{fence}{language}\n{}\n{fence}", text.trim_end_matches('\n')));
    }

    fn table<const N: usize>(&mut self, head: &[&str; N], rows: impl Iterator<Item = [String; N]>) {
        let row = |cells: &[String]| format!("| {} |", cells.join(" | "));
        self.line(&row(&head.map(str::to_owned)));
        self.line(&row(&[(); N].map(|()| "---".to_owned())));
        for cells in rows {
            self.line(&row(&cells.map(|cell| cell.replace('\n', "<br>"))));
        }
        self.line("");
    }

    /// What somebody wrote, as it is.
    fn written(&mut self, text: &str) {
        let lines = lines(text);
        if lines.iter().any(|line| !line.trim().is_empty()) {
            self.fence("text", &marked(&lines.join("\n")));
        }
    }

    fn notes(&mut self, notes: &[Arc<Note>]) {
        for note in notes {
            self.note(note);
        }
    }

    fn note(&mut self, note: &Note) {
        let happened = note.occurred_at.map(|at| format!("{} UTC, recorded ", utc(at))).unwrap_or_default();
        self.block(&format!("**Note** by {}, {happened}{} UTC:", name(note.author.as_str()), utc(note.timestamp)));
        self.written(&note.text);
    }

    fn facts(&mut self, facts: Vec<Fact>) {
        if !facts.is_empty() {
            self.table(&["", ""], facts.into_iter().map(|(name, value)| [name.to_owned(), in_cell(&value)]));
        }
    }
}

/// A name on one line: what cannot be seen of it stands by its number.
fn name(text: &str) -> String {
    escaped(&legible(text))
}

/// The lines of a text, however each ends.
fn lines(text: &str) -> Vec<&str> {
    text.lines().flat_map(|line| line.split('\r')).collect()
}

/// A text of several lines in a cell of a table. Blanks that a page would leave out are written so that it keeps them.
fn in_cell(text: &str) -> String {
    let line = |line: &str| {
        let mut kept = String::with_capacity(line.len());
        for character in line.chars() {
            match character {
                ' ' if kept.is_empty() || kept.ends_with([' ', '\u{a0}']) => kept.push('\u{a0}'),
                '\t' => kept.push_str("\u{a0}\u{a0}\u{a0}\u{a0}"),
                c => kept.push(c),
            }
        }
        escaped(&kept)
    };
    lines(text).into_iter().map(line).collect::<Vec<_>>().join("<br>")
}

/// A text such that Markdown shows exactly it, wherever it stands on a line. Line breaks become spaces.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let (mut begins, mut only_digits) = (true, false);
    let text = marked(text);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        // What has a meaning only at the beginning of a line: headings, lists, lines below a heading.
        let opens_block = begins && "#-+=".contains(character) || only_digits && ".)".contains(character);
        only_digits = (begins || only_digits) && character.is_ascii_digit();
        begins = false;
        match character {
            // As code, in which GitHub looks neither for addresses of mail nor for names of people.
            '@' if rest.peek().is_some_and(|next| next.is_alphanumeric()) => escaped.push_str("`@`"),
            '&' | '<' | '>' => {
                // Writing to a String does not fail.
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            ':' if rest.peek() == Some(&'/') => escaped.push_str("&#58;"),
            '.' if ends_with_www(&escaped) => escaped.push_str("&#46;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            c if opens_block || "\\`*_[]|~$!".contains(c) => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

fn ends_with_www(text: &str) -> bool {
    text.len().checked_sub(3).and_then(|start| text.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case("www"))
}
