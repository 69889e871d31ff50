//! Carries out what the session of this tab says (`domain::session`), and tells it what happens in the browser.
//!
//! One session serves all pages and outlives them. Nothing is decided here.

use std::collections::HashMap;

use domain::api::PatchStep;
use domain::ids::{CommandId, ExecutionId, TabId};
use domain::outbox::{Asked, Change};
use domain::session::{DraftKey, Effect as Deed, LineId, Moment, Notice, PageKey, Session, Timer, Unstored, Way};
use futures::channel::oneshot;
use leptos::prelude::*;

use super::ExecutionStore;
use super::uploads::{Uploads, provide_uploads};
use super::{address, undo};
use crate::ui::request::{Method, PROBE, fetch};
use crate::ui::storage;
use crate::ui::time::{Clock, use_clock};
use crate::ui::toast::{ToastList, Tone, use_toasts};

/// What every page shows of the session.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Shown {
    /// Whether what is sent gets through.
    pub(crate) way: Way,
    /// How many changes wait.
    pub(crate) waiting: usize,
    /// What would be lost with the tab.
    pub(crate) unstored: Option<Unstored>,
}

/// The session of this tab.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    pub(super) session: StoredValue<Session>,
    shown: RwSignal<Shown>,
    /// Told whenever what waits has changed, also when as much waits as before.
    changed: Trigger,
    pages: StoredValue<HashMap<PageKey, ExecutionStore>>,
    pub(super) drafts: StoredValue<HashMap<DraftKey, ArcRwSignal<String>>>,
    timers: StoredValue<HashMap<Timer, TimeoutHandle>>,
    /// Live connections; whoever drops a sender closes its connection.
    lines: StoredValue<HashMap<LineId, (PageKey, oneshot::Sender<()>)>>,
    /// Who waits for the way to be open.
    waiters: StoredValue<Vec<oneshot::Sender<()>>>,
    clock: Clock,
    toasts: ToastList,
}

/// Sets up the session of the application, and what outlives its pages.
pub(crate) fn provide_live() {
    let live = Live {
        session: StoredValue::new(Session::new(TabId(storage::tab()))),
        shown: RwSignal::new(Shown::default()),
        changed: Trigger::new(),
        pages: StoredValue::new(HashMap::new()),
        drafts: StoredValue::new(HashMap::new()),
        timers: StoredValue::new(HashMap::new()),
        lines: StoredValue::new(HashMap::new()),
        waiters: StoredValue::new(Vec::new()),
        clock: use_clock(),
        toasts: use_toasts(),
    };
    provide_context(live);
    let uploads = provide_uploads(live);
    Effect::new(move || untrack(|| live.begin(uploads)));
}

/// The session of the application.
pub(crate) fn use_live() -> Live {
    expect_context()
}

impl Live {
    /// What every page shows.
    pub(crate) fn shown(self) -> RwSignal<Shown> {
        self.shown
    }

    /// Everything that waits, oldest first, and whether the browser keeps it.
    pub(crate) fn waiting(self) -> Vec<(Asked, bool)> {
        self.changed.track();
        self.session.with_value(|session| {
            session.waiting().map(|asked| (asked.clone(), session.is_stored(asked.command_id))).collect()
        })
    }

    /// How many changes wait for an execution.
    pub(crate) fn count_of(self, execution: ExecutionId) -> usize {
        self.changed.track();
        self.session.with_value(|session| session.waiting().filter(|asked| asked.execution_id == execution).count())
    }

    /// Gives up a change that waits.
    pub(crate) fn discard(self, command: CommandId) {
        self.tell(|session, at| session.discard(command, at));
    }

    /// Something that is sent elsewhere got no answer of this API.
    pub(super) fn suspect(self) {
        self.tell(|session, _| session.suspect());
    }

    /// Waits until what is sent gets through, as far as is known.
    pub(super) async fn opened(self) {
        if self.shown.with_untracked(|shown| shown.way == Way::Open) {
            return;
        }
        let (sender, receiver) = oneshot::channel();
        self.waiters.update_value(|waiters| waiters.push(sender));
        // The session lives as long as the application.
        let _ = receiver.await;
    }

