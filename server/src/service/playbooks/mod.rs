//! The library: finding playbooks and their versions, comparing them, taking them out and bringing them back. Saving lies
//! in [`saving`], giving them out in [`exports`].

mod exports;
mod saving;

use std::sync::Arc;

use domain::api::{PlaybookDetail, PlaybookFilter, PlaybookSummary, VersionSummary};
use domain::diff::GraphDiff;
use domain::graph::Graph;
use domain::ids::PlaybookId;
use domain::placement::Placement;

pub(crate) use exports::{EXPORT_ROOM, EXPORTS, ExportKey, Exported};

use super::{Service, ServiceError, check_name, now, page_length};
use crate::store::{Page, StoreError, Version};

/// What differs between two versions of a playbook.
pub(crate) struct Compared {
    /// The number of the earlier one.
    pub(crate) from: u32,
    /// The number of the later one.
    pub(crate) to: u32,
    pub(crate) diff: GraphDiff,
}

impl Service {
    /// A page of the library, newest first: a hundred unless the filter says how many.
    pub(crate) async fn playbooks(&self, filter: &PlaybookFilter) -> Result<Page<PlaybookSummary>, ServiceError> {
        check_name("q", filter.q.as_deref())?;
        check_name("tag", filter.tag.as_deref())?;
        let limit = usize::try_from(page_length(filter.limit)?).unwrap_or(usize::MAX);
        let offset = usize::try_from(filter.offset.unwrap_or_default()).unwrap_or(usize::MAX);
        let found = self.store.playbooks(filter).await?;
        let total = found.len() as u64;
        Ok(Page { items: found.into_iter().skip(offset).take(limit).collect(), total })
    }

    /// A playbook with one of its versions: the newest unless another one is named.
    pub(crate) async fn playbook(&self, id: PlaybookId, number: Option<u32>) -> Result<PlaybookDetail, ServiceError> {
        let summary = self.playbook_in_library(id).await?;
        let version = self.version(id, number.unwrap_or(summary.version)).await?;
        Ok(PlaybookDetail {
            summary,
            shown: version.saved.clone(),
            source: version.source.clone(),
            issues: version.issues.clone(),
            graph: Graph::clone(&version.graph),
            placement: Placement::clone(&version.placement),
        })
    }

    /// Every version of a playbook, newest first.
    pub(crate) async fn versions(&self, id: PlaybookId) -> Result<Vec<VersionSummary>, ServiceError> {
        self.playbook_in_library(id).await?;
        Ok(self.store.versions(id).await?)
    }

    /// What differs between two versions: up to the newest, and from the one before it, unless others are named. Of the
    /// first version, nothing differs from itself.
    pub(crate) async fn compare(
        &self,
        id: PlaybookId,
        from: Option<u32>,
        to: Option<u32>,
    ) -> Result<Compared, ServiceError> {
        let numbers: Vec<u32> = self.versions(id).await?.into_iter().map(|version| version.version).collect();
        let to = to.or_else(|| numbers.first().copied()).unwrap_or_default();
        let before = numbers.into_iter().find(|&number| number < to);
        let from = from.or(before).unwrap_or(to);
        let (earlier, later) = (self.version(id, from).await?, self.version(id, to).await?);
        let diff = self.computed(move || GraphDiff::between(&earlier.graph, &later.graph)).await?;
        Ok(Compared { from, to, diff })
    }

    /// Takes a playbook out of the library; executions keep it.
    pub(crate) async fn delete_playbook(&self, id: PlaybookId) -> Result<(), ServiceError> {
        Ok(self.store.hide_playbook(id, now()).await?)
    }

    /// Brings a playbook back into the library; one that is there stays as it is.
    pub(crate) async fn restore_playbook(&self, id: PlaybookId) -> Result<PlaybookSummary, ServiceError> {
        self.store.show_playbook(id).await?;
        self.playbook_in_library(id).await
    }

    async fn playbook_in_library(&self, id: PlaybookId) -> Result<PlaybookSummary, ServiceError> {
        self.store.playbook(id).await?.ok_or(ServiceError::UnknownPlaybook)
    }

    async fn version(&self, id: PlaybookId, number: u32) -> Result<Arc<Version>, ServiceError> {
        self.store.version(id, number).await.map_err(|error| match error {
            StoreError::MissingVersion(..) => ServiceError::UnknownVersion,
            other => other.into(),
        })
    }
}
