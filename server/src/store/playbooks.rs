//! Playbooks and their versions.

use std::collections::HashMap;
use std::sync::Arc;

use domain::api::{PlaybookFilter, PlaybookSummary};
use domain::graph::{Graph, NodeKind};
use domain::ids::{CommandId, PlaybookId};
use domain::placement::Placement;
use domain::source::{Format, ImportIssue};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::Value;

use super::entity::{executions, playbook_versions, playbooks};
use super::{Cache, Store, StoreError, projection};

/// What one version of a playbook was.
#[derive(Debug)]
pub(crate) struct Version {
    /// The text it was imported from.
    pub(crate) source: String,
    /// What the importer had to say.
    pub(crate) issues: Vec<ImportIssue>,
    /// The graph.
    pub(crate) graph: Arc<Graph>,
    /// [`Graph::hash`].
    pub(crate) graph_hash: String,
    /// When it was stored.
    pub(crate) created_at: Timestamp,
    /// Its drawing.
    pub(crate) placement: Arc<Placement>,
}

/// A version of a playbook that is to be stored.
#[derive(Clone, Debug)]
pub(crate) struct NewPlaybook {
    pub(crate) id: PlaybookId,
    pub(crate) version: u32,
    pub(crate) format: Format,
    pub(crate) source: String,
    pub(crate) issues: Vec<ImportIssue>,
    pub(crate) graph: Graph,
    pub(crate) placement: Placement,
    pub(crate) now: Timestamp,
    /// The command that imports it, if it has an id.
    pub(crate) command_id: Option<CommandId>,
}

impl NewPlaybook {
    pub(super) fn rows(&self) -> (playbooks::ActiveModel, playbook_versions::ActiveModel) {
        let count = |number: usize| Set(i32::try_from(number).unwrap_or(i32::MAX));
        let decisions = self.graph.nodes.iter().filter(|node| node.kind == NodeKind::Decision).count();
        let playbook = playbooks::ActiveModel {
            id: Set(self.id.0),
            title: Set(self.graph.title.clone()),
            format: Set(self.format.as_str().to_owned()),
            tags: Set(Value::from(self.graph.tags.clone())),
            version: Set(self.version.cast_signed()),
            node_count: count(self.graph.nodes.len()),
            edge_count: count(self.graph.edges.len()),
            step_count: count(self.graph.actionable_count() - decisions),
            decision_count: count(decisions),
            created_at: Set(self.now.to_utc()),
            hidden_at: Set(None),
            command_id: Set(self.command_id.map(|command| command.0)),
        };
        let version = playbook_versions::ActiveModel {
            playbook_id: Set(self.id.0),
            version: Set(self.version.cast_signed()),
            source: Set(self.source.clone()),
            graph: Set(serde_json::to_string(&self.graph).unwrap_or_default()),
            graph_hash: Set(self.graph.hash()),
            placement: Set(serde_json::to_string(&self.placement).unwrap_or_default()),
            issues: Set(serde_json::to_value(&self.issues).unwrap_or_default()),
            created_at: Set(self.now.to_utc()),
        };
        (playbook, version)
    }
}

/// One version, from memory when it was read before: versions never change.
pub(super) async fn version<C: ConnectionTrait>(
    database: &C,
    cache: &Cache,
    playbook: PlaybookId,
    version: u32,
) -> Result<Arc<Version>, StoreError> {
    if let Some(known) = cache.version((playbook, version)) {
        return Ok(known);
    }
    let row = playbook_versions::Entity::find_by_id((playbook.0, version.cast_signed()))
        .one(database)
        .await?
        .ok_or(StoreError::MissingVersion(playbook, version))?;
    let unreadable =
        |error: serde_json::Error| StoreError::UnreadableVersion { playbook, version, reason: error.to_string() };
    let read = Arc::new(Version {
        source: row.source,
        issues: projection::read(row.issues, "playbook_versions.issues")?,
        graph: Arc::new(serde_json::from_str(&row.graph).map_err(unreadable)?),
        graph_hash: row.graph_hash,
        created_at: Timestamp::new(row.created_at),
        placement: Arc::new(serde_json::from_str(&row.placement).map_err(unreadable)?),
    });
    cache.keep_version((playbook, version), read.clone());
    Ok(read)
}

