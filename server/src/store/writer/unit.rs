//! One transaction: the commands of one batch, decided one after another over the newest folds, and written at the end.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use domain::command::decide;
use domain::event::{Event, Header};
use domain::execution::Execution;
use domain::fingerprint::Fingerprint;
use domain::ids::{CommandId, ExecutionId, Seq};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use super::repeats::{Answer, Answered, Outcome};
use super::rows::{self, CachedRows};
use super::{Adoption, Committed, Envelope, NewExecution, WriteError};
use crate::store::entity::{execution_commands, execution_events, playbooks};
use crate::store::reads::Head;
use crate::store::refold::{self, Refolded};
use crate::store::vault::Sealed;
use crate::store::{Cache, StoreError, events, maintenance, reads};

/// An execution that a transaction has touched.
pub(super) struct Work {
    /// As the database has it; `None` when it is new.
    before: Option<Arc<Execution>>,
    /// Whether its rows were written by this version of the fold.
    rows_are_current: bool,
    /// As it is now.
    pub(super) execution: Arc<Execution>,
    /// Not in the database yet.
    pub(super) events: Vec<Event>,
}

/// Every execution that a transaction has touched.
pub(super) type Works = BTreeMap<ExecutionId, Work>;

type AnswerKey = (ExecutionId, CommandId);

/// One transaction.
pub(super) struct Unit<'a> {
    pub(super) transaction: DatabaseTransaction,
    cache: &'a Cache,
    works: Works,
    /// Where the logs end of the executions that this batch is about.
    heads: HashMap<ExecutionId, Head>,
    /// Of the commands of this batch, those that were answered before it.
    known: HashMap<AnswerKey, Answer>,
    /// Commands answered in this transaction.
    answers: HashMap<AnswerKey, Answer>,
    /// Files whose events are among those to be written.
    files: Vec<Sealed>,
    /// Why nothing of this can be stored: after some failures SQLite has rolled back by itself, and what followed would
    /// not be one transaction.
    failure: Option<StoreError>,
}

impl<'a> Unit<'a> {
    pub(super) fn new(transaction: DatabaseTransaction, cache: &'a Cache) -> Self {
        let (works, heads, known, answers, files) = Default::default();
        Self { transaction, cache, works, heads, known, answers, files, failure: None }
    }

    /// Finds out at once what would be asked for one by one: where the logs of these executions end, and which of these
    /// commands were answered before.
    pub(super) async fn look_up(&mut self, executions: BTreeSet<ExecutionId>, commands: Vec<Uuid>) {
        if let Err(error) = self.look_up_heads(executions).await {
            self.failure = Some(error);
        } else if let Err(error) = self.look_up_answers(commands).await {
            self.failure = Some(error);
        }
    }

    async fn look_up_heads(&mut self, executions: BTreeSet<ExecutionId>) -> Result<(), StoreError> {
        if !executions.is_empty() {
            self.heads = reads::heads(&self.transaction, executions).await?;
        }
        Ok(())
    }

    async fn look_up_answers(&mut self, commands: Vec<Uuid>) -> Result<(), StoreError> {
        use execution_commands::{Column, Entity};
        if commands.is_empty() {
            return Ok(());
        }
        let rows = Entity::find().filter(Column::CommandId.is_in(commands)).all(&self.transaction).await?;
        self.known.extend(rows.into_iter().map(|row| {
            let answer = Answer {
                first_seq: Seq(row.first_seq.cast_unsigned()),
                last_seq: Seq(row.last_seq.cast_unsigned()),
                at: Timestamp::new(row.decided_at),
                fingerprint: row.fingerprint.map(Fingerprint),
            };
            ((ExecutionId(row.execution_id), CommandId(row.command_id)), answer)
        }));
        Ok(())
    }

    /// Has the transaction fail as a whole when the database did not do as it was told.
    pub(super) fn note_failure(&mut self, error: &StoreError) {
        if matches!(error, StoreError::Database(_) | StoreError::Full | StoreError::Busy) {
            self.failure.get_or_insert_with(|| error.of_transaction());
        }
    }

