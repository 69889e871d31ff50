//! Properties of executions: whatever is asked of one, its state is the fold of its log, and the log is a whole chain.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

#[path = "common/commands.rs"]
mod commands;
mod common;

use std::sync::Arc;

use commands::{Told, any_command, any_told, start};
use common::{at, graph, header};
use domain::api::{PatchExecution, PatchStep};
use domain::command::{Command, ExecutionChange, Meta, Refusal, StepChange, decide};
use domain::event::{
    ChainBreak, Event, EventBody, Evidence, ExecutionStatus, Header, Secret, StepStatus, verify_chain,
};
use domain::execution::Execution;
use domain::ids::{Actor, CommandId, EvidenceId, NodeId, Seq};
use domain::outbox::{Asked, Change};
use domain::replica::{Received, Replica};
use domain::time::Timestamp;
use domain::undo::Undo;
use proptest::prelude::*;
use uuid::Uuid;

fn meta(command: u128, actor: &str, seconds: i64, base_seq: Option<u64>) -> Meta {
    Meta {
        now: at(seconds),
        actor: Actor::new(actor).expect("a name"),
        command_id: command_id(command),
        base_seq: base_seq.map(Seq),
        occurred_at: None,
        before_start: false,
        secret: Secret::default(),
    }
}

fn change(node: &str, change: StepChange) -> Command {
    Command::ChangeStep { node_id: node.into(), change }
}

fn status(node: &str, status: StepStatus) -> Command {
    change(node, StepChange { status: Some(status), ..StepChange::default() })
}

fn whole(status: ExecutionStatus) -> Command {
    Command::ChangeExecution(ExecutionChange { status: Some(status), ..ExecutionChange::default() })
}

/// An execution on which commands are given one after another, a minute apart.
struct Run {
    execution: Execution,
    events: Vec<Event>,
    commands: u128,
}

impl Run {
    fn new() -> Self {
        let graph = Arc::new(graph());
        let mut run = Self { execution: Execution::new(header(&graph), graph), events: Vec::new(), commands: 0 };
        run.give("Ana", start()).expect("an execution can be started");
        run
    }

    fn seconds(&self) -> i64 {
        i64::try_from(self.commands).expect("few commands") * 60
    }

    fn give(&mut self, actor: &str, command: Command) -> Result<Vec<Event>, Refusal> {
        self.give_having_seen(actor, command, None)
    }

    fn give_having_seen(
        &mut self,
        actor: &str,
        command: Command,
        base_seq: Option<u64>,
    ) -> Result<Vec<Event>, Refusal> {
        self.give_late(actor, command, base_seq, (None, false))
    }

    fn give_late(
        &mut self,
        actor: &str,
        command: Command,
        base_seq: Option<u64>,
        (ago, before_start): Told,
    ) -> Result<Vec<Event>, Refusal> {
        self.commands += 1;
        let meta = meta(self.commands, actor, self.seconds(), base_seq);
        let meta = Meta { occurred_at: ago.map(|ago| at(self.seconds() - ago)), before_start, ..meta };
        let drafts = decide(&self.execution, &command, &meta)?;
        let events = self.execution.record(drafts, &meta);
        self.events.extend(events.clone());
        Ok(events)
    }

    fn step(&self, node: &str) -> &domain::execution::Step {
        self.execution.step(&node.into()).expect("the node is there")
    }
}

fn types(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(|event| event.body.event_type()).collect()
}

#[test]
fn every_node_has_a_step_that_is_not_started() {
    let run = Run::new();
    assert_eq!(run.execution.state.steps.len(), graph().nodes.len());
    assert!(run.execution.state.steps.iter().all(|step| step.status == StepStatus::NotStarted));
}

