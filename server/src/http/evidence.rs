//! `/api/executions/{id}/steps/{node_id}/evidence` and `/api/executions/{id}/evidence`: files go in and come out as
//! streams, so that memory does not grow with them.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::RangeInclusive;

use axum::Json;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, ETAG,
    IF_NONE_MATCH, IF_RANGE, LOCATION, RANGE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::map_request;
use axum::response::{IntoResponse, Response};
use domain::api::{Problem, Sender, sent_time};
use domain::event::Evidence;
use domain::execution::AttachedEvidence;
use domain::ids::{CommandId, EvidenceId, ExecutionId, NodeId, Seq};
use domain::openapi::{AnalystName, AnyTime};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::attachment::attachment;
use super::examples::EXAMPLES;
use super::extract::{self, Caller, Id};
use super::form::{self, Form};
use super::openapi::{Analyst, BadBody, Conflict, EVIDENCE, NoChange, NoFile, NotFound, ServerFault};
use super::problem::ApiError;
use crate::service::{FileDetails, Service, ServiceError, Upload};

/// What a form may hold besides its file.
const FORM_BYTES: u64 = 1024 * 1024;
/// How much of a file is sent at once.
const BLOCK: usize = 64 * 1024;
const FIELDS: &str = "`file`, `description`, `actor`, `command_id`, `base_seq`, `occurred_at` or `before_start`";

pub(super) fn routes(max_evidence_bytes: u64) -> OpenApiRouter<AppState> {
    let most = usize::try_from(max_evidence_bytes + FORM_BYTES).unwrap_or(usize::MAX);
    let uploads = OpenApiRouter::new().routes(routes!(list, upload));
    uploads.layer(DefaultBodyLimit::max(most)).layer(map_request(form::paced)).routes(routes!(download))
}

/// A file to attach, as a form. Fields before `file` spare the server an upload that would be refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the form is read part by part; this describes it")]
struct EvidenceForm {
    /// The file. Its name is kept as it is, and is never used as a path; its media type is detected from its content.
    #[schema(format = Binary, content_media_type = "application/octet-stream")]
    file: String,
    /// What the analyst says it is.
    #[schema(nullable = false, max_length = 20000, pattern = "^[^\\u0000]*$")]
    description: Option<String>,
    /// Who asks; else the `X-Analyst` header, else the page's cookie, else `anonymous`.
    #[schema(nullable = false)]
    actor: Option<AnalystName>,
    /// Sent again under the same id, a file is attached once and answered the same.
    #[schema(nullable = false)]
    command_id: Option<CommandId>,
    /// The last event the sender had seen.
    #[schema(nullable = false)]
    base_seq: Option<Seq>,
    /// When it happened, for a late entry.
    #[schema(nullable = false)]
    occurred_at: Option<AnyTime>,
    /// Says that `occurred_at` lies before the start of the execution on purpose.
    #[schema(nullable = false)]
    before_start: Option<bool>,
}

/// List the evidence of a step, oldest first
#[utoipa::path(
    get, path = "/executions/{id}/steps/{node_id}/evidence", operation_id = "list_evidence", tag = EVIDENCE,
    params(
        ("id" = ExecutionId, Path, description = "The execution."),
        ("node_id" = NodeId, Path, description = "The node of its playbook.", example = json!(EXAMPLES.node)),
    ),
    responses(
        (status = 200, description = "Every file.", body = Vec<AttachedEvidence>, example = json!([EXAMPLES.evidence])),
        NotFound, ServerFault,
    ),
)]
async fn list(
    State(service): State<Service>,
    Id((id, node_id)): Id<(ExecutionId, NodeId)>,
) -> Result<Json<Vec<AttachedEvidence>>, ApiError> {
    Ok(Json(service.evidence_of_step(id, &node_id).await?))
}

