//! Checking and rebuilding: the log against its chain, the cached rows against the log.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use domain::event::{ChainBreak, Event, EventBody, Hash, Header, verify_chain};
use domain::execution::Execution;
use domain::ids::{ExecutionId, Seq};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect, TransactionTrait,
};

use super::entity::{execution_events, execution_steps, executions};
use super::{Cache, Store, StoreError, events, playbooks, projection, writer};

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
}

impl Store {
    /// Checks every execution, or the one named, oldest first.
    pub(crate) async fn verify(&self, only: Option<ExecutionId>) -> Result<Vec<Verification>, StoreError> {
        let mut verifications = Vec::new();
        for id in logs_or_rows(&self.read).await?.into_iter().filter(|id| only.is_none_or(|only| only == *id)) {
            // One snapshot for the log and its rows: the server may go on writing.
            let snapshot = self.read.begin().await?;
            let rows = log_rows(&snapshot, id).await?;
            let events = rows.len() as u64;
            let result = verify_execution(&snapshot, &self.cache, id, rows).await?;
            verifications.push(Verification { execution_id: id, events, result });
        }
        Ok(verifications)
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
) -> Result<Result<Hash, Finding>, StoreError> {
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
    let (last, head) = match verify_chain(&header, &log) {
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
    let expected = projection::execution_row(&execution);
    let steps: Vec<_> = execution
        .state
        .steps
        .iter()
        .enumerate()
        .map(|(position, step)| projection::step_row(id, position, step))
        .collect();
    let stored = execution_steps::Entity::find()
        .filter(execution_steps::Column::ExecutionId.eq(id.0))
        .order_by_asc(execution_steps::Column::Position)
        .all(database)
        .await?;
    let same_rows = expected.is_some_and(|expected| values(&expected) == values(&row.into_active_model()))
        && steps.len() == stored.len()
        && steps.iter().zip(stored).all(|(expected, stored)| values(expected) == values(&stored.into_active_model()));
    Ok(if same_rows { Ok(head) } else { Err(Finding::StaleRows) })
}

/// What a row holds, whether or not it came from the database.
fn values<A: sea_orm::ActiveModelTrait>(row: &A) -> Vec<Option<sea_orm::Value>> {
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
    execution_steps::Entity::delete_many().exec(transaction).await?;
    executions::Entity::delete_many().exec(transaction).await?;
    for &id in &ids {
        let execution = fold_checked(transaction, cache, id, recorded.get(&id).copied()).await?;
        writer::upsert_executions(transaction, projection::execution_row(&execution).into_iter().collect()).await?;
        let steps = execution.state.steps.iter().enumerate();
        let rows = steps.map(|(position, step)| projection::step_row(id, position, step)).collect();
        writer::upsert_steps(transaction, rows).await?;
    }
    Ok(ids.len())
}

/// The fold of a log that is a whole chain and reaches as far as was recorded.
async fn fold_checked(
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
