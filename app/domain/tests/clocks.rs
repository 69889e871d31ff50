//! Time as it counts (DESIGN §11): where late entries take effect, and what holds of every clock whatever is told when.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

#[path = "common/commands.rs"]
mod commands;
mod common;

use std::sync::Arc;

use commands::{any_command, any_told, start};
use common::{at, graph, header};
use domain::api::ExecutionDetail;
use domain::command::{Command, ExecutionChange, Meta, StepChange, decide};
use domain::event::{Event, ExecutionStatus, Secret, StepStatus};
use domain::execution::{Execution, Step};
use domain::ids::{Actor, CommandId};
use domain::metrics::Record;
use domain::report::Report;
use domain::spans::{Totals, whole_seconds};
use domain::time::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use ExecutionStatus::{Active, Paused};
use StepStatus::{Blocked, Completed, InProgress, NotStarted};

/// An execution, its log, and its clock in milliseconds after its start.
struct Run {
    execution: Execution,
    events: Vec<Event>,
}

fn at_ms(milliseconds: i64) -> Timestamp {
    Timestamp::from_micros(at(0).micros() + milliseconds * 1_000).expect("within the calendar")
}

impl Run {
    fn started() -> Self {
        let graph = Arc::new(graph());
        let mut run = Self { execution: Execution::new(header(&graph), graph), events: Vec::new() };
        assert!(run.give(0, (None, false), &start()));
        run
    }

    /// At so many milliseconds, a command that is told to have happened at others. Returns whether it was let through.
    fn give(&mut self, now: i64, (told, before_start): (Option<i64>, bool), command: &Command) -> bool {
        let meta = Meta {
            now: at_ms(now),
            actor: Actor::new("Ana").expect("a name"),
            command_id: CommandId(Uuid::from_u128(self.events.len() as u128 + 1)),
            base_seq: None,
            occurred_at: told.map(at_ms),
            before_start,
            secret: Secret::default(),
        };
        let Ok(drafts) = decide(&self.execution, command, &meta) else { return false };
        self.events.extend(self.execution.record(drafts, &meta));
        true
    }

    fn status(&mut self, now: i64, told: Option<i64>, node: &str, status: StepStatus) -> &mut Self {
        let change = StepChange { status: Some(status), ..StepChange::default() };
        assert!(self.give(now, (told, true), &Command::ChangeStep { node_id: node.into(), change }));
        self
    }

    fn whole(&mut self, now: i64, told: Option<i64>, status: ExecutionStatus) -> &mut Self {
        let change = ExecutionChange { status: Some(status), ..ExecutionChange::default() };
        assert!(self.give(now, (told, true), &Command::ChangeExecution(change)));
        self
    }

    fn step(&self, node: &str) -> &Step {
        self.execution.step(&node.into()).expect("the node is there")
    }

    /// Milliseconds in progress, and blocked.
    fn clocks(&self, node: &str, now: i64) -> (i64, i64) {
        let clocks = self.execution.state.clocks(self.step(node));
        (clocks.active.micros(at_ms(now)) / 1_000, clocks.blocked.micros(at_ms(now)) / 1_000)
    }

    /// Milliseconds active, paused and closed.
    fn totals(&self, now: i64) -> [i64; 3] {
        let Totals { active_micros, paused_micros, closed_micros } = self.execution.state.spans.totals(at_ms(now));
        [active_micros, paused_micros, closed_micros].map(|micros| micros / 1_000)
    }

    fn report(&self, now: i64) -> Report {
        Report::of(&self.execution, &self.events, at_ms(now)).expect("it has begun")
    }
}

#[test]
fn a_start_that_is_told_after_a_pause_does_not_count_the_pause() {
    let mut run = Run::started();
    run.whole(600, None, Paused).whole(2_600, None, Active).status(2_800, Some(300), "triage", InProgress);
    assert_eq!(run.step("triage").started_at, Some(at_ms(300)));
    assert_eq!(run.clocks("triage", 2_800), (300 + 200, 0));
    assert_eq!(run.clocks("triage", 3_000), (300 + 400, 0));
}

