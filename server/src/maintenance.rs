//! What operators and auditors do with an instance that is not serving, or beside one that is.

use std::path::Path;

use domain::api::{ImportPlaybook, PlaybookCreated};
use domain::event::Hash;
use domain::ids::{Actor, CommandId, ExecutionId};
use domain::source::Part;
use sha2::{Digest, Sha256};
use uuid::Builder;

use crate::archive::{self, ArchiveError, BackedUp};
use crate::service::now;
use crate::{Config, Failure, Instance, OnProgress, Purpose, Refolded, Verification};

/// What was restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restored {
    /// A whole data folder.
    Backup(BackedUp),
    /// One execution, with the hash of its last event.
    Bundle(ExecutionId, Hash),
}

impl Instance {
    /// Checks the log of every execution, or of the one named, the rows cached from it, and its evidence.
    ///
    /// # Errors
    /// When the database cannot be read. What is wrong with an execution stands in its [`Verification`].
    pub async fn verify(
        &self,
        only: Option<ExecutionId>,
        on_progress: OnProgress<'_>,
    ) -> Result<Vec<Verification>, Failure> {
        self.service.verify(only, on_progress).await.map_err(Failure::of)
    }

    /// Drops the cached rows and folds every log again. Returns how many executions there are.
    ///
    /// # Errors
    /// When the database cannot be read or written; the rows are then as before.
    pub async fn rebuild(&self) -> Result<usize, Failure> {
        self.service.rebuild().await.map_err(Failure::of)
    }

    /// Folds anew the executions whose rows an older version of the fold wrote, in portions, while others read and write.
    /// [`Self::serve`] does this by itself; maintenance commands do not.
    ///
    /// # Errors
    /// When the database cannot be read or written. What was done so far stays done.
    pub async fn refold(&self) -> Result<Refolded, Failure> {
        self.service.refold().await.map_err(Failure::of)
    }

    /// Writes the database as it is at one moment, and all evidence that it knows, into one file.
    ///
    /// # Errors
    /// When the file is there already or cannot be written; nothing of it stays then.
    pub async fn back_up(&self, file: &Path, on_progress: OnProgress<'_>) -> Result<BackedUp, ArchiveError> {
        archive::back_up(&self.service, &self.data_dir, file, now(), on_progress).await
    }

    /// Writes one execution into a new or empty folder, as a bundle. Returns the hash of its last event.
    ///
    /// # Errors
    /// When there is no such execution, its evidence is damaged, or the folder cannot be written.
    pub async fn export(
        &self,
        id: ExecutionId,
        folder: &Path,
        on_progress: OnProgress<'_>,
    ) -> Result<Hash, ArchiveError> {
        archive::export(&self.service, id, folder, now(), on_progress).await
    }

    /// Imports a playbook from its text, by the name of its file when the text names none. The same text again, as after an import that was broken off, is the playbook that is there
    /// already; if it was taken out of the library, it is brought back.
    ///
    /// # Errors
    /// When it is none, or cannot be stored.
    pub async fn import(
        &self,
        source: String,
        file_name: Option<String>,
        from: Option<Part>,
    ) -> Result<PlaybookCreated, Failure> {
        let command_id = Some(command_of(&source, from));
        let playbook = ImportPlaybook { source, file_name, from, command_id, ..ImportPlaybook::default() };
        let created = self.service.import_playbook(playbook, Actor::anonymous()).await.map_err(Failure::of)?;
        self.service.restore_playbook(created.id).await.map_err(Failure::of)?;
        Ok(created)
    }
}

/// The id of the command that imports a text: the same for the same part of the same text (RFC 9562 §5.8).
fn command_of(source: &str, from: Option<Part>) -> CommandId {
    let part = from.map(|part| format!("\0{part}")).unwrap_or_default();
    let hash: [u8; 32] = Sha256::new().chain_update(source).chain_update(part).finalize().into();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    CommandId(Builder::from_custom_bytes(id).into_uuid())
}

/// Restores a backup into the data folder, which must not have a database yet, or takes over the execution of a bundle.
///
/// # Errors
/// The first thing that is not as it should be; nothing was restored then.
pub async fn restore(config: &Config, archive: &Path, on_progress: OnProgress<'_>) -> Result<Restored, ArchiveError> {
    if !archive.is_dir() {
        return archive::restore_backup(archive, &config.data_dir, on_progress).await.map(Restored::Backup);
    }
    // Checked before the folder is touched.
    archive::check_bundle(archive)?;
    let instance =
        Instance::open_for(Purpose::Maintain, config).await.map_err(|error| ArchiveError::Data(error.to_string()))?;
    let restored = archive::restore_bundle(&instance.service, archive, on_progress).await;
    instance.close().await;
    restored.map(|(id, head)| Restored::Bundle(id, head))
}
