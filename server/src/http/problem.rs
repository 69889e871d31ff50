//! Errors as `application/problem+json` (RFC 9457): the one place where a failure becomes a status code and words.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::api::Problem;
use domain::command::Refusal;

use crate::service::ServiceError;

/// A failed request.
#[derive(Debug)]
pub(crate) struct ApiError(pub(crate) Problem);

impl ApiError {
    pub(super) fn unknown_address() -> Self {
        Self(Problem::new(404, "not-found", "Not found", "nothing is at this address: see the README for the API"))
    }

    pub(super) fn wrong_method() -> Self {
        Self(Problem::new(405, "method", "Method not allowed", "this address does not take this method"))
    }

    /// The body or the query is not what this address takes.
    pub(super) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self(Problem::new(422, "invalid", "Invalid request", message).at(field))
    }
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
        ServiceError::UnknownPlaybook | ServiceError::UnknownExecution => {
            Problem::new(404, "not-found", "Not found", detail)
        }
        ServiceError::Refused(refusal) => {
            let (status, slug, title) = match refusal {
                Refusal::UnknownNode(_) => (404, "not-found", "Not found"),
                Refusal::Closed(_) | Refusal::Paused | Refusal::BadTransition { .. } | Refusal::AlreadyStarted => {
                    (409, "conflict", "Not in this state")
                }
                Refusal::Blank { .. } | Refusal::TooLong { .. } | Refusal::ControlCharacter { .. } => {
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
        ServiceError::Dangling { field, .. } => Problem::new(422, "refused", "Refused", detail).at(field),
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
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}
