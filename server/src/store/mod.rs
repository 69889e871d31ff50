//! The database: the log of every execution, rows cached from it, and playbooks; and the vault of evidence.
//!
//! Writes go through one task ([`writer`]), reads through a pool of their own. Nothing outside of this module knows
//! which database it is. The invariant: a row of `executions`, `execution_steps` or `step_evidence` is what the fold of
//! the log says, and both change in one transaction; a file in the vault is whole before its event is written.

mod entity;
mod error;
mod events;
mod evidence;
mod figures;
mod generation;
mod log_check;
mod maintenance;
mod media_type;
mod opening;
mod playbooks;
mod projection;
mod reads;
mod refold;
mod stored_time;
mod vault;
mod weight;
mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use domain::api::ExecutionSummary;
use domain::event::Event;
use domain::execution::Execution;
use domain::ids::{ExecutionId, PlaybookId};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use tokio::time::timeout;

pub(crate) use error::StoreError;
pub(crate) use evidence::{RecordedFile, recorded_files};
pub use maintenance::{Finding, OnProgress, Verification};
pub(crate) use opening::DATABASE;
pub use opening::Purpose;
pub(crate) use playbooks::{NewPlaybook, PlaybookCommand, Version};
pub(crate) use reads::Page;
pub use refold::Refolded;
pub use vault::Damage;
pub(crate) use vault::Incoming;
pub(crate) use writer::{Adoption, Committed, Envelope, NewExecution, SavedVersion, WriteError};

use crate::shelf::Shelf;
use figures::KnownRecords;
pub(crate) use generation::Generation;
use generation::{Readings, Watch};
use playbooks::Uses;
use vault::Vault;
use writer::{PastFolds, Writer};

/// Bytes of executions whose fold is kept in memory, and about how many they are.
const EXECUTIONS: (usize, usize) = (256 * 1024 * 1024, 2_000);
/// Bytes of playbook versions kept in memory, and about how many they are.
const VERSIONS: (usize, usize) = (128 * 1024 * 1024, 1_000);
/// Bytes of lists kept in memory, and about how many they are.
const LISTS: (usize, usize) = (32 * 1024 * 1024, 200);
/// How long the database may take to answer who asks whether it does.
const PATIENCE: Duration = Duration::from_secs(3);

/// Told of every event after it was committed, in the order of the log.
pub(crate) type OnCommit = Box<dyn Fn(ExecutionId, &[Event]) + Send + Sync>;

/// The database.
#[derive(Clone)]
pub(crate) struct Store {
    read: DatabaseConnection,
    watch: Watch,
    cache: Arc<Cache>,
    vault: Vault,
    writer: Writer,
}

/// What was read before. An execution is only used after its row confirmed that it is still the newest.
pub(crate) struct Cache {
    executions: Shelf<ExecutionId, Arc<Execution>>,
    versions: Shelf<(PlaybookId, u32), Arc<Version>>,
    records: KnownRecords,
    past: PastFolds,
    lists: Readings<Arc<Page<ExecutionSummary>>>,
    uses: Readings<Arc<Uses>>,
    /// Whether it is known that no row is left to be folded anew.
    is_folded: AtomicBool,
}

impl Cache {
    fn new() -> Self {
        Self {
            executions: Shelf::new(EXECUTIONS.0, EXECUTIONS.1),
            versions: Shelf::new(VERSIONS.0, VERSIONS.1),
            records: KnownRecords::default(),
            past: PastFolds::default(),
            lists: Readings::new(LISTS.0, LISTS.1),
            uses: Readings::new(LISTS.0, LISTS.1),
            is_folded: AtomicBool::new(false),
        }
    }

    fn execution(&self, id: ExecutionId) -> Option<Arc<Execution>> {
        self.executions.get(&id)
    }

    /// Keeps an execution unless a newer one is kept already.
    fn keep_execution(&self, execution: Arc<Execution>) {
        let id = execution.state.header.execution_id;
        let last_seq = execution.state.last_seq;
        self.executions.put_unless(id, execution, |kept| kept.state.last_seq >= last_seq);
    }

    fn version(&self, key: (PlaybookId, u32)) -> Option<Arc<Version>> {
        self.versions.get(&key)
    }

    fn keep_version(&self, key: (PlaybookId, u32), version: Arc<Version>) {
        self.versions.put(key, version);
    }
}

impl Store {
    /// What the database holds now, whoever wrote it.
    pub(crate) async fn generation(&self) -> Result<Generation, StoreError> {
        self.watch.generation().await
    }

    /// Whether the database answers, to who reads and to the one task that writes.
    ///
    /// # Errors
    /// When one of them is not answered in time.
    pub(crate) async fn ping(&self) -> Result<(), WriteError> {
        let asked = async {
            self.read.ping().await.map_err(StoreError::from)?;
            self.ping_writer().await
        };
        timeout(PATIENCE, asked).await.unwrap_or(Err(WriteError::Store(StoreError::Busy)))
    }

    /// Finishes what was accepted, then lets go of the database.
    pub(crate) async fn close(&self) {
        self.writer.close().await;
        for closed in [self.watch.close().await, self.read.close_by_ref().await.map_err(StoreError::from)] {
            if let Err(error) = closed {
                tracing::error!(%error, "the database could not be closed");
            }
        }
    }

    /// Writes a copy of the database as it is at one moment, while others go on writing.
    ///
    /// # Errors
    /// When the file is there already, or cannot be written.
    pub(crate) async fn copy_to(&self, file: &Path) -> Result<(), StoreError> {
        let statement =
            Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [file.display().to_string().into()]);
        self.read.execute_raw(statement).await?;
        Ok(())
    }
}
