//! A place in a room, as a live connection has it.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::ws::Utf8Bytes;
use domain::ids::{Actor, ExecutionId, NodeId};
use domain::presence::{ConnectionId, Departure};
use tokio::sync::{mpsc, watch};

use super::{Hub, Published};

/// A place in a room; given up when it is dropped.
#[derive(Debug)]
pub(crate) struct Listener {
    hub: Hub,
    execution: ExecutionId,
    id: ConnectionId,
    address: Option<IpAddr>,
    queue: mpsc::Receiver<Arc<Published>>,
    /// Who is there; for those who said hello.
    presence: Option<watch::Receiver<Utf8Bytes>>,
    has_left: bool,
}

/// What is heard in a room.
#[derive(Debug)]
pub(crate) enum Heard {
    /// An event.
    Event(Arc<Published>),
    /// Who is there now.
    Presence(Utf8Bytes),
    /// Nothing any more: this listener did not keep up.
    End,
}

impl Listener {
    pub(super) fn new(
        hub: Hub,
        execution: ExecutionId,
        id: ConnectionId,
        address: Option<IpAddr>,
        queue: mpsc::Receiver<Arc<Published>>,
    ) -> Self {
        Self { hub, execution, id, address, queue, presence: None, has_left: false }
    }

    /// What happens next. Events come first, and of who is there only the newest.
    pub(crate) async fn hear(&mut self) -> Heard {
        let presence = async {
            if let Some(presence) = &mut self.presence
                && presence.changed().await.is_ok()
            {
                return presence.borrow_and_update().clone();
            }
            std::future::pending().await
        };
        tokio::select! {
            biased;
            event = self.queue.recv() => event.map_or(Heard::End, Heard::Event),
            presence = presence => Heard::Presence(presence),
        }
    }

    /// An event that has arrived already, if there is one.
    pub(crate) fn waiting(&mut self) -> Option<Arc<Published>> {
        self.queue.try_recv().ok()
    }

    /// Says who this is, and wants to know who is there. Without a name, one is not there.
    pub(crate) fn hello(&mut self, analyst: Option<Actor>) {
        let (id, presence) = (self.id, &mut self.presence);
        self.hub.change(self.execution, |room| match analyst {
            Some(name) => room.roster.join(id, name),
            None => room.roster.leave(id, Departure::Closed),
        });
        if presence.is_none() {
            *presence = self.hub.rooms().by_execution.get(&self.execution).map(super::Room::listen_to_presence);
        }
    }

    /// Says what is looked at.
    pub(crate) fn look(&self, node_id: Option<NodeId>, editing: bool) {
        self.hub.change(self.execution, |room| room.roster.look(self.id, node_id, editing));
    }

    /// Hears nothing any more and is not there any more, but keeps the place until the connection is over. Whoever
    /// `is_lost` may be back in a moment, and is shown until then.
    pub(crate) fn leave(&mut self, is_lost: bool) {
        if !self.has_left {
            self.has_left = true;
            self.hub.leave(self.execution, self.id, is_lost);
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.leave(true);
        self.hub.give_back(self.execution, self.id, self.address);
    }
}
