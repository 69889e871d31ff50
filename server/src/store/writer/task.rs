//! The task that writes, and who begins it anew when it panics.

use std::sync::Arc;

use domain::ids::ExecutionId;
use sea_orm::{DatabaseConnection, SqliteTransactionMode, TransactionOptions, TransactionTrait};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::unit::Unit;
use super::{Job, MAX_BATCH, Reply, WriteError};
use crate::metrics::CommitCounts;
use crate::store::{Cache, OnCommit, StoreError};

/// The one that writes.
pub(super) struct Task {
    pub(super) database: DatabaseConnection,
    pub(super) cache: Arc<Cache>,
    pub(super) on_commit: OnCommit,
    pub(super) counts: CommitCounts,
}

/// What waits for the task. It outlives a task that panics.
pub(super) struct Inbox {
    pub(super) jobs: mpsc::Receiver<Job>,
    pub(super) closing: mpsc::Receiver<oneshot::Sender<()>>,
    /// Who waits for the end.
    pub(super) closed: Option<oneshot::Sender<()>>,
}

/// Runs the task to its end, and begins it anew when it panics: the transaction is rolled back, the log is what it was, and only
/// those whose changes were in that transaction are told that it failed.
pub(super) async fn supervise(task: Arc<Task>, inbox: Arc<Mutex<Inbox>>) {
    loop {
        let running = tokio::spawn(Arc::clone(&task).run(Arc::clone(&inbox)));
        match running.await {
            Err(error) if error.is_panic() => {
                tracing::error!(%error, "the task that writes panicked and is begun anew; what it was writing was not acknowledged");
            }
            Ok(()) | Err(_) => break,
        }
    }
    if let Err(error) = task.database.close_by_ref().await {
        tracing::error!(%error, "the database could not be closed");
    }
    if let Some(reply) = inbox.lock().await.closed.take() {
        let _ = reply.send(());
    }
}

impl Task {
    async fn run(self: Arc<Self>, inbox: Arc<Mutex<Inbox>>) {
        let mut inbox = inbox.lock().await;
        let Inbox { jobs, closing, closed } = &mut *inbox;
        let mut batch = Vec::with_capacity(MAX_BATCH);
        loop {
            tokio::select! {
                taken = jobs.recv_many(&mut batch, MAX_BATCH) => {
                    if taken == 0 {
                        break;
                    }
                    self.commit(std::mem::take(&mut batch)).await;
                }
                // What was accepted before is still taken out of the queue.
                Some(reply) = closing.recv(), if closed.is_none() => {
                    jobs.close();
                    *closed = Some(reply);
                }
            }
        }
    }

    async fn commit(&self, batch: Vec<Job>) {
        let immediate = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        let mut acknowledgements = Vec::with_capacity(batch.len());
        let result = match self.database.begin_with_options(immediate).await {
            Err(error) => {
                acknowledgements.extend(batch.into_iter().map(acknowledge_unstarted));
                Err(error.into())
            }
            Ok(transaction) => {
                let mut unit = Unit::new(transaction, &self.cache);
                let executions = batch.iter().filter_map(Job::execution_id).collect();
                unit.look_up(executions, batch.iter().filter_map(Job::command_id).collect()).await;
                for job in batch {
                    acknowledgements.push(perform(&mut unit, job).await);
                }
                unit.commit().await
            }
        };
        match result {
            Ok(works) => {
                self.counts.commits.inc();
                self.counts.changes.observe(acknowledgements.len() as f64);
                works.values().for_each(|work| self.cache.keep_execution(work.execution.clone()));
                acknowledgements.into_iter().for_each(|acknowledge| acknowledge(None));
                for (id, work) in works.iter().filter(|(_, work)| !work.events.is_empty()) {
                    (self.on_commit)(*id, &work.events);
                }
            }
            Err(error) => {
                tracing::error!(%error, changes = acknowledgements.len(), "a transaction failed");
                acknowledgements.into_iter().for_each(|acknowledge| acknowledge(Some(&error)));
            }
        }
    }
}

