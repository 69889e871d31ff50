//! What a browser's tab knows and does, without the browser.
//!
//! [`Session`] owns the copies of executions that pages show, what was asked for and is not answered, what of it the
//! browser's storage has, the drafts, the connections, and the trouble. It is told what happens (what the analyst asks,
//! messages, answers, results of the storage, times that are over) and says what to do as [`Effect`]s, in order. The caller
//! carries them out and decides nothing. There is no clock and no randomness: both arrive as a [`Moment`].
//!
//! It keeps three promises. What was asked for is done once, or refused with its text given back, or still waits. Nothing
//! that this API did not answer counts as an answer. Nothing is lost in silence: what the storage does not keep is said.

mod answer;
mod draft;
mod kept;
mod line;
mod sending;
mod storing;
mod timers;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::command::Refusal;
use crate::event::Event;
use crate::execution::Execution;
use crate::ids::{CommandId, ExecutionId, Seq, TabId};
use crate::outbox::{Asked, Change, Outbox};
use crate::replica::Replica;
use crate::time::Timestamp;

pub use answer::{Answer, Trouble, Verdict};
pub use draft::{DRAFTS, DraftKey, Place};
pub use kept::{ASKED, Stored, command_of};
pub use line::{Connection, End, LineId, Page};
pub use sending::Way;
pub use storing::Unstored;
pub use timers::{PageKey, Timer};
pub use words::{Notice, described};

use draft::Drafts;
use sending::Sending;
use storing::Storing;
use timers::Timers;

/// The time, and a number drawn for it from all there are.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The server's clock, as far as it is known here.
    pub now: Timestamp,
    /// Chance, so that many browsers do not act at once.
    pub chance: u16,
}

/// What the caller is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send a change and say what [`Session::answered`]; a redirect is not followed.
    Send {
        /// To be given back with the answer.
        attempt: u64,
        /// Of which execution.
        execution: ExecutionId,
        /// What.
        change: Box<Change>,
    },
    /// Ask this API for anything that is light, and say what [`Session::probed`].
    Probe {
        /// To be given back with the answer.
        attempt: u64,
    },
    /// Store a text under a name, and say what [`Session::stored`].
    Store {
        /// The name.
        name: String,
        /// The text.
        text: String,
    },
    /// Remove what is stored under a name.
    Remove(String),
    /// Read a draft and say what was [`Session::read_draft`].
    ReadDraft(DraftKey),
    /// Look at the storage and say what [`Session::looked`].
    Look,
    /// Say when a time is over: [`Session::woke`].
    Wake {
        /// What is waited for.
        timer: Timer,
        /// To be given back.
        setting: u64,
        /// How long.
        millis: u64,
    },
    /// Open a live connection of a page that resumes after an event.
    Connect {
        /// Whose.
        page: PageKey,
        /// Which it will be.
        line: LineId,
        /// Of which execution.
        execution: ExecutionId,
        /// The last event that is known here.
        last_seq: Seq,
    },
    /// Close a live connection. Nothing it says concerns anybody any more.
    Disconnect(LineId),
    /// Load everything about an execution anew and say what [`Session::loaded`].
    Load(PageKey, LineId),
    /// Show a page's execution again: it has changed.
    Show(PageKey),
    /// Show these events, which are new to a page.
    News(PageKey, Vec<Event>),
    /// Show these events in place of all that a page had.
    Log(PageKey, Vec<Arc<Event>>),
    /// Show a draft again: it has changed.
    ShowDraft(DraftKey),
    /// Show again what waits, the trouble and the connections.
    ShowWay,
    /// Tell whoever sits here.
    Tell(Box<Notice>),
}

/// What a tab knows and does.
#[derive(Clone, Debug)]
pub struct Session {
    tab: TabId,
    pages: BTreeMap<PageKey, Page>,
    outbox: Outbox,
    storing: Storing,
    drafts: Drafts,
    sending: Sending,
    timers: Timers,
    /// Whether the browser says that there is a network, which is believed about live connections only.
    online: bool,
    /// What has been settled here: it never waits again.
    settled: BTreeSet<CommandId>,
    /// Counts pages, connections and attempts.
    count: u64,
    effects: Vec<Effect>,
}

impl Session {
    /// A tab that has just been opened, or loaded again under its name.
    pub fn new(tab: TabId) -> Self {
        Self {
            tab,
            pages: BTreeMap::new(),
            outbox: Outbox::default(),
            storing: Storing::default(),
            drafts: Drafts::default(),
            sending: Sending::default(),
            timers: Timers::default(),
            online: true,
            settled: BTreeSet::new(),
            count: 0,
            effects: Vec::new(),
        }
    }

    /// Which tab it is.
    pub fn tab(&self) -> TabId {
        self.tab
    }

    /// What is to be done, in this order. To be asked for after everything that the session is told.
    pub fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// A page shows an execution from now on.
    pub fn open(&mut self, execution: Execution) -> PageKey {
        let key = PageKey(self.next());
        self.pages.insert(key, Page::new(execution));
        key
    }

