//! After-action reports.

use std::sync::Arc;

use app::backend::ReportSource;
use bytes::Bytes;
use domain::api::TimelineFilter;
use domain::drawing::{flowchart, marks};
use domain::event::Event;
use domain::ids::{ExecutionId, Seq};
use domain::report::{Recommendations, Report, Summary, markdown, recommendations};
use domain::time::Timestamp;

use super::archive::Record;
use super::{Service, ServiceError, now};
use crate::report::{Document, Paper};
use crate::store::Version;

/// A report, and what it was made from.
pub(crate) struct Reported {
    pub(crate) report: Report,
    /// The log.
    pub(crate) events: Vec<Event>,
    /// The playbook version that was run.
    pub(crate) version: Arc<Version>,
}

impl Reported {
    /// The report of a record, with what still runs measured up to `now`; `None` before the execution has begun.
    fn of(record: &Record, now: Timestamp) -> Option<Self> {
        let Record { execution, events, version, .. } = record;
        let report = Report::of(execution, events, now)?;
        Some(Self { report, events: events.clone(), version: version.clone() })
    }

    /// The report as Markdown.
    pub(crate) fn markdown(&self) -> String {
        markdown(&self.report, &self.version.graph)
    }
}

impl Service {
    /// The report of an execution, as of now.
    pub(crate) async fn report(&self, id: ExecutionId) -> Result<Reported, ServiceError> {
        let record = self.record(id).await?;
        // The whole chain of hashes is computed again.
        let made = self.computed(move || Reported::of(&record, now())).await?;
        made.ok_or(ServiceError::UnknownExecution)
    }

    /// The report of an execution as Markdown, with what it says about itself.
    pub(crate) async fn report_md(&self, id: ExecutionId) -> Result<(Summary, String), ServiceError> {
        let reported = self.report(id).await?;
        self.computed(move || (reported.report.summary.clone(), reported.markdown())).await
    }

    /// A report as PDF, with the log attached.
    pub(crate) async fn pdf(&self, reported: Reported, paper: Paper) -> Result<Bytes, ServiceError> {
        let Reported { report, events, version } = reported;
        let (graph, placement) = (version.graph.clone(), version.placement.clone());
        let document = Document { paper, report, graph, placement, events };
        Ok(self.press.print(document).await?)
    }

    /// The report of a record at the time of its last event.
    pub(crate) fn report_of(record: &Record) -> Option<Reported> {
        Reported::of(record, record.execution.state.last_timestamp?)
    }

    /// What the page of a report shows.
    pub(crate) async fn report_page(&self, id: ExecutionId) -> Result<ReportSource, ServiceError> {
        let Reported { report, version, .. } = self.report(id).await?;
        let drawn = self.computed(move || {
            let graph = &version.graph;
            let marks = marks(graph, &report);
            ReportSource { flowchart: flowchart(graph, &version.placement, Some(&marks)), report }
        });
        drawn.await
    }

    /// What is recommended, if anything, up to which event.
    pub(crate) async fn recommendations(
        &self,
        id: ExecutionId,
    ) -> Result<(Seq, Option<Recommendations>), ServiceError> {
        let seq = self.fold(id).await?.state.last_seq;
        let filter =
            TimelineFilter { event_type: vec!["recommendations_changed".to_owned()], ..TimelineFilter::default() };
        Ok((seq, recommendations(&self.timeline(id, &filter).await?)))
    }
}