#[test]
fn the_first_progress_sets_the_start_and_going_back_clears_the_end() {
    let mut run = Run::new();
    run.give("Ana", status("triage", StepStatus::InProgress)).expect("allowed");
    run.give("Ana", status("triage", StepStatus::Completed)).expect("allowed");
    let started = run.step("triage").started_at;
    assert_eq!(started, Some(at(120)));
    assert_eq!(run.step("triage").completed_at, Some(at(180)));
    run.give("Ana", status("triage", StepStatus::InProgress)).expect("allowed");
    assert_eq!(run.step("triage").started_at, started);
    assert_eq!(run.step("triage").completed_at, None);
}

#[test]
fn a_direct_completion_sets_both_times() {
    let mut run = Run::new();
    run.give("Ana", status("triage", StepStatus::Completed)).expect("allowed");
    assert_eq!(run.step("triage").started_at, run.step("triage").completed_at);
    assert!(run.step("triage").completed_at.is_some());
}

#[test]
fn blocked_time_is_summed_apart_from_working_time_and_both_stand_while_paused() {
    let mut run = Run::new();
    run.give("Ana", status("triage", StepStatus::InProgress)).expect("allowed"); // minute 2
    run.give("Ana", status("triage", StepStatus::Blocked)).expect("allowed"); // 3
    assert_eq!(types(&run.give("Ana", status("triage", StepStatus::InProgress)).expect("allowed")), ["step_unblocked"]); // 4
    run.give("Ana", whole(ExecutionStatus::Paused)).expect("allowed"); // 5
    run.give("Ana", whole(ExecutionStatus::Active)).expect("allowed"); // 6
    run.give("Ana", status("triage", StepStatus::Completed)).expect("allowed"); // 7
    let clocks = run.execution.state.clocks(run.step("triage"));
    assert_eq!((clocks.active.seconds(at(9_999)), clocks.blocked.seconds(at(9_999))), (180, 60));
    assert_eq!(run.execution.state.spans.clock().seconds(at(420)), 300);
}

#[test]
fn a_status_that_already_holds_writes_no_event() {
    let mut run = Run::new();
    run.give("Ana", status("triage", StepStatus::Completed)).expect("allowed");
    assert_eq!(run.give("Ben", status("triage", StepStatus::Completed)).expect("accepted"), []);
}

#[test]
fn a_decision_takes_only_its_branches_and_can_be_changed() {
    let mut run = Run::new();
    let decide_on =
        |branch: &str| change("spreading", StepChange { decision: Some(Some(branch.into())), ..StepChange::default() });
    let refusal = run.give("Ana", decide_on("Maybe")).expect_err("no such branch");
    assert_eq!(refusal.to_string(), "“Maybe” is not a branch of this decision; its branches are “Yes”, “No”");
    run.give("Ana", decide_on("Yes")).expect("a branch");
    run.give("Ana", decide_on("No")).expect("another branch");
    assert_eq!(run.step("spreading").decision.as_ref().map(|taken| taken.branch.as_str()), Some("No"));
    assert_eq!(run.events.iter().filter(|event| event.body.event_type() == "decision_taken").count(), 2);
    run.give("Ana", change("triage", StepChange { decision: Some(Some("Yes".into())), ..StepChange::default() }))
        .expect_err("no decision there");
}

#[test]
fn a_decision_that_is_taken_back_is_open_again_and_its_branches_apply() {
    let mut run = Run::new();
    let decide_on = |branch: Option<&str>| {
        change("spreading", StepChange { decision: Some(branch.map(str::to_owned)), ..StepChange::default() })
    };
    assert_eq!(run.give("Ana", decide_on(None)).expect("accepted"), [], "nothing is taken");
    run.give("Ana", decide_on(Some("No"))).expect("a branch");
    assert_eq!(run.execution.progress().applicable, 4);
    let events = run.give_having_seen("Ben", decide_on(None), Some(1)).expect("allowed");
    assert_eq!(events[0].body.event_type(), "decision_withdrawn");
    assert_eq!(events[0].body.overwrote().map(|overwrote| overwrote.actor.as_str()), Some("Ana"));
    assert_eq!((&run.step("spreading").decision, run.execution.progress().applicable), (&None, 5));
    run.give("Ana", change("triage", StepChange { decision: Some(None), ..StepChange::default() }))
        .expect_err("no decision there");
    let why = StepChange { decision: Some(None), rationale: Some("because".into()), ..StepChange::default() };
    let refusal = run.give("Ana", change("spreading", why)).expect_err("a reason goes with a branch");
    assert_eq!(refusal.to_string(), "rationale goes with a branch in decision_taken, or with one that is taken");
}

