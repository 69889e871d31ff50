//! Live fan-out: one room per execution, in which every committed event is heard by everybody who listens.
//!
//! An event is serialised once and its bytes are shared. Each listener has a bounded queue; who does not keep up is
//! taken out of the room, reads what is queued, and finds the end. Nothing here waits, so the writer never does.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::extract::ws::Utf8Bytes;
use domain::event::Event;
use domain::ids::{ExecutionId, Seq};
use tokio::sync::mpsc;

/// Events that may wait for one listener.
const QUEUE: usize = 1_024;

/// An event on its way to listeners.
#[derive(Clone, Debug)]
pub(crate) struct Published {
    /// Its number.
    pub(crate) seq: Seq,
    /// Its JSON.
    pub(crate) text: Utf8Bytes,
}

impl Published {
    pub(crate) fn new(event: &Event) -> Self {
        Self { seq: event.seq, text: serde_json::to_string(event).unwrap_or_default().into() }
    }
}

/// Everybody who listens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hub {
    rooms: Arc<Mutex<Rooms>>,
}

#[derive(Debug, Default)]
struct Rooms {
    by_execution: HashMap<ExecutionId, HashMap<u64, mpsc::Sender<Published>>>,
    next_listener: u64,
}

/// A place in a room; given up when it is dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    hub: Hub,
    execution: ExecutionId,
    id: u64,
    queue: mpsc::Receiver<Published>,
}

impl Hub {
    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears everything that is published on an execution from now on.
    pub(crate) fn listen(&self, execution: ExecutionId) -> Listener {
        let (sender, queue) = mpsc::channel(QUEUE);
        let mut rooms = self.rooms();
        let id = rooms.next_listener;
        rooms.next_listener += 1;
        rooms.by_execution.entry(execution).or_default().insert(id, sender);
        Listener { hub: self.clone(), execution, id, queue }
    }

    /// Lets everybody in the room hear the events.
    pub(crate) fn publish(&self, execution: ExecutionId, events: &[Event]) {
        let mut rooms = self.rooms();
        let Some(room) = rooms.by_execution.get_mut(&execution) else { return };
        for event in events {
            let published = Published::new(event);
            room.retain(|_, listener| listener.try_send(published.clone()).is_ok());
        }
    }

    /// How many rooms there are, and how many listen in all of them.
    #[cfg(test)]
    fn occupancy(&self) -> (usize, usize) {
        let rooms = self.rooms();
        (rooms.by_execution.len(), rooms.by_execution.values().map(HashMap::len).sum())
    }
}

impl Listener {
    /// The next event; `None` when this listener did not keep up.
    pub(crate) async fn next(&mut self) -> Option<Published> {
        self.queue.recv().await
    }

    /// An event that has arrived already, if there is one.
    pub(crate) fn waiting(&mut self) -> Option<Published> {
        self.queue.try_recv().ok()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let mut rooms = self.hub.rooms();
        if let Some(room) = rooms.by_execution.get_mut(&self.execution) {
            room.remove(&self.id);
            if room.is_empty() {
                rooms.by_execution.remove(&self.execution);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::event::{EventBody, Hash, Text};
    use domain::ids::{Actor, CommandId};
    use domain::time::Timestamp;
    use uuid::Uuid;

    fn event(seq: u64) -> Event {
        Event {
            seq: Seq(seq),
            body: EventBody::ExecutionNoted(Text { text: "note".into() }),
            node_id: None,
            actor: Actor::anonymous(),
            timestamp: Timestamp::from_micros(0).expect("the epoch"),
            occurred_at: None,
            command_id: CommandId(Uuid::nil()),
            hash: Hash(String::new()),
        }
    }

    #[tokio::test]
    async fn every_listener_of_a_room_hears_every_event_in_order() {
        let hub = Hub::default();
        let execution = ExecutionId(Uuid::from_u128(1));
        let mut first = hub.listen(execution);
        let mut second = hub.listen(execution);
        let mut elsewhere = hub.listen(ExecutionId(Uuid::from_u128(2)));
        hub.publish(execution, &[event(1), event(2)]);
        for listener in [&mut first, &mut second] {
            assert_eq!(listener.next().await.map(|published| published.seq), Some(Seq(1)));
            assert_eq!(listener.next().await.map(|published| published.seq), Some(Seq(2)));
        }
        assert!(elsewhere.queue.try_recv().is_err());
    }

    #[tokio::test]
    async fn who_does_not_keep_up_reads_what_was_queued_and_then_the_end() {
        let hub = Hub::default();
        let execution = ExecutionId(Uuid::from_u128(1));
        let mut slow = hub.listen(execution);
        for seq in 0..=QUEUE as u64 {
            hub.publish(execution, &[event(seq)]);
        }
        for seq in 0..QUEUE as u64 {
            assert_eq!(slow.next().await.map(|published| published.seq), Some(Seq(seq)));
        }
        assert!(slow.next().await.is_none());
    }

    #[tokio::test]
    async fn a_room_is_gone_with_its_last_listener() {
        let hub = Hub::default();
        let listener = hub.listen(ExecutionId(Uuid::from_u128(1)));
        assert_eq!(hub.occupancy(), (1, 1));
        drop(listener);
        assert_eq!(hub.occupancy(), (0, 0));
    }
}
