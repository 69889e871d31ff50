//! Rows that an older version of the fold wrote: which there are, and folding them anew.
//!
//! Each row of an execution says by which version it was written ([`FOLD_VERSION`]). As long as that is another one,
//! nothing that depends on the fold is read from its rows: lists and figures fold its log instead, and a change of it
//! writes all of its rows. A server folds such executions anew while it serves; maintenance commands never do.

use std::sync::atomic::Ordering;

use domain::api::ExecutionSummary;
use domain::execution::{Execution, FOLD_VERSION};
use domain::ids::ExecutionId;
use domain::metrics::Record;
use sea_orm::prelude::Uuid;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::entity::executions;
use super::{Cache, Store, StoreError, WriteError, maintenance, projection, reads, writer};

/// Events that are folded in one transaction: it holds up the changes that wait behind it by some ten milliseconds.
const EVENTS_AT_ONCE: i64 = 1_000;

/// What folding anew came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refolded {
    /// Executions whose rows were written anew.
    pub executions: u64,
    /// Executions whose log is damaged. Their rows stay as they are.
    pub damaged: u64,
}

impl Refolded {
    /// Both together.
    #[must_use]
    pub(super) fn and(self, other: Self) -> Self {
        Self { executions: self.executions + other.executions, damaged: self.damaged + other.damaged }
    }
}

/// Whether a row was written by this version of the fold.
pub(super) fn is_current(fold_version: i32) -> bool {
    fold_version == FOLD_VERSION
}

/// The executions that another version of the fold wrote, with the number of their events, oldest first.
async fn older<C: ConnectionTrait>(database: &C) -> Result<Vec<(ExecutionId, i64)>, StoreError> {
    use executions::Column;
    let rows: Vec<(Uuid, i64)> = executions::Entity::find()
        .select_only()
        .columns([Column::Id, Column::LastSeq])
        .filter(Column::FoldVersion.ne(FOLD_VERSION))
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(database)
        .await?;
    Ok(rows.into_iter().map(|(id, events)| (ExecutionId(id), events)).collect())
}

/// The same in portions for one transaction each.
fn portions(executions: &[(ExecutionId, i64)]) -> Vec<Vec<ExecutionId>> {
    let mut portions: Vec<Vec<ExecutionId>> = Vec::new();
    let mut room = 0;
    for &(id, events) in executions {
        match portions.last_mut() {
            Some(portion) if events <= room => portion.push(id),
            _ => {
                portions.push(vec![id]);
                room = EVENTS_AT_ONCE;
            }
        }
        room -= events;
    }
    portions
}

impl Store {
    /// Whether there are no rows left that an older version of the fold wrote, or all that could be were folded anew.
    pub(crate) async fn is_folded(&self) -> Result<bool, StoreError> {
        use executions::Column;
        if self.cache.is_folded.load(Ordering::Relaxed) {
            return Ok(true);
        }
        // Not `ne`, for which SQLite would not use the index.
        let others =
            Condition::any().add(Column::FoldVersion.lt(FOLD_VERSION)).add(Column::FoldVersion.gt(FOLD_VERSION));
        let is_folded = executions::Entity::find().filter(others).count(&self.read).await? == 0;
        if is_folded {
            self.cache.is_folded.store(true, Ordering::Relaxed);
        }
        Ok(is_folded)
    }

    /// Folds anew what an older version of the fold wrote, in portions, while others read and write.
    ///
    /// # Errors
    /// When the database cannot be read or written. What was done so far stays done.
    pub(crate) async fn refold(&self) -> Result<Refolded, WriteError> {
        let older = older(&self.read).await?;
        if !older.is_empty() {
            tracing::info!(
                executions = older.len(),
                "folding executions anew: an older version, which counted time in another way, wrote their rows"
            );
        }
        let mut refolded = Refolded::default();
        for portion in portions(&older) {
            refolded = refolded.and(self.refold_portion(portion).await?);
        }
        if !older.is_empty() {
            tracing::info!(executions = refolded.executions, damaged = refolded.damaged, "executions were folded anew");
        }
        self.cache.is_folded.store(true, Ordering::Relaxed);
        Ok(refolded)
    }

    /// The summary that a row holds, from the log when an older version of the fold wrote the row.
    pub(super) async fn current_summary(&self, row: executions::Model) -> Result<ExecutionSummary, StoreError> {
        if is_current(row.fold_version) {
            return projection::summary_of(row);
        }
        match self.of_log(ExecutionId(row.id), ExecutionSummary::of).await {
            Some(summary) => Ok(summary),
            // Better an old line in the list than none: what the log says, nobody can know.
            None => projection::summary_of(row),
        }
    }

    /// The record of an execution from its log; `None` when that cannot be read, so that it is in no figure.
    pub(super) async fn record_from_log(&self, id: ExecutionId) -> Option<Record> {
        self.of_log(id, Record::of).await
    }

    async fn of_log<T>(&self, id: ExecutionId, read: impl Fn(&Execution) -> Option<T>) -> Option<T> {
        match reads::execution(&self.read, &self.cache, id).await {
            Ok(execution) => execution.and_then(|execution| read(&execution)),
            Err(error) => {
                tracing::warn!(%error, execution = %id, "an execution cannot be read: run `playbook-forge verify`");
                None
            }
        }
    }
}

/// Writes the rows of these executions anew. Leaves those alone whose log is damaged: their rows are the proof of that.
pub(super) async fn refold(
    transaction: &DatabaseTransaction,
    cache: &Cache,
    ids: Vec<ExecutionId>,
) -> Result<Refolded, StoreError> {
    let mut refolded = Refolded::default();
    for id in ids {
        let Some(row) = executions::Entity::find_by_id(id.0).one(transaction).await? else { continue };
        let (recorded, _) = projection::head_of(&row);
        let execution = match maintenance::fold_checked(transaction, cache, id, Some(recorded)).await {
            Ok(execution) => execution,
            Err(error @ (StoreError::Database(_) | StoreError::Full | StoreError::Busy)) => return Err(error),
            Err(error) => {
                tracing::error!(%error, execution = %id, "an execution cannot be folded anew; its rows stay as they are");
                refolded.damaged += 1;
                continue;
            }
        };
        maintenance::drop_rows(transaction, id).await?;
        writer::write_fold(transaction, &execution).await?;
        refolded.executions += 1;
    }
    Ok(refolded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_portion_holds_few_long_executions_or_many_short_ones() {
        let id = |number: usize| ExecutionId(Uuid::from_u128(number as u128));
        let executions: Vec<_> = [400, 400, 400, 5_000, 1, 999, 1].into_iter().enumerate().collect();
        let executions: Vec<_> = executions.into_iter().map(|(number, events)| (id(number), events)).collect();
        let sizes: Vec<usize> = portions(&executions).iter().map(Vec::len).collect();
        assert_eq!(sizes, [2, 1, 1, 2, 1]);
        assert!(portions(&[]).is_empty());
    }
}
