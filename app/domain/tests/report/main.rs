//! The figures of three reports, each worked out by hand (`common/log.rs` has the seconds), and what must hold for any.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

#[path = "../common/commands.rs"]
mod commands;
#[path = "../common/mod.rs"]
mod common;
mod limits;
mod log;
#[path = "../prose/texts.rs"]
mod texts;
mod written;

use commands::{any_command, any_told};
use common::at;
use domain::command::{Command, ExecutionChange, StepChange};
use domain::drawing::{flowchart, gantt, gantt_parts, marks, status_bar};
use domain::event::StepStatus;
use domain::ids::Seq;
use domain::placement::Placement;
use domain::report::{PhaseTime, Report, StepReport, StepTime, markdown};
use domain::words::utc;
use log::{Log, abandoned, encrypted_files, note, paused_halfway};
use proptest::prelude::*;

fn step<'a>(report: &'a Report, node: &str) -> &'a StepReport {
    report.steps.iter().find(|step| step.node_id.as_str() == node).expect("it is reported")
}

fn names(times: &[StepTime]) -> Vec<(&str, i64, i64)> {
    times.iter().map(|step| (step.node_id.as_str(), step.seconds, step.blocked_seconds)).collect()
}

#[test]
fn the_summary_of_an_execution_that_is_over_counts_every_second_once() {
    let report = encrypted_files().report(999_999);
    let summary = &report.summary;
    assert!(!report.interim);
    assert_eq!(report.as_of, at(2800), "what is over is as of its last event");
    assert_eq!((summary.started_at, summary.ended_at), (at(0), Some(at(2700))));
    assert_eq!(summary.duration_seconds, 2700);
    assert_eq!((summary.active_seconds, summary.paused_seconds, summary.closed_seconds), (1500, 600, 600));
    assert_eq!((summary.pause_count, summary.reopened_count), (1, 1));
    let active: Vec<_> = summary.active_spans.iter().map(|run| (run.from, run.to)).collect();
    assert_eq!(active, [(at(0), at(1120)), (at(1720), at(2000)), (at(2600), at(2700))]);
    assert_eq!(summary.outcome.as_deref(), Some("Contained, <b>restored</b>"));
    let progress = summary.progress;
    assert_eq!((progress.applicable, progress.completed, progress.skipped, progress.not_applicable), (5, 4, 1, 0));
    let analysts: Vec<_> = summary.analysts.iter().map(|a| (a.name.as_str(), a.event_count, a.done_count)).collect();
    assert_eq!(analysts, [("Ana", 11, 2), ("Ben", 11, 2), ("Cleo", 4, 1)]);
    assert_eq!((summary.note_count, summary.evidence_count, summary.late_count), (2, 1, 2));
    assert_eq!(
        summary.headline,
        "Completed after 45 min by 3 analysts: 4 of 5 steps completed, 1 skipped; “Cut the segment” took longest (13 min)."
    );
}

#[test]
fn the_figures_of_an_execution_that_is_over_are_those_worked_out_by_hand() {
    let metrics = encrypted_files().report(999_999).metrics;
    assert_eq!((metrics.timed_count, metrics.step_seconds), (3, 300 + 780 + 60));
    assert_eq!((metrics.mean_seconds, metrics.median_seconds), (Some(380.0), Some(300.0)));
    assert_eq!(metrics.first_action_seconds, Some(30));
    assert_eq!(metrics.waiting_seconds, 1500 - (300 + 60 + 60 + 60 + 60));
    assert_eq!(metrics.blocked_seconds, 600);
    assert_eq!(names(&metrics.slowest), [("cut", 780, 600), ("triage", 300, 0), ("image", 60, 0)]);
    let shares: Vec<String> = metrics.slowest.iter().map(|step| format!("{:.1}", step.share_percent)).collect();
    assert_eq!(shares, ["68.4", "26.3", "5.3"]);
    let phases: Vec<_> =
        metrics.phases.iter().map(|PhaseTime { label, seconds, .. }| (label.as_deref(), *seconds)).collect();
    assert_eq!(phases, [(None, 300), (Some("Contain"), 840)]);
    let bottleneck = metrics.bottleneck.expect("there is one");
    assert_eq!(
        (bottleneck.step.node_id.as_str(), bottleneck.reason.as_str()),
        ("cut", "blocked for 10 min of its 13 min")
    );
}

