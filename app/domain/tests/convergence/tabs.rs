//! What happens to browsers and their tabs: opened, closed and loaded again; signed out and in; a storage that is full,
//! cleared or forbidden; a change that is given up.

use domain::execution::Execution;
use domain::outbox::Asked;
use domain::session::{ASKED, DraftKey, command_of};

use crate::browser::Proxy;
use crate::network::PageId;
use crate::page::{Page, tab_id};
use crate::trace::short;
use crate::world::{Fault, World};

impl World {
    fn load(&mut self, browser: usize, tab: u64) -> Page {
        if self.fault == Fault::ClientForgetsWhatWaits {
            self.browsers[browser].storage.items.clear();
        }
        let storage = &self.browsers[browser].storage;
        if storage.is_forbidden {
            // What a page could not read when it was loaded may be overtaken by what is asked for there.
            storage.items.keys().filter_map(|name| command_of(name)).for_each(|command| self.ledger.unstored(command));
        }
        let id = PageId(self.next());
        let blank = Execution { state: self.server.states[0].clone(), ..self.server.execution.clone() };
        let data = self.server.page_data();
        Page::new(id, browser, tab, Execution { state: data.state, ..blank })
    }

    /// What a page does first: it looks at what the browser kept, and goes live.
    fn begin(&mut self, place: usize) {
        let log = self.server.log.clone();
        let key = self.pages[place].key();
        let looks_first = self.rng.bool();
        if looks_first {
            self.look_at_storage(place);
        }
        self.tell(place, |session, at| session.go_live(key, &log, at));
        self.look_at_storage(place);
    }

    pub(crate) fn look_at_storage(&mut self, place: usize) {
        let at = self.moment();
        let page = &mut self.pages[place];
        page.hear_of_storage(&self.browsers[page.browser], at);
        self.carry_out(place, at);
    }

    pub(crate) fn open_tab(&mut self, browser: usize) {
        let tab = self.next();
        self.tabs.push((tab, browser));
        let page = self.load(browser, tab);
        self.pages.push(page);
        let place = self.pages.len() - 1;
        self.note(|world| format!("{} opens", world.name(place)));
        self.begin(place);
    }

    pub(crate) fn reload(&mut self) {
        let place = self.somewhere();
        self.leave(place);
        let Page { browser, tab, .. } = self.pages[place];
        let page = self.load(browser, tab);
        self.note(|world| format!("{} reloads", world.name(place)));
        self.pages[place] = page;
        self.begin(place);
    }

    /// A second tab, or one of two is closed.
    pub(crate) fn open_or_close(&mut self) {
        let place = self.somewhere();
        let browser = self.pages[place].browser;
        if self.pages.iter().filter(|page| page.browser == browser).count() > 1 {
            self.note(|world| format!("{} is closed", world.name(place)));
            self.leave(place);
            self.pages.remove(place);
        } else {
            self.open_tab(browser);
        }
    }

    /// A page goes, and with it what it said would be lost.
    fn leave(&mut self, place: usize) {
        let page = &self.pages[place];
        let items = &self.browsers[page.browser].storage.items;
        let is_kept = |asked: &Asked| items.keys().any(|name| command_of(name) == Some(asked.command_id));
        let is_excused = |stored: bool| !stored || page.is_unaware;
        let lost: Vec<_> = page
            .waiting()
            .into_iter()
            .filter(|(asked, stored)| is_excused(*stored) && !is_kept(asked))
            .map(|(asked, _)| asked.command_id)
            .collect();
        let (browser, drafts) = (page.browser, page.session.unstored().is_some_and(|unstored| unstored.drafts > 0));
        let drafts = drafts || page.is_unaware;
        for command in lost {
            self.note(|world| format!("{} takes {} with it, as it said", world.name(place), short(command)));
            self.ledger.excused(command);
        }
        if drafts {
            self.ledger.drafts_excused(browser);
        }
    }

    /// Somebody's sign-in ends, or they sign in again; or the proxy is in trouble.
    pub(crate) fn change_proxy(&mut self) {
        let browser = self.rng.usize(..self.browsers.len());
        let proxy = match self.browsers[browser].proxy {
            Proxy::Open if self.rng.bool() => Proxy::SignIn,
            Proxy::Open => Proxy::Shaky,
            Proxy::SignIn | Proxy::Shaky => Proxy::Open,
        };
        self.browsers[browser].proxy = proxy;
        self.note(|_| format!("the proxy of browser {browser} is {proxy:?}"));
    }

