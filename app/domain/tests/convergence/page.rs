//! A page in a browser, as `app/src/live` behaves: what is asked for is shown at once and put into the outbox, which
//! sends one command at a time; whichever brings an event first, the answer or the live connection, confirms it.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::event::Event;
use domain::execution::Execution;
use domain::ids::{CommandId, Seq};
use domain::outbox::{Asked, Delivery, Outbox};
use domain::replica::{Received, Replica};

use crate::network::{Line, Message, PageId, Reply};
use crate::server::PageData;
use crate::world::Fault;

/// A page and what it holds in memory.
pub(crate) struct Page {
    pub(crate) id: PageId,
    /// Whose browser.
    pub(crate) browser: usize,
    /// The row of pages that one tab shows, a reload beginning the next.
    pub(crate) tab: u64,
    pub(crate) replica: Replica,
    pub(crate) outbox: Outbox,
    /// The request that is waited for.
    pub(crate) waits_for: Option<(u64, CommandId)>,
    pub(crate) line: Option<Line>,
    /// The last event of the live connection, whatever became of it.
    pub(crate) heard: Seq,
    /// Whether something happened to it since it was last looked at.
    pub(crate) changed: bool,
    fault: Fault,
}

impl Page {
    /// A page that has just been loaded and takes over what its browser kept.
    pub(crate) fn load(
        id: PageId,
        browser: usize,
        tab: u64,
        (data, graph): (PageData, Execution),
        kept: &[Asked],
        fault: Fault,
    ) -> Self {
        let confirmed = Execution { state: data.state, ..graph };
        let heard = confirmed.state.last_seq;
        let mut page = Self {
            id,
            browser,
            tab,
            replica: Replica::new(confirmed),
            outbox: Outbox::default(),
            waits_for: None,
            line: None,
            heard,
            changed: true,
            fault,
        };
        page.outbox.adopt(kept.iter().cloned());
        for event in &data.events {
            page.outbox.done(event.command_id);
        }
        let waiting: Vec<Asked> = page.outbox.iter().cloned().collect();
        for asked in waiting {
            // What is not possible any more is for the server to refuse.
            let _ = page.replica.ask(asked);
        }
        page
    }

    /// An answer arrives. Returns whether it was waited for.
    pub(crate) fn answered(&mut self, attempt: u64, command: CommandId, reply: &Reply) -> bool {
        if self.waits_for != Some((attempt, command)) {
            return false;
        }
        self.waits_for = None;
        self.changed = true;
        self.outbox.end(Delivery::Answered);
        match reply {
            Reply::Step(events) if events.is_empty() => self.replica.drop_pending(command),
            Reply::Step(events) => {
                for event in events {
                    self.receive(event);
                }
            }
            Reply::Whole(last_seq) => self.replica.answered(command, *last_seq),
            Reply::Refused(_) if self.fault == Fault::ClientShowsWhatWasRefused => {}
            Reply::Refused(_) => self.replica.drop_pending(command),
        }
        true
    }

    /// Nobody knows what became of the request.
    pub(crate) fn give_up_waiting(&mut self) {
        if self.waits_for.take().is_some() {
            self.outbox.end(Delivery::Unknown);
        }
    }

    fn receive(&mut self, event: &Event) -> Received {
        let received = self.replica.receive(event);
        if received != Received::Gap {
            self.outbox.done(event.command_id);
        }
        received
    }

    pub(crate) fn connect(&mut self) {
        let resume_after_heard = self.fault == Fault::ClientResumesAfterWhatItHeard;
        self.line = Some(Line::open(if resume_after_heard { self.heard } else { self.replica.last_seq() }));
    }

    /// Something arrives over the live connection. `data` is what the page would load now.
    pub(crate) fn hear(&mut self, message: Message, data: impl FnOnce() -> PageData) {
        self.changed = true;
        match message {
            Message::Hello(_) => {}
            Message::Event(event) => {
                self.heard = self.heard.max(event.seq);
                if self.receive(&event) == Received::Gap {
                    self.line = None;
                }
            }
            Message::Snapshot => {
                let PageData { state, events } = data();
                self.heard = self.heard.max(state.last_seq);
                self.replica.reset(state);
                for event in events {
                    self.receive(&event);
                }
            }
        }
    }
}

/// A browser: who sits there, and what is kept until it has been answered, whichever page asked for it.
pub(crate) struct Browser {
    pub(crate) actor: domain::ids::Actor,
    pub(crate) kept: Vec<Asked>,
}

impl Browser {
    /// Forgets what has been answered or is known to be done.
    pub(crate) fn settle(&mut self, settled: &BTreeSet<CommandId>) {
        self.kept.retain(|asked| !settled.contains(&asked.command_id));
    }
}

/// The commands of events.
pub(crate) fn commands<'a>(events: impl IntoIterator<Item = &'a Arc<Event>>) -> BTreeSet<CommandId> {
    events.into_iter().map(|event| event.command_id).collect()
}