impl Job {
    /// The execution that it changes.
    fn execution_id(&self) -> Option<ExecutionId> {
        match self {
            Self::Execute(envelope, _) | Self::Attach(envelope, ..) => Some(envelope.execution_id),
            Self::Start(..)
            | Self::SavePlaybook(..)
            | Self::SaveVersion(..)
            | Self::ConfirmVersion(..)
            | Self::HidePlaybook(..)
            | Self::Ping(_)
            | Self::Rebuild(..)
            | Self::Refold(..)
            | Self::Adopt(..) => None,
        }
    }

    /// The command's id, where the same command may come again.
    fn command_id(&self) -> Option<sea_orm::prelude::Uuid> {
        match self {
            Self::Execute(envelope, _) | Self::Attach(envelope, ..) => Some(envelope.meta.command_id.0),
            Self::Start(execution, _) => Some(execution.meta.command_id.0),
            Self::SavePlaybook(..)
            | Self::SaveVersion(..)
            | Self::ConfirmVersion(..)
            | Self::HidePlaybook(..)
            | Self::Ping(_)
            | Self::Rebuild(..)
            | Self::Refold(..)
            | Self::Adopt(..) => None,
        }
    }
}

/// Gives an answer, told why the commit failed if it did.
type Acknowledge = Box<dyn FnOnce(Option<&StoreError>) + Send>;

async fn perform(unit: &mut Unit<'_>, job: Job) -> Acknowledge {
    if unit.has_failed() {
        return acknowledge_unstarted(job);
    }
    match job {
        Job::Execute(envelope, reply) => acknowledge(reply, unit.execute(envelope).await, unit),
        Job::Attach(envelope, file, reply) => acknowledge(reply, unit.attach(envelope, file).await, unit),
        Job::Start(execution, reply) => acknowledge(reply, unit.start(execution).await, unit),
        Job::SavePlaybook(playbook, reply) => acknowledge(reply, unit.save_playbook(&playbook).await, unit),
        Job::SaveVersion(playbook, reply) => acknowledge(reply, unit.save_version(*playbook).await, unit),
        Job::ConfirmVersion(newest, now, command, reply) => {
            acknowledge(reply, unit.confirm_version(newest, now, &command).await, unit)
        }
        Job::HidePlaybook(id, at, reply) => acknowledge(reply, unit.hide_playbook(id, at).await, unit),
        Job::Ping(reply) => acknowledge(reply, Ok(()), unit),
        Job::Rebuild(ids, reply) => acknowledge(reply, unit.rebuild(&ids).await, unit),
        Job::Refold(ids, reply) => acknowledge(reply, unit.refold(ids).await, unit),
        Job::Adopt(adoption, reply) => acknowledge(reply, unit.adopt(*adoption).await, unit),
    }
}

/// Keeps an answer until it is known whether the transaction stands.
fn acknowledge<T: Send + 'static>(reply: Reply<T>, outcome: Result<T, WriteError>, unit: &mut Unit<'_>) -> Acknowledge {
    if let Err(WriteError::Store(error)) = &outcome {
        unit.note_failure(error);
    }
    Box::new(move |failure| {
        let answer = match (failure, outcome) {
            // A refusal stands whether or not the others could be stored.
            (Some(reason), Ok(_)) => Err(reason.of_transaction().into()),
            (_, outcome) => outcome,
        };
        // Nobody waits when the connection broke off; the change stands all the same.
        let _ = reply.send(answer);
    })
}

/// For a job whose transaction could not begin, or had failed before its turn.
fn acknowledge_unstarted(job: Job) -> Acknowledge {
    fn failed<T: Send + 'static>(reply: Reply<T>) -> Acknowledge {
        Box::new(move |failure| {
            let _ = reply.send(Err(failure.map_or(StoreError::Closed, StoreError::of_transaction).into()));
        })
    }
    match job {
        Job::Execute(_, reply) | Job::Attach(_, _, reply) | Job::Start(_, reply) => failed(reply),
        Job::SavePlaybook(_, reply) | Job::SaveVersion(_, reply) | Job::ConfirmVersion(_, _, _, reply) => failed(reply),
        Job::HidePlaybook(_, _, reply) | Job::Adopt(_, reply) | Job::Ping(reply) => failed(reply),
        Job::Rebuild(_, reply) => failed(reply),
        Job::Refold(_, reply) => failed(reply),
    }
}
