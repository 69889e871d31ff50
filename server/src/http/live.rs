//! `GET /api/executions/{id}/live`: who may become a live connection.
//!
//! Whoever may not is told so before the upgrade, as afterwards there are only close codes.

mod address;
mod connection;

use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::api::{Problem, present};
use domain::ids::{ExecutionId, Seq};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::examples::EXAMPLES;
use super::extract::{Id, Query};
use super::openapi::{BadQuery, CROWDED, LIVE, NoPlace, NoUpgrade, NotFound, ServerFault, TOO_MANY};
use super::problem::ApiError;
use crate::hub::Full;
use address::ClientAddress;
use connection::Connection;

/// Most of what a client may say at once.
const MAX_MESSAGE_BYTES: usize = 64 * 1024;
/// The default would be 128 KiB for each of thousands of mostly silent connections. What clients say fits in less than
/// this, and what does not still gets through.
const READ_BUFFER_BYTES: usize = 1024;
/// What may wait to leave together; nothing is kept for it until something waits.
const WRITE_BUFFER_BYTES: usize = 4 * 1024;
/// When it is worth while to try again what was one connection too many.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("10");

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
        BadQuery, NotFound, NoUpgrade, NoPlace, ServerFault,
    ),
)]
async fn upgrade(
    State(AppState { service, stop, timeouts, .. }): State<AppState>,
    Id(execution): Id<ExecutionId>,
    Query(resume): Query<Resume>,
    ClientAddress(address): ClientAddress,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, ApiError> {
    let graph = service.known_or_fold(execution).await?.graph.clone();
    let upgrade = match upgrade {
        Ok(upgrade) => upgrade,
        Err(rejection) => return Ok(no_upgrade(&rejection)),
    };
    // From here on it hears what happens, so that nothing falls between this and the log that is read later.
    let room = match service.hub().listen(execution, address) {
        Ok(room) => room,
        Err(full) => return Ok(no_place(full)),
    };
    let stopping = stop.subscribe();
    Ok(upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .write_buffer_size(WRITE_BUFFER_BYTES)
        .max_message_size(MAX_MESSAGE_BYTES)
        .max_frame_size(MAX_MESSAGE_BYTES)
        .on_upgrade(move |socket| {
            Connection::new(socket, service, execution, room, graph, timeouts.send).serve(
                resume.last_seq,
                timeouts.heartbeat,
                stopping,
            )
        }))
}

/// The answer to one connection too many.
fn no_place(full: Full) -> Response {
    let problem = match full {
        Full::Address => TOO_MANY.problem(),
        Full::Execution => CROWDED.problem(),
    };
    let mut response = ApiError::from(problem).into_response();
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS);
    response
}

/// The answer to a request that does not ask for a WebSocket (RFC 9110 §15.5.22).
fn no_upgrade(rejection: &WebSocketUpgradeRejection) -> Response {
    let detail = format!("this address speaks WebSocket: {rejection}");
    let mut response = ApiError::from(Problem::new(426, "upgrade", "WebSocket only", detail)).into_response();
    response.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    response
}