impl Store {
    /// Playbooks that are not hidden, newest first.
    pub(crate) async fn playbooks(&self, filter: &PlaybookFilter) -> Result<Vec<PlaybookSummary>, StoreError> {
        let rows = playbooks::Entity::find()
            .filter(playbooks::Column::HiddenAt.is_null())
            .order_by_desc(playbooks::Column::CreatedAt)
            .order_by_desc(playbooks::Column::Id)
            .all(&self.read)
            .await?;
        let used = self.times_used().await?;
        let mut summaries = Vec::with_capacity(rows.len());
        for row in rows {
            let times = used.get(&row.id).copied().unwrap_or(0);
            let summary = summary_of(row, times)?;
            if matches(&summary, filter) {
                summaries.push(summary);
            }
        }
        Ok(summaries)
    }

    /// A playbook that is not hidden, with its newest version.
    pub(crate) async fn playbook(&self, id: PlaybookId) -> Result<Option<(PlaybookSummary, Arc<Version>)>, StoreError> {
        let row =
            playbooks::Entity::find_by_id(id.0).filter(playbooks::Column::HiddenAt.is_null()).one(&self.read).await?;
        let Some(row) = row else { return Ok(None) };
        let times =
            executions::Entity::find().filter(executions::Column::PlaybookId.eq(id.0)).count(&self.read).await?;
        let summary = summary_of(row, times)?;
        let version = self.version(id, summary.version).await?;
        Ok(Some((summary, version)))
    }

    /// One version of a playbook, hidden or not.
    pub(crate) async fn version(&self, playbook: PlaybookId, number: u32) -> Result<Arc<Version>, StoreError> {
        version(&self.read, &self.cache, playbook, number).await
    }

    /// In which format a playbook was imported; `None` when there is no such playbook.
    pub(crate) async fn format_of(&self, playbook: PlaybookId) -> Result<Option<Format>, StoreError> {
        let row = playbooks::Entity::find_by_id(playbook.0).one(&self.read).await?;
        row.map(|row| projection::read(Value::String(row.format), "playbooks.format")).transpose()
    }

    /// Whether there has never been a playbook.
    pub(crate) async fn has_no_playbooks(&self) -> Result<bool, StoreError> {
        Ok(playbooks::Entity::find().one(&self.read).await?.is_none())
    }

    /// Per playbook, how many executions were started from it.
    async fn times_used(&self) -> Result<HashMap<sea_orm::prelude::Uuid, u64>, StoreError> {
        let counts: Vec<(sea_orm::prelude::Uuid, i64)> = executions::Entity::find()
            .select_only()
            .column(executions::Column::PlaybookId)
            .column_as(executions::Column::Id.count(), "times")
            .group_by(executions::Column::PlaybookId)
            .into_tuple()
            .all(&self.read)
            .await?;
        Ok(counts.into_iter().map(|(id, times)| (id, times.cast_unsigned())).collect())
    }
}

fn summary_of(row: playbooks::Model, execution_count: u64) -> Result<PlaybookSummary, StoreError> {
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
        execution_count,
        created_at: Timestamp::new(row.created_at),
    })
}

/// Whether every word asked for occurs in the title or a tag, and the tag asked for is there. A library has hundreds
/// of playbooks, not millions, and SQLite's `LIKE` knows the case of ASCII letters only.
fn matches(summary: &PlaybookSummary, filter: &PlaybookFilter) -> bool {
    let text = format!("{} {}", summary.title, summary.tags.join(" ")).to_lowercase();
    let words = filter.q.as_deref().unwrap_or_default().to_lowercase();
    let tagged = filter
        .tag
        .as_deref()
        .filter(|tag| !tag.is_empty())
        .is_none_or(|tag| summary.tags.iter().any(|own| own.eq_ignore_ascii_case(tag)));
    tagged && words.split_whitespace().all(|word| text.contains(word))
}
