//! Live fan-out: one room per execution, in which every committed event is heard by everybody who listens, and everybody
//! who said hello is told who is there.
//!
//! An event is serialised once and its bytes are shared. Each listener has a bounded queue; who does not keep up is
//! taken out of the room, reads what is queued, and finds the end. Who is there is no event: only the newest answer is
//! kept, for all, so it never takes up room in a queue. Nothing here waits, so the writer never does. A room is there as
//! long as somebody listens, or is still shown although the connection broke.

mod fan_out;
mod listener;
mod room;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use domain::event::Event;
use domain::ids::{Actor, ExecutionId, Seq};
use domain::presence::{ConnectionId, Departure};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};

use crate::metrics::{Limit, LiveCounts};
pub(crate) use listener::{Heard, Listener};
use room::Room;

/// Events that may wait for one listener.
const QUEUE: usize = 1_024;

/// Those who are named in a list of executions, which has room for a few.
const NAMED: usize = 6;

/// An event on its way to listeners.
#[derive(Debug)]
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

/// How much there may be of everything.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    /// Most connections of one execution.
    pub(crate) per_execution: usize,
    /// Most connections from one address.
    pub(crate) per_address: usize,
    /// How long somebody is shown whose connection broke.
    pub(crate) grace: Duration,
}

/// Why somebody cannot listen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Full {
    /// As many as may listen to this execution do.
    Execution,
    /// As many connections as may come from this address do.
    Address,
}

/// How many there are of everything, now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Occupancy {
    /// Executions that somebody is at.
    pub(crate) rooms: usize,
    /// Connections in all rooms.
    pub(crate) connections: usize,
    /// People in all rooms.
    pub(crate) analysts: usize,
    /// Addresses that connections come from.
    pub(crate) addresses: usize,
}

/// Everybody who listens.
#[derive(Clone, Debug)]
pub(crate) struct Hub(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    bounds: Bounds,
    counts: LiveCounts,
    /// The beginning of the hub's time.
    began: Instant,
    rooms: Mutex<Rooms>,
}

#[derive(Debug, Default)]
struct Rooms {
    by_execution: HashMap<ExecutionId, Room>,
    /// How many connections come from where.
    by_address: HashMap<IpAddr, usize>,
    next_connection: u64,
}

impl Rooms {
    /// Lets go of a room that nobody is in.
    fn tidy(&mut self, execution: ExecutionId) {
        if self.by_execution.get(&execution).is_some_and(Room::is_empty) {
            self.by_execution.remove(&execution);
        }
    }
}

impl Hub {
    pub(crate) fn new(bounds: Bounds, counts: LiveCounts) -> Self {
        Self(Arc::new(Shared { bounds, counts, began: Instant::now(), rooms: Mutex::default() }))
    }

    /// What is counted.
    pub(crate) fn counts(&self) -> &LiveCounts {
        &self.0.counts
    }

    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.0.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hears everything that is published on an execution from now on. `address` is where the listener is.
    pub(crate) fn listen(&self, execution: ExecutionId, address: Option<IpAddr>) -> Result<Listener, Full> {
        let Bounds { per_execution, per_address, .. } = self.0.bounds;
        let mut rooms = self.rooms();
        if rooms.by_execution.get(&execution).is_some_and(|room| room.connections.len() >= per_execution) {
            return Err(self.refuse(Full::Execution));
        }
        if let Some(address) = address {
            let connections = rooms.by_address.entry(address).or_default();
            if *connections >= per_address {
                return Err(self.refuse(Full::Address));
            }
            *connections += 1;
        }
        let id = ConnectionId(rooms.next_connection);
        rooms.next_connection += 1;
        let (sender, queue) = mpsc::channel(QUEUE);
        rooms.by_execution.entry(execution).or_default().connections.insert(id, Some(sender));
        drop(rooms);
        Ok(Listener::new(self.clone(), execution, id, address, queue))
    }

    fn refuse(&self, full: Full) -> Full {
        let limit = match full {
            Full::Execution => "execution",
            Full::Address => "address",
        };
        self.0.counts.refused.get_or_create(&Limit { limit }).inc();
        full
    }

    /// Lets everybody in the room hear the events.
    pub(crate) fn publish(&self, execution: ExecutionId, events: &[Event]) {
        self.0.counts.published.inc_by(events.len() as u64);
        // Who comes in after this reads the events from the log.
        if !self.rooms().by_execution.contains_key(&execution) {
            return;
        }
        let published: Vec<_> = events.iter().map(|event| Arc::new(Published::new(event))).collect();
        let needs_task = self.rooms().by_execution.get_mut(&execution).is_some_and(|room| room.publish(published));
        if needs_task {
            spawn(self.clone().tell_crowd(execution));
        }
    }

