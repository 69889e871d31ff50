//! Checking and rebuilding: the log against its chain, the cached rows against the log.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use domain::event::{ChainBreak, Event, EventBody, Hash, Header, verify_chain};
use domain::execution::Execution;
use domain::ids::{EvidenceId, ExecutionId, Seq};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, TransactionTrait,
};

use super::entity::{execution_events, execution_steps, executions, step_evidence};
use super::{Cache, Damage, Store, StoreError, events, playbooks, projection, reads, refold, writer};

/// What was found wrong with an execution.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The log is not what was recorded.
    #[error("{0}")]
    Chain(#[from] ChainBreak),
    /// The log does not begin with the start of an execution.
    #[error("the log does not begin with execution_started")]
    NoStart,
    /// The playbook version is not the one that the execution ran over.
    #[error("the playbook version was altered after the execution had started")]
    AlteredGraph,
    /// There is a log but no row of the execution.
    #[error("the row of the execution is missing: run `playbook-forge rebuild`")]
    MissingRow,
    /// A cached row is not what the log says.
    #[error("the cached rows differ from the log: run `playbook-forge rebuild`")]
    StaleRows,
    /// A file is not what was uploaded.
    #[error("evidence {id} ({file_name:?}): {damage}")]
    Evidence {
        /// Which.
        id: EvidenceId,
        /// The name it was uploaded under.
        file_name: String,
        /// What is wrong with it.
        damage: Damage,
    },
}

/// What verifying one execution came to.
#[derive(Clone, Debug)]
pub struct Verification {
    /// Which.
    pub execution_id: ExecutionId,
    /// How many events its log holds.
    pub events: u64,
    /// The hash of the last one, or what is wrong.
    pub result: Result<Hash, Finding>,
    /// Whether an older version of the fold wrote its rows. They are no damage, and folded anew when a server starts.
    pub has_older_rows: bool,
}

/// Told how much of a long task is done, and how much there is.
pub type OnProgress<'a> = &'a (dyn Fn(u64, u64) + Send + Sync);

impl Store {
    /// Checks every execution, or the one named, oldest first: its log, what is cached from it, and its files.
    pub(crate) async fn verify(
        &self,
        only: Option<ExecutionId>,
        on_progress: OnProgress<'_>,
    ) -> Result<Vec<Verification>, StoreError> {
        let mut ids = logs_or_rows(&self.read).await?;
        ids.retain(|id| only.is_none_or(|only| only == *id));
        let total = ids.len() as u64;
        // Playbooks are read anew, too: what is in memory may be better than what is on the disk.
        let cache = Cache::new();
        let mut verifications = Vec::new();
        for id in ids {
            // One snapshot for the log and its rows: the server may go on writing.
            let snapshot = self.read.begin().await?;
            let rows = log_rows(&snapshot, id).await?;
            let events = rows.len() as u64;
            let has_older_rows = has_older_rows(&snapshot, id).await?;
            let checked = verify_execution(&snapshot, &cache, id, rows).await?;
            snapshot.rollback().await?;
            let result = match checked {
                Ok(execution) => self.verify_files(execution).await,
                Err(finding) => Err(finding),
            };
            verifications.push(Verification { execution_id: id, events, result, has_older_rows });
            on_progress(verifications.len() as u64, total);
        }
        Ok(verifications)
    }

    /// Checks the files of an execution whose log is whole.
    async fn verify_files(&self, execution: Execution) -> Result<Hash, Finding> {
        let state = execution.state;
        let files = state.evidence().map(|attached| attached.evidence.clone());
        match self.first_damage(state.header.execution_id, files.collect()).await {
            None => Ok(state.head_hash),
            Some((file, damage)) => Err(Finding::Evidence { id: file.id, file_name: file.file_name, damage }),
        }
    }
}

