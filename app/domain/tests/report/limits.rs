//! A report takes time and room linear in its log, however the steps and the pauses of the execution lie to each other.

use std::sync::Arc;
use std::time::Duration;

use cpu_time::ThreadTime;
use domain::command::{Command, StepChange};
use domain::drawing::gantt;
use domain::event::{ExecutionStatus, StepStatus};
use domain::execution::Execution;
use domain::graph::{Edge, Graph, Node, NodeKind};
use domain::report::{Report, markdown};

use crate::common::header;
use crate::log::Log;

/// So many steps that all go on, over as many pauses.
fn paused_often(count: i64) -> Log {
    let mut graph = Graph { title: "Long".into(), ..Graph::default() };
    for at in 0..count {
        graph.nodes.push(Node::new(format!("s{at}"), NodeKind::Step, "Watch"));
        graph.edges.push(Edge::new(format!("s{at}"), format!("s{}", (at + 1) % count)));
    }
    let graph = Arc::new(graph);
    let mut log = Log { execution: Execution::new(header(&graph), graph), events: Vec::new() };
    log.give(0, "Ana", None, Command::Start { incident_title: "Long".into(), incident_id: None });
    for at in 0..count {
        let started = StepChange { status: Some(StepStatus::InProgress), ..StepChange::default() };
        log.step(at + 1, "Ana", &format!("s{at}"), started);
    }
    for at in 0..count {
        let second = count + 1 + 2 * at;
        log.ends(second, "Ben", ExecutionStatus::Paused).ends(second + 1, "Ben", ExecutionStatus::Active);
    }
    log
}

fn reported(log: &Log) -> (Report, Duration) {
    let began = ThreadTime::now();
    let report = log.report(1_000_000);
    std::hint::black_box((markdown(&report, &log.execution.graph), gantt(&report)));
    (report, began.elapsed())
}

#[test]
fn steps_that_go_on_over_many_pauses_have_no_more_pieces_than_anyone_can_draw() {
    let (report, _) = reported(&paused_often(600));
    assert!(report.steps.iter().map(|step| step.spans.len()).sum::<usize>() <= 51_000);
    // What was measured does not depend on how much is shown of it.
    assert_eq!((report.summary.pause_count, report.metrics.waiting_seconds), (600, 1));
    let last = report.steps.last().expect("a step");
    assert_eq!((last.spans.len(), last.active_seconds), (1, 1_000_000 - 600 - 600));
}

#[test]
fn four_times_the_log_takes_about_four_times_as_long() {
    let best = |log: &Log| (0..3).map(|_| reported(log).1).min().unwrap_or_default();
    let (small, large) = (best(&paused_often(150)), best(&paused_often(600)));
    assert!(large < small * 8 + Duration::from_millis(300), "{small:?}, then {large:?}");
}