    /// Every execution that somebody is at, and the last of its events that was heard there.
    pub(crate) fn told(&self) -> HashMap<ExecutionId, Seq> {
        self.rooms().by_execution.iter().map(|(id, room)| (*id, room.last)).collect()
    }

    /// How many there are of everything.
    pub(crate) fn occupancy(&self) -> Occupancy {
        let rooms = self.rooms();
        let sum = |count: fn(&Room) -> usize| rooms.by_execution.values().map(count).sum();
        Occupancy {
            rooms: rooms.by_execution.len(),
            connections: sum(|room| room.connections.len()),
            analysts: sum(|room| room.roster.len()),
            addresses: rooms.by_address.len(),
        }
    }

    /// Who is at each of these executions, and how many more than are named.
    pub(crate) fn online(&self, executions: impl Iterator<Item = ExecutionId>) -> Vec<(Vec<Actor>, usize)> {
        let rooms = self.rooms();
        let at = |execution| {
            let analysts = rooms.by_execution.get(&execution).map_or_else(Vec::new, |room| room.roster.analysts());
            let there = analysts.into_iter().filter(|analyst| analyst.connections > 0).map(|analyst| analyst.name);
            let mut names: Vec<Actor> = there.collect();
            let others = names.len().saturating_sub(NAMED);
            names.truncate(NAMED);
            (names, others)
        };
        executions.map(at).collect()
    }

    /// Does something with who is there, and lets those who listen know.
    fn change(&self, execution: ExecutionId, change: impl FnOnce(&mut Room)) {
        if let Some(room) = self.rooms().by_execution.get_mut(&execution) {
            change(room);
            self.follow_up(execution, room);
        }
    }

    /// After a change of who is there: tells it, now or in a moment, and sees to it that the lost are let go of in time.
    fn follow_up(&self, execution: ExecutionId, room: &mut Room) {
        if let Some(due) = room.tell_or_wait(Instant::now()) {
            let hub = self.clone();
            spawn(async move {
                sleep_until(due).await;
                if let Some(room) = hub.rooms().by_execution.get_mut(&execution) {
                    room.tell(Instant::now());
                }
            });
        }
        if !room.awaits_expiry && room.roster.next_expiry().is_some() {
            room.awaits_expiry = true;
            let hub = self.clone();
            spawn(async move { hub.let_go(execution).await });
        }
    }

    /// Waits until nobody is shown any more whose connection broke.
    async fn let_go(&self, execution: ExecutionId) {
        while let Some(until) = self.expire(execution) {
            sleep_until(self.0.began + until).await;
        }
    }

    /// Lets go of those whose time of grace is over. Returns when that of others is.
    fn expire(&self, execution: ExecutionId) -> Option<Duration> {
        let mut rooms = self.rooms();
        let room = rooms.by_execution.get_mut(&execution)?;
        let before = room.roster.len();
        room.roster.expire(self.0.began.elapsed());
        let next = room.roster.next_expiry();
        room.awaits_expiry = next.is_some();
        if room.roster.len() != before {
            self.follow_up(execution, room);
        }
        rooms.tidy(execution);
        next
    }

    /// A connection is over, as far as others are told.
    fn leave(&self, execution: ExecutionId, id: ConnectionId, is_lost: bool) {
        let how = match is_lost {
            true => Departure::Lost { until: self.0.began.elapsed() + self.0.bounds.grace },
            false => Departure::Closed,
        };
        self.change(execution, |room| {
            room.stop_publishing_to(id);
            room.roster.leave(id, how);
        });
    }

    /// A connection is over, and its place free.
    fn give_back(&self, execution: ExecutionId, id: ConnectionId, address: Option<IpAddr>) {
        let mut rooms = self.rooms();
        if let Some(room) = rooms.by_execution.get_mut(&execution) {
            room.connections.remove(&id);
        }
        rooms.tidy(execution);
        if let Some(Entry::Occupied(mut connections)) = address.map(|address| rooms.by_address.entry(address)) {
            *connections.get_mut() -= 1;
            if *connections.get() == 0 {
                connections.remove();
            }
        }
    }
}

/// Starts a task, unless the program is about to end.
fn spawn(task: impl Future<Output = ()> + Send + 'static) {
    if let Ok(runtime) = Handle::try_current() {
        runtime.spawn(task);
    }
}

#[cfg(test)]
mod tests;
