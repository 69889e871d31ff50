//! What changed since somebody looked.
//!
//! While an analyst looks, everything that arrives is seen. From the moment they look away, what others do is unseen
//! until its node has been looked at again.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::event::Event;
use crate::ids::{Actor, NodeId, Seq};
use crate::time::Timestamp;

/// How far somebody has seen an execution.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// Everything up to this event has been seen.
    pub seq: Seq,
    /// When that was; `None` for somebody who has never been here.
    pub at: Option<Timestamp>,
    /// Of some nodes, more has been seen.
    #[serde(default)]
    nodes: BTreeMap<NodeId, Seq>,
}

impl Seen {
    /// Everything so far has been seen.
    pub fn all(last_seq: Seq, now: Timestamp) -> Self {
        Self { seq: last_seq, at: Some(now), nodes: BTreeMap::new() }
    }

    /// Somebody who looks on sees an event arrive. It adds nothing for who has still to catch up.
    pub fn arrived(&mut self, event: &Event, now: Timestamp) {
        if event.seq == self.seq.next() {
            *self = Self::all(event.seq, now);
        }
    }

    /// A node has been looked at, with everything up to this event.
    pub fn node(&mut self, node: &NodeId, last_seq: Seq) {
        self.nodes.insert(node.clone(), last_seq);
    }

    /// What others did that has not been seen, oldest first. Nothing for somebody who has never been here: to them
    /// everything is new.
    pub fn unseen<'a, E: AsRef<Event>>(&'a self, events: &'a [E], me: &'a Actor) -> impl Iterator<Item = &'a E> {
        let known = self.at.is_some();
        // The log has no gaps, so what is new stands behind so many.
        let first = usize::try_from(self.seq.0).unwrap_or(usize::MAX).min(events.len());
        events[first..].iter().filter(move |event| {
            let event: &Event = (*event).as_ref();
            let seen = event.node_id.as_ref().and_then(|node| self.nodes.get(node)).copied().unwrap_or_default();
            known && event.seq > seen.max(self.seq) && event.actor != *me
        })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::event::{EventBody, Hash, Seal, Text};
    use crate::ids::CommandId;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000).expect("a time")
    }

    fn name(name: &str) -> Actor {
        Actor::new(name).expect("a name")
    }

    fn event(seq: u64, who: &str, node: Option<&str>) -> std::sync::Arc<Event> {
        std::sync::Arc::new(Event {
            seq: Seq(seq),
            body: EventBody::NoteAdded(Text { text: "note".into(), key: false }),
            node_id: node.map(NodeId::from),
            actor: name(who),
            timestamp: at(0),
            occurred_at: None,
            command_id: CommandId(Uuid::nil()),
            seal: Seal::default(),
            hash: Hash(String::new()),
        })
    }

    fn unseen(seen: &Seen, events: &[std::sync::Arc<Event>]) -> Vec<u64> {
        seen.unseen(events, &name("Ana")).map(|event| event.seq.0).collect()
    }

    fn log() -> Vec<std::sync::Arc<Event>> {
        [("Ana", None), ("Ben", Some("triage")), ("Ana", Some("triage")), ("Ben", Some("isolate")), ("Cleo", None)]
            .into_iter()
            .zip(1..)
            .map(|((who, node), seq)| event(seq, who, node))
            .collect()
    }

    #[test]
    fn what_others_did_meanwhile_is_unseen_until_its_node_is_looked_at() {
        let mut seen = Seen::all(Seq(1), at(0));
        assert_eq!(unseen(&seen, &log()), [2, 4, 5]);
        seen.node(&"triage".into(), Seq(5));
        assert_eq!(unseen(&seen, &log()), [4, 5]);
        assert_eq!(unseen(&Seen::all(Seq(5), at(9)), &log()), [0_u64; 0]);
    }

    #[test]
    fn what_happens_to_a_node_after_it_was_looked_at_is_unseen_again() {
        let mut seen = Seen::all(Seq(1), at(0));
        seen.node(&"triage".into(), Seq(2));
        let mut log = log();
        log.push(event(6, "Ben", Some("triage")));
        assert_eq!(unseen(&seen, &log), [4, 5, 6]);
    }

    #[test]
    fn who_looks_on_sees_what_arrives_and_who_has_to_catch_up_still_has_to() {
        let log = log();
        let mut seen = Seen::all(Seq(4), at(0));
        seen.arrived(&log[4], at(7));
        assert_eq!(seen, Seen::all(Seq(5), at(7)));
        let mut behind = Seen::all(Seq(1), at(0));
        behind.arrived(&log[4], at(7));
        assert_eq!((unseen(&behind, &log), behind.at), (vec![2, 4, 5], Some(at(0))));
    }

    #[test]
    fn to_who_has_never_been_here_nothing_is_marked() {
        assert_eq!(unseen(&Seen::default(), &log()), [0_u64; 0]);
    }

    #[test]
    fn a_log_shorter_than_what_was_seen_has_nothing_new() {
        assert_eq!(unseen(&Seen::all(Seq(99), at(0)), &log()), [0_u64; 0]);
    }
}
