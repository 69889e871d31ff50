//! Rows of executions and steps hold no text without a bound any more: notes, outcomes, rationales and recommendations stand
//! in the log, and nothing but `verify` ever read them here. What grows with the playbook goes to the end of its row, so that
//! whatever is asked of every change lies in the row's first page (<https://www.sqlite.org/fileformat2.html>, “Cell Payload
//! Overflow Pages”).

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

use crate::iden::{ExecutionSteps, Executions};

/// What the outcomes of steps are called until the column before is gone.
#[derive(DeriveIden)]
struct MovedOutcomes;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite a migration is only atomic when it says so.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [Executions::Outcome, Executions::Notes, Executions::Recommendations] {
            manager.alter_table(Table::alter().table(Executions::Table).drop_column(column).to_owned()).await?;
        }
        for column in [ExecutionSteps::Notes, ExecutionSteps::Rationale] {
            manager.alter_table(Table::alter().table(ExecutionSteps::Table).drop_column(column).to_owned()).await?;
        }
        let added = text_null(MovedOutcomes).to_owned();
        manager.alter_table(Table::alter().table(Executions::Table).add_column(added).to_owned()).await?;
        let move_them = Query::update()
            .table(Executions::Table)
            .value(MovedOutcomes, Expr::col(Executions::StepOutcomes))
            .to_owned();
        manager.get_connection().execute(&move_them).await?;
        let old = Table::alter().table(Executions::Table).drop_column(Executions::StepOutcomes).to_owned();
        manager.alter_table(old).await?;
        let rename =
            Table::alter().table(Executions::Table).rename_column(MovedOutcomes, Executions::StepOutcomes).to_owned();
        manager.alter_table(rename).await
    }
}
