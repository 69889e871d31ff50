//! The log: the source of truth. A trigger refuses every change of what it holds.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "execution_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub execution_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    pub event_type: String,
    pub node_id: Option<String>,
    pub actor: String,
    pub timestamp: DateTimeUtc,
    pub occurred_at: Option<DateTimeUtc>,
    /// `data` of the event.
    pub details: Json,
    pub command_id: Uuid,
    /// Which of the command's events this is, from 0.
    pub command_part: i32,
    pub hash: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
