//! What pages ask the server for: the one seam between the pages and the host.
//!
//! On the server, [`Backend`] is given as a context and answered by the application service. In the browser, the same
//! functions travel over HTTP. Changes are not made here: they go over REST (`ui::request`).

#![expect(missing_docs, reason = "the server macro makes undocumented fields of the functions' arguments")]

use std::fmt;
use std::str::FromStr;

use domain::api::{ExecutionFilter, ExecutionPageData, ExecutionsPageData, Problem};
#[cfg(feature = "ssr")]
use domain::api::{PlaybookDetail, PlaybookFilter, PlaybookPreview, PlaybookSummary, PreviewPlaybook, VersionSummary};
#[cfg(feature = "ssr")]
use domain::diff::GraphDiff;
#[cfg(feature = "ssr")]
use domain::drawing::Drawing;
use domain::ids::{Actor, Seq};
#[cfg(feature = "ssr")]
use domain::ids::{ExecutionId, PlaybookId};
#[cfg(feature = "ssr")]
use domain::metrics::{MetricsFilter, MetricsSummary, PlaybookFigures, PlaybookHistory};
use domain::passage::Passage;
#[cfg(feature = "ssr")]
use domain::report::{Report, WrittenText};
use leptos::prelude::*;
use leptos::server_fn::codec::Post;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Serialize};

/// JSON that is always read from text, as everything else in the browser is: reading it from bytes, as leptos's own
/// encoding does, brings the code that reads every type of a page into its module a second time.
pub struct JsonText;

impl ContentType for JsonText {
    const CONTENT_TYPE: &'static str = "application/json";
}

impl FormatType for JsonText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonText {
    type Error = serde_json::Error;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        serde_json::to_string(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonText {
    type Error = serde_json::Error;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        serde_json::from_str(std::str::from_utf8(&bytes).map_err(Self::Error::custom)?)
    }
}

/// How the functions below travel.
pub(crate) type Json = Post<JsonText>;

/// The application service, as pages see it.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Backend: Send + Sync {
    /// The library.
    async fn playbooks(&self, filter: PlaybookFilter) -> Result<Vec<PlaybookSummary>, Problem>;
    /// A playbook with one of its versions: the newest unless another one is named.
    async fn playbook(&self, id: PlaybookId, version: Option<u32>) -> Result<PlaybookDetail, Problem>;
    /// The versions of a playbook, newest first.
    async fn versions(&self, id: PlaybookId) -> Result<Vec<VersionSummary>, Problem>;
    /// What differs between two versions of a playbook.
    async fn diff(&self, id: PlaybookId, from: u32, to: u32) -> Result<GraphDiff, Problem>;
    /// What a text would be read as, and look like.
    async fn preview(&self, request: PreviewPlaybook) -> Result<PlaybookPreview, Problem>;
    /// What the page of executions shows; the limit is one of each section.
    async fn executions_page(&self, filter: ExecutionFilter) -> Result<ExecutionsPageData, Problem>;
    /// What the page of an execution begins with.
    async fn execution_page(&self, id: ExecutionId) -> Result<ExecutionPageData, Problem>;
    /// What the page of a report is made from.
    async fn report_page(&self, id: ExecutionId) -> Result<ReportSource, Problem>;
    /// What a text of the report says, if anything, up to which event.
    async fn passage(&self, id: ExecutionId, passage: Passage) -> Result<(Seq, Option<WrittenText>), Problem>;
    /// Everybody who began or was given something lately.
    async fn people(&self) -> Result<Vec<Actor>, Problem>;
    /// The figures of the executions that a filter lets through, and those of each playbook among them.
    async fn metrics(&self, filter: MetricsFilter) -> Result<(MetricsSummary, Vec<PlaybookFigures>), Problem>;
    /// What became of each step of a playbook in its past executions.
    async fn playbook_history(&self, id: PlaybookId) -> Result<PlaybookHistory, Problem>;
}

/// What the page of a report is made from.
#[cfg(feature = "ssr")]
pub struct ReportSource {
    /// The report.
    pub report: Report,
    /// What became of each step of the playbook.
    pub flowchart: Drawing,
}

/// What the page of a report shows. It is written on the server; the browser adds nothing to it but the means to edit what
/// analysts write in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReportPageData {
    /// What the incident is called.
    pub incident_title: String,
    /// What happened, as HTML.
    pub first: String,
    /// What the incident did to whom.
    pub impact: WrittenPassage,
    /// Why it could happen.
    pub cause: WrittenPassage,
    /// The figures, the key events and the findings, as HTML.
    pub then: String,
    /// What analysts recommend.
    pub recommendations: WrittenPassage,
    /// All that stands after that, as HTML.
    pub after: String,
}

