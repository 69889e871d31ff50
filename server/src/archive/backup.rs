//! Backups: the database as it was at one moment, and all evidence that it knows, in one file (tar).
//!
//! The database is copied in one statement while the server goes on writing. Evidence never changes, so whatever the
//! copy knows is there, and is compared with what was recorded of it. What is damaged is named, and the rest is backed up.

use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use tar::{Builder, EntryType, Header};
use uuid::Uuid;

use super::{ArchiveError, CREATED_BY, Entry, Hashing, MANIFEST, blocking};
use crate::durable;
use crate::service::Service;
use crate::store::{DATABASE, OnProgress, RecordedFile, recorded_files};

pub(super) const FORMAT: &str = "playbook-forge-backup";
/// What files end in that are removed in the end: the backup as far as it has come, and the copy of the database.
const PART: &str = "part";
const COPY: &str = "database";
/// A backup holds everything, and is its owner's only.
const OWNERS: u32 = 0o600;

/// What a backup says about itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) format_version: u32,
    created_at: Timestamp,
    created_by: String,
    pub(super) files: Vec<Entry>,
}

/// What was backed up, or restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// Files of evidence.
    pub evidence: usize,
    /// Bytes in all.
    pub bytes: u64,
    /// What is not as it was recorded, each with its path and what is wrong with it. The rest was backed up, or restored.
    pub damaged: Vec<String>,
}

/// Removes what was begun and not finished.
pub(super) struct Unfinished(pub(super) PathBuf);

impl Drop for Unfinished {
    fn drop(&mut self) {
        let gone = if self.0.is_dir() { fs::remove_dir_all(&self.0) } else { fs::remove_file(&self.0) };
        if let Err(error) = gone
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, path = %self.0.display(), "an unfinished file could not be removed");
        }
    }
}

/// Writes everything into one file, which is there only when it is whole.
pub(crate) async fn back_up(
    service: &Service,
    data_dir: &Path,
    file: &Path,
    now: Timestamp,
    on_progress: OnProgress<'_>,
) -> Result<BackedUp, ArchiveError> {
    if file.exists() {
        return Err(ArchiveError::Exists(file.to_owned()));
    }
    let target = file.to_owned();
    blocking(move || remove_abandoned(&target).map_err(ArchiveError::io(&target))).await?;
    // Names that nothing else has: both files are removed in the end.
    let id = Uuid::now_v7();
    let beside = |suffix: &str| PathBuf::from(format!("{}.{id}.{suffix}", file.display()));
    let (part, copy) = (Unfinished(beside(PART)), Unfinished(beside(COPY)));
    // Held, and locked, from the beginning: so another backup can tell that this one goes on.
    let mut writer = Writer::create(&part.0)?;
    service.copy_database(&copy.0).await?;
    let recorded = recorded_files(&copy.0).await?;
    writer = blocking(move || writer.add(&copy.0, DATABASE).map(|()| writer)).await?;
    let (total, mut damaged, mut missing) = (recorded.len(), Vec::new(), 0);
    for (position, file) in recorded.into_iter().enumerate() {
        on_progress(position as u64, total as u64);
        let source = data_dir.join(&file.path);
        if source.is_file() {
            let added = blocking(move || {
                writer.add(&source, &file.path)?;
                let damage = writer.files.last().and_then(|entry| damage(&file, entry));
                Ok((writer, damage))
            });
            let damage;
            (writer, damage) = added.await?;
            damaged.extend(damage);
        } else {
            missing += 1;
            damaged.push(format!("{}: the file is missing", file.path));
        }
    }
    let (target, evidence) = (file.to_owned(), total - missing);
    let bytes = blocking(move || {
        let bytes = writer.finish(now)?;
        durable::rename(&part.0, &target).map_err(ArchiveError::io(&target))?;
        Ok(bytes)
    });
    let bytes = bytes.await?;
    on_progress(total as u64, total as u64);
    Ok(BackedUp { evidence, bytes, damaged })
}

/// Removes what killed backups under the same name left beside it.
fn remove_abandoned(file: &Path) -> io::Result<()> {
    let (Some(name), Some(folder)) = (file.file_name().and_then(|name| name.to_str()), file.parent()) else {
        return Ok(());
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    for entry in fs::read_dir(folder)? {
        let other = entry?.file_name().to_string_lossy().into_owned();
        let rest =
            other.strip_prefix(name).and_then(|rest| rest.strip_prefix('.')).and_then(|rest| rest.split_once('.'));
        let Some((id, _)) = rest.filter(|(id, suffix)| {
            id.parse::<Uuid>().is_ok() && [PART, COPY].iter().any(|own| suffix.starts_with(own))
        }) else {
            continue;
        };
        let part = folder.join(format!("{name}.{id}.{PART}"));
        let goes_on = File::open(part).is_ok_and(|part| part.try_lock().is_err());
        if !goes_on {
            drop(Unfinished(folder.join(other)));
        }
    }
    Ok(())
}

/// What is wrong with a file that was backed up.
fn damage(recorded: &RecordedFile, found: &Entry) -> Option<String> {
    let RecordedFile { path, size, sha256 } = recorded;
    if found.size != *size {
        return Some(format!("{path}: the file has {} bytes instead of {size}", found.size));
    }
    (found.sha256 != *sha256).then(|| format!("{path}: its SHA-256 is not that of what was uploaded"))
}

/// The tar file that is being written.
struct Writer {
    path: PathBuf,
    tar: Builder<File>,
    files: Vec<Entry>,
}

impl Writer {
    fn create(path: &Path) -> Result<Self, ArchiveError> {
        let file = File::options().write(true).create_new(true).mode(OWNERS).open(path);
        let file = file.and_then(|file| file.lock().map(|()| file)).map_err(ArchiveError::io(path))?;
        Ok(Self { path: path.to_owned(), tar: Builder::new(file), files: Vec::new() })
    }

    fn add(&mut self, source: &Path, name: &str) -> Result<(), ArchiveError> {
        let of_source = || ArchiveError::io(source);
        let file = File::open(source).map_err(of_source())?;
        let size = file.metadata().map_err(of_source())?.len();
        let mut content = Hashing::new(file.take(size));
        self.append(name, size, &mut content)?;
        self.files.push(content.entry(name.to_owned()));
        Ok(())
    }

    fn append(&mut self, name: &str, size: u64, content: impl Read) -> Result<(), ArchiveError> {
        let mut header = Header::new_gnu();
        header.set_size(size);
        header.set_mode(OWNERS);
        header.set_entry_type(EntryType::Regular);
        self.tar.append_data(&mut header, name, content).map_err(ArchiveError::io(&self.path))
    }

    /// Writes the manifest and makes the file durable. Returns its size.
    fn finish(mut self, now: Timestamp) -> Result<u64, ArchiveError> {
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            format_version: 1,
            created_at: now,
            created_by: CREATED_BY.to_owned(),
            files: std::mem::take(&mut self.files),
        };
        let text = serde_json::to_vec_pretty(&manifest).unwrap_or_default();
        self.append(MANIFEST, text.len() as u64, text.as_slice())?;
        let written = self.tar.into_inner().and_then(|file| {
            file.sync_all()?;
            Ok(file.metadata()?.len())
        });
        written.map_err(ArchiveError::io(&self.path))
    }
}
