//! `GET /api/executions/{id}/live`: the live WebSocket (DESIGN §7).
//!
//! A connection first takes its place in the room and then reads the log, so that no event falls between the two; what
//! it hears twice it knows by its number. Every event leaves in the order of `seq`, each once.

use std::time::Duration;

use axum::extract::State;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::api::{Problem, TimelineFilter, present};
use domain::ids::{ExecutionId, Seq};
use domain::protocol::{
    ClientMessage, CloseCode, HEARTBEAT_SECONDS, MAX_CATCH_UP_EVENTS, PROTOCOL_VERSION, ServerMessage,
};
use serde::Deserialize;
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::examples::EXAMPLES;
use super::extract::{Id, Query};
use super::openapi::{BadQuery, LIVE, NoUpgrade, NotFound, ServerFault};
use super::problem::ApiError;
use crate::hub::{Listener, Published};
use crate::serve::stopped;
use crate::service::{Service, ServiceError, now};

/// How long a client may take to say hello before it is given everything from the beginning.
const HELLO_TIMEOUT: Duration = Duration::from_millis(300);
/// How long one message may take to leave.
const SEND_TIMEOUT: Duration = Duration::from_secs(30);
/// Heartbeats that may go unanswered.
const MISSED_HEARTBEATS: u32 = 2;
/// Most of what a client may say at once.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// The default would be 128 KiB for each of thousands of mostly silent connections.
const BUFFER_BYTES: usize = 4 * 1024;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(upgrade))
}

/// For scripts that would rather not say hello.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct Resume {
    /// The last event the client has: then it need not say hello.
    #[serde(default, deserialize_with = "present")]
    last_seq: Option<Seq>,
}

/// Hear every event of an execution, live
///
#[doc = include_str!("live.md")]
#[utoipa::path(
    get, path = "/executions/{id}/live", operation_id = "live", tag = LIVE,
    params(("id" = ExecutionId, Path, description = "The execution.", example = json!(EXAMPLES.execution_id)), Resume),
    responses(
        (status = 101, description = "From here on the connection is a WebSocket."),
        BadQuery, NotFound, NoUpgrade, ServerFault,
    ),
)]
async fn upgrade(
    State(AppState { service, stop, .. }): State<AppState>,
    Id(execution): Id<ExecutionId>,
    Query(resume): Query<Resume>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    service.fold(execution).await?;
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return Ok(no_upgrade(&rejection)),
    };
    let stopping = stop.subscribe();
    Ok(upgrade
        .read_buffer_size(BUFFER_BYTES)
        .write_buffer_size(BUFFER_BYTES)
        .max_message_size(MAX_MESSAGE_BYTES)
        .on_upgrade(move |socket| async move {
            let connection = Connection { socket, service, execution, sent: Seq(0), unanswered: 0 };
            connection.serve(resume.last_seq, stopping).await;
        }))
}

/// The answer to a request that does not ask for a WebSocket (RFC 9110 §15.5.22).
fn no_upgrade(rejection: &WebSocketUpgradeRejection) -> Response {
    let detail = format!("this address speaks WebSocket: {rejection}");
    let mut response = ApiError::from(Problem::new(426, "upgrade", "WebSocket only", detail)).into_response();
    response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    response
}

/// Why a connection ends.
enum End {
    /// The client is gone.
    Gone,
    /// The server closes, with a code and words.
    Closed(CloseCode, &'static str),
}

impl From<axum::Error> for End {
    fn from(_: axum::Error) -> Self {
        Self::Gone
    }
}

impl From<ServiceError> for End {
    fn from(error: ServiceError) -> Self {
        tracing::error!(%error, "a live connection could not read the log");
        Self::Closed(CloseCode::ServerError, "the log could not be read")
    }
}

struct Connection {
    socket: WebSocket,
    service: Service,
    execution: ExecutionId,
    /// The last event sent.
    sent: Seq,
    /// Heartbeats since the client was last heard.
    unanswered: u32,
}

impl Connection {
    async fn serve(mut self, resume: Option<Seq>, mut stopping: watch::Receiver<bool>) {
        let end = match self.talk(resume, &mut stopping).await {
            Ok(never) => match never {},
            Err(end) => end,
        };
        if let End::Closed(code, reason) = end {
            let frame = CloseFrame { code: code as u16, reason: Utf8Bytes::from_static(reason) };
            // The client may be gone by now; there is nobody left to tell.
            let _ = self.put(Message::Close(Some(frame))).await;
        }
    }

