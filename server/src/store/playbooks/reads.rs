//! Reading the library.

use std::collections::HashMap;
use std::sync::Arc;

use domain::api::{PlaybookFilter, PlaybookSummary, VersionSummary};
use domain::ids::{ExecutionId, PlaybookId};
use domain::legible::composed;
use domain::metrics::{ExecutionFigures, Record, StepOutcomes};
use domain::time::Timestamp;
use sea_orm::prelude::{DateTimeUtc, Uuid};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect};
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
        let uses = self.uses(None).await?;
        let mut summaries = Vec::with_capacity(rows.len());
        for row in rows {
            let used = uses.get(&PlaybookId(row.id)).cloned().unwrap_or_default();
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
        let used = self.uses(Some(id)).await?.get(&id).cloned().unwrap_or_default();
        summary_of(row, used).map(Some)
    }

    /// The oldest playbook in the library that was there before another and reads the same as its first version; none when it
    /// is a later version.
    pub(crate) async fn same_playbook(&self, saved: SavedVersion) -> Result<Option<PlaybookId>, StoreError> {
        use playbook_versions::Column;
        if saved.version != 1 {
            return Ok(None);
        }
        let version = self.version(saved.playbook, saved.version).await?;
        let same: Vec<(Uuid, i32)> = playbook_versions::Entity::find()
            .select_only()
            .columns([Column::PlaybookId, Column::Version])
            .filter(Column::GraphHash.eq(version.graph_hash.as_str()))
            .filter(Column::PlaybookId.ne(saved.playbook.0))
            .into_tuple()
            .all(&self.read)
            .await?;
        let ids = same.iter().map(|(id, _)| *id).chain([saved.playbook.0]);
        let rows = playbooks::Entity::find()
            .filter(playbooks::Column::Id.is_in(ids))
            .filter(playbooks::Column::HiddenAt.is_null())
            .order_by_asc(playbooks::Column::CreatedAt)
            .order_by_asc(playbooks::Column::Id)
            .all(&self.read)
            .await?;
        let is_newest = |row: &playbooks::Model| same.contains(&(row.id, row.version));
        let before = rows.into_iter().take_while(|row| row.id != saved.playbook.0).find(is_newest);
        Ok(before.map(|row| PlaybookId(row.id)))
    }

    /// One version of a playbook, hidden or not.
    pub(crate) async fn version(&self, playbook: PlaybookId, number: u32) -> Result<Arc<Version>, StoreError> {
        super::version(&self.read, &self.cache, playbook, number).await
    }

    /// Every version of a playbook, newest first, without what it holds.
    pub(crate) async fn versions(&self, playbook: PlaybookId) -> Result<Vec<VersionSummary>, StoreError> {
        use playbook_versions::Column;
        let rows: Vec<VersionRow> = playbook_versions::Entity::find()
            .filter(Column::PlaybookId.eq(playbook.0))
            .order_by_desc(Column::Version)
            .select_only()
            .columns([Column::Version, Column::Format, Column::CreatedAt, Column::Author, Column::Summary])
            .columns([Column::NodeCount, Column::EdgeCount, Column::StepCount, Column::DecisionCount])
            .column_as(Expr::cust("json_extract(graph, '$.title')"), "title")
            .into_model()
            .all(&self.read)
            .await?;
        rows.into_iter().map(VersionRow::summary).collect()
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

    /// What became of the executions of each playbook, or of the one named, apart from their steps; read anew only when
    /// something was committed since it was last asked for.
    async fn uses(&self, only: Option<PlaybookId>) -> Result<Arc<Uses>, StoreError> {
        let name = only.map(|only| only.to_string()).unwrap_or_default();
        let read = async || self.read_uses(only).await.map(Arc::new);
        self.cache.uses.get(&self.watch, name, read).await
    }

    /// What became of the executions of each playbook, or of the one named, apart from their steps.
    async fn read_uses(&self, only: Option<PlaybookId>) -> Result<Uses, StoreError> {
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

/// What became of the executions of each playbook.
pub(in crate::store) type Uses = HashMap<PlaybookId, ExecutionFigures>;

/// A version's row, without what it holds.
#[derive(FromQueryResult)]
struct VersionRow {
    version: i32,
    title: String,
    format: String,
    part: Option<String>,
    created_at: DateTimeUtc,
    author: String,
    summary: String,
    node_count: i32,
    edge_count: i32,
    step_count: i32,
    decision_count: i32,
}

impl VersionRow {
    fn summary(self) -> Result<VersionSummary, StoreError> {
        Ok(VersionSummary {
            version: self.version.cast_unsigned(),
            title: self.title,
            format: projection::read(Value::String(self.format), "playbook_versions.format")?,
            from: self.part.map(|part| projection::read(Value::String(part), "playbook_versions.part")).transpose()?,
            created_at: Timestamp::new(self.created_at),
            author: projection::read(Value::String(self.author), "playbook_versions.author")?,
            summary: self.summary,
            node_count: self.node_count.cast_unsigned(),
            edge_count: self.edge_count.cast_unsigned(),
            step_count: self.step_count.cast_unsigned(),
            decision_count: self.decision_count.cast_unsigned(),
        })
    }
}

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
