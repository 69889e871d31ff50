//! The report as HTML, section by section.

use domain::drawing::{gantt, status_bar};
use domain::ids::Seq;
use domain::legible::legible;
use domain::prose::Kind;
use domain::report::{
    Entry, Fact, Integrity, Metrics, NO_FINDINGS, NOTHING_WRITTEN, NodeRef, OUTCOME, Report, WrittenText,
};
use domain::time::Timestamp;
use domain::words::{duration, is_free_text, utc};
use leptos::prelude::*;

use super::details::{evidence, notes, one_note, steps};
use super::room::{Room, left_out};
use crate::backend::{ReportPageData, ReportSource, WrittenPassage};
use crate::live::address::of_page;
use crate::ui::icon::Icon;
use crate::ui::prose::prose;

/// How large a flowchart is drawn: as small as its words can be read.
const READABLE: f32 = 0.8;

/// The page of a report.
pub(crate) fn written(source: &ReportSource) -> ReportPageData {
    let report = &source.report;
    let first = view! {
        {head(report)}
        {contents()}
        {summary(report)}
    };
    let then = view! {
        {figures(report)}
        {events(report)}
        {findings(report)}
    };
    let after = view! {
        {metrics(&report.metrics, report.metric_facts())}
        {chart(source)}
        {steps(source)}
        {not_applicable(&report.not_applicable)}
        {integrity(report)}
    };
    let seq = Seq(report.integrity.event_count);
    ReportPageData {
        incident_title: legible(&report.summary.incident_title).into_owned(),
        first: first.to_html(),
        impact: passage(seq, report.impact.clone()),
        cause: passage(seq, report.cause.clone()),
        then: then.to_html(),
        recommendations: passage(seq, report.recommendations.clone()),
        after: after.to_html(),
    }
}

fn head(report: &Report) -> impl IntoView + use<> {
    let id = report.summary.execution_id;
    let as_of = format!("Interim report, as of {} UTC: the execution is not over.", utc(report.as_of));
    view! {
        <header class="report-head">
            <div>
                <p class="eyebrow">"After-action report"</p>
                <h1 dir="auto">{legible(&report.summary.incident_title).into_owned()}</h1>
            </div>
            <span class="spacer"></span>
            <nav class="row screen-only" aria-label="This report">
                <a class="button" href=of_page(id, None)>"The execution"</a>
                <a class="button" href=format!("/api/executions/{id}/report.md") download="" rel="external"><Icon name="down" />"Markdown"</a>
                <a class="button" href=format!("/api/executions/{id}/report?format=json") rel="external"><Icon name="down" />"JSON"</a>
                <a class="button primary" href=format!("/api/executions/{id}/report.pdf") download="" rel="external"><Icon name="down" />"PDF"</a>
                <a class="button" href=format!("/api/executions/{id}/report.pdf?paper=letter") download="" rel="external" title="The same on US Letter paper"><Icon name="down" />"PDF (Letter)"</a>
            </nav>
        </header>
        {report.interim.then(|| view! { <p class="banner interim"><Icon name="clock" /><span>{as_of}</span></p> })}
        <p class="headline" dir="auto">{report.summary.headline.clone()}</p>
    }
}

fn contents() -> impl IntoView {
    const SECTIONS: [(&str, &str); 7] = [
        ("summary", "Executive summary"),
        ("events", "Key events"),
        ("findings", "Findings and recommendations"),
        ("metrics", "Metrics"),
        ("flowchart", "Annex: Flowchart"),
        ("steps", "Annex: Step details"),
        ("integrity", "Annex: Integrity"),
    ];
    let entry = |(id, name)| view! { <li><a href=format!("#{id}") rel="external">{name}</a></li> };
    view! { <nav class="contents screen-only" aria-label="Contents"><ol>{SECTIONS.map(entry).collect_view()}</ol></nav> }
}

/// What happened; what analysts write about it follows.
fn summary(report: &Report) -> impl IntoView + use<> {
    view! {
        <section id="summary">
            <h2>"Executive summary"</h2>
            <p dir="auto">{report.summary.narrative.clone()}</p>
            {facts(report.first_facts())}
        </section>
    }
}

fn figures(report: &Report) -> impl IntoView + use<> {
    let bar = status_bar(&report.summary.progress).inline("status-bar", 1.0);
    view! {
        <section>
            <h3>"In figures"</h3>
            <div class="figure" inner_html=bar></div>
            {facts(report.summary_facts())}
            {notes(&report.summary.notes, &Room::default())}
        </section>
    }
}

