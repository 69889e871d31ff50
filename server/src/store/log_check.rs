//! Whether what is stored of a log is what was recorded, byte by byte.
//!
//! The chain covers what events say. A row could say more: a member that nobody reads, a name with a space behind it, a finer
//! time. So every row is also compared with the one that its event would be written as, and every text must belong to an event.
//! Of several things that are wrong, the one with the lowest `seq` is named.

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::event::{ChainBreak, Event, EventBody, Header, verify_chain};
use domain::ids::{CommandId, ExecutionId, Seq};
use domain::time::Timestamp;
use sea_orm::prelude::Uuid;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use super::entity::{event_texts, execution_commands, execution_events};
use super::maintenance::{Finding, values};
use super::stored_time::StoredTime;
use super::{Cache, StoreError, events, playbooks};

/// A log that is whole.
pub(super) struct CheckedLog {
    /// What it runs over: the header is repeated in the first event.
    pub(super) header: Header,
    /// The playbook version that it ran over.
    pub(super) version: Arc<playbooks::Version>,
    /// All of it.
    pub(super) events: Vec<Event>,
    /// A text of an event that is not there: of one that was cut off, or never was.
    stray: Option<Finding>,
}

impl CheckedLog {
    /// Its last event.
    pub(super) fn last_seq(&self) -> Seq {
        self.events.last().map_or(Seq(0), |event| event.seq)
    }

    /// What is wrong with its end, when the log is known to have reached as far as `recorded`.
    pub(super) fn fault_of_end(&self, recorded: Seq) -> Option<Finding> {
        let found = self.last_seq();
        let is_cut_off = recorded > found;
        is_cut_off.then(|| ChainBreak::Truncated { expected: recorded, found }.into()).or_else(|| self.stray.clone())
    }
}

/// Something that is wrong, by the event that it is wrong with.
type Found = (Seq, Finding);

/// Reads a log and checks all of it.
///
/// # Errors
/// When the database cannot be read. What is wrong with the log is inside.
pub(super) async fn checked_log<C: ConnectionTrait>(
    database: &C,
    cache: &Cache,
    id: ExecutionId,
) -> Result<Result<CheckedLog, Finding>, StoreError> {
    let Stored { events, found, stray } = stored_events(database, id).await?;
    let mut found: Vec<Found> = found.into_iter().collect();
    let Some(EventBody::ExecutionStarted { playbook_id, playbook_version, .. }) =
        events.first().map(|event| &event.body)
    else {
        let gap = |first: &Event| {
            (first.seq != Seq(1)).then(|| (Seq(1), ChainBreak::Gap { expected: Seq(1), found: first.seq }.into()))
        };
        found.extend(events.first().and_then(gap));
        return Ok(Err(first_of(found).unwrap_or(Finding::NoStart)));
    };
    let version = match playbooks::version(database, cache, *playbook_id, *playbook_version).await {
        Ok(version) => version,
        Err(
            error @ (StoreError::MissingVersion(..) | StoreError::UnreadableVersion { .. } | StoreError::Malformed(_)),
        ) => {
            return Ok(Err(Finding::Playbook(error.to_string())));
        }
        Err(error) => return Err(error),
    };
    let header = Header {
        execution_id: id,
        playbook_id: *playbook_id,
        playbook_version: *playbook_version,
        graph_hash: version.graph.hash(),
    };
    if header.graph_hash != version.graph_hash || !version.is_as_written {
        return Ok(Err(Finding::AlteredGraph));
    }
    if let Err(broken) = verify_chain(&header, &events) {
        found.insert(0, (broken.seq(), broken.into()));
    }
    Ok(match first_of(found) {
        Some(finding) => Err(finding),
        None => Ok(CheckedLog { header, version, events, stray }),
    })
}

/// What comes first in the log; of the same event, what was found first.
fn first_of(found: Vec<Found>) -> Option<Finding> {
    first(found).map(|(_, finding)| finding)
}

fn first(found: Vec<Found>) -> Option<Found> {
    found.into_iter().min_by_key(|(seq, _)| *seq)
}

/// What is stored of a log.
struct Stored {
    /// The events up to the first that cannot be read.
    events: Vec<Event>,
    /// The first that cannot be read, or whose row holds more than it or something else.
    found: Option<Found>,
    /// A text of an event that is not there.
    stray: Option<Finding>,
}

