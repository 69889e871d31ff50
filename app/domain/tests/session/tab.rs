//! A tab without a browser: carries out what its session says with a storage in memory, and remembers the rest.

use std::sync::Arc;

use domain::api::{PatchStep, Problem};
use domain::command::decide;
use domain::event::{Event, StepStatus};
use domain::execution::Execution;
use domain::ids::{Actor, CommandId, TabId};
use domain::outbox::{Asked, Change};
use domain::protocol::Incoming;
use domain::session::{
    Answer, Connection, DraftKey, Effect, LineId, Moment, Notice, PageKey, Place, Session, Stored, Timer,
};
use serde_json::json;
use uuid::Uuid;

use crate::Storage;
use crate::common::{at, graph, header};

pub(crate) struct Tab {
    pub(crate) session: Session,
    pub(crate) key: PageKey,
    /// Changes that were sent, the newest last, with their attempts.
    pub(crate) sent: Vec<(u64, Change)>,
    pub(crate) probes: Vec<u64>,
    pub(crate) told: Vec<String>,
    pub(crate) line: Option<LineId>,
    pub(crate) connections: usize,
    timers: Vec<(Timer, u64, u64)>,
    /// What the storage says to a text of so many bytes.
    pub(crate) room: Option<usize>,
    pub(crate) now: i64,
}

pub(crate) fn execution() -> Execution {
    let graph = graph();
    Execution::new(header(&graph), Arc::new(graph))
}

/// A note on the first step.
pub(crate) fn note(text: &str) -> Change {
    Change::Step { node_id: "triage".into(), patch: PatchStep { notes: Some(text.into()), ..PatchStep::default() } }
}

/// A page of a proxy.
pub(crate) fn html(status: u16) -> Answer {
    let body = "<!doctype html><title>Sign in</title>".to_owned();
    Answer { status, content_type: "text/html".into(), body, ..Answer::default() }
}

/// A refusal of this API.
pub(crate) fn refusal(detail: &str) -> Answer {
    let problem = Problem::new(409, "conflict", "Not in this state", detail);
    let body = serde_json::to_string(&problem).expect("JSON");
    Answer { status: 409, content_type: "application/problem+json".into(), body, ..Answer::default() }
}

/// A success of this API.
pub(crate) fn json(body: &serde_json::Value) -> Answer {
    Answer { status: 200, content_type: "application/json".into(), body: body.to_string(), ..Answer::default() }
}

impl Tab {
    /// A tab of this name, at an execution, over what its browser keeps.
    pub(crate) fn open(name: u128, storage: &mut Storage) -> Self {
        let mut session = Session::new(TabId(Uuid::from_u128(name)));
        let key = session.open(execution());
        let mut tab = Self {
            session,
            key,
            sent: Vec::new(),
            probes: Vec::new(),
            told: Vec::new(),
            line: None,
            connections: 0,
            timers: Vec::new(),
            room: None,
            now: 100,
        };
        tab.look(storage);
        tab.tell(storage, |session, at| session.go_live(key, &[], at));
        tab
    }

    pub(crate) fn tell<T>(&mut self, storage: &mut Storage, what: impl FnOnce(&mut Session, Moment) -> T) -> T {
        let at = Moment { now: at(self.now), chance: u16::MAX };
        let result = what(&mut self.session, at);
        loop {
            let effects = self.session.take_effects();
            if effects.is_empty() {
                return result;
            }
            effects.into_iter().for_each(|effect| self.carry_out(effect, storage, at));
        }
    }

    fn carry_out(&mut self, effect: Effect, storage: &mut Storage, at: Moment) {
        match effect {
            Effect::Send { attempt, change, .. } => self.sent.push((attempt, *change)),
            Effect::Probe { attempt } => self.probes.push(attempt),
            Effect::Store { name, text } => {
                let fits = self.room.is_none_or(|room| text.len() <= room);
                if fits {
                    storage.insert(name.clone(), text);
                }
                self.session.stored(&name, if fits { Stored::Kept } else { Stored::Full }, at);
            }
            Effect::Remove(name) => {
                storage.remove(&name);
            }
            Effect::ReadDraft(key) => self.session.read_draft(&key, storage.get(&key.name()).map(String::as_str)),
            Effect::Look => self.session.looked(all(storage), at),
            Effect::Wake { timer, setting, millis } => {
                self.timers.retain(|(other, ..)| *other != timer);
                self.timers.push((timer, setting, millis));
            }
            Effect::Connect { line, .. } => {
                self.line = Some(line);
                self.connections += 1;
            }
            Effect::Disconnect(line) => {
                self.line.take_if(|open| *open == line);
            }
            Effect::Tell(notice) => self.told.push(notice.words()),
            Effect::Load(..)
            | Effect::Show(_)
            | Effect::News(..)
            | Effect::Log(..)
            | Effect::ShowDraft(_)
            | Effect::ShowWay => {}
        }
    }

