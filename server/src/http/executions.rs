//! `/api/executions`

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{get, patch};
use axum::{Json, Router};
use domain::api::{
    ExecutionDetail, ExecutionFilter, ExecutionSummary, PatchExecution, PatchStep, StartExecution, StepChanged,
    TimelineFilter,
};
use domain::command::Command;
use domain::event::{Event, EventBody};
use domain::ids::{ExecutionId, NodeId};

use super::AppState;
use super::extract::{self, Caller, Id, Query};
use super::problem::{ApiError, shown};
use crate::service::{Service, detail, step_changed};

pub(super) fn routes() -> Router<AppState> {
    Router::new()
        .route("/executions", get(list).post(start))
        .route("/executions/{id}", get(show).patch(change))
        .route("/executions/{id}/steps/{node_id}", patch(change_step))
        .route("/executions/{id}/timeline", get(timeline))
}

async fn list(
    State(service): State<Service>,
    OriginalUri(address): OriginalUri,
    Query(filter): Query<ExecutionFilter>,
) -> Result<(HeaderMap, Json<Vec<ExecutionSummary>>), ApiError> {
    let page = service.executions(&filter).await?;
    let mut headers = HeaderMap::new();
    headers.insert("x-total-count", HeaderValue::from(page.total));
    let end = filter.offset.unwrap_or(0) + page.items.len() as u64;
    if filter.limit.is_some_and(|limit| limit > 0) && end < page.total {
        let next = format!("<{}>; rel=\"next\"", with_offset(&address, end));
        headers.extend(HeaderValue::from_str(&next).ok().map(|next| (header::LINK, next)));
    }
    Ok((headers, Json(page.items)))
}

/// The same address, further on in the list.
fn with_offset(address: &axum::http::Uri, offset: u64) -> String {
    let pairs = form_urlencoded::parse(address.query().unwrap_or_default().as_bytes());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.filter(|(name, _)| name != "offset"));
    query.append_pair("offset", &offset.to_string());
    format!("{}?{}", address.path(), query.finish())
}

async fn start(
    State(service): State<Service>,
    caller: Caller,
    extract::Json(request): extract::Json<StartExecution>,
) -> Result<impl IntoResponse, ApiError> {
    let actor = caller.unless(request.started_by.clone());
    let execution = service.start(request, actor).await?;
    let location = format!("/api/executions/{}", execution.summary.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(execution)))
}

async fn show(State(service): State<Service>, Id(id): Id<ExecutionId>) -> Result<Json<ExecutionDetail>, ApiError> {
    Ok(Json(service.execution(id).await?))
}

async fn change(
    State(service): State<Service>,
    Id(id): Id<ExecutionId>,
    caller: Caller,
    extract::Json(request): extract::Json<PatchExecution>,
) -> Result<Json<ExecutionDetail>, ApiError> {
    let sender = request.sender();
    let actor = caller.unless(sender.actor.clone());
    let committed = service.execute(id, Command::ChangeExecution(request.change()), sender, actor).await?;
    Ok(Json(detail(&committed)?))
}

async fn change_step(
    State(service): State<Service>,
    Id((id, node_id)): Id<(ExecutionId, NodeId)>,
    caller: Caller,
    extract::Json(request): extract::Json<PatchStep>,
) -> Result<Json<StepChanged>, ApiError> {
    let sender = request.sender();
    let actor = caller.unless(sender.actor.clone());
    let command = Command::ChangeStep { node_id: node_id.clone(), change: request.change() };
    let committed = service.execute(id, command, sender, actor).await?;
    Ok(Json(step_changed(committed, &node_id)?))
}

async fn timeline(
    State(service): State<Service>,
    Id(id): Id<ExecutionId>,
    Query(filter): Query<TimelineFilter>,
) -> Result<Json<Vec<Event>>, ApiError> {
    if let Some(unknown) = filter.event_type.iter().find(|name| !EventBody::TYPES.contains(&name.as_str())) {
        let (unknown, types) = (shown(unknown), EventBody::TYPES.join(", "));
        let message = format!("“{unknown}” is no event type; there are {types}");
        return Err(ApiError::invalid("event_type", message));
    }
    Ok(Json(service.timeline(id, &filter).await?))
}