#[test]
fn a_reason_that_comes_later_belongs_to_the_answer_and_leaves_it_with_who_gave_it() {
    let mut run = Run::new();
    let why = || change("spreading", StepChange { rationale: Some("seen it".into()), ..StepChange::default() });
    let alone = run.give("Ben", why()).expect_err("there is no answer yet");
    assert_eq!(alone.field(), Some("rationale"));
    let answer = StepChange { decision: Some(Some("Yes".into())), ..StepChange::default() };
    run.give("Ana", change("spreading", answer)).expect("allowed");
    let events = run.give("Ben", why()).expect("allowed");
    assert_eq!(types(&events), ["decision_taken"]);
    let decision = run.step("spreading").decision.clone().expect("an answer");
    assert_eq!((decision.actor.as_str(), decision.rationale.as_deref()), ("Ana", Some("seen it")));
}

#[test]
fn who_does_something_about_a_step_that_nobody_has_takes_it() {
    for to in [StepStatus::InProgress, StepStatus::Completed, StepStatus::Blocked] {
        let mut run = Run::new();
        let events = run.give("Ana", status("cut", to)).expect("allowed");
        assert_eq!(types(&events)[0], "assignee_changed", "{to:?}");
        assert_eq!(run.step("cut").assignee.as_ref().map(Actor::as_str), Some("Ana"));
        // Who has it keeps it.
        let reset = run.give("Ben", status("cut", StepStatus::NotStarted)).expect("allowed");
        let again = run.give("Ben", status("cut", to)).expect("allowed");
        assert_eq!((reset.len(), again.len()), (1, 1));
    }
    let mut run = Run::new();
    assert_eq!(run.give("Ana", status("cut", StepStatus::Skipped)).expect("allowed").len(), 1);
    assert_eq!(run.give("anonymous", status("image", StepStatus::Completed)).expect("allowed").len(), 1);
    let named = StepChange { status: Some(StepStatus::Blocked), assignee: Some(None), ..StepChange::default() };
    assert_eq!(run.give("Ana", change("report", named)).expect("allowed").len(), 1);
    assert_eq!(run.step("report").assignee, None);
}

#[test]
fn a_block_says_what_is_waited_for_until_it_ends() {
    let mut run = Run::new();
    let block = |reason: &str| {
        let change = StepChange { status: Some(StepStatus::Blocked), ..StepChange::default() };
        Command::ChangeStep { node_id: "cut".into(), change: StepChange { reason: Some(reason.into()), ..change } }
    };
    run.give("Ana", block(" the\nprovider ")).expect("allowed");
    let hold = run.step("cut").blocked().expect("it is blocked");
    assert_eq!((hold.reason.as_deref(), hold.by.as_str()), (Some("the provider"), "Ana"));
    assert!(run.give("Ben", block("the provider")).expect("allowed").is_empty());
    // Another reason begins no new block.
    run.give("Ben", block("the lawyer")).expect("allowed");
    let other = run.step("cut").blocked().expect("it is blocked");
    assert_eq!((other.reason.as_deref(), other.by.as_str(), other.since), (Some("the lawyer"), "Ben", hold.since));
    run.give("Ben", status("cut", StepStatus::InProgress)).expect("allowed");
    assert_eq!((run.step("cut").blocked(), run.step("cut").blocked_reason.clone()), (None, None));
    let alone = StepChange { reason: Some("why".into()), ..StepChange::default() };
    assert_eq!(run.give("Ana", change("cut", alone)).expect_err("alone").field(), Some("reason"));
    let long = "x".repeat(domain::command::MAX_REASON_CHARS + 1);
    assert!(matches!(run.give("Ana", block(&long)), Err(Refusal::TooLong { field: "reason", .. })));
}

