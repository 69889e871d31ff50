//! The way out: every change that is asked for in this browser is kept here until the server has answered.
//!
//! One outbox serves all pages. What waits is also in the browser's storage, one entry each, so that it survives reloads
//! and closed tabs; whoever opens a page next takes it over and sends it under its old `command_id`. When two tabs send
//! the same, the server does it once.

use domain::api::Problem;
use domain::ids::{CommandId, ExecutionId};
use domain::outbox::{self, Asked};
use domain::words::counted;
use futures::channel::oneshot;
use leptos::prelude::*;

use super::ExecutionStore;
use crate::ui::icon::Icon;
use crate::ui::storage;
use crate::ui::time::{Clock, use_clock};
use crate::ui::toast::{ToastList, Tone, use_toasts};

/// Where entries lie in the browser's storage.
const KEPT: &str = "forge.asked.";

/// What was asked for in this browser and not answered yet.
#[derive(Clone, Copy)]
pub(crate) struct Outbox {
    pub(super) entries: StoredValue<outbox::Outbox>,
    /// How many wait; tells who reads the entries that they changed.
    pub(super) waiting: RwSignal<usize>,
    /// Why what was sent last did not arrive.
    pub(super) trouble: RwSignal<Option<String>>,
    /// The execution on the page, which is told of answers.
    page: RwSignal<Option<ExecutionStore>>,
    /// Whether the browser keeps what waits.
    pub(super) keeps: StoredValue<bool>,
    /// Whether somebody is busy sending.
    pub(super) busy: StoredValue<bool>,
    /// Cuts short the wait before something is sent again.
    pub(super) wake: StoredValue<Option<oneshot::Sender<()>>>,
    pub(super) clock: Clock,
    toasts: ToastList,
}

/// Sets up the outbox of the application.
pub(crate) fn provide_outbox() {
    let outbox = Outbox {
        entries: StoredValue::new(outbox::Outbox::default()),
        waiting: RwSignal::new(0),
        trouble: RwSignal::new(None),
        page: RwSignal::new(None),
        keeps: StoredValue::new(true),
        busy: StoredValue::new(false),
        wake: StoredValue::new(None),
        clock: use_clock(),
        toasts: use_toasts(),
    };
    provide_context(outbox);
    Effect::new(move || {
        outbox.take_over();
        // These live as long as the application.
        let _ = window_event_listener(leptos::ev::online, move |_| outbox.hurry());
    });
}

/// The outbox of the application.
pub(crate) fn use_outbox() -> Outbox {
    expect_context()
}

impl Outbox {
    /// Takes a change in, keeps it, and sends it as soon as it is its turn.
    pub(crate) fn push(self, asked: Asked) {
        let text = serde_json::to_string(&asked).unwrap_or_default();
        let kept = storage::set(&name_of(&asked), &text);
        if !kept && self.keeps.get_value() {
            let words = "This browser keeps nothing: what is not saved yet is lost when the page is closed.";
            self.toasts.show(Tone::Notice, words);
        }
        self.keeps.set_value(kept);
        self.entries.update_value(|entries| entries.push(asked));
        self.send_all();
    }

    /// Everything that waits for an execution, oldest first.
    pub(crate) fn of(self, execution: ExecutionId) -> Vec<Asked> {
        self.waiting.track();
        self.entries
            .with_value(|entries| entries.iter().filter(|asked| asked.execution_id == execution).cloned().collect())
    }

    /// Why nothing gets through, while that is so.
    pub(crate) fn trouble(self) -> Option<String> {
        self.trouble.get()
    }

    /// Something is known to have been done although its answer never came.
    pub(crate) fn done(self, command: CommandId) {
        let is_it = |asked: &&Asked| asked.command_id == command;
        let name = self.entries.with_value(|entries| entries.iter().find(is_it).map(name_of));
        if let Some(name) = name {
            storage::remove(&name);
            self.entries.update_value(|entries| entries.done(command));
            self.count();
        }
    }

    /// Answers concern this page from now on.
    pub(crate) fn serve(self, page: ExecutionStore) {
        self.page.set(Some(page));
    }

    /// The page was left.
    pub(crate) fn unserve(self, execution: ExecutionId) {
        self.page.update(|page| {
            page.take_if(|page| page.id() == execution);
        });
    }

    /// Takes over what other tabs left behind.
    pub(crate) fn take_over(self) {
        let mut names = storage::names(KEPT);
        names.sort();
        let is_new = |asked: &Asked| {
            self.entries.with_value(|entries| entries.iter().all(|entry| entry.command_id != asked.command_id))
        };
        let kept: Vec<Asked> =
            names.iter().filter_map(|name| serde_json::from_str(&storage::get(name)?).ok()).filter(is_new).collect();
        self.entries.update_value(|entries| entries.adopt(kept.iter().cloned()));
        for asked in kept {
            if let Some(page) = self.page_of(asked.execution_id) {
                page.show_again(asked);
            }
        }
        self.send_all();
    }

    /// Whether another tab has had the answer to a change that was kept.
    pub(super) fn is_answered_elsewhere(self, asked: &Asked) -> bool {
        self.keeps.get_value() && storage::get(&name_of(asked)).is_none()
    }

    pub(super) fn page_of(self, execution: ExecutionId) -> Option<ExecutionStore> {
        self.page.get_untracked().filter(|page| page.id() == execution)
    }

    pub(super) fn count(self) {
        self.waiting.set(self.entries.with_value(outbox::Outbox::len));
    }

    /// Says on the page what became of a change.
    pub(super) fn tell(self, asked: &Asked, answer: Result<Answer, Problem>) {
        storage::remove(&name_of(asked));
        match (self.page_of(asked.execution_id), answer) {
            (Some(page), Ok(answer)) => page.answered(asked, answer),
            (Some(page), Err(problem)) => page.refused(asked, &problem),
            (None, Ok(_)) => {}
            (None, Err(problem)) => {
                super::drafts::keep_refused(asked);
                self.toasts.show(Tone::Problem, format!("Not saved: {}", problem.detail));
            }
        }
    }
}

/// Names sort as their entries were asked for.
fn name_of(asked: &Asked) -> String {
    format!("{KEPT}{:020}.{}", asked.asked_at.micros(), asked.command_id)
}

/// What the server said to a change that it accepted.
pub(crate) enum Answer {
    /// It became these events, possibly none.
    Events(Vec<domain::event::Event>),
    /// Whatever it became lies in the log up to here.
    UpTo(domain::ids::Seq),
}

/// Says on every page that something waits and does not get through; an execution's own page does so itself.
#[component]
pub(crate) fn OutboxNotice() -> impl IntoView {
    let outbox = use_outbox();
    let waiting = Memo::new(move |_| {
        outbox.waiting.track();
        let here = outbox.page.get().map(ExecutionStore::id);
        outbox.entries.with_value(|entries| entries.iter().filter(|asked| Some(asked.execution_id) != here).count())
    });
    move || {
        let waiting = waiting.get();
        let trouble = outbox.trouble().filter(|_| waiting > 0)?;
        Some(view! {
            <span class="outbox-notice" role="status" title=trouble>
                <Icon name="clock" />{counted(waiting as u64, "change")} " waiting to be saved"
            </span>
        })
    }
}
