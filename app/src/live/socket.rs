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
}

#[cfg(feature = "hydrate")]
pub(crate) use browser::connect;

#[cfg(feature = "hydrate")]
mod browser {
    use std::time::Duration;

    use domain::protocol::{ClientMessage, HEARTBEAT_SECONDS, Incoming, PROTOCOL_VERSION, ServerMessage};
    use futures::future::{Either, select};
    use futures::{SinkExt, StreamExt};
    use gloo_net::websocket::Message;
    use gloo_net::websocket::futures::WebSocket;
    use gloo_timers::future::sleep;
    use leptos::prelude::*;
    use leptos::task::spawn_local;

    use super::Connection;
    use crate::backend::load_execution;
    use crate::live::ExecutionStore;

    /// Silence after which a connection is taken for dead: two heartbeats and some time on the way.
    const SILENCE: Duration = Duration::from_secs(2 * HEARTBEAT_SECONDS as u64 + 5);
    const FIRST_RETRY_MILLIS: f64 = 300.0;
    const LAST_RETRY_MILLIS: f64 = 10_000.0;

    /// Why a connection ended.
    struct Broken;

    /// Keeps the store up to date until its page is left.
    pub(crate) fn connect(store: ExecutionStore) {
        let left = StoredValue::new(false);
        on_cleanup(move || left.set_value(true));
        let is_left = move || left.try_get_value().unwrap_or(true);
        spawn_local(async move {
            let mut retries = 0;
            while !is_left() {
                let Err(Broken) = listen(store, &is_left, &mut retries).await;
                if is_left() {
                    return;
                }
                store.connection().update(|connection| {
                    if !matches!(connection, Connection::Lost { .. }) {
                        *connection = Connection::Lost { since: store.now().get_untracked() };
                    }
                });
                sleep(retry_delay(retries)).await;
                retries += 1;
            }
        });
    }

    /// Full jitter: many browsers that lost one server do not come back at once.
    fn retry_delay(retries: i32) -> Duration {
        let most = (FIRST_RETRY_MILLIS * 2_f64.powi(retries.min(10))).min(LAST_RETRY_MILLIS);
        Duration::from_secs_f64(js_sys::Math::random() * most / 1_000.0)
    }

    async fn listen(
        store: ExecutionStore,
        is_left: &impl Fn() -> bool,
        retries: &mut i32,
    ) -> Result<std::convert::Infallible, Broken> {
        let mut socket = WebSocket::open(&address(store)).map_err(|_| Broken)?;
        let hello = ClientMessage::Hello {
            protocol: PROTOCOL_VERSION,
            analyst: Some(store.analyst().actor()),
            last_seq: store.last_seq(),
        };
        let hello = serde_json::to_string(&hello).map_err(|_| Broken)?;
        socket.send(Message::Text(hello)).await.map_err(|_| Broken)?;
        loop {
            let message = match select(socket.next(), Box::pin(sleep(SILENCE))).await {
                Either::Left((Some(Ok(Message::Text(text))), _)) => text,
                Either::Left((Some(Ok(Message::Bytes(_))), _)) => continue,
                Either::Left((Some(Err(_)) | None, _)) | Either::Right(_) => return Err(Broken),
            };
            if is_left() {
                return Err(Broken);
            }
            match serde_json::from_str(&message).map_err(|_| Broken)? {
                Incoming::Event(event) => {
                    if !store.receive(*event) {
                        return Err(Broken);
                    }
                }
                Incoming::Message(ServerMessage::Heartbeat { .. }) => {
                    *retries = 0;
                    store.connection().set(Connection::Live);
                }
                Incoming::Message(ServerMessage::Presence { .. }) => {}
                Incoming::Message(ServerMessage::Snapshot { .. }) => {
                    // The timeline wants the events too, so everything is loaded anew.
                    let data = load_execution(store.id().to_string()).await.map_err(|_| Broken)?;
                    store.reset(data);
                }
            }
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