#[test]
fn a_pause_says_what_is_waited_for_until_it_ends() {
    let mut run = Run::new();
    let pause = ExecutionChange { reason: Some("legal".into()), ..ExecutionChange::default() };
    let alone = run.give("Ana", Command::ChangeExecution(pause.clone())).expect_err("alone");
    assert_eq!(alone.field(), Some("reason"));
    let pause = ExecutionChange { status: Some(ExecutionStatus::Paused), ..pause };
    run.give("Ana", Command::ChangeExecution(pause)).expect("allowed");
    let hold = run.execution.state.paused().expect("it is paused");
    assert_eq!((hold.reason.as_deref(), hold.by.as_str()), (Some("legal"), "Ana"));
    run.give("Ben", whole(ExecutionStatus::Active)).expect("allowed");
    assert_eq!((run.execution.state.paused(), run.execution.state.pause_reason.clone()), (None, None));
}

#[test]
fn what_was_done_to_a_step_can_be_taken_back_unless_it_was_changed_since() {
    let mut run = Run::new();
    let step = |run: &Run, node: &str| run.execution.step(&node.into()).expect("a step").clone();
    let before = step(&run, "cut");
    run.give("Ana", status("cut", StepStatus::Completed)).expect("allowed");
    let undo = Undo::of(before.clone(), step(&run, "cut")).expect("it changed");
    let patch = undo.patch(&step(&run, "cut")).expect("nobody changed it since");
    run.give("Ana", change("cut", patch.change())).expect("allowed");
    let after = step(&run, "cut");
    assert_eq!((after.status, after.assignee.clone()), (before.status, before.assignee.clone()));
    run.give("Ben", status("cut", StepStatus::Skipped)).expect("allowed");
    assert!(undo.patch(&step(&run, "cut")).is_none(), "Ben changed it");

    let before = step(&run, "spreading");
    let decide =
        StepChange { decision: Some(Some("Yes".into())), status: Some(StepStatus::Completed), ..StepChange::default() };
    run.give("Ana", change("spreading", decide)).expect("allowed");
    let undo = Undo::of(before, step(&run, "spreading")).expect("it changed");
    let patch = undo.patch(&step(&run, "spreading")).expect("nobody changed it since");
    run.give("Ana", change("spreading", patch.change())).expect("allowed");
    assert_eq!(step(&run, "spreading").decision, None);
    assert!(Undo::of(step(&run, "image"), step(&run, "image")).is_none());
}

#[test]
fn steps_only_on_branches_not_taken_do_not_apply_unless_worked_on() {
    let mut run = Run::new();
    assert_eq!(run.execution.progress().applicable, 5);
    run.give("Ana", change("spreading", StepChange { decision: Some(Some("No".into())), ..StepChange::default() }))
        .expect("a branch");
    let cut = run.execution.flow.position(&"cut".into()).expect("there");
    assert!(!run.execution.applicable()[cut]);
    assert_eq!(run.execution.progress().applicable, 4);
    run.give("Ana", status("cut", StepStatus::Completed)).expect("nobody is stopped");
    assert_eq!(run.execution.progress().applicable, 5);
    assert_eq!(run.execution.progress().percent, 20);
}

#[test]
fn phases_and_merges_can_be_annotated_and_are_not_counted() {
    let mut run = Run::new();
    run.give("Ana", change("contain", StepChange { note: Some("Segment B only".into()), ..StepChange::default() }))
        .expect("allowed");
    run.give("Ana", status("contain", StepStatus::Completed)).expect("allowed");
    assert_eq!(run.execution.progress().completed, 0);
    assert_eq!(run.execution.progress().total, 5);
}