#[test]
fn the_steps_say_what_became_of_each_and_when() {
    let report = encrypted_files().report(999_999);
    let order: Vec<_> = report.steps.iter().map(|step| step.node_id.as_str()).collect();
    assert_eq!(order, ["triage", "spreading", "contain", "cut", "image", "report"]);
    let cut = step(&report, "cut");
    assert_eq!((cut.status, cut.active_seconds, cut.blocked_seconds, cut.depth), (StepStatus::Completed, 180, 600, 1));
    assert_eq!((cut.started_at, cut.ended_at), (Some(at(400)), Some(at(1780))));
    let spans: Vec<_> = cut.spans.iter().map(|span| (span.status, span.from, span.to)).collect();
    assert_eq!(
        spans,
        [
            (StepStatus::InProgress, at(400), at(460)),
            (StepStatus::Blocked, at(460), at(1060)),
            (StepStatus::InProgress, at(1060), at(1120)),
            (StepStatus::InProgress, at(1720), at(1780)),
        ]
    );
    let image = step(&report, "image");
    assert_eq!((image.ended_at, image.active_seconds), (Some(at(1860)), 60), "it ended when it is said to have ended");
    let spreading = step(&report, "spreading");
    assert!(spreading.spans.is_empty(), "what was completed at once took no time");
    let decision = spreading.decision.as_ref().expect("it was taken");
    assert_eq!((decision.branch.as_str(), decision.at), ("No", at(1790)));
    let earlier: Vec<_> = spreading.earlier_decisions.iter().map(|choice| choice.branch.as_str()).collect();
    assert_eq!(earlier, ["Yes"]);
    let phase = step(&report, "contain");
    assert_eq!((phase.status, phase.progress.map(|progress| progress.completed)), (StepStatus::Completed, Some(2)));
}

#[test]
fn the_timeline_is_in_the_order_in_which_things_happened_and_says_when_they_were_recorded() {
    let log = encrypted_files();
    let report = log.report(999_999);
    assert_eq!(report.timeline.len(), log.events.len());
    assert!(report.timeline.is_sorted_by_key(|entry| entry.at));
    let late: Vec<_> =
        report.timeline.iter().filter(|entry| entry.late).map(|entry| (entry.at, entry.recorded_at)).collect();
    assert_eq!(late, [(at(100), at(2660)), (at(1860), at(1900))]);
}

#[test]
fn an_execution_that_is_not_over_is_reported_up_to_now() {
    let report = paused_halfway().report(1000);
    assert!(report.interim);
    let summary = &report.summary;
    assert_eq!((report.as_of, summary.ended_at, summary.duration_seconds), (at(1000), None, 1000));
    assert_eq!((summary.active_seconds, summary.paused_seconds, summary.closed_seconds), (500, 500, 0));
    let left_out: Vec<_> = report.not_applicable.iter().map(|node| node.node_id.as_str()).collect();
    assert_eq!(left_out, ["image"]);
    let progress = summary.progress;
    assert_eq!((progress.applicable, progress.completed, progress.in_progress, progress.not_applicable), (4, 2, 1, 1));
    let metrics = &report.metrics;
    assert_eq!((metrics.timed_count, metrics.mean_seconds, metrics.first_action_seconds), (1, Some(300.0), Some(60)));
    assert_eq!(metrics.waiting_seconds, 200);
    assert_eq!(metrics.bottleneck.as_ref().map(|b| b.reason.as_str()), Some("5 min, 100 % of the time of all steps"));
    assert_eq!(
        summary.headline,
        "Paused; begun 16 min 40 s ago, 2 analysts so far: 2 of 4 steps completed, 2 open; “Cut the segment” took longest (5 min)."
    );
}

#[test]
fn where_nothing_was_done_no_figure_is_made_up() {
    let report = abandoned().report(999_999);
    let metrics = &report.metrics;
    assert_eq!((metrics.timed_count, metrics.mean_seconds, metrics.median_seconds), (0, None, None));
    assert_eq!((metrics.first_action_seconds, metrics.waiting_seconds), (None, 45));
    assert!(metrics.slowest.is_empty() && metrics.phases.is_empty() && metrics.bottleneck.is_none());
    assert_eq!(report.summary.headline, "Abandoned after 45 s by 1 analyst: 0 of 5 steps completed, 5 open.");
    assert_eq!(gantt(&report), None);
}

#[test]
fn what_happened_is_told_in_sentences() {
    let narrative = |log: Log, second| log.report(second).summary.narrative;
    assert_eq!(
        narrative(encrypted_files(), 999_999),
        format!(
            "Ana started “Files encrypted on FS-01” (INC-7) on {} UTC, with version 1 of the playbook “Ransomware”. It was paused \
             once, for 10 min. It was reopened once, after 10 min in which it was closed. Ana completed it on {} UTC, 45 min \
             after it had begun.",
            utc(at(0)),
            utc(at(2700))
        )
    );
    let paused = narrative(paused_halfway(), 1000);
    assert!(paused.ends_with(&format!("It is not over: Ben paused it on {} UTC.", utc(at(500)))), "{paused}");
    let abandoned = narrative(abandoned(), 999_999);
    assert!(abandoned.contains("Ana abandoned it on") && !abandoned.contains("paused"), "{abandoned}");
    let running = narrative(Log::started("Odd logins"), 90);
    assert!(running.ends_with("It is not over: it has been going on for 1 min 30 s."), "{running}");
}

