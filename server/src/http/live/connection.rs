//! A live connection, from its hello to its end (DESIGN §7).
//!
//! It has its place in the room before it reads the log, so that no event falls between the two; what it hears twice it
//! knows by its number, and what it did not hear, because another process wrote it, it reads. Every event leaves in the
//! order of `seq`, each once; who is there is told when no event waits.

use std::borrow::Cow;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use domain::api::TimelineFilter;
use domain::graph::Graph;
use domain::ids::{ExecutionId, Seq};
use domain::protocol::{ClientMessage, CloseCode, MAX_CATCH_UP_EVENTS, PROTOCOL_VERSION, ServerMessage};
use futures::{FutureExt, SinkExt};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};

use crate::hub::{Heard, Listener, Published};
use crate::metrics::Reason;
use crate::serve::stopped;
use crate::service::{Service, ServiceError, now};

/// How long a client may take to say hello before it is given everything from the beginning.
const HELLO_TIMEOUT: Duration = Duration::from_millis(300);
/// How long a client may take to read what is left and to say goodbye. Whoever hangs up earlier takes from it what it
/// has not read yet.
const GOODBYE_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest reason that a frame which closes a connection has room for (RFC 6455 §5.5).
const MAX_REASON_BYTES: usize = 123;
/// Heartbeats that may go unanswered.
const MISSED_HEARTBEATS: u32 = 2;

/// Why a connection ends.
enum End {
    /// The client said goodbye.
    Left,
    /// The client is gone.
    Lost,
    /// The server closes, with a code and words.
    Closed(CloseCode, Cow<'static, str>),
}

impl End {
    fn reason(&self) -> &'static str {
        match self {
            Self::Left => "client",
            Self::Lost => "lost",
            Self::Closed(CloseCode::SlowConsumer, _) => "slow_consumer",
            Self::Closed(CloseCode::OtherProtocol, _) => "other_protocol",
            Self::Closed(CloseCode::BadMessage, _) => "bad_message",
            Self::Closed(CloseCode::ServerError, _) => "server_error",
            Self::Closed(CloseCode::GoingAway, _) => "going_away",
        }
    }
}

impl From<axum::Error> for End {
    fn from(_: axum::Error) -> Self {
        Self::Lost
    }
}

impl From<ServiceError> for End {
    fn from(error: ServiceError) -> Self {
        tracing::error!(%error, "a live connection could not read the log");
        Self::Closed(CloseCode::ServerError, "the log could not be read".into())
    }
}

pub(super) struct Connection {
    socket: WebSocket,
    service: Service,
    execution: ExecutionId,
    room: Listener,
    /// What can be looked at.
    graph: Arc<Graph>,
    /// The last event sent.
    sent: Seq,
    /// Heartbeats since the client was last heard.
    unanswered: u32,
    /// How long one message may take to leave.
    patience: Duration,
}

impl Connection {
    pub(super) fn new(
        socket: WebSocket,
        service: Service,
        execution: ExecutionId,
        room: Listener,
        graph: Arc<Graph>,
        patience: Duration,
    ) -> Self {
        Self { socket, service, execution, room, graph, sent: Seq(0), unanswered: 0, patience }
    }

    /// Serves the client to the end.
    pub(super) async fn serve(mut self, resume: Option<Seq>, heartbeat: Duration, mut stopping: watch::Receiver<bool>) {
        let mut end = match self.talk(resume, heartbeat, &mut stopping).await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        if matches!(end, End::Lost) && self.said_goodbye() {
            end = End::Left;
        }
        self.room.leave(!matches!(end, End::Left));
        self.service.hub().counts().closed.get_or_create(&Reason { reason: end.reason() }).inc();
        if let End::Closed(code, reason) = &end {
            let frame = CloseFrame { code: *code as u16, reason: Utf8Bytes::from(reason.as_ref()) };
            // The client may be gone by now; there is nobody left to tell.
            let _ = self.put(Message::Close(Some(frame))).await;
        }
        // A server that stops does not wait for goodbyes.
        drop(stopping);
        if !matches!(end, End::Lost) {
            let _ = timeout(GOODBYE_TIMEOUT, async { while let Some(Ok(_)) = self.socket.recv().await {} }).await;
        }
    }

    /// Whether the client said goodbye before it hung up, unheard so far because something was being sent.
    fn said_goodbye(&mut self) -> bool {
        while let Some(Some(Ok(message))) = self.socket.recv().now_or_never() {
            if matches!(message, Message::Close(_)) {
                return true;
            }
        }
        false
    }

