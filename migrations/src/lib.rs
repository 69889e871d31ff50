//! The schema of the database, one file per change.
//!
//! Migrations carry their own identifiers ([`iden`]), so that an old one never changes when an entity does.

mod iden;
mod m20261122_000001_create_schema;
mod m20261122_000002_add_evidence_and_commands;
mod m20261123_000003_add_figures;
mod m20261123_000004_add_playbook_history;
mod m20261126_000005_add_fingerprints;
mod m20261126_000006_add_event_texts;
mod m20261126_000007_add_fold_version;
mod m20261126_000008_slim_rows;
mod m20261127_000009_add_blocked_since;
mod m20261127_000010_add_part;

use sea_orm_migration::prelude::*;

/// Brings a database to the newest schema.
#[derive(Debug)]
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_000001_create_schema::Migration),
            Box::new(m20261122_000002_add_evidence_and_commands::Migration),
            Box::new(m20261123_000003_add_figures::Migration),
            Box::new(m20261123_000004_add_playbook_history::Migration),
            Box::new(m20261126_000005_add_fingerprints::Migration),
            Box::new(m20261126_000006_add_event_texts::Migration),
            Box::new(m20261126_000007_add_fold_version::Migration),
            Box::new(m20261126_000008_slim_rows::Migration),
            Box::new(m20261127_000009_add_blocked_since::Migration),
            Box::new(m20261127_000010_add_part::Migration),
        ]
    }
}
