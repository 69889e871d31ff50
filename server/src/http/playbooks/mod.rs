//! `/api/playbooks`: the library. Versions lie in [`versions`], what is given out in [`exports`].

mod exports;
mod versions;

pub(super) use versions::VersionDiff;

use std::sync::Arc;

use axum::Json;
use axum::extract::{FromRequest, OriginalUri, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::api::{
    ImportPlaybook, PlaybookCreated, PlaybookDetail, PlaybookFilter, PlaybookPreview, PlaybookSummary, PreviewPlaybook,
    Problem,
};
use domain::ids::{CommandId, PlaybookId};
use domain::import::MAX_SOURCE_BYTES;
use domain::openapi::{AnalystName, Name, PartName, Tags, VersionNumber};
use domain::source::Format;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::examples::EXAMPLES;
use super::extract::{self, Caller, Id, Query};
use super::form::{self, Form};
use super::listing::{Asked, Tag};
use super::openapi::{Analyst, BadBody, BadQuery, NoChange, NotFound, PLAYBOOKS, ServerFault};
use super::problem::ApiError;
use crate::service::Service;

/// A source at its limit fits in, however it is escaped in JSON, so that the importer can say what is wrong with it.
pub(super) const MAX_BODY_BYTES: usize = 6 * MAX_SOURCE_BYTES + 64 * 1024;

const FIELDS: &str = "`file`, `title`, `tags`, `format`, `from`, `actor` or `command_id`";

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, import))
        .routes(routes!(preview))
        .routes(routes!(show, versions::save, delete))
        .routes(routes!(restore))
        .merge(versions::routes())
        .merge(exports::routes())
}

/// A playbook as a form.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the form is read part by part; this describes it")]
struct PlaybookForm {
    /// The text, UTF-8.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// Instead of the title that the source gives itself.
    #[schema(nullable = false)]
    title: Option<Name>,
    /// Besides those that the source gives itself.
    #[schema(nullable = false)]
    tags: Option<Tags>,
    /// Detected from the text when absent.
    #[schema(nullable = false)]
    format: Option<Format>,
    /// Which part of the text is read, of one that holds lists and flowcharts.
    #[schema(nullable = false)]
    from: Option<PartName>,
    /// Who imports it; else the `X-Analyst` header, else the page's cookie, else `anonymous`.
    #[schema(nullable = false)]
    actor: Option<AnalystName>,
    /// Sent again under the same id, a playbook is imported once and answered the same.
    #[schema(nullable = false)]
    command_id: Option<CommandId>,
}

/// List the library, newest first
///
/// A page of it; `Link` leads to the next, and `ETag` and `If-None-Match` work as for executions.
#[utoipa::path(
    get, path = "/playbooks", operation_id = "list_playbooks", tag = PLAYBOOKS,
    params(PlaybookFilter),
    responses(
        (
            status = 200, description = "Those that the query asks for.",
            headers(
                ("X-Total-Count" = u64, description = "How many there are on all pages."),
                ("Link" = String, description = "The next page, as `<address>; rel=\"next\"`, if there is one."),
                ("ETag" = String, description = "Changes with every change of anything."),
            ),
            body = Vec<PlaybookSummary>, example = json!([EXAMPLES.playbook_summary]),
        ),
        (status = 304, description = "Nothing changed since the answer that `If-None-Match` names."),
        BadQuery, ServerFault,
    ),
)]
async fn list(
    State(service): State<Service>,
    OriginalUri(address): OriginalUri,
    headers: HeaderMap,
    Query(filter): Query<PlaybookFilter>,
) -> Result<Response, ApiError> {
    let asked = Asked { address: &address, headers: &headers, offset: filter.offset };
    let tag = Tag::now(&service).await?;
    match asked.unchanged(&tag) {
        Some(unchanged) => Ok(unchanged),
        None => asked.page(&service, tag, Arc::new(service.playbooks(&filter).await?)).await,
    }
}

/// Import a playbook from its text or from a file
///
/// Odd text never fails an import: `issues` says what was made of it. Refused is only what is no playbook at all.
#[utoipa::path(
    post, path = "/playbooks", operation_id = "import_playbook", tag = PLAYBOOKS,
    params(Analyst),
    request_body(content(
        (ImportPlaybook = "application/json", example = json!(EXAMPLES.import)),
        (PlaybookForm = "multipart/form-data", example = json!(EXAMPLES.form)),
    )),
    responses(
        (
            status = 201, description = "It is in the library.",
            headers(("Location" = String, description = "Where the playbook is.")),
            links(
                ("get_playbook" = (operation_id = "get_playbook", parameters(("id" = "$response.body#/id")))),
                ("delete_playbook" = (operation_id = "delete_playbook", parameters(("id" = "$response.body#/id")))),
            ),
            body = PlaybookCreated, example = json!(EXAMPLES.playbook_created),
        ),
        BadBody, NoChange, ServerFault,
    ),
)]
async fn import(
    State(service): State<Service>,
    caller: Caller,
    request: Request,
) -> Result<impl IntoResponse, ApiError> {
    let request = if form::is_form(&request) {
        from_form(request).await?
    } else {
        extract::Json::from_request(request, &()).await?.0
    };
    let author = caller.unless(request.actor.clone())?;
    let created = service.import_playbook(request, author).await?;
    let location = format!("/api/playbooks/{}", created.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(created)))
}

