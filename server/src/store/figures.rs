//! Reading what figures over many executions are made of.
//!
//! One row per execution holds all that is needed of it ([`Record`]); no step and no event is read. What a row held is kept in
//! memory with the event that it was written after, and is only used while the row still says the same event: so a figure
//! is never older than the database, whoever writes to it.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::api::{ExecutionFilter, ExecutionSummary};
use domain::event::ExecutionStatus;
use domain::graph::Graph;
use domain::ids::{ExecutionId, PlaybookId};
use domain::metrics::{Library, LibraryEntry, MetricsFilter, Record};
use domain::time::Timestamp;
use sea_orm::prelude::{DateTimeUtc, Uuid};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde_json::Value;

use super::entity::{executions, playbooks};
use super::reads::condition;
use super::{Store, StoreError, projection, refold};

/// Rows asked for at once: SQLite binds at most 32,766 values in one statement.
pub(super) const ROWS_AT_ONCE: usize = 1_000;

/// What is known of executions, each with the last event of its row. One takes about 2 kB of memory for 30 steps.
#[derive(Default)]
pub(super) struct KnownRecords(Mutex<HashMap<Uuid, (i64, Arc<Record>)>>);

impl KnownRecords {
    /// Those of these executions, by id and last event, that are not known as they are now.
    fn unknown(&self, heads: &[(Uuid, i64)]) -> Vec<Uuid> {
        let known = self.lock();
        let is_known = |(id, last_seq): &&(Uuid, i64)| known.get(id).is_some_and(|(seq, _)| seq == last_seq);
        heads.iter().filter(|head| !is_known(head)).map(|(id, _)| *id).collect()
    }

    fn keep(&self, rows: Vec<(Uuid, i64, Record)>) {
        let rows = rows.into_iter().map(|(id, last_seq, record)| (id, (last_seq, Arc::new(record))));
        self.lock().extend(rows);
    }

    fn of(&self, heads: &[(Uuid, i64)]) -> Vec<Arc<Record>> {
        let known = self.lock();
        heads.iter().filter_map(|(id, _)| Some(known.get(id)?.1.clone())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Uuid, (i64, Arc<Record>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A row of the executions, as far as figures need it.
type Row = (Uuid, i64, Uuid, i32, String, DateTimeUtc, Option<i64>, Option<String>, i32);

impl Store {
    /// The executions that a filter lets through, in no order.
    pub(crate) async fn records(&self, filter: &MetricsFilter) -> Result<Vec<Arc<Record>>, StoreError> {
        use executions::Column;
        let wanted = ExecutionFilter {
            playbook_id: filter.playbook_id,
            started_after: filter.started_after,
            started_before: filter.started_before,
            ..ExecutionFilter::default()
        };
        let heads: Vec<(Uuid, i64)> = executions::Entity::find()
            .select_only()
            .columns([Column::Id, Column::LastSeq])
            .filter(condition(&wanted))
            .into_tuple()
            .all(&self.read)
            .await?;
        for ids in self.cache.records.unknown(&heads).chunks(ROWS_AT_ONCE) {
            let rows: Vec<Row> = executions::Entity::find()
                .select_only()
                .columns([Column::Id, Column::LastSeq, Column::PlaybookId, Column::PlaybookVersion])
                .columns([Column::Status, Column::StartedAt, Column::ActiveMicros, Column::StepOutcomes])
                .column(Column::FoldVersion)
                .filter(Column::Id.is_in(ids.iter().copied()))
                .into_tuple()
                .all(&self.read)
                .await?;
            let mut records = Vec::with_capacity(rows.len());
            for row in rows {
                let (id, last_seq, fold_version) = (row.0, row.1, row.8);
                if refold::is_current(fold_version) {
                    records.push((id, last_seq, record_of(row)?));
                } else {
                    let record = self.record_from_log(ExecutionId(id)).await;
                    records.extend(record.map(|record| (id, last_seq, record)));
                }
            }
            self.cache.records.keep(records);
        }
        Ok(self.cache.records.of(&heads))
    }

    /// Every playbook that these records name, with the versions that they name, and `playbook` with its newest.
    pub(crate) async fn library(
        &self,
        records: &[Arc<Record>],
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

fn record_of(row: Row) -> Result<Record, StoreError> {
    let (_, _, playbook, version, status, started_at, active_micros, steps, _) = row;
    let steps = steps.map(|steps| serde_json::from_str(&steps)).transpose();
    Ok(Record {
        playbook_id: PlaybookId(playbook),
        playbook_version: version.cast_unsigned(),
        status: projection::read(Value::String(status), "executions.status")?,
        started_at: Timestamp::new(started_at),
        active_micros: active_micros.unwrap_or(0),
        steps: steps.map_err(|_| StoreError::Malformed("executions.step_outcomes"))?.unwrap_or_default(),
    })
}
