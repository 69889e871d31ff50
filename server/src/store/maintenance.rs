//! Checking and rebuilding: the log against its chain, the cached rows against the log.

use std::collections::BTreeSet;

use domain::event::{ChainBreak, Hash};
use domain::execution::Execution;
use domain::ids::{CommandId, EvidenceId, ExecutionId, Seq};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, TransactionTrait,
};

use super::entity::{event_texts, execution_commands, execution_events, execution_steps, executions, step_evidence};
use super::log_check::{CheckedLog, check_answers, checked_log};
use super::{Cache, Damage, Store, StoreError, WriteError, projection, reads, refold, writer};

/// Executions that are rebuilt in one transaction, so that a server beside it is never kept waiting for long.
const REBUILT_AT_ONCE: usize = 50;

/// What was found wrong with an execution.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Finding {
    /// The log is not what was recorded.
    #[error("{0}")]
    Chain(#[from] ChainBreak),
    /// The row of an event holds more than its hash covers, or something else.
    #[error("what is stored of event {0} is more than its hash covers, or something else")]
    Row(Seq),
    /// There is a text that no event has.
    #[error("a text “{field}” is stored for event {seq}, which has no such text")]
    StrayText {
        /// The event that it is stored for.
        seq: Seq,
        /// What it is stored as.
        field: String,
    },
    /// What was answered to a command is remembered otherwise than the log has it.
    #[error("what was answered to the command {0} is not what the log says")]
    Answer(CommandId),
    /// The playbook version cannot be read.
    #[error("{0}")]
    Playbook(String),
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
            let has_older_rows = has_older_rows(&snapshot, id).await?;
            let (events, checked) = verify_execution(&snapshot, &cache, id).await?;
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

    /// Drops the cached rows and folds every log again, in portions, while others read and write. Returns how many executions
    /// there are.
    ///
    /// # Errors
    /// When a log is damaged, or the database cannot be read or written. What was done so far stays done.
    pub(crate) async fn rebuild(&self) -> Result<usize, WriteError> {
        let ids = logs(&self.read).await?;
        let with_rows = ids_in::<_, executions::Entity>(&self.read, executions::Column::Id).await?;
        let known: BTreeSet<ExecutionId> = ids.iter().copied().collect();
        if let Some(execution) = with_rows.into_iter().find(|id| !known.contains(id)) {
            return Err(StoreError::Damaged { execution, finding: Finding::NoStart }.into());
        }
        let mut rebuilt = 0;
        for portion in ids.chunks(REBUILT_AT_ONCE) {
            rebuilt += self.rebuild_portion(portion.to_vec()).await?;
        }
        Ok(rebuilt)
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
    ids_in::<_, execution_events::Entity>(database, execution_events::Column::ExecutionId).await
}

/// Every execution that has a log, or something that says there was one, oldest first.
async fn logs_or_rows<C: ConnectionTrait>(database: &C) -> Result<BTreeSet<ExecutionId>, StoreError> {
    let mut ids: BTreeSet<ExecutionId> = logs(database).await?.into_iter().collect();
    ids.extend(ids_in::<_, executions::Entity>(database, executions::Column::Id).await?);
    ids.extend(ids_in::<_, execution_commands::Entity>(database, execution_commands::Column::ExecutionId).await?);
    ids.extend(ids_in::<_, event_texts::Entity>(database, event_texts::Column::ExecutionId).await?);
    Ok(ids)
}

/// The executions that a column names.
async fn ids_in<C: ConnectionTrait, E: EntityTrait>(
    database: &C,
    column: E::Column,
) -> Result<Vec<ExecutionId>, StoreError> {
    let ids: Vec<sea_orm::prelude::Uuid> =
        E::find().select_only().column(column).distinct().order_by_asc(column).into_tuple().all(database).await?;
    Ok(ids.into_iter().map(ExecutionId).collect())
}

/// How many events the log of an execution has.
async fn count<C: ConnectionTrait>(database: &C, id: ExecutionId) -> Result<u64, StoreError> {
    let log = execution_events::Entity::find().filter(execution_events::Column::ExecutionId.eq(id.0));
    Ok(log.count(database).await?)
}

async fn has_older_rows<C: ConnectionTrait>(database: &C, id: ExecutionId) -> Result<bool, StoreError> {
    let head = reads::heads(database, [id]).await?.remove(&id);
    Ok(head.is_some_and(|head| !head.is_current()))
}

async fn verify_execution<C: ConnectionTrait>(
    database: &C,
    cache: &Cache,
    id: ExecutionId,
) -> Result<(u64, Result<Execution, Finding>), StoreError> {
    let log = match checked_log(database, cache, id).await? {
        Ok(log) => log,
        Err(finding) => return Ok((count(database, id).await?, Err(finding))),
    };
    let events = log.events.len() as u64;
    Ok((events, verify_rows(database, id, log).await?))
}

/// Checks what is kept beside a log that is whole.
async fn verify_rows<C: ConnectionTrait>(
    database: &C,
    id: ExecutionId,
    log: CheckedLog,
) -> Result<Result<Execution, Finding>, StoreError> {
    let Some(row) = executions::Entity::find_by_id(id.0).one(database).await? else {
        return Ok(Err(Finding::MissingRow));
    };
    let (recorded, _) = projection::head_of(&row);
    if let Some(finding) = log.fault_of_end(recorded) {
        return Ok(Err(finding));
    }
    if let Some(finding) = check_answers(database, &log).await? {
        return Ok(Err(finding));
    }
    let execution = Execution::fold(log.header, log.version.graph.clone(), &log.events);
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
pub(super) fn values<A: ActiveModelTrait>(row: &A) -> Vec<Option<sea_orm::Value>> {
    use sea_orm::Iterable;
    <A::Entity as EntityTrait>::Column::iter().map(|column| row.get(column).into_value()).collect()
}

/// Drops the cached rows of these executions and folds their logs again. Refuses when a log is damaged: what the rows remember
/// of it would be lost, and with it the proof.
pub(super) async fn rebuild(
    transaction: &DatabaseTransaction,
    cache: &Cache,
    ids: &[ExecutionId],
) -> Result<usize, StoreError> {
    for &id in ids {
        let row = executions::Entity::find_by_id(id.0).one(transaction).await?;
        let recorded = row.map(|row| projection::head_of(&row).0);
        let execution = fold_checked(transaction, cache, id, recorded).await?;
        drop_rows(transaction, id).await?;
        executions::Entity::delete_by_id(id.0).exec(transaction).await?;
        writer::write_fold(transaction, &execution).await?;
    }
    Ok(ids.len())
}

/// Drops the cached rows of what an execution holds.
pub(super) async fn drop_rows(transaction: &DatabaseTransaction, id: ExecutionId) -> Result<(), StoreError> {
    let evidence = step_evidence::Column::ExecutionId.eq(id.0);
    step_evidence::Entity::delete_many().filter(evidence).exec(transaction).await?;
    let steps = execution_steps::Column::ExecutionId.eq(id.0);
    execution_steps::Entity::delete_many().filter(steps).exec(transaction).await?;
    Ok(())
}

/// The fold of a log that is a whole chain and reaches as far as was recorded.
pub(super) async fn fold_checked(
    transaction: &DatabaseTransaction,
    cache: &Cache,
    id: ExecutionId,
    recorded: Option<Seq>,
) -> Result<Execution, StoreError> {
    let damaged = |finding| StoreError::Damaged { execution: id, finding };
    let log = checked_log(transaction, cache, id).await?.map_err(damaged)?;
    match log.fault_of_end(recorded.unwrap_or_default()) {
        Some(finding) => Err(damaged(finding)),
        None => Ok(Execution::fold(log.header, log.version.graph.clone(), &log.events)),
    }
}
