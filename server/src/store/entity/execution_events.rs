//! The log: the source of truth. A trigger refuses every change of what it holds.

use sea_orm::entity::prelude::*;

use crate::store::stored_time::StoredTime;

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
    pub timestamp: StoredTime,
    pub occurred_at: Option<StoredTime>,
    /// `data` of the event as the hash covers it: canonical JSON, in form 2 with commitments in place of free texts.
    #[sea_orm(column_type = "Text")]
    pub details: String,
    pub command_id: Uuid,
    /// Which of the command's events this is, from 0.
    pub command_part: i32,
    pub hash: String,
    /// [`domain::event::Form`], by its number.
    pub form: i16,
    /// Who the actor was proven to be, if they were.
    pub subject: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