    /// Whether nothing more of this can be stored.
    pub(super) fn has_failed(&self) -> bool {
        self.failure.is_some()
    }

    /// Where a command's answer lies, if it was answered before.
    fn answered(&self, key: AnswerKey, fingerprint: &Fingerprint) -> Result<Option<Outcome>, WriteError> {
        let (execution, command) = key;
        match self.answers.get(&key).or_else(|| self.known.get(&key)) {
            None => Ok(None),
            Some(answer) if answer.is_of(fingerprint) => {
                Ok(Some(Outcome::Repeated(Answered { execution, command, answer: answer.clone() })))
            }
            Some(_) => Err(WriteError::OtherCommand),
        }
    }

    /// Decides a command, unless it was answered before.
    pub(super) async fn execute(&mut self, envelope: Envelope) -> Result<Outcome, WriteError> {
        let Envelope { execution_id, command, meta, fingerprint } = envelope;
        let key = (execution_id, meta.command_id);
        if let Some(answered) = self.answered(key, &fingerprint)? {
            return Ok(answered);
        }
        let work = self.work(execution_id).await?;
        let drafts = decide(&work.execution, &command, &meta)?;
        let before = work.execution.state.last_seq;
        let events = Arc::make_mut(&mut work.execution).record(drafts, &meta);
        work.events.extend(events.clone());
        let execution = work.execution.clone();
        let (first_seq, last_seq) = (before.next(), execution.state.last_seq);
        self.answers.insert(key, Answer { first_seq, last_seq, at: meta.now, fingerprint: Some(fingerprint) });
        Ok(Outcome::Done(Committed { execution, events, at: meta.now }))
    }

    /// The same for a command that attaches `file`. Refused, or answered with another file, the file goes.
    pub(super) async fn attach(&mut self, envelope: Envelope, file: Sealed) -> Result<Outcome, WriteError> {
        let outcome = self.execute(envelope).await?;
        if matches!(outcome, Outcome::Done(_)) {
            self.files.push(file);
        }
        Ok(outcome)
    }

    /// An execution as it is after what this transaction has done so far.
    async fn work(&mut self, id: ExecutionId) -> Result<&mut Work, WriteError> {
        match self.works.entry(id) {
            std::collections::btree_map::Entry::Occupied(work) => Ok(work.into_mut()),
            std::collections::btree_map::Entry::Vacant(place) => {
                let head = match self.heads.remove(&id) {
                    Some(head) => head,
                    None => {
                        reads::heads(&self.transaction, [id]).await?.remove(&id).ok_or(WriteError::UnknownExecution)?
                    }
                };
                let rows_are_current = head.is_current();
                let execution = reads::fold(&self.transaction, self.cache, head).await?;
                let before = Some(execution.clone());
                Ok(place.insert(Work { before, rows_are_current, execution, events: Vec::new() }))
            }
        }
    }

    /// Begins an execution, unless the command began one before.
    pub(super) async fn start(&mut self, new: NewExecution) -> Result<Outcome, WriteError> {
        let command = new.meta.command_id;
        let fingerprint = Fingerprint::of_start(new.playbook_id, &new.command, &new.meta.actor);
        let mut answers = self.answers.iter().chain(&self.known);
        let begun = answers.find(|((_, id), answer)| *id == command && answer.first_seq == Seq(1));
        if let Some((&key, _)) = begun
            && let Some(answered) = self.answered(key, &fingerprint)?
        {
            return Ok(answered);
        }
        let row = playbooks::Entity::find_by_id(new.playbook_id.0)
            .filter(playbooks::Column::HiddenAt.is_null())
            .one(&self.transaction)
            .await?
            .ok_or(WriteError::UnknownPlaybook)?;
        let playbook_version = row.version.cast_unsigned();
        let version =
            crate::store::playbooks::version(&self.transaction, self.cache, new.playbook_id, playbook_version).await?;
        let header = Header {
            execution_id: new.id,
            playbook_id: new.playbook_id,
            playbook_version,
            graph_hash: version.graph_hash.clone(),
        };
        let execution = Arc::new(Execution::new(header, version.graph.clone()));
        self.works.insert(new.id, Work { before: None, rows_are_current: true, execution, events: Vec::new() });
        let envelope = Envelope { execution_id: new.id, command: new.command, meta: new.meta, fingerprint };
        let begun = self.execute(envelope).await;
        if begun.is_err() {
            self.works.remove(&new.id);
        }
        begun
    }