async fn stored_events<C: ConnectionTrait>(database: &C, id: ExecutionId) -> Result<Stored, StoreError> {
    let rows = execution_events::Entity::find()
        .filter(execution_events::Column::ExecutionId.eq(id.0))
        .order_by_asc(execution_events::Column::Seq);
    let rows = one_by_one(database, rows).await?;
    let mut texts: BTreeMap<Seq, Vec<event_texts::Model>> = BTreeMap::new();
    let mut found: Vec<Found> = Vec::new();
    let of_texts = event_texts::Entity::find()
        .filter(event_texts::Column::ExecutionId.eq(id.0))
        .order_by_asc(event_texts::Column::Seq);
    for text in one_by_one(database, of_texts).await? {
        match text {
            Ok(text) => texts.entry(Seq(text.seq.cast_unsigned())).or_default().push(text),
            Err(seq) => found.push((seq, ChainBreak::Unreadable(seq).into())),
        }
    }
    let (mut events, mut stored) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for row in rows {
        let read = row.and_then(|row| {
            let seq = Seq(row.seq.cast_unsigned());
            let texts = texts.remove(&seq).unwrap_or_default();
            // What a row of the first form has beside it is not read, and stays to be named.
            let fields: Vec<String> = texts.iter().map(|text| text.field.clone()).collect();
            events::from_row(row.clone(), texts).map(|event| (event, row, fields)).map_err(|_| seq)
        });
        match read {
            Ok((event, row, fields)) => {
                let stray = fields.into_iter().find(|field| !event.seal.salts.contains_key(field));
                found.extend(stray.map(|field| (event.seq, Finding::StrayText { seq: event.seq, field })));
                events.push(event);
                stored.push(row);
            }
            Err(seq) => {
                found.push((seq, ChainBreak::Unreadable(seq).into()));
                return Ok(Stored { events, found: first(found), stray: None });
            }
        }
    }
    for ((event, part), row) in events::numbered(&events).zip(stored) {
        // What has no salt is named by the chain.
        let Ok(expected) = events::to_row(id, event, part) else { continue };
        if values(&expected) != values(&row.into_active_model()) {
            found.push((event.seq, Finding::Row(event.seq)));
            break;
        }
    }
    let stray = texts.into_values().flatten().next();
    let stray = stray.map(|text| Finding::StrayText { seq: Seq(text.seq.cast_unsigned()), field: text.field });
    Ok(Stored { events, found: first(found), stray })
}

/// Rows, each by itself: of one that cannot be read, the `seq`.
async fn one_by_one<C: ConnectionTrait, E: EntityTrait>(
    database: &C,
    select: Select<E>,
) -> Result<Vec<Result<E::Model, Seq>>, StoreError> {
    let rows = database.query_all_raw(select.build(database.get_database_backend())).await?;
    let read = |row: &sea_orm::QueryResult| {
        let seq = || Seq(row.try_get::<i64>("", "seq").unwrap_or_default().cast_unsigned());
        E::Model::from_query_result(row, "").map_err(|_| seq())
    };
    Ok(rows.iter().map(read).collect())
}

/// A command that was answered, as far as the log tells of it.
struct Answered {
    first_seq: Seq,
    last_seq: Seq,
    /// When its events were recorded, and the event before them.
    timestamp: Timestamp,
    before: Option<Timestamp>,
}

/// Whether what is remembered of answered commands is what the log says of them. Of a command that changed nothing, the log
/// says nothing.
pub(super) async fn check_answers<C: ConnectionTrait>(
    database: &C,
    log: &CheckedLog,
) -> Result<Option<Finding>, StoreError> {
    use execution_commands::Column;
    let mut commands: BTreeMap<CommandId, Answered> = BTreeMap::new();
    let mut before = None;
    for event in &log.events {
        let Event { seq, timestamp, .. } = *event;
        let command =
            commands.entry(event.command_id).or_insert(Answered { first_seq: seq, last_seq: seq, timestamp, before });
        command.last_seq = seq;
        before = Some(timestamp);
    }
    let rows: Vec<(Uuid, i64, i64, StoredTime)> = execution_commands::Entity::find()
        .select_only()
        .columns([Column::CommandId, Column::FirstSeq, Column::LastSeq, Column::DecidedAt])
        .filter(Column::ExecutionId.eq(log.header.execution_id.0))
        .into_tuple()
        .all(database)
        .await?;
    for (command, first, last, decided_at) in rows {
        let command = CommandId(command);
        let (first, last) = (Seq(first.cast_unsigned()), Seq(last.cast_unsigned()));
        let at = decided_at.read().filter(|at| StoredTime::from(*at) == decided_at);
        let is_so = match (commands.remove(&command), at) {
            (_, None) => false,
            // The clock may have stood before the event that came before: then that one's time was taken.
            (Some(told), Some(at)) => {
                let recorded = told.before.map_or(at, |before| before.max(at));
                (first, last, recorded) == (told.first_seq, told.last_seq, told.timestamp)
            }
            (None, Some(_)) => first == last.next() && last <= log.last_seq(),
        };
        if !is_so {
            return Ok(Some(Finding::Answer(command)));
        }
    }
    Ok(commands.into_keys().next().map(Finding::Answer))
}
