//! A log written by hand: commands given at given seconds.

use std::sync::Arc;

use domain::command::{Command, ExecutionChange, Meta, StepChange, decide};
use domain::event::{Event, Evidence, ExecutionStatus, Secret, StepStatus};
use domain::execution::Execution;
use domain::ids::{Actor, CommandId, EvidenceId};
use domain::report::Report;
use uuid::Uuid;

use crate::common::{at, graph, header};

/// An execution of the playbook of [`graph`], and its log so far.
pub(crate) struct Log {
    pub(crate) execution: Execution,
    pub(crate) events: Vec<Event>,
}

impl Log {
    /// Ana starts it, at second 0.
    pub(crate) fn started(incident: &str) -> Self {
        let graph = Arc::new(graph());
        let mut log = Self { execution: Execution::new(header(&graph), graph), events: Vec::new() };
        let start = Command::Start { incident_title: incident.into(), incident_id: Some("INC-7".into()) };
        log.give(0, "Ana", None, start);
        log
    }

    /// At a second, somebody asks for something, which is done; of a late entry with the second in which it happened.
    pub(crate) fn give(&mut self, second: i64, actor: &str, happened: Option<i64>, command: Command) -> &mut Self {
        let meta = self.meta(second, actor, happened);
        let drafts = decide(&self.execution, &command, &meta).expect("it is allowed");
        self.events.extend(self.execution.record(drafts, &meta));
        self
    }

    /// At a second, Ana asks for something, which is done if it is allowed.
    pub(crate) fn try_late(&mut self, second: i64, happened: Option<i64>, before_start: bool, command: &Command) {
        let meta = Meta { before_start, ..self.meta(second, "Ana", happened) };
        if let Ok(drafts) = decide(&self.execution, command, &meta) {
            self.events.extend(self.execution.record(drafts, &meta));
        }
    }

    fn meta(&self, second: i64, actor: &str, happened: Option<i64>) -> Meta {
        Meta {
            now: at(second),
            actor: Actor::new(actor).expect("a name"),
            command_id: CommandId(Uuid::from_u128(self.events.len() as u128 + 1)),
            base_seq: None,
            occurred_at: happened.map(at),
            before_start: false,
            secret: Secret::default(),
        }
    }

    pub(crate) fn step(&mut self, second: i64, actor: &str, node: &str, change: StepChange) -> &mut Self {
        self.give(second, actor, None, Command::ChangeStep { node_id: node.into(), change })
    }

    pub(crate) fn status(&mut self, second: i64, actor: &str, node: &str, status: StepStatus) -> &mut Self {
        self.step(second, actor, node, StepChange { status: Some(status), ..StepChange::default() })
    }

    pub(crate) fn whole(&mut self, second: i64, actor: &str, change: ExecutionChange) -> &mut Self {
        self.give(second, actor, None, Command::ChangeExecution(change))
    }

    pub(crate) fn ends(&mut self, second: i64, actor: &str, status: ExecutionStatus) -> &mut Self {
        self.whole(second, actor, ExecutionChange { status: Some(status), ..ExecutionChange::default() })
    }

    /// The report at a second.
    pub(crate) fn report(&self, second: i64) -> Report {
        Report::of(&self.execution, &self.events, at(second)).expect("it has begun")
    }
}

/// A change that adds a note.
pub(crate) fn note(text: &str) -> StepChange {
    StepChange { note: Some(text.into()), ..StepChange::default() }
}

/// A change that decides.
pub(crate) fn decide_on(branch: &str, rationale: &str) -> StepChange {
    StepChange { decision: Some(Some(branch.into())), rationale: Some(rationale.into()), ..StepChange::default() }
}