    /// Looks at the storage, as when another tab has changed it.
    pub(crate) fn look(&mut self, storage: &mut Storage) {
        let entries = all(storage);
        self.tell(storage, |session, at| session.looked(entries, at));
    }

    /// Asks for a change under a number.
    pub(crate) fn ask(&mut self, number: u128, change: Change, storage: &mut Storage) {
        let asked = Asked {
            execution_id: execution().state.header.execution_id,
            command_id: CommandId(Uuid::from_u128(number)),
            actor: Actor::new("Ana").expect("a name"),
            base_seq: self.page().last_seq(),
            asked_at: at(self.now),
            change,
            order: 0,
            tab: None,
            label: "Triage the alert".into(),
        };
        let key = self.key;
        self.tell(storage, |session, at| session.ask(key, asked, at)).expect("the rules are for it");
    }

    fn page(&self) -> &domain::replica::Replica {
        self.session.page(self.key).expect("it is open").replica()
    }

    /// Answers what was sent last; `None` when nothing gets through.
    pub(crate) fn answer(&mut self, answer: Option<&Answer>, storage: &mut Storage) {
        let attempt = self.sent.last().expect("something was sent").0;
        self.tell(storage, |session, at| session.answered(attempt, answer, at));
    }

    /// Lets the server do what was sent last, and answers it. Returns the events.
    pub(crate) fn do_it(&mut self, server: &mut Execution, storage: &mut Storage) -> Vec<Event> {
        let (_, change) = self.sent.last().expect("something was sent");
        let Change::Step { node_id, patch } = change else { panic!("only steps here") };
        let asked = self.session.waiting().next().expect("it waits").clone();
        let command = domain::command::Command::ChangeStep { node_id: node_id.clone(), change: patch.change() };
        let drafts = decide(server, &command, &asked.meta()).expect("allowed");
        let events = server.record(drafts, &asked.meta());
        let answer = json(&json!({ "events": events, "last_seq": server.state.last_seq }));
        self.answer(Some(&answer), storage);
        events
    }

    /// The time of a timer is over. Returns how long that was.
    pub(crate) fn ring(&mut self, timer: Timer, storage: &mut Storage) -> u64 {
        let place = self.timers.iter().position(|(other, ..)| *other == timer).expect("it runs");
        let (_, setting, millis) = self.timers.remove(place);
        self.tell(storage, |session, at| session.woke(timer, setting, at));
        millis
    }

    pub(crate) fn is_running(&self, timer: Timer) -> bool {
        self.timers.iter().any(|(other, ..)| *other == timer)
    }

    pub(crate) fn hear(&mut self, message: Incoming, storage: &mut Storage) {
        let line = self.line.expect("there is a connection");
        self.tell(storage, |session, at| session.heard(line, message, at));
    }

    pub(crate) fn connection(&self) -> Connection {
        self.session.page(self.key).expect("it is open").connection()
    }

    pub(crate) fn draft(&self) -> &str {
        let execution = execution().state.header.execution_id;
        self.session.draft(&DraftKey { execution, place: Place::Note("triage".into()) })
    }

    /// The notes of the first step and its status, as the page shows them.
    pub(crate) fn shown(&self) -> (Vec<String>, StepStatus) {
        let step = &self.page().view().state.steps[0];
        (step.notes.iter().map(|note| note.text.clone()).collect(), step.status)
    }

    pub(crate) fn waiting(&self) -> Vec<u128> {
        self.session.waiting().map(|asked| asked.command_id.0.as_u128()).collect()
    }

    pub(crate) fn is_told(&self, words: &str) -> bool {
        self.told.iter().any(|told| told.contains(words))
    }
}

fn all(storage: &Storage) -> Vec<(String, String)> {
    storage.iter().map(|(name, text)| (name.clone(), text.clone())).collect()
}

/// What a notice says, without the tab.
#[test]
fn a_refusal_says_where_why_and_what_was_written() {
    let mut storage = Storage::new();
    let mut tab = Tab::open(1, &mut storage);
    tab.ask(1, note("Half a thought"), &mut storage);
    let asked = tab.session.waiting().next().expect("it waits").clone();
    let words = Notice::NotSaved(asked, "the execution is closed".into()).words();
    assert_eq!(
        words,
        "Not saved at “Triage the alert”: the execution is closed. Your text is a draft again: “Half a thought”"
    );
}
