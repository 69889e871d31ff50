//! HTTP: REST, the live WebSocket, and the web pages. Knows the service, and never the store.

mod assets;
mod evidence;
mod executions;
mod extract;
mod form;
mod live;
mod pages;
mod playbooks;
mod problem;

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, State};
use axum::http::header::ACCEPT_RANGES;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::routing::get;
use leptos::prelude::LeptosOptions;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::trace::TraceLayer;

use crate::service::Service;
use problem::ApiError;

/// What handlers share.
#[derive(Clone)]
pub(crate) struct AppState {
    /// The way to the data.
    service: Service,
    /// Read by the pages: where the site's files are.
    leptos: LeptosOptions,
    /// Read by live connections: turns true when the server is about to stop.
    stopping: watch::Receiver<bool>,
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
pub(crate) fn router(service: Service, stopping: watch::Receiver<bool>) -> Router {
    let leptos = assets::leptos_options();
    let state = AppState { service: service.clone(), leptos, stopping };
    let api = Router::new()
        .merge(playbooks::routes())
        .merge(executions::routes())
        .merge(evidence::routes(service.max_evidence_bytes()))
        .merge(live::routes())
        .fallback(|| async { ApiError::unknown_address() })
        .method_not_allowed_fallback(|| async { ApiError::wrong_method() });
    Router::new()
        .route("/healthz", get(|| async { "ok" }))
        .route("/readyz", get(readyz))
        .nest("/api", api)
        .merge(pages::routes(&state, Arc::new(service)))
        .merge(assets::routes(&state.leptos))
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
