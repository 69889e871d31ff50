//! Evidence: the files of the vault together with what the database knows of them.

use std::collections::HashSet;
use std::fs::File;
use std::io;
use std::path::Path;

use domain::event::Evidence;
use domain::ids::{EvidenceId, ExecutionId};
use sea_orm::prelude::Uuid;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tokio::task::spawn_blocking;

use super::entity::{execution_events, executions, step_evidence};
use super::opening::connect_to_look;
use super::vault::StoredFile;
use super::{Damage, Incoming, Store, StoreError};

impl Store {
    /// Makes place for a file.
    pub(crate) async fn receive(&self, execution: ExecutionId, id: EvidenceId) -> Result<Incoming, StoreError> {
        self.vault.receive(execution, id).await
    }

    /// Opens a file after having read it whole: what it gives is what was uploaded. For a part, a file that was read whole and
    /// not touched since is not read again. Takes as long as the disk takes.
    ///
    /// # Errors
    /// [`StoreError::DamagedEvidence`] when it is not.
    pub(crate) fn open_evidence(
        &self,
        execution: ExecutionId,
        evidence: &Evidence,
        only_part: bool,
    ) -> Result<File, StoreError> {
        let opened = if only_part {
            self.vault.open_for_part(execution, evidence)
        } else {
            self.vault.open(execution, evidence)
        };
        opened.map_err(|damage| StoreError::DamagedEvidence(evidence.id, damage))
    }

    /// Bytes of all files that are recorded.
    pub(crate) async fn evidence_bytes(&self) -> Result<u64, StoreError> {
        let sum: Option<Option<i64>> = step_evidence::Entity::find()
            .select_only()
            .column_as(step_evidence::Column::Size.sum(), "bytes")
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(sum.flatten().unwrap_or_default().cast_unsigned())
    }

    /// The first of these files that is not what was uploaded.
    pub(super) async fn first_damage(
        &self,
        execution: ExecutionId,
        files: Vec<Evidence>,
    ) -> Option<(Evidence, Damage)> {
        let vault = self.vault.clone();
        let checked = spawn_blocking(move || {
            files.into_iter().find_map(|file| vault.open(execution, &file).err().map(|damage| (file, damage)))
        });
        // A check that broke down says nothing about the files; the next one will.
        checked.await.unwrap_or_default()
    }

    /// Removes what a crash left of uploads: parts, and whole files that were never recorded. Whole files of executions
    /// that are not known here stay: they may belong to another database.
    pub(super) async fn sweep_vault(&self) -> Result<(), StoreError> {
        let vault = self.vault.clone();
        let files = spawn_blocking(move || vault.files()).await;
        let mut files = files.unwrap_or_else(|panic| Err(io::Error::other(panic))).map_err(StoreError::File)?;
        if files.is_empty() {
            return Ok(());
        }
        let executions = self.ids_of_executions().await?;
        let recorded = self.ids_of_evidence(None).await?;
        files.retain(|file| {
            !file.is_whole || (executions.contains(&file.execution) && !recorded.contains(&file.evidence))
        });
        let idle: Vec<(StoredFile, File)> =
            files.into_iter().filter_map(|file| file.lock().map(|lock| (file, lock))).collect();
        // Asked again now that nobody can be writing them: what was recorded in between is known.
        let recorded = self.ids_of_evidence(Some(idle.iter().map(|(file, _)| file.evidence).collect())).await?;
        for (file, _lock) in idle.into_iter().filter(|(file, _)| !recorded.contains(&file.evidence)) {
            if !self.is_in_log(&file).await? {
                file.remove();
            }
        }
        Ok(())
    }

    /// Whether the log records a file. Its row may be missing: rows are only folded from the log.
    async fn is_in_log(&self, file: &StoredFile) -> Result<bool, StoreError> {
        use execution_events::{Column, Entity};
        let recorded = Entity::find()
            .filter(Column::ExecutionId.eq(file.execution.0))
            .filter(Column::EventType.eq("evidence_attached"))
            .filter(Column::Details.contains(file.evidence.to_string()));
        let seq: Option<i64> = recorded.select_only().column(Column::Seq).into_tuple().one(&self.read).await?;
        Ok(seq.is_some())
    }

    async fn ids_of_executions(&self) -> Result<HashSet<ExecutionId>, StoreError> {
        use executions::{Column, Entity};
        let ids: Vec<Uuid> = Entity::find().select_only().column(Column::Id).into_tuple().all(&self.read).await?;
        Ok(ids.into_iter().map(ExecutionId).collect())
    }

    /// What is recorded, of these or of all.
    async fn ids_of_evidence(&self, among: Option<Vec<EvidenceId>>) -> Result<HashSet<EvidenceId>, StoreError> {
        use step_evidence::{Column, Entity};
        let mut query = Entity::find().select_only().column(Column::Id);
        if let Some(among) = among {
            query = query.filter(Column::Id.is_in(among.into_iter().map(|id| id.0)));
        }
        let ids: Vec<Uuid> = query.into_tuple().all(&self.read).await?;
        Ok(ids.into_iter().map(EvidenceId).collect())
    }
}

/// A file of evidence, as the database has it.
#[derive(Clone, Debug)]
pub(crate) struct RecordedFile {
    /// Where it lies, from the data folder on.
    pub(crate) path: String,
    /// Bytes.
    pub(crate) size: u64,
    /// SHA-256, lower-case hexadecimal.
    pub(crate) sha256: String,
}

/// Every file that a copy of the database knows, oldest first.
pub(crate) async fn recorded_files(copy: &Path) -> Result<Vec<RecordedFile>, StoreError> {
    use step_evidence::{Column, Entity};
    let database = connect_to_look(copy, 1).await?;
    let columns = [Column::FilePath, Column::Size, Column::Sha256];
    let rows = Entity::find().select_only().columns(columns).order_by_asc(Column::Id).into_tuple().all(&database).await;
    database.close().await?;
    let rows: Vec<(String, i64, String)> = rows?;
    let file = |(path, size, sha256): (_, i64, _)| RecordedFile { path, size: size.cast_unsigned(), sha256 };
    Ok(rows.into_iter().map(file).collect())
}