    /// A page is there; its store is shown what changes.
    pub(super) fn serve(self, key: PageKey, store: ExecutionStore) {
        self.pages.update_value(|pages| {
            pages.insert(key, store);
        });
    }

    /// A page was left.
    pub(super) fn leave(self, key: PageKey) {
        self.pages.update_value(|pages| {
            pages.remove(&key);
        });
        self.tell(|session, _| session.close(key));
    }

    /// The time at this very moment, and chance; only a browser has them.
    fn moment(self) -> Option<Moment> {
        let now = self.clock.exactly()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 65535")]
        let chance = (random() * f64::from(u16::MAX)) as u16;
        Some(Moment { now, chance })
    }

    /// Tells the session something, and carries out what it says.
    pub(super) fn tell<T>(self, what: impl FnOnce(&mut Session, Moment) -> T) -> Option<T> {
        let at = self.moment()?;
        let result = self.session.try_update_value(|session| what(session, at));
        self.carry_out(at);
        result
    }

    fn carry_out(self, at: Moment) {
        while let Some(deeds) = self.session.try_update_value(Session::take_effects).filter(|deeds| !deeds.is_empty()) {
            for deed in deeds {
                self.perform(deed, at);
            }
        }
    }

    fn perform(self, deed: Deed, at: Moment) {
        match deed {
            Deed::Send { attempt, execution, change } => self.send(attempt, execution, &change),
            Deed::Probe { attempt } => self.probe(attempt),
            Deed::Store { name, text } => {
                let stored = storage::set(&name, &text);
                self.session.update_value(|session| session.stored(&name, stored, at));
            }
            Deed::Remove(name) => storage::remove(&name),
            Deed::ReadDraft(key) => {
                let text = storage::get(&key.name());
                self.session.update_value(|session| session.read_draft(&key, text.as_deref()));
            }
            Deed::Look => {
                let entries = storage::all(domain::session::ASKED);
                self.session.update_value(|session| session.looked(entries, at));
            }
            Deed::Wake { timer, setting, millis } => self.set_timer(timer, setting, millis),
            Deed::Connect { page, line, last_seq, .. } => self.connect(page, line, last_seq),
            Deed::Disconnect(line) => self.disconnect(line),
            Deed::Load(page, line) => {
                if let Some(store) = self.store_of(page) {
                    store.load_anew(line);
                }
            }
            Deed::Show(page) => {
                if let Some(store) = self.store_of(page) {
                    store.refresh();
                }
            }
            Deed::News(page, events) => {
                if let Some(store) = self.store_of(page) {
                    store.take_news(events);
                }
            }
            Deed::Log(page, log) => {
                if let Some(store) = self.store_of(page) {
                    store.take_log(log);
                }
            }
            Deed::ShowDraft(key) => self.show_draft(&key),
            Deed::ShowWay => self.show(),
            Deed::Tell(notice) => self.notify(&notice),
        }
    }

    fn store_of(self, page: PageKey) -> Option<ExecutionStore> {
        self.pages.with_value(|pages| pages.get(&page).copied())
    }

    fn show(self) {
        let Some(shown) = self.session.try_with_value(|session| Shown {
            way: session.way().clone(),
            waiting: session.count_waiting(),
            unstored: session.unstored(),
        }) else {
            return;
        };
        if shown.way == Way::Open {
            let waiters = self.waiters.try_update_value(std::mem::take).unwrap_or_default();
            // Who waits no longer needs no telling.
            waiters.into_iter().for_each(|waiter| waiter.send(()).unwrap_or_default());
        }
        if *self.shown.read_untracked() != shown {
            self.shown.set(shown);
        }
        self.changed.notify();
        for store in self.pages.with_value(|pages| pages.values().copied().collect::<Vec<_>>()) {
            store.show_connection();
        }
    }

    fn notify(self, notice: &Notice) {
        let tone = match notice {
            Notice::NotSaved(asked, _) => {
                // What is not done cannot be undone.
                self.toasts.forget(&undo::about(asked.execution_id));
                Tone::Problem
            }
            Notice::Forestalled(..) => Tone::Info,
        };
        self.toasts.show(tone, notice.words());
    }

