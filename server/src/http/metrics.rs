//! `GET /metrics`: what the server does, for Prometheus (OpenMetrics 1.0).
//!
//! How many there are of something is asked of those who know it, when it is asked; only what happened is counted.

use std::sync::Arc;
use std::time::SystemTime;

use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use tokio::time::Instant;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::openapi::HEALTH;
use crate::hub::Hub;
use crate::metrics::{Answered, Counts, RequestCounts};

const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(metrics))
}

/// What the server does, in numbers
///
/// For Prometheus: how many live connections, people and rooms there are, and what was committed, sent, closed, refused
/// and answered since the start.
#[utoipa::path(
    get, path = "/metrics", operation_id = "metrics", tag = HEALTH,
    responses((
        status = 200, description = "Metrics in the text format of OpenMetrics 1.0; every name begins with `forge_`.",
        body = String, content_type = "application/openmetrics-text",
        example = json!("# HELP forge_live_connections Live connections.\n# TYPE forge_live_connections gauge\nforge_live_connections 3\n# EOF\n"),
    )),
)]
async fn metrics(State(registry): State<Arc<Registry>>) -> Response {
    let mut text = String::new();
    // Writing to a text cannot fail.
    let _ = prometheus_client::encoding::text::encode(&mut text, &registry);
    ([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response()
}

/// Everything that can be asked for.
pub(super) fn registry(counts: &Counts, hub: Hub) -> Arc<Registry> {
    let mut registry = Registry::with_prefix("forge");
    counts.register(&mut registry);
    let started = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let start = Gauge::<f64, std::sync::atomic::AtomicU64>::default();
    start.set(started.as_secs_f64());
    registry.register_with_unit("start_time", "When the server started, since 1970", Unit::Seconds, start);
    let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
    registry.register("build", "Which Playbook Forge this is", version);
    registry.register_collector(Box::new(Now(hub)));
    Arc::new(registry)
}

/// What there is at the moment.
#[derive(Debug)]
struct Now(Hub);

impl Collector for Now {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> std::fmt::Result {
        let there_are = self.0.occupancy();
        for (name, help, number) in [
            ("rooms", "Executions that somebody is at.", there_are.rooms),
            ("live_connections", "Live connections.", there_are.connections),
            ("analysts", "People at executions, each counted once per execution.", there_are.analysts),
            ("live_addresses", "Addresses that live connections come from.", there_are.addresses),
        ] {
            let gauge = ConstGauge::new(i64::try_from(number).unwrap_or(i64::MAX));
            gauge.encode(encoder.encode_descriptor(name, help, None, gauge.metric_type())?)?;
        }
        Ok(())
    }
}

/// Counts a request and its answer.
pub(super) async fn count(State(counts): State<RequestCounts>, request: Request, next: Next) -> Response {
    let named = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let method = named.into_iter().find(|name| request.method() == name).unwrap_or("other");
    let began = Instant::now();
    let response = next.run(request).await;
    counts.duration.observe(began.elapsed().as_secs_f64());
    let status = match response.status().as_u16() {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    };
    counts.answered.get_or_create(&Answered { method, status }).inc();
    response
}
