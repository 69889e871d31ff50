//! Executions and their steps as rows: the fold of the log, written down for lists and queries.

use domain::api::ExecutionSummary;
use domain::event::{ExecutionStatus, Hash};
use domain::execution::{AttachedEvidence, Execution, FOLD_VERSION};
use domain::ids::{Actor, ExecutionId, NodeId, PlaybookId};
use domain::metrics::Record;
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::entity::{execution_steps, executions, step_evidence};
use super::stored_time::StoredTime;
use super::{StoreError, vault};

/// The row of an execution that has begun; `None` before that.
pub(super) fn execution_row(execution: &Execution) -> Option<executions::ActiveModel> {
    let summary = ExecutionSummary::of(execution)?;
    let state = &execution.state;
    let over = Record::of(execution).filter(|_| state.status.is_closed());
    let step_outcomes = over.as_ref().map(|record| serde_json::to_string(&record.steps).unwrap_or_default());
    Some(executions::ActiveModel {
        id: Set(summary.id.0),
        playbook_id: Set(summary.playbook_id.0),
        playbook_version: Set(summary.playbook_version.cast_signed()),
        graph_hash: Set(state.header.graph_hash.clone()),
        playbook_title: Set(summary.playbook_title),
        incident_title: Set(summary.incident_title),
        incident_id: Set(summary.incident_id),
        status: Set(summary.status.as_str().to_owned()),
        started_at: Set(summary.started_at.into()),
        completed_at: Set(summary.completed_at.map(Into::into)),
        started_by: Set(summary.started_by.into()),
        progress: Set(json(&summary.progress)),
        analyst_count: Set(summary.analyst_count.cast_signed()),
        last_seq: Set(state.last_seq.0.cast_signed()),
        head_hash: Set(state.head_hash.0.clone()),
        active_micros: Set(over.map(|record| record.active_micros)),
        step_outcomes: Set(step_outcomes),
        fold_version: Set(FOLD_VERSION),
        blocked_since: Set(summary.blocked_since.map(Into::into)),
    })
}

/// The row of a step; `position` is that of its node in the playbook.
pub(super) fn step_row(execution: &Execution, position: usize) -> execution_steps::ActiveModel {
    let state = &execution.state;
    let step = &state.steps[position];
    let clocks = state.clocks(step);
    execution_steps::ActiveModel {
        execution_id: Set(state.header.execution_id.0),
        node_id: Set(step.node_id.0.clone()),
        position: Set(i32::try_from(position).unwrap_or(i32::MAX)),
        status: Set(step.status.as_str().to_owned()),
        assignee: Set(step.assignee.as_ref().map(|actor| actor.as_str().to_owned())),
        started_at: Set(step.started_at.map(Into::into)),
        completed_at: Set(step.completed_at.map(Into::into)),
        active_micros: Set(clocks.active.total_micros),
        active_since: Set(clocks.active.since.map(Into::into)),
        blocked_micros: Set(clocks.blocked.total_micros),
        blocked_since: Set(clocks.blocked.since.map(Into::into)),
        decision_taken: Set(step.decision.as_ref().map(|decision| decision.branch.clone())),
    }
}

/// The row of a file attached to a step.
pub(super) fn evidence_row(
    execution: ExecutionId,
    node_id: &NodeId,
    attached: &AttachedEvidence,
) -> step_evidence::ActiveModel {
    let evidence = &attached.evidence;
    step_evidence::ActiveModel {
        id: Set(evidence.id.0),
        execution_id: Set(execution.0),
        node_id: Set(node_id.0.clone()),
        file_name: Set(evidence.file_name.clone()),
        file_path: Set(vault::path_of(execution, evidence.id)),
        mime_type: Set(evidence.mime_type.clone()),
        size: Set(evidence.size.cast_signed()),
        sha256: Set(evidence.sha256.clone()),
        description: Set(evidence.description.clone()),
        uploaded_at: Set(attached.uploaded_at.into()),
        uploaded_by: Set(attached.uploaded_by.as_str().to_owned()),
    }
}

/// Every row of evidence of an execution, in the order of its steps.
pub(super) fn evidence_rows(execution: &Execution) -> impl Iterator<Item = step_evidence::ActiveModel> {
    let id = execution.state.header.execution_id;
    let steps = execution.state.steps.iter();
    steps.flat_map(move |step| step.evidence.iter().map(move |attached| evidence_row(id, &step.node_id, attached)))
}

/// The summary in a list, from its row.
///
/// # Errors
/// When the row was not written by this program.
pub(super) fn summary_of(row: executions::Model) -> Result<ExecutionSummary, StoreError> {
    Ok(ExecutionSummary {
        id: ExecutionId(row.id),
        playbook_id: PlaybookId(row.playbook_id),
        playbook_title: row.playbook_title,
        playbook_version: row.playbook_version.cast_unsigned(),
        incident_title: row.incident_title,
        incident_id: row.incident_id,
        status: read::<ExecutionStatus>(Value::String(row.status), "executions.status")?,
        started_at: time(&row.started_at, "executions.started_at")?,
        completed_at: row.completed_at.map(|at| time(&at, "executions.completed_at")).transpose()?,
        started_by: Actor::recorded(row.started_by),
        progress: read(row.progress, "executions.progress")?,
        analyst_count: row.analyst_count.cast_unsigned(),
        blocked_since: row.blocked_since.map(|at| time(&at, "executions.blocked_since")).transpose()?,
    })
}

fn time(stored: &StoredTime, column: &'static str) -> Result<Timestamp, StoreError> {
    stored.read().ok_or(StoreError::Malformed(column))
}

/// The end of the log that the row was written for.
pub(super) fn head_of(row: &executions::Model) -> (domain::ids::Seq, Hash) {
    (domain::ids::Seq(row.last_seq.cast_unsigned()), Hash(row.head_hash.clone()))
}

fn json<T: serde::Serialize>(value: &T) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// A value that this program wrote into a column.
pub(super) fn read<T: DeserializeOwned>(value: Value, column: &'static str) -> Result<T, StoreError> {
    serde_json::from_value(value).map_err(|_| StoreError::Malformed(column))
}
