//! The figures over many executions, each computed by hand: six executions of two playbooks, one of them in two versions,
//! with pauses, blocks, steps and whole executions that were taken up again, late entries and branches not taken.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod common;

use std::sync::Arc;

use common::{at, graph, header};
use domain::api::ExecutionSummary;
use domain::command::{Command, ExecutionChange, Meta, StepChange, decide};
use domain::event::{Event, ExecutionStatus, Header, Secret, StepStatus};
use domain::execution::Execution;
use domain::graph::{Edge, Graph, Node, NodeKind};
use domain::ids::{Actor, CommandId, ExecutionId, PlaybookId};
use domain::metrics::{
    BranchFigures, ExecutionFigures, Library, LibraryEntry, MetricsFilter, MetricsSummary, Period, PeriodUnit, Record,
    Running, StepFigures, StepOutcome, history, playbooks, summary,
};
use domain::report::Report;
use domain::time::Timestamp;
use uuid::Uuid;

const RANSOMWARE: PlaybookId = PlaybookId(Uuid::from_u128(2));
const OTHER: PlaybookId = PlaybookId(Uuid::from_u128(3));
/// Nothing of this fixture happens later: 20 days and two hours after its beginning.
const NOW: i64 = 20 * DAY + 7_200;
const DAY: i64 = 86_400;

/// An execution at which somebody works at given seconds after its start.
struct Run {
    execution: Execution,
    events: Vec<Event>,
    begun: i64,
    commands: u128,
}

impl Run {
    fn begin(playbook_id: PlaybookId, playbook_version: u32, graph: &Arc<Graph>, id: u128, begun: i64) -> Self {
        let execution_id = ExecutionId(Uuid::from_u128(id));
        let header = Header { execution_id, playbook_id, playbook_version, ..header(graph) };
        let mut run =
            Self { execution: Execution::new(header, graph.clone()), events: Vec::new(), begun, commands: id * 1_000 };
        run.give(0, None, Command::Start { incident_title: format!("Case {id}"), incident_id: None });
        run
    }

    fn give(&mut self, seconds: i64, occurred: Option<i64>, command: Command) {
        self.commands += 1;
        let meta = Meta {
            now: at(self.begun + seconds),
            actor: Actor::new("Ana").expect("a name"),
            command_id: CommandId(Uuid::from_u128(self.commands)),
            base_seq: None,
            occurred_at: occurred.map(|seconds| at(self.begun + seconds)),
            before_start: false,
            secret: Secret::default(),
        };
        let drafts = decide(&self.execution, &command, &meta).expect("it is allowed");
        self.events.extend(self.execution.record(drafts, &meta));
    }

    /// The status of a step, after so many seconds.
    fn step(&mut self, seconds: i64, node: &str, status: StepStatus) -> &mut Self {
        let change = StepChange { status: Some(status), ..StepChange::default() };
        self.give(seconds, None, Command::ChangeStep { node_id: node.into(), change });
        self
    }

    /// The same, recorded later than it happened.
    fn late(&mut self, seconds: i64, happened: i64, node: &str, status: StepStatus) -> &mut Self {
        let change = StepChange { status: Some(status), ..StepChange::default() };
        self.give(seconds, Some(happened), Command::ChangeStep { node_id: node.into(), change });
        self
    }

    /// A decision, with which its step is completed.
    fn decide(&mut self, seconds: i64, branch: &str) -> &mut Self {
        let change = StepChange {
            status: Some(StepStatus::Completed),
            decision: Some(Some(branch.to_owned())),
            ..StepChange::default()
        };
        self.give(seconds, None, Command::ChangeStep { node_id: "spreading".into(), change });
        self
    }

    fn whole(&mut self, seconds: i64, status: ExecutionStatus) -> &mut Self {
        let change = ExecutionChange { status: Some(status), ..ExecutionChange::default() };
        self.give(seconds, None, Command::ChangeExecution(change));
        self
    }
}