    async fn talk(
        &mut self,
        resume: Option<Seq>,
        period: Duration,
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<Infallible, End> {
        self.sent = match resume {
            Some(last_seq) => last_seq,
            None => self.hello().await?,
        };
        self.catch_up().await?;
        self.beat().await?;
        let mut heartbeat = interval_at(Instant::now() + period, period);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                heard = self.room.hear() => match heard {
                    Heard::Event(event) => self.forward(event).await?,
                    Heard::Presence(text) => self.put(Message::Text(text)).await?,
                    Heard::End => {
                        let words = "too slow: connect again and resume by last_seq";
                        return Err(End::Closed(CloseCode::SlowConsumer, words.into()));
                    }
                },
                message = self.socket.recv() => {
                    self.unanswered = 0;
                    self.heed(message.ok_or(End::Lost)??)?;
                }
                _ = heartbeat.tick() => {
                    if self.unanswered >= MISSED_HEARTBEATS {
                        return Err(End::Lost);
                    }
                    self.unanswered += 1;
                    self.feed(Message::Ping(axum::body::Bytes::new())).await?;
                    self.beat().await?;
                }
                () = stopped(stopping) => {
                    return Err(End::Closed(CloseCode::GoingAway, "the server is about to stop".into()));
                }
            }
        }
    }

    /// What the client knows already; nothing when it does not say.
    async fn hello(&mut self) -> Result<Seq, End> {
        loop {
            let Ok(message) = timeout(HELLO_TIMEOUT, self.socket.recv()).await else { return Ok(Seq(0)) };
            let message = message.ok_or(End::Lost)??;
            let is_text = matches!(message, Message::Text(_));
            let known = self.heed(message)?;
            if is_text {
                return Ok(known);
            }
        }
    }

    /// Does what the client asks for. Returns what it says to know, which only matters in the beginning.
    fn heed(&mut self, message: Message) -> Result<Seq, End> {
        let text = match message {
            Message::Text(text) => text,
            Message::Close(_) => return Err(End::Left),
            _ => return Ok(Seq(0)),
        };
        match serde_json::from_str(&text) {
            Ok(ClientMessage::Hello { protocol, .. }) if protocol != PROTOCOL_VERSION => {
                Err(End::Closed(CloseCode::OtherProtocol, "this server speaks protocol 1: load the page anew".into()))
            }
            Ok(ClientMessage::Hello { analyst, last_seq, .. }) => {
                self.room.hello(analyst);
                Ok(last_seq)
            }
            Ok(ClientMessage::Viewing { node_id, editing }) => {
                // What is no node is nothing that others could be shown.
                self.room.look(node_id.filter(|id| self.graph.node(id).is_some()), editing);
                Ok(Seq(0))
            }
            Err(error) => {
                let mut reason = format!("this is no message of protocol 1: {error}");
                reason.truncate(reason.floor_char_boundary(MAX_REASON_BYTES));
                Err(End::Closed(CloseCode::BadMessage, reason.into()))
            }
        }
    }

    /// Sends everything after what the client knows. Nothing is read for a client that is up to date, as far as this
    /// process knows, and it knows everything that was told in the room before.
    async fn catch_up(&mut self) -> Result<(), End> {
        match self.service.known(self.execution) {
            Some(execution) if execution.state.last_seq == self.sent => Ok(()),
            // Needed seldom and large: no idle connection shall keep room for it.
            _ => Box::pin(self.read_log()).await,
        }
    }

    /// Sends everything after what the client knows: event by event, or the state when that is too much, or when the
    /// client knows more than there is (its log is of another database).
    async fn read_log(&mut self) -> Result<(), End> {
        let execution = self.service.fold(self.execution).await?;
        let last = execution.state.last_seq;
        if self.sent > last || last.0 - self.sent.0 > MAX_CATCH_UP_EVENTS {
            self.sent = last;
            return self.say(&ServerMessage::Snapshot { state: Box::new(execution.state.clone()) }).await;
        }
        if self.sent < last {
            let filter = TimelineFilter { after_seq: Some(self.sent), ..TimelineFilter::default() };
            for event in self.service.timeline(self.execution, &filter).await? {
                self.send(&Published::new(&event)).await?;
            }
        }
        self.flush().await
    }

    /// Sends an event that was heard in the room, and with it whatever else waits there.
    async fn forward(&mut self, event: Arc<Published>) -> Result<(), End> {
        let mut next = Some(event);
        while let Some(event) = next {
            if event.seq.0 > self.sent.0 + 1 {
                Box::pin(self.read_log()).await?;
            }
            self.send(&event).await?;
            next = self.room.waiting();
        }
        self.flush().await
    }

    async fn send(&mut self, event: &Published) -> Result<(), End> {
        if event.seq > self.sent {
            self.sent = event.seq;
            self.feed(Message::Text(event.text.clone())).await?;
        }
        Ok(())
    }

    async fn beat(&mut self) -> Result<(), End> {
        self.say(&ServerMessage::Heartbeat { now: now(), last_seq: self.sent }).await
    }

    async fn say(&mut self, message: &ServerMessage) -> Result<(), End> {
        let text = serde_json::to_string(message).unwrap_or_default();
        self.put(Message::Text(text.into())).await
    }

    async fn put(&mut self, message: Message) -> Result<(), End> {
        self.feed(message).await?;
        self.flush().await
    }

    /// Lets a message wait for others to leave with.
    async fn feed(&mut self, message: Message) -> Result<(), End> {
        self.service.hub().counts().sent.inc();
        in_time(self.patience, self.socket.feed(message)).await
    }

    async fn flush(&mut self) -> Result<(), End> {
        in_time(self.patience, self.socket.flush()).await
    }
}

/// Sends to a client that may have stopped reading, and is not waited for then.
async fn in_time(patience: Duration, sending: impl Future<Output = Result<(), axum::Error>>) -> Result<(), End> {
    Ok(timeout(patience, sending).await.map_err(|_| End::Lost)??)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size_of_future<A, B, C, D, F>(_: impl Fn(A, B, C, D) -> F) -> usize {
        size_of::<F>()
    }

    /// Ten thousand idle connections have to fit in 300 MB (DESIGN §7), with their sockets.
    #[test]
    fn an_idle_connection_takes_little_room() {
        let bytes = size_of_future(Connection::serve);
        println!("{bytes} bytes, {} of them the socket", size_of::<WebSocket>());
        assert!(bytes < 3 * 1024, "{bytes} bytes");
    }
}