#[test]
fn a_pause_that_is_told_after_another_one_counts_from_when_it_was_recorded() {
    let mut run = Run::started();
    run.whole(100_000, None, Paused).whole(400_000, None, Active);
    run.whole(500_000, Some(50_000), Paused).whole(510_000, Some(60_000), Active);
    assert_eq!(run.totals(600_000), [290_000, 310_000, 0]);
    let summary = run.report(600_000).summary;
    assert_eq!((summary.active_seconds, summary.paused_seconds, summary.duration_seconds), (290, 310, 600));
}

#[test]
fn a_completion_that_is_told_to_have_happened_before_the_beginning_keeps_the_work() {
    let mut run = Run::started();
    run.status(305_000, None, "triage", InProgress).status(1_800_000, Some(61_000), "triage", Completed);
    let step = run.step("triage");
    assert_eq!((step.started_at, step.completed_at), (Some(at(305)), Some(at(1_800))));
    assert_eq!(run.clocks("triage", 2_000_000), (1_495_000, 0), "Ben's time is kept");
    let event = run.events.last().expect("it is in the log");
    assert_eq!(event.occurred_at, Some(at(61)), "what was told is kept as well");
    assert_eq!(run.execution.state.counted_otherwise(event.seq), Some(at(1_800)));
    let report = run.report(2_000_000);
    let entry = report.timeline.iter().find(|entry| entry.seq == event.seq).expect("it is told");
    assert_eq!((entry.at, entry.recorded_at, entry.counted_at), (at(61), at(1_800), Some(at(1_800))));
}

#[test]
fn what_counts_from_when_it_is_told_to_have_happened_is_not_told_to_count_otherwise() {
    let mut run = Run::started();
    run.status(500_000, Some(100_000), "triage", InProgress).status(600_000, Some(100_000), "triage", Completed);
    assert_eq!(run.step("triage").completed_at, Some(at(100)), "the very moment of its beginning lies in its span");
    assert!(run.report(700_000).timeline.iter().all(|entry| entry.counted_at.is_none()));
}

#[test]
fn work_that_was_begun_before_the_start_counts_from_the_start() {
    let mut run = Run::started();
    run.status(50_000, Some(-100_000), "triage", InProgress);
    assert_eq!(run.step("triage").started_at, Some(at(-100)));
    assert_eq!(run.clocks("triage", 60_000), (60_000, 0));
    run.status(80_000, Some(-40_000), "triage", Blocked);
    assert_eq!(run.clocks("triage", 90_000), (0, 90_000), "still before the start, in the step's current span");
    run.status(95_000, None, "triage", NotStarted);
    assert_eq!((run.step("triage").started_at, run.clocks("triage", 99_000)), (None, (0, 95_000)));
}

#[test]
fn a_pause_is_never_moved_before_the_start() {
    let mut run = Run::started();
    run.whole(50_000, Some(-10_000), Paused);
    assert_eq!(run.totals(80_000), [50_000, 30_000, 0]);
}

#[test]
fn a_late_pause_takes_away_the_work_that_was_done_meanwhile() {
    let mut run = Run::started();
    run.status(60_000, None, "triage", InProgress).status(100_000, None, "triage", Completed);
    run.status(120_000, None, "cut", InProgress);
    assert_eq!(run.clocks("triage", 200_000), (40_000, 0));
    run.whole(200_000, Some(80_000), Paused);
    assert_eq!((run.clocks("triage", 300_000), run.clocks("cut", 300_000)), ((20_000, 0), (0, 0)));
    run.whole(300_000, None, Active);
    assert_eq!(run.clocks("cut", 310_000), (10_000, 0));
}

