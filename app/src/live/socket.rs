//! The live connection: resumes where it broke off, and never leaves the page stale in silence.

use domain::time::Timestamp;

/// Whether what is shown is the truth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(feature = "hydrate"), expect(dead_code, reason = "only a browser connects"))]
pub(crate) enum Connection {
    /// Not there yet; what is shown is as of the page's loading.
    Connecting,
    /// Every event arrives as it happens.
    Live,
    /// Broken off; what is shown is as of then.
    Lost {
        /// When the server was last heard.
        since: Timestamp,
    },
    /// The server speaks another version of the protocol: only a reload helps.
    Outdated {
        /// When the server was last heard.
        since: Timestamp,
    },
}

#[cfg(feature = "hydrate")]
pub(crate) use browser::connect;

#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use domain::event::Event;
    use domain::protocol::{ClientMessage, CloseCode, HEARTBEAT_SECONDS, Incoming};
    use futures::channel::mpsc::{UnboundedReceiver, unbounded};
    use futures::channel::oneshot;
    use futures::future::{Either, select};
    use futures::{FutureExt, SinkExt, StreamExt};
    use gloo_net::websocket::futures::WebSocket;
    use gloo_net::websocket::{Message, WebSocketError};
    use leptos::ev;
    use leptos::prelude::*;
    use leptos::task::spawn_local;

    use super::Connection;
    use crate::backend::load_execution;
    use crate::live::people::{Link, People};
    use crate::live::{ExecutionStore, backoff};

    /// Silence after which a connection is taken for dead: two heartbeats and some time on the way.
    const SILENCE: Duration = Duration::from_secs(2 * HEARTBEAT_SECONDS as u64 + 5);

    /// Why a connection ended.
    enum End {
        /// It broke, and is tried again.
        Broken,
        /// The page was left.
        Left,
        /// This page is of another version than the server.
        Outdated,
    }

    /// Keeps the store up to date until its page is left.
    pub(crate) fn connect(store: ExecutionStore) {
        let (leave, left) = oneshot::channel::<()>();
        let leave = StoredValue::new_local(Some(leave));
        on_cleanup(move || drop(leave.try_update_value(Option::take)));
        let network = Network::watch();
        spawn_local(async move {
            let mut left = left.fuse();
            let mut failures = 0;
            loop {
                let end = {
                    let listening = Box::pin(listen(store, network, &mut failures));
                    match select(&mut left, listening).await {
                        Either::Left(_) => End::Left,
                        Either::Right((end, _)) => end,
                    }
                };
                if matches!(end, End::Left) {
                    return;
                }
                store.link.set_value(Link::default());
                let outdated = matches!(end, End::Outdated);
                store.connection.update(|connection| {
                    let since = match *connection {
                        Connection::Lost { since } | Connection::Outdated { since } => since,
                        Connection::Connecting | Connection::Live => store.heard.get_value(),
                    };
                    *connection = if outdated { Connection::Outdated { since } } else { Connection::Lost { since } };
                });
                // With the connection goes who is there: nobody knows any more.
                store.present(People::default());
                if outdated {
                    return;
                }
                let resting = Box::pin(network.rest(failures));
                if let Either::Left(_) = select(&mut left, resting).await {
                    return;
                }
                failures += 1;
            }
        });
    }

    /// What the browser says about the network: whether it is gone, and when it is back.
    #[derive(Clone, Copy)]
    struct Network {
        /// Who waits to hear of the next change.
        waiting: StoredValue<Vec<oneshot::Sender<()>>, LocalStorage>,
    }

    impl Network {
        fn watch() -> Self {
            let network = Self { waiting: StoredValue::new_local(Vec::new()) };
            let tell = move || {
                // Nobody waits any more once the page was left.
                let waiting = network.waiting.try_update_value(std::mem::take).unwrap_or_default();
                waiting.into_iter().for_each(|waiting| waiting.send(()).unwrap_or_default());
            };
            let online = window_event_listener(ev::online, move |_| tell());
            let offline = window_event_listener(ev::offline, move |_| tell());
            on_cleanup(move || {
                online.remove();
                offline.remove();
            });
            network
        }

        async fn changed(self) {
            let (sender, receiver) = oneshot::channel();
            self.waiting.try_update_value(|waiting| {
                waiting.retain(|waiting| !waiting.is_canceled());
                waiting.push(sender);
            });
            // An error means that the page was left.
            let _ = receiver.await;
        }

        /// Ends when the network is said to be gone.
        async fn gone(self) {
            while window().navigator().on_line() {
                self.changed().await;
            }
        }

        /// Waits, but not when the network comes back.
        async fn rest(self, failures: u32) {
            select(Box::pin(self.changed()), Box::pin(backoff::rest(failures))).await;
        }
    }

    async fn listen(store: ExecutionStore, network: Network, failures: &mut u32) -> End {
        let Ok(socket) = WebSocket::open(&address(store)) else { return End::Broken };
        let (mut sink, mut stream) = socket.split();
        let (messages, outgoing) = unbounded();
        for message in [store.hello(), untrack(|| store.viewing())] {
            // The other end is held here.
            let _ = messages.unbounded_send(message);
        }
        store.link.set_value(Link { messages: Some(messages) });
        let speaking = Box::pin(async move {
            speak(&mut sink, outgoing).await;
            // Who cannot speak will hear why.
            futures::future::pending::<()>().await;
        });
        let hearing = Box::pin(async {
            // What was missed is taken in as a whole, when the heartbeat after it says that it is.
            let mut missed = Some(Vec::new());
            loop {
                let message = match select(stream.next(), Box::pin(backoff::sleep(SILENCE))).await {
                    Either::Left((Some(Ok(Message::Text(text))), _)) => text,
                    Either::Left((Some(Ok(Message::Bytes(_))), _)) => continue,
                    Either::Left((Some(Err(error)), _)) => return end_of(&error),
                    Either::Left((None, _)) | Either::Right(_) => return End::Broken,
                };
                // Asked again, the server would say the same: it is newer than this page.
                let Ok(incoming) = Incoming::read(&message) else { return End::Outdated };
                if let Err(end) = take_in(store, incoming, &mut missed).await {
                    return end;
                }
                if missed.is_none() {
                    *failures = 0;
                }
            }
        });
        let gone = Box::pin(network.gone());
        match select(hearing, select(speaking, gone)).await {
            Either::Left((end, _)) => end,
            Either::Right(_) => End::Broken,
        }
    }

    async fn speak(
        sink: &mut futures::stream::SplitSink<WebSocket, Message>,
        mut outgoing: UnboundedReceiver<ClientMessage>,
    ) {
        while let Some(message) = outgoing.next().await {
            let Ok(text) = serde_json::to_string(&message) else { continue };
            if sink.send(Message::Text(text)).await.is_err() {
                return;
            }
        }
    }

    async fn take_in(store: ExecutionStore, incoming: Incoming, missed: &mut Option<Vec<Event>>) -> Result<(), End> {
        store.heard.set_value(store.exactly_now());
        match incoming {
            Incoming::Event(event) => {
                if let Some(missed) = missed {
                    missed.push(*event);
                } else if !store.receive(vec![*event]) {
                    return Err(End::Broken);
                }
            }
            Incoming::Heartbeat { now } => {
                store.clock.set(now);
                if let Some(missed) = missed.take() {
                    if !store.receive(missed) {
                        return Err(End::Broken);
                    }
                    store.connection.set(Connection::Live);
                    store.outbox.take_over();
                    store.outbox.hurry();
                }
            }
            Incoming::Presence { analysts: named, others } => {
                store.present(People { named, others });
            }
            Incoming::Snapshot => {
                // The timeline wants the events too, so everything is loaded anew.
                let data = load_execution(store.id().to_string()).await.map_err(|_| End::Broken)?;
                store.reset(data);
            }
        }
        Ok(())
    }

    fn end_of(error: &WebSocketError) -> End {
        match error {
            WebSocketError::ConnectionClose(close) if close.code == CloseCode::OtherProtocol as u16 => End::Outdated,
            _ => End::Broken,
        }
    }

    fn address(store: ExecutionStore) -> String {
        let location = window().location();
        let secure = location.protocol().is_ok_and(|protocol| protocol == "https:");
        let scheme = if secure { "wss" } else { "ws" };
        let host = location.host().unwrap_or_default();
        // In the address as well as in the hello: on a slow line the hello may come too late.
        format!("{scheme}://{host}/api/executions/{}/live?last_seq={}", store.id(), store.last_seq())
    }
}
