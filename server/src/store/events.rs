//! Events as rows: the log, and beside it their free texts.

use domain::event::{Event, EventBody, Form, Hash, Salt, Seal, SealedText, unseal};
use domain::ids::{Actor, CommandId, ExecutionId, NodeId, Seq};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder};

use super::StoreError;
use super::entity::{event_texts, execution_events};
use super::stored_time::StoredTime;

/// Events whose texts are asked for one by one, not from the first to the last of them; SQLite binds at most 32,766 values.
const FEW: usize = 500;

/// The row of an event; `part` is its place among the events of its command.
///
/// # Errors
/// When a text of it has no salt, which no event has that was recorded or verified.
pub(super) fn to_row(execution: ExecutionId, event: &Event, part: i32) -> Result<execution_events::ActiveModel, DbErr> {
    let details = event.stored_data().map_err(|_| DbErr::Custom(format!("event {} has no salts", event.seq)))?;
    Ok(execution_events::ActiveModel {
        execution_id: Set(execution.0),
        seq: Set(event.seq.0.cast_signed()),
        event_type: Set(event.body.event_type().to_owned()),
        node_id: Set(event.node_id.as_ref().map(|node| node.0.clone())),
        actor: Set(event.actor.as_str().to_owned()),
        timestamp: Set(event.timestamp.into()),
        occurred_at: Set(event.occurred_at.map(Into::into)),
        details: Set(details),
        command_id: Set(event.command_id.0),
        command_part: Set(part),
        hash: Set(event.hash.0.clone()),
        form: Set(event.seal.form.number().into()),
        subject: Set(event.seal.subject.clone()),
    })
}

/// The rows of the texts that are kept beside an event.
pub(super) fn text_rows(
    execution: ExecutionId,
    event: &Event,
) -> impl Iterator<Item = event_texts::ActiveModel> + use<> {
    let seq = event.seq.0.cast_signed();
    event.sealed_texts().into_iter().map(move |SealedText { field, salt, text }| event_texts::ActiveModel {
        execution_id: Set(execution.0),
        seq: Set(seq),
        field: Set(field),
        salt: Set(salt.0.to_vec()),
        text: Set(text),
    })
}

/// The events of an execution that a condition lets through, oldest first, with their texts.
pub(super) async fn read<C: ConnectionTrait>(
    database: &C,
    execution: ExecutionId,
    wanted: Condition,
) -> Result<Vec<Event>, StoreError> {
    use execution_events::{Column, Entity};
    let wanted = wanted.add(Column::ExecutionId.eq(execution.0));
    let rows = Entity::find().filter(wanted).order_by_asc(Column::Seq).all(database).await?;
    let seqs: Vec<i64> =
        rows.iter().filter(|row| row.form != i16::from(Form::First.number())).map(|row| row.seq).collect();
    let mut texts = texts_of(database, execution, &seqs).await?.into_iter().peekable();
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let mut own = Vec::new();
        // Between the first and the last there may be texts of events that were not asked for.
        while let Some(text) = texts.next_if(|text| text.seq <= row.seq) {
            if text.seq == row.seq {
                own.push(text);
            }
        }
        events.push(from_row(row, own)?);
    }
    Ok(events)
}

/// The texts of some events, in their order; perhaps with others that lie between them.
async fn texts_of<C: ConnectionTrait>(
    database: &C,
    execution: ExecutionId,
    seqs: &[i64],
) -> Result<Vec<event_texts::Model>, StoreError> {
    use event_texts::{Column, Entity};
    let (Some(&first), Some(&last)) = (seqs.first(), seqs.last()) else { return Ok(Vec::new()) };
    let of_these =
        if seqs.len() > FEW { Column::Seq.between(first, last) } else { Column::Seq.is_in(seqs.iter().copied()) };
    let texts = Entity::find().filter(Column::ExecutionId.eq(execution.0)).filter(of_these);
    Ok(texts.order_by_asc(Column::Seq).order_by_asc(Column::Field).all(database).await?)
}

/// The event of a row and of its texts.
///
/// # Errors
/// When the row was not written by this program, or was altered.
pub(super) fn from_row(row: execution_events::Model, texts: Vec<event_texts::Model>) -> Result<Event, StoreError> {
    let execution = ExecutionId(row.execution_id);
    let seq = Seq(row.seq.cast_unsigned());
    let unreadable = |reason: String| StoreError::UnreadableEvent { execution, seq, reason };
    let time = |stored: &StoredTime| stored.read().ok_or_else(|| unreadable("a time cannot be read".to_owned()));
    let form = u8::try_from(row.form).ok().and_then(Form::from_number);
    let (body, seal) = match form.ok_or_else(|| unreadable(format!("there is no form {} of events", row.form)))? {
        Form::First => EventBody::read(&row.event_type, &row.details).map(|body| (body, Seal::default())),
        Form::Second => {
            let texts = texts.into_iter().map(sealed).collect::<Option<_>>();
            unseal(&row.event_type, &row.details, texts.ok_or_else(|| unreadable("a salt is too short".to_owned()))?)
        }
    }
    .map_err(|error| unreadable(error.to_string()))?;
    Ok(Event {
        seq,
        body,
        node_id: row.node_id.map(NodeId),
        actor: Actor::recorded(row.actor),
        timestamp: time(&row.timestamp)?,
        occurred_at: row.occurred_at.as_ref().map(time).transpose()?,
        command_id: CommandId(row.command_id),
        seal: Seal { subject: row.subject, ..seal },
        hash: Hash(row.hash),
    })
}

fn sealed(row: event_texts::Model) -> Option<SealedText> {
    Some(SealedText { field: row.field, salt: Salt(row.salt.try_into().ok()?), text: row.text })
}

/// Events with their place among those of their command, from 0.
pub(super) fn numbered(events: &[Event]) -> impl Iterator<Item = (&Event, i32)> {
    let mut last: Option<(CommandId, i32)> = None;
    events.iter().map(move |event| {
        let part = match last {
            Some((command, part)) if command == event.command_id => part + 1,
            _ => 0,
        };
        last = Some((event.command_id, part));
        (event, part)
    })
}