/// Names and values.
pub(super) fn facts(facts: Vec<Fact>) -> impl IntoView {
    let value = |name, value: String| match name {
        OUTCOME => prose(&value, Kind::Note).into_any(),
        _ => value.into_any(),
    };
    let fact = |(name, said)| view! { <div><dt>{name}</dt><dd dir="auto">{value(name, said)}</dd></div> };
    view! { <dl class="facts">{facts.into_iter().map(fact).collect_view()}</dl> }
}

fn chart(source: &ReportSource) -> impl IntoView + use<> {
    let rows = gantt(&source.report).map(|chart| {
        view! {
            <h3>"When each step was worked on"</h3>
            <p class="hint">"Filled: in progress. Outlined: blocked. Grey: the execution was paused or closed. Times are UTC."</p>
            <div class="figure" tabindex="0" role="region" aria-label="Chart of the steps over time" inner_html=chart.inline("gantt", 1.0)></div>
        }
    });
    view! {
        <section id="flowchart">
            <h2>"Annex: Flowchart"</h2>
            <div class="figure" tabindex="0" role="region" aria-label="Flowchart" inner_html=source.flowchart.inline("flowchart", READABLE)></div>
            {rows}
        </section>
    }
}

/// A time in UTC.
pub(super) fn time(at: Timestamp) -> impl IntoView {
    view! { <time datetime=at.to_string()>{utc(at)}</time> }
}

/// The timeline: the key events, and all of them by a switch that needs no script.
fn events(report: &Report) -> impl IntoView + use<> {
    let row = |entry: &Entry| {
        let Entry { at, recorded_at, late, counted_at, .. } = *entry;
        let details = entry.details.as_deref().map(|text| match is_free_text(&entry.event_type) {
            true => prose(text, Kind::Note).into_any(),
            false => view! { <p dir="auto">{text.to_owned()}</p> }.into_any(),
        });
        view! {
            <tr class:late=late class:more=!entry.key>
                <td class="figures">{entry.seq.to_string()}</td>
                <td class="figures">
                    {time(at)} {late.then(|| view! { <small>"recorded " {time(recorded_at)}</small> })}
                    {counted_at.map(|at| view! { " " <small>"counted from " {time(at)}</small> })}
                </td>
                <td><bdi>{entry.actor.to_string()}</bdi></td>
                <td>
                    <p dir="auto">{entry.text.clone()} " " <strong>{entry.label.as_deref().map(|label| legible(label).into_owned())}</strong></p>
                    {entry.replaced.clone().map(|text| view! { <p class="details" dir="auto">{text}</p> })}
                    {details.map(|details| view! { <div class="details">{details}</div> })}
                </td>
            </tr>
        }
    };
    let (key, all): (Vec<_>, Vec<_>) = (report.key_events().collect(), report.told().collect());
    let text = |entry: &&Entry| entry.details.as_ref().map_or(0, String::len);
    let has_room = Room::default().fitting(&all, text).len() == all.len();
    let shown = if has_room { &all[..] } else { Room::default().fitting(&key, text) };
    let rows = shown.iter().map(|entry| row(entry)).collect_view();
    let more = (!has_room).then(|| left_out(all.len(), shown.len(), "event"));
    let (key, all) = (key.len(), all.len());
    let others = (has_room && key < all).then(|| {
        let label = format!("All {all} events, not only the {key} key events");
        view! { <label class="check screen-only"><input type="checkbox" autocomplete="off" /><span>{label}</span></label> }
    });
    view! {
        <section id="events">
            <h2>"Key events"</h2>
            <p class="hint">"What became of the whole, decisions, blocks, evidence, and notes that were marked. In the order in which things happened, in UTC; what was recorded later has both times."</p>
            {others}
            <table class="report-table timeline-table">
                <thead><tr><th scope="col">"#"</th><th scope="col">"Time"</th><th scope="col">"Analyst"</th><th scope="col">"What happened"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
            {more}
        </section>
    }
}

fn not_applicable(nodes: &[NodeRef]) -> Option<impl IntoView + use<>> {
    let node = |node: &NodeRef| view! { <li dir="auto">{legible(&node.label).into_owned()}</li> };
    (!nodes.is_empty()).then(|| {
        view! {
            <section class="not-applicable">
                <h3>"Not applicable"</h3>
                <p class="hint">"These lie only on branches that were not taken."</p>
                <ul>{nodes.iter().map(node).collect_view()}</ul>
            </section>
        }
    })
}

