//! Answers that may be long: written away from the threads that answer requests.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;

use super::problem::ApiError;
use crate::service::{Service, ServiceError};
use crate::workshop::Lane;

/// A value as JSON.
pub(super) async fn as_json<T: Serialize + Send + 'static>(service: &Service, value: T) -> Result<Response, ApiError> {
    let written = service.workshop().run_leaving(Lane::Quick, move || (serde_json::to_vec(&value), value));
    match written.await.map_err(ServiceError::from)? {
        Ok(text) => Ok(([(CONTENT_TYPE, "application/json")], Bytes::from(text)).into_response()),
        Err(error) => {
            tracing::error!(%error, "an answer could not be written as JSON");
            Err(ServiceError::BrokeOff.into())
        }
    }
}