/// Attach a file to a step
///
/// The file is there when the answer is, and its SHA-256 is part of the log. Two of one name are two.
#[utoipa::path(
    post, path = "/executions/{id}/steps/{node_id}/evidence", operation_id = "attach_evidence", tag = EVIDENCE,
    params(
        ("id" = ExecutionId, Path, description = "The execution."),
        ("node_id" = NodeId, Path, description = "The node of its playbook.", example = json!(EXAMPLES.node)),
        Analyst,
    ),
    request_body(
        content = EvidenceForm, content_type = "multipart/form-data",
        example = json!({ "actor": "Ana", "description": "As it arrived", "file": "From: it-support@example.com" }),
    ),
    responses(
        (
            status = 201, description = "It is attached.",
            headers(("Location" = String, description = "Where the file is.")),
            links(
                ("download_evidence" = (operation_id = "download_evidence", parameters(
                    ("id" = "$request.path.id"), ("evidence_id" = "$response.body#/id"),
                ))),
            ),
            body = AttachedEvidence, example = json!(EXAMPLES.evidence),
        ),
        BadBody, NotFound, Conflict, NoChange, ServerFault,
    ),
)]
async fn upload(
    State(service): State<Service>,
    Id((id, node_id)): Id<(ExecutionId, NodeId)>,
    caller: Caller,
    request: Request,
) -> Result<impl IntoResponse, ApiError> {
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let mut form = Form::open(request).await?;
    let limit = service.max_evidence_bytes();
    let received = if announced.is_some_and(|length| length > limit + FORM_BYTES) {
        Err(ServiceError::TooLarge { limit }.into())
    } else {
        receive(&service, id, node_id, &mut form).await
    };
    let (upload, details, sender) = match received {
        Ok(received) => received,
        Err(error) => {
            form.drain();
            return Err(error);
        }
    };
    let actor = caller.unless(sender.actor.clone())?;
    let attached = upload.finish(details, sender, actor).await?;
    let location = format!("/api/executions/{id}/evidence/{}", attached.evidence.id);
    Ok((StatusCode::CREATED, [(LOCATION, location)], Json(attached)))
}

/// Reads the form, its file straight onto the disk.
async fn receive(
    service: &Service,
    id: ExecutionId,
    node_id: NodeId,
    form: &mut Form,
) -> Result<(Upload, FileDetails, Sender), ApiError> {
    let (mut details, mut sender, mut upload) = (FileDetails::default(), Sender::default(), None::<Upload>);
    while let Some(mut field) = form.next().await? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "file" if upload.is_some() => {
                return Err(ApiError::invalid("file", "one file at a time: send each with a request of its own"));
            }
            "file" => {
                details.file_name = form::file_name(&field)?;
                let mut begun = service.begin_upload(id, node_id.clone(), sender.command_id).await?;
                while let Some(bytes) = form::chunk(&mut field).await? {
                    begun.write(&bytes).await?;
                }
                upload = Some(begun);
            }
            "description" => details.description = Some(form::text(&name, field).await?),
            "actor" => {
                sender.actor = Some(extract::actor(&name, &form::text(&name, field).await?)?);
            }
            "command_id" => sender.command_id = Some(form::parsed(&name, &form::text(&name, field).await?)?),
            "base_seq" => sender.base_seq = Some(Seq(form::parsed(&name, &form::text(&name, field).await?)?)),
            "occurred_at" => {
                let text = form::text(&name, field).await?;
                let at = sent_time(&name, &text).map_err(|message| ApiError::invalid(&name, message))?;
                sender.occurred_at = Some(at);
            }
            "before_start" => sender.before_start = form::parsed(&name, &form::text(&name, field).await?)?,
            _ => return Err(form::unknown_field(&name, FIELDS)),
        }
    }
    let upload = upload.ok_or_else(|| ApiError::invalid("file", "missing field `file`"))?;
    Ok((upload, details, sender))
}

