//! After-action reports.

use std::io::Read;
use std::sync::Arc;

use app::backend::ReportSource;
use bytes::Bytes;
use domain::api::TimelineFilter;
use domain::drawing::{flowchart, marks};
use domain::event::{Event, Evidence};
use domain::ids::{ExecutionId, Seq};
use domain::passage::Passage;
use domain::report::{Report, Summary, WrittenText, markdown, written};
use domain::time::Timestamp;

use super::archive::Record;
use super::{Service, ServiceError, now};
use crate::report::{Document, Exhibit, Exhibits, Paper, exhibit};
use crate::store::Version;
use crate::workshop::Lane;

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
        let (id, evidence) = (report.summary.execution_id, report.integrity.evidence.iter());
        let pictures = exhibit::chosen(evidence.map(|entry| &entry.file.evidence));
        let (graph, placement) = (version.graph.clone(), version.placement.clone());
        let document = Document { paper, report, graph, placement, events };
        self.press.print(document, async || self.exhibits(id, pictures).await).await
    }

    /// Reads these files of evidence, each after having been compared with its hash. What is damaged is left out: `verify`
    /// names it, and a report is not the place to learn of it first.
    async fn exhibits(&self, id: ExecutionId, pictures: Vec<Evidence>) -> Result<Exhibits, ServiceError> {
        if pictures.is_empty() {
            return Ok(Exhibits { files: Vec::new(), are_all: true });
        }
        let store = self.store.clone();
        let read = move || {
            let count = pictures.len();
            let read = |evidence: Evidence| {
                let mut bytes = Vec::new();
                let file = store.open_evidence(id, &evidence, false);
                let read = file.map_err(|error| error.to_string());
                match read.and_then(|mut file| file.read_to_end(&mut bytes).map_err(|error| error.to_string())) {
                    Ok(_) => Some(Exhibit { evidence, bytes: bytes.into() }),
                    Err(error) => {
                        tracing::warn!(evidence = %evidence.id, error, "a picture is left out of a report");
                        None
                    }
                }
            };
            let files: Vec<Exhibit> = pictures.into_iter().filter_map(read).collect();
            Exhibits { are_all: files.len() == count, files }
        };
        Ok(self.workshop.run(Lane::Files, read).await?)
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

    /// What a text of the report says, if anything, up to which event.
    pub(crate) async fn passage(
        &self,
        id: ExecutionId,
        passage: Passage,
    ) -> Result<(Seq, Option<WrittenText>), ServiceError> {
        let seq = self.fold(id).await?.state.last_seq;
        let filter = TimelineFilter { event_type: vec![passage.event_type().to_owned()], ..TimelineFilter::default() };
        Ok((seq, written(&self.timeline(id, &filter).await?, passage)))
    }
}