#[test]
fn key_events_are_decisions_blocks_files_what_became_of_the_whole_and_what_was_marked_so() {
    let mut log = encrypted_files();
    let marked = |text: &str| StepChange { key: true, ..note(text) };
    log.step(2810, "Ana", "cut", marked("The switch was the way in"));
    let report = log.report(999_999);
    let kinds: Vec<_> = report.key_events().map(|entry| entry.event_type.as_str()).collect();
    let expected = [
        "execution_started",
        "decision_taken",
        "step_blocked",
        "step_unblocked",
        "execution_paused",
        "execution_resumed",
        "decision_taken",
        "evidence_attached",
        "execution_completed",
        "execution_reopened",
        "execution_completed",
        "note_added",
    ];
    assert_eq!(kinds, expected);
    let findings: Vec<_> = report.findings().into_iter().map(|(label, note)| (label, note.text.as_str())).collect();
    assert_eq!(findings, [(Some("Cut the segment"), "The switch was the way in")]);
    assert!(encrypted_files().report(999_999).findings().is_empty());
}

#[test]
fn impact_and_cause_are_the_last_ones_written() {
    let mut log = encrypted_files();
    assert_eq!((log.report(3000).impact, log.report(3000).cause), (None, None));
    let says = |impact: &str, cause: Option<&str>| ExecutionChange {
        impact: Some(impact.to_owned()),
        cause: cause.map(str::to_owned),
        ..ExecutionChange::default()
    };
    log.whole(2900, "Ana", says("Two hosts", Some("A macro")));
    log.whole(2910, "Ben", says("Three hosts", None));
    let report = log.report(3000);
    let (impact, cause) = (report.impact.expect("it was written"), report.cause.expect("it was written"));
    assert_eq!((impact.text.as_str(), impact.actor.as_str(), impact.at), ("Three hosts", "Ben", at(2910)));
    assert_eq!((cause.text.as_str(), cause.actor.as_str()), ("A macro", "Ana"));
    log.whole(2920, "Ben", says(" ", None));
    assert_eq!(log.report(3000).impact, None);
}

#[test]
fn recommendations_are_the_last_ones_written_and_none_when_they_were_emptied() {
    let mut log = encrypted_files();
    let report = log.report(999_999);
    assert_eq!(report.recommendations.map(|written| written.actor.to_string()).as_deref(), Some("Ben"));
    let emptied = ExecutionChange { recommendations: Some(String::new()), ..Default::default() };
    log.whole(2900, "Ana", emptied);
    assert_eq!(log.report(999_999).recommendations, None);
}

#[test]
fn a_log_that_is_not_whole_is_reported_as_such() {
    let log = encrypted_files();
    let whole = log.report(999_999).integrity;
    assert!(whole.verified && whole.fault.is_none());
    assert_eq!((whole.event_count, whole.evidence.len()), (26, 1));
    assert_eq!(whole.head_hash, log.execution.state.head_hash);
    let with = |events: &[domain::event::Event]| {
        Report::of(&log.execution, events, at(0)).expect("it has begun").integrity.fault.unwrap_or_default()
    };
    let mut altered = log.events.clone();
    altered[4].actor = domain::ids::Actor::new("Mallory").expect("a name");
    assert_eq!(with(&altered), "event 5 does not match its hash");
    assert_eq!(with(&log.events[..20]), "the log ends at event 20, but event 26 had been recorded");
}

#[test]
fn the_markdown_says_everything_and_what_analysts_wrote_is_only_text() {
    let log = encrypted_files();
    let report = log.report(999_999);
    insta::assert_snapshot!(markdown(&report, &log.execution.graph));
}

#[test]
fn a_late_change_says_from_when_it_counts_where_that_is_not_when_it_happened() {
    let mut log = Log::started("Odd logins");
    log.status(305, "Ben", "triage", StepStatus::InProgress);
    let done = StepChange { status: Some(StepStatus::Completed), ..StepChange::default() };
    log.give(1800, "Ana", Some(61), Command::ChangeStep { node_id: "triage".into(), change: done });
    let report = log.report(2000);
    let text = markdown(&report, &log.execution.graph);
    let line = format!("{}<br>recorded {}<br>counted from {}", utc(at(61)), utc(at(1800)), utc(at(1800)));
    assert!(text.contains(&line), "{text}");
    assert_eq!(gantt(&report).expect("it took time").inline("gantt", 1.0).matches("class=\"span\"").count(), 1);
}