/// A text that analysts write in the report.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct WrittenPassage {
    /// As it was written; empty when nothing was.
    pub text: String,
    /// Up to which event of the execution that is known.
    pub seq: Seq,
    /// As a page shows it.
    pub html: String,
}

/// Why a page has nothing to show.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageError(pub Problem);

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for PageError {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

impl FromServerFnError for PageError {
    type Encoder = JsonText;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        Self(match error {
            ServerFnErrorErr::Request(_) => {
                Problem::new(503, "offline", "No connection", "The server cannot be reached.")
            }
            // Somebody else answers, such as the login page of a proxy.
            ServerFnErrorErr::Deserialization(_) => Problem::new(
                401,
                "sign-in",
                "Sign in again",
                "You are signed out: something other than the server answers.",
            ),
            error => Problem::new(500, "page", "Something went wrong", error.to_string()),
        })
    }

    /// A problem of somebody else is no answer of this server, though it can be read.
    fn de(data: Bytes) -> Self {
        match <JsonText as Decodes<Self>>::decode(data) {
            Ok(error) if error.0.kind.starts_with("/problems/") => error,
            _ => Self::from_server_fn_error(ServerFnErrorErr::Deserialization("of somebody else".to_owned())),
        }
    }
}

#[cfg(feature = "ssr")]
pub(crate) fn backend() -> std::sync::Arc<dyn Backend> {
    expect_context()
}

/// Gives the page the status of the problem that it is going to show.
#[cfg(feature = "ssr")]
pub(crate) fn with_status<T>(result: Result<T, Problem>) -> Result<T, PageError> {
    if let (Err(problem), Some(response)) = (&result, use_context::<leptos_axum::ResponseOptions>()) {
        response
            .set_status(http::StatusCode::from_u16(problem.status).unwrap_or(http::StatusCode::INTERNAL_SERVER_ERROR));
    }
    result.map_err(PageError)
}

/// A playbook, to be chosen from a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlaybookName {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// The playbooks that there are.
#[server(prefix = "/app", endpoint = "playbooks", input = Json, output = Json)]
pub async fn list_playbooks() -> Result<Vec<PlaybookName>, PageError> {
    let playbooks = with_status(backend().playbooks(PlaybookFilter::default()).await)?;
    Ok(playbooks
        .into_iter()
        .map(|playbook| PlaybookName { id: playbook.id.to_string(), title: playbook.title })
        .collect())
}

/// What the page of executions shows; the limit is one of each section.
#[server(prefix = "/app", endpoint = "executions", input = Json, output = Json)]
pub async fn list_executions(filter: ExecutionFilter) -> Result<ExecutionsPageData, PageError> {
    with_status(backend().executions_page(filter).await)
}

/// What the page of an execution begins with.
#[server(prefix = "/app", endpoint = "execution", input = Json, output = Json)]
pub async fn load_execution(id: String) -> Result<ExecutionPageData, PageError> {
    with_status(match id.parse() {
        Ok(id) => backend().execution_page(id).await,
        Err(_) => Err(nothing_here("execution")),
    })
}

/// Everybody who began or was given something lately, by name.
#[server(prefix = "/app", endpoint = "people", input = Json, output = Json)]
pub async fn load_people() -> Result<Vec<Actor>, PageError> {
    with_status(backend().people().await)
}

/// The report of an execution.
#[server(prefix = "/app", endpoint = "report", input = Json, output = Json)]
pub async fn load_report(id: String) -> Result<ReportPageData, PageError> {
    with_status(match id.parse() {
        Ok(id) => backend().report_page(id).await.map(|source| crate::report::written(&source)),
        Err(_) => Err(nothing_here("execution")),
    })
}

/// A text of a report, as it is now.
#[server(prefix = "/app", endpoint = "passage", input = Json, output = Json)]
pub async fn load_passage(id: String, passage: Passage) -> Result<WrittenPassage, PageError> {
    with_status(match id.parse() {
        Ok(id) => backend().passage(id, passage).await.map(|(seq, written)| crate::report::passage(seq, written)),
        Err(_) => Err(nothing_here("execution")),
    })
}

#[cfg(feature = "ssr")]
pub(crate) fn nothing_here(what: &str) -> Problem {
    Problem::new(404, "not-found", "Not found", format!("there is no such {what}: check the address"))
}
