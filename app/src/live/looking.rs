//! What changed since whoever sits here looked.
//!
//! While the page is in sight, what arrives is seen. From the moment it is hidden or left, what others do is marked at its
//! node until that has been looked at.

use std::sync::Arc;

use domain::event::Event;
use domain::ids::NodeId;
use domain::time::Timestamp;
use domain::unseen::Seen;
use leptos::ev;
use leptos::prelude::*;

use super::ExecutionStore;
use super::store::set_if_new;
use crate::ui::storage;

impl ExecutionStore {
    /// What others did that has not been seen, oldest first.
    pub(crate) fn unseen(self) -> RwSignal<Vec<Arc<Event>>> {
        self.unseen
    }

    /// Since when that is.
    pub(crate) fn seen_at(self) -> Option<Timestamp> {
        self.seen.with_value(|seen| seen.at)
    }

    /// Everything has been seen.
    pub(crate) fn see_all(self) {
        self.set_seen(Seen::all(self.last_seq(), self.exactly_now()));
    }

    /// A node has been looked at.
    fn see_node(self, node_id: &NodeId) {
        let marked = self.step(node_id).is_some_and(|view| *view.unseen.read_untracked() > 0);
        if marked {
            let mut seen = self.seen.get_value();
            seen.node(node_id, self.last_seq());
            self.set_seen(seen);
        }
    }

    fn set_seen(self, seen: Seen) {
        let text = serde_json::to_string(&seen).unwrap_or_default();
        storage::set(&self.seen_name(), &text);
        self.seen.set_value(seen);
        self.recount();
    }

    fn seen_name(self) -> String {
        format!("forge.seen.{}", self.id())
    }

    /// Marks again what has not been seen.
    pub(super) fn recount(self) {
        let me = self.analyst().actor();
        let seen = self.seen.get_value();
        let unseen: Vec<Arc<Event>> =
            self.events().with_untracked(|events| seen.unseen(events, &me).cloned().collect());
        self.steps.with_value(|views| {
            for view in views {
                let node_id = &view.step.read_untracked().node_id;
                let count = unseen.iter().filter(|event| event.node_id.as_ref() == Some(node_id)).count();
                set_if_new(&view.unseen, count);
            }
        });
        if unseen.is_empty() && self.unseen.read_untracked().is_empty() {
            return;
        }
        self.unseen.set(unseen);
    }

    /// Events have arrived.
    pub(super) fn look_at_new(self, news: &[Arc<Event>]) {
        if is_in_sight() {
            let mut seen = self.seen.get_value();
            let now = self.exactly_now();
            for event in news {
                seen.arrived(event, now);
            }
            self.set_seen(seen);
        } else {
            self.recount();
        }
    }

    /// Whoever sits here looks away; where there is nothing to catch up with, everything has been seen up to now.
    fn look_away(self) {
        if self.unseen.try_read_untracked().is_some_and(|unseen| unseen.is_empty()) {
            self.see_all();
        }
    }

    /// Begins to follow what is seen.
    pub(super) fn look(self) {
        let kept = storage::get(&self.seen_name()).and_then(|text| serde_json::from_str::<Seen>(&text).ok());
        match kept {
            Some(seen) if seen.seq <= self.last_seq() => {
                self.seen.set_value(seen);
                self.recount();
                self.look_away();
            }
            // Who comes for the first time, or to another log, has nothing to catch up with.
            _ => self.see_all(),
        }
        let hidden = window_event_listener(ev::visibilitychange, move |_| {
            if !is_in_sight() {
                self.look_away();
            }
        });
        let left = window_event_listener(ev::pagehide, move |_| self.look_away());
        on_cleanup(move || {
            hidden.remove();
            left.remove();
            self.look_away();
        });
        Effect::new(move |before: Option<Option<NodeId>>| {
            let chosen = self.selected().get();
            // The node that happens to be open at first has not been looked at before it is left.
            if let Some(before) = before {
                for node_id in before.iter().chain(&chosen) {
                    self.see_node(node_id);
                }
            }
            chosen
        });
    }
}

/// Whether the page can be seen at all.
#[cfg(feature = "hydrate")]
fn is_in_sight() -> bool {
    !document().hidden()
}

/// Nobody looks at a server.
#[cfg(not(feature = "hydrate"))]
fn is_in_sight() -> bool {
    true
}
