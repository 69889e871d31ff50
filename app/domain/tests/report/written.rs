//! What people wrote, in the Markdown report: rendered, it shows to the letter and reaches no further than its place.

use std::sync::Arc;

use domain::event::ExecutionStatus;
use domain::ids::Actor;
use domain::prose::marked;
use domain::report::{Report, WrittenText, markdown};
use proptest::prelude::*;

use crate::github;
use crate::log::{Log, encrypted_files};
use crate::texts::text;

/// A report in which everybody wrote this, everywhere.
fn report(log: &Log, text: &str) -> Report {
    let mut report = log.report(999_999);
    report.summary.outcome = Some(text.to_owned());
    report.summary.incident_title = text.to_owned();
    let steps = report.steps.iter_mut().flat_map(|step| &mut step.notes);
    steps.chain(&mut report.summary.notes).for_each(|note| Arc::make_mut(note).text = text.to_owned());
    let choices = report.steps.iter_mut().flat_map(|step| step.decision.iter_mut().chain(&mut step.earlier_decisions));
    choices.for_each(|choice| choice.rationale = Some(text.to_owned()));
    let files = report.steps.iter_mut().flat_map(|step| &mut step.evidence);
    files.for_each(|file| file.evidence.description = Some(text.to_owned()));
    report
        .timeline
        .iter_mut()
        .filter(|entry| entry.details.is_some())
        .for_each(|entry| entry.details = Some(text.to_owned()));
    let written = WrittenText { text: text.to_owned(), actor: Actor::anonymous(), at: report.as_of };
    for passage in [&mut report.impact, &mut report.cause, &mut report.recommendations] {
        *passage = Some(written.clone());
    }
    report
}

fn rendered(log: &Log, text: &str) -> String {
    comrak::markdown_to_html(&markdown(&report(log, text), &log.execution.graph), &github())
}

fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// What stands in fences of text.
fn fences(html: &str) -> Vec<String> {
    let fences = html.split("<pre><code class=\"language-text\">").skip(1);
    fences.map(|rest| unescaped(rest.split("</code>").next().unwrap_or_default())).collect()
}

/// The letters that are seen, without blanks.
fn letters(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        rest = after.split_once('>').expect("a tag ends").1;
    }
    text.push_str(rest);
    squeezed(&unescaped(&text))
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The tags, in order, without those of lines and of code on a line.
fn tags(html: &str) -> String {
    let tags = html.split('<').skip(1).filter_map(|tag| tag.split('>').next());
    tags.filter(|tag| !tag.starts_with("br")).collect::<Vec<_>>().join(" ").replace("code /code ", "")
}

/// How often a text stands in the report: as a block, and altogether.
fn places(log: &Log) -> (usize, usize) {
    let html = rendered(log, "Xyzzy");
    (fences(&html).len(), letters(&html).matches("Xyzzy").count())
}

#[test]
fn a_note_with_a_fence_that_nobody_closed_swallows_nothing_and_keeps_its_indentation() {
    let mut log = Log::started("Fence");
    let text = "```\n  if x:\n\ty\n````\n# not a heading\n    four";
    log.step(10, "Ana", "triage", crate::log::note(text));
    log.ends(20, "Ana", ExecutionStatus::Completed);
    let html = comrak::markdown_to_html(&markdown(&log.report(30), &log.execution.graph), &github());
    assert_eq!(fences(&html), [format!("{text}\n")]);
    assert!(html.contains("<h2>Annex: Integrity</h2>") && !html.contains("not a heading</h"), "{html}");
}

#[test]
fn links_and_pictures_of_recommendations_are_text() {
    let log = encrypted_files();
    let text = "[a](javascript:alert(1)) ![p](http://203.0.113.7/p.png) <img src=/x> [r]\n\n[r]: http://203.0.113.7/";
    let html = rendered(&log, text);
    assert!(!html.contains("<a ") && !html.contains("<img"), "{html}");
    assert!(fences(&html).contains(&format!("{text}\n")), "{html}");
}

proptest! {
    #[test]
    fn whatever_was_written_shows_to_the_letter_and_changes_nothing_around_it(text in text()) {
        let log = encrypted_files();
        let (blocks, everywhere) = places(&log);
        let html = rendered(&log, &text);
        let lines = text.replace("\r\n", "\n").replace('\r', "\n");
        let shown = marked(lines.trim_end_matches('\n')).into_owned() + "\n";
        if squeezed(&text).is_empty() {
            prop_assert!(fences(&html).is_empty());
        } else {
            prop_assert_eq!(fences(&html), vec![shown.clone(); blocks]);
            let found = letters(&html).matches(&squeezed(&shown)).count();
            prop_assert!(found >= everywhere.min(1) + blocks, "{found} of {everywhere} in {html}");
            prop_assert_eq!(tags(&html), tags(&rendered(&log, "Xyzzy")));
        }
    }
}
