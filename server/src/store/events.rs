//! Events as rows.

use domain::event::{Event, EventBody, Hash};
use domain::ids::{Actor, CommandId, ExecutionId, NodeId, Seq};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use serde_json::Value;

use super::StoreError;
use super::entity::execution_events::{ActiveModel, Model};

/// The row of an event; `part` is its place among the events of its command.
pub(super) fn to_row(execution: ExecutionId, event: &Event, part: i32) -> ActiveModel {
    ActiveModel {
        execution_id: Set(execution.0),
        seq: Set(event.seq.0.cast_signed()),
        event_type: Set(event.body.event_type().to_owned()),
        node_id: Set(event.node_id.as_ref().map(|node| node.0.clone())),
        actor: Set(event.actor.as_str().to_owned()),
        timestamp: Set(event.timestamp.to_utc()),
        occurred_at: Set(event.occurred_at.map(Timestamp::to_utc)),
        details: Set(data_of(&event.body)),
        command_id: Set(event.command_id.0),
        command_part: Set(part),
        hash: Set(event.hash.0.clone()),
    }
}

fn data_of(body: &EventBody) -> Value {
    serde_json::to_value(body).ok().and_then(|mut value| value.get_mut("data").map(Value::take)).unwrap_or_default()
}

/// The event of a row.
///
/// # Errors
/// When the row was not written by this program, or was altered.
pub(super) fn from_row(row: Model) -> Result<Event, StoreError> {
    let execution = ExecutionId(row.execution_id);
    let seq = Seq(row.seq.cast_unsigned());
    let unreadable = |reason: String| StoreError::UnreadableEvent { execution, seq, reason };
    let body =
        EventBody::read(&row.event_type, &row.details.to_string()).map_err(|error| unreadable(error.to_string()))?;
    Ok(Event {
        seq,
        body,
        node_id: row.node_id.map(NodeId),
        actor: Actor::recorded(row.actor),
        timestamp: Timestamp::new(row.timestamp),
        occurred_at: row.occurred_at.map(Timestamp::new),
        command_id: CommandId(row.command_id),
        hash: Hash(row.hash),
    })
}