/// The second version of the playbook: no “cut” any more, “notify” instead, and another branch that leads there.
fn second_version() -> Graph {
    let mut graph = graph();
    graph.title = "Ransomware, revised".into();
    graph.nodes.retain(|node| node.id.as_str() != "cut");
    graph.nodes.insert(2, Node::new("notify", NodeKind::Step, "Notify the insurer"));
    graph.nodes[0].label = "Triage the alert at once".into();
    graph.edges = vec![
        Edge::new("triage", "spreading"),
        Edge::labelled("spreading", "notify", "Maybe"),
        Edge::labelled("spreading", "image", "No"),
        Edge::new("notify", "join"),
        Edge::new("image", "join"),
        Edge::new("join", "report"),
    ];
    graph
}

struct Fixture {
    library: Library,
    runs: Vec<Run>,
}

impl Fixture {
    fn new() -> Self {
        use ExecutionStatus::{Abandoned, Active, Completed as Over, Paused};
        use StepStatus::{Blocked, Completed, InProgress, Skipped};
        let (first, second) = (Arc::new(graph()), Arc::new(second_version()));
        let single = Graph { nodes: vec![Node::new("only", NodeKind::Step, "The only step")], ..Graph::default() };
        let single = Arc::new(single);

        let mut a = Run::begin(RANSOMWARE, 1, &first, 1, 0);
        a.step(60, "triage", InProgress).step(120, "triage", Blocked);
        a.whole(180, Paused).whole(480, Active);
        a.step(500, "triage", InProgress).step(560, "triage", Completed);
        a.decide(590, "No").decide(600, "Yes");
        a.step(620, "cut", InProgress).step(720, "cut", Completed);
        a.step(740, "cut", InProgress).step(770, "cut", Completed);
        a.step(800, "report", Skipped);
        a.whole(900, Over).whole(1_000, Active);
        a.step(1_010, "report", InProgress).late(1_080, 1_060, "report", Completed);
        a.whole(1_100, Over);

        let mut b = Run::begin(RANSOMWARE, 1, &first, 2, DAY);
        b.step(10, "triage", InProgress).step(40, "triage", Completed).decide(50, "No");
        b.step(60, "image", InProgress).step(100, "image", Blocked).step(400, "image", Completed);
        b.step(410, "report", Skipped).whole(500, Abandoned);

        let mut c = Run::begin(RANSOMWARE, 2, &second, 3, 20 * DAY);
        c.step(5, "triage", InProgress).step(95, "triage", Completed).decide(100, "Maybe");
        c.step(110, "notify", Skipped).step(120, "report", InProgress).step(180, "report", Completed);
        c.whole(200, Over);

        let mut d = Run::begin(OTHER, 1, &single, 4, 20 * DAY + 1_000);
        d.whole(300, Over);

        let mut e = Run::begin(RANSOMWARE, 2, &second, 5, 20 * DAY + 2_000);
        e.step(10, "triage", Blocked).step(20, "report", Blocked);

        let mut f = Run::begin(RANSOMWARE, 2, &second, 6, 20 * DAY + 3_000);
        f.step(10, "triage", Blocked).whole(60, Paused);

        let entry = |title: &str, in_library, versions: &[&Arc<Graph>]| LibraryEntry {
            title: title.to_owned(),
            in_library,
            versions: (1..).zip(versions.iter().map(|graph| Arc::clone(graph))).collect(),
        };
        Self {
            library: Library::from([
                (RANSOMWARE, entry("Ransomware, revised", true, &[&first, &second])),
                (OTHER, entry("Other", false, &[&single])),
            ]),
            runs: vec![a, b, c, d, e, f],
        }
    }

    /// What the store gives for a filter.
    fn records(&self, filter: &MetricsFilter) -> Vec<Arc<Record>> {
        let records = self.runs.iter().filter_map(|run| Record::of(&run.execution));
        let mut records: Vec<Arc<Record>> = records.map(Arc::new).collect();
        records.retain(|record| {
            filter.playbook_id.is_none_or(|id| id == record.playbook_id)
                && filter.started_after.is_none_or(|after| record.started_at >= after)
                && filter.started_before.is_none_or(|before| record.started_at < before)
        });
        records
    }

    fn summary(&self, filter: &MetricsFilter) -> MetricsSummary {
        let open: Vec<ExecutionSummary> =
            self.runs.iter().filter_map(|run| ExecutionSummary::of(&run.execution)).collect();
        summary(&self.records(filter), &self.library, Running::of(&open), filter, at(NOW))
    }
}

