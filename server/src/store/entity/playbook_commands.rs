//! Commands about playbooks that were answered, so that one that comes again is answered the same.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "playbook_commands")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub command_id: Uuid,
    pub playbook_id: Uuid,
    /// The version that it stored, or that said the same already.
    pub version: i32,
    /// The clock by which it was answered.
    pub decided_at: DateTimeUtc,
    /// [`domain::fingerprint::Fingerprint`]; older commands have none.
    pub fingerprint: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
