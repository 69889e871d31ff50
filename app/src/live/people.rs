//! Who else is on this execution, and telling them what is looked at here.

use domain::ids::NodeId;
use domain::presence::Analyst;
use domain::protocol::ClientMessage;
use leptos::prelude::*;

use super::ExecutionStore;
use super::store::set_if_new;

/// Everybody on an execution.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct People {
    /// Those who are named.
    pub(crate) named: Vec<Analyst>,
    /// How many more there are.
    pub(crate) others: usize,
}

/// The way to the server, while there is a connection.
#[derive(Default)]
pub(crate) struct Link {
    #[cfg(feature = "hydrate")]
    pub(super) messages: Option<futures::channel::mpsc::UnboundedSender<ClientMessage>>,
}

impl Link {
    #[cfg(feature = "hydrate")]
    fn say(&self, message: ClientMessage) {
        if let Some(messages) = &self.messages {
            // A connection that has just ended says everything again when it is back.
            let _ = messages.unbounded_send(message);
        }
    }

    /// Only a browser says anything.
    #[cfg(not(feature = "hydrate"))]
    fn say(&self, _: ClientMessage) {}
}

impl ExecutionStore {
    /// Everybody on this execution.
    pub(crate) fn people(self) -> RwSignal<People> {
        self.people
    }

    /// Whether something is about to be changed here: a note is being typed, a status chosen.
    pub(crate) fn editing(self) -> RwSignal<bool> {
        self.editing
    }

    /// Takes in who is there now.
    pub(super) fn present(self, people: People) {
        if *self.people.read_untracked() == people {
            return;
        }
        self.people.set(people);
        self.mark_viewers();
    }

    /// Lays over each node who else looks at it.
    fn mark_viewers(self) {
        let me = self.analyst().actor();
        let people = self.people.read_untracked();
        let at = |node: &NodeId| {
            let others =
                people.named.iter().filter(|person| person.name != me && person.node_id.as_ref() == Some(node));
            others.cloned().collect::<Vec<_>>()
        };
        self.steps.with_value(|views| {
            for view in views {
                let viewers = at(&view.step.read_untracked().node_id);
                set_if_new(&view.viewers, viewers);
            }
        });
    }

    /// What is looked at here.
    pub(super) fn viewing(self) -> ClientMessage {
        ClientMessage::Viewing { node_id: self.selected().get(), editing: self.editing.get() }
    }

    /// From now on, the others see what is looked at here, and under which name.
    pub(super) fn share_what_is_looked_at(self) {
        Effect::new(move || {
            let message = self.viewing();
            self.link.with_value(|link| link.say(message));
        });
        Effect::new(move |before: Option<()>| {
            self.analyst().name();
            if before.is_some() {
                self.link.with_value(|link| link.say(self.hello()));
                self.mark_viewers();
            }
        });
    }

    /// Who is here, and what is known already.
    pub(super) fn hello(self) -> ClientMessage {
        ClientMessage::Hello {
            protocol: domain::protocol::PROTOCOL_VERSION,
            analyst: Some(self.analyst().actor()),
            last_seq: self.last_seq(),
        }
    }
}