/// Every execution that has a log, oldest first (their ids are in the order of time).
async fn logs<C: ConnectionTrait>(database: &C) -> Result<Vec<ExecutionId>, StoreError> {
    let ids: Vec<sea_orm::prelude::Uuid> = execution_events::Entity::find()
        .select_only()
        .column(execution_events::Column::ExecutionId)
        .distinct()
        .order_by_asc(execution_events::Column::ExecutionId)
        .into_tuple()
        .all(database)
        .await?;
    Ok(ids.into_iter().map(ExecutionId).collect())
}

/// Every execution that has a log, or a row that says there was one, oldest first.
async fn logs_or_rows<C: ConnectionTrait>(database: &C) -> Result<BTreeSet<ExecutionId>, StoreError> {
    let rows: Vec<sea_orm::prelude::Uuid> =
        executions::Entity::find().select_only().column(executions::Column::Id).into_tuple().all(database).await?;
    let logs = logs(database).await?;
    Ok(rows.into_iter().map(ExecutionId).chain(logs).collect())
}

async fn has_older_rows<C: ConnectionTrait>(database: &C, id: ExecutionId) -> Result<bool, StoreError> {
    let head = reads::heads(database, [id]).await?.remove(&id);
    Ok(head.is_some_and(|head| !head.is_current()))
}

async fn log_rows<C: ConnectionTrait>(
    database: &C,
    id: ExecutionId,
) -> Result<Vec<execution_events::Model>, StoreError> {
    Ok(execution_events::Entity::find()
        .filter(execution_events::Column::ExecutionId.eq(id.0))
        .order_by_asc(execution_events::Column::Seq)
        .all(database)
        .await?)
}

/// What the log says it runs over: the header is repeated in the first event.
async fn header_of_log<C: ConnectionTrait>(
    database: &C,
    cache: &Cache,
    id: ExecutionId,
    events: &[Event],
) -> Result<Option<(Header, Arc<playbooks::Version>)>, StoreError> {
    let Some(EventBody::ExecutionStarted { playbook_id, playbook_version, .. }) =
        events.first().map(|event| &event.body)
    else {
        return Ok(None);
    };
    let version = playbooks::version(database, cache, *playbook_id, *playbook_version).await?;
    let header = Header {
        execution_id: id,
        playbook_id: *playbook_id,
        playbook_version: *playbook_version,
        graph_hash: version.graph.hash(),
    };
    Ok(Some((header, version)))
}

async fn verify_execution<C: ConnectionTrait>(
    database: &C,
    cache: &Cache,
    id: ExecutionId,
    rows: Vec<execution_events::Model>,
) -> Result<Result<Execution, Finding>, StoreError> {
    let mut log = Vec::with_capacity(rows.len());
    for row in rows {
        let seq = Seq(row.seq.cast_unsigned());
        match events::from_row(row) {
            Ok(event) => log.push(event),
            Err(_) => return Ok(Err(ChainBreak::Unreadable(seq).into())),
        }
    }
    let Some((header, version)) = header_of_log(database, cache, id, &log).await? else {
        return Ok(Err(log.first().map_or(Finding::NoStart, |first| {
            if first.seq == Seq(1) {
                Finding::NoStart
            } else {
                ChainBreak::Gap { expected: Seq(1), found: first.seq }.into()
            }
        })));
    };
    if header.graph_hash != version.graph_hash {
        return Ok(Err(Finding::AlteredGraph));
    }
    let (last, _) = match verify_chain(&header, &log) {
        Ok(end) => end,
        Err(found) => return Ok(Err(found.into())),
    };
    let Some(row) = executions::Entity::find_by_id(id.0).one(database).await? else {
        return Ok(Err(Finding::MissingRow));
    };
    let (recorded, _) = projection::head_of(&row);
    if recorded > last {
        return Ok(Err(ChainBreak::Truncated { expected: recorded, found: last }.into()));
    }
    let execution = Execution::fold(header, version.graph.clone(), &log);
    if !refold::is_current(row.fold_version) {
        return Ok(Ok(execution));
    }
    let is_same = projection::execution_row(&execution).is_some_and(|expected| same_rows([expected], vec![row]))
        && same_rows(
            (0..execution.state.steps.len()).map(|position| projection::step_row(&execution, position)),
            execution_steps::Entity::find()
                .filter(execution_steps::Column::ExecutionId.eq(id.0))
                .order_by_asc(execution_steps::Column::Position)
                .all(database)
                .await?,
        )
        && same_rows(
            in_order_of_id(projection::evidence_rows(&execution)),
            step_evidence::Entity::find()
                .filter(step_evidence::Column::ExecutionId.eq(id.0))
                .order_by_asc(step_evidence::Column::Id)
                .all(database)
                .await?,
        );
    Ok(if is_same { Ok(execution) } else { Err(Finding::StaleRows) })
}

