//! Executions for the tests of printed reports: told change by change, with times of their own.

use std::sync::Arc;

use domain::command::{Command, ExecutionChange, Meta, StepChange, decide};
use domain::event::{Event, Evidence, ExecutionStatus, Header, Secret, StepStatus};
use domain::execution::Execution;
use domain::ids::{Actor, CommandId, EvidenceId, ExecutionId, NodeId, PlaybookId};
use domain::import::import;
use domain::layout::layout;
use domain::report::Report;
use domain::time::Timestamp;
use uuid::Uuid;

use super::{Document, Paper};

/// 2026-11-22T22:14:05.123456Z
const BEGAN_MICROS: i64 = 1_795_385_645_123_456;

/// An execution that is being told.
pub(crate) struct Story {
    execution: Execution,
    events: Vec<Event>,
    now: Timestamp,
}

impl Story {
    /// Begins an incident with a playbook.
    pub(crate) fn of(playbook: &str, title: &str, incident_id: Option<&str>) -> Self {
        let graph = Arc::new(import(playbook, None).expect("a playbook").graph);
        let header = Header {
            execution_id: ExecutionId(Uuid::from_u128(0x019a_aa00_0000_7000_8000_0000_0000_0002)),
            playbook_id: PlaybookId(Uuid::from_u128(0x019a_aa00_0000_7000_8000_0000_0000_0001)),
            playbook_version: 3,
            graph_hash: graph.hash(),
        };
        let now = Timestamp::from_micros(BEGAN_MICROS).expect("in range");
        let mut story = Self { execution: Execution::new(header, graph), events: Vec::new(), now };
        story.command(
            "Ana",
            None,
            &Command::Start { incident_title: title.to_owned(), incident_id: incident_id.map(str::to_owned) },
        );
        story
    }

    /// Lets so many seconds pass.
    pub(crate) fn wait(&mut self, seconds: u32) -> &mut Self {
        self.now = self.now.plus_seconds(seconds);
        self
    }

    /// Changes the step whose label begins so.
    pub(crate) fn step(&mut self, actor: &str, on: &str, change: StepChange) -> &mut Self {
        self.command(actor, None, &Command::ChangeStep { node_id: self.node(on), change })
    }

    /// Sets a step's status.
    pub(crate) fn status(&mut self, actor: &str, on: &str, status: StepStatus) -> &mut Self {
        self.step(actor, on, StepChange { status: Some(status), ..StepChange::default() })
    }

    /// Notes something on a step.
    pub(crate) fn note(&mut self, actor: &str, on: &str, text: &str) -> &mut Self {
        self.step(actor, on, StepChange { note: Some(text.to_owned()), ..StepChange::default() })
    }

    /// Sets a step's status as of so many seconds ago.
    pub(crate) fn status_late(&mut self, actor: &str, on: &str, status: StepStatus, ago: i64) -> &mut Self {
        let occurred_at = Timestamp::from_micros(self.now.micros() - ago * 1_000_000);
        let change = StepChange { status: Some(status), ..StepChange::default() };
        self.command(actor, occurred_at, &Command::ChangeStep { node_id: self.node(on), change })
    }

    /// Notes what happened so many seconds ago.
    pub(crate) fn note_late(&mut self, actor: &str, on: &str, text: &str, ago: i64) -> &mut Self {
        let occurred_at = Timestamp::from_micros(self.now.micros() - ago * 1_000_000);
        let change = StepChange { note: Some(text.to_owned()), ..StepChange::default() };
        self.command(actor, occurred_at, &Command::ChangeStep { node_id: self.node(on), change })
    }

    /// Takes a branch.
    pub(crate) fn decide(&mut self, actor: &str, on: &str, branch: &str, why: &str) -> &mut Self {
        let (decision, rationale) = (Some(branch.to_owned()), Some(why.to_owned()));
        self.step(actor, on, StepChange { decision: Some(decision), rationale, ..StepChange::default() })
    }

    /// Attaches a file.
    pub(crate) fn attach(&mut self, actor: &str, on: &str, name: &str, size: u64) -> &mut Self {
        let evidence = Evidence {
            id: EvidenceId(Uuid::from_u128(self.events.len() as u128)),
            file_name: name.to_owned(),
            mime_type: "application/octet-stream".to_owned(),
            size,
            sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            description: Some("As it was found".to_owned()),
        };
        self.command(actor, None, &Command::AttachEvidence { node_id: self.node(on), evidence })
    }

    /// Changes the execution.
    pub(crate) fn whole(&mut self, actor: &str, change: ExecutionChange) -> &mut Self {
        self.command(actor, None, &Command::ChangeExecution(change))
    }

    /// Sets the status of the execution.
    pub(crate) fn turn(&mut self, actor: &str, status: ExecutionStatus) -> &mut Self {
        self.whole(actor, ExecutionChange { status: Some(status), ..ExecutionChange::default() })
    }

    /// Its report as it would be printed now.
    pub(crate) fn document(&self) -> Document {
        let graph = &self.execution.graph;
        let report = Report::of(&self.execution, &self.events, self.now).expect("it has begun");
        let placement = Arc::new(layout(graph));
        Document { paper: Paper::A4, report, graph: graph.clone(), placement, events: self.events.clone() }
    }

    /// The node whose label begins so.
    fn node(&self, on: &str) -> NodeId {
        let mut nodes = self.execution.graph.nodes.iter();
        nodes.find(|node| node.label.starts_with(on)).expect("there is such a node").id.clone()
    }

    fn command(&mut self, actor: &str, occurred_at: Option<Timestamp>, command: &Command) -> &mut Self {
        let meta = Meta {
            now: self.now,
            actor: Actor::new(actor).expect("a name"),
            command_id: CommandId(Uuid::from_u128(self.events.len() as u128)),
            base_seq: None,
            occurred_at,
            before_start: false,
            secret: Secret::default(),
        };
        let drafts = decide(&self.execution, command, &meta).expect("it is allowed");
        self.events.extend(self.execution.record(drafts, &meta));
        self
    }
}