#[test]
fn a_closed_execution_takes_notes_and_recommendations_and_can_be_reopened() {
    let mut run = Run::new();
    run.give("Ana", whole(ExecutionStatus::Completed)).expect("allowed with open steps");
    run.give("Ana", status("triage", StepStatus::Completed)).expect_err("closed");
    run.give("Ana", whole(ExecutionStatus::Paused)).expect_err("closed");
    run.give("Ana", change("triage", StepChange { note: Some("Found later".into()), ..StepChange::default() }))
        .expect("a note");
    let recommendations = ExecutionChange { recommendations: Some("Segment more.".into()), ..Default::default() };
    run.give("Ana", Command::ChangeExecution(recommendations)).expect("recommendations");
    run.give("Ana", whole(ExecutionStatus::Active)).expect("reopening");
    assert_eq!(run.execution.state.completed_at, None);
    run.give("Ana", status("triage", StepStatus::Completed)).expect("open again");
}

#[test]
fn a_paused_execution_refuses_statuses_and_decisions_and_takes_notes_and_assignees() {
    let mut run = Run::new();
    run.give("Ana", whole(ExecutionStatus::Paused)).expect("allowed");
    run.give("Ana", status("triage", StepStatus::Completed)).expect_err("paused");
    run.give("Ana", change("spreading", StepChange { decision: Some(Some("No".into())), ..StepChange::default() }))
        .expect_err("paused");
    let note =
        StepChange { note: Some("Waiting".into()), assignee: Some(Actor::new("Ben").ok()), ..Default::default() };
    run.give("Ana", change("triage", note)).expect("welcome");
}

#[test]
fn who_overwrites_what_they_had_not_seen_is_told_so() {
    let mut run = Run::new();
    run.give("Ana", status("triage", StepStatus::Completed)).expect("allowed");
    let events = run.give_having_seen("Ben", status("triage", StepStatus::Blocked), Some(1)).expect("last write wins");
    let overwrote = events[0].body.overwrote().expect("Ben had not seen Ana's change");
    assert_eq!((overwrote.actor.as_str(), &overwrote.value, overwrote.seq), ("Ana", &"completed".into(), Seq(3)));
    let events =
        run.give_having_seen("Ana", status("triage", StepStatus::Completed), Some(4)).expect("last write wins");
    assert_eq!(events[0].body.overwrote(), None, "Ana had seen Ben's change");
}

#[test]
fn a_late_entry_lies_between_the_start_and_now() {
    let mut run = Run::new();
    let note = change("triage", StepChange { note: Some("By phone".into()), ..StepChange::default() });
    for (seconds, allowed) in [(30, false), (90, true), (9_999, false)] {
        let meta = Meta { occurred_at: Some(at(seconds)), ..meta(99, "Ana", 600, None) };
        assert_eq!(decide(&run.execution, &note, &meta).is_ok(), allowed, "{seconds} s");
    }
    let before = Meta { occurred_at: Some(at(30)), before_start: true, ..meta(99, "Ana", 600, None) };
    assert!(decide(&run.execution, &note, &before).is_ok(), "before the start, and saying so");
    run.commands = 20;
}

#[test]
fn evidence_keeps_its_name_whatever_it_is_and_needs_an_open_execution() {
    let attach = |file_name: &str, description: Option<&str>| Command::AttachEvidence {
        node_id: "triage".into(),
        evidence: Evidence {
            id: EvidenceId(Uuid::from_u128(7)),
            file_name: file_name.to_owned(),
            mime_type: "text/plain".to_owned(),
            size: 0,
            sha256: String::new(),
            description: description.map(str::to_owned),
        },
    };
    let mut run = Run::new();
    for name in ["../../x", "", "תמונה.png", &"n".repeat(300)] {
        let events = run.give("Ana", attach(name, Some(" seen "))).expect("any name will do");
        let EventBody::EvidenceAttached(evidence) = &events[0].body else { panic!("{events:?}") };
        assert_eq!((evidence.file_name.as_str(), evidence.description.as_deref()), (name, Some("seen")));
    }
    let refusal = |run: &mut Run, command| run.give("Ana", command).expect_err("refused").field();
    assert_eq!(refusal(&mut run, attach(&"n".repeat(1_001), None)), Some("file"));
    assert_eq!(refusal(&mut run, attach("x", Some("  "))), Some("description"));
    run.give("Ana", whole(ExecutionStatus::Completed)).expect("allowed");
    assert!(matches!(run.give("Ana", attach("x", None)), Err(Refusal::Closed(_))));
}

