//! Steps of executions: cached from the log, for queries over many executions.

use sea_orm::entity::prelude::*;

use crate::store::stored_time::StoredTime;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "execution_steps")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub execution_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub node_id: String,
    /// Position of the node in the playbook.
    pub position: i32,
    pub status: String,
    pub assignee: Option<String>,
    pub started_at: Option<StoredTime>,
    pub completed_at: Option<StoredTime>,
    pub active_micros: i64,
    pub active_since: Option<StoredTime>,
    pub blocked_micros: i64,
    pub blocked_since: Option<StoredTime>,
    pub decision_taken: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
