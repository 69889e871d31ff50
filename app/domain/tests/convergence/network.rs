//! What lies between clients and server: letters that get lost, doubled and overtaken, and lines that keep their order
//! until they are cut.

use std::collections::VecDeque;
use std::sync::Arc;

use domain::event::Event;
use domain::ids::{CommandId, Seq};
use domain::outbox::Change;

/// A page in a browser, from its loading to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageId(pub(crate) u64);

/// An answer to a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A step was changed, by these events.
    Step(Vec<Arc<Event>>),
    /// The whole was changed; it then stood at this event.
    Whole(Seq),
    /// Nothing was changed.
    Refused(String),
}

/// A request or its answer. A page that no longer waits for this attempt does not hear of it.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) page: PageId,
    pub(crate) attempt: u64,
    pub(crate) command: CommandId,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Request(Change),
    Reply(Reply),
}

/// What travels over a live connection.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// The client says what it has.
    Hello(Seq),
    Event(Arc<Event>),
    /// There is too much to tell: load the page's data anew.
    Snapshot,
}

/// A live connection: what is on its way, in order. The server sends events once it has heard the hello.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) joined: bool,
    pub(crate) messages: VecDeque<Message>,
}

impl Line {
    pub(crate) fn open(last_seq: Seq) -> Self {
        Self { joined: false, messages: VecDeque::from([Message::Hello(last_seq)]) }
    }
}