#[test]
fn every_change_of_a_stored_log_is_found() {
    let mut run = Run::new();
    for status in [StepStatus::InProgress, StepStatus::Blocked, StepStatus::Completed] {
        run.give("Ana", self::status("triage", status)).expect("allowed");
    }
    // Who begins it takes it.
    let header = &run.execution.state.header;
    assert_eq!(verify_chain(header, &run.events), Ok((Seq(5), run.execution.state.head_hash.clone())));
    let mut altered = run.events.clone();
    altered[1].actor = Actor::anonymous();
    assert_eq!(verify_chain(header, &altered), Err(ChainBreak::Altered(Seq(2))));
    let mut shortened = run.events.clone();
    shortened.remove(1);
    assert_eq!(verify_chain(header, &shortened), Err(ChainBreak::Gap { expected: Seq(2), found: Seq(3) }));
    let mut swapped = run.events.clone();
    swapped.swap(1, 2);
    assert!(verify_chain(header, &swapped).is_err());
    let other = Header { playbook_version: 2, ..header.clone() };
    assert_eq!(verify_chain(&other, &run.events), Err(ChainBreak::Altered(Seq(1))));
}

#[test]
fn an_event_has_the_documented_shape() {
    let mut run = Run::new();
    let events = run.give("Ana", status("triage", StepStatus::InProgress)).expect("allowed");
    let value = serde_json::to_value(&events[0]).expect("events are JSON");
    let mut names: Vec<&str> = value.as_object().expect("an object").keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["actor", "command_id", "data", "event_type", "form", "hash", "node_id", "occurred_at", "seq", "timestamp"]
    );
    assert_eq!(value["data"], serde_json::json!({"from": null, "to": "Ana"}));
    let started = serde_json::to_value(&events[1]).expect("events are JSON");
    assert_eq!(started["data"], serde_json::json!({"from": "not_started"}));
    assert_eq!(serde_json::from_value::<Event>(value).expect("reads back"), events[0]);
}

fn command_id(number: u128) -> CommandId {
    CommandId(Uuid::from_u128(number))
}

fn asked(number: u128, who: &str, change: Change) -> Asked {
    let Meta { now, actor, .. } = meta(number, who, 600, None);
    let execution_id = header(&graph()).execution_id;
    Asked {
        execution_id,
        command_id: command_id(number),
        actor,
        base_seq: Seq(1),
        asked_at: now,
        change,
        order: 0,
        tab: None,
        label: String::new(),
    }
}

fn paused() -> PatchExecution {
    PatchExecution { status: Some(ExecutionStatus::Paused), ..PatchExecution::default() }
}

#[test]
fn a_replica_shows_what_was_asked_and_forgets_it_when_it_is_confirmed_or_refused() {
    let run = Run::new();
    let mut replica = Replica::new(run.execution.clone());
    let mut server = run;
    let patch = PatchStep { status: Some(StepStatus::Completed), ..PatchStep::default() };
    replica.ask(asked(500, "Ana", Change::Step { node_id: "triage".into(), patch })).expect("allowed");
    assert_eq!(replica.view().step(&"triage".into()).expect("there").status, StepStatus::Completed);
    assert_eq!(replica.last_seq(), Seq(1));

    let other = server.give("Ben", status("report", StepStatus::InProgress)).expect("allowed");
    assert_eq!(replica.receive(&other[0]), Received::Applied);
    assert_eq!(replica.receive(&other[0]), Received::Known);
    assert_eq!(replica.pending().len(), 1);
    assert_eq!(replica.view().step(&"triage".into()).expect("there").status, StepStatus::Completed);

    replica.drop_pending(command_id(500));
    assert_eq!(replica.view().step(&"triage".into()).expect("there").status, StepStatus::NotStarted);
    server.give("Ben", status("report", StepStatus::Blocked)).expect("allowed");
    let later = server.give("Ben", status("report", StepStatus::Completed)).expect("allowed");
    assert_eq!(replica.receive(&later[0]), Received::Gap);
}

