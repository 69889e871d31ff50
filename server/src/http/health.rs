//! `/healthz` and `/readyz`: what keeps the server running asks here.

use std::borrow::Cow;

use axum::extract::State;
use domain::api::Problem;
use domain::words::utc;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::openapi::{self, HEALTH, NotReady};
use super::problem::ApiError;
use crate::service::{Readiness, Service};

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

/// Whether the server is ready: the database answers and takes changes, and no execution is left to be folded anew after an update
#[utoipa::path(
    get, path = "/readyz", operation_id = "readyz", tag = HEALTH,
    responses((status = 200, description = "It is.", body = String, example = json!("ready")), NotReady),
)]
async fn readyz(State(service): State<Service>) -> Result<Cow<'static, str>, ApiError> {
    let detail = match service.readiness().await {
        Readiness::Ready => return Ok("ready".into()),
        Readiness::ClockSetBack(newest) => {
            let newest = utc(newest);
            return Ok(format!(
                "ready, but the clock was set back: events carry {newest} UTC until it has come that far"
            )
            .into());
        }
        Readiness::NoDatabase => "the database does not answer, or takes no changes: look at the server's log",
        Readiness::Refolding => "executions are being folded anew after an update: look at the server's log",
    };
    Err(Problem::new(503, "not-ready", "Not ready", detail).into())
}