    pub(super) async fn rebuild(&mut self, ids: &[ExecutionId]) -> Result<usize, WriteError> {
        let rebuilt = maintenance::rebuild(&self.transaction, self.cache, ids).await;
        // Whatever stopped it: rows were dropped by then.
        self.failure = rebuilt.as_ref().err().map(StoreError::of_transaction);
        Ok(rebuilt?)
    }

    /// Folds executions anew whose rows an older version of the fold wrote.
    pub(super) async fn refold(&mut self, ids: Vec<ExecutionId>) -> Result<Refolded, WriteError> {
        Ok(refold::refold(&self.transaction, self.cache, ids).await?)
    }

    /// Takes over an execution that was recorded elsewhere, and the playbook version that it ran over.
    pub(super) async fn adopt(&mut self, adoption: Adoption) -> Result<(), WriteError> {
        let Adoption { playbook, execution, events, files } = adoption;
        let id = execution.state.header.execution_id;
        let log = execution_events::Entity::find().filter(execution_events::Column::ExecutionId.eq(id.0));
        if log.one(&self.transaction).await?.is_some() || self.works.contains_key(&id) {
            return Err(WriteError::AlreadyHere);
        }
        self.adopt_playbook(&playbook).await?;
        let mut answers: HashMap<AnswerKey, Answer> = HashMap::new();
        for event in &events {
            let (first_seq, last_seq) = (event.seq, event.seq);
            let answer = Answer { first_seq, last_seq, at: event.timestamp, fingerprint: None };
            let last = answers.entry((id, event.command_id)).or_insert(answer);
            last.last_seq = event.seq;
        }
        self.answers.extend(answers);
        self.files.extend(files);
        self.works.insert(id, Work { before: None, rows_are_current: true, execution, events });
        Ok(())
    }

    /// Writes what the commands became, and makes it durable.
    pub(super) async fn commit(mut self) -> Result<Works, StoreError> {
        let stored = match self.failure.take() {
            Some(error) => Err(error),
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
        // After a failed commit nobody knows whether the events are there: the files stay, and what no event knows is
        // swept at the next start. Only where there was no room it is known that they are not.
        if !matches!(done, Err(StoreError::Full)) {
            self.files.into_iter().for_each(Sealed::keep);
        }
        done.map(|()| self.works)
    }

    async fn store(&self) -> Result<(), DbErr> {
        let (mut event_rows, mut text_rows) = (Vec::new(), Vec::new());
        let mut cached = CachedRows::default();
        for (id, work) in self.works.iter().filter(|(_, work)| !work.events.is_empty()) {
            for (event, part) in events::numbered(&work.events) {
                event_rows.push(events::to_row(*id, event, part)?);
                text_rows.extend(events::text_rows(*id, event));
            }
            match work.before.as_deref() {
                Some(before) if !work.rows_are_current => cached.add_anew(before, &work.execution),
                before => cached.add(before, &work.execution),
            }
        }
        cached.write(&self.transaction).await?;
        rows::add(&self.transaction, event_rows).await?;
        rows::add(&self.transaction, text_rows).await?;
        rows::add(&self.transaction, self.answers.iter().map(answer_row).collect()).await
    }
}

fn answer_row((&(execution, command), answer): (&AnswerKey, &Answer)) -> execution_commands::ActiveModel {
    execution_commands::ActiveModel {
        execution_id: Set(execution.0),
        command_id: Set(command.0),
        first_seq: Set(answer.first_seq.0.cast_signed()),
        last_seq: Set(answer.last_seq.0.cast_signed()),
        decided_at: Set(answer.at.to_utc()),
        fingerprint: Set(answer.fingerprint.as_ref().map(|fingerprint| fingerprint.0.clone())),
    }
}
