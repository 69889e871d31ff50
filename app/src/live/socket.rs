//! A live connection: opened, heard and closed as the session says.

#[cfg(feature = "hydrate")]
pub(super) use browser::listen;

#[cfg(feature = "hydrate")]
mod browser {
    use domain::ids::Seq;
    use domain::protocol::{CloseCode, Incoming};
    use domain::session::{End, LineId};
    use futures::channel::mpsc::{UnboundedReceiver, unbounded};
    use futures::channel::oneshot;
    use futures::future::{Either, select};
    use futures::{SinkExt, StreamExt};
    use gloo_net::websocket::futures::WebSocket;
    use gloo_net::websocket::{Message, WebSocketError};
    use leptos::prelude::*;
    use leptos::task::spawn_local;

    use crate::live::people::{Link, People};
    use crate::live::{ExecutionStore, Live};

    /// Opens a connection and hears it until it ends or `closed` says so.
    pub(in crate::live) fn listen(
        live: Live,
        store: ExecutionStore,
        line: LineId,
        last_seq: Seq,
        closed: oneshot::Receiver<()>,
    ) {
        let Ok(socket) = WebSocket::open(&address(store, last_seq)) else {
            // Told when this has returned: the session is busy with what it said.
            return spawn_local(async move {
                live.tell(|session, at| session.ended(line, End::Broken, at));
            });
        };
        let (mut sink, mut stream) = socket.split();
        let (messages, outgoing) = unbounded();
        for message in [store.hello(), untrack(|| store.viewing())] {
            // The other end is held here.
            let _ = messages.unbounded_send(message);
        }
        store.link.set_value(Link { messages: Some(messages) });
        spawn_local(async move {
            let speaking = Box::pin(async move {
                speak(&mut sink, outgoing).await;
                // A connection that takes nothing more says why it ends.
                futures::future::pending::<()>().await;
            });
            let hearing = Box::pin(async {
                loop {
                    match stream.next().await {
                        Some(Ok(Message::Text(text))) => match Incoming::read(&text) {
                            Ok(incoming) => take_in(live, store, line, incoming),
                            // Asked again, the server would say the same: it is newer than this page.
                            Err(_) => return End::Outdated,
                        },
                        Some(Ok(Message::Bytes(_))) => {}
                        Some(Err(error)) => return end_of(&error),
                        None => return End::Broken,
                    }
                }
            });
            let ended = select(hearing, select(speaking, closed)).await;
            if let Either::Left((end, _)) = ended {
                live.tell(|session, at| session.ended(line, end, at));
            }
        });
    }

    async fn speak(
        sink: &mut futures::stream::SplitSink<WebSocket, Message>,
        mut outgoing: UnboundedReceiver<domain::protocol::ClientMessage>,
    ) {
        while let Some(message) = outgoing.next().await {
            let Ok(text) = serde_json::to_string(&message) else { continue };
            if sink.send(Message::Text(text)).await.is_err() {
                return;
            }
        }
    }

    fn take_in(live: Live, store: ExecutionStore, line: LineId, incoming: Incoming) {
        match &incoming {
            Incoming::Heartbeat { now } => store.clock.set(*now),
            Incoming::Presence { analysts, others } => {
                store.present(People { named: analysts.clone(), others: *others });
            }
            Incoming::Event(_) | Incoming::Snapshot => {}
        }
        live.tell(|session, at| session.heard(line, incoming, at));
    }

    fn end_of(error: &WebSocketError) -> End {
        match error {
            WebSocketError::ConnectionClose(close) if close.code == CloseCode::OtherProtocol as u16 => End::Outdated,
            _ => End::Broken,
        }
    }

    fn address(store: ExecutionStore, last_seq: Seq) -> String {
        let location = window().location();
        let secure = location.protocol().is_ok_and(|protocol| protocol == "https:");
        let scheme = if secure { "wss" } else { "ws" };
        let host = location.host().unwrap_or_default();
        // In the address as well as in the hello: on a slow line the hello may come too late.
        format!("{scheme}://{host}/api/executions/{}/live?last_seq={last_seq}", store.id())
    }
}
