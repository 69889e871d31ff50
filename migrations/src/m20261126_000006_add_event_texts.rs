//! Free texts beside the log: from now on it holds commitments to them, so that a text can be taken out one day and the chain
//! still holds. Events that are there already keep their texts in the log, as form 1.

use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, small_integer, string_len, text, text_null, uuid, var_binary};

use crate::iden::{EventTexts, ExecutionEvents};

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// On SQLite a migration is only atomic when it says so.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(event_texts()).await?;
        for column in [small_integer(ExecutionEvents::Form).default(1).take(), text_null(ExecutionEvents::Subject)] {
            let add = Table::alter().table(ExecutionEvents::Table).add_column(column).to_owned();
            manager.alter_table(add).await?;
        }
        make_append_only(manager).await
    }
}

/// A text is never changed, and for now never taken out.
async fn make_append_only(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let database = manager.get_connection();
    for operation in ["UPDATE", "DELETE"] {
        let trigger = format!("event_texts_no_{}", operation.to_lowercase());
        database
            .execute_unprepared(&format!(
                "CREATE TRIGGER {trigger} BEFORE {operation} ON event_texts \
                 BEGIN SELECT RAISE(ABORT, 'event_texts is append-only'); END"
            ))
            .await?;
    }
    // INSERT OR REPLACE deletes without asking the trigger above.
    database
        .execute_unprepared(
            "CREATE TRIGGER event_texts_no_replace BEFORE INSERT ON event_texts \
             WHEN EXISTS (SELECT 1 FROM event_texts \
             WHERE execution_id = NEW.execution_id AND seq = NEW.seq AND field = NEW.field) \
             BEGIN SELECT RAISE(ABORT, 'event_texts is append-only'); END",
        )
        .await?;
    Ok(())
}

/// Refers to nothing, like the log.
fn event_texts() -> TableCreateStatement {
    Table::create()
        .table(EventTexts::Table)
        .col(uuid(EventTexts::ExecutionId))
        .col(big_integer(EventTexts::Seq))
        .col(string_len(EventTexts::Field, 32))
        .col(var_binary(EventTexts::Salt, 16))
        .col(text(EventTexts::Text))
        .primary_key(Index::create().col(EventTexts::ExecutionId).col(EventTexts::Seq).col(EventTexts::Field))
        .to_owned()
}
