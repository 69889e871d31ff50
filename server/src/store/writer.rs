//! The one task that writes.
//!
//! Whatever waits in its queue is committed in one transaction (group commit), so that the cost of one `fsync` is
//! shared. A change is acknowledged after the commit and published after that. Request handlers only wait for the
//! answer: a connection that breaks off cancels nothing. When a commit fails, everything in it is answered with the
//! failure and nothing of it is stored or shown.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::Arc;

use domain::command::{Command, Meta, Refusal, decide};
use domain::event::{Event, Header};
use domain::execution::Execution;
use domain::ids::{CommandId, ExecutionId, PlaybookId, Seq};
use domain::time::Timestamp;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, Iterable, QueryFilter,
    QueryOrder, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use tokio::sync::{mpsc, oneshot};

use super::entity::{execution_events, execution_steps, executions, playbook_versions, playbooks};
use super::{Cache, NewPlaybook, OnCommit, StoreError, events, maintenance, projection, reads};

/// Most changes in one transaction.
const MAX_BATCH: usize = 256;
/// Changes that may wait; who comes then waits for a place.
const QUEUE: usize = 4_096;
/// Rows per INSERT: SQLite binds at most 32,766 values in one statement.
const ROWS_PER_INSERT: usize = 1_000;

/// A command and who gave it.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    /// On which execution.
    pub(crate) execution_id: ExecutionId,
    /// What is asked for.
    pub(crate) command: Command,
    /// By whom and when.
    pub(crate) meta: Meta,
}

/// An execution to begin.
#[derive(Clone, Debug)]
pub(crate) struct NewExecution {
    /// Its id.
    pub(crate) id: ExecutionId,
    /// The playbook to run, in its newest version.
    pub(crate) playbook_id: PlaybookId,
    /// What the incident is called, and its number.
    pub(crate) command: Command,
    /// By whom and when.
    pub(crate) meta: Meta,
}

/// What a change came to.
#[derive(Clone, Debug)]
pub(crate) struct Committed {
    /// The execution after it.
    pub(crate) execution: Arc<Execution>,
    /// What it became; empty when everything already was as asked.
    pub(crate) events: Vec<Event>,
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    /// There is no such execution.
    #[error("no such execution")]
    UnknownExecution,
    /// There is no such playbook.
    #[error("no such playbook")]
    UnknownPlaybook,
    /// A rule of the domain is against it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It could not be stored.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sea_orm::DbErr> for WriteError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

type Reply<T> = oneshot::Sender<Result<T, WriteError>>;

enum Job {
    Execute(Envelope, Reply<Committed>),
    Start(NewExecution, Reply<Committed>),
    SavePlaybook(Box<NewPlaybook>, Reply<()>),
    HidePlaybook(PlaybookId, Timestamp, Reply<()>),
    Rebuild(Reply<usize>),
    Close(oneshot::Sender<()>),
}

/// Hands changes to the task that writes.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
}

impl Writer {
    pub(super) fn spawn(database: DatabaseConnection, cache: Arc<Cache>, on_commit: OnCommit) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        tokio::spawn(Task { database, cache, on_commit }.run(jobs));
        Self { queue }
    }

    async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, WriteError> {
        let (reply, answer) = oneshot::channel();
        self.queue.send(job(reply)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    pub(super) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.queue.send(Job::Close(reply)).await.is_ok() {
            let _ = closed.await;
        }
    }
}

impl super::Store {
    /// Decides a command and records what it becomes. A command that was recorded before is answered from the log.
    pub(crate) async fn execute(&self, envelope: Envelope) -> Result<Committed, WriteError> {
        self.writer.ask(|reply| Job::Execute(envelope, reply)).await
    }

    /// Begins an execution.
    pub(crate) async fn start(&self, execution: NewExecution) -> Result<Committed, WriteError> {
        self.writer.ask(|reply| Job::Start(execution, reply)).await
    }

    /// Stores a new playbook.
    pub(crate) async fn save_playbook(&self, playbook: NewPlaybook) -> Result<(), WriteError> {
        self.writer.ask(|reply| Job::SavePlaybook(Box::new(playbook), reply)).await
    }

    /// Takes a playbook out of the library; executions keep it.
    pub(crate) async fn hide_playbook(&self, id: PlaybookId, now: Timestamp) -> Result<(), WriteError> {
        self.writer.ask(|reply| Job::HidePlaybook(id, now, reply)).await
    }