#[test]
fn a_command_that_was_answered_is_pending_until_what_it_may_have_become_is_here() {
    let mut server = Run::new();
    let mut replica = Replica::new(server.execution.clone());
    let events = server.give("Ben", Command::ChangeExecution(paused().change())).expect("allowed");
    replica.ask(asked(500, "Ana", Change::Execution { patch: paused() })).expect("allowed");
    // Ben was first, so that it became nothing: only the number tells when that is known here.
    replica.answered(command_id(500), Seq(2));
    assert_eq!(replica.pending().len(), 1);
    assert_eq!(replica.receive(&events[0]), Received::Applied);
    assert!(replica.pending().is_empty());
    assert_eq!(replica.view().state, server.execution.state);
}

proptest! {
    #[test]
    fn any_commands_give_a_state_that_is_the_fold_of_a_whole_chain(
        commands in prop::collection::vec(
            (any_command(), prop::sample::select(vec!["Ana", "Ben"]), prop::option::of(0..40_u64), any_told()),
            0..40,
        )
    ) {
        let mut run = Run::new();
        for (command, actor, base_seq, told) in commands {
            let before = run.execution.state.clone();
            if run.give_late(actor, command, base_seq, told).is_err() {
                prop_assert_eq!(&run.execution.state, &before, "a refusal changes nothing");
            }
        }
        let header = run.execution.state.header.clone();
        prop_assert!(verify_chain(&header, &run.events).is_ok());
        let folded = Execution::fold(header, run.execution.graph.clone(), &run.events);
        prop_assert_eq!(&folded.state, &run.execution.state);
        prop_assert!(run.events.windows(2).all(|pair| pair[0].timestamp <= pair[1].timestamp));
        let progress = folded.progress();
        prop_assert_eq!(progress.applicable + progress.not_applicable, progress.total);
        let counted: u32 = StepStatus::ALL.into_iter().map(|status| progress.count(status)).sum();
        prop_assert_eq!(counted, progress.applicable);
    }

    #[test]
    fn a_state_survives_its_way_over_the_wire(
        commands in prop::collection::vec((any_command(), any_told()), 0..20)
    ) {
        let mut run = Run::new();
        for (command, told) in commands {
            let _ = run.give_late("Ana", command, None, told);
        }
        let wire = serde_json::to_string(&run.execution.state).expect("a state is JSON");
        let back: domain::execution::State = serde_json::from_str(&wire).expect("and reads back");
        prop_assert_eq!(back, run.execution.state);
        for event in &run.events {
            let wire = serde_json::to_string(event).expect("an event is JSON");
            let back: Event = serde_json::from_str(&wire).expect("and reads back");
            prop_assert_eq!(&back, event);
        }
    }

    #[test]
    fn an_altered_event_is_always_found(position in 0..6_usize, micros in 1..1_000_i64) {
        let mut run = Run::new();
        for status in [StepStatus::InProgress, StepStatus::Blocked, StepStatus::InProgress, StepStatus::Skipped, StepStatus::NotStarted] {
            run.give("Ana", self::status("triage", status)).expect("allowed");
        }
        let mut events = run.events.clone();
        events[position].timestamp =
            Timestamp::from_micros(events[position].timestamp.micros() + micros).expect("within the calendar");
        let expected = Err(ChainBreak::Altered(events[position].seq));
        prop_assert_eq!(verify_chain(&run.execution.state.header, &events), expected);
    }
}

#[test]
fn an_unknown_node_is_refused_by_name() {
    let mut run = Run::new();
    let refusal = run.give("Ana", status("nowhere", StepStatus::Completed)).expect_err("not there");
    assert_eq!(refusal, domain::command::Refusal::UnknownNode(NodeId::from("nowhere")));
}
