//! Which part of its source a playbook was read from, where somebody chose.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::text_null;

use crate::iden::PlaybookVersions;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite a migration is only atomic when it says so.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let column = text_null(PlaybookVersions::Part).to_owned();
        manager.alter_table(Table::alter().table(PlaybookVersions::Table).add_column(column).to_owned()).await
    }
}
