//! Playbooks, through all their versions.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "playbooks")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub title: String,
    /// The format of the newest version.
    pub format: String,
    pub tags: Json,
    /// The newest version.
    pub version: i32,
    pub node_count: i32,
    pub edge_count: i32,
    pub step_count: i32,
    pub decision_count: i32,
    pub created_at: DateTimeUtc,
    /// Set when the playbook was deleted; its executions keep it.
    pub hidden_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
