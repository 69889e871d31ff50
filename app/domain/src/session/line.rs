//! The live connection of a page: it resumes where it broke off, and never leaves the page stale in silence.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::timers::{PageKey, Timer, backoff};
use super::{Effect, Moment, Session, Way};
use crate::event::Event;
use crate::execution::{Execution, State};
use crate::ids::{CommandId, ExecutionId, Seq};
use crate::outbox::Asked;
use crate::protocol::{HEARTBEAT_SECONDS, Incoming};
use crate::replica::{Received, Replica};
use crate::time::Timestamp;

/// Silence after which a connection is taken for dead: two heartbeats and some time on the way.
const SILENCE_MILLIS: u64 = (2 * HEARTBEAT_SECONDS as u64 + 5) * 1_000;

/// One live connection, from its opening to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LineId(u64);

/// Whether what a page shows is the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Not there yet; what is shown is as of the page's loading.
    Connecting,
    /// Every event arrives as it happens.
    Live,
    /// Broken off; what is shown is as of then.
    Lost {
        /// When the server was last heard.
        since: Timestamp,
    },
    /// The server speaks another version of the protocol: only a reload helps.
    Outdated {
        /// When the server was last heard.
        since: Timestamp,
    },
}

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It broke, or could not be opened, and is tried again.
    Broken,
    /// This page is of another version than the server.
    Outdated,
}

/// A page that shows an execution.
#[derive(Clone, Debug)]
pub struct Page {
    pub(super) replica: Replica,
    pub(super) line: Option<LineId>,
    connection: Connection,
    /// When the server was last heard.
    heard: Option<Timestamp>,
    /// What was missed is taken in as a whole, when the heartbeat after it says that it is.
    missed: Option<Vec<Event>>,
    /// Whether everything is being loaded anew.
    loading: bool,
    /// Whether all that was missed has been told.
    told: bool,
    failures: u32,
    /// The commands of the log as far as it is known, and the last event of each: these wait no longer.
    known: BTreeMap<CommandId, Seq>,
    /// What was answered with nothing, and up to where the log must be known to say who was first.
    empty: Vec<(Asked, Seq)>,
}

impl Page {
    pub(super) fn new(execution: Execution) -> Self {
        Self {
            replica: Replica::new(execution),
            line: None,
            connection: Connection::Connecting,
            heard: None,
            missed: None,
            loading: false,
            told: false,
            failures: 0,
            known: BTreeMap::new(),
            empty: Vec::new(),
        }
    }

    /// Shows what was asked for elsewhere or before.
    pub(super) fn show(&mut self, asked: &Asked) {
        let is_known = self.known.contains_key(&asked.command_id);
        // Before it is live, nobody knows what is in its log.
        if self.heard.is_some()
            && !is_known
            && self.replica.pending().iter().all(|pending| pending.command_id != asked.command_id)
        {
            // What the rules are against now, the server will refuse, and say why.
            let _ = self.replica.ask(asked.clone());
        }
    }

    /// Which execution it shows.
    pub fn execution(&self) -> ExecutionId {
        self.replica.view().state.header.execution_id
    }

    /// Whether what it shows is the truth.
    pub fn connection(&self) -> Connection {
        self.connection
    }
}

impl Session {
    /// A page is there for good: it shows what waits for its execution, knows the commands of its log, and connects.
    pub fn go_live(&mut self, key: PageKey, log: &[Arc<Event>], at: Moment) {
        let Some(page) = self.pages.get_mut(&key) else { return };
        page.heard = Some(at.now);
        let execution = page.execution();
        page.known = log.iter().map(|event| (event.command_id, event.seq)).collect();
        self.outbox.iter().filter(|asked| asked.execution_id == execution).for_each(|asked| page.show(asked));
        self.all_done(log, at);
        self.effects.push(Effect::Show(key));
        self.connect(key);
    }

    fn all_done(&mut self, log: &[Arc<Event>], at: Moment) {
        for event in log {
            self.done(event.command_id, event.seq, at);
        }
    }

