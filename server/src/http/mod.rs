//! HTTP: REST, the live WebSocket, and the web pages. Knows the service, and never the store.

mod addresses;
mod assets;
mod docs;
mod examples;
mod executions;
mod extract;
mod health;
mod live;
mod openapi;
mod pages;
mod playbooks;
mod problem;

use std::sync::Arc;

use axum::Router;
use axum::extract::FromRef;
use leptos::prelude::LeptosOptions;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::trace::TraceLayer;
use utoipa::openapi::OpenApi;

use crate::service::Service;
pub(crate) use addresses::all as addresses;
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
    let (api, health, described) = described();
    let api = api
        .merge(docs::routes(&described))
        .fallback(|| async { ApiError::unknown_address() })
        .method_not_allowed_fallback(|| async { ApiError::wrong_method() });
    Router::new()
        .merge(health.method_not_allowed_fallback(|| async { ApiError::wrong_method() }))
        .nest("/api", api)
        .merge(pages::routes(&state, Arc::new(service)))
        .merge(assets::routes(&state.leptos))
        .layer(CompressionLayer::new().compress_when(SizeAbove::new(512).and(NotForContentType::IMAGES)))
        .layer(TraceLayer::new_for_http())
        .with_state(state)
}

/// What lies below `/api`, what says how the server is, and the description of both.
fn described() -> (Router<AppState>, Router<AppState>, OpenApi) {
    let (api, described) = playbooks::routes().merge(executions::routes()).merge(live::routes()).split_for_parts();
    let (health, head) = health::routes().split_for_parts();
    (api, health, head.nest("/api", described))
}