fn between(after: i64, before: i64) -> MetricsFilter {
    MetricsFilter { started_after: Some(at(after)), started_before: Some(at(before)), ..MetricsFilter::default() }
}

fn assert_executions(found: &ExecutionFigures, counts: [u32; 4], figures: [Option<f64>; 3], last: Option<i64>) {
    let ExecutionFigures { started_count, completed_count, abandoned_count, open_count, .. } = *found;
    assert_eq!([started_count, completed_count, abandoned_count, open_count], counts);
    let ExecutionFigures { completion_percent, mean_seconds, median_seconds, .. } = *found;
    assert_eq!([completion_percent, mean_seconds, median_seconds], figures);
    assert_eq!(found.last_started_at, last.map(at));
}

#[test]
fn the_time_of_an_execution_leaves_out_pauses_and_the_time_between_an_end_and_a_reopening() {
    let fixture = Fixture::new();
    let seconds: Vec<i64> =
        fixture.records(&MetricsFilter::default()).iter().map(|record| record.active_seconds()).collect();
    // Of the first: 180 to the pause, 420 from there to its end, 100 after it was reopened.
    assert_eq!(seconds, [700, 500, 200, 300, 0, 0]);
}

#[test]
fn the_report_of_an_execution_and_the_figures_of_many_say_the_same() {
    for run in Fixture::new().runs.iter().filter(|run| run.execution.state.status.is_closed()) {
        let report = Report::of(&run.execution, &run.events, at(NOW)).expect("it has begun");
        let record = Record::of(&run.execution).expect("it has begun");
        let timed: Vec<i64> =
            record.steps.0.iter().flatten().filter(|step| step.is_timed()).map(StepOutcome::seconds).collect();
        assert_eq!(record.active_seconds(), report.summary.active_seconds);
        assert_eq!(timed.len(), report.metrics.timed_count as usize);
        assert_eq!(timed.iter().sum::<i64>(), report.metrics.step_seconds);
        let blocked = record.steps.0.iter().flatten().map(StepOutcome::blocked_seconds);
        assert_eq!(blocked.sum::<i64>(), report.metrics.blocked_seconds);
    }
}

#[test]
fn executions_are_counted_and_those_that_are_over_are_timed() {
    let figures = Fixture::new().summary(&MetricsFilter::default()).executions;
    let last = Some(20 * DAY + 3_000);
    assert_executions(&figures, [6, 3, 1, 2], [Some(75.0), Some(425.0), Some(400.0)], last);
}

#[test]
fn playbooks_are_listed_by_how_often_they_were_used() {
    let fixture = Fixture::new();
    let found = playbooks(&fixture.records(&MetricsFilter::default()), &fixture.library);
    let names: Vec<_> = found.iter().map(|playbook| (playbook.title.as_str(), playbook.in_library)).collect();
    assert_eq!(names, [("Ransomware, revised", true), ("Other", false)]);
    let (figures, last) = ([Some(66.7), Some(466.7), Some(500.0)], Some(20 * DAY + 3_000));
    assert_executions(&found[0].executions, [5, 2, 1, 2], figures, last);
    let (figures, last) = ([Some(100.0), Some(300.0), Some(300.0)], Some(20 * DAY + 1_000));
    assert_executions(&found[1].executions, [1, 1, 0, 0], figures, last);
}

/// A step's label, its counts (handled, timed, blocked, skipped), seconds (all, blocked), and figures (mean, median, share,
/// blocked and skipped in percent).
type Row<'a> = (&'a str, [u32; 4], [i64; 2], [Option<f64>; 5]);

fn row(step: &StepFigures) -> Row<'_> {
    let StepFigures { mean_seconds, median_seconds, share_percent, blocked_percent, skipped_percent, .. } = step;
    let figures = [*mean_seconds, *median_seconds, Some(*share_percent), *blocked_percent, *skipped_percent];
    (
        &step.label,
        [step.handled_count, step.timed_count, step.blocked_count, step.skipped_count],
        [step.seconds, step.blocked_seconds],
        figures,
    )
}

