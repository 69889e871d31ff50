//! Evidence, and which commands were answered how: a command that comes again is answered the same, also when it had
//! changed nothing.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, string, string_len, text, text_null, timestamp_with_time_zone, uuid, uuid_null,
};

use crate::iden::{ExecutionCommands, Executions, Playbooks, StepEvidence};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite a migration is only atomic when it says so.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(step_evidence()).await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_step_evidence_execution")
                    .table(StepEvidence::Table)
                    .col(StepEvidence::ExecutionId)
                    .to_owned(),
            )
            .await?;
        manager.create_table(execution_commands()).await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_execution_commands_command")
                    .table(ExecutionCommands::Table)
                    .col(ExecutionCommands::CommandId)
                    .to_owned(),
            )
            .await?;
        remember_commands(manager).await?;
        manager
            .alter_table(Table::alter().table(Playbooks::Table).add_column(uuid_null(Playbooks::CommandId)).to_owned())
            .await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_playbooks_command")
                    .table(Playbooks::Table)
                    .col(Playbooks::CommandId)
                    .unique()
                    .to_owned(),
            )
            .await
    }
}

/// What the log tells of commands that were executed before there was a table of them.
async fn remember_commands(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager
        .get_connection()
        .execute_unprepared(
            "INSERT INTO execution_commands (execution_id, command_id, first_seq, last_seq, decided_at) \
             SELECT execution_id, command_id, MIN(seq), MAX(seq), MAX(timestamp) FROM execution_events \
             GROUP BY execution_id, command_id",
        )
        .await?;
    Ok(())
}

fn step_evidence() -> TableCreateStatement {
    Table::create()
        .table(StepEvidence::Table)
        .col(uuid(StepEvidence::Id).primary_key())
        .col(uuid(StepEvidence::ExecutionId))
        .col(string(StepEvidence::NodeId))
        .col(text(StepEvidence::FileName))
        .col(string(StepEvidence::FilePath))
        .col(string(StepEvidence::MimeType))
        .col(big_integer(StepEvidence::Size))
        .col(string_len(StepEvidence::Sha256, 64))
        .col(text_null(StepEvidence::Description))
        .col(timestamp_with_time_zone(StepEvidence::UploadedAt))
        .col(string(StepEvidence::UploadedBy))
        .foreign_key(
            ForeignKey::create()
                .from(StepEvidence::Table, StepEvidence::ExecutionId)
                .to(Executions::Table, Executions::Id),
        )
        .to_owned()
}

/// Refers to nothing, like the log: it says what was answered, and cannot be rebuilt for commands that changed nothing.
fn execution_commands() -> TableCreateStatement {
    Table::create()
        .table(ExecutionCommands::Table)
        .col(uuid(ExecutionCommands::ExecutionId))
        .col(uuid(ExecutionCommands::CommandId))
        .col(big_integer(ExecutionCommands::FirstSeq))
        .col(big_integer(ExecutionCommands::LastSeq))
        .col(timestamp_with_time_zone(ExecutionCommands::DecidedAt))
        .primary_key(Index::create().col(ExecutionCommands::ExecutionId).col(ExecutionCommands::CommandId))
        .to_owned()
}
