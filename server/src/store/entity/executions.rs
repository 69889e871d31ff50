//! Executions: cached from the log, for lists and searches.

use sea_orm::entity::prelude::*;

use crate::store::stored_time::StoredTime;

#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "executions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub playbook_id: Uuid,
    pub playbook_version: i32,
    pub graph_hash: String,
    pub playbook_title: String,
    pub incident_title: String,
    pub incident_id: Option<String>,
    pub status: String,
    pub started_at: StoredTime,
    pub completed_at: Option<StoredTime>,
    pub started_by: String,
    /// JSON of [`domain::metrics::Progress`].
    pub progress: Json,
    pub analyst_count: i32,
    pub last_seq: i64,
    pub head_hash: String,
    /// Microseconds in which it was active; none while it is not over.
    pub active_micros: Option<i64>,
    /// By which version of the fold the rows of this execution were written ([`domain::execution::FOLD_VERSION`]).
    pub fold_version: i32,
    /// JSON of [`domain::metrics::StepOutcomes`]; none while it is not over, so that no change of a step writes it.
    pub step_outcomes: Option<String>,
    /// Since when a step of it is blocked, of several the longest; none while none is.
    pub blocked_since: Option<StoredTime>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