fn no_text() -> ApiError {
    Problem::new(422, "no-playbook", "Not a playbook", "the file is not a UTF-8 text").at("file").into()
}

async fn from_form(request: Request) -> Result<ImportPlaybook, ApiError> {
    let mut form = Form::open(request).await?;
    let mut import = ImportPlaybook::default();
    let mut has_file = false;
    while let Some(field) = form.next().await? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => {
                let bytes = form::bytes_up_to(MAX_BODY_BYTES, &name, field).await?;
                import.source = String::from_utf8(bytes).map_err(|_| no_text())?;
                has_file = true;
            }
            "title" => import.title = Some(form::text(&name, field).await?),
            "tags" => {
                let tags = form::text(&name, field).await?;
                import.tags.extend(tags.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()));
            }
            "format" => {
                let format = serde_json::from_value(form::text(&name, field).await?.into());
                import.format = Some(format.map_err(|error| ApiError::invalid("format", error.to_string()))?);
            }
            "from" => import.from = Some(form::parsed(&name, &form::text(&name, field).await?)?),
            "actor" => {
                import.actor = Some(extract::actor(&name, &form::text(&name, field).await?)?);
            }
            "command_id" => import.command_id = Some(form::parsed(&name, &form::text(&name, field).await?)?),
            _ => return Err(form::unknown_field(&name, FIELDS)),
        }
    }
    if has_file { Ok(import) } else { Err(ApiError::invalid("file", "missing field `file`")) }
}

/// Read a text as a playbook, without keeping it
///
/// What an import of it would be: with the id of a playbook, what a new version of that would be.
#[utoipa::path(
    post, path = "/playbooks/preview", operation_id = "preview_playbook", tag = PLAYBOOKS,
    request_body(content = PreviewPlaybook, example = json!(EXAMPLES.preview)),
    responses(
        (status = 200, description = "What was read.", body = PlaybookPreview, example = json!(EXAMPLES.previewed)),
        BadBody, NotFound, ServerFault,
    ),
)]
async fn preview(
    State(service): State<Service>,
    extract::Json(request): extract::Json<PreviewPlaybook>,
) -> Result<Json<PlaybookPreview>, ApiError> {
    Ok(Json(service.preview(request).await?))
}

/// Which version is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct VersionQuery {
    /// The newest unless another one is named.
    #[serde(default)]
    #[param(value_type = Option<VersionNumber>, inline)]
    version: Option<u32>,
}

/// Read a playbook: source, graph and drawing of its newest version, or of another one
#[utoipa::path(
    get, path = "/playbooks/{id}", operation_id = "get_playbook", tag = PLAYBOOKS,
    params(("id" = PlaybookId, Path, description = "The playbook.", example = json!(EXAMPLES.playbook_id)), VersionQuery),
    responses(
        (status = 200, description = "The playbook.", body = PlaybookDetail, example = json!(EXAMPLES.playbook)),
        BadQuery, NotFound, ServerFault,
    ),
)]
async fn show(
    State(service): State<Service>,
    Id(id): Id<PlaybookId>,
    Query(query): Query<VersionQuery>,
) -> Result<Json<PlaybookDetail>, ApiError> {
    Ok(Json(service.playbook(id, query.version).await?))
}

/// Take a playbook out of the library
///
/// Executions that were started from it keep it, and it can be brought back (`restore`).
#[utoipa::path(
    delete, path = "/playbooks/{id}", operation_id = "delete_playbook", tag = PLAYBOOKS,
    params(("id" = PlaybookId, Path, description = "The playbook.", example = json!(EXAMPLES.playbook_id))),
    responses((status = 204, description = "It is gone from the library."), NotFound, NoChange, ServerFault),
)]
async fn delete(State(service): State<Service>, Id(id): Id<PlaybookId>) -> Result<StatusCode, ApiError> {
    service.delete_playbook(id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Bring a playbook back into the library
///
/// One that is there stays as it is.
#[utoipa::path(
    post, path = "/playbooks/{id}/restore", operation_id = "restore_playbook", tag = PLAYBOOKS,
    params(("id" = PlaybookId, Path, description = "The playbook.", example = json!(EXAMPLES.playbook_id))),
    responses(
        (status = 200, description = "It is in the library.", body = PlaybookSummary, example = json!(EXAMPLES.playbook_summary)),
        NotFound, NoChange, ServerFault,
    ),
)]
async fn restore(State(service): State<Service>, Id(id): Id<PlaybookId>) -> Result<Json<PlaybookSummary>, ApiError> {
    Ok(Json(service.restore_playbook(id).await?))
}
