//! Errors as `application/problem+json` (RFC 9457): the one place where a failure becomes a status code and words.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::api::Problem;
use domain::command::Refusal;
use domain::ids::MAX_NAME_CHARS;
use domain::text::shortened;

use crate::service::ServiceError;

/// A failed request.
#[derive(Debug)]
pub(crate) struct ApiError(pub(crate) Problem);

impl ApiError {
    pub(super) fn unknown_address() -> Self {
        Self(Problem::new(
            404,
            "not-found",
            "Not found",
            "nothing is at this address: /api/docs lists the addresses of the API",
        ))
    }

    pub(super) fn wrong_method() -> Self {
        Self(Problem::new(405, "method", "Method not allowed", "this address does not take this method"))
    }

    /// The body or the query is not what this address takes.
    pub(super) fn invalid(field: &str, message: impl Into<String>) -> Self {
        // What does not fit may be quoted in it, and names of fields are chosen by who asks.
        let message = shortened(&message.into(), MAX_MESSAGE_CHARS);
        Self(Problem::new(422, "invalid", "Invalid request", message).at(&shown(field)))
    }
}

/// When to try again what cannot be done just now.
const RETRY_AFTER_SECONDS: HeaderValue = HeaderValue::from_static("1");

/// Longest explanation that may quote what was sent.
const MAX_MESSAGE_CHARS: usize = 2_000;

/// What somebody sent, short enough to be quoted.
pub(super) fn shown(text: &str) -> String {
    shortened(text, MAX_NAME_CHARS)
}

impl From<Problem> for ApiError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        Self(problem_of(&error))
    }
}

/// A service error in words for the user; what only helps the operator goes to the log.
pub(super) fn problem_of(error: &ServiceError) -> Problem {
    let detail = error.to_string();
    match error {
        ServiceError::UnknownPlaybook
        | ServiceError::UnknownVersion
        | ServiceError::UnknownExecution
        | ServiceError::UnknownEvidence => Problem::new(404, "not-found", "Not found", detail),
        ServiceError::Outdated { .. } => Problem::new(409, "outdated", "Saved meanwhile", detail).at("base_version"),
        ServiceError::OtherCommand => Problem::new(422, "refused", "Refused", detail).at("command_id"),
        ServiceError::Refused(refusal) => {
            let (status, slug, title) = match refusal {
                Refusal::UnknownNode(_) => (404, "not-found", "Not found"),
                Refusal::Closed(_)
                | Refusal::Paused
                | Refusal::BadTransition { .. }
                | Refusal::AlreadyStarted
                | Refusal::OtherOutcome(_) => (409, "conflict", "Not in this state"),
                Refusal::Blank { .. } | Refusal::TooLong { .. } | Refusal::Name { .. } => {
                    (422, "invalid", "Invalid request")
                }
                _ => (422, "refused", "Refused"),
            };
            let problem = Problem::new(status, slug, title, detail);
            match refusal.field() {
                Some(field) => problem.at(field),
                None => problem,
            }
        }
        ServiceError::NoPlaybook(_) => Problem::new(422, "no-playbook", "Not a playbook", detail).at("source"),
        ServiceError::Invalid { field, .. } => Problem::new(422, "invalid", "Invalid request", detail).at(field),
        ServiceError::TooLarge { .. } => Problem::new(413, "too-large", "Too large", detail).at("file"),
        ServiceError::Damaged { id, damage } => {
            tracing::error!(%id, %damage, "evidence is damaged");
            Problem::new(500, "damaged-evidence", "Damaged evidence", detail)
        }
        ServiceError::AlreadyHere | ServiceError::OtherPlaybook => {
            Problem::new(409, "conflict", "Not in this state", detail)
        }
        ServiceError::Busy => Problem::new(503, "busy", "Busy", detail),
        ServiceError::Overloaded => Problem::new(503, "overloaded", "Too much to do", detail),
        ServiceError::BrokeOff => Problem::new(500, "broke-off", "Broke off", detail),
        ServiceError::QuotaUsedUp { .. } => Problem::new(507, "quota", "No room left", detail).at("file"),
        ServiceError::Full => Problem::new(507, "storage-full", "No room left", detail),
        ServiceError::Dangling { field, .. } => Problem::new(422, "refused", "Refused", detail).at(field),
        ServiceError::NoReport(_) => {
            tracing::error!(%detail);
            Problem::new(500, "report", "No report", detail)
        }
        ServiceError::NoPicture(_) => {
            tracing::error!(%detail);
            Problem::new(500, "picture", "No picture", detail)
        }
        ServiceError::Store(error) => {
            tracing::error!(%error, "storage failed");
            Problem::new(
                500,
                "storage",
                "Storage failed",
                "the change could not be stored or read, and nothing was changed: try again, and look at the server's log",
            )
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self.0)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS);
        }
        response
    }
}
