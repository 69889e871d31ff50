//! A room: who listens to one execution, and who is there.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use domain::ids::Seq;
use domain::presence::{ConnectionId, Roster};
use domain::protocol::ServerMessage;
use tokio::sync::watch;
use tokio::time::Instant;

use super::fan_out::{AT_ONCE, Queue, Round, tell};
use super::{Published, QUEUE};

/// Who is there is told at most this often, however few listen.
const OFTEN: Duration = Duration::from_millis(100);
/// And at least this often while it changes, however many do.
const SELDOM: Duration = Duration::from_secs(2);
/// What telling one listener may cost, so that a crowd that comes in at once is not told of everybody one by one.
const PER_LISTENER: Duration = Duration::from_micros(200);

#[derive(Debug)]
pub(super) struct Room {
    /// Everybody with a place, and their queues; none for who did not keep up or is leaving.
    pub(super) connections: HashMap<ConnectionId, Option<Queue>>,
    /// The last event that was published here.
    pub(super) last: Seq,
    /// Events that a task is going to tell, while there is such a task.
    untold: Option<Vec<Arc<Published>>>,
    pub(super) roster: Roster,
    /// Whether a task lets go of those whose connection broke.
    pub(super) awaits_expiry: bool,
    /// Who was there when it was last told.
    told: watch::Sender<Utf8Bytes>,
    told_at: Option<Instant>,
    /// Whether a task is going to tell.
    is_due: bool,
}

impl Default for Room {
    fn default() -> Self {
        let roster = Roster::default();
        Self {
            connections: HashMap::new(),
            last: Seq(0),
            untold: None,
            told: watch::Sender::new(presence(&roster)),
            roster,
            awaits_expiry: false,
            told_at: None,
            is_due: false,
        }
    }
}

impl Room {
    pub(super) fn is_empty(&self) -> bool {
        self.connections.is_empty() && self.roster.is_empty()
    }

    /// Lets everybody hear the events: now, or by a task when there are many. Returns whether such a task has to begin.
    #[must_use]
    pub(super) fn publish(&mut self, events: Vec<Arc<Published>>) -> bool {
        self.last = events.iter().map(|event| event.seq).fold(self.last, Ord::max);
        match &mut self.untold {
            // Nobody has kept up, as so many may not wait for one listener either.
            Some(untold) if untold.len() + events.len() > QUEUE => {
                untold.clear();
                self.connections.values_mut().for_each(|queue| *queue = None);
                false
            }
            Some(untold) => {
                untold.extend(events);
                false
            }
            None if self.connections.len() > AT_ONCE => {
                self.untold = Some(events);
                true
            }
            None => {
                for queue in self.connections.values_mut() {
                    if queue.as_ref().is_some_and(|queue| !tell(queue, &events)) {
                        *queue = None;
                    }
                }
                false
            }
        }
    }

    /// What a task has to tell next; when there is nothing, no task is needed any more.
    pub(super) fn next_round(&mut self) -> Option<Round> {
        let events = std::mem::take(self.untold.as_mut()?);
        if events.is_empty() {
            self.untold = None;
            return None;
        }
        let listeners = self.connections.iter().filter_map(|(id, queue)| Some((*id, queue.clone()?))).collect();
        Some(Round { events, listeners })
    }

    pub(super) fn stop_publishing_to(&mut self, id: ConnectionId) {
        if let Some(queue) = self.connections.get_mut(&id) {
            *queue = None;
        }
    }

    /// What somebody hears who wants to know who is there, beginning with what was told last.
    pub(super) fn listen_to_presence(&self) -> watch::Receiver<Utf8Bytes> {
        let mut presence = self.told.subscribe();
        presence.mark_changed();
        presence
    }

    /// Tells who is there, if that was not just done; otherwise says when somebody has to, unless somebody will.
    #[must_use]
    pub(super) fn tell_or_wait(&mut self, now: Instant) -> Option<Instant> {
        if self.is_due {
            return None;
        }
        match self.told_at.map(|told_at| told_at + self.pause()) {
            Some(due) if due > now => {
                self.is_due = true;
                Some(due)
            }
            _ => {
                self.tell(now);
                None
            }
        }
    }

    pub(super) fn tell(&mut self, now: Instant) {
        self.is_due = false;
        self.told_at = Some(now);
        let text = presence(&self.roster);
        self.told.send_if_modified(|told| {
            let is_new = *told != text;
            if is_new {
                *told = text;
            }
            is_new
        });
    }

    /// The time between two times of telling.
    fn pause(&self) -> Duration {
        let listeners = u32::try_from(self.connections.len()).unwrap_or(u32::MAX);
        PER_LISTENER.saturating_mul(listeners).clamp(OFTEN, SELDOM)
    }
}

fn presence(roster: &Roster) -> Utf8Bytes {
    let analysts = roster.analysts();
    let others = roster.len() - analysts.len();
    serde_json::to_string(&ServerMessage::Presence { analysts, others }).unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use domain::ids::Actor;

    use super::*;

    fn join(room: &mut Room, number: u64) {
        let name = Actor::new(&format!("Analyst {number}")).expect("a name");
        room.roster.join(ConnectionId(number), name);
        room.connections.insert(ConnectionId(number), None);
    }

    /// What is told over, one change each millisecond, until everything is: how often, and what at last.
    fn crowd(size: u64) -> (usize, String) {
        let mut room = Room::default();
        let mut presence = room.told.subscribe();
        let mut now = Instant::now();
        let (mut times, mut due) = (0, None);
        for number in 0..size {
            now += Duration::from_millis(1);
            if due.is_some_and(|due| due <= now) {
                due = None;
                room.tell(now);
            }
            join(&mut room, number);
            due = due.or(room.tell_or_wait(now));
            times += usize::from(presence.has_changed().expect("the room is there"));
            presence.mark_unchanged();
        }
        room.tell(due.expect("there is more to tell"));
        (times, presence.borrow().to_string())
    }

    #[test]
    fn the_first_change_is_told_at_once_and_others_after_a_pause() {
        let (times, last) = crowd(250);
        assert_eq!(times, 3);
        assert!(last.ends_with(r#""others":150}"#), "{last}");
    }

    #[test]
    fn a_crowd_is_told_less_often() {
        let (times, last) = crowd(2_000);
        assert!((5..15).contains(&times), "{times} times: every 100 ms would be 20");
        assert!(last.ends_with(r#""others":1900}"#), "{last}");
    }

    #[test]
    fn what_comes_to_the_same_is_not_told() {
        let mut room = Room::default();
        let mut presence = room.listen_to_presence();
        presence.mark_unchanged();
        let now = Instant::now();
        assert_eq!(room.tell_or_wait(now), None);
        join(&mut room, 1);
        assert_eq!(room.tell_or_wait(now), Some(now + OFTEN));
        room.roster.leave(ConnectionId(1), domain::presence::Departure::Closed);
        assert_eq!(room.tell_or_wait(now), None, "somebody will");
        room.tell(now + OFTEN);
        assert!(!presence.has_changed().expect("the room is there"));
    }
}
