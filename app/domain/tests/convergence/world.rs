//! The simulated world: clients, a server and what lies between them, moved by one seed.
//!
//! [`World::live`] does what can happen in an incident, in random order; [`World::calm_down`] then makes the network
//! perfect and lets everything arrive. After every step the pages are looked at ([`crate::rules`]). Broken on purpose
//! ([`Fault`]), it must be found to be broken.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::event::Event;
use domain::execution::Execution;
use domain::ids::CommandId;
use domain::outbox::{Asked, Change};
use domain::time::Timestamp;
use fastrand::Rng;
use uuid::Uuid;

use crate::common::at;
use crate::network::{Content, Letter, Message, PageId, Reply};
use crate::page::{Browser, Page, commands};
use crate::rules::Ledger;
use crate::server::Server;
use crate::trace::{short, shown};
use crate::wishes;

/// What is broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Nothing.
    None,
    /// A command that comes again is done again.
    ServerForgetsCommands,
    /// An answer leaves before its events are in the log, which then is lost.
    ServerLosesWhatItAnswered,
    /// Nobody is told of what was overwritten.
    ServerIgnoresWhatWasSeen,
    /// Who connects again hears what happens from then on, and not what was missed.
    ServerDoesNotCatchUp,
    /// Events beyond a gap are taken for known when the connection is resumed.
    ClientResumesAfterWhatItHeard,
    /// What waits is gone with the page.
    ClientForgetsWhatWaits,
    /// Nothing waits for the answer to what was asked before.
    ClientSendsEverythingAtOnce,
    /// What the server refused stays on the screen.
    ClientShowsWhatWasRefused,
}

pub(crate) struct World {
    pub(crate) rng: Rng,
    pub(crate) fault: Fault,
    pub(crate) server: Server,
    pub(crate) browsers: Vec<Browser>,
    pub(crate) pages: Vec<Page>,
    pub(crate) letters: Vec<Letter>,
    pub(crate) ledger: Ledger,
    now: Timestamp,
    /// Counts commands, attempts, pages and tabs.
    count: u64,
    trace: Option<Vec<String>>,
}

impl World {
    /// With `trace`, it writes down what happens.
    pub(crate) fn new(seed: u64, fault: Fault, trace: bool) -> Self {
        let mut rng = Rng::with_seed(seed);
        // Sometimes one analyst sits at two browsers.
        let browsers = (0..rng.usize(2..=5))
            .map(|place| Browser { actor: wishes::actor(wishes::NAMES[place % 3]), kept: Vec::new() })
            .collect();
        let trace = trace.then(Vec::new);
        let server = Server::new(fault);
        let (pages, letters, ledger) = (Vec::new(), Vec::new(), Ledger::default());
        let mut world = Self { rng, fault, server, browsers, pages, letters, ledger, now: at(30), count: 0, trace };
        for browser in 0..world.browsers.len() {
            world.open_tab(browser);
        }
        world
    }

    /// What happened so far.
    pub(crate) fn trace(&self) -> String {
        self.trace.iter().flatten().map(|line| format!("  {line}\n")).collect()
    }

    fn note(&mut self, line: impl FnOnce(&Self) -> String) {
        if self.trace.is_some() {
            let line = format!("{} {}", &self.now.to_string()[11..22], line(self));
            self.trace.iter_mut().for_each(|lines| lines.push(line.clone()));
        }
    }

    fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// What can happen in an incident, in random order.
    pub(crate) fn live(&mut self) -> Result<(), String> {
        for _ in 0..self.rng.u32(40..160) {
            self.now = self.now.plus_seconds(self.rng.u32(..2));
            match self.rng.u32(..100) {
                0..25 => self.ask(),
                25..28 => self.clash(),
                28..57 => self.deliver_letter(),
                57..82 => self.deliver_message(),
                82..86 => self.send_anywhere(),
                86..89 => self.give_up_waiting(),
                89..91 => self.cut(),
                91..94 => self.reload(),
                94..95 => self.open_or_close(),
                95..97 => self.pass_time(),
                97..99 => self.change_unheard(),
                _ => self.restart_server(),
            }
            self.reconnect_some();
            self.look()?;
        }
        Ok(())
    }

    /// From here on nothing is lost and nobody asks for more: everything arrives.
    pub(crate) fn calm_down(&mut self) -> Result<(), String> {
        self.note(|_| "the network is perfect from here on".to_owned());
        for browser in 0..self.browsers.len() {
            let held =
                |page: &Page, asked: &Asked| page.outbox.iter().any(|waiting| waiting.command_id == asked.command_id);
            let orphaned = |asked: &Asked| !self.pages.iter().any(|page| page.browser == browser && held(page, asked));
            if self.browsers[browser].kept.iter().any(orphaned) {
                let place = self.pages.iter().position(|page| page.browser == browser).unwrap_or_default();
                self.reload_page(place);
            }
        }
        for place in 0..self.pages.len() {
            self.pages[place].line = None;
        }
        for _ in 0..10_000 {
            for place in 0..self.pages.len() {
                if self.pages[place].line.is_none() {
                    self.pages[place].connect();
                }
                self.send(place);
            }
            if !self.letters.is_empty() {
                let letter = self.letters.remove(0);
                self.arrive(letter);
            } else if let Some(place) = self.pages.iter().position(has_message) {
                self.hear(place);
            } else if self.pages.iter().all(|page| page.waits_for.is_none()) {
                return Ok(());
            } else {
                // Of what was lost before, nobody will ever be told.
                (0..self.pages.len()).for_each(|place| self.pages[place].give_up_waiting());
            }
            self.look()?;
        }
        Err("it never comes to rest".to_owned())
    }

