//! The one task that writes.
//!
//! Whatever waits in its queue is committed in one transaction (group commit), so that the cost of one `fsync` is
//! shared. A change is acknowledged after the commit and published after that. Request handlers only wait for the
//! answer: a connection that breaks off cancels nothing. When a commit fails, everything in it is answered with the
//! failure and nothing of it is stored or shown.

mod library;
mod repeats;
mod rows;
mod task;
mod unit;

use std::sync::Arc;

use domain::command::{Command, Meta, Refusal};
use domain::event::Event;
use domain::execution::Execution;
use domain::fingerprint::Fingerprint;
use domain::ids::{ExecutionId, PlaybookId};
use domain::time::Timestamp;
use sea_orm::DatabaseConnection;
use tokio::sync::{Mutex, mpsc, oneshot};

use super::vault::Sealed;
use super::{Cache, NewPlaybook, OnCommit, PlaybookCommand, Refolded, StoreError};
use crate::metrics::CommitCounts;
pub(super) use library::saved_by;
use repeats::Outcome;
pub(super) use repeats::PastFolds;
pub(super) use rows::write_fold;
use task::{Inbox, Task, supervise};

/// Most changes in one transaction.
const MAX_BATCH: usize = 256;
/// Changes that may wait; who comes then waits for a place.
const QUEUE: usize = 4_096;

/// A command and who gave it.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    /// On which execution.
    pub(crate) execution_id: ExecutionId,
    /// What is asked for.
    pub(crate) command: Command,
    /// By whom and when.
    pub(crate) meta: Meta,
    /// What tells it from other commands.
    pub(crate) fingerprint: Fingerprint,
}

impl Envelope {
    /// A command, by whom and when.
    pub(crate) fn new(execution_id: ExecutionId, command: Command, meta: Meta) -> Self {
        let fingerprint = Fingerprint::of(&command, &meta.actor);
        Self { execution_id, command, meta, fingerprint }
    }
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

/// An execution that was recorded elsewhere, to be taken over as it is.
#[derive(Debug)]
pub(crate) struct Adoption {
    /// The playbook version it ran over.
    pub(crate) playbook: NewPlaybook,
    /// The fold of its log.
    pub(crate) execution: Arc<Execution>,
    /// Its log.
    pub(crate) events: Vec<Event>,
    /// Its files.
    pub(crate) files: Vec<Sealed>,
}

/// A version of a playbook that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SavedVersion {
    /// Of which playbook.
    pub(crate) playbook: PlaybookId,
    /// Its number.
    pub(crate) version: u32,
}

/// What a change came to. A command that comes again gets this as it was the first time.
#[derive(Clone, Debug)]
pub(crate) struct Committed {
    /// The execution right after it.
    pub(crate) execution: Arc<Execution>,
    /// What it became; empty when everything already was as asked.
    pub(crate) events: Vec<Event>,
    /// The clock by which it was decided.
    pub(crate) at: Timestamp,
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
    /// The execution that is to be taken over is here already.
    #[error("this execution is here already")]
    AlreadyHere,
    /// Another playbook has the id and version that the execution ran over.
    #[error("another playbook with this id and version is here")]
    OtherPlaybook,
    /// Its id was used for another command.
    #[error("this command_id was used for another change already")]
    OtherCommand,
    /// The version that is to be followed is not the newest any more.
    #[error("somebody else has saved a version meanwhile")]
    Outdated,
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
    Execute(Envelope, Reply<Outcome>),
    Attach(Envelope, Sealed, Reply<Outcome>),
    Start(NewExecution, Reply<Outcome>),
    SavePlaybook(Box<NewPlaybook>, Reply<SavedVersion>),
    SaveVersion(Box<NewPlaybook>, Reply<SavedVersion>),
    /// The newest version says already what the command asks for.
    ConfirmVersion(SavedVersion, Timestamp, PlaybookCommand, Reply<SavedVersion>),
    /// Takes a playbook out of the library at that time, or brings it back.
    HidePlaybook(PlaybookId, Option<Timestamp>, Reply<()>),
    /// Nothing, to see whether anything can be written.
    Ping(Reply<()>),
    /// Drops the rows of these executions and folds their logs again.
    Rebuild(Vec<ExecutionId>, Reply<usize>),
    /// Folds these executions anew.
    Refold(Vec<ExecutionId>, Reply<Refolded>),
    Adopt(Box<Adoption>, Reply<()>),
}

/// Hands changes to the task that writes.
#[derive(Clone, Debug)]
pub(super) struct Writer {
    queue: mpsc::Sender<Job>,
    close: mpsc::Sender<oneshot::Sender<()>>,
}

