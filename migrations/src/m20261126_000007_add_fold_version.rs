//! By which version of the fold the rows of an execution were written. When that changes, the server knows which rows to
//! write anew. The rows that are there already were written by the first one.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::integer;

use crate::iden::Executions;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite a migration is only atomic when it says so.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = integer(Executions::FoldVersion).default(1).to_owned();
        manager.alter_table(Table::alter().table(Executions::Table).add_column(column).to_owned()).await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_executions_fold_version")
                    .table(Executions::Table)
                    .col(Executions::FoldVersion)
                    .to_owned(),
            )
            .await
    }
}