    /// Up to where whatever a change became lies in the log, if a page knows that it was done.
    pub(super) fn known(&self, command: CommandId) -> Option<Seq> {
        self.pages.values().find_map(|page| page.known.get(&command)).copied()
    }

    pub(super) fn pages_of(&self, execution: ExecutionId) -> Vec<PageKey> {
        self.pages.iter().filter(|(_, page)| page.execution() == execution).map(|(key, _)| *key).collect()
    }

    fn page_on(&self, line: LineId) -> Option<PageKey> {
        self.pages.iter().find(|(_, page)| page.line == Some(line)).map(|(key, _)| *key)
    }

    /// Opens a page's connection, unless there is one or it would be in vain.
    pub(super) fn connect(&mut self, key: PageKey) {
        let line = LineId(self.next());
        if !self.online || matches!(self.way(), Way::SignedOut { only_this: false }) {
            return;
        }
        let Some(page) = self.pages.get_mut(&key) else { return };
        if page.line.is_some() || matches!(page.connection, Connection::Outdated { .. }) {
            return;
        }
        page.line = Some(line);
        page.missed = Some(Vec::new());
        (page.loading, page.told) = (false, false);
        let (execution, last_seq) = (page.execution(), page.replica.last_seq());
        self.timers.stop(Timer::Reconnect(key));
        self.effects.push(Effect::Connect { page: key, line, execution, last_seq });
        self.set_timer(Timer::Silence(key), SILENCE_MILLIS);
    }

    pub(super) fn connect_all(&mut self) {
        let keys: Vec<_> = self.pages.iter().filter(|(_, page)| page.heard.is_some()).map(|(key, _)| *key).collect();
        keys.into_iter().for_each(|key| self.connect(key));
    }

    /// A message on a live connection.
    pub fn heard(&mut self, line: LineId, message: Incoming, at: Moment) {
        let Some(key) = self.page_on(line) else { return };
        self.set_timer(Timer::Silence(key), SILENCE_MILLIS);
        let Some(page) = self.pages.get_mut(&key) else { return };
        page.heard = Some(at.now);
        match message {
            Incoming::Event(event) => match &mut page.missed {
                Some(missed) => missed.push(*event),
                None => {
                    if self.receive(key, vec![*event], at) == Received::Gap {
                        self.lose(key, End::Broken, at);
                    }
                }
            },
            Incoming::Heartbeat { .. } => {
                page.told = true;
                self.catch_up(key, at);
            }
            Incoming::Snapshot => {
                page.loading = true;
                self.effects.push(Effect::Load(key, line));
            }
            Incoming::Presence { .. } => {}
        }
    }

    /// When everything that was missed is here, it is taken in, and the page is live.
    fn catch_up(&mut self, key: PageKey, at: Moment) {
        let Some(page) = self.pages.get_mut(&key).filter(|page| page.told && !page.loading) else { return };
        let Some(missed) = page.missed.take() else { return };
        if self.receive(key, missed, at) == Received::Gap {
            return self.lose(key, End::Broken, at);
        }
        if let Some(page) = self.pages.get_mut(&key) {
            page.failures = 0;
            page.connection = Connection::Live;
        }
        self.effects.push(Effect::ShowWay);
        self.hurry(at);
    }

    /// Everything about an execution was loaded anew, or could not be.
    pub fn loaded(&mut self, line: LineId, data: Option<(State, &[Arc<Event>])>, at: Moment) {
        let Some(key) = self.page_on(line) else { return };
        let (Some(page), Some((state, events))) = (self.pages.get_mut(&key), data) else {
            return self.lose(key, End::Broken, at);
        };
        page.loading = false;
        page.replica.reset(state);
        page.known = events.iter().map(|event| (event.command_id, event.seq)).collect();
        for event in events {
            // What waits for its answer and is in the log is pending no more.
            page.replica.receive(event);
        }
        self.all_done(events, at);
        self.tell_forestalled(key);
        self.effects.extend([Effect::Show(key), Effect::Log(key, events.to_vec())]);
        self.catch_up(key, at);
    }