impl Writer {
    pub(super) fn spawn(
        database: DatabaseConnection,
        cache: Arc<Cache>,
        on_commit: OnCommit,
        counts: CommitCounts,
    ) -> Self {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let (close, closing) = mpsc::channel(1);
        let task = Task { database, cache, on_commit, counts };
        tokio::spawn(supervise(Arc::new(task), Arc::new(Mutex::new(Inbox { jobs, closing, closed: None }))));
        Self { queue, close }
    }

    /// One that writes nothing: whoever asks it is told that it is closed.
    pub(super) fn none() -> Self {
        Self { queue: mpsc::channel(1).0, close: mpsc::channel(1).0 }
    }

    async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, WriteError> {
        let (reply, answer) = oneshot::channel();
        self.queue.send(job(reply)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    pub(super) async fn close(&self) {
        let (reply, closed) = oneshot::channel();
        if self.close.send(reply).await.is_ok() {
            let _ = closed.await;
        }
    }
}

impl super::Store {
    /// Decides a command and records what it becomes. A command that was recorded before is answered as it was then.
    pub(crate) async fn execute(&self, envelope: Envelope) -> Result<Committed, WriteError> {
        let outcome = self.writer.ask(|reply| Job::Execute(envelope, reply)).await?;
        self.settled(outcome).await
    }

    /// The same for a command that attaches a file: the file stays if, and only if, its event does.
    pub(crate) async fn attach(&self, envelope: Envelope, file: Sealed) -> Result<Committed, WriteError> {
        let outcome = self.writer.ask(|reply| Job::Attach(envelope, file, reply)).await?;
        self.settled(outcome).await
    }

    /// Begins an execution.
    pub(crate) async fn start(&self, execution: NewExecution) -> Result<Committed, WriteError> {
        let outcome = self.writer.ask(|reply| Job::Start(execution, reply)).await?;
        self.settled(outcome).await
    }

    /// Stores a new playbook. A command that stored one before is answered with that.
    pub(crate) async fn save_playbook(&self, playbook: NewPlaybook) -> Result<SavedVersion, WriteError> {
        self.writer.ask(|reply| Job::SavePlaybook(Box::new(playbook), reply)).await
    }

    /// Stores what follows the version whose number it bears, if that is still the newest. A command that stored one before is
    /// answered with that.
    pub(crate) async fn save_version(&self, playbook: NewPlaybook) -> Result<SavedVersion, WriteError> {
        self.writer.ask(|reply| Job::SaveVersion(Box::new(playbook), reply)).await
    }

    /// Remembers that the newest version of a playbook, if it still is that, says already what a command asks for. A command
    /// that was answered before is answered with that.
    pub(crate) async fn confirm_version(
        &self,
        newest: SavedVersion,
        now: Timestamp,
        command: PlaybookCommand,
    ) -> Result<SavedVersion, WriteError> {
        self.writer.ask(|reply| Job::ConfirmVersion(newest, now, command, reply)).await
    }

    /// Takes a playbook out of the library; executions keep it.
    pub(crate) async fn hide_playbook(&self, id: PlaybookId, now: Timestamp) -> Result<(), WriteError> {
        self.writer.ask(|reply| Job::HidePlaybook(id, Some(now), reply)).await
    }

    /// Brings a playbook back into the library.
    pub(crate) async fn show_playbook(&self, id: PlaybookId) -> Result<(), WriteError> {
        self.writer.ask(|reply| Job::HidePlaybook(id, None, reply)).await
    }

    /// Takes over an execution that was recorded elsewhere.
    pub(crate) async fn adopt(&self, adoption: Adoption) -> Result<(), WriteError> {
        self.writer.ask(|reply| Job::Adopt(Box::new(adoption), reply)).await
    }

    /// Whether a transaction can be begun and committed.
    pub(super) async fn ping_writer(&self) -> Result<(), WriteError> {
        self.writer.ask(Job::Ping).await
    }

    /// Folds the logs of these executions again, in one transaction.
    pub(super) async fn rebuild_portion(&self, ids: Vec<ExecutionId>) -> Result<usize, WriteError> {
        self.writer.ask(|reply| Job::Rebuild(ids, reply)).await
    }

    /// Folds these executions anew, in one transaction.
    pub(super) async fn refold_portion(&self, ids: Vec<ExecutionId>) -> Result<Refolded, WriteError> {
        self.writer.ask(|reply| Job::Refold(ids, reply)).await
    }
}

#[cfg(test)]
mod tests;
