//! What figures over many executions need of each that is over, in its row: how long it was active, and what became of its
//! steps. Without it, every figure would read every step of every execution.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer_null, text_null};
use sea_orm_migration::sea_orm::prelude::{DateTimeUtc, Json, Uuid};
use sea_orm_migration::sea_orm::{ConnectionTrait, QueryResult};

use crate::iden::{ExecutionEvents, ExecutionSteps, Executions};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite a migration is only atomic when it says so.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [big_integer_null(Executions::ActiveMicros), text_null(Executions::StepOutcomes)] {
            manager.alter_table(Table::alter().table(Executions::Table).add_column(column).to_owned()).await?;
        }
        fill(manager.get_connection()).await
    }
}

/// Writes the columns of the executions that are over already, as the fold of their log would.
async fn fill<C: ConnectionTrait>(database: &C) -> Result<(), DbErr> {
    let over = Query::select()
        .column(Executions::Id)
        .from(Executions::Table)
        .and_where(Expr::col(Executions::Status).is_in(["completed", "abandoned"]))
        .to_owned();
    for row in database.query_all(&over).await? {
        let id: Uuid = row.try_get_by_index(0)?;
        let update = Query::update()
            .table(Executions::Table)
            .value(Executions::ActiveMicros, active_micros(database, id).await?)
            .value(Executions::StepOutcomes, step_outcomes(database, id).await?)
            .and_where(Expr::col(Executions::Id).eq(id))
            .to_owned();
        database.execute(&update).await?;
    }
    Ok(())
}

/// How long the clock of an execution ran: from its start, and from every resuming and reopening, to the next pause or end.
async fn active_micros<C: ConnectionTrait>(database: &C, id: Uuid) -> Result<i64, DbErr> {
    let events = Query::select()
        .columns([ExecutionEvents::EventType, ExecutionEvents::Timestamp, ExecutionEvents::OccurredAt])
        .from(ExecutionEvents::Table)
        .and_where(Expr::col(ExecutionEvents::ExecutionId).eq(id))
        .and_where(Expr::col(ExecutionEvents::NodeId).is_null())
        .order_by(ExecutionEvents::Seq, Order::Asc)
        .to_owned();
    let (mut total, mut since) = (0, None);
    for event in database.query_all(&events).await? {
        let recorded: DateTimeUtc = event.try_get_by_index(1)?;
        let occurred: Option<DateTimeUtc> = event.try_get_by_index(2)?;
        let at = occurred.unwrap_or(recorded).timestamp_micros();
        match event.try_get_by_index::<String>(0)?.as_str() {
            "execution_started" | "execution_resumed" | "execution_reopened" => since = since.or(Some(at)),
            "execution_paused" | "execution_completed" | "execution_abandoned" => {
                total += since.take().map_or(0, |since| Ord::max(at - since, 0));
            }
            _ => {}
        }
    }
    Ok(total)
}

/// What became of the steps of an execution, in the order of its graph.
async fn step_outcomes<C: ConnectionTrait>(database: &C, id: Uuid) -> Result<String, DbErr> {
    use ExecutionSteps::{ActiveMicros, BlockedMicros, DecisionTaken, Position, Status};
    let steps = Query::select()
        .columns([Status, ActiveMicros, BlockedMicros, DecisionTaken])
        .from(ExecutionSteps::Table)
        .and_where(Expr::col(ExecutionSteps::ExecutionId).eq(id))
        .order_by(Position, Order::Asc)
        .to_owned();
    let steps = database.query_all(&steps).await?;
    Ok(steps.iter().map(step_outcome).collect::<Result<Json, _>>()?.to_string())
}

/// Status, microseconds in progress and blocked, and the branch taken; `null` for a step at which nothing happened.
fn step_outcome(step: &QueryResult) -> Result<Json, DbErr> {
    let (status, branch): (String, Option<String>) = (step.try_get_by_index(0)?, step.try_get_by_index(3)?);
    let (active, blocked): (i64, i64) = (step.try_get_by_index(1)?, step.try_get_by_index(2)?);
    let is_untouched = status == "not_started" && active + blocked == 0 && branch.is_none();
    Ok(if is_untouched {
        Json::Null
    } else {
        Json::Array(vec![status.into(), active.into(), blocked.into(), branch.into()])
    })
}
