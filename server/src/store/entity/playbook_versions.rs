//! What each version of a playbook was; rows are only ever added.

use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "playbook_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub playbook_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i32,
    #[sea_orm(column_type = "Text")]
    pub source: String,
    /// JSON of [`domain::graph::Graph`].
    #[sea_orm(column_type = "Text")]
    pub graph: String,
    pub graph_hash: String,
    /// JSON of [`domain::placement::Placement`].
    #[sea_orm(column_type = "Text")]
    pub placement: String,
    pub issues: Json,
    pub created_at: DateTimeUtc,
    /// In which format the source is written.
    pub format: String,
    /// Who saved it.
    pub author: String,
    /// What changed, in the author's words; empty when nothing was said.
    #[sea_orm(column_type = "Text")]
    pub summary: String,
    pub node_count: i32,
    pub edge_count: i32,
    pub step_count: i32,
    pub decision_count: i32,
    /// Which part of the source was chosen ([`domain::source::Part`]); none when nobody chose.
    pub part: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
