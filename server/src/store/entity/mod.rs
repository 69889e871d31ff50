//! Rows as the database holds them; only [`super`] knows them.

#![allow(unreachable_pub, reason = "what the derives make is as public as the items they are put on")]

pub(super) mod execution_events;
pub(super) mod execution_steps;
pub(super) mod executions;
pub(super) mod playbook_versions;
pub(super) mod playbooks;
