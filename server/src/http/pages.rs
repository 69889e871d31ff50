//! The web pages: rendered here, then taken over by the browser.

use std::sync::{Arc, LazyLock};

use app::backend::{Backend, ReportSource};
use app::{App, shell};
use async_trait::async_trait;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use domain::api::{
    ExecutionFilter, ExecutionPageData, ExecutionsPageData, MAX_PAGE, PlaybookDetail, PlaybookFilter, PlaybookPreview,
    PlaybookSummary, PreviewPlaybook, Problem, VersionSummary,
};
use domain::diff::GraphDiff;
use domain::ids::{Actor, ExecutionId, PlaybookId, Seq};
use domain::metrics::{MetricsFilter, MetricsSummary, PlaybookFigures, PlaybookHistory};
use domain::passage::Passage;
use domain::report::WrittenText;
use leptos::context::provide_context;
use leptos_axum::{AxumRouteListing, LeptosRoutes, generate_route_list};

use super::AppState;
use super::problem::{ApiError, problem_of};
use super::security;
use crate::service::{Service, ServiceError};
use crate::workshop::Lane;

/// Where the pages are. Found once in a process: while leptos looks for them, no page that is rendered at the same time gets
/// what it waits for, then or later (leptos issue 4773), and tests have many servers in one process.
pub(super) static PAGES: LazyLock<Vec<AxumRouteListing>> = LazyLock::new(|| {
    let pages = generate_route_list(App).into_iter();
    pages.filter(|page| !HALF_NAMED.contains(&page.path())).collect()
});

/// Of `/execute/{id}` with or without `/step/{node}` leptos also makes these, which name half of it.
const HALF_NAMED: [&str; 2] = ["/execute/{id}/{step}", "/execute/{id}/{node}"];

pub(super) fn routes(state: &AppState, backend: Arc<dyn Backend>) -> Router<AppState> {
    let options = state.leptos.clone();
    let for_errors = backend.clone();
    let page = move || {
        security::protect_page(&options);
        shell(options.clone())
    };
    Router::new()
        .leptos_routes_with_context(state, PAGES.clone(), move || provide_context(backend.clone()), page.clone())
        .fallback(leptos_axum::render_app_to_stream_with_context(move || provide_context(for_errors.clone()), page))
        .layer(from_fn_with_state(state.service.clone(), render))
}

/// Has a page rendered in the workshop, all of it: that of a long report takes a second of computing.
async fn render(State(service): State<Service>, request: Request, next: Next) -> Result<Response, ApiError> {
    let rendered = service.workshop().drive(Lane::Pages, async {
        let (head, body) = next.run(request).await.into_parts();
        let page = to_bytes(body, usize::MAX).await;
        page.map(|page| Response::from_parts(head, Body::from(page)))
    });
    rendered.await.map_err(ServiceError::from)?.map_err(|error| {
        tracing::error!(%error, "a page broke off");
        ServiceError::BrokeOff.into()
    })
}

#[async_trait]
impl Backend for Service {
    async fn playbooks(&self, filter: PlaybookFilter) -> Result<Vec<PlaybookSummary>, Problem> {
        let filter = PlaybookFilter { limit: Some(filter.limit.unwrap_or(MAX_PAGE)), ..filter };
        let page = Service::playbooks(self, &filter).await;
        page.map(|page| page.items).map_err(|error| problem_of(&error))
    }

    async fn playbook(&self, id: PlaybookId, version: Option<u32>) -> Result<PlaybookDetail, Problem> {
        Service::playbook(self, id, version).await.map_err(|error| problem_of(&error))
    }

    async fn versions(&self, id: PlaybookId) -> Result<Vec<VersionSummary>, Problem> {
        Service::versions(self, id).await.map_err(|error| problem_of(&error))
    }

    async fn diff(&self, id: PlaybookId, from: u32, to: u32) -> Result<GraphDiff, Problem> {
        let compared = Service::compare(self, id, Some(from), Some(to)).await;
        compared.map(|compared| compared.diff).map_err(|error| problem_of(&error))
    }

    async fn preview(&self, request: PreviewPlaybook) -> Result<PlaybookPreview, Problem> {
        Service::preview(self, request).await.map_err(|error| problem_of(&error))
    }

    async fn executions_page(&self, filter: ExecutionFilter) -> Result<ExecutionsPageData, Problem> {
        Service::executions_page(self, &filter).await.map_err(|error| problem_of(&error))
    }

    async fn report_page(&self, id: ExecutionId) -> Result<ReportSource, Problem> {
        Service::report_page(self, id).await.map_err(|error| problem_of(&error))
    }

    async fn passage(&self, id: ExecutionId, passage: Passage) -> Result<(Seq, Option<WrittenText>), Problem> {
        Service::passage(self, id, passage).await.map_err(|error| problem_of(&error))
    }

    async fn metrics(&self, filter: MetricsFilter) -> Result<(MetricsSummary, Vec<PlaybookFigures>), Problem> {
        Service::metrics(self, &filter).await.map_err(|error| problem_of(&error))
    }

    async fn people(&self) -> Result<Vec<Actor>, Problem> {
        Service::people(self).await.map_err(|error| problem_of(&error))
    }

    async fn playbook_history(&self, id: PlaybookId) -> Result<PlaybookHistory, Problem> {
        Service::playbook_history(self, id).await.map_err(|error| problem_of(&error))
    }

    async fn execution_page(&self, id: ExecutionId) -> Result<ExecutionPageData, Problem> {
        Service::execution_page(self, id).await.map_err(|error| problem_of(&error))
    }
}
