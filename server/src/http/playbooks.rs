//! `/api/playbooks`

use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Json, Router};
use domain::api::{ImportPlaybook, PlaybookDetail, PlaybookFilter, PlaybookSummary, Problem};
use domain::ids::PlaybookId;
use domain::import::MAX_SOURCE_BYTES;

use super::AppState;
use super::extract::{self, Id, Query};
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
    let is_multipart = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.starts_with("multipart/form-data"));
    let request =
        if is_multipart { from_multipart(request).await? } else { extract::Json::from_request(request, &()).await?.0 };
    let created = service.import_playbook(request).await?;
    let location = format!("/api/playbooks/{}", created.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(created)))
}

async fn from_multipart(request: Request) -> Result<ImportPlaybook, ApiError> {
    let unreadable = |status: StatusCode, detail: String| {
        ApiError::from(Problem::new(status.as_u16(), "body", "Unreadable body", detail))
    };
    let mut form = Multipart::from_request(request, &())
        .await
        .map_err(|rejection| unreadable(rejection.status(), rejection.body_text()))?;
    let broken = |error: MultipartError| unreadable(error.status(), error.body_text());
    let mut import = ImportPlaybook::default();
    let mut has_file = false;
    while let Some(part) = form.next_field().await.map_err(broken)? {
        let name = part.name().unwrap_or_default().to_owned();
        let bytes = part.bytes().await.map_err(broken)?;
        let text = String::from_utf8(bytes.into())
            .map_err(|_| ApiError::invalid(&name, format!("{name} is not a UTF-8 text")))?;
        match name.as_str() {
            "file" => {
                import.source = text;
                has_file = true;
            }
            "title" => import.title = Some(text),
            "tags" => {
                import.tags.extend(text.split(',').map(|tag| tag.trim().to_owned()).filter(|tag| !tag.is_empty()));
            }
            "format" => {
                let format = serde_json::from_value(text.into());
                import.format = Some(format.map_err(|error| ApiError::invalid("format", error.to_string()))?);
            }
            _ => {
                return Err(ApiError::invalid(
                    &name,
                    format!("unknown field `{name}`, expected `file`, `title`, `tags` or `format`"),
                ));
            }
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
