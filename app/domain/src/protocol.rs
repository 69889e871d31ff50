//! What travels over the live WebSocket besides events, which travel as they are (DESIGN §7).

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::execution::State;
use crate::ids::{Actor, NodeId, Seq, given};
use crate::presence::Analyst;
use crate::time::Timestamp;

/// The version that this code speaks.
pub const PROTOCOL_VERSION: u32 = 1;

/// Seconds between two heartbeats. A side that has heard nothing for two of them takes the connection for dead.
pub const HEARTBEAT_SECONDS: u32 = 15;

/// Most events that a client is sent one by one when it catches up; over that it is sent the state.
pub const MAX_CATCH_UP_EVENTS: u64 = 5_000;

/// Why the server closed a connection: WebSocket close codes from the private range (RFC 6455 §7.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum CloseCode {
    /// The client did not read fast enough; it may connect again and resume from its last event.
    SlowConsumer = 4000,
    /// The client speaks another [`PROTOCOL_VERSION`]; it must load the page anew.
    OtherProtocol = 4001,
    /// The client said something that is no message.
    BadMessage = 4002,
    /// The server could not read the log; the client may connect again.
    ServerError = 4003,
    /// The server is about to stop; the client may connect again.
    GoingAway = 1001,
}

/// What a client says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ClientMessage {
    /// First of all: who is there, and what is known already. Said again later, it is a new name.
    Hello {
        /// The version the client speaks.
        protocol: u32,
        /// Who looks on; without a name one sees the others and is not seen.
        #[serde(default, deserialize_with = "given")]
        analyst: Option<Actor>,
        /// The last event the client has; 0 for none.
        #[serde(default)]
        last_seq: Seq,
    },
    /// What the analyst looks at now. Only shown to others, never stored.
    Viewing {
        /// One node, or none in particular.
        #[serde(default)]
        node_id: Option<NodeId>,
        /// Whether they are about to change it: typing a note, choosing a status.
        #[serde(default)]
        editing: bool,
    },
}

/// What the server says besides events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerMessage {
    /// Every [`HEARTBEAT_SECONDS`], and once after catching up: the client's state is the server's up to `last_seq`.
    Heartbeat {
        /// The server's clock.
        now: Timestamp,
        /// The last event sent on this connection.
        last_seq: Seq,
    },
    /// The whole state, in place of a tail of events that is too long.
    Snapshot {
        /// The fold of every event up to its `last_seq`.
        state: Box<State>,
    },
    /// Who is there now, to clients that said hello; whenever that changes, but not more often than can be seen.
    Presence {
        /// Everybody with a name, who came first first; at most [`crate::presence::MAX_NAMED`].
        analysts: Vec<Analyst>,
        /// How many more there are.
        #[serde(default, skip_serializing_if = "is_zero")]
        others: usize,
    },
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What a page hears. It takes no snapshot: a page that has missed too much loads itself anew.
#[derive(Clone, Debug, PartialEq)]
pub enum Incoming {
    /// An event of the execution.
    Event(Box<Event>),
    /// See [`ServerMessage::Heartbeat`].
    Heartbeat {
        /// The server's clock.
        now: Timestamp,
    },
    /// See [`ServerMessage::Snapshot`].
    Snapshot,
    /// See [`ServerMessage::Presence`].
    Presence {
        /// Everybody with a name.
        analysts: Vec<Analyst>,
        /// How many more there are.
        others: usize,
    },
}

impl Incoming {
    /// Reads a message.
    ///
    /// # Errors
    /// It is none that this version knows: the page is older than the server, and only loading it anew helps.
    pub fn read(text: &str) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        struct Kind {
            r#type: Option<String>,
        }
        #[derive(Deserialize)]
        struct Heartbeat {
            now: Timestamp,
        }
        #[derive(Deserialize)]
        struct Presence {
            analysts: Vec<Analyst>,
            #[serde(default)]
            others: usize,
        }
        let Kind { r#type } = serde_json::from_str(text)?;
        match r#type.as_deref() {
            None => serde_json::from_str(text).map(|event| Self::Event(Box::new(event))),
            Some("heartbeat") => serde_json::from_str(text).map(|Heartbeat { now }| Self::Heartbeat { now }),
            Some("snapshot") => Ok(Self::Snapshot),
            Some("presence") => {
                serde_json::from_str(text).map(|Presence { analysts, others }| Self::Presence { analysts, others })
            }
            Some(other) => Err(serde::de::Error::unknown_variant(other, &["heartbeat", "snapshot", "presence"])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_reads_whatever_the_server_says() {
        let now = Timestamp::from_micros(1_700_000_000_000_000).expect("in range");
        let read = |message: &ServerMessage| Incoming::read(&serde_json::to_string(message).unwrap_or_default()).ok();
        assert_eq!(read(&ServerMessage::Heartbeat { now, last_seq: Seq(7) }), Some(Incoming::Heartbeat { now }));
        let presence = ServerMessage::Presence { analysts: Vec::new(), others: 3 };
        assert_eq!(read(&presence), Some(Incoming::Presence { analysts: Vec::new(), others: 3 }));
        assert!(Incoming::read(r#"{"type":"fanfare"}"#).is_err());
    }

    #[test]
    fn a_page_reads_events_with_members_that_it_does_not_know_and_no_event_of_a_type_that_it_does_not_know() {
        let event = |event_type: &str, data: &str| {
            Incoming::read(&format!(
                r#"{{"seq":2,"event_type":"{event_type}","data":{data},"node_id":"triage","actor":"Ana","timestamp":"2026-11-22T02:14:05.000000Z",
                "occurred_at":null,"command_id":"00000000-0000-0000-0000-000000000001","form":2,"salts":{{}},"fanfare":[1],"hash":"00"}}"#
            ))
        };
        assert!(matches!(event("note_added", r#"{"text":"Found","fanfare":1}"#), Ok(Incoming::Event(_))));
        // The page is older than the server, and loads itself anew.
        assert!(event("fanfare_sounded", "{}").is_err());
    }
}
