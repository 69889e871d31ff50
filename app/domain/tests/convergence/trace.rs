//! How things are called where it is written what happened.

use std::sync::Arc;

use domain::event::Event;
use domain::ids::CommandId;
use domain::outbox::Change;

use crate::network::{Content, Letter, Message, Reply};

pub(crate) fn short(command: CommandId) -> String {
    format!("#{}", command.0.as_u128())
}

pub(crate) fn shown(change: &Change) -> String {
    serde_json::to_string(change).unwrap_or_default()
}

fn listed(events: &[Arc<Event>]) -> String {
    let events: Vec<_> = events.iter().map(|event| format!("{} {}", event.seq, event.body.event_type())).collect();
    format!("[{}]", events.join(", "))
}

impl Reply {
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Step(events, last_seq) => format!("{} as of {last_seq}", listed(events)),
            Self::Whole(last_seq) => format!("done as of {last_seq}"),
            Self::Refused(why) => format!("refused: {why}"),
        }
    }
}

impl Letter {
    pub(crate) fn shown(&self) -> String {
        let attempt = self.attempt;
        match &self.content {
            Content::Request(command, change) => {
                format!("request {} (attempt {attempt}) {}", short(*command), shown(change))
            }
            Content::Reply(command, answer, reply) => {
                let by = reply.as_ref().map_or_else(|| "not by the server".to_owned(), Reply::shown);
                format!("answer {} to {} (attempt {attempt}) {by}", answer.status, short(*command))
            }
            Content::Probe => format!("probe (attempt {attempt})"),
            Content::Probed(answer) => format!("answer {} to a probe (attempt {attempt})", answer.status),
        }
    }
}

impl Message {
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Hello(last_seq) => format!("hello {last_seq}"),
            Self::Event(event) => format!("{} {} of {}", event.seq, event.body.event_type(), short(event.command_id)),
            Self::Heartbeat => "that nothing is missing".to_owned(),
            Self::Snapshot => "that everything is to be loaded anew".to_owned(),
        }
    }
}
