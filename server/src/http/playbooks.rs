//! `/api/playbooks`

use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use domain::api::{ImportPlaybook, PlaybookDetail, PlaybookFilter, PlaybookSummary};
use domain::ids::PlaybookId;
use domain::import::MAX_SOURCE_BYTES;

use super::AppState;
use super::extract::{self, Id, Query};
use super::form::{self, Form};
use super::problem::ApiError;
use crate::service::Service;

/// A source at its limit fits in, however it is escaped in JSON, so that the importer can say what is wrong with it.
pub(super) const MAX_BODY_BYTES: usize = 6 * MAX_SOURCE_BYTES + 64 * 1024;

pub(super) fn routes() -> Router<AppState> {
    Router::new().route("/playbooks", get(list).post(import)).route("/playbooks/{id}", get(show).delete(delete))
}

async fn list(
    State(service): State<Service>,
    Query(filter): Query<PlaybookFilter>,
) -> Result<Json<Vec<PlaybookSummary>>, ApiError> {
    Ok(Json(service.playbooks(&filter).await?))
}

async fn import(State(service): State<Service>, request: Request) -> Result<impl IntoResponse, ApiError> {
    let request = if form::is_form(&request) {
        from_form(request).await?
    } else {
        extract::Json::from_request(request, &()).await?.0
    };
    let created = service.import_playbook(request).await?;
    let location = format!("/api/playbooks/{}", created.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(created)))
}

async fn from_form(request: Request) -> Result<ImportPlaybook, ApiError> {
    let mut form = Form::open(request).await?;
    let mut import = ImportPlaybook::default();
    let mut has_file = false;
    while let Some(field) = form.next().await? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" => {
                import.source = form::text_up_to(MAX_BODY_BYTES, &name, field).await?;
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
            "command_id" => import.command_id = Some(form::parsed(&name, &form::text(&name, field).await?)?),
            _ => return Err(form::unknown_field(&name, "`file`, `title`, `tags`, `format` or `command_id`")),
        }
    }
    if has_file { Ok(import) } else { Err(ApiError::invalid("file", "missing field `file`")) }
}

async fn show(State(service): State<Service>, Id(id): Id<PlaybookId>) -> Result<Json<PlaybookDetail>, ApiError> {
    Ok(Json(service.playbook(id).await?))
}

async fn delete(State(service): State<Service>, Id(id): Id<PlaybookId>) -> Result<StatusCode, ApiError> {
    service.delete_playbook(id).await?;
    Ok(StatusCode::NO_CONTENT)
}
