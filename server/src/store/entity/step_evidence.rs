//! Files attached to steps: cached from the log. The files themselves lie in the vault.

use sea_orm::entity::prelude::*;

use crate::store::stored_time::StoredTime;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "step_evidence")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub execution_id: Uuid,
    pub node_id: String,
    /// The name it was uploaded under.
    pub file_name: String,
    /// Where it lies, from the data folder on.
    pub file_path: String,
    pub mime_type: String,
    pub size: i64,
    pub sha256: String,
    pub description: Option<String>,
    pub uploaded_at: StoredTime,
    pub uploaded_by: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
