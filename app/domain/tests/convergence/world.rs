//! The simulated world: clients, a server and what lies between them, moved by one seed.
//!
//! [`World::live`] does what can happen in an incident, in random order; [`World::calm_down`] then makes the network, the
//! proxies and the storages perfect and lets everything arrive. After every step the pages are looked at ([`crate::rules`]).
//! Broken on purpose ([`Fault`]), it must be found to be broken.

use std::sync::Arc;

use domain::event::Event;
use domain::ids::{CommandId, TabId};
use domain::outbox::{Asked, Change};
use domain::protocol::Incoming;
use domain::session::{End, Moment, Notice, Session, Timer};
use domain::time::Timestamp;
use fastrand::Rng;
use uuid::Uuid;

use crate::browser::{Browser, Proxy, Storage, problem, sign_in, too_large, trouble};
use crate::common::at;
use crate::network::{Content, Letter, Message, Reply};
use crate::page::{Outward, Page, tab_id};
use crate::promises::Ledger;
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
    /// A refusal is taken for a success.
    ClientTakesRefusalsForDone,
    /// Whatever a proxy answers is taken for a refusal of the server.
    ClientBelievesProxies,
    /// A storage says that it keeps what it does not.
    StorageLies,
    /// What was refused is told, and its text is gone.
    ClientGivesNothingBack,
}

pub(crate) struct World {
    pub(crate) rng: Rng,
    pub(crate) fault: Fault,
    pub(crate) server: Server,
    pub(crate) browsers: Vec<Browser>,
    pub(crate) pages: Vec<Page>,
    pub(crate) letters: Vec<Letter>,
    pub(crate) ledger: Ledger,
    /// The browser of each tab, by its number.
    pub(crate) tabs: Vec<(u64, usize)>,
    pub(crate) now: Timestamp,
    /// Counts commands, pages and tabs.
    count: u64,
    trace: Option<Vec<String>>,
}

impl World {
    /// With `trace`, it writes down what happens.
    pub(crate) fn new(seed: u64, fault: Fault, trace: bool) -> Self {
        let mut rng = Rng::with_seed(seed);
        // Sometimes one analyst sits at two browsers.
        let browsers = (0..rng.usize(2..=5))
            .map(|place| Browser {
                actor: wishes::actor(wishes::NAMES[place % 3]),
                storage: Storage { lies: fault == Fault::StorageLies, ..Storage::default() },
                proxy: Proxy::Open,
            })
            .collect();
        let trace = trace.then(Vec::new);
        let server = Server::new(fault);
        let (pages, letters, ledger, tabs) = (Vec::new(), Vec::new(), Ledger::default(), Vec::new());
        let mut world =
            Self { rng, fault, server, browsers, pages, letters, ledger, tabs, now: at(30), count: 0, trace };
        for browser in 0..world.browsers.len() {
            world.open_tab(browser);
        }
        world
    }

    /// What happened so far.
    pub(crate) fn trace(&self) -> String {
        self.trace.iter().flatten().map(|line| format!("  {line}\n")).collect()
    }

