//! `/api/playbooks/{id}`, `…/versions`, `…/diff`: a playbook changes by getting another version.

use axum::Json;
use axum::extract::State;
use domain::api::{PlaybookCreated, SavePlaybook, VersionSummary};
use domain::diff::GraphDiff;
use domain::ids::PlaybookId;
use domain::openapi::VersionNumber;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::AppState;
use crate::http::examples::EXAMPLES;
use crate::http::extract::{self, Caller, Id, Query};
use crate::http::openapi::{Analyst, BadBody, BadQuery, NoChange, NotFound, Outdated, PLAYBOOKS, ServerFault};
use crate::http::problem::ApiError;
use crate::service::{Compared, Service};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(versions)).routes(routes!(diff))
}

/// Save a new version of a playbook
///
/// Versions before it stay as they are, and executions keep theirs. Nodes that stayed keep their ids. When text and graph
/// are those of the newest version, nothing is saved, and that version is the answer.
#[utoipa::path(
    put, path = "/playbooks/{id}", operation_id = "save_playbook", tag = PLAYBOOKS,
    params(
        ("id" = PlaybookId, Path, description = "The playbook.", example = json!(EXAMPLES.playbook_id)),
        Analyst,
    ),
    request_body(content = SavePlaybook, example = json!(EXAMPLES.save)),
    responses(
        (status = 200, description = "The version.", body = PlaybookCreated, example = json!(EXAMPLES.playbook_created)),
        BadBody, NotFound, Outdated, NoChange, ServerFault,
    ),
)]
pub(super) async fn save(
    State(service): State<Service>,
    Id(id): Id<PlaybookId>,
    caller: Caller,
    extract::Json(request): extract::Json<SavePlaybook>,
) -> Result<Json<PlaybookCreated>, ApiError> {
    let author = caller.unless(request.actor.clone())?;
    Ok(Json(service.save_version(id, request, author).await?))
}

/// List the versions of a playbook, newest first
#[utoipa::path(
    get, path = "/playbooks/{id}/versions", operation_id = "list_versions", tag = PLAYBOOKS,
    params(("id" = PlaybookId, Path, description = "The playbook.", example = json!(EXAMPLES.playbook_id))),
    responses(
        (
            status = 200, description = "Every version.",
            body = Vec<VersionSummary>, example = json!([EXAMPLES.version]),
        ),
        NotFound, ServerFault,
    ),
)]
async fn versions(
    State(service): State<Service>,
    Id(id): Id<PlaybookId>,
) -> Result<Json<Vec<VersionSummary>>, ApiError> {
    Ok(Json(service.versions(id).await?))
}

/// Which versions are compared.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DiffQuery {
    /// The earlier one: the one before `to` unless another one is named.
    #[serde(default)]
    #[param(value_type = Option<VersionNumber>, inline)]
    from: Option<u32>,
    /// The later one: the newest unless another one is named.
    #[serde(default)]
    #[param(value_type = Option<VersionNumber>, inline)]
    to: Option<u32>,
}

/// What differs between two versions of a playbook.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct VersionDiff {
    /// The earlier version.
    pub(in crate::http) from: u32,
    /// The later version.
    pub(in crate::http) to: u32,
    #[serde(flatten)]
    pub(in crate::http) diff: GraphDiff,
}

/// Compare two versions of a playbook
#[utoipa::path(
    get, path = "/playbooks/{id}/diff", operation_id = "diff_playbook", tag = PLAYBOOKS,
    params(("id" = PlaybookId, Path, description = "The playbook.", example = json!(EXAMPLES.playbook_id)), DiffQuery),
    responses(
        (status = 200, description = "What differs.", body = VersionDiff, example = json!(EXAMPLES.diff)),
        BadQuery, NotFound, ServerFault,
    ),
)]
async fn diff(
    State(service): State<Service>,
    Id(id): Id<PlaybookId>,
    Query(query): Query<DiffQuery>,
) -> Result<Json<VersionDiff>, ApiError> {
    let Compared { from, to, diff } = service.compare(id, query.from, query.to).await?;
    Ok(Json(VersionDiff { from, to, diff }))
}
