//! Reading the library.

use std::collections::HashMap;
use std::sync::Arc;

use domain::api::{PlaybookFilter, PlaybookSummary, VersionSummary};
use domain::ids::{ExecutionId, PlaybookId};
use domain::legible::composed;
use domain::metrics::{ExecutionFigures, Record, StepOutcomes};
use domain::time::Timestamp;
use sea_orm::prelude::{DateTimeUtc, Uuid};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use super::Version;
use crate::store::entity::{executions, playbook_versions, playbooks};
use crate::store::writer::saved_by;
use crate::store::{PlaybookCommand, SavedVersion, Store, StoreError, WriteError, projection, refold};

impl Store {
    /// The playbooks that a filter lets through, newest first.
    pub(crate) async fn playbooks(&self, filter: &PlaybookFilter) -> Result<Vec<PlaybookSummary>, StoreError> {
        let is_hidden = playbooks::Column::HiddenAt.is_not_null();
        let rows = playbooks::Entity::find()
            .filter(if filter.hidden { is_hidden } else { playbooks::Column::HiddenAt.is_null() })
            .order_by_desc(playbooks::Column::CreatedAt)
            .order_by_desc(playbooks::Column::Id)
            .all(&self.read)
            .await?;
        let mut uses = self.uses(None).await?;
        let mut summaries = Vec::with_capacity(rows.len());
        for row in rows {
            let used = uses.remove(&PlaybookId(row.id)).unwrap_or_default();
            let summary = summary_of(row, used)?;
            if self.is_asked_for(&summary, filter).await? {
                summaries.push(summary);
            }
        }
        Ok(summaries)
    }

    /// Whether the tag asked for is there, and every word asked for occurs in the title, a tag, or what the newest version
    /// says. A library has hundreds of playbooks, not millions, and SQLite's `LIKE` knows the case of ASCII letters only.
    async fn is_asked_for(&self, summary: &PlaybookSummary, filter: &PlaybookFilter) -> Result<bool, StoreError> {
        let tag = filter.tag.as_deref().filter(|tag| !tag.is_empty());
        if !tag.is_none_or(|tag| summary.tags.iter().any(|own| composed(own).eq_ignore_ascii_case(&composed(tag)))) {
            return Ok(false);
        }
        let head = composed(&format!("{} {}", summary.title, summary.tags.join(" "))).to_lowercase();
        let asked = composed(filter.q.as_deref().unwrap_or_default()).to_lowercase();
        let others: Vec<&str> = asked.split_whitespace().filter(|word| !head.contains(*word)).collect();
        if others.is_empty() {
            return Ok(true);
        }
        let version = self.version(summary.id, summary.version).await?;
        Ok(others.into_iter().all(|word| version.says(word)))
    }

    /// A playbook that is in the library.
    pub(crate) async fn playbook(&self, id: PlaybookId) -> Result<Option<PlaybookSummary>, StoreError> {
        let row =
            playbooks::Entity::find_by_id(id.0).filter(playbooks::Column::HiddenAt.is_null()).one(&self.read).await?;
        let Some(row) = row else { return Ok(None) };
        let used = self.uses(Some(id)).await?.remove(&id).unwrap_or_default();
        summary_of(row, used).map(Some)
    }

    /// One version of a playbook, hidden or not.
    pub(crate) async fn version(&self, playbook: PlaybookId, number: u32) -> Result<Arc<Version>, StoreError> {
        super::version(&self.read, &self.cache, playbook, number).await
    }

    /// Every version of a playbook, newest first, without what it holds.
    pub(crate) async fn versions(&self, playbook: PlaybookId) -> Result<Vec<VersionSummary>, StoreError> {
        let numbers: Vec<i32> = playbook_versions::Entity::find()
            .filter(playbook_versions::Column::PlaybookId.eq(playbook.0))
            .order_by_desc(playbook_versions::Column::Version)
            .select_only()
            .column(playbook_versions::Column::Version)
            .into_tuple()
            .all(&self.read)
            .await?;
        let mut versions = Vec::with_capacity(numbers.len());
        for number in numbers {
            versions.push(self.version(playbook, number.cast_unsigned()).await?.saved.clone());
        }
        Ok(versions)
    }

    /// What a command was answered, if it was.
    ///
    /// # Errors
    /// When its id was used for another command.
    pub(crate) async fn saved_by(&self, command: &PlaybookCommand) -> Result<Option<SavedVersion>, WriteError> {
        saved_by(&self.read, command).await
    }

    /// Whether there has never been a playbook.
    pub(crate) async fn has_no_playbooks(&self) -> Result<bool, StoreError> {
        Ok(playbooks::Entity::find().one(&self.read).await?.is_none())
    }

    /// What became of the executions of each playbook, or of the one named, apart from their steps.
    async fn uses(&self, only: Option<PlaybookId>) -> Result<HashMap<PlaybookId, ExecutionFigures>, StoreError> {
        use executions::Column;
        let mut query = executions::Entity::find();
        if let Some(only) = only {
            query = query.filter(Column::PlaybookId.eq(only.0));
        }
        let rows: Vec<UsesRow> = query
            .select_only()
            .columns([
                Column::PlaybookId,
                Column::PlaybookVersion,
                Column::Status,
                Column::StartedAt,
                Column::ActiveMicros,
                Column::Id,
                Column::FoldVersion,
            ])
            .into_tuple()
            .all(&self.read)
            .await?;
        let mut records: HashMap<PlaybookId, Vec<Record>> = HashMap::new();
        for (id, version, status, started_at, active_micros, execution, fold_version) in rows {
            if !refold::is_current(fold_version) {
                let record = self.record_from_log(ExecutionId(execution)).await;
                records.entry(PlaybookId(id)).or_default().extend(record);
                continue;
            }
            records.entry(PlaybookId(id)).or_default().push(Record {
                playbook_id: PlaybookId(id),
                playbook_version: version.cast_unsigned(),
                status: projection::read(Value::String(status), "executions.status")?,
                started_at: Timestamp::new(started_at),
                active_micros: active_micros.unwrap_or(0),
                steps: StepOutcomes::default(),
            });
        }
        Ok(records.into_iter().map(|(id, records)| (id, ExecutionFigures::of(&records))).collect())
    }
}

/// Playbook, its version, status, start, active time, execution, and the version of the fold that wrote the row.
type UsesRow = (Uuid, i32, String, DateTimeUtc, Option<i64>, Uuid, i32);

fn summary_of(row: playbooks::Model, used: ExecutionFigures) -> Result<PlaybookSummary, StoreError> {
    Ok(PlaybookSummary {
        id: PlaybookId(row.id),
        title: row.title,
        version: row.version.cast_unsigned(),
        format: projection::read(Value::String(row.format), "playbooks.format")?,
        tags: projection::read(row.tags, "playbooks.tags")?,
        node_count: row.node_count.cast_unsigned(),
        edge_count: row.edge_count.cast_unsigned(),
        step_count: row.step_count.cast_unsigned(),
        decision_count: row.decision_count.cast_unsigned(),
        execution_count: used.started_count.into(),
        last_used: used.last_started_at,
        median_seconds: used.median_seconds,
        created_at: Timestamp::new(row.created_at),
        hidden: row.hidden_at.is_some(),
    })
}
