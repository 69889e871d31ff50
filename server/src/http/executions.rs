//! `/api/executions`

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::api::{
    ExecutionChanged, ExecutionDetail, ExecutionFilter, ExecutionSummary, PatchExecution, PatchStep, StartExecution,
    StepChanged, TimelineFilter,
};
use domain::command::Command;
use domain::event::{Event, EventBody};
use domain::ids::{ExecutionId, NodeId};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::AppState;
use super::examples::EXAMPLES;
use super::extract::{self, Caller, Id, Query};
use super::listing::{Asked, Tag};
use super::long::as_json;
use super::openapi::{Analyst, BadBody, BadQuery, Conflict, EXECUTIONS, NoChange, NotFound, ServerFault};
use super::problem::{ApiError, shown};
use crate::service::{Service, execution_changed, step_changed};

pub(super) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, start))
        .routes(routes!(show, change))
        .routes(routes!(change_step))
        .routes(routes!(timeline))
}

/// List executions, newest first
///
/// A page of them; `Link` leads to the next. With the `ETag` of an earlier answer in `If-None-Match`, a script that asks again and
/// again is told in a line that nothing changed.
#[utoipa::path(
    get, path = "/executions", operation_id = "list_executions", tag = EXECUTIONS,
    params(ExecutionFilter),
    responses(
        (
            status = 200, description = "Those that the query asks for.",
            headers(
                ("X-Total-Count" = u64, description = "How many there are on all pages."),
                ("Link" = String, description = "The next page, as `<address>; rel=\"next\"`, if there is one."),
                ("ETag" = String, description = "Changes with every change of anything."),
            ),
            body = Vec<ExecutionSummary>, example = json!([EXAMPLES.execution_summary]),
        ),
        (status = 304, description = "Nothing changed since the answer that `If-None-Match` names."),
        BadQuery, ServerFault,
    ),
)]
async fn list(
    State(service): State<Service>,
    OriginalUri(address): OriginalUri,
    headers: HeaderMap,
    Query(filter): Query<ExecutionFilter>,
) -> Result<Response, ApiError> {
    let asked = Asked { address: &address, headers: &headers, offset: filter.offset };
    let tag = Tag::now(&service).await?;
    match asked.unchanged(&tag) {
        Some(unchanged) => Ok(unchanged),
        None => asked.page(&service, tag, service.executions(&filter).await?).await,
    }
}

/// Start an execution of a playbook's newest version
#[utoipa::path(
    post, path = "/executions", operation_id = "start_execution", tag = EXECUTIONS,
    params(Analyst),
    request_body(content = StartExecution, example = json!(EXAMPLES.start)),
    responses(
        (
            status = 201, description = "The execution has begun.",
            headers(("Location" = String, description = "Where the execution is.")),
            links(
                ("get_execution" = (operation_id = "get_execution", parameters(("id" = "$response.body#/id")))),
                ("change_execution" = (operation_id = "change_execution", parameters(("id" = "$response.body#/id")))),
                ("get_timeline" = (operation_id = "get_timeline", parameters(("id" = "$response.body#/id")))),
                ("change_step" = (operation_id = "change_step", parameters(
                    ("id" = "$response.body#/id"), ("node_id" = "$response.body#/steps/0/node_id"),
                ))),
            ),
            body = ExecutionDetail, example = json!(EXAMPLES.started),
        ),
        BadBody, NoChange, ServerFault,
    ),
)]
async fn start(
    State(service): State<Service>,
    caller: Caller,
    extract::Json(request): extract::Json<StartExecution>,
) -> Result<impl IntoResponse, ApiError> {
    let actor = caller.unless(request.started_by.clone())?;
    let execution = service.start(request, actor).await?;
    let location = format!("/api/executions/{}", execution.summary.id);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(execution)))
}

/// Read an execution with all of its steps
#[utoipa::path(
    get, path = "/executions/{id}", operation_id = "get_execution", tag = EXECUTIONS,
    params(("id" = ExecutionId, Path, description = "The execution.", example = json!(EXAMPLES.execution_id))),
    responses(
        (status = 200, description = "As it is now.", body = ExecutionDetail, example = json!(EXAMPLES.execution)),
        NotFound, ServerFault,
    ),
)]
async fn show(State(service): State<Service>, Id(id): Id<ExecutionId>) -> Result<Json<ExecutionDetail>, ApiError> {
    Ok(Json(service.execution(id).await?))
}

