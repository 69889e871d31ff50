//! `/api/executions/{id}/report`: the after-action report, in every form.

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::ids::ExecutionId;
use domain::report::{Report, Summary};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::attachment::attachment;
use super::examples::EXAMPLES;
use super::extract::{Id, Query};
use super::long::as_json;
use super::openapi::{BadQuery, NoReport, NotFound, REPORTS};
use super::problem::ApiError;
use crate::report::Paper;
use crate::service::Service;

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(report)).routes(routes!(report_md)).routes(routes!(report_pdf))
}

/// Of a PDF an example can only show the beginning (ISO 32000-1 §7.5.2).
const PDF_BEGINS: &str = "%PDF-1.7";

/// A form of a report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Form {
    /// The model.
    #[default]
    Json,
    /// GitHub Flavored Markdown.
    Md,
    /// The web page.
    Html,
    /// PDF/A-3a, with the log attached.
    Pdf,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct FormQuery {
    /// `json` unless another is named; `html` leads to the page.
    #[serde(default)]
    #[param(inline)]
    format: Form,
    /// The paper of a PDF: `a4` unless another is named.
    #[serde(default)]
    #[param(inline)]
    paper: Paper,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct PaperQuery {
    /// `a4` unless another is named.
    #[serde(default)]
    #[param(inline)]
    paper: Paper,
}

/// Read the after-action report of an execution
///
/// What is still running is measured up to now; then it is marked `interim`. The same as `report.md` and `report.pdf` with
/// `format=md` and `format=pdf`.
#[utoipa::path(
    get, path = "/executions/{id}/report", operation_id = "get_report", tag = REPORTS,
    params(("id" = ExecutionId, Path, description = "The execution.", example = json!(EXAMPLES.execution_id)), FormQuery),
    responses(
        (status = 200, description = "The report.", content(
            (Report = "application/json", example = json!(EXAMPLES.report)),
            (String = "text/markdown", example = json!(EXAMPLES.report_md)),
            (String = "application/pdf", example = json!(PDF_BEGINS)),
        )),
        (status = 303, description = "Where the page of the report is."),
        BadQuery, NotFound, NoReport,
    ),
)]
async fn report(
    State(service): State<Service>,
    Id(id): Id<ExecutionId>,
    Query(query): Query<FormQuery>,
) -> Result<Response, ApiError> {
    Ok(match query.format {
        Form::Json => as_json(&service, service.report(id).await?.report).await?,
        Form::Md => as_markdown(&service, id).await?,
        Form::Pdf => as_pdf(&service, id, query.paper).await?,
        Form::Html => {
            service.known_or_fold(id).await?;
            Redirect::to(&format!("/executions/{id}/report")).into_response()
        }
    })
}

/// Read the after-action report as Markdown
#[utoipa::path(
    get, path = "/executions/{id}/report.md", operation_id = "get_report_md", tag = REPORTS,
    params(("id" = ExecutionId, Path, description = "The execution.", example = json!(EXAMPLES.execution_id))),
    responses(
        (
            status = 200, description = "GitHub Flavored Markdown.",
            headers(("Content-Disposition" = String, description = "The name to save it under (RFC 6266).")),
            content((String = "text/markdown", example = json!(EXAMPLES.report_md))),
        ),
        NotFound, NoReport,
    ),
)]
async fn report_md(State(service): State<Service>, Id(id): Id<ExecutionId>) -> Result<Response, ApiError> {
    as_markdown(&service, id).await
}

/// Read the after-action report as PDF
///
/// PDF/A-3a and PDF/UA-1; the events that it was made from are attached as JSON.
#[utoipa::path(
    get, path = "/executions/{id}/report.pdf", operation_id = "get_report_pdf", tag = REPORTS,
    params(("id" = ExecutionId, Path, description = "The execution.", example = json!(EXAMPLES.execution_id)), PaperQuery),
    responses(
        (
            status = 200, description = "The PDF.",
            headers(("Content-Disposition" = String, description = "The name to save it under (RFC 6266).")),
            content((String = "application/pdf", example = json!(PDF_BEGINS))),
        ),
        BadQuery, NotFound, NoReport,
    ),
)]
async fn report_pdf(
    State(service): State<Service>,
    Id(id): Id<ExecutionId>,
    Query(query): Query<PaperQuery>,
) -> Result<Response, ApiError> {
    as_pdf(&service, id, query.paper).await
}

async fn as_pdf(service: &Service, id: ExecutionId, paper: Paper) -> Result<Response, ApiError> {
    let reported = service.report(id).await?;
    let summary = reported.report.summary.clone();
    Ok(file(&summary, "application/pdf", "pdf", service.pdf(reported, paper).await?))
}

async fn as_markdown(service: &Service, id: ExecutionId) -> Result<Response, ApiError> {
    let (summary, text) = service.report_md(id).await?;
    Ok(file(&summary, "text/markdown; charset=utf-8", "md", text))
}

/// A report to be saved under the name of its incident.
fn file(summary: &Summary, media_type: &'static str, extension: &str, content: impl IntoResponse) -> Response {
    let incident = summary.incident_id.as_ref().unwrap_or(&summary.incident_title);
    let disposition = HeaderValue::from_str(&attachment(&format!("Report {incident}.{extension}")));
    let mut headers: HeaderMap<HeaderValue> = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.extend(disposition.ok().map(|name| (header::CONTENT_DISPOSITION, name)));
    // It says what was so when it was asked for.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    (headers, content).into_response()
}