    /// A storage fills up, is forbidden, or is cleared.
    pub(crate) fn change_storage(&mut self) {
        let browser = self.rng.usize(..self.browsers.len());
        match self.rng.u32(..4) {
            0 => self.clear(browser),
            1 => {
                let used =
                    self.browsers[browser].storage.items.iter().map(|(name, text)| name.len() + text.len()).sum();
                let room = self.rng.usize(..600) + usize::min(used, 4_000);
                self.browsers[browser].storage.room = Some(room);
                self.note(|_| format!("the storage of browser {browser} has room for {room}"));
            }
            2 => {
                self.browsers[browser].storage.is_forbidden = true;
                self.note(|_| format!("the storage of browser {browser} is forbidden"));
            }
            _ => {
                let storage = &mut self.browsers[browser].storage;
                (storage.room, storage.is_forbidden) = (None, false);
                self.note(|_| format!("the storage of browser {browser} is as it should be"));
            }
        }
    }

    fn clear(&mut self, browser: usize) {
        self.note(|_| format!("the storage of browser {browser} is cleared"));
        let items = std::mem::take(&mut self.browsers[browser].storage.items);
        let mut pages = self.pages.iter().filter(|page| page.browser == browser);
        // What no page has in memory is gone, and nobody could have said so.
        for name in items.keys().filter(|name| name.starts_with(ASKED)) {
            let Some(command) = command_of(name) else { continue };
            let is_held = |page: &Page| page.session.waiting().any(|asked| asked.command_id == command);
            if !pages.clone().any(is_held) {
                self.ledger.excused(command);
            }
        }
        let is_remembered = |(name, text): (&String, &String)| {
            DraftKey::of(name).is_none_or(|key| pages.any(|page| page.session.draft(&key) == text))
        };
        if !items.iter().all(is_remembered) {
            self.ledger.drafts_excused(browser);
        }
        for page in self.pages.iter_mut().filter(|page| page.browser == browser) {
            (page.has_news, page.is_unaware) = (true, true);
        }
    }

    pub(crate) fn hear_of_storage(&mut self) {
        let place = self.somewhere();
        self.look_at_storage(place);
    }

    /// A change that waits is given up by hand.
    pub(crate) fn discard(&mut self) {
        let place = self.somewhere();
        let waiting: Vec<_> = self.pages[place].session.waiting().map(|asked| asked.command_id).collect();
        if !waiting.is_empty() {
            let command = waiting[self.rng.usize(..waiting.len())];
            self.note(|world| format!("{} gives {} up", world.name(place), short(command)));
            self.ledger.discarded(command);
            self.tell(place, |session, at| session.discard(command, at));
        }
    }

    /// Somebody comes back to the window, or its network goes and comes.
    pub(crate) fn come_back(&mut self) {
        let place = self.somewhere();
        if self.rng.bool() {
            self.tell(place, |session, at| session.network(false, at));
        }
        self.tell(place, |session, at| session.network(true, at));
    }

    /// Something that was asked for in another tab, long ago.
    pub(crate) fn leave_behind(&mut self, place: usize, asked: Asked) {
        let tab = self.next();
        let browser = self.pages[place].browser;
        let asked = Asked { tab: Some(tab_id(tab)), order: asked.asked_at.micros(), ..asked };
        let name = format!("{ASKED}{:020}.{}", asked.order, asked.command_id);
        let text = serde_json::to_string(&asked).expect("it can be written");
        if self.browsers[browser].storage.set(&name, &text) == domain::session::Stored::Kept {
            self.tabs.push((tab, browser));
            self.ledger.asked(tab, &asked);
            self.note(|world| format!("{} finds {} left behind", world.name(place), short(asked.command_id)));
            self.look_at_storage(place);
        }
    }

    /// Whose tab it is or was.
    pub(crate) fn browser_of(&self, tab: u64) -> usize {
        let found = self.tabs.iter().find(|(other, _)| *other == tab);
        found.map(|(_, browser)| *browser).expect("every tab has a browser")
    }
}
