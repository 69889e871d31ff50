//! HTTP: REST, the live WebSocket, and the web pages. Knows the service, and never the store.

mod assets;
mod evidence;
mod executions;
mod extract;
mod form;
mod limits;
mod live;
pub(crate) mod origin;
mod pages;
mod playbooks;
mod problem;
mod security;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::header::ACCEPT_RANGES;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use leptos::prelude::LeptosOptions;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::trace::TraceLayer;

use crate::Config;
use crate::service::Service;
use limits::{CHANGE_BYTES, Limits, limited};
use origin::Access;
use problem::ApiError;

/// What handlers share.
#[derive(Clone)]
pub(crate) struct AppState {
    /// The way to the data.
    service: Service,
    /// Read by the pages: where the site's files are.
    leptos: LeptosOptions,
    /// Live connections listen to it: turns true when the server is about to stop, and is listened to until they ended.
    stop: watch::Sender<bool>,
}

impl FromRef<AppState> for Service {
    fn from_ref(state: &AppState) -> Self {
        state.service.clone()
    }
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// Every address that the server answers.
pub(crate) fn router(service: Service, config: &Config, stop: watch::Sender<bool>) -> Router {
    let leptos = assets::leptos_options();
    let state = AppState { service: service.clone(), leptos, stop };
    let change = Limits { bytes: CHANGE_BYTES, time: config.timeouts.request };
    let import = Limits { bytes: playbooks::MAX_BODY_BYTES, ..change };
    let api = Router::new()
        .merge(limited(playbooks::routes(), import))
        .merge(limited(executions::routes().merge(live::routes()), change))
        // Files take as long as they take; they have limits of their own.
        .merge(evidence::routes(service.max_evidence_bytes()))
        .fallback(|| async { ApiError::unknown_address() })
        .method_not_allowed_fallback(|| async { ApiError::wrong_method() });
    let others = Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(readyz))
        .merge(pages::routes(&state, Arc::new(service)))
        .merge(assets::routes(&state.leptos));
    limited(others, change)
        .nest("/api", api)
        .layer(from_fn_with_state(Access::of(config), origin::guard))
        .layer(from_fn(security::add_headers))
        .layer(CompressionLayer::new().compress_when(compressible()))
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}

/// Text of some length; never what can be asked for in parts, whose length and hash are promised.
fn compressible() -> impl Predicate {
    let in_parts =
        |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| !headers.contains_key(ACCEPT_RANGES);
    SizeAbove::new(512).and(NotForContentType::IMAGES).and(in_parts)
}

/// Whether the database answers.
async fn readyz(State(service): State<Service>) -> (StatusCode, &'static str) {
    if service.is_ready().await {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
    }
}