const TRIAGE: Row<'_> =
    ("Triage the alert at once", [3, 3, 1, 0], [320, 80], [Some(106.7), Some(90.0), Some(35.6), Some(33.3), Some(0.0)]);
const DECISION: Row<'_> = ("Is it spreading?", [3, 0, 0, 0], [0, 0], [None, None, Some(0.0), Some(0.0), Some(0.0)]);
const NOTIFY: Row<'_> = ("Notify the insurer", [1, 0, 0, 1], [0, 0], [None, None, Some(0.0), Some(0.0), Some(100.0)]);
const IMAGE: Row<'_> =
    ("Take an image", [1, 1, 1, 0], [340, 300], [Some(340.0), Some(340.0), Some(37.8), Some(100.0), Some(0.0)]);
const REPORT: Row<'_> = ("Report", [3, 2, 0, 1], [110, 0], [Some(55.0), Some(55.0), Some(12.2), Some(0.0), Some(33.3)]);
const CUT: Row<'_> =
    ("Cut the segment", [1, 1, 0, 0], [130, 0], [Some(130.0), Some(130.0), Some(14.4), Some(0.0), Some(0.0)]);

#[test]
fn the_history_of_a_playbook_has_the_steps_of_all_its_versions() {
    let fixture = Fixture::new();
    let filter = MetricsFilter { playbook_id: Some(RANSOMWARE), ..MetricsFilter::default() };
    let mut library = fixture.library.clone();
    library.remove(&OTHER);
    let history = history(&fixture.records(&filter), &library);
    assert_eq!(history.executions.over_count(), 3);
    let rows: Vec<Row<'_>> = history.steps.iter().map(row).collect();
    assert_eq!(rows, [TRIAGE, DECISION, NOTIFY, IMAGE, REPORT, CUT]);
}

#[test]
fn bottlenecks_are_named_by_time_by_blocks_and_by_skips() {
    let bottlenecks = Fixture::new().summary(&MetricsFilter::default()).bottlenecks;
    let rows = |steps: &[StepFigures]| steps.iter().map(|step| row(step).0.to_owned()).collect::<Vec<_>>();
    assert_eq!(bottlenecks.by_time.iter().map(row).collect::<Vec<_>>(), [IMAGE, TRIAGE, CUT, REPORT]);
    assert_eq!(rows(&bottlenecks.by_blocks), [TRIAGE.0, IMAGE.0]);
    assert_eq!(rows(&bottlenecks.by_skips), [NOTIFY.0, REPORT.0]);
    assert_eq!(bottlenecks.by_time[0].playbook_title, "Ransomware, revised");
}

#[test]
fn of_a_decision_that_was_changed_the_last_branch_counts() {
    let decisions = Fixture::new().summary(&MetricsFilter::default()).decisions;
    assert_eq!(decisions.len(), 1);
    assert_eq!((decisions[0].label.as_str(), decisions[0].decided_count), ("Is it spreading?", 3));
    let branches: Vec<_> = decisions[0]
        .branches
        .iter()
        .map(|BranchFigures { branch, count, share_percent }| (branch.as_str(), *count, *share_percent))
        .collect();
    assert_eq!(branches, [("Maybe", 1, 33.3), ("No", 1, 33.3), ("Yes", 1, 33.3)]);
}

#[test]
fn what_runs_is_counted_with_what_is_blocked() {
    let running = Fixture::new().summary(&between(0, 60)).running;
    // What is paused waits anyway: its blocked step is no news.
    assert_eq!((running.active_count, running.paused_count, running.blocked_count), (1, 1, 1));
    let blocked: Vec<_> = running.blocked.iter().map(|one| (one.incident_title.as_str(), one.step_count)).collect();
    assert_eq!(blocked, [("Case 5", 2)]);
}

#[test]
fn a_range_leaves_out_what_began_before_it_or_after() {
    let summary = Fixture::new().summary(&between(1, 20 * DAY + 1));
    let figures = [Some(50.0), Some(350.0), Some(350.0)];
    assert_executions(&summary.executions, [2, 1, 1, 0], figures, Some(20 * DAY));
    assert_eq!(summary.bottlenecks.by_time.iter().map(|step| step.seconds).collect::<Vec<_>>(), [340, 120, 60]);
}