    async fn talk(
        &mut self,
        resume: Option<Seq>,
        stopping: &mut watch::Receiver<bool>,
    ) -> Result<std::convert::Infallible, End> {
        let mut room = self.service.hub().listen(self.execution);
        self.sent = match resume {
            Some(last_seq) => last_seq,
            None => self.hello().await?,
        };
        self.catch_up().await?;
        self.beat().await?;
        let period = Duration::from_secs(u64::from(HEARTBEAT_SECONDS));
        let mut heartbeat = interval_at(Instant::now() + period, period);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                published = room.next() => self.forward(published, &mut room).await?,
                message = self.socket.recv() => self.hear(message.ok_or(End::Gone)??)?,
                _ = heartbeat.tick() => {
                    if self.unanswered >= MISSED_HEARTBEATS {
                        return Err(End::Gone);
                    }
                    self.unanswered += 1;
                    self.put(Message::Ping(axum::body::Bytes::new())).await?;
                    self.beat().await?;
                }
                () = stopped(stopping) => {
                    return Err(End::Closed(CloseCode::GoingAway, "the server is about to stop"));
                }
            }
        }
    }

    /// What the client knows already; nothing when it does not say.
    async fn hello(&mut self) -> Result<Seq, End> {
        loop {
            let Ok(message) = timeout(HELLO_TIMEOUT, self.socket.recv()).await else { return Ok(Seq(0)) };
            match message.ok_or(End::Gone)?? {
                Message::Text(text) => return self.read(&text),
                Message::Close(_) => return Err(End::Gone),
                _ => {}
            }
        }
    }

    fn read(&self, text: &str) -> Result<Seq, End> {
        match serde_json::from_str(text) {
            Ok(ClientMessage::Hello { protocol, .. }) if protocol != PROTOCOL_VERSION => {
                Err(End::Closed(CloseCode::OtherProtocol, "this server speaks protocol 1: load the page anew"))
            }
            Ok(ClientMessage::Hello { last_seq, .. }) => Ok(last_seq),
            Ok(ClientMessage::Viewing { .. }) => Ok(self.sent),
            Err(_) => Err(End::Closed(CloseCode::BadMessage, "this is no message of protocol 1")),
        }
    }

    fn hear(&mut self, message: Message) -> Result<(), End> {
        self.unanswered = 0;
        match message {
            Message::Close(_) => Err(End::Gone),
            Message::Text(text) => self.read(&text).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// Sends everything after what the client knows: event by event, or the state when that is too much, or when the
    /// client knows more than there is (its log is of another database).
    async fn catch_up(&mut self) -> Result<(), End> {
        let execution = self.service.fold(self.execution).await?;
        let last = execution.state.last_seq;
        if self.sent > last || last.0 - self.sent.0 > MAX_CATCH_UP_EVENTS {
            let state = Box::new(execution.state.clone());
            self.sent = last;
            return self.say(&ServerMessage::Snapshot { state }).await;
        }
        if self.sent < last {
            let filter = TimelineFilter { after_seq: Some(self.sent), ..TimelineFilter::default() };
            for event in self.service.timeline(self.execution, &filter).await? {
                self.send(Published::new(&event)).await?;
            }
        }
        Ok(())
    }

    /// Sends one event that was heard in the room, and with it whatever else waits there.
    async fn forward(&mut self, published: Option<Published>, room: &mut Listener) -> Result<(), End> {
        let mut next = published;
        loop {
            let Some(published) = next else {
                return Err(End::Closed(CloseCode::SlowConsumer, "too slow: connect again and resume by last_seq"));
            };
            self.send(published).await?;
            match room.waiting() {
                Some(waiting) => next = Some(waiting),
                None => return Ok(()),
            }
        }
    }

    async fn send(&mut self, published: Published) -> Result<(), End> {
        if published.seq > self.sent {
            self.sent = published.seq;
            self.put(Message::Text(published.text)).await?;
        }
        Ok(())
    }

    /// Sends to a client that may have stopped reading, and is not waited for then.
    async fn put(&mut self, message: Message) -> Result<(), End> {
        Ok(timeout(SEND_TIMEOUT, self.socket.send(message)).await.map_err(|_| End::Gone)??)
    }

    async fn beat(&mut self) -> Result<(), End> {
        self.say(&ServerMessage::Heartbeat { now: now(), last_seq: self.sent }).await
    }

    async fn say(&mut self, message: &ServerMessage) -> Result<(), End> {
        let text = serde_json::to_string(message).unwrap_or_default();
        self.put(Message::Text(text.into())).await
    }
}
