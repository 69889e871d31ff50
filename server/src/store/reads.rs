//! Reading executions and their logs.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::api::{ExecutionFilter, ExecutionSummary, Sort, TimelineFilter};
use domain::event::{Event, ExecutionStatus, Header};
use domain::execution::Execution;
use domain::ids::{Actor, ExecutionId, PlaybookId, Seq};
use domain::legible::composed;
use sea_orm::prelude::Uuid;
use sea_orm::sea_query::{BinOper, CaseStatement, Expr, ExprTrait, Func, NullOrdering};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, Order, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::entity::{execution_events, execution_steps, executions};
use super::figures::ROWS_AT_ONCE;
use super::{Cache, Store, StoreError, events, playbooks, refold};

/// So many executions say who there is.
const NEWEST: u64 = 200;

/// A part of a list, and how long the whole is.
#[derive(Clone, Debug)]
pub(crate) struct Page<T> {
    /// The part.
    pub(crate) items: Vec<T>,
    /// Length of the whole.
    pub(crate) total: u64,
}

/// Where the log of an execution ends, and what it runs over, as its row says.
#[derive(Debug)]
pub(super) struct Head {
    header: Header,
    last_seq: Seq,
    fold_version: i32,
}

impl Head {
    /// Whether the rows of the execution were written by this version of the fold.
    pub(super) fn is_current(&self) -> bool {
        refold::is_current(self.fold_version)
    }
}

/// The heads of those of these executions that there are.
///
/// Not with `one`: it binds a LIMIT, and SQLite compiles such a statement anew each time.
pub(super) async fn heads<C: ConnectionTrait>(
    database: &C,
    ids: impl IntoIterator<Item = ExecutionId>,
) -> Result<HashMap<ExecutionId, Head>, StoreError> {
    use executions::Column;
    let rows: Vec<(Uuid, Uuid, i32, String, i64, i32)> = executions::Entity::find()
        .select_only()
        .columns([Column::Id, Column::PlaybookId, Column::PlaybookVersion, Column::GraphHash, Column::LastSeq])
        .column(Column::FoldVersion)
        .filter(Column::Id.is_in(ids.into_iter().map(|id| id.0)))
        .into_tuple()
        .all(database)
        .await?;
    let heads = rows.into_iter().map(|(id, playbook, version, graph_hash, last_seq, fold_version)| {
        let header = Header {
            execution_id: ExecutionId(id),
            playbook_id: PlaybookId(playbook),
            playbook_version: version.cast_unsigned(),
            graph_hash,
        };
        (ExecutionId(id), Head { header, last_seq: Seq(last_seq.cast_unsigned()), fold_version })
    });
    Ok(heads.collect())
}

/// The newest fold of an execution; `None` when there is no such execution.
pub(super) async fn execution<C: ConnectionTrait>(
    database: &C,
    cache: &Cache,
    id: ExecutionId,
) -> Result<Option<Arc<Execution>>, StoreError> {
    match heads(database, [id]).await?.remove(&id) {
        Some(head) => Ok(Some(fold(database, cache, head).await?)),
        None => Ok(None),
    }
}

/// An execution before its first event; `None` when there is no such execution.
pub(super) async fn unfolded<C: ConnectionTrait>(
    database: &C,
    cache: &Cache,
    id: ExecutionId,
) -> Result<Option<Execution>, StoreError> {
    match heads(database, [id]).await?.remove(&id) {
        Some(Head { header, .. }) => {
            let version = playbooks::version(database, cache, header.playbook_id, header.playbook_version).await?;
            Ok(Some(Execution::new(header, version.graph.clone())))
        }
        None => Ok(None),
    }
}

/// The fold of a log up to its head, from memory as far as it is known there.
pub(super) async fn fold<C: ConnectionTrait>(
    database: &C,
    cache: &Cache,
    head: Head,
) -> Result<Arc<Execution>, StoreError> {
    let Head { header, last_seq, .. } = head;
    let id = header.execution_id;
    let known = cache.execution(id).filter(|known| known.state.last_seq <= last_seq);
    let mut execution = match known {
        Some(known) if known.state.last_seq == last_seq => return Ok(known),
        Some(known) => Execution::clone(&known),
        None => {
            let version = playbooks::version(database, cache, header.playbook_id, header.playbook_version).await?;
            Execution::new(header, version.graph.clone())
        }
    };
    let tail = Condition::all()
        .add(execution_events::Column::Seq.gt(execution.state.last_seq.0.cast_signed()))
        .add(execution_events::Column::Seq.lte(last_seq.0.cast_signed()));
    for event in events::read(database, id, tail).await? {
        execution.apply(&event);
    }
    let execution = Arc::new(execution);
    cache.keep_execution(execution.clone());
    Ok(execution)
}