#[test]
fn a_late_end_is_never_moved_before_a_transition_of_a_step() {
    let mut run = Run::started();
    run.status(30_000, None, "triage", InProgress).status(60_000, None, "triage", Completed);
    run.whole(100_000, Some(40_000), ExecutionStatus::Completed);
    assert_eq!(run.execution.state.completed_at, Some(at(60)));
    assert_eq!(run.totals(100_000), [60_000, 0, 40_000]);
    assert_eq!(run.report(100_000).summary.duration_seconds, 60);
    let late = run.events.last().expect("the end").seq;
    assert_eq!(run.execution.state.counted_otherwise(late), Some(at(60)));
    run.whole(200_000, Some(150_000), Active).whole(300_000, Some(250_000), ExecutionStatus::Abandoned);
    assert_eq!(run.totals(300_000), [160_000, 0, 140_000], "closed from 60 to 150, and since 250");
    let summary = run.report(300_000).summary;
    assert_eq!((summary.duration_seconds, summary.closed_seconds, summary.reopened_count), (250, 90, 1));
}

/// Whether everything that counts time agrees, and counts every moment once.
fn hold(run: &Run, now: i64) -> Result<(), TestCaseError> {
    let state = &run.execution.state;
    let started_at = state.started_at.expect("it has begun");
    let spans: Vec<_> = state.spans.until(at_ms(now)).collect();
    prop_assert_eq!(spans.first().map(|span| span.from), Some(started_at));
    prop_assert!(spans.iter().all(|span| span.from <= span.to));
    prop_assert!(spans.windows(2).all(|pair| pair[0].to == pair[1].from));
    let totals = state.spans.totals(at_ms(now));
    prop_assert_eq!(totals.passed_micros(), at_ms(now).micros_since(started_at));
    prop_assert_eq!(state.spans.clock().micros(at_ms(now)), totals.active_micros);
    for step in &state.steps {
        prop_assert!(step.started_at.zip(step.completed_at).is_none_or(|(start, end)| start <= end), "{:?}", step);
        let of_step: Vec<_> = step.spans.until(at_ms(now)).collect();
        prop_assert!(of_step.iter().all(|span| span.from <= span.to));
        prop_assert!(of_step.windows(2).all(|pair| pair[0].to == pair[1].from));
        if state.status.is_closed() {
            prop_assert!(step.spans.since() <= state.completed_at);
        }
        // What both were, counted moment by moment of those between which nothing changes.
        let mut moments: Vec<Timestamp> = spans.iter().map(|span| span.from).collect();
        moments.extend(of_step.iter().flat_map(|span| [span.from, span.to]).chain([at_ms(now)]));
        moments.sort_unstable();
        let sum = |status: StepStatus| -> i64 {
            let both = moments.windows(2).filter(|pair| {
                let lies = |from: Timestamp, to: Timestamp| from <= pair[0] && pair[1] <= to;
                spans.iter().any(|span| span.status == Active && lies(span.from, span.to))
                    && of_step.iter().any(|span| span.status == status && lies(span.from, span.to))
            });
            both.map(|pair| pair[1].micros_since(pair[0])).sum()
        };
        let clocks = state.clocks(step);
        prop_assert_eq!(clocks.active.micros(at_ms(now)), sum(InProgress));
        prop_assert_eq!(clocks.blocked.micros(at_ms(now)), sum(Blocked));
    }
    Ok(())
}