/// Download a file
///
/// It is read whole and compared with its SHA-256 before anything of it is sent. A part can be asked for (RFC 9110 §14).
#[utoipa::path(
    get, path = "/executions/{id}/evidence/{evidence_id}", operation_id = "download_evidence", tag = EVIDENCE,
    params(
        ("id" = ExecutionId, Path, description = "The execution."),
        ("evidence_id" = EvidenceId, Path, description = "The file."),
    ),
    responses(
        (
            status = 200, description = "The file, to be saved. Its media type is the one detected from its content.",
            headers(
                ("ETag" = String, description = "Its SHA-256."),
                ("Content-Disposition" = String, description = "The name it was uploaded under (RFC 6266)."),
                ("Accept-Ranges" = String, description = "`bytes`"),
            ),
            content((String = "*/*", example = json!("From: it-support@example.com"))),
        ),
        (
            status = 206, description = "The part that was asked for.",
            headers(("Content-Range" = String, description = "Which part of how much it is.")),
            content((String = "*/*", example = json!("From: it-support@example.com"))),
        ),
        (status = 304, description = "The file is the one that `If-None-Match` names."),
        NotFound, NoFile,
    ),
)]
async fn download(
    State(service): State<Service>,
    Id((id, evidence_id)): Id<(ExecutionId, EvidenceId)>,
    request: HeaderMap,
) -> Result<Response, ApiError> {
    let attached = service.evidence(id, evidence_id).await?;
    let evidence = &attached.evidence;
    let mut headers = headers_of(evidence);
    // The file never changes, so its hash is a strong validator (RFC 9110 §8.8.1).
    let tag = format!("\"{}\"", evidence.sha256);
    if has_tag(&request, IF_NONE_MATCH, &tag) {
        headers.remove(CONTENT_TYPE);
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let part = if request.contains_key(IF_RANGE) && !has_tag(&request, IF_RANGE, &tag) {
        None
    } else {
        part_asked_for(&request, evidence.size)?
    };
    let file = service.open_evidence(id, &attached, part.is_some()).await?;
    Ok(send(file, evidence.size, part, headers))
}

/// Whether a condition names this tag, or any.
fn has_tag(request: &HeaderMap, condition: HeaderName, tag: &str) -> bool {
    let conditions = request.get_all(condition).into_iter().filter_map(|value| value.to_str().ok());
    let mut tags = conditions.flat_map(|value| value.split(',')).map(|value| value.trim().trim_start_matches("W/"));
    tags.any(|value| value == tag || value == "*")
}

/// The part that is asked for; `None` for the whole, also when several parts are asked for or the header is not
/// understood (RFC 9110 §14.2 lets a server ignore it).
fn part_asked_for(request: &HeaderMap, size: u64) -> Result<Option<RangeInclusive<u64>>, ApiError> {
    let Some(header) = request.get(RANGE).and_then(|value| value.to_str().ok()) else { return Ok(None) };
    let Ok(ranges) = http_range_header::parse_range_header(header) else { return Ok(None) };
    match ranges.validate(size) {
        Ok(parts) if parts.len() == 1 => Ok(parts.into_iter().next()),
        Ok(_) => Ok(None),
        Err(_) => {
            let detail = format!("the file has {size} bytes, and the part asked for is not among them");
            Err(ApiError::from(Problem::new(416, "range", "No such part", detail)))
        }
    }
}

fn send(file: File, size: u64, part: Option<RangeInclusive<u64>>, mut headers: HeaderMap) -> Response {
    let (status, first, length) = match &part {
        Some(part) => (StatusCode::PARTIAL_CONTENT, *part.start(), part.end() - part.start() + 1),
        None => (StatusCode::OK, 0, size),
    };
    if let Some(part) = part {
        let range = format!("bytes {}-{}/{size}", part.start(), part.end());
        headers.extend(HeaderValue::from_str(&range).ok().map(|range| (CONTENT_RANGE, range)));
    }
    headers.insert(CONTENT_LENGTH, length.into());
    let mut file = file;
    if let Err(error) = file.seek(SeekFrom::Start(first)) {
        tracing::error!(%error, "evidence cannot be read from its middle");
        return ApiError::from(Problem::new(500, "storage", "Storage failed", "the file could not be read: try again"))
            .into_response();
    }
    let bytes = tokio::fs::File::from_std(file).take(length);
    (status, headers, Body::from_stream(ReaderStream::with_capacity(bytes, BLOCK))).into_response()
}

/// Evidence may be anything, an attack among it: it is only ever saved, never shown as a page of this site.
fn headers_of(evidence: &Evidence) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let tag = format!("\"{}\"", evidence.sha256);
    let disposition = attachment(&evidence.file_name);
    let texts = [(ETAG, tag), (CONTENT_DISPOSITION, disposition), (CONTENT_TYPE, evidence.mime_type.clone())];
    headers.extend(texts.into_iter().filter_map(|(name, text)| Some((name, HeaderValue::from_str(&text).ok()?))));
    headers
}
