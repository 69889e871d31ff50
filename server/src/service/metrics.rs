//! Figures over many executions.

use std::sync::Arc;

use domain::ids::PlaybookId;
use domain::metrics::{
    self, Library, MetricsFilter, MetricsSummary, PlaybookFigures, PlaybookHistory, Record, Running,
};

use super::{Service, ServiceError, now};

impl Service {
    /// What goes on, and what became of the executions that a filter lets through.
    pub(crate) async fn metrics_summary(&self, filter: &MetricsFilter) -> Result<MetricsSummary, ServiceError> {
        Ok(self.metrics(filter).await?.0)
    }

    /// Every playbook that was executed, most used first.
    pub(crate) async fn playbook_metrics(&self, filter: &MetricsFilter) -> Result<Vec<PlaybookFigures>, ServiceError> {
        let (records, library) = self.records(filter).await?;
        self.computed(move || metrics::playbooks(&records, &library)).await
    }

    /// Both, of the same executions.
    pub(crate) async fn metrics(
        &self,
        filter: &MetricsFilter,
    ) -> Result<(MetricsSummary, Vec<PlaybookFigures>), ServiceError> {
        let (records, library) = self.records(filter).await?;
        let mut running = Running::of(&self.store.open_executions(filter.playbook_id).await?);
        for blocked in &mut running.blocked {
            blocked.name_steps(&*self.fold(blocked.execution_id).await?);
        }
        let (filter, now) = (*filter, now());
        self.computed(move || {
            let summary = metrics::summary(&records, &library, running, &filter, now);
            (summary, metrics::playbooks(&records, &library))
        })
        .await
    }

    /// What became of each step of a playbook that is in the library.
    pub(crate) async fn playbook_history(&self, id: PlaybookId) -> Result<PlaybookHistory, ServiceError> {
        let filter = MetricsFilter { playbook_id: Some(id), ..MetricsFilter::default() };
        let records = self.store.records(&filter).await?;
        let library = self.store.library(&records, Some(id)).await?;
        if library.get(&id).is_none_or(|playbook| !playbook.in_library) {
            return Err(ServiceError::UnknownPlaybook);
        }
        self.computed(move || metrics::history(&records, &library)).await
    }

    async fn records(&self, filter: &MetricsFilter) -> Result<(Vec<Arc<Record>>, Library), ServiceError> {
        let records = self.store.records(filter).await?;
        let library = self.store.library(&records, None).await?;
        Ok((records, library))
    }
}