    /// Drops the cached rows and folds every log again. Returns how many executions there are.
    pub(crate) async fn rebuild(&self) -> Result<usize, WriteError> {
        self.writer.ask(Job::Rebuild).await
    }
}

struct Task {
    database: DatabaseConnection,
    cache: Arc<Cache>,
    on_commit: OnCommit,
}

impl Task {
    async fn run(self, mut jobs: mpsc::Receiver<Job>) {
        let mut batch = Vec::with_capacity(MAX_BATCH);
        while jobs.recv_many(&mut batch, MAX_BATCH).await > 0 {
            let closing = batch.iter().position(|job| matches!(job, Job::Close(_)));
            let after = closing.map(|position| batch.split_off(position));
            self.commit(std::mem::take(&mut batch)).await;
            if let Some(Job::Close(reply)) = after.and_then(|rest| rest.into_iter().next()) {
                let _ = reply.send(());
                return;
            }
        }
    }

    async fn commit(&self, batch: Vec<Job>) {
        if batch.is_empty() {
            return;
        }
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let (acknowledgements, result) = match self.database.begin_with_options(immediate).await {
            Err(error) => {
                tracing::error!(%error, "a transaction could not begin");
                let acknowledgements = batch.into_iter().map(Acknowledgement::of_unstarted).collect();
                (acknowledgements, Err(error.into()))
            }
            Ok(transaction) => {
                let mut unit = Unit { transaction, cache: &self.cache, works: BTreeMap::new(), failure: None };
                let mut acknowledgements = Vec::with_capacity(batch.len());
                for job in batch {
                    acknowledgements.push(unit.perform(job).await);
                }
                (acknowledgements, unit.commit().await)
            }
        };
        let works = result.inspect_err(
            |error: &StoreError| tracing::error!(%error, changes = acknowledgements.len(), "a transaction failed"),
        );
        if let Ok(works) = &works {
            works.values().for_each(|work| self.cache.keep_execution(work.execution.clone()));
        }
        for acknowledgement in acknowledgements {
            acknowledgement.send(&works);
        }
        for (id, work) in works.iter().flatten() {
            if !work.events.is_empty() {
                (self.on_commit)(*id, &work.events);
            }
        }
    }
}

/// An execution that a transaction has touched.
struct Work {
    /// As the database has it; `None` when it is new.
    before: Option<Arc<Execution>>,
    execution: Arc<Execution>,
    /// Not in the database yet.
    events: Vec<Event>,
}

type Works = BTreeMap<ExecutionId, Work>;

/// One transaction.
struct Unit<'a> {
    transaction: DatabaseTransaction,
    cache: &'a Cache,
    works: Works,
    /// Why it cannot be committed any more.
    failure: Option<StoreError>,
}

