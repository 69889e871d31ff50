//! Since when an execution has a step that is blocked: what is stuck longest can be listed first. And an index by which a playbook
//! that is imported a second time is found.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::timestamp_with_time_zone_null;

use crate::iden::{Executions, PlaybookVersions};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite a migration is only atomic when it says so.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Rows of before have none; the fold has a new version, by which a server writes them anew.
        let column = timestamp_with_time_zone_null(Executions::BlockedSince).to_owned();
        manager.alter_table(Table::alter().table(Executions::Table).add_column(column).to_owned()).await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_executions_urgency")
                    .table(Executions::Table)
                    .col(Executions::Status)
                    .col(Executions::BlockedSince)
                    .to_owned(),
            )
            .await?;
        // By which a playbook that is imported again is found.
        manager
            .create_index(
                Index::create()
                    .name("idx_playbook_versions_graph_hash")
                    .table(PlaybookVersions::Table)
                    .col(PlaybookVersions::GraphHash)
                    .to_owned(),
            )
            .await
    }
}
