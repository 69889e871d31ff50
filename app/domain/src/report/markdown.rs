//! The report as GitHub Flavored Markdown (<https://github.github.com/gfm/>).
//!
//! What analysts wrote stands there character for character: nothing in it becomes a heading, a link, an image or HTML, and what
//! is suspicious cannot be clicked. Only recommendations are Markdown themselves; they are written anew from what they were read
//! as, so that nothing in them can reach beyond their section.

use std::borrow::Cow;
use std::fmt::Write;

use comrak::nodes::{NodeCodeBlock, NodeValue};
use comrak::{Arena, Options, format_commonmark, parse_document};

use super::sections::{Choice, Report, StepReport};
use crate::drawing::palette;
use crate::event::StepStatus;
use crate::execution::{AttachedEvidence, Note};
use crate::export::{Class, mermaid};
use crate::graph::Graph;
use crate::legible::{legible, legible_file_name};
use crate::words::{duration, size, utc};

/// The headings of recommendations begin below that of their section.
const HEADINGS_BELOW: u8 = 2;

/// Writes a report; `graph` is that of the playbook version that was run.
pub fn markdown(report: &Report, graph: &Graph) -> String {
    let mut out = Writer(String::new());
    out.heading(1, &format!("After-action report: {}", name(&report.summary.incident_title)));
    if report.interim {
        out.block(&format!("**Interim report**, as of {} UTC: the execution is not over.", utc(report.as_of)));
    }
    out.block(&escaped(&report.summary.headline));
    out.heading(2, "Executive summary");
    out.table(&["", ""], report.summary_facts().into_iter().map(|(name, value)| [name.to_owned(), escaped(&value)]));
    out.notes(&report.summary.notes);
    out.heading(2, "Flowchart");
    out.fence("mermaid", &flowchart(report, graph));
    write_timeline(&mut out, report);
    out.heading(2, "Step details");
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
    write_metrics(&mut out, report);
    write_recommendations(&mut out, report);
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

fn write_timeline(out: &mut Writer, report: &Report) {
    out.heading(2, "Timeline");
    out.block("Times are UTC. What was recorded later than it happened has both times.");
    let rows = report.timeline.iter().map(|entry| {
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
    if let Some(choice) = &step.decision {
        let chosen = |choice: &Choice| format!("“{}” ({})", name(&choice.branch), escaped(&choice.by()));
        out.block(&format!("**Decided** {}", chosen(choice)));
        out.quote(choice.rationale.as_deref());
        for earlier in &step.earlier_decisions {
            out.block(&format!("Decided before: {}", chosen(earlier)));
            out.quote(earlier.rationale.as_deref());
        }
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
    out.table(&["", ""], report.metric_facts().into_iter().map(|(name, value)| [name.to_owned(), escaped(&value)]));
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

fn write_recommendations(out: &mut Writer, report: &Report) {
    out.heading(2, "Recommendations");
    match &report.recommendations {
        None => out.block("_None have been written._"),
        Some(recommendations) => {
            out.block(&written_anew(&recommendations.text));
            let by = name(recommendations.actor.as_str());
            out.block(&format!("_Last changed by {by}, {} UTC._", utc(recommendations.at)));
        }
    }
}

fn write_integrity(out: &mut Writer, report: &Report) {
    let integrity = &report.integrity;
    out.heading(2, "Integrity");
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
        self.block(&format!("{fence}{language}\n{}\n{fence}", text.trim_end()));
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

    /// What an analyst wrote, line by line.
    fn quote(&mut self, text: Option<&str>) {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else { return };
        let lines: Vec<&str> = text.lines().collect();
        for (at, line) in lines.iter().enumerate() {
            // A line that is followed by another ends in a hard break.
            let goes_on = !line.trim().is_empty() && lines.get(at + 1).is_some_and(|next| !next.trim().is_empty());
            let end = if goes_on { "\\" } else { "" };
            self.line(format!("> {}{end}", escaped(line.trim())).trim_end());
        }
        self.line("");
    }

    fn notes(&mut self, notes: &[Note]) {
        for note in notes {
            let happened = note.occurred_at.map(|at| format!("{} UTC, recorded ", utc(at))).unwrap_or_default();
            self.block(&format!("**Note** by {}, {happened}{} UTC:", name(note.author.as_str()), utc(note.timestamp)));
            self.quote(Some(&note.text));
        }
    }
}

/// A name on one line: what cannot be seen of it stands by its number.
fn name(text: &str) -> String {
    escaped(&legible(text))
}

/// A text of several lines in a cell of a table.
fn in_cell(text: &str) -> String {
    text.lines().map(escaped).collect::<Vec<_>>().join("<br>")
}

/// A text such that Markdown shows exactly it, wherever it stands on a line. Line breaks become spaces.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + text.len() / 8);
    let mut begins = true;
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        // What has a meaning only at the beginning of a line: headings, lists, lines below a heading.
        let only_digits = !escaped.is_empty() && escaped.bytes().all(|byte| byte.is_ascii_digit());
        let opens_block = begins && "#-+=".contains(character) || only_digits && ".)".contains(character);
        begins = false;
        match character {
            // As a reference, what is no part of an address or a name that GitHub would make a link of.
            '@' | '&' | '<' | '>' => {
                // Writing to a String does not fail.
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            ':' if rest.peek() == Some(&'/') => escaped.push_str("&#58;"),
            '.' if ends_with_www(&escaped) => escaped.push_str("&#46;"),
            '\n' | '\r' | '\t' => escaped.push(' '),
            c if c.is_control() => {
                let _ = write!(escaped, "\u{27e8}U+{:04X}\u{27e9}", u32::from(c));
            }
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

/// Markdown that means the same, with headings below those of the report, everything that was begun ended, and HTML shown as
/// the text that it is.
fn written_anew(text: &str) -> String {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    let arena = Arena::new();
    let root = parse_document(&arena, text, &options);
    for node in root.descendants() {
        let mut data = node.data.borrow_mut();
        let plain = match &mut data.value {
            NodeValue::Heading(heading) => {
                heading.level = (heading.level + HEADINGS_BELOW).min(6);
                None
            }
            NodeValue::HtmlInline(html) => Some(NodeValue::Text(std::mem::take(html).into())),
            NodeValue::HtmlBlock(html) => {
                let literal = std::mem::take(&mut html.literal);
                let code =
                    NodeCodeBlock { fenced: true, fence_char: b'`', fence_length: 3, literal, ..Default::default() };
                Some(NodeValue::CodeBlock(Box::new(code)))
            }
            _ => None,
        };
        if let Some(plain) = plain {
            data.value = plain;
        }
    }
    let mut written = String::new();
    // Writing to a String does not fail.
    let _ = format_commonmark(root, &options, &mut written);
    written.trim_end().to_owned()
}
