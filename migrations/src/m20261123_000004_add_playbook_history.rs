//! Of every version of a playbook: who saved it, what changed, in which format it is, how large it is, and which command
//! saved it. Until now the format and the command were known of playbooks only, because there was only one version.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{integer, string, string_len, text, uuid_null};

use crate::iden::{PlaybookVersions, Playbooks};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite a migration is only atomic when it says so.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in [
            string_len(PlaybookVersions::Format, 16).default("markdown").to_owned(),
            string(PlaybookVersions::Author).default("anonymous").to_owned(),
            text(PlaybookVersions::Summary).default("").to_owned(),
            uuid_null(PlaybookVersions::CommandId),
            integer(PlaybookVersions::NodeCount).default(0).to_owned(),
            integer(PlaybookVersions::EdgeCount).default(0).to_owned(),
            integer(PlaybookVersions::StepCount).default(0).to_owned(),
            integer(PlaybookVersions::DecisionCount).default(0).to_owned(),
        ] {
            let add = Table::alter().table(PlaybookVersions::Table).add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        fill(manager).await?;
        manager
            .create_index(
                Index::create()
                    .name("idx_playbook_versions_command")
                    .table(PlaybookVersions::Table)
                    .col(PlaybookVersions::CommandId)
                    .unique()
                    .to_owned(),
            )
            .await?;
        manager.drop_index(Index::drop().name("idx_playbooks_command").table(Playbooks::Table).to_owned()).await?;
        manager.alter_table(Table::alter().table(Playbooks::Table).drop_column(Playbooks::CommandId).to_owned()).await
    }
}

/// What the playbooks and the graphs tell about the versions that are there. A command imported the first version.
async fn fill(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let nodes =
        |kinds: &str| format!("(SELECT COUNT(*) FROM json_each(graph, '$.nodes') WHERE value ->> 'kind' IN ({kinds}))");
    manager
        .get_connection()
        .execute_unprepared(&format!(
            "UPDATE playbook_versions SET \
             format = (SELECT format FROM playbooks WHERE id = playbook_id), \
             command_id = (SELECT command_id FROM playbooks WHERE id = playbook_id AND playbook_versions.version = 1), \
             node_count = json_array_length(graph, '$.nodes'), edge_count = json_array_length(graph, '$.edges'), \
             step_count = {}, decision_count = {}",
            nodes("'step', 'execute'"),
            nodes("'decision'"),
        ))
        .await?;
    Ok(())
}
