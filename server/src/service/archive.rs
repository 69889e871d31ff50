//! What leaves the database whole, and what comes into it whole.

use std::path::Path;
use std::sync::Arc;

use domain::api::TimelineFilter;
use domain::event::{Event, Evidence};
use domain::execution::Execution;
use domain::ids::{EvidenceId, ExecutionId};

use super::{Service, ServiceError};
use crate::store::{Adoption, Incoming, Version};
use crate::workshop::Lane;

/// Everything that is recorded of an execution, apart from the bytes of its evidence.
pub(crate) struct Record {
    /// The fold of the events.
    pub(crate) execution: Arc<Execution>,
    /// The log.
    pub(crate) events: Vec<Event>,
    /// The playbook version that it runs.
    pub(crate) version: Arc<Version>,
}

impl Service {
    /// Everything that is recorded of an execution.
    pub(crate) async fn record(&self, id: ExecutionId) -> Result<Record, ServiceError> {
        let execution = self.fold(id).await?;
        let header = &execution.state.header;
        let version = self.store.version(header.playbook_id, header.playbook_version).await?;
        let mut events = self.store.timeline(id, &TimelineFilter::default()).await?;
        events.retain(|event| event.seq <= execution.state.last_seq);
        Ok(Record { execution, events, version })
    }

    /// Takes over an execution that was recorded elsewhere.
    pub(crate) async fn adopt(&self, adoption: Adoption) -> Result<(), ServiceError> {
        Ok(self.store.adopt(adoption).await?)
    }

    /// Whether a file lies in the vault already, as it was recorded.
    pub(crate) async fn has_file(&self, execution: ExecutionId, evidence: &Evidence) -> bool {
        let (store, evidence) = (self.store.clone(), evidence.clone());
        let open = move || store.open_evidence(execution, &evidence, false).is_ok();
        self.workshop.run(Lane::Files, open).await.unwrap_or(false)
    }

    /// Makes place for a file of an execution that is to be taken over.
    pub(crate) async fn receive_as(&self, execution: ExecutionId, id: EvidenceId) -> Result<Incoming, ServiceError> {
        Ok(self.store.receive(execution, id).await?)
    }

    /// Writes a copy of the database as it is at one moment.
    pub(crate) async fn copy_database(&self, file: &Path) -> Result<(), ServiceError> {
        Ok(self.store.copy_to(file).await?)
    }
}