impl Store {
    /// The newest fold of an execution; `None` when there is no such execution.
    pub(crate) async fn execution(&self, id: ExecutionId) -> Result<Option<Arc<Execution>>, StoreError> {
        execution(&self.read, &self.cache, id).await
    }

    /// The last events of those of these executions that there are.
    pub(crate) async fn last_events(
        &self,
        ids: impl IntoIterator<Item = ExecutionId>,
    ) -> Result<HashMap<ExecutionId, Seq>, StoreError> {
        let ids: Vec<ExecutionId> = ids.into_iter().collect();
        let mut last = HashMap::with_capacity(ids.len());
        for portion in ids.chunks(ROWS_AT_ONCE) {
            let heads = heads(&self.read, portion.iter().copied()).await?;
            last.extend(heads.into_iter().map(|(id, head)| (id, head.last_seq)));
        }
        Ok(last)
    }

    /// Everybody who began one of the newest executions, or has a step of one, by name.
    pub(crate) async fn people(&self) -> Result<BTreeSet<Actor>, StoreError> {
        let newest: Vec<(Uuid, String)> = executions::Entity::find()
            .select_only()
            .columns([executions::Column::Id, executions::Column::StartedBy])
            .order_by_desc(executions::Column::StartedAt)
            .limit(NEWEST)
            .into_tuple()
            .all(&self.read)
            .await?;
        let (ids, starters): (Vec<_>, Vec<_>) = newest.into_iter().unzip();
        let assignees: Vec<Option<String>> = execution_steps::Entity::find()
            .select_only()
            .column(execution_steps::Column::Assignee)
            .distinct()
            .filter(execution_steps::Column::ExecutionId.is_in(ids))
            .filter(execution_steps::Column::Assignee.is_not_null())
            .into_tuple()
            .all(&self.read)
            .await?;
        Ok(starters.into_iter().chain(assignees.into_iter().flatten()).map(Actor::recorded).collect())
    }

    /// The fold of an execution as it was last kept in memory. Others who write to the database may be ahead of it.
    pub(crate) fn known_execution(&self, id: ExecutionId) -> Option<Arc<Execution>> {
        self.cache.execution(id)
    }

    /// Executions, newest first; read anew only when something was committed since they were last asked for.
    pub(crate) async fn listed(&self, filter: &ExecutionFilter) -> Result<Arc<Page<ExecutionSummary>>, StoreError> {
        let name = serde_json::to_string(filter).unwrap_or_default();
        let read = async || self.executions(filter).await.map(Arc::new);
        self.cache.lists.get(&self.watch, name, read).await
    }

    /// Executions, newest first.
    pub(super) async fn executions(&self, filter: &ExecutionFilter) -> Result<Page<ExecutionSummary>, StoreError> {
        let mut query = executions::Entity::find().filter(condition(filter));
        if filter.sort == Some(Sort::Urgency) {
            query = by_urgency(query);
        }
        let query = query.order_by_desc(executions::Column::StartedAt).order_by_desc(executions::Column::Id);
        let total = query.clone().count(&self.read).await?;
        // SQLite knows no OFFSET without a LIMIT, and counts in 63 bits.
        let most = i64::MAX.cast_unsigned();
        let limit = Ord::min(filter.limit.unwrap_or(most), most);
        let offset = Ord::min(filter.offset.unwrap_or(0), most);
        let rows = query.limit(limit).offset(offset).all(&self.read).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(self.current_summary(row).await?);
        }
        Ok(Page { items, total })
    }

    /// The events of an execution, oldest first.
    pub(crate) async fn timeline(&self, id: ExecutionId, filter: &TimelineFilter) -> Result<Vec<Event>, StoreError> {
        use execution_events::Column;
        let mut wanted = Condition::all();
        if !filter.event_type.is_empty() {
            wanted = wanted.add(Column::EventType.is_in(&filter.event_type));
        }
        if let Some(actor) = &filter.actor {
            // Names are kept in NFC, apart from those that were recorded before they were.
            wanted = wanted.add(Column::Actor.is_in([actor.as_str(), &composed(actor)]));
        }
        if let Some(node) = &filter.node_id {
            wanted = wanted.add(Column::NodeId.eq(node.as_str()));
        }
        if let Some(Seq(after)) = filter.after_seq {
            wanted = wanted.add(Column::Seq.gt(i64::try_from(after).unwrap_or(i64::MAX)));
        }
        events::read(&self.read, id, wanted).await
    }
}