/// Files encrypted on a server: a pause, a step that was blocked, a decision that was changed, late entries, a step skipped and
/// the execution reopened.
///
/// | second | |
/// | --- | --- |
/// | 30–330 | Ana triages: 300 s |
/// | 400–460, 1060–1120, 1720–1780 | Ben cuts the segment: 180 s |
/// | 460–1060 | and is blocked: 600 s |
/// | 1120–1720 | paused: 600 s |
/// | 1800–1860 | Cleo takes an image, which she says at 1900: 60 s |
/// | 2000–2600 | completed, and reopened: 600 s |
/// | 2700 | completed again |
pub(crate) fn encrypted_files() -> Log {
    let mut log = Log::started("Files encrypted on FS-01");
    let assigned = StepChange {
        status: Some(StepStatus::InProgress),
        assignee: Some(Some(Actor::new("Ana").expect("a name"))),
        ..StepChange::default()
    };
    log.step(30, "Ana", "triage", assigned);
    log.step(150, "Ben", "triage", note("Extension .lockd on *all* shares\n\n# not a heading"));
    log.status(330, "Ana", "triage", StepStatus::Completed);
    log.step(
        340,
        "Ben",
        "spreading",
        StepChange { status: Some(StepStatus::Completed), ..decide_on("Yes", "New hosts every minute") },
    );
    log.status(400, "Ben", "cut", StepStatus::InProgress);
    log.status(460, "Ben", "cut", StepStatus::Blocked);
    log.status(1060, "Ben", "cut", StepStatus::InProgress);
    log.ends(1120, "Ana", ExecutionStatus::Paused);
    log.ends(1720, "Ana", ExecutionStatus::Active);
    log.status(1780, "Ben", "cut", StepStatus::Completed);
    log.step(1790, "Ben", "spreading", decide_on("No", "It was the backup"));
    log.status(1800, "Cleo", "image", StepStatus::InProgress);
    let done = StepChange { status: Some(StepStatus::Completed), ..StepChange::default() };
    log.give(1900, "Cleo", Some(1860), Command::ChangeStep { node_id: "image".into(), change: done });
    let evidence = Evidence {
        id: EvidenceId(Uuid::from_u128(9)),
        file_name: "fs-01 | <image>.dd".into(),
        mime_type: "application/octet-stream".into(),
        size: 1_610_612_736,
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".into(),
        description: Some("Disk of FS-01".into()),
    };
    log.give(1930, "Cleo", None, Command::AttachEvidence { node_id: "image".into(), evidence });
    log.status(1960, "Ana", "report", StepStatus::Skipped);
    let over = |outcome: &str| ExecutionChange {
        status: Some(ExecutionStatus::Completed),
        outcome: Some(outcome.into()),
        ..ExecutionChange::default()
    };
    log.whole(2000, "Ana", over("Contained"));
    log.ends(2600, "Ana", ExecutionStatus::Active);
    let noted = ExecutionChange { note: Some("CISO was called".into()), ..ExecutionChange::default() };
    log.give(2660, "Ana", Some(100), Command::ChangeExecution(noted));
    log.whole(2700, "Ana", over("Contained, <b>restored</b>"));
    let recommended = "# Backups\n\nKeep them *offline*.\n\n```sh\nrestic check";
    log.whole(2800, "Ben", ExecutionChange { recommendations: Some(recommended.into()), ..ExecutionChange::default() });
    log
}

/// It is not over: triage was completed without a beginning, the way that was not taken does not apply, and it is paused.
pub(crate) fn paused_halfway() -> Log {
    let mut log = Log::started("Odd logins");
    log.status(60, "Ana", "triage", StepStatus::Completed);
    log.step(
        100,
        "Ana",
        "spreading",
        StepChange { status: Some(StepStatus::Completed), ..decide_on("Yes", "Two more accounts") },
    );
    log.status(200, "Ana", "cut", StepStatus::InProgress);
    log.ends(500, "Ben", ExecutionStatus::Paused);
    log
}

/// Abandoned before anything was done.
pub(crate) fn abandoned() -> Log {
    let mut log = Log::started("False alarm");
    log.ends(45, "Ana", ExecutionStatus::Abandoned);
    log
}
