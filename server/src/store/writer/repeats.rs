//! Commands that come again.
//!
//! The writer only finds out that a command was answered before, and where its answer lies in the log. What it was answered
//! is folded here, by whoever asked, outside of the transaction: a storm of retries over a long log holds nobody up who
//! writes.

use std::sync::Arc;

use domain::event::Event;
use domain::execution::Execution;
use domain::fingerprint::Fingerprint;
use domain::ids::{CommandId, ExecutionId, Seq};
use domain::time::Timestamp;
use sea_orm::{ColumnTrait, Condition};
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::{Committed, WriteError};
use crate::shelf::Shelf;
use crate::store::entity::execution_events::Column;
use crate::store::{Store, StoreError, events, reads};

/// Bytes of earlier states of executions that are kept in memory, and about how many they are.
const KEPT: (usize, usize) = (64 * 1024 * 1024, 16);
/// Logs that are folded at the same time for commands that come again.
const AT_ONCE: usize = 2;
/// Events that are read at once.
const PORTION: u64 = 1_000;

/// What the writer says to a command.
pub(super) enum Outcome {
    /// It was decided now.
    Done(Committed),
    /// It was answered before.
    Repeated(Answered),
}

/// Where a command's answer lies.
pub(super) struct Answered {
    pub(super) execution: ExecutionId,
    pub(super) command: CommandId,
    pub(super) answer: Answer,
}

/// How a command was answered.
#[derive(Clone)]
pub(super) struct Answer {
    /// The first of its events; greater than `last_seq` when it changed nothing.
    pub(super) first_seq: Seq,
    /// The last event of the execution when it was answered.
    pub(super) last_seq: Seq,
    /// The clock by which it was answered.
    pub(super) at: Timestamp,
    /// What it asked for; unknown of older ones.
    pub(super) fingerprint: Option<Fingerprint>,
}

impl Answer {
    /// Whether it can be the answer to a command with this fingerprint.
    pub(super) fn is_of(&self, fingerprint: &Fingerprint) -> bool {
        self.fingerprint.as_ref().is_none_or(|own| own == fingerprint)
    }
}

/// Executions as they were at earlier events.
pub(in crate::store) struct PastFolds {
    kept: Shelf<(ExecutionId, Seq), Arc<Execution>>,
    permits: Semaphore,
}

impl Default for PastFolds {
    fn default() -> Self {
        Self { kept: Shelf::new(KEPT.0, KEPT.1), permits: Semaphore::new(AT_ONCE) }
    }
}

impl PastFolds {
    /// The latest fold that is kept from up to an event.
    fn up_to(&self, id: ExecutionId, seq: Seq) -> Option<Arc<Execution>> {
        let keys = self.kept.keys().into_iter();
        let latest = keys.filter(|(execution, at)| *execution == id && *at <= seq).max_by_key(|(_, at)| *at)?;
        self.kept.get(&latest)
    }

    fn keep(&self, execution: Arc<Execution>) {
        let key = (execution.state.header.execution_id, execution.state.last_seq);
        self.kept.put(key, execution);
    }
}

impl Store {
    /// What a command is answered.
    pub(super) async fn settled(&self, outcome: Outcome) -> Result<Committed, WriteError> {
        match outcome {
            Outcome::Done(committed) => Ok(committed),
            Outcome::Repeated(Answered { execution: id, command, answer: Answer { first_seq, last_seq, at, .. } }) => {
                let execution = self.execution_at(id, last_seq).await?.ok_or(WriteError::UnknownExecution)?;
                let mut events = self.events_between(id, first_seq, last_seq).await?;
                events.retain(|event| event.command_id == command);
                Ok(Committed { execution, events, at })
            }
        }
    }

    /// An execution as it was after an event.
    async fn execution_at(&self, id: ExecutionId, seq: Seq) -> Result<Option<Arc<Execution>>, StoreError> {
        let newest = self.cache.execution(id).filter(|newest| newest.state.last_seq == seq);
        if newest.is_some() {
            return Ok(newest);
        }
        let past = &self.cache.past;
        // The semaphore is never closed; without a permit nothing would be wrong.
        let _permit = past.permits.acquire().await.ok();
        let mut execution = match past.up_to(id, seq) {
            Some(past) if past.state.last_seq == seq => return Ok(Some(past)),
            Some(past) => Execution::clone(&past),
            None => match reads::unfolded(&self.read, &self.cache, id).await? {
                Some(execution) => execution,
                None => return Ok(None),
            },
        };
        while execution.state.last_seq < seq {
            let first = execution.state.last_seq.next();
            let events = self.events_between(id, first, seq.min(Seq(first.0 + PORTION))).await?;
            if events.is_empty() {
                break;
            }
            let fold = move || {
                events.iter().for_each(|event| execution.apply(event));
                execution
            };
            execution = spawn_blocking(fold).await.map_err(|error| StoreError::BrokeDown(error.to_string()))?;
        }
        let execution = Arc::new(execution);
        past.keep(execution.clone());
        Ok(Some(execution))
    }

    /// The events from one to another.
    async fn events_between(&self, id: ExecutionId, first: Seq, last: Seq) -> Result<Vec<Event>, StoreError> {
        let between = Column::Seq.between(first.0.cast_signed(), last.0.cast_signed());
        events::read(&self.read, id, Condition::all().add(between)).await
    }
}