    fn send(self, attempt: u64, execution: ExecutionId, change: &Change) {
        let (address, body) = match change {
            Change::Step { node_id, patch } => (address::of_step(execution, node_id), text_of(patch)),
            Change::Execution { patch } => {
                (address::of_execution(execution), serde_json::to_string(patch).unwrap_or_default())
            }
        };
        leptos::task::spawn_local(async move {
            let answer = fetch(Method::Patch, &address, Some(&body)).await;
            self.tell(|session, at| session.answered(attempt, answer.as_ref(), at));
        });
    }

    fn probe(self, attempt: u64) {
        leptos::task::spawn_local(async move {
            let answer = fetch(Method::Get, PROBE, None).await;
            self.tell(|session, at| session.probed(attempt, answer.as_ref(), at));
        });
    }

    fn set_timer(self, timer: Timer, setting: u64, millis: u64) {
        let ring = move || {
            self.tell(|session, at| session.woke(timer, setting, at));
        };
        let handle = set_timeout_with_handle(ring, std::time::Duration::from_millis(millis));
        // A browser without timers shows what the page began with.
        if let Ok(handle) = handle
            && let Some(before) = self.timers.try_update_value(|timers| timers.insert(timer, handle)).flatten()
        {
            before.clear();
        }
    }

    #[cfg(feature = "hydrate")]
    fn connect(self, page: PageKey, line: LineId, last_seq: domain::ids::Seq) {
        let Some(store) = self.store_of(page) else { return };
        let (close, closed) = oneshot::channel();
        self.lines.update_value(|lines| {
            lines.insert(line, (page, close));
        });
        super::socket::listen(self, store, line, last_seq, closed);
    }

    /// Only a browser connects.
    #[cfg(not(feature = "hydrate"))]
    fn connect(self, _: PageKey, _: LineId, _: domain::ids::Seq) {}

    fn disconnect(self, line: LineId) {
        let closed = self.lines.try_update_value(|lines| lines.remove(&line)).flatten();
        if let Some(store) = closed.and_then(|(page, _)| self.store_of(page)) {
            store.unlink();
        }
    }

    /// Begins what only a browser does. It lives as long as the application.
    #[cfg(feature = "hydrate")]
    fn begin(self, uploads: Uploads) {
        use domain::session::ASKED;
        use leptos::ev;
        let look = move || {
            self.tell(Session::hurry);
        };
        if !window().navigator().on_line() {
            self.tell(|session, at| session.network(false, at));
        }
        let _ = window_event_listener(ev::online, move |_| {
            self.tell(|session, at| session.network(true, at));
        });
        let _ = window_event_listener(ev::offline, move |_| {
            self.tell(|session, at| session.network(false, at));
        });
        let _ = window_event_listener(ev::focus, move |_| look());
        let _ = window_event_listener(ev::visibilitychange, move |_| look());
        let _ = window_event_listener(ev::storage, move |event| match event.key() {
            // Everything was cleared.
            None => look(),
            Some(name) if name.starts_with(ASKED) => {
                let entries = storage::all(ASKED);
                self.tell(|session, at| session.looked(entries, at));
            }
            Some(name) => {
                if let Some(key) = DraftKey::of(&name) {
                    let text = storage::get(&name);
                    self.tell(|session, _| session.read_draft(&key, text.as_deref()));
                }
            }
        });
        let _ = window_event_listener(ev::pagehide, move |_| {
            let TabId(tab) = self.session.with_value(Session::tab);
            storage::keep_tab(tab);
        });
        let _ = window_event_listener(ev::pageshow, move |_| {
            let _ = storage::tab();
        });
        // What is kept nowhere else would be lost.
        let _ = window_event_listener(ev::beforeunload, move |event| {
            let is_lost = self.session.with_value(|session| session.unstored().is_some());
            if is_lost || uploads.is_busy() {
                event.prevent_default();
            }
        });
        look();
    }

    /// Only a browser keeps, connects and sends.
    #[cfg(not(feature = "hydrate"))]
    fn begin(self, _: Uploads) {}
}

fn text_of(patch: &PatchStep) -> String {
    serde_json::to_string(patch).unwrap_or_default()
}

#[cfg(feature = "hydrate")]
pub(super) fn random() -> f64 {
    js_sys::Math::random()
}

/// Only a browser draws.
#[cfg(not(feature = "hydrate"))]
pub(super) fn random() -> f64 {
    0.0
}
