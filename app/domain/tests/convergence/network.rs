//! What lies between clients and server: letters that get lost, doubled and overtaken, and lines that keep their order
//! until they are cut.

use std::collections::VecDeque;
use std::sync::Arc;

use domain::api::Problem;
use domain::event::Event;
use domain::ids::{CommandId, Seq};
use domain::outbox::Change;
use domain::session::{Answer, LineId};
use serde_json::json;

use crate::browser::problem;

/// A page in a browser, from its loading to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageId(pub(crate) u64);

/// What the server says to a request.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// A step was changed, by these events; the log then ended with this one.
    Step(Vec<Arc<Event>>, Seq),
    /// The whole was changed; it then stood at this event.
    Whole(Seq),
    /// Nothing was changed.
    Refused(String),
}

impl Reply {
    /// As it travels.
    pub(crate) fn answer(&self) -> Answer {
        let body = match self {
            Self::Step(events, last_seq) => json!({ "events": events, "last_seq": last_seq }),
            Self::Whole(last_seq) => json!({ "id": "an execution", "last_seq": last_seq }),
            Self::Refused(why) => return problem(&Problem::new(409, "conflict", "Not in this state", why.as_str())),
        };
        Answer { status: 200, content_type: "application/json".into(), body: body.to_string(), ..Answer::default() }
    }
}

/// A request or its answer. A page that no longer waits for this attempt does not hear of it.
#[derive(Clone, Debug)]
pub(crate) struct Letter {
    pub(crate) page: PageId,
    pub(crate) attempt: u64,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Request(CommandId, Box<Change>),
    /// An answer, and what the server said, if it was the server.
    Reply(CommandId, Answer, Option<Reply>),
    Probe,
    Probed(Answer),
}

/// What travels over a live connection.
#[derive(Clone, Debug)]
pub(crate) enum Message {
    /// The client says what it has.
    Hello(Seq),
    Event(Arc<Event>),
    /// Everything that was missed has been told.
    Heartbeat,
    /// There is too much to tell: load the page's data anew.
    Snapshot,
}

/// A live connection: what is on its way, in order. The server sends events once it has heard the hello.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) id: LineId,
    pub(crate) joined: bool,
    pub(crate) messages: VecDeque<Message>,
}

impl Line {
    pub(crate) fn open(id: LineId, last_seq: Seq) -> Self {
        Self { id, joined: false, messages: VecDeque::from([Message::Hello(last_seq)]) }
    }
}
