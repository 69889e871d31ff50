//! Letting a crowd hear what happened, without keeping others waiting.
//!
//! To wake thousands of connections at once puts all of them before whatever else waits for its turn: the next change,
//! which takes several turns until it is on the disk, would come after all of them each time. So a large room is told by
//! a task that, after every few listeners, lets others have their turn. It tells a room's events in the order in which
//! they were published, and what is published meanwhile goes with the next round, together.

use std::sync::Arc;

use domain::ids::ExecutionId;
use domain::presence::ConnectionId;
use tokio::sync::mpsc;
use tokio::task::yield_now;

use super::{Hub, Published};

/// Listeners that are told without a pause.
pub(super) const AT_ONCE: usize = 64;

/// Where a listener hears events.
pub(super) type Queue = mpsc::Sender<Arc<Published>>;

/// Events, and who is to hear them.
pub(super) struct Round {
    pub(super) events: Vec<Arc<Published>>,
    pub(super) listeners: Vec<(ConnectionId, Queue)>,
}

impl Hub {
    /// Tells a room everything that waits to be told, and ends when nothing does.
    pub(super) async fn tell_crowd(self, execution: ExecutionId) {
        while let Some(round) = self.next_round(execution) {
            let mut too_slow = Vec::new();
            for few in round.listeners.chunks(AT_ONCE) {
                too_slow.extend(few.iter().filter(|(_, queue)| !tell(queue, &round.events)).map(|(id, _)| *id));
                yield_now().await;
            }
            if let Some(room) = self.rooms().by_execution.get_mut(&execution) {
                too_slow.into_iter().for_each(|id| room.stop_publishing_to(id));
            }
        }
    }

    fn next_round(&self, execution: ExecutionId) -> Option<Round> {
        self.rooms().by_execution.get_mut(&execution)?.next_round()
    }
}

/// Lets a listener hear events. False when it did not keep up, and has not heard all of them.
pub(super) fn tell(queue: &Queue, events: &[Arc<Published>]) -> bool {
    events.iter().all(|event| queue.try_send(event.clone()).is_ok())
}