    fn somewhere(&mut self) -> usize {
        self.rng.usize(..self.pages.len())
    }

    fn ask(&mut self) {
        let place = self.somewhere();
        let number = u128::from(self.next());
        let change = wishes::any(&mut self.rng, self.pages[place].replica.view(), number, self.now);
        self.ask_for(place, change, number);
    }

    /// Two want the same at once.
    fn clash(&mut self) {
        let change = wishes::status(&mut self.rng);
        for _ in 0..2 {
            let (place, number) = (self.somewhere(), u128::from(self.next()));
            self.ask_for(place, change.clone(), number);
        }
    }

    fn ask_for(&mut self, place: usize, change: Change, number: u128) {
        let browser = self.pages[place].browser;
        // A clock is set right now and then, and so goes back.
        let micros = self.now.micros() + self.rng.i64(-2_000_000..2_000_000);
        let asked = Asked {
            execution_id: self.server.execution.state.header.execution_id,
            command_id: CommandId(Uuid::from_u128(number)),
            actor: self.browsers[browser].actor.clone(),
            base_seq: self.pages[place].replica.last_seq(),
            asked_at: Timestamp::from_micros(micros).expect("a time"),
            change,
        };
        self.pages[place].changed = true;
        let possible = self.pages[place].replica.ask(asked.clone());
        self.note(|world| format!("{} asks for {}: {possible:?}", world.name(place), shown(&asked.change)));
        // Now and then something impossible is sent all the same, as what was kept for long may be.
        if possible.is_err() && self.rng.u32(..3) > 0 {
            return;
        }
        self.ledger.asked(self.pages[place].tab, &asked);
        self.browsers[browser].kept.push(asked.clone());
        self.pages[place].outbox.push(asked.clone());
        if self.fault == Fault::ClientSendsEverythingAtOnce {
            let (page, command) = (self.pages[place].id, asked.command_id);
            let content = Content::Request(asked.to_send(self.now));
            self.letters.push(Letter { page, attempt: 0, command, content });
        } else if self.rng.bool() {
            self.send(place);
        }
    }

    fn send_anywhere(&mut self) {
        let place = self.somewhere();
        self.send(place);
    }

    /// Sends what is next, if nothing is on its way.
    fn send(&mut self, place: usize) {
        let Some(asked) = self.pages[place].outbox.begin() else { return };
        let attempt = self.next();
        let command = asked.command_id;
        self.pages[place].waits_for = Some((attempt, command));
        let content = Content::Request(asked.to_send(self.now));
        self.letters.push(Letter { page: self.pages[place].id, attempt, command, content });
        self.note(|world| format!("{} sends {} (attempt {attempt})", world.name(place), short(command)));
    }

    /// Any letter that is on its way arrives, or is lost, or arrives and goes on being on its way.
    fn deliver_letter(&mut self) {
        if self.letters.is_empty() {
            return;
        }
        let place = self.rng.usize(..self.letters.len());
        match self.rng.u32(..100) {
            0..10 => {
                let letter = self.letters.swap_remove(place);
                self.note(|_| format!("lost: {}", letter.shown()));
            }
            10..20 => self.arrive(self.letters[place].clone()),
            _ => {
                let letter = self.letters.swap_remove(place);
                self.arrive(letter);
            }
        }
    }

    fn arrive(&mut self, letter: Letter) {
        self.note(|_| format!("arrives: {}", letter.shown()));
        let Letter { page, attempt, command, content } = letter;
        match content {
            Content::Request(change) => {
                let clock = Timestamp::from_micros(self.now.micros() - self.rng.i64(0..1_000_000)).expect("a time");
                let (reply, new) = self.server.patch(&change, clock);
                self.publish(&new);
                self.letters.push(Letter { page, attempt, command, content: Content::Reply(reply) });
            }
            Content::Reply(reply) => {
                let Some(place) = self.pages.iter().position(|other| other.id == page) else { return };
                if self.pages[place].answered(attempt, command, &reply) {
                    self.settle(place, BTreeSet::from([command]));
                    self.ledger.answered(command, &reply);
                    if let Reply::Step(events) = &reply {
                        self.settle(place, commands(events));
                    }
                    if self.rng.bool() {
                        self.send(place);
                    }
                }
            }
        }
    }

    fn publish(&mut self, events: &[Arc<Event>]) {
        for line in self.pages.iter_mut().filter_map(|page| page.line.as_mut()).filter(|line| line.joined) {
            line.messages.extend(events.iter().cloned().map(Message::Event));
        }
    }