    pub(crate) fn note(&mut self, line: impl FnOnce(&Self) -> String) {
        if self.trace.is_some() {
            let line = format!("{} {}", &self.now.to_string()[11..22], line(self));
            self.trace.iter_mut().for_each(|lines| lines.push(line.clone()));
        }
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    pub(crate) fn moment(&mut self) -> Moment {
        Moment { now: self.now, chance: self.rng.u16(..) }
    }

    /// What can happen in an incident, in random order.
    pub(crate) fn live(&mut self) -> Result<(), String> {
        for _ in 0..self.rng.u32(40..160) {
            self.now = self.now.plus_seconds(self.rng.u32(..2));
            match self.rng.u32(..100) {
                0..22 => self.ask(),
                22..25 => self.clash(),
                25..50 => self.deliver_letter(),
                50..70 => self.deliver_message(),
                70..82 => self.ring_somewhere(),
                82..84 => self.cut(),
                84..87 => self.reload(),
                87..88 => self.open_or_close(),
                88..90 => self.pass_time(),
                90..91 => self.change_unheard(),
                91..92 => self.restart_server(),
                92..94 => self.change_proxy(),
                94..96 => self.change_storage(),
                96..98 => self.hear_of_storage(),
                98..99 => self.discard(),
                _ => self.come_back(),
            }
            self.look()?;
        }
        Ok(())
    }

    /// From here on nothing is lost and nobody asks for more: everything arrives.
    pub(crate) fn calm_down(&mut self) -> Result<(), String> {
        self.note(|_| "everything is perfect from here on".to_owned());
        for browser in &mut self.browsers {
            browser.proxy = Proxy::Open;
            (browser.storage.room, browser.storage.is_forbidden) = (None, false);
        }
        for place in 0..self.pages.len() {
            self.drop_line(place);
            self.tell(place, |session, at| session.network(true, at));
        }
        for _ in 0..20_000 {
            if let Some(place) = self.pages.iter().position(|page| page.has_news) {
                self.look_at_storage(place);
            } else if !self.letters.is_empty() {
                let letter = self.letters.remove(0);
                self.arrive(letter);
            } else if let Some(place) = self.pages.iter().position(has_message) {
                self.hear(place);
            } else if let Some((place, timer)) = self.running_timer() {
                self.ring(place, timer);
            } else {
                return Ok(());
            }
            self.look()?;
        }
        Err("it never comes to rest".to_owned())
    }

    /// A timer of what has yet to come. Nobody is silent any more.
    fn running_timer(&self) -> Option<(usize, Timer)> {
        let timers = |page: &Page| page.timers.keys().copied().find(|timer| !matches!(timer, Timer::Silence(_)));
        self.pages.iter().enumerate().find_map(|(place, page)| Some((place, timers(page)?)))
    }

    pub(crate) fn somewhere(&mut self) -> usize {
        self.rng.usize(..self.pages.len())
    }

    /// Tells a page's session something, and carries out what it says.
    pub(crate) fn tell(&mut self, place: usize, what: impl FnOnce(&mut Session, Moment)) {
        let at = self.moment();
        what(&mut self.pages[place].session, at);
        self.carry_out(place, at);
    }

    pub(crate) fn carry_out(&mut self, place: usize, at: Moment) {
        loop {
            let page = &mut self.pages[place];
            let browser = page.browser;
            let resume_after = (self.fault == Fault::ClientResumesAfterWhatItHeard).then_some(page.heard);
            let keep_drafts = self.fault != Fault::ClientGivesNothingBack;
            let (outward, stored) = page.carry_out(&mut self.browsers[browser], at, resume_after, keep_drafts);
            let unstored = page.waiting().into_iter().filter(|(_, stored)| !stored);
            unstored.for_each(|(asked, _)| self.ledger.unstored(asked.command_id));
            let tab = page.tab;
            if stored {
                let others = self.pages.iter_mut().filter(|page| page.browser == browser && page.tab != tab);
                others.for_each(|page| page.has_news = true);
            }
            if outward.is_empty() {
                return;
            }
            outward.into_iter().for_each(|outward| self.do_outward(place, outward, at));
        }
    }

    fn do_outward(&mut self, place: usize, outward: Outward, at: Moment) {
        let page = self.pages[place].id;
        match outward {
            Outward::Send { attempt, change } => {
                let command = match &*change {
                    Change::Step { patch, .. } => patch.command_id,
                    Change::Execution { patch } => patch.command_id,
                };
                let command = command.expect("clients name their commands");
                self.note(|world| format!("{} sends {} (attempt {attempt})", world.name(place), short(command)));
                self.letters.push(Letter { page, attempt, content: Content::Request(command, change) });
            }
            Outward::Probe { attempt } => {
                self.note(|world| format!("{} probes (attempt {attempt})", world.name(place)));
                self.letters.push(Letter { page, attempt, content: Content::Probe });
            }
            Outward::Load(line) => {
                let data = (self.rng.u32(..8) > 0).then(|| self.server.page_data());
                let data = data.as_ref().map(|data| (data.state.clone(), data.events.as_slice()));
                self.pages[place].session.loaded(line, data, at);
            }
            Outward::Tell(notice) => self.hear_notice(place, *notice),
        }
    }

    fn hear_notice(&mut self, place: usize, notice: Notice) {
        self.note(|world| format!("{} is told: {}", world.name(place), notice.words()));
        if let Notice::NotSaved(asked, _) = notice {
            let page = &self.pages[place];
            let storage = &self.browsers[page.browser].storage;
            let is_open = |tab: TabId| tab != tab_id(page.tab) && self.pages.iter().any(|page| tab_id(page.tab) == tab);
            // Where the storage takes nothing, the other tab cannot hear of it.
            let elsewhere = !storage.is_forbidden && storage.room.is_none() && asked.tab.is_some_and(is_open);
            self.ledger.told(asked.command_id, elsewhere);
        }
    }

    fn ask(&mut self) {
        let place = self.somewhere();
        let number = u128::from(self.next());
        let change = wishes::any(&mut self.rng, self.pages[place].replica().view(), number, self.now);
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
            base_seq: self.pages[place].replica().last_seq(),
            asked_at: Timestamp::from_micros(micros).expect("a time"),
            change,
            order: 0,
            tab: None,
            label: String::new(),
        };
        let (key, at) = (self.pages[place].key(), self.moment());
        let possible = self.pages[place].session.ask(key, asked.clone(), at);
        self.note(|world| format!("{} asks for {}: {possible:?}", world.name(place), shown(&asked.change)));
        if possible.is_err() {
            // Now and then something impossible is sent all the same, as what was kept for long may be.
            if self.rng.u32(..3) == 0 {
                self.leave_behind(place, asked);
            }
            return;
        }
        self.ledger.asked(self.pages[place].tab, &asked);
        if self.fault == Fault::ClientSendsEverythingAtOnce {
            let (page, command) = (self.pages[place].id, asked.command_id);
            let waiting = self.pages[place].session.waiting().find(|waiting| waiting.command_id == command).cloned();
            let change = Box::new(waiting.expect("it waits").to_send(self.now));
            self.letters.push(Letter { page, attempt: 0, content: Content::Request(command, change) });
        }
        self.carry_out(place, at);
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
        let Letter { page, attempt, content } = letter;
        let place = self.pages.iter().position(|other| other.id == page);
        // What was sent arrives whether its page is still there or not, through the proxy of anybody.
        let proxy = place.map_or(Proxy::Open, |place| self.browsers[self.pages[place].browser].proxy);
        match content {
            Content::Request(command, change) => {
                let (answer, reply) = self.through(proxy, command, &change);
                self.letters.push(Letter { page, attempt, content: Content::Reply(command, answer, reply) });
            }
            Content::Reply(command, mut answer, reply) => {
                let Some(place) = place else { return };
                if self.fault == Fault::ClientBelievesProxies && reply.is_none() {
                    answer = problem(&domain::api::Problem::new(403, "origin", "Foreign", "it was not let in"));
                }
                if self.fault == Fault::ClientTakesRefusalsForDone && matches!(reply, Some(Reply::Refused(_))) {
                    answer = Reply::Whole(self.server.last_seq()).answer();
                }
                if let Some(reply) = &reply {
                    self.ledger.answered(command, reply);
                }
                self.tell(place, |session, at| session.answered(attempt, Some(&answer), at));
            }
            Content::Probe => {
                let answer = match proxy {
                    Proxy::Open => domain::session::Answer {
                        status: 200,
                        content_type: "application/json".into(),
                        body: "[]".into(),
                        ..Default::default()
                    },
                    Proxy::SignIn => sign_in(&mut self.rng),
                    Proxy::Shaky => trouble(&mut self.rng),
                };
                self.letters.push(Letter { page, attempt, content: Content::Probed(answer) });
            }
            Content::Probed(answer) => {
                if let Some(place) = place {
                    self.tell(place, |session, at| session.probed(attempt, Some(&answer), at));
                }
            }
        }
    }

