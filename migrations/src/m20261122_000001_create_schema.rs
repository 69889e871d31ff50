//! The first schema: playbooks with their versions, executions with their steps, and the append-only log.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, integer, json, string, string_len, text, text_null, timestamp_with_time_zone,
    timestamp_with_time_zone_null, uuid,
};

use crate::iden::{ExecutionEvents, ExecutionSteps, Executions, PlaybookVersions, Playbooks};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite a migration is only atomic when it says so.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(playbooks()).await?;
        manager.create_table(playbook_versions()).await?;
        manager.create_table(executions()).await?;
        for (name, column) in [
            ("idx_executions_started_at", Executions::StartedAt),
            ("idx_executions_status", Executions::Status),
            ("idx_executions_playbook_id", Executions::PlaybookId),
        ] {
            manager.create_index(Index::create().name(name).table(Executions::Table).col(column).to_owned()).await?;
        }
        manager.create_table(execution_steps()).await?;
        manager.create_table(execution_events()).await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_execution_events_command")
                    .table(ExecutionEvents::Table)
                    .col(ExecutionEvents::ExecutionId)
                    .col(ExecutionEvents::CommandId)
                    .col(ExecutionEvents::CommandPart)
                    .unique()
                    .to_owned(),
            )
            .await?;
        make_append_only(manager).await
    }
}

/// The log refuses every change of what it holds, whoever asks.
async fn make_append_only(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let database = manager.get_connection();
    for operation in ["UPDATE", "DELETE"] {
        let trigger = format!("execution_events_no_{}", operation.to_lowercase());
        database
            .execute_unprepared(&format!(
                "CREATE TRIGGER {trigger} BEFORE {operation} ON execution_events \
                 BEGIN SELECT RAISE(ABORT, 'execution_events is append-only'); END"
            ))
            .await?;
    }
    // INSERT OR REPLACE deletes without asking the trigger above.
    database
        .execute_unprepared(
            "CREATE TRIGGER execution_events_no_replace BEFORE INSERT ON execution_events \
             WHEN EXISTS (SELECT 1 FROM execution_events WHERE execution_id = NEW.execution_id AND seq = NEW.seq) \
             BEGIN SELECT RAISE(ABORT, 'execution_events is append-only'); END",
        )
        .await?;
    Ok(())
}

fn playbooks() -> TableCreateStatement {
    Table::create()
        .table(Playbooks::Table)
        .col(uuid(Playbooks::Id).primary_key())
        .col(string(Playbooks::Title))
        .col(string_len(Playbooks::Format, 16))
        .col(json(Playbooks::Tags))
        .col(integer(Playbooks::Version))
        .col(integer(Playbooks::NodeCount))
        .col(integer(Playbooks::EdgeCount))
        .col(integer(Playbooks::StepCount))
        .col(integer(Playbooks::DecisionCount))
        .col(timestamp_with_time_zone(Playbooks::CreatedAt))
        .col(timestamp_with_time_zone_null(Playbooks::HiddenAt))
        .to_owned()
}

fn playbook_versions() -> TableCreateStatement {
    Table::create()
        .table(PlaybookVersions::Table)
        .col(uuid(PlaybookVersions::PlaybookId))
        .col(integer(PlaybookVersions::Version))
        .col(text(PlaybookVersions::Source))
        .col(text(PlaybookVersions::Graph))
        .col(string_len(PlaybookVersions::GraphHash, 64))
        .col(text(PlaybookVersions::Placement))
        .col(json(PlaybookVersions::Issues))
        .col(timestamp_with_time_zone(PlaybookVersions::CreatedAt))
        .primary_key(Index::create().col(PlaybookVersions::PlaybookId).col(PlaybookVersions::Version))
        .foreign_key(
            ForeignKey::create()
                .from(PlaybookVersions::Table, PlaybookVersions::PlaybookId)
                .to(Playbooks::Table, Playbooks::Id),
        )
        .to_owned()
}

fn executions() -> TableCreateStatement {
    Table::create()
        .table(Executions::Table)
        .col(uuid(Executions::Id).primary_key())
        .col(uuid(Executions::PlaybookId))
        .col(integer(Executions::PlaybookVersion))
        .col(string_len(Executions::GraphHash, 64))
        .col(string(Executions::PlaybookTitle))
        .col(string(Executions::IncidentTitle))
        .col(text_null(Executions::IncidentId))
        .col(string_len(Executions::Status, 16))
        .col(timestamp_with_time_zone(Executions::StartedAt))
        .col(timestamp_with_time_zone_null(Executions::CompletedAt))
        .col(string(Executions::StartedBy))
        .col(text_null(Executions::Outcome))
        .col(json(Executions::Notes))
        .col(text_null(Executions::Recommendations))
        .col(json(Executions::Progress))
        .col(integer(Executions::AnalystCount))
        .col(big_integer(Executions::LastSeq))
        .col(string_len(Executions::HeadHash, 64))
        .foreign_key(
            ForeignKey::create()
                .from(Executions::Table, (Executions::PlaybookId, Executions::PlaybookVersion))
                .to(PlaybookVersions::Table, (PlaybookVersions::PlaybookId, PlaybookVersions::Version)),
        )
        .to_owned()
}

fn execution_steps() -> TableCreateStatement {
    Table::create()
        .table(ExecutionSteps::Table)
        .col(uuid(ExecutionSteps::ExecutionId))
        .col(string(ExecutionSteps::NodeId))
        .col(integer(ExecutionSteps::Position))
        .col(string_len(ExecutionSteps::Status, 16))
        .col(text_null(ExecutionSteps::Assignee))
        .col(timestamp_with_time_zone_null(ExecutionSteps::StartedAt))
        .col(timestamp_with_time_zone_null(ExecutionSteps::CompletedAt))
        .col(big_integer(ExecutionSteps::ActiveMicros))
        .col(timestamp_with_time_zone_null(ExecutionSteps::ActiveSince))
        .col(big_integer(ExecutionSteps::BlockedMicros))
        .col(timestamp_with_time_zone_null(ExecutionSteps::BlockedSince))
        .col(json(ExecutionSteps::Notes))
        .col(text_null(ExecutionSteps::DecisionTaken))
        .col(text_null(ExecutionSteps::Rationale))
        .primary_key(Index::create().col(ExecutionSteps::ExecutionId).col(ExecutionSteps::NodeId))
        .foreign_key(
            ForeignKey::create()
                .from(ExecutionSteps::Table, ExecutionSteps::ExecutionId)
                .to(Executions::Table, Executions::Id),
        )
        .to_owned()
}

/// The log refers to nothing: it is what everything else about an execution can be rebuilt from.
fn execution_events() -> TableCreateStatement {
    Table::create()
        .table(ExecutionEvents::Table)
        .col(uuid(ExecutionEvents::ExecutionId))
        .col(big_integer(ExecutionEvents::Seq))
        .col(string_len(ExecutionEvents::EventType, 32))
        .col(text_null(ExecutionEvents::NodeId))
        .col(string(ExecutionEvents::Actor))
        .col(timestamp_with_time_zone(ExecutionEvents::Timestamp))
        .col(timestamp_with_time_zone_null(ExecutionEvents::OccurredAt))
        .col(json(ExecutionEvents::Details))
        .col(uuid(ExecutionEvents::CommandId))
        .col(integer(ExecutionEvents::CommandPart))
        .col(string_len(ExecutionEvents::Hash, 64))
        .primary_key(Index::create().col(ExecutionEvents::ExecutionId).col(ExecutionEvents::Seq))
        .to_owned()
}