fn metrics(metrics: &Metrics, all: Vec<Fact>) -> impl IntoView + use<> {
    let slowest = metrics.slowest.iter().map(|step| {
        view! {
            <tr>
                <td dir="auto">{legible(&step.label).into_owned()}</td>
                <td class="figures">{duration(step.seconds)}</td>
                <td class="figures">{duration(step.blocked_seconds)}</td>
                <td class="figures">{share(step.share_percent)}</td>
            </tr>
        }
    });
    let phases = metrics.phases.iter().map(|phase| {
        view! {
            <tr>
                <td dir="auto">{phase.label.as_deref().map_or_else(|| "Outside of phases".to_owned(), |label| legible(label).into_owned())}</td>
                <td class="figures">{duration(phase.seconds)}</td>
                <td class="figures">{share(phase.share_percent)}</td>
            </tr>
        }
    });
    let slowest = (!metrics.slowest.is_empty()).then(|| {
        view! {
            <table class="report-table">
                <caption>"Slowest steps"</caption>
                <thead><tr><th scope="col">"Step"</th><th scope="col">"Time"</th><th scope="col">"Blocked"</th><th scope="col">"Share"</th></tr></thead>
                <tbody>{slowest.collect_view()}</tbody>
            </table>
        }
    });
    let phases = (!metrics.phases.is_empty()).then(|| {
        view! {
            <table class="report-table">
                <caption>"Time by phase"</caption>
                <thead><tr><th scope="col">"Phase"</th><th scope="col">"Time"</th><th scope="col">"Share"</th></tr></thead>
                <tbody>{phases.collect_view()}</tbody>
            </table>
        }
    });
    view! {
        <section id="metrics">
            <h2>"Metrics"</h2>
            {facts(all)}
            <div class="tables">{slowest} {phases}</div>
            <p class="hint">
                "The time of a step is the time in which it was in progress or blocked, pauses left out. Steps that were completed or skipped at once have none, and are not in means and medians."
            </p>
        </section>
    }
}

fn share(percent: f64) -> String {
    format!("{percent:.0} %")
}

/// The notes that were marked; what is recommended follows.
fn findings(report: &Report) -> impl IntoView + use<> {
    let findings = report.findings();
    let none = findings.is_empty().then(|| view! { <p class="hint">{NO_FINDINGS}</p> });
    let shown = Room::default();
    let shown = shown.fitting(&findings, |(_, note)| note.text.len());
    let found = shown.iter().map(|(label, note)| one_note(note, *label)).collect_view();
    let more = left_out(findings.len(), shown.len(), "finding");
    view! {
        <section id="findings">
            <h2>"Findings and recommendations"</h2>
            <h3>"Findings"</h3>
            {none}
            <ul class="report-notes">{found}</ul>
            {more}
        </section>
    }
}

/// What stands there of a text of the report up to an event.
pub(crate) fn passage(seq: Seq, written: Option<WrittenText>) -> WrittenPassage {
    let Some(written) = written else {
        let html = view! { <p class="hint">{NOTHING_WRITTEN}</p> }.to_html();
        return WrittenPassage { html, seq, text: String::new() };
    };
    let html = view! {
        {prose(&written.text, Kind::Note)}
        <p class="hint">{written.by()}</p>
    };
    WrittenPassage { html: html.to_html(), seq, text: written.text }
}

fn integrity(report: &Report) -> impl IntoView + use<> {
    let Integrity { event_count, head_hash, fault, evidence: files, .. } = &report.integrity;
    let (icon, verified) = match fault {
        None => ("completed", "Verified: every event follows from the one before.".to_owned()),
        Some(fault) => ("warning", format!("Not verified: {fault}.")),
    };
    let manifest =
        files.iter().map(|entry| (Some(legible(&entry.label).into_owned()), &entry.file)).collect::<Vec<_>>();
    view! {
        <section id="integrity">
            <h2>"Annex: Integrity"</h2>
            <p class="verified" class:problem=fault.is_some()><Icon name=icon /><span>{verified}</span></p>
            <dl class="facts">
                <div><dt>"Events"</dt><dd>{*event_count}</dd></div>
                <div><dt>"Hash of the last event"</dt><dd><code>{head_hash.to_string()}</code></dd></div>
                <div><dt>"Execution"</dt><dd><code>{report.summary.execution_id.to_string()}</code></dd></div>
            </dl>
            {evidence(&manifest, report.summary.execution_id, "Manifest of the evidence", &Room::default())}
        </section>
    }
}