impl Unit<'_> {
    async fn perform(&mut self, job: Job) -> Acknowledgement {
        if self.failure.is_some() {
            return Acknowledgement::of_unstarted(job);
        }
        match job {
            Job::Execute(envelope, reply) => {
                let (id, outcome) = (envelope.execution_id, self.execute(envelope).await);
                Acknowledgement::of_execution(reply, id, self.watched(outcome))
            }
            Job::Start(execution, reply) => {
                let (id, outcome) = (execution.id, self.start(execution).await);
                Acknowledgement::of_execution(reply, id, self.watched(outcome))
            }
            Job::SavePlaybook(playbook, reply) => {
                let outcome = self.save_playbook(&playbook).await;
                Acknowledgement::of(reply, self.watched(outcome))
            }
            Job::HidePlaybook(id, now, reply) => {
                let outcome = self.hide_playbook(id, now).await;
                Acknowledgement::of(reply, self.watched(outcome))
            }
            Job::Rebuild(reply) => {
                let outcome = maintenance::rebuild(&self.transaction, self.cache).await;
                // Whatever stopped it: the rows are dropped by now.
                self.failure = outcome.as_ref().err().map(StoreError::of_transaction);
                Acknowledgement::of(reply, outcome.map_err(WriteError::from))
            }
            Job::Close(reply) => Acknowledgement::Other(Box::new(move |_| {
                let _ = reply.send(());
            })),
        }
    }

    /// Remembers when the database failed: it may have rolled back by itself, and whatever is written then would be
    /// stored alone, without the rest of its transaction.
    fn watched<T>(&mut self, outcome: Result<T, WriteError>) -> Result<T, WriteError> {
        if let Err(WriteError::Store(error @ (StoreError::Database(_) | StoreError::Full))) = &outcome {
            self.failure = Some(error.of_transaction());
        }
        outcome
    }

    async fn execute(&mut self, envelope: Envelope) -> Result<Vec<Event>, WriteError> {
        let Envelope { execution_id, command, meta } = envelope;
        if !self.works.contains_key(&execution_id) {
            let execution = reads::execution(&self.transaction, self.cache, execution_id)
                .await?
                .ok_or(WriteError::UnknownExecution)?;
            let work = Work { before: Some(execution.clone()), execution, events: Vec::new() };
            self.works.insert(execution_id, work);
        }
        let work = self.works.get_mut(&execution_id).ok_or(WriteError::UnknownExecution)?;
        if let Some(recorded) = work.execution.recorded(meta.command_id) {
            return self.recorded(execution_id, recorded, meta.command_id).await;
        }
        let drafts = decide(&work.execution, &command, &meta)?;
        let events = Arc::make_mut(&mut work.execution).record(drafts, &meta);
        work.events.extend(events.clone());
        Ok(events)
    }

    /// What a command that comes again had become.
    async fn recorded(
        &self,
        id: ExecutionId,
        range: RangeInclusive<Seq>,
        command: CommandId,
    ) -> Result<Vec<Event>, WriteError> {
        use execution_events::Column;
        let rows = execution_events::Entity::find()
            .filter(Column::ExecutionId.eq(id.0))
            .filter(Column::Seq.between(range.start().0.cast_signed(), range.end().0.cast_signed()))
            .filter(Column::CommandId.eq(command.0))
            .order_by_asc(Column::Seq)
            .all(&self.transaction)
            .await?;
        let mut recorded = rows.into_iter().map(events::from_row).collect::<Result<Vec<_>, _>>()?;
        let fresh = self.works.get(&id).into_iter().flat_map(|work| &work.events);
        recorded.extend(fresh.filter(|event| event.command_id == command).cloned());
        Ok(recorded)
    }

    async fn start(&mut self, new: NewExecution) -> Result<Vec<Event>, WriteError> {
        let row = playbooks::Entity::find_by_id(new.playbook_id.0)
            .filter(playbooks::Column::HiddenAt.is_null())
            .one(&self.transaction)
            .await?
            .ok_or(WriteError::UnknownPlaybook)?;
        let playbook_version = row.version.cast_unsigned();
        let version =
            super::playbooks::version(&self.transaction, self.cache, new.playbook_id, playbook_version).await?;
        let header = Header {
            execution_id: new.id,
            playbook_id: new.playbook_id,
            playbook_version,
            graph_hash: version.graph_hash.clone(),
        };
        let mut execution = Execution::new(header, version.graph.clone());
        let drafts = decide(&execution, &new.command, &new.meta)?;
        let events = execution.record(drafts, &new.meta);
        let work = Work { before: None, execution: Arc::new(execution), events: events.clone() };
        self.works.insert(new.id, work);
        Ok(events)
    }

    async fn save_playbook(&self, playbook: &NewPlaybook) -> Result<(), WriteError> {
        let (row, version) = playbook.rows();
        playbooks::Entity::insert(row).exec_without_returning(&self.transaction).await?;
        playbook_versions::Entity::insert(version).exec_without_returning(&self.transaction).await?;
        Ok(())
    }

    async fn hide_playbook(&self, id: PlaybookId, now: Timestamp) -> Result<(), WriteError> {
        let row = playbooks::Entity::find_by_id(id.0)
            .filter(playbooks::Column::HiddenAt.is_null())
            .one(&self.transaction)
            .await?
            .ok_or(WriteError::UnknownPlaybook)?;
        let mut row = playbooks::ActiveModel::from(row);
        row.hidden_at = sea_orm::ActiveValue::Set(Some(now.to_utc()));
        row.update(&self.transaction).await?;
        Ok(())
    }

    /// Writes what the commands became, and makes it durable.
    async fn commit(self) -> Result<Works, StoreError> {
        let stored = match self.failure {
            Some(failure) => Err(failure),
            None => self.store().await.map_err(StoreError::from),
        };
        let done = match stored {
            Ok(()) => self.transaction.commit().await.map_err(StoreError::from),
            Err(error) => match self.transaction.rollback().await {
                Ok(()) => Err(error),
                Err(second) => {
                    tracing::error!(error = %second, "a transaction could not be rolled back");
                    Err(error)
                }
            },
        };
        done.map(|()| self.works)
    }

    async fn store(&self) -> Result<(), sea_orm::DbErr> {
        let mut event_rows = Vec::new();
        let mut step_rows = Vec::new();
        let mut execution_rows = Vec::new();
        for (id, work) in self.works.iter().filter(|(_, work)| !work.events.is_empty()) {
            event_rows.extend(numbered(&work.events).map(|(event, part)| events::to_row(*id, event, part)));
            execution_rows.extend(projection::execution_row(&work.execution));
            for (position, step) in work.execution.state.steps.iter().enumerate() {
                let before = work.before.as_ref().map(|before| &before.state.steps[position]);
                if before.is_none_or(|before| !Arc::ptr_eq(before, step)) {
                    step_rows.push(projection::step_row(*id, position, step));
                }
            }
        }
        upsert_executions(&self.transaction, execution_rows).await?;
        for rows in in_chunks(event_rows) {
            execution_events::Entity::insert_many(rows).exec_without_returning(&self.transaction).await?;
        }
        upsert_steps(&self.transaction, step_rows).await
    }
}

