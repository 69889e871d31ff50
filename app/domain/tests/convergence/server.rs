//! The server of the simulation: one execution, decided as the real writer decides it.
//!
//! A command that was done is known by its id and gets its first answer again; a refusal is not remembered. Live
//! connections are caught up event by event, or with everything at once when that is too much.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use domain::api::Sender;
use domain::command::{Command, Meta, decide};
use domain::event::{Event, Secret};
use domain::execution::{Execution, State};
use domain::ids::{Actor, CommandId, Seq};
use domain::outbox::Change;
use domain::time::Timestamp;
use uuid::Uuid;

use crate::common::{at, graph, header};
use crate::network::{Message, Reply};
use crate::world::Fault;

/// Most events that a client is sent one by one when it catches up: few, so that it happens.
const MAX_CATCH_UP: u64 = 12;

/// An execution before its first event. Made once, as its graph takes longer than some runs.
static BLANK: LazyLock<Execution> = LazyLock::new(|| {
    let graph = Arc::new(graph());
    Execution::new(header(&graph), graph)
});

/// What a command was answered the first time.
#[derive(Clone)]
struct Answer {
    events: Vec<Arc<Event>>,
    last_seq: Seq,
}

/// What the page of an execution begins with.
pub(crate) struct PageData {
    pub(crate) state: State,
    pub(crate) events: Vec<Arc<Event>>,
}

pub(crate) struct Server {
    pub(crate) execution: Execution,
    pub(crate) log: Vec<Arc<Event>>,
    /// The state after so many events.
    pub(crate) states: Vec<State>,
    /// What was done, in its order, and what its sender had seen.
    pub(crate) done: Vec<(CommandId, Option<Seq>)>,
    answers: BTreeMap<CommandId, Answer>,
    fault: Fault,
}

impl Server {
    /// With an execution that has just begun.
    pub(crate) fn new(fault: Fault) -> Self {
        let execution = BLANK.clone();
        let states = vec![execution.state.clone()];
        let (done, answers) = (Vec::new(), BTreeMap::new());
        let mut server = Self { execution, log: Vec::new(), states, done, answers, fault };
        let meta = Meta {
            now: at(0),
            actor: Actor::anonymous(),
            command_id: CommandId(Uuid::nil()),
            base_seq: None,
            occurred_at: None,
            before_start: false,
            secret: Secret::default(),
        };
        let start = Command::Start { incident_title: "Files encrypted on FS-01".into(), incident_id: None };
        server.execute(&start, &meta).expect("an execution can be started");
        server
    }

    pub(crate) fn last_seq(&self) -> Seq {
        self.execution.state.last_seq
    }

    /// Answers a request, and says which events are new.
    pub(crate) fn patch(&mut self, change: &Change, now: Timestamp) -> (Reply, Vec<Arc<Event>>) {
        let (command, sender) = match change {
            Change::Step { node_id, patch } => {
                (Command::ChangeStep { node_id: node_id.clone(), change: patch.change() }, patch.sender())
            }
            Change::Execution { patch } => (Command::ChangeExecution(patch.change()), patch.sender()),
        };
        let Sender { actor, occurred_at, before_start, command_id, base_seq } = sender;
        let meta = Meta {
            now,
            actor: actor.expect("clients say who they are"),
            command_id: command_id.expect("clients name their commands"),
            base_seq,
            occurred_at,
            before_start,
            secret: Secret::default(),
        };
        let before = self.log.len();
        let answer = match self.answers.get(&meta.command_id) {
            Some(answer) if self.fault != Fault::ServerForgetsCommands => Ok(answer.clone()),
            _ => self.execute(&command, &meta),
        };
        let reply = match (answer, change) {
            (Ok(answer), Change::Step { .. }) => Reply::Step(answer.events, answer.last_seq),
            (Ok(answer), Change::Execution { .. }) => Reply::Whole(answer.last_seq),
            (Err(refusal), _) => Reply::Refused(refusal),
        };
        (reply, self.log[before..].to_vec())
    }

    fn execute(&mut self, command: &Command, meta: &Meta) -> Result<Answer, String> {
        let told =
            Meta { base_seq: meta.base_seq.filter(|_| self.fault != Fault::ServerIgnoresWhatWasSeen), ..meta.clone() };
        let drafts = decide(&self.execution, command, &told).map_err(|refusal| refusal.to_string())?;
        let mut recorded = self.execution.clone();
        let events: Vec<Arc<Event>> = recorded.record(drafts, &told).into_iter().map(Arc::new).collect();
        if self.fault == Fault::ServerLosesWhatItAnswered && self.log.len() % 10 == 9 {
            return Ok(Answer { events, last_seq: recorded.state.last_seq });
        }
        for event in &events {
            self.execution.apply(event);
            self.states.push(self.execution.state.clone());
            self.log.push(event.clone());
        }
        let answer = Answer { events, last_seq: self.last_seq() };
        self.answers.insert(meta.command_id, answer.clone());
        self.done.push((meta.command_id, meta.base_seq));
        Ok(answer)
    }

    /// What a live connection begins with.
    pub(crate) fn catch_up(&self, last_seq: Seq) -> Vec<Message> {
        if self.fault == Fault::ServerDoesNotCatchUp {
            return vec![Message::Heartbeat];
        }
        if self.last_seq().0 - last_seq.0 > MAX_CATCH_UP {
            return vec![Message::Snapshot, Message::Heartbeat];
        }
        let first = usize::try_from(last_seq.0).expect("few events");
        let missed = self.log[first..].iter().cloned().map(Message::Event);
        missed.chain([Message::Heartbeat]).collect()
    }

    pub(crate) fn page_data(&self) -> PageData {
        PageData { state: self.execution.state.clone(), events: self.log.clone() }
    }
}
