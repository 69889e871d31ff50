//! Commands that were answered, so that one that comes again is answered the same.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "execution_commands")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub execution_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub command_id: Uuid,
    /// The first of its events; greater than `last_seq` when it changed nothing.
    pub first_seq: i64,
    /// The last event of the execution when it was answered.
    pub last_seq: i64,
    /// The clock by which it was answered.
    pub decided_at: DateTimeUtc,
    /// [`domain::fingerprint::Fingerprint`]; older commands have none.
    pub fingerprint: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