    /// A page was left. What was asked for on it waits as before.
    pub fn close(&mut self, key: PageKey) {
        if let Some(line) = self.pages.remove(&key).and_then(|page| page.line) {
            self.effects.push(Effect::Disconnect(line));
        }
        self.effects.push(Effect::ShowWay);
    }

    /// What a page shows; `None` when it was left.
    pub fn page(&self, key: PageKey) -> Option<&Page> {
        self.pages.get(&key)
    }

    /// Asks for a change: it is shown at once, stored, and sent when it is its turn.
    ///
    /// # Errors
    /// When the rules are against it as far as can be seen from here; then nothing waits.
    pub fn ask(&mut self, key: PageKey, asked: Asked, at: Moment) -> Result<(), Refusal> {
        let last = self.outbox.iter().map(|waiting| waiting.order).max().unwrap_or_default();
        let order = asked.asked_at.micros().max(last + 1);
        let asked = Asked { tab: Some(self.tab), order, ..asked };
        if let Some(page) = self.pages.get_mut(&key) {
            page.replica.ask(asked.clone())?;
            self.effects.push(Effect::Show(key));
        }
        self.put_in(asked, at);
        Ok(())
    }

    /// Takes in a change whatever the rules say: the server is to refuse it.
    fn put_in(&mut self, asked: Asked, at: Moment) {
        if !self.outbox.is_empty() {
            // Another tab must not find it without what was asked for before.
            self.effects.push(Effect::Look);
        }
        self.store_entry(&asked);
        self.outbox.push(asked);
        self.keep_looking();
        self.effects.push(Effect::ShowWay);
        self.send_next(at);
    }

    /// Everything that waits, oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = &Asked> {
        self.outbox.iter()
    }

    /// How many changes wait.
    pub fn count_waiting(&self) -> usize {
        self.outbox.len()
    }

    /// Gives up a change that waits: it is shown no longer, and what was written for it is a draft again. One that has been
    /// on its way may have reached the server all the same.
    pub fn discard(&mut self, command: CommandId, at: Moment) {
        self.sending.forget(command);
        if let Some(asked) = self.outbox.discard(command) {
            self.give_back(&asked);
            self.settle(&asked, None, at);
            self.send_next(at);
        }
    }

    /// A change is settled: nothing waits for it any more. Whatever it became lies in the log up to an event, or it became
    /// nothing.
    fn settle(&mut self, asked: &Asked, last_seq: Option<Seq>, at: Moment) {
        let command = asked.command_id;
        self.settled.insert(command);
        self.mark_entry(asked, last_seq, at);
        match last_seq {
            None => self.show_no_longer(asked),
            Some(seq) => {
                for (key, page) in self.pages.iter_mut().filter(|(_, page)| page.execution() == asked.execution_id) {
                    page.replica.answered(command, seq);
                    self.effects.push(Effect::Show(*key));
                }
            }
        }
        self.effects.push(Effect::ShowWay);
    }

    /// A change is not shown any more, whatever the log says of it.
    fn show_no_longer(&mut self, asked: &Asked) {
        for (key, page) in self.pages.iter_mut().filter(|(_, page)| page.execution() == asked.execution_id) {
            page.replica.drop_pending(asked.command_id);
            self.effects.push(Effect::Show(*key));
        }
    }

    /// A change was refused: what was written for it is a draft again, and its tab tells.
    fn refuse(&mut self, asked: &Asked, why: String, at: Moment) {
        self.give_back(asked);
        self.settle(asked, None, at);
        self.effects.push(Effect::Tell(Box::new(Notice::NotSaved(asked.clone(), why))));
    }

    /// A time is over.
    pub fn woke(&mut self, timer: Timer, setting: u64, at: Moment) {
        if !self.timers.ring(timer, setting) {
            return;
        }
        match timer {
            Timer::Answer => self.not_answered(Trouble::Silent, at),
            Timer::Probe => self.take_probe(Verdict::Wait(Trouble::Silent, None), at),
            Timer::Retry => self.retry(at),
            Timer::Look => self.look(),
            Timer::Reconnect(key) => self.connect(key),
            Timer::Silence(key) => self.lose(key, End::Broken, at),
        }
    }

    /// There is reason to try again at once: the window has the focus, or the network is back.
    pub fn hurry(&mut self, at: Moment) {
        if self.timers.is_running(Timer::Retry) && !self.sending.is_told_to_wait() {
            self.timers.stop(Timer::Retry);
            self.retry(at);
        }
        self.effects.push(Effect::Look);
    }

    fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    fn set_timer(&mut self, timer: Timer, millis: u64) {
        let setting = self.timers.set(timer);
        self.effects.push(Effect::Wake { timer, setting, millis });
    }
}

impl Page {
    /// The execution as the server has confirmed it and with what was asked for.
    pub fn replica(&self) -> &Replica {
        &self.replica
    }
}