    /// A live connection ended by itself.
    pub fn ended(&mut self, line: LineId, end: End, at: Moment) {
        if let Some(key) = self.page_on(line) {
            self.lose(key, end, at);
        }
    }

    /// A page has no connection any more.
    pub(super) fn lose(&mut self, key: PageKey, end: End, at: Moment) {
        let Some(page) = self.pages.get_mut(&key) else { return };
        let Some(line) = page.line.take() else { return };
        let never_live = page.missed.take().is_some();
        let since = match page.connection {
            Connection::Lost { since } | Connection::Outdated { since } => since,
            Connection::Connecting | Connection::Live => page.heard.unwrap_or(at.now),
        };
        let outdated = end == End::Outdated;
        page.connection = if outdated { Connection::Outdated { since } } else { Connection::Lost { since } };
        let failures = page.failures;
        page.failures += 1;
        self.timers.stop(Timer::Silence(key));
        self.effects.extend([Effect::Disconnect(line), Effect::ShowWay]);
        if outdated {
            return;
        }
        self.set_timer(Timer::Reconnect(key), backoff(failures, at.chance));
        if never_live {
            // A browser does not say why a WebSocket cannot be opened.
            self.suspect();
        }
    }

    /// The browser says whether there is a network.
    pub fn network(&mut self, online: bool, at: Moment) {
        self.online = online;
        if online {
            self.connect_all();
            self.hurry(at);
        } else {
            let keys: Vec<_> = self.pages.keys().copied().collect();
            keys.into_iter().for_each(|key| self.lose(key, End::Broken, at));
        }
    }

    /// Takes in events of a page's execution.
    pub(super) fn receive(&mut self, key: PageKey, events: Vec<Event>, at: Moment) -> Received {
        let Some(page) = self.pages.get_mut(&key) else { return Received::Known };
        let (mut news, mut done, mut received) = (Vec::new(), Vec::new(), Received::Known);
        for event in events {
            match page.replica.receive(&event) {
                Received::Gap => received = Received::Gap,
                Received::Known => done.push((event.command_id, event.seq)),
                Received::Applied => {
                    page.known.insert(event.command_id, event.seq);
                    done.push((event.command_id, event.seq));
                    news.push(event);
                }
            }
        }
        for (command, seq) in done {
            self.done(command, seq, at);
        }
        self.tell_forestalled(key);
        self.effects.push(Effect::Show(key));
        if !news.is_empty() {
            self.effects.push(Effect::News(key, news));
        }
        received
    }

    /// An event says that a change was done, although its answer may never come. What is on its way waits for its answer.
    fn done(&mut self, command: CommandId, seq: Seq, at: Moment) {
        if let Some(asked) = self.outbox.get(command).cloned() {
            self.outbox.done(command);
            if self.outbox.get(command).is_none() {
                self.settle(&asked, Some(seq), at);
            }
        }
    }

    /// A change was answered with no event. Once the log is known up to there, it shows who was first.
    pub(super) fn expect_forestalled(&mut self, key: PageKey, asked: &Asked, last_seq: Seq) {
        if let Some(page) = self.pages.get_mut(&key) {
            page.empty.push((asked.clone(), last_seq));
        }
    }

    fn tell_forestalled(&mut self, key: PageKey) {
        let Some(page) = self.pages.get_mut(&key).filter(|page| !page.empty.is_empty()) else { return };
        let last = page.replica.last_seq();
        let (known, unknown) = std::mem::take(&mut page.empty).into_iter().partition(|(_, seq)| *seq <= last);
        page.empty = unknown;
        let known: Vec<(Asked, Seq)> = known;
        let notices: Vec<_> = known.iter().filter_map(|(asked, _)| self.forestalled(key, asked)).collect();
        self.effects.extend(notices.into_iter().map(|notice| Effect::Tell(Box::new(notice))));
    }
}