#[test]
fn of_nothing_there_are_no_figures() {
    let summary = Fixture::new().summary(&between(-DAY, -1));
    assert_executions(&summary.executions, [0; 4], [None; 3], None);
    assert!(summary.bottlenecks.by_time.is_empty() && summary.decisions.is_empty());
}

/// The beginnings of periods, as dates, and their counts: completed, abandoned, open.
fn periods(periods: &[Period]) -> Vec<(String, [u32; 3])> {
    let row =
        |period: &Period| (period.from.parts().0, [period.completed_count, period.abandoned_count, period.open_count]);
    periods.iter().map(row).collect()
}

#[test]
fn executions_over_time_are_counted_by_day_without_gaps() {
    let over_time = Fixture::new().summary(&MetricsFilter::default()).over_time;
    assert_eq!(over_time.unit, PeriodUnit::Day);
    let days = periods(&over_time.periods);
    assert_eq!(days.len(), 21);
    assert_eq!(days[0], ("2026-09-21".to_owned(), [1, 0, 0]));
    assert_eq!(days[1], ("2026-09-22".to_owned(), [0, 1, 0]));
    assert!(days[2..20].iter().all(|(_, counts)| *counts == [0; 3]));
    assert_eq!(days[20], ("2026-10-11".to_owned(), [2, 0, 2]));
    assert_eq!(over_time.periods[0].before, over_time.periods[1].from);
}

#[test]
fn a_longer_range_is_told_by_weeks_from_monday_and_then_by_months() {
    let fixture = Fixture::new();
    let weeks = fixture.summary(&between(-60 * DAY, NOW)).over_time;
    assert_eq!(weeks.unit, PeriodUnit::Week);
    // The range begins on a Thursday; its first week is cut there.
    assert_eq!(weeks.periods[0].from, at(-60 * DAY));
    let weeks = periods(&weeks.periods);
    assert_eq!((weeks[0].0.as_str(), weeks[1].0.as_str()), ("2026-07-23", "2026-07-27"));
    assert_eq!(
        weeks[9..],
        [("2026-09-21".into(), [1, 1, 0]), ("2026-09-28".into(), [0; 3]), ("2026-10-05".into(), [2, 0, 2])]
    );
    let months = fixture.summary(&between(-300 * DAY, 300 * DAY)).over_time;
    assert_eq!(months.unit, PeriodUnit::Month);
    let months = periods(&months.periods);
    // Nothing can have begun after now.
    assert_eq!(months[months.len() - 2..], [("2026-09-01".into(), [1, 1, 0]), ("2026-10-01".into(), [2, 0, 2])]);
}

#[test]
fn of_a_very_long_range_only_what_was_executed_is_told() {
    let ever: Timestamp = "0001-01-01T00:00:00Z".parse().expect("RFC 3339");
    let filter = MetricsFilter { started_after: Some(ever), ..MetricsFilter::default() };
    let over_time = Fixture::new().summary(&filter).over_time;
    assert_eq!((over_time.unit, over_time.periods.len()), (PeriodUnit::Day, 21));
    let nothing = MetricsFilter { started_before: Some(at(-DAY)), ..filter };
    assert_eq!(Fixture::new().summary(&nothing).over_time.periods, []);
}

#[test]
fn every_execution_of_a_range_is_in_one_of_its_periods() {
    let mut records = Fixture::new().records(&MetricsFilter::default());
    let old: Timestamp = "2019-12-31T23:59:59.999999Z".parse().expect("RFC 3339");
    let first = Record::clone(&records[0]);
    records.push(Arc::new(Record { started_at: old, ..first }));
    let filter = MetricsFilter::default();
    let over_time = summary(&records, &Fixture::new().library, Running::default(), &filter, at(NOW)).over_time;
    assert_eq!(over_time.unit, PeriodUnit::Year);
    let years = periods(&over_time.periods);
    assert_eq!(years.len(), 8);
    assert_eq!((years[0].0.as_str(), years[0].1, years[7].1), ("2019-01-01", [1, 0, 0], [3, 1, 2]));
    assert_eq!(over_time.periods.iter().map(Period::count).sum::<u32>(), 7);
}
