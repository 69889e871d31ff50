//! The site's files: style sheet, script and WASM module.
//!
//! A release carries them inside, under an address that is a hash of their content, so that a browser keeps them for
//! ever and never has an old one. In development they are read from the folder that cargo-leptos writes.

use axum::Router;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use leptos::config::{Env, LeptosOptions};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::AppState;
use super::problem::ApiError;

/// The name that cargo-leptos gives the files (`name` in Cargo.toml).
const NAME: &str = "playbook-forge";
const FOREVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const ASK_AGAIN: HeaderValue = HeaderValue::from_static("no-cache");
/// The icon has one address for ever; that it changes is seen a day later.
const A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../target/site"]
#[allow_missing = true]
struct Site;

/// Where the pages find the files.
pub(super) fn leptos_options() -> LeptosOptions {
    let watched = std::env::var("LEPTOS_WATCH").is_ok_and(|watch| watch == "true");
    let package = if cfg!(debug_assertions) { "pkg".to_owned() } else { format!("pkg/{}", fingerprint()) };
    let options = LeptosOptions::builder().output_name(NAME).site_pkg_dir(package).reload_port(3001_u32);
    if watched { options.env(Env::DEV).build() } else { options.env(Env::PROD).build() }
}

/// Short hash over everything in the package folder.
fn fingerprint() -> String {
    let mut hash = Sha256::new();
    for path in Site::iter().filter(|path| path.starts_with("pkg/")) {
        if let Some(file) = Site::get(&path) {
            hash.update(path.as_bytes());
            hash.update(file.metadata.sha256_hash());
        }
    }
    domain::canonical::hex(&hash.finalize()[..8])
}

pub(super) fn routes(options: &LeptosOptions) -> Router<AppState> {
    let package = format!("/{}/{{file}}", options.site_pkg_dir);
    Router::new()
        .route(
            &package,
            get(|Path(file): Path<String>, headers: HeaderMap| async move {
                let caching = if cfg!(debug_assertions) { ASK_AGAIN } else { FOREVER };
                respond(&format!("pkg/{file}"), &headers, caching)
            }),
        )
        .route("/favicon.svg", get(|headers: HeaderMap| async move { respond("favicon.svg", &headers, A_DAY) }))
}

fn respond(path: &str, request: &HeaderMap, caching: HeaderValue) -> Response {
    let accepted = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let compressed = [("br", ".br"), ("gzip", ".gz")]
        .into_iter()
        .filter(|(encoding, _)| accepted.split(',').any(|accepted| accepted.trim().starts_with(encoding)))
        .find_map(|(encoding, suffix)| Some((Site::get(&format!("{path}{suffix}"))?, Some(encoding))));
    let Some((file, encoding)) = compressed.or_else(|| Some((Site::get(path)?, None))) else {
        return ApiError::unknown_address().into_response();
    };
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    let mut headers = HeaderMap::new();
    headers.extend(HeaderValue::from_str(mime.as_ref()).ok().map(|mime| (header::CONTENT_TYPE, mime)));
    headers.insert(header::CACHE_CONTROL, caching);
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    headers.extend(encoding.map(|encoding| (header::CONTENT_ENCODING, HeaderValue::from_static(encoding))));
    (StatusCode::OK, headers, file.data.into_owned()).into_response()
}
