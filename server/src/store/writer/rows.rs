//! Rows as they are written: events are added, what is cached from them is replaced by what the fold says now.

use std::sync::Arc;

use domain::execution::Execution;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, DatabaseTransaction, DbErr, EntityTrait, IdenStatic, IntoActiveModel, Iterable};

use crate::store::entity::{execution_steps, executions, step_evidence};
use crate::store::projection;

/// Rows per INSERT: SQLite binds at most 32,766 values in one statement.
const ROWS_PER_INSERT: usize = 1_000;

/// The cached rows that have to be written.
#[derive(Default)]
pub(super) struct CachedRows {
    executions: Vec<executions::ActiveModel>,
    steps: Vec<execution_steps::ActiveModel>,
    evidence: Vec<step_evidence::ActiveModel>,
}

impl CachedRows {
    /// What differs from `before`, the execution as the rows have it; everything when there are none.
    pub(super) fn add(&mut self, before: Option<&Execution>, execution: &Execution) {
        self.executions.extend(projection::execution_row(execution));
        for position in 0..execution.state.steps.len() {
            if before.is_none_or(|before| differs(before, execution, position)) {
                self.steps.push(projection::step_row(execution, position));
            }
            self.add_evidence(before, execution, position);
        }
    }

    /// The same where the rows say what an older version of the fold made of `before`.
    pub(super) fn add_anew(&mut self, before: &Execution, execution: &Execution) {
        self.executions.extend(projection::execution_row(execution));
        for position in 0..execution.state.steps.len() {
            self.steps.push(projection::step_row(execution, position));
            self.add_evidence(Some(before), execution, position);
        }
    }

    fn add_evidence(&mut self, before: Option<&Execution>, execution: &Execution, position: usize) {
        let step = &execution.state.steps[position];
        let known = before.map_or(0, |before| before.state.steps[position].evidence.len());
        let id = execution.state.header.execution_id;
        let fresh = step.evidence.iter().skip(known);
        self.evidence.extend(fresh.map(|evidence| projection::evidence_row(id, &step.node_id, evidence)));
    }

    pub(super) async fn write(self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        replace(transaction, self.executions, &[executions::Column::Id]).await?;
        let key = [execution_steps::Column::ExecutionId, execution_steps::Column::NodeId];
        replace(transaction, self.steps, &key).await?;
        add(transaction, self.evidence).await
    }
}

/// Whether a step is not as it was, or its clocks are not: those follow pauses and ends of the execution as well.
fn differs(before: &Execution, after: &Execution, position: usize) -> bool {
    let (old, new) = (&before.state.steps[position], &after.state.steps[position]);
    !Arc::ptr_eq(old, new)
        || (before.state.spans != after.state.spans && before.state.clocks(old) != after.state.clocks(new))
}

/// Writes every cached row of an execution, when none of its steps and files has one.
pub(in crate::store) async fn write_fold(
    transaction: &DatabaseTransaction,
    execution: &Execution,
) -> Result<(), DbErr> {
    let mut rows = CachedRows::default();
    rows.add(None, execution);
    rows.write(transaction).await
}

/// Adds rows.
pub(super) async fn add<A>(transaction: &DatabaseTransaction, rows: Vec<A>) -> Result<(), DbErr>
where
    A: ActiveModelTrait,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    for rows in in_chunks(rows) {
        A::Entity::insert_many(rows).exec_without_returning(transaction).await?;
    }
    Ok(())
}

/// Adds rows in place of those with the same key.
async fn replace<A>(
    transaction: &DatabaseTransaction,
    rows: Vec<A>,
    key: &[<A::Entity as EntityTrait>::Column],
) -> Result<(), DbErr>
where
    A: ActiveModelTrait,
    <A::Entity as EntityTrait>::Model: IntoActiveModel<A>,
{
    let is_key = |column: &<A::Entity as EntityTrait>::Column| key.iter().any(|part| part.as_str() == column.as_str());
    let others = <A::Entity as EntityTrait>::Column::iter().filter(|column| !is_key(column));
    let on_conflict = OnConflict::columns(key.iter().copied()).update_columns(others).to_owned();
    for rows in in_chunks(rows) {
        A::Entity::insert_many(rows).on_conflict(on_conflict.clone()).exec_without_returning(transaction).await?;
    }
    Ok(())
}

fn in_chunks<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<T> = rows.by_ref().take(ROWS_PER_INSERT).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}