    fn settle(&mut self, place: usize, settled: BTreeSet<CommandId>) {
        let browser = self.pages[place].browser;
        self.browsers[browser].settle(&settled);
    }

    fn deliver_message(&mut self) {
        let place = self.somewhere();
        for _ in 0..self.rng.u32(1..4) {
            if has_message(&self.pages[place]) {
                self.hear(place);
            }
        }
    }

    /// The next message on a line arrives at its end.
    fn hear(&mut self, place: usize) {
        let Some(line) = &mut self.pages[place].line else { return };
        let Some(message) = line.messages.pop_front() else { return };
        if let Message::Hello(last_seq) = message {
            line.joined = true;
            line.messages.extend(self.server.catch_up(last_seq));
            self.note(|world| format!("{} is connected, has {last_seq}", world.name(place)));
            return;
        }
        let settled = match &message {
            Message::Event(event) => BTreeSet::from([event.command_id]),
            _ => commands(&self.server.log),
        };
        self.note(|world| format!("{} hears {}", world.name(place), message.shown()));
        let server = &self.server;
        self.pages[place].hear(message, || server.page_data());
        if self.pages[place].line.is_some() {
            self.settle(place, settled);
        }
    }

    fn give_up_waiting(&mut self) {
        let place = self.somewhere();
        self.note(|world| format!("{} waits no longer", world.name(place)));
        self.pages[place].give_up_waiting();
    }

    fn cut(&mut self) {
        let place = self.somewhere();
        self.note(|world| format!("{} is cut off", world.name(place)));
        self.pages[place].line = None;
    }

    fn reconnect_some(&mut self) {
        for place in 0..self.pages.len() {
            if self.pages[place].line.is_none() && self.rng.u32(..8) == 0 {
                self.note(|world| format!("{} connects", world.name(place)));
                self.pages[place].connect();
            }
        }
    }

    fn load(&mut self, browser: usize, tab: u64) -> Page {
        if self.fault == Fault::ClientForgetsWhatWaits {
            self.browsers[browser].kept.clear();
        }
        let id = PageId(self.next());
        let blank = Execution { state: self.server.states[0].clone(), ..self.server.execution.clone() };
        let kept = self.browsers[browser].kept.clone();
        let page = Page::load(id, browser, tab, (self.server.page_data(), blank), &kept, self.fault);
        let done = commands(&self.server.log);
        self.browsers[browser].settle(&done);
        page
    }

    fn open_tab(&mut self, browser: usize) {
        let tab = self.next();
        let page = self.load(browser, tab);
        self.pages.push(page);
        self.note(|world| format!("{} opens", world.name(world.pages.len() - 1)));
    }

    fn reload(&mut self) {
        let place = self.somewhere();
        self.reload_page(place);
    }

    fn reload_page(&mut self, place: usize) {
        let Page { browser, tab, .. } = self.pages[place];
        let page = self.load(browser, tab);
        self.note(|world| format!("{} reloads", world.name(place)));
        self.pages[place] = page;
    }

    /// A second tab, or one of two is closed.
    fn open_or_close(&mut self) {
        let place = self.somewhere();
        let browser = self.pages[place].browser;
        if self.pages.iter().filter(|page| page.browser == browser).count() > 1 {
            self.note(|world| format!("{} is closed", world.name(place)));
            self.pages.remove(place);
        } else {
            self.open_tab(browser);
        }
    }

    /// Long enough for what waits to become a late entry.
    fn pass_time(&mut self) {
        let minutes = self.rng.u32(1..10);
        self.now = self.now.plus_seconds(minutes * 60);
        self.note(|_| format!("{minutes} min pass"));
    }

    /// Somebody changes something over another process on the same database, of which this one's listeners do not hear.
    fn change_unheard(&mut self) {
        let number = u128::from(self.next());
        let mut change = wishes::any(&mut self.rng, &self.server.execution, number, self.now);
        let (actor, command) = (Some(wishes::actor("Dora")), Some(CommandId(Uuid::from_u128(number))));
        match &mut change {
            Change::Step { patch, .. } => (patch.actor, patch.command_id) = (actor, command),
            Change::Execution { patch } => (patch.actor, patch.command_id) = (actor, command),
        }
        let (reply, _) = self.server.patch(&change, self.now);
        self.note(|_| format!("unheard, somebody asks for {}: {}", shown(&change), reply.shown()));
    }

    /// Whatever is on its way is gone; what was answered stays.
    fn restart_server(&mut self) {
        self.note(|_| "the server starts again".to_owned());
        self.letters.clear();
        self.pages.iter_mut().for_each(|page| page.line = None);
    }

    /// How a page is called in the trace.
    pub(crate) fn name(&self, place: usize) -> String {
        let page = &self.pages[place];
        format!("{} (browser {}, tab {})", self.browsers[page.browser].actor, page.browser, page.tab)
    }
}

fn has_message(page: &Page) -> bool {
    page.line.as_ref().is_some_and(|line| !line.messages.is_empty())
}
