//! `/api/metrics`: figures over many executions. How the server itself is, `/metrics` says (`metrics.rs`).

use axum::Json;
use axum::extract::State;
use domain::ids::PlaybookId;
use domain::metrics::{MetricsFilter, MetricsSummary, PlaybookFigures, PlaybookHistory};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::examples::EXAMPLES;
use super::extract::{Id, Query};
use super::openapi::{BadQuery, METRICS, NotFound, ServerFault};
use super::problem::ApiError;
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(summary)).routes(routes!(playbooks)).routes(routes!(history))
}

/// Read what goes on, how long executions took, and where they got stuck
///
/// Of the executions that began in the range; `running` is about this moment.
#[utoipa::path(
    get, path = "/metrics/summary", operation_id = "get_metrics_summary", tag = METRICS,
    params(MetricsFilter),
    responses(
        (
            status = 200, description = "The figures of the dashboard.",
            body = MetricsSummary, example = json!(EXAMPLES.metrics_summary),
        ),
        BadQuery, ServerFault,
    ),
)]
async fn summary(
    State(service): State<Service>,
    Query(filter): Query<MetricsFilter>,
) -> Result<Json<MetricsSummary>, ApiError> {
    Ok(Json(service.metrics_summary(&filter).await?))
}

/// Read how often playbooks were executed and how long that took, most used first
///
/// Playbooks that were not executed in the range are left out; those that were deleted are not.
#[utoipa::path(
    get, path = "/metrics/playbooks", operation_id = "list_playbook_metrics", tag = METRICS,
    params(MetricsFilter),
    responses(
        (
            status = 200, description = "Those that were executed.",
            body = Vec<PlaybookFigures>, example = json!(EXAMPLES.metrics_playbooks),
        ),
        BadQuery, ServerFault,
    ),
)]
async fn playbooks(
    State(service): State<Service>,
    Query(filter): Query<MetricsFilter>,
) -> Result<Json<Vec<PlaybookFigures>>, ApiError> {
    Ok(Json(service.playbook_metrics(&filter).await?))
}

/// Read what became of each step of a playbook in all of its executions that are over
#[utoipa::path(
    get, path = "/metrics/playbooks/{id}", operation_id = "get_playbook_metrics", tag = METRICS,
    params(("id" = PlaybookId, Path, description = "The playbook.", example = json!(EXAMPLES.playbook_id))),
    responses(
        (
            status = 200, description = "Its steps through all versions.",
            body = PlaybookHistory, example = json!(EXAMPLES.metrics_history),
        ),
        NotFound, ServerFault,
    ),
)]
async fn history(State(service): State<Service>, Id(id): Id<PlaybookId>) -> Result<Json<PlaybookHistory>, ApiError> {
    Ok(Json(service.playbook_history(id).await?))
}