/// Whether the report, the API and the figures say what the fold says.
fn agree(run: &Run, now: i64) -> Result<(), TestCaseError> {
    let state = &run.execution.state;
    let report = run.report(now);
    let summary = &report.summary;
    let seconds = [summary.active_seconds, summary.paused_seconds, summary.closed_seconds];
    prop_assert!(seconds.iter().all(|seconds| *seconds >= 0));
    // Each is rounded down by itself.
    prop_assert!((0..=2).contains(&(summary.duration_seconds - seconds.iter().sum::<i64>())));
    prop_assert_eq!(summary.ended_at, state.completed_at);
    prop_assert!(summary.ended_at.is_none_or(|end| summary.started_at <= end));
    prop_assert!((0..=summary.active_seconds).contains(&report.metrics.waiting_seconds));
    prop_assert!(report.metrics.first_action_seconds.is_none_or(|seconds| seconds >= 0));
    let detail = ExecutionDetail::of(&run.execution, report.as_of).expect("it has begun");
    for step in &report.steps {
        prop_assert!(step.spans.iter().all(|span| span.from < span.to));
        prop_assert!(step.spans.windows(2).all(|pair| pair[0].to <= pair[1].from));
        let lies_in_a_run = |span: &domain::report::Span| {
            summary.active_spans.iter().any(|run| run.from <= span.from && span.to <= run.to)
        };
        prop_assert!(step.spans.iter().all(lies_in_a_run));
        for (status, seconds) in [(InProgress, step.active_seconds), (Blocked, step.blocked_seconds)] {
            let spans = step.spans.iter().filter(|span| span.status == status);
            prop_assert_eq!(whole_seconds(spans.map(|span| span.to.micros_since(span.from)).sum()), seconds);
        }
        let of_api = detail.steps.iter().find(|other| other.node_id == step.node_id).expect("it is there");
        prop_assert_eq!(of_api.active_seconds, step.active_seconds);
        prop_assert_eq!(of_api.blocked_seconds, step.blocked_seconds);
        prop_assert_eq!((of_api.started_at, of_api.completed_at), (step.started_at, step.ended_at));
    }
    for entry in &report.timeline {
        let counts = entry.counted_at.unwrap_or(entry.at);
        prop_assert!(counts <= entry.recorded_at, "{:?}", entry);
    }
    if state.status.is_closed() {
        let record = Record::of(&run.execution).expect("it has begun");
        prop_assert_eq!(record.active_seconds(), summary.active_seconds);
        for (node, outcome) in run.execution.graph.nodes.iter().zip(&record.steps.0) {
            let Some(outcome) = outcome else { continue };
            prop_assert!(outcome.active_micros >= 0 && outcome.blocked_micros >= 0);
            let reported = report.steps.iter().find(|step| step.node_id == node.id);
            if let Some(reported) = reported {
                prop_assert_eq!(outcome.seconds(), reported.active_seconds + reported.blocked_seconds);
            }
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn whatever_is_told_when_every_clock_counts_every_moment_once(
        acts in prop::collection::vec((any_command(), any_told(), 0..300_000_i64), 0..50),
    ) {
        let mut run = Run::started();
        let mut now = 0;
        for (command, (ago, before_start), later) in acts {
            now += later;
            run.give(now, (ago.map(|ago| now - ago * 1_000), before_start), &command);
            hold(&run, now)?;
        }
        hold(&run, now + 60_000)?;
        agree(&run, now + 60_000)?;
        let header = run.execution.state.header.clone();
        let folded = Execution::fold(header, run.execution.graph.clone(), &run.events);
        prop_assert_eq!(folded.state, run.execution.state);
    }

    /// No log that a program of this project wrote, but `apply` cannot fail.
    #[test]
    fn no_span_is_negative_even_when_a_log_is_in_disorder(
        times in prop::collection::vec((0..500_i64, prop::option::of(-500..500_i64)), 12),
    ) {
        let mut run = Run::started();
        run.status(1_000, None, "triage", InProgress).whole(2_000, None, Paused).whole(3_000, None, Active);
        run.status(4_000, None, "triage", Blocked).status(5_000, None, "triage", Completed);
        run.whole(6_000, None, ExecutionStatus::Completed).whole(7_000, None, Active);
        run.status(8_000, None, "triage", NotStarted).status(9_000, None, "triage", Completed);
        for (event, (recorded, told)) in run.events.iter_mut().zip(times) {
            event.timestamp = at(recorded);
            event.occurred_at = told.map(at);
        }
        let header = run.execution.state.header.clone();
        run.execution = Execution::fold(header, run.execution.graph.clone(), &run.events);
        let latest = run.execution.state.spans.since().expect("it has begun").micros() - at(0).micros();
        hold(&run, latest / 1_000)?;
        prop_assert!(run.report(0).summary.duration_seconds >= 0);
    }
}
