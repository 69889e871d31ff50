//! `/api/playbooks/{id}/export` and the description of our JSON.

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use domain::api::ExportFormat;
use domain::export::JSON_SCHEMA;
use domain::ids::PlaybookId;
use domain::openapi::VersionNumber;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::AppState;
use crate::http::attachment::attachment;
use crate::http::examples::EXAMPLES;
use crate::http::extract::{Id, Query};
use crate::http::openapi::{BadQuery, NoPicture, NotFound, PLAYBOOKS};
use crate::http::problem::ApiError;
use crate::service::{Exported, Service};

/// What the recipient of a file should know.
const WARNINGS: HeaderName = HeaderName::from_static("x-export-warnings");

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(export)).routes(routes!(schema))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ExportQuery {
    /// Which form of it.
    #[param(inline)]
    format: ExportFormat,
    /// The newest version unless another one is named.
    #[serde(default)]
    #[param(value_type = Option<VersionNumber>, inline)]
    version: Option<u32>,
}

/// Export a playbook as a file
#[utoipa::path(
    get, path = "/playbooks/{id}/export", operation_id = "export_playbook", tag = PLAYBOOKS,
    params(("id" = PlaybookId, Path, description = "The playbook.", example = json!(EXAMPLES.playbook_id)), ExportQuery),
    responses(
        (
            status = 200, description = "The file, to be saved.",
            headers(
                ("Content-Disposition" = String, description = "The name to save it under (RFC 6266)."),
                ("X-Export-Warnings" = String, description = "What the recipient should know, if anything."),
            ),
            content(
                (Value = "application/json", example = json!(EXAMPLES.exported)),
                (Value = "application/cacao+json", example = json!({ "type": "playbook", "spec_version": "cacao-2.0" })),
                (String = "text/markdown", example = json!("# Phishing\n\n1. Save the mail\n")),
                (String = "text/plain", example = json!("flowchart TD\n  mail[Save the mail]\n")),
                (String = "image/png", example = json!("\u{89}PNG")),
                (String = "image/svg+xml", example = json!("<svg xmlns=\"http://www.w3.org/2000/svg\"/>")),
            ),
        ),
        BadQuery, NotFound, NoPicture,
    ),
)]
async fn export(
    State(service): State<Service>,
    Id(id): Id<PlaybookId>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, ApiError> {
    let Exported { file_name, media_type, content, warnings } =
        service.export_playbook(id, query.version, query.format).await?;
    let mut headers: HeaderMap<HeaderValue> = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.extend(HeaderValue::from_str(&attachment(&file_name)).ok().map(|name| (CONTENT_DISPOSITION, name)));
    if !warnings.is_empty() {
        headers.extend(HeaderValue::from_str(&warnings.join(" ")).ok().map(|text| (WARNINGS, text)));
    }
    Ok((headers, content).into_response())
}

/// Read the JSON Schema of playbooks in our JSON
///
/// Draft 2020-12.
#[utoipa::path(
    get, path = "/schema/playbook.json", operation_id = "get_playbook_schema", tag = PLAYBOOKS,
    responses((
        status = 200, description = "The schema.",
        body = Value, content_type = "application/schema+json",
        example = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" }),
    )),
)]
async fn schema() -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/schema+json")], JSON_SCHEMA)
}
