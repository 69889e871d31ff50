//! `/healthz` and `/readyz`: what keeps the server running asks here.

use axum::extract::State;
use domain::api::Problem;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::openapi::{self, HEALTH, NotReady};
use super::problem::ApiError;
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::head()).routes(routes!(healthz)).routes(routes!(readyz))
}

/// Whether the server is alive
#[utoipa::path(
    get, path = "/healthz", operation_id = "healthz", tag = HEALTH,
    responses((status = 200, description = "It is.", body = String, example = json!("ok"))),
)]
async fn healthz() -> &'static str {
    "ok"
}

/// Whether the server is ready: the database answers
#[utoipa::path(
    get, path = "/readyz", operation_id = "readyz", tag = HEALTH,
    responses((status = 200, description = "It is.", body = String, example = json!("ready")), NotReady),
)]
async fn readyz(State(service): State<Service>) -> Result<&'static str, ApiError> {
    if service.is_ready().await {
        return Ok("ready");
    }
    let detail = "the database does not answer: look at the server's log";
    Err(Problem::new(503, "not-ready", "Not ready", detail).into())
}
