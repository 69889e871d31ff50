//! What each command asked for, as a fingerprint: one that is sent again is told from another one under the same id. Commands
//! that were answered before have none. The commands of playbooks get a table of their own, like those of executions, so
//! that one that had nothing to save is remembered too.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{integer, string_len_null, timestamp_with_time_zone, uuid};

use crate::iden::{ExecutionCommands, PlaybookCommands, PlaybookVersions};

/// Hexadecimal digits of a SHA-256.
const DIGITS: u32 = 64;

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite a migration is only atomic when it says so.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let fingerprint = string_len_null(ExecutionCommands::Fingerprint, DIGITS);
        let add = Table::alter().table(ExecutionCommands::Table).add_column(fingerprint).to_owned();
        manager.alter_table(add).await?;
        manager.create_table(playbook_commands()).await?;
        manager
            .get_connection()
            .execute_unprepared(
                "INSERT INTO playbook_commands (command_id, playbook_id, version, decided_at) \
                 SELECT command_id, playbook_id, version, created_at FROM playbook_versions WHERE command_id IS NOT NULL",
            )
            .await?;
        let index = Index::drop().name("idx_playbook_versions_command").table(PlaybookVersions::Table).to_owned();
        manager.drop_index(index).await?;
        let drop = Table::alter().table(PlaybookVersions::Table).drop_column(PlaybookVersions::CommandId).to_owned();
        manager.alter_table(drop).await
    }
}

fn playbook_commands() -> TableCreateStatement {
    Table::create()
        .table(PlaybookCommands::Table)
        .col(uuid(PlaybookCommands::CommandId).primary_key())
        .col(uuid(PlaybookCommands::PlaybookId))
        .col(integer(PlaybookCommands::Version))
        .col(timestamp_with_time_zone(PlaybookCommands::DecidedAt))
        .col(string_len_null(PlaybookCommands::Fingerprint, DIGITS))
        .to_owned()
}