/// Change an execution as a whole: pause it, end it, add a note
///
/// Whatever is named is changed, all of it or nothing. What already is as asked leaves no event.
#[utoipa::path(
    patch, path = "/executions/{id}", operation_id = "change_execution", tag = EXECUTIONS,
    params(("id" = ExecutionId, Path, description = "The execution.", example = json!(EXAMPLES.execution_id)), Analyst),
    request_body(content = PatchExecution, example = json!(EXAMPLES.change_execution)),
    responses(
        (
            status = 200, description = "The execution as it is now, and what the change became.",
            body = ExecutionChanged, example = json!(EXAMPLES.execution_changed),
        ),
        BadBody, NotFound, Conflict, NoChange, ServerFault,
    ),
)]
async fn change(
    State(service): State<Service>,
    Id(id): Id<ExecutionId>,
    caller: Caller,
    extract::Json(request): extract::Json<PatchExecution>,
) -> Result<Json<ExecutionChanged>, ApiError> {
    let sender = request.sender();
    let actor = caller.unless(sender.actor.clone())?;
    let committed = service.execute(id, Command::ChangeExecution(request.change()), sender, actor).await?;
    Ok(Json(execution_changed(committed)?))
}

/// Change a step: its status, who handles it, a note, the branch taken
///
/// Whatever is named is changed, all of it or nothing. What already is as asked leaves no event. `null` is not the same as
/// absent: `{"assignee": null}` takes the step from whoever has it, and `{"decision_taken": null}` takes the decision back
/// (`decision_withdrawn`). `not_started` resets a step; what it keeps stands in `kept` of the event.
#[utoipa::path(
    patch, path = "/executions/{id}/steps/{node_id}", operation_id = "change_step", tag = EXECUTIONS,
    params(
        ("id" = ExecutionId, Path, description = "The execution.", example = json!(EXAMPLES.execution_id)),
        ("node_id" = NodeId, Path, description = "The node of its playbook.", example = json!(EXAMPLES.node)),
        Analyst,
    ),
    request_body(content = PatchStep, example = json!(EXAMPLES.change_step)),
    responses(
        (
            status = 200, description = "The step as it is now, and what the change became.",
            body = StepChanged, example = json!(EXAMPLES.step_changed),
        ),
        BadBody, NotFound, Conflict, NoChange, ServerFault,
    ),
)]
async fn change_step(
    State(service): State<Service>,
    Id((id, node_id)): Id<(ExecutionId, NodeId)>,
    caller: Caller,
    extract::Json(request): extract::Json<PatchStep>,
) -> Result<Json<StepChanged>, ApiError> {
    let sender = request.sender();
    let actor = caller.unless(sender.actor.clone())?;
    let command = Command::ChangeStep { node_id: node_id.clone(), change: request.change() };
    let committed = service.execute(id, command, sender, actor).await?;
    Ok(Json(step_changed(committed, &node_id)?))
}

/// Read who did what when, oldest first
#[utoipa::path(
    get, path = "/executions/{id}/timeline", operation_id = "get_timeline", tag = EXECUTIONS,
    params(("id" = ExecutionId, Path, description = "The execution.", example = json!(EXAMPLES.execution_id)), TimelineFilter),
    responses(
        (
            status = 200, description = "The events that the query asks for.",
            body = Vec<Event>, example = json!(EXAMPLES.timeline),
        ),
        BadQuery, NotFound, ServerFault,
    ),
)]
async fn timeline(
    State(service): State<Service>,
    Id(id): Id<ExecutionId>,
    Query(filter): Query<TimelineFilter>,
) -> Result<Response, ApiError> {
    if let Some(unknown) = filter.event_type.iter().find(|name| !EventBody::TYPES.contains(&name.as_str())) {
        let (unknown, types) = (shown(unknown), EventBody::TYPES.join(", "));
        let message = format!("“{unknown}” is no event type; there are {types}");
        return Err(ApiError::invalid("event_type", message));
    }
    as_json(&service, service.timeline(id, &filter).await?).await
}