#[test]
fn no_text_of_an_analyst_becomes_markup_in_the_markdown() {
    let hostile =
        "</td><script>alert(1)</script> | ![x](http://x/y.png) <!-- \n```\n# head\n[a]: b\n@ops www.example.com \u{7}";
    let mut log = Log::started("</td><script>alert(1)</script> | <!-- `");
    log.step(10, "Ana | *Öz*", "triage", note(hostile));
    let text = markdown(&log.report(20), &log.execution.graph);
    let html = comrak::markdown_to_html(&text, &github());
    for forbidden in ["<script", "<img", "<a ", "<!--", "<h1>head", "href"] {
        assert!(!html.contains(forbidden), "{forbidden} in\n{html}");
    }
    assert_eq!(html.matches("<h1>").count(), 1, "{html}");
    assert!(html.contains("⟨U+0007⟩") && html.contains("[a]: b"), "{html}");
}

/// As GitHub reads Markdown, HTML and all.
pub(crate) fn github() -> comrak::Options<'static> {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    options.render.r#unsafe = true;
    options
}

#[test]
fn the_drawings_show_what_became_of_each_step_and_escape_what_was_written() {
    let report = encrypted_files().report(999_999);
    let graph = &encrypted_files().execution.graph;
    let placement: Placement = domain::layout::layout(graph);
    let marks = marks(graph, &report);
    let svg = flowchart(graph, &placement, Some(&marks)).inline("flowchart", 1.0);
    for said in ["data-status=\"completed\"", "line taken", "line untaken", "13 min", "2 / 2", "Is it spreading?"] {
        assert!(svg.contains(said), "{said} in {svg}");
    }
    let bar = status_bar(&report.summary.progress);
    assert_eq!(bar.title, "5 steps: 4 completed, 1 skipped");
    let chart = gantt(&report).expect("steps took time");
    assert_eq!(chart.inline("gantt", 1.0).matches("class=\"span\"").count(), 6);
    assert_eq!(chart.inline("gantt", 1.0).matches("class=\"pause\"").count(), 2);
    assert_eq!(gantt_parts(&report, 2).len(), 2);
}

#[test]
fn a_part_of_a_drawing_holds_what_lies_in_it_and_little_else() {
    let graph = &encrypted_files().execution.graph;
    let placement: Placement = domain::layout::layout(graph);
    let drawing = flowchart(graph, &placement, None);
    let whole = drawing.document(drawing.whole(), "sans-serif");
    for placed in &placement.nodes {
        let part = drawing.document(placed.rect, "sans-serif");
        assert!(placed.lines.iter().all(|line| part.contains(&format!(">{line}<"))), "{} in {part}", placed.id);
        assert!(part.contains("<defs>") && part.matches("<path").count() <= whole.matches("<path").count());
    }
    let step = placement.nodes.iter().find(|placed| placed.id.as_str() == "report").expect("it is placed");
    assert!(!drawing.document(step.rect, "sans-serif").contains("Is it spreading?"), "what lies elsewhere is left out");
}

proptest! {
    #[test]
    fn whatever_happens_the_times_of_a_report_add_up(
        acts in prop::collection::vec((any_command(), any_told(), 1..500_i64), 0..40),
    ) {
        let mut log = Log::started("Anything");
        let mut second = 0;
        for (command, (ago, before_start), later) in acts {
            second += later;
            log.try_late(second, ago.map(|ago| second - ago), before_start, &command);
        }
        let report = log.report(second + 100);
        let summary = &report.summary;
        let counted = summary.active_seconds + summary.paused_seconds + summary.closed_seconds;
        prop_assert_eq!(counted, summary.duration_seconds);
        prop_assert!(report.steps.iter().all(|step| step.started_at.zip(step.ended_at).is_none_or(|(start, end)| start <= end)));
        for step in &report.steps {
            for (status, seconds) in [(StepStatus::InProgress, step.active_seconds), (StepStatus::Blocked, step.blocked_seconds)] {
                let spans = step.spans.iter().filter(|span| span.status == status);
                prop_assert_eq!(spans.map(|span| span.to.micros_since(span.from)).sum::<i64>() / 1_000_000, seconds);
            }
            prop_assert!(step.spans.windows(2).all(|pair| pair[0].to <= pair[1].from));
        }
        let metrics = &report.metrics;
        prop_assert!((0..=summary.active_seconds).contains(&metrics.waiting_seconds));
        prop_assert_eq!(metrics.phases.iter().map(|phase| phase.seconds).sum::<i64>(), if metrics.phases.is_empty() { 0 } else { metrics.step_seconds });
        prop_assert!(report.timeline.is_sorted_by_key(|entry| entry.at));
        let last = report.timeline.iter().map(|entry| entry.seq).max();
        prop_assert_eq!(last, Some(Seq(log.events.len() as u64)));
        let json = serde_json::to_string(&report).expect("it can be written");
        prop_assert_eq!(serde_json::from_str::<Report>(&json).expect("it can be read"), report);
    }
}
