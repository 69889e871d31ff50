//! Rows as the database holds them; only [`super`] knows them.

pub(super) mod event_texts;
pub(super) mod execution_commands;
pub(super) mod execution_events;
pub(super) mod execution_steps;
pub(super) mod executions;
pub(super) mod playbook_commands;
pub(super) mod playbook_versions;
pub(super) mod playbooks;
pub(super) mod step_evidence;
