//! HTTP: REST, the live WebSocket, and the web pages. Knows the service, and never the store.

mod addresses;
mod assets;
mod attachment;
mod docs;
mod evidence;
mod examples;
mod executions;
mod extract;
mod figures;
mod form;
mod health;
mod limits;
mod listing;
mod live;
mod long;
mod metrics;
mod openapi;
pub(crate) mod origin;
mod outgoing;
mod pages;
mod playbooks;
mod problem;
mod reports;
mod security;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::FromRef;
use axum::http::header::ACCEPT_RANGES;
use axum::http::{Extensions, HeaderMap, StatusCode, Version};
use axum::middleware::{from_fn, from_fn_with_state};
use leptos::prelude::LeptosOptions;
use prometheus_client::registry::Registry;
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{NotForContentType, Predicate, SizeAbove};
use tower_http::trace::TraceLayer;
use utoipa::openapi::OpenApi;

use crate::Config;
use crate::metrics::Counts;
use crate::serve::Timeouts;
use crate::service::Service;
pub(crate) use addresses::all as addresses;
use limits::{CHANGE_BYTES, Limits, PAGE_BYTES, limited};
use origin::Access;
use outgoing::Room;
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
    /// Read by live connections.
    timeouts: Timeouts,
    /// What can be asked for at `/metrics`.
    metrics: Arc<Registry>,
}

impl FromRef<AppState> for Arc<Registry> {
    fn from_ref(state: &AppState) -> Self {
        state.metrics.clone()
    }
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
pub(crate) fn router(service: Service, config: &Config, counts: Counts, stop: watch::Sender<bool>) -> Router {
    let leptos = assets::leptos_options();
    let metrics = metrics::registry(&counts, service.hub().clone());
    let state = AppState { service: service.clone(), leptos, stop, timeouts: config.timeouts, metrics };
    let Described { api, health, description } = described(service.max_evidence_bytes(), config.timeouts.request);
    let page = Limits { bytes: PAGE_BYTES, time: config.timeouts.request };
    let api = api
        .merge(limited(docs::routes(&description), page))
        .fallback(|| async { ApiError::unknown_address() })
        .method_not_allowed_fallback(|| async { ApiError::wrong_method() });
    let others = Router::new()
        .merge(health.method_not_allowed_fallback(|| async { ApiError::wrong_method() }))
        .merge(pages::routes(&state, Arc::new(service)))
        .merge(assets::routes(&state.leptos));
    limited(others, page)
        .nest("/api", api)
        .layer(from_fn_with_state(Access::of(config), origin::guard))
        .layer(from_fn(security::add_headers))
        .layer(from_fn_with_state(Room::default(), outgoing::hold))
        .layer(CompressionLayer::new().compress_when(compressible()))
        .layer(TraceLayer::new_for_http())
        .layer(from_fn_with_state(counts.requests, metrics::count))
        .with_state(state)
}

/// Text of some length; never what can be asked for in parts, whose length and hash are promised.
fn compressible() -> impl Predicate {
    let in_parts =
        |_: StatusCode, _: Version, headers: &HeaderMap, _: &Extensions| !headers.contains_key(ACCEPT_RANGES);
    SizeAbove::new(512).and(NotForContentType::IMAGES).and(in_parts)
}

/// What describes itself, and the description.
struct Described {
    /// What lies below `/api`.
    api: Router<AppState>,
    /// What says how the server is.
    health: Router<AppState>,
    description: OpenApi,
}

fn described(max_evidence_bytes: u64, time: Duration) -> Described {
    let change = Limits { bytes: CHANGE_BYTES, time };
    let import = Limits { bytes: playbooks::MAX_BODY_BYTES, time };
    let (health, mut description) = health::routes().merge(metrics::routes()).split_for_parts();
    let mut api = Router::new();
    for (routes, limits) in [
        (playbooks::routes(), Some(import)),
        (executions::routes().merge(reports::routes()).merge(live::routes()).merge(figures::routes()), Some(change)),
        // Files take as long as they take; they have limits of their own.
        (evidence::routes(max_evidence_bytes), None),
    ] {
        let (routes, operations) = routes.split_for_parts();
        description = description.nest("/api", operations);
        api = api.merge(match limits {
            Some(limits) => limited(routes, limits),
            None => routes,
        });
    }
    openapi::add_guard(&mut description);
    Described { api, health, description }
}
