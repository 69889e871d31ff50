//! Reading what figures over many executions are made of.
//!
//! One row per execution holds all that is needed of it ([`Record`]); no step and no event is read.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::api::{ExecutionFilter, ExecutionSummary};
use domain::event::ExecutionStatus;
use domain::graph::Graph;
use domain::ids::PlaybookId;
use domain::metrics::{Library, LibraryEntry, MetricsFilter, Record, StepOutcomes};
use domain::time::Timestamp;
use sea_orm::prelude::{DateTimeUtc, Uuid};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;
use tokio::task::spawn_blocking;

use super::entity::{executions, playbooks};
use super::reads::condition;
use super::{Store, StoreError, projection};

/// A row of the executions, as far as figures need it.
type Row = (Uuid, i32, String, DateTimeUtc, Option<i64>, Option<String>);

impl Store {
    /// The executions that a filter lets through, in no order. Many are read on a thread of their own, so that nobody's
    /// changes wait for that.
    pub(crate) async fn records(&self, filter: &MetricsFilter) -> Result<Vec<Record>, StoreError> {
        use executions::Column;
        let wanted = ExecutionFilter {
            playbook_id: filter.playbook_id,
            started_after: filter.started_after,
            started_before: filter.started_before,
            ..ExecutionFilter::default()
        };
        let rows: Vec<Row> = executions::Entity::find()
            .select_only()
            .columns([Column::PlaybookId, Column::PlaybookVersion, Column::Status])
            .columns([Column::StartedAt, Column::ActiveMicros, Column::StepOutcomes])
            .filter(condition(&wanted))
            .into_tuple()
            .all(&self.read)
            .await?;
        let read = spawn_blocking(move || rows.into_iter().map(record_of).collect()).await;
        read.unwrap_or_else(|panic| Err(StoreError::BrokeDown(panic.to_string())))
    }

    /// Every playbook that these records name, with the versions that they name, and `playbook` with its newest.
    pub(crate) async fn library(
        &self,
        records: &[Record],
        playbook: Option<PlaybookId>,
    ) -> Result<Library, StoreError> {
        let mut versions: BTreeSet<(PlaybookId, u32)> =
            records.iter().map(|record| (record.playbook_id, record.playbook_version)).collect();
        let named: BTreeSet<Uuid> = versions.iter().map(|(id, _)| *id).chain(playbook).map(|id| id.0).collect();
        let rows = playbooks::Entity::find().filter(playbooks::Column::Id.is_in(named)).all(&self.read).await?;
        let newest = rows.iter().find(|row| Some(PlaybookId(row.id)) == playbook);
        versions.extend(newest.map(|row| (PlaybookId(row.id), row.version.cast_unsigned())));
        let mut graphs: HashMap<PlaybookId, Vec<(u32, Arc<Graph>)>> = HashMap::new();
        for (id, version) in versions {
            let graph = self.version(id, version).await?.graph.clone();
            graphs.entry(id).or_default().push((version, graph));
        }
        let entries = rows.into_iter().map(|row| {
            let id = PlaybookId(row.id);
            let versions = graphs.remove(&id).unwrap_or_default().into_iter().collect();
            (id, LibraryEntry { title: row.title, in_library: row.hidden_at.is_none(), versions })
        });
        Ok(entries.collect())
    }

    /// The executions that are not over, of one playbook or of all.
    pub(crate) async fn open_executions(
        &self,
        playbook_id: Option<PlaybookId>,
    ) -> Result<Vec<ExecutionSummary>, StoreError> {
        let status = ExecutionStatus::ALL.into_iter().filter(|status| !status.is_closed()).collect();
        let filter = ExecutionFilter { status, playbook_id, ..ExecutionFilter::default() };
        Ok(self.executions(&filter).await?.items)
    }
}

fn record_of((playbook, version, status, started_at, active_micros, steps): Row) -> Result<Record, StoreError> {
    let steps = steps.map(|steps| serde_json::from_str(&steps)).transpose();
    Ok(Record {
        playbook_id: PlaybookId(playbook),
        playbook_version: version.cast_unsigned(),
        status: projection::read(Value::String(status), "executions.status")?,
        started_at: Timestamp::new(started_at),
        active_micros: active_micros.unwrap_or(0),
        steps: steps
            .map_err(|_| StoreError::Malformed("executions.step_outcomes"))?
            .unwrap_or_else(StepOutcomes::default),
    })
}