    /// A request meets a proxy, which may pass it on and answer something else all the same.
    fn through(
        &mut self,
        proxy: Proxy,
        command: CommandId,
        change: &Change,
    ) -> (domain::session::Answer, Option<Reply>) {
        let passes = match proxy {
            Proxy::Open => true,
            Proxy::SignIn => return (sign_in(&mut self.rng), None),
            Proxy::Shaky => self.rng.bool(),
        };
        if !passes && self.rng.u32(..10) == 0 {
            self.ledger.refused(command);
            return (too_large(), None);
        }
        if passes || self.rng.bool() {
            let clock = Timestamp::from_micros(self.now.micros() - self.rng.i64(0..1_000_000)).expect("a time");
            let (reply, new) = self.server.patch(change, clock);
            self.publish(&new);
            if passes {
                return (reply.answer(), Some(reply));
            }
        }
        (trouble(&mut self.rng), None)
    }

    fn publish(&mut self, events: &[Arc<Event>]) {
        for line in self.pages.iter_mut().filter_map(|page| page.line.as_mut()).filter(|line| line.joined) {
            line.messages.extend(events.iter().cloned().map(Message::Event));
        }
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
        let is_shut = self.browsers[self.pages[place].browser].proxy == Proxy::SignIn;
        let Some(line) = &mut self.pages[place].line else { return };
        let (id, message) = (line.id, line.messages.pop_front());
        let Some(message) = message else { return };
        if let Message::Hello(last_seq) = message {
            if is_shut {
                self.note(|world| format!("{} cannot connect", world.name(place)));
                return self.tell(place, |session, at| session.ended(id, End::Broken, at));
            }
            line.joined = true;
            line.messages.extend(self.server.catch_up(last_seq));
            return self.note(|world| format!("{} is connected, has {last_seq}", world.name(place)));
        }
        self.note(|world| format!("{} hears {}", world.name(place), message.shown()));
        let now = self.now;
        let incoming = match message {
            Message::Event(event) => {
                self.pages[place].heard = self.pages[place].heard.max(event.seq);
                Incoming::Event(Box::new((*event).clone()))
            }
            Message::Heartbeat => Incoming::Heartbeat { now },
            Message::Snapshot | Message::Hello(_) => Incoming::Snapshot,
        };
        self.tell(place, |session, at| session.heard(id, incoming, at));
    }