/// What has been blocked longest first, then what runs, then what is paused.
fn by_urgency(query: Select<executions::Entity>) -> Select<executions::Entity> {
    let rank = ExecutionStatus::ALL.into_iter().zip(0..).fold(CaseStatement::new(), |rank, (status, place)| {
        // The order of the screen; what has ended in either way is as urgent.
        rank.case(executions::Column::Status.eq(status.as_str()), Ord::min(place, 2))
    });
    query.order_by(Expr::Case(Box::new(rank)), Order::Asc).order_by_with_nulls(
        executions::Column::BlockedSince,
        Order::Asc,
        NullOrdering::Last,
    )
}

pub(super) fn condition(filter: &ExecutionFilter) -> Condition {
    use executions::Column;
    let mut wanted = Condition::all();
    if !filter.status.is_empty() {
        wanted = wanted.add(Column::Status.is_in(filter.status.iter().map(|status| status.as_str())));
    }
    if let Some(playbook) = filter.playbook_id {
        wanted = wanted.add(Column::PlaybookId.eq(playbook.0));
    }
    if let Some(after) = filter.started_after {
        wanted = wanted.add(Column::StartedAt.gte(after.to_utc()));
    }
    if let Some(before) = filter.started_before {
        wanted = wanted.add(Column::StartedAt.lt(before.to_utc()));
    }
    for word in filter.q.as_deref().unwrap_or_default().split_whitespace() {
        let mut anywhere = Condition::any();
        for spelling in spellings(word).union(&spellings(&composed(word))) {
            let pattern = format!("%{}%", spelling.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_"));
            // The database folds the case of both sides: SQLite knows that of ASCII letters only.
            let pattern = Expr::expr(Func::lower(pattern)).binary(BinOper::Escape, Expr::Constant('\\'.into()));
            for column in [Column::IncidentTitle, Column::IncidentId, Column::PlaybookTitle] {
                let text = Expr::expr(Func::lower(Expr::col(column)));
                anywhere = anywhere.add(text.binary(BinOper::Like, pattern.clone()));
            }
        }
        wanted = wanted.add(anywhere);
    }
    wanted
}

/// Letters beyond ASCII of which every spelling is looked for.
const FOLDED: u32 = 3;

/// The spellings of a word that a database which folds the case of ASCII letters only has to look for, so that its case
/// does not matter: every one of few letters beyond ASCII; of more, all small, all capital, and with a capital at first.
fn spellings(word: &str) -> BTreeSet<String> {
    let small = word.to_lowercase();
    let others = |text: &str| text.chars().filter(|c| !c.is_ascii()).count();
    let spelled = |is_capital: &dyn Fn(u32) -> bool| {
        let mut number = 0;
        let mut spelling = String::with_capacity(small.len());
        for c in small.chars() {
            if c.is_ascii() {
                spelling.push(c);
                continue;
            }
            if is_capital(number) {
                spelling.extend(c.to_uppercase());
            } else {
                spelling.push(c);
            }
            number += 1;
        }
        spelling
    };
    if others(&small) <= FOLDED as usize {
        (0..1_u32 << others(&small)).map(|capitals| spelled(&|number| capitals >> number & 1 == 1)).collect()
    } else {
        [spelled(&|_| false), spelled(&|_| true), spelled(&|number| number == 0)].into()
    }
}

#[cfg(test)]
mod tests {
    use super::spellings;

    #[test]
    fn words_of_ascii_letters_are_folded_by_the_database() {
        assert_eq!(spellings("Login").into_iter().collect::<Vec<_>>(), ["login"]);
    }

    #[test]
    fn of_few_other_letters_every_spelling_is_looked_for() {
        let found: Vec<String> = spellings("ÜBERPRÜFUNG").into_iter().collect();
        assert_eq!(found, ["ÜberprÜfung", "Überprüfung", "überprÜfung", "überprüfung"]);
        assert_eq!(spellings("Straße").into_iter().collect::<Vec<_>>(), ["straSSe", "straße"]);
    }

    #[test]
    fn of_many_other_letters_those_that_people_write() {
        let found: Vec<String> = spellings("анализ").into_iter().collect();
        assert_eq!(found, ["АНАЛИЗ", "Анализ", "анализ"]);
    }
}
