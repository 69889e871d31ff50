//! A page in a tab of a browser. Everything it does is what its [`Session`] says, which is the one of the application; here
//! its effects meet the storage, the network and the ledger of this world.

use std::collections::BTreeMap;

use domain::execution::Execution;
use domain::ids::{Seq, TabId};
use domain::outbox::Asked;
use domain::replica::Replica;
use domain::session::{DraftKey, Effect, LineId, Moment, Notice, PageKey, Session, Stored, Timer};
use uuid::Uuid;

use crate::browser::Browser;
use crate::network::{Line, PageId};

/// A page and what it holds in memory.
pub(crate) struct Page {
    pub(crate) id: PageId,
    /// Whose browser.
    pub(crate) browser: usize,
    /// The row of pages that one tab shows, a reload beginning the next.
    pub(crate) tab: u64,
    pub(crate) session: Session,
    key: PageKey,
    pub(crate) timers: BTreeMap<Timer, u64>,
    pub(crate) line: Option<Line>,
    /// The last event of the live connection, whatever became of it.
    pub(crate) heard: Seq,
    /// Whether something happened to it since it was last looked at.
    pub(crate) changed: bool,
    /// Whether another tab has changed the storage since.
    pub(crate) has_news: bool,
    /// Whether the storage was cleared since it was looked at: nobody could have said what is lost.
    pub(crate) is_unaware: bool,
}

/// The tab's name, as its session knows it.
pub(crate) fn tab_id(tab: u64) -> TabId {
    TabId(Uuid::from_u128(u128::from(tab)))
}

impl Page {
    /// A page that has just been loaded.
    pub(crate) fn new(id: PageId, browser: usize, tab: u64, execution: Execution) -> Self {
        let mut session = Session::new(tab_id(tab));
        let heard = execution.state.last_seq;
        let key = session.open(execution);
        let (timers, line) = (BTreeMap::new(), None);
        Self { id, browser, tab, session, key, timers, line, heard, changed: true, has_news: false, is_unaware: false }
    }

    pub(crate) fn key(&self) -> PageKey {
        self.key
    }

    pub(crate) fn replica(&self) -> &Replica {
        self.session.page(self.key).expect("the page is there").replica()
    }

    pub(crate) fn line_id(&self) -> Option<LineId> {
        self.line.as_ref().map(|line| line.id)
    }

    /// Everything that waits, and whether the storage has it as far as the page knows.
    pub(crate) fn waiting(&self) -> Vec<(Asked, bool)> {
        let session = &self.session;
        session.waiting().map(|asked| (asked.clone(), session.is_stored(asked.command_id))).collect()
    }
}

/// What an effect asks of the world outside of the browser.
pub(crate) enum Outward {
    /// Send this.
    Send { attempt: u64, change: Box<domain::outbox::Change> },
    /// Find out who answers.
    Probe { attempt: u64 },
    /// Load everything anew.
    Load(LineId),
    /// Somebody is told.
    Tell(Box<Notice>),
}

impl Page {
    /// Carries out what concerns the browser, and hands out the rest. Other tabs hear of what changed in the storage.
    ///
    /// With `resume_after`, connections resume after that event; without `keep_drafts`, no draft is kept.
    pub(crate) fn carry_out(
        &mut self,
        browser: &mut Browser,
        at: Moment,
        resume_after: Option<Seq>,
        keep_drafts: bool,
    ) -> (Vec<Outward>, bool) {
        let (mut outward, mut stored) = (Vec::new(), false);
        loop {
            let effects = self.session.take_effects();
            if effects.is_empty() {
                return (outward, stored);
            }
            self.changed = true;
            for effect in effects {
                match effect {
                    Effect::Send { attempt, change, .. } => outward.push(Outward::Send { attempt, change }),
                    Effect::Probe { attempt } => outward.push(Outward::Probe { attempt }),
                    Effect::Load(_, line) => outward.push(Outward::Load(line)),
                    Effect::Tell(notice) => outward.push(Outward::Tell(notice)),
                    Effect::Store { name, text } => {
                        let is_new = browser.storage.get(&name) != Some(&text);
                        let result = browser.storage.set(&name, &text);
                        stored |= is_new && result == Stored::Kept;
                        self.session.stored(&name, result, at);
                    }
                    Effect::Remove(name) => {
                        stored |= browser.storage.get(&name).is_some();
                        browser.storage.remove(&name);
                    }
                    Effect::ReadDraft(_) if !keep_drafts => {}
                    Effect::ReadDraft(key) => self.session.read_draft(&key, browser.storage.get(&key.name())),
                    Effect::Look => self.look(browser, at),
                    Effect::Wake { timer, setting, .. } => {
                        self.timers.insert(timer, setting);
                    }
                    Effect::Connect { line, last_seq, .. } => {
                        self.line = Some(Line::open(line, resume_after.unwrap_or(last_seq)));
                    }
                    Effect::Disconnect(line) => {
                        self.line.take_if(|open| open.id == line);
                    }
                    Effect::News(..) | Effect::Log(..) | Effect::Show(_) | Effect::ShowDraft(_) | Effect::ShowWay => {}
                }
            }
        }
    }

    fn look(&mut self, browser: &Browser, at: Moment) {
        self.is_unaware = false;
        self.session.looked(browser.storage.all(), at);
    }

    /// Hears what another tab has changed in the storage.
    pub(crate) fn hear_of_storage(&mut self, browser: &Browser, at: Moment) {
        self.has_news = false;
        self.look(browser, at);
        for (name, text) in browser.storage.all() {
            if let Some(key) = DraftKey::of(&name) {
                self.session.read_draft(&key, Some(&text));
            }
        }
    }
}