    fn ring_somewhere(&mut self) {
        let place = self.somewhere();
        let timers: Vec<Timer> = self.pages[place].timers.keys().copied().collect();
        if !timers.is_empty() {
            let timer = timers[self.rng.usize(..timers.len())];
            self.ring(place, timer);
        }
    }

    fn ring(&mut self, place: usize, timer: Timer) {
        if timer == Timer::Look {
            // Two seconds are long: until then every tab has heard of what the others stored.
            let browser = self.pages[place].browser;
            for other in 0..self.pages.len() {
                if self.pages[other].browser == browser && self.pages[other].has_news {
                    self.look_at_storage(other);
                }
            }
        }
        if let Some(setting) = self.pages[place].timers.remove(&timer) {
            self.note(|world| format!("{} has waited: {timer:?}", world.name(place)));
            self.tell(place, |session, at| session.woke(timer, setting, at));
        }
    }

    fn cut(&mut self) {
        let place = self.somewhere();
        self.drop_line(place);
    }

    fn drop_line(&mut self, place: usize) {
        if let Some(line) = self.pages[place].line_id() {
            self.note(|world| format!("{} is cut off", world.name(place)));
            self.tell(place, |session, at| session.ended(line, End::Broken, at));
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
        (0..self.pages.len()).for_each(|place| self.drop_line(place));
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