/// Events with their place among those of their command, from 0.
fn numbered(events: &[Event]) -> impl Iterator<Item = (&Event, i32)> {
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

pub(super) async fn upsert_executions(
    transaction: &DatabaseTransaction,
    rows: Vec<executions::ActiveModel>,
) -> Result<(), sea_orm::DbErr> {
    use executions::Column;
    let on_conflict = OnConflict::column(Column::Id)
        .update_columns(Column::iter().filter(|column| !matches!(column, Column::Id)))
        .to_owned();
    for rows in in_chunks(rows) {
        executions::Entity::insert_many(rows)
            .on_conflict(on_conflict.clone())
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

pub(super) async fn upsert_steps(
    transaction: &DatabaseTransaction,
    rows: Vec<execution_steps::ActiveModel>,
) -> Result<(), sea_orm::DbErr> {
    use execution_steps::Column;
    let key = [Column::ExecutionId, Column::NodeId];
    let on_conflict = OnConflict::columns(key)
        .update_columns(Column::iter().filter(|column| !matches!(column, Column::ExecutionId | Column::NodeId)))
        .to_owned();
    for rows in in_chunks(rows) {
        execution_steps::Entity::insert_many(rows)
            .on_conflict(on_conflict.clone())
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

fn in_chunks<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let chunk: Vec<T> = rows.by_ref().take(ROWS_PER_INSERT).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
}

/// Gives an answer, told why the commit failed if it did.
type Acknowledge = Box<dyn FnOnce(Option<&StoreError>) + Send>;

/// An answer that waits for the commit.
enum Acknowledgement {
    Executed(Reply<Committed>, ExecutionId, Vec<Event>),
    Other(Acknowledge),
}

impl Acknowledgement {
    fn of<T: Send + 'static>(reply: Reply<T>, outcome: Result<T, WriteError>) -> Self {
        Self::Other(Box::new(move |failure| {
            let answer = match failure {
                Some(error) if outcome.is_ok() => Err(error.of_transaction().into()),
                _ => outcome,
            };
            // Nobody waits when the connection broke off; the change stands all the same.
            let _ = reply.send(answer);
        }))
    }

    fn of_execution(reply: Reply<Committed>, id: ExecutionId, outcome: Result<Vec<Event>, WriteError>) -> Self {
        match outcome {
            Ok(events) => Self::Executed(reply, id, events),
            Err(error) => Self::of(reply, Err(error)),
        }
    }

    /// For a job whose transaction could not begin.
    fn of_unstarted(job: Job) -> Self {
        match job {
            Job::Execute(envelope, reply) => Self::Executed(reply, envelope.execution_id, Vec::new()),
            Job::Start(execution, reply) => Self::Executed(reply, execution.id, Vec::new()),
            Job::SavePlaybook(_, reply) | Job::HidePlaybook(_, _, reply) => Self::of(reply, Ok(())),
            Job::Rebuild(reply) => Self::of(reply, Ok(0)),
            Job::Close(reply) => Self::Other(Box::new(move |_| {
                let _ = reply.send(());
            })),
        }
    }

    fn send(self, result: &Result<Works, StoreError>) {
        match self {
            Self::Other(acknowledge) => acknowledge(result.as_ref().err()),
            Self::Executed(reply, id, events) => {
                let answer = match result {
                    Err(error) => Err(error.of_transaction().into()),
                    Ok(works) => works
                        .get(&id)
                        .map(|work| Committed { execution: work.execution.clone(), events })
                        .ok_or(WriteError::UnknownExecution),
                };
                let _ = reply.send(answer);
            }
        }
    }
}
