//! The description of the API: as OpenAPI at `/api/openapi.json`, and to browse at `/api/docs`.
//!
//! Swagger UI lies inside the program, loads nothing from elsewhere, and has no script in its page.

use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use super::AppState;
use super::problem::ApiError;

/// Its files change with the program only.
const FOR_AN_HOUR: &str = "public, max-age=3600";

static SWAGGER_UI: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    // Relative to the page, so that it works below any prefix that a proxy adds; no validator, which lies elsewhere.
    let config = Config::new(["../openapi.json"]).validator_url("none").use_base_layout();
    Arc::new(config.default_models_expand_depth(0).display_request_duration(true))
});

pub(super) fn routes(document: &OpenApi) -> Router<AppState> {
    let document = Bytes::from(serde_json::to_vec(document).unwrap_or_default());
    let openapi = move || async move { ([(header::CONTENT_TYPE, "application/json")], document) };
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/docs", get(|| async { Redirect::permanent("docs/") }))
        .route("/docs/", get(|| async { file("index.html") }))
        .route("/docs/{file}", get(|Path(name): Path<String>| async move { file(&name) }))
}

/// A file of Swagger UI.
fn file(name: &str) -> Response {
    match utoipa_swagger_ui::serve(name, SWAGGER_UI.clone()) {
        Ok(Some(file)) => {
            let headers = [(header::CONTENT_TYPE, file.content_type.as_str()), (header::CACHE_CONTROL, FOR_AN_HOUR)];
            (headers, file.bytes).into_response()
        }
        Ok(None) => ApiError::unknown_address().into_response(),
        Err(error) => {
            tracing::error!(%error, name, "a file of Swagger UI cannot be served");
            ApiError::unknown_address().into_response()
        }
    }
}