fn in_order_of_id(rows: impl Iterator<Item = step_evidence::ActiveModel>) -> Vec<step_evidence::ActiveModel> {
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| row.id.try_as_ref().copied());
    rows
}

/// Whether the rows are those that there should be.
fn same_rows<A, M>(expected: impl IntoIterator<Item = A>, stored: Vec<M>) -> bool
where
    A: ActiveModelTrait,
    M: IntoActiveModel<A>,
{
    let expected: Vec<_> = expected.into_iter().map(|row| values(&row)).collect();
    let stored: Vec<_> = stored.into_iter().map(|row| values(&row.into_active_model())).collect();
    expected == stored
}

/// What a row holds, whether or not it came from the database.
fn values<A: ActiveModelTrait>(row: &A) -> Vec<Option<sea_orm::Value>> {
    use sea_orm::Iterable;
    <A::Entity as EntityTrait>::Column::iter().map(|column| row.get(column).into_value()).collect()
}

/// Drops the cached rows and folds every log again. Refuses when a log is damaged: what the rows remember of it would be
/// lost, and with it the proof.
pub(super) async fn rebuild(transaction: &DatabaseTransaction, cache: &Cache) -> Result<usize, StoreError> {
    let recorded: BTreeMap<ExecutionId, Seq> = executions::Entity::find()
        .all(transaction)
        .await?
        .into_iter()
        .map(|row| (ExecutionId(row.id), projection::head_of(&row).0))
        .collect();
    let ids = logs(transaction).await?;
    if let Some(&execution) = recorded.keys().find(|id| !ids.contains(id)) {
        return Err(StoreError::Damaged { execution, finding: Finding::NoStart });
    }
    step_evidence::Entity::delete_many().exec(transaction).await?;
    execution_steps::Entity::delete_many().exec(transaction).await?;
    executions::Entity::delete_many().exec(transaction).await?;
    for &id in &ids {
        let execution = fold_checked(transaction, cache, id, recorded.get(&id).copied()).await?;
        writer::write_fold(transaction, &execution).await?;
    }
    Ok(ids.len())
}

/// The fold of a log that is a whole chain and reaches as far as was recorded.
pub(super) async fn fold_checked(
    transaction: &DatabaseTransaction,
    cache: &Cache,
    id: ExecutionId,
    recorded: Option<Seq>,
) -> Result<Execution, StoreError> {
    let damaged = |finding| StoreError::Damaged { execution: id, finding };
    let rows = log_rows(transaction, id).await?;
    let log = rows.into_iter().map(events::from_row).collect::<Result<Vec<_>, _>>()?;
    let (header, version) =
        header_of_log(transaction, cache, id, &log).await?.ok_or_else(|| damaged(Finding::NoStart))?;
    let (found, _) = verify_chain(&header, &log).map_err(|broken| damaged(broken.into()))?;
    match recorded {
        Some(expected) if expected > found => Err(damaged(ChainBreak::Truncated { expected, found }.into())),
        _ => Ok(Execution::fold(header, version.graph.clone(), &log)),
    }
}
