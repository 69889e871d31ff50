//! Backups: the database as it was at one moment, and all evidence that it knows, in one file (tar).
//!
//! The database is copied in one statement while the server goes on writing. Evidence never changes, so whatever the
//! copy knows is there.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use tar::{Archive, Builder, EntryType, Header};
use uuid::Uuid;

use super::{ArchiveError, CREATED_BY, Entry, Hashing, MANIFEST, blocking};
use crate::service::Service;
use crate::store::{DATABASE, OnProgress, evidence_paths};
use crate::{Config, Instance, Purpose};

const FORMAT: &str = "playbook-forge-backup";

/// What a backup says about itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Manifest {
    format: String,
    format_version: u32,
    created_at: Timestamp,
    created_by: String,
    files: Vec<Entry>,
}

/// What was backed up, or restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackedUp {
    /// Files of evidence.
    pub evidence: usize,
    /// Bytes in all.
    pub bytes: u64,
    /// Evidence that the database knows and the vault does not have.
    pub missing: Vec<String>,
}

/// Removes what was begun and not finished.
struct Unfinished(PathBuf);

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
    // Names that nothing else has: both files are removed in the end.
    let beside = |suffix: &str| PathBuf::from(format!("{}.{}.{suffix}", file.display(), Uuid::now_v7()));
    let (part, copy) = (Unfinished(beside("part")), Unfinished(beside("database")));
    service.copy_database(&copy.0).await?;
    let paths = evidence_paths(&copy.0).await?;
    let mut writer = Writer::create(&part.0)?;
    writer = blocking(move || writer.add(&copy.0, DATABASE).map(|()| writer)).await?;
    let mut missing = Vec::new();
    for (position, path) in paths.iter().enumerate() {
        on_progress(position as u64, paths.len() as u64);
        let (source, name) = (data_dir.join(path), path.clone());
        if source.is_file() {
            writer = blocking(move || writer.add(&source, &name).map(|()| writer)).await?;
        } else {
            missing.push(name);
        }
    }
    let (target, evidence) = (file.to_owned(), paths.len() - missing.len());
    let bytes = blocking(move || {
        let bytes = writer.finish(now)?;
        fs::rename(&part.0, &target).map_err(ArchiveError::io(&target))?;
        Ok(bytes)
    });
    let bytes = bytes.await?;
    on_progress(paths.len() as u64, paths.len() as u64);
    Ok(BackedUp { evidence, bytes, missing })
}

/// The tar file that is being written.
struct Writer {
    path: PathBuf,
    tar: Builder<File>,
    files: Vec<Entry>,
}

impl Writer {
    fn create(path: &Path) -> Result<Self, ArchiveError> {
        let file = File::create_new(path).map_err(ArchiveError::io(path))?;
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
        header.set_mode(0o600);
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

/// Unpacks a backup into a data folder that has no database yet. Everything is checked before anything is in place.
pub(crate) async fn restore_backup(
    file: &Path,
    data_dir: &Path,
    on_progress: OnProgress<'_>,
) -> Result<BackedUp, ArchiveError> {
    if data_dir.join(DATABASE).exists() {
        return Err(ArchiveError::Occupied(data_dir.to_owned()));
    }
    let staging = Unfinished(data_dir.join(format!(".restore-{}", Uuid::now_v7())));
    let (source, target) = (file.to_owned(), staging.0.clone());
    let files = blocking(move || unpack(&source, &target)).await?;
    verify(&staging.0, on_progress).await?;
    let (from, to) = (staging.0.clone(), data_dir.to_owned());
    blocking(move || put_in_place(&from, &to)).await?;
    let bytes = files.iter().map(|entry| entry.size).sum();
    Ok(BackedUp { evidence: files.len() - 1, bytes, missing: Vec::new() })
}

/// Unpacks what the manifest lists, and nothing else.
fn unpack(file: &Path, target: &Path) -> Result<Vec<Entry>, ArchiveError> {
    let not_a_backup = |reason| ArchiveError::NotAnArchive { path: file.to_owned(), reason };
    let mut tar = Archive::new(File::open(file).map_err(ArchiveError::io(file))?);
    let (mut found, mut manifest) = (Vec::new(), None);
    for member in tar.entries().map_err(ArchiveError::io(file))? {
        let mut member = member.map_err(|_| not_a_backup("this is no backup, or one that was broken off"))?;
        let name = member.path().ok().and_then(|path| path.to_str().map(str::to_owned)).unwrap_or_default();
        if name == MANIFEST {
            let read: Result<Manifest, _> = serde_json::from_reader(&mut member);
            manifest = Some(read.map_err(|error| ArchiveError::Unreadable { path: name, reason: error.to_string() })?);
            continue;
        }
        if !is_ours(&name) || member.header().entry_type() != EntryType::Regular {
            return Err(ArchiveError::Unlisted(name));
        }
        found.push(unpack_one(member, target, name)?);
    }
    let manifest = manifest.ok_or_else(|| not_a_backup("this backup was broken off: it has no manifest"))?;
    if (manifest.format.as_str(), manifest.format_version) != (FORMAT, 1) {
        return Err(not_a_backup("this is no backup that this version can restore"));
    }
    compare(&manifest.files, &found)?;
    Ok(found)
}

fn unpack_one(member: impl Read, target: &Path, name: String) -> Result<Entry, ArchiveError> {
    let path = target.join(&name);
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(ArchiveError::io(folder))?;
    }
    let mut file = File::create_new(&path).map_err(ArchiveError::io(&path))?;
    let mut content = Hashing::new(member);
    io::copy(&mut content, &mut file).map_err(ArchiveError::io(&path))?;
    file.sync_all().map_err(ArchiveError::io(&path))?;
    Ok(content.entry(name))
}

/// Whether a backup may hold a file of this name: a name never leads out of the folder.
fn is_ours(name: &str) -> bool {
    let is_id = |part: &str| part.parse::<Uuid>().is_ok();
    let parts: Vec<&str> = name.split('/').collect();
    match parts[..] {
        [database] => database == DATABASE,
        ["evidence", execution, evidence] => is_id(execution) && is_id(evidence),
        _ => false,
    }
}

fn compare(listed: &[Entry], found: &[Entry]) -> Result<(), ArchiveError> {
    for entry in listed {
        match found.iter().find(|other| other.path == entry.path) {
            None => return Err(ArchiveError::Missing(entry.path.clone())),
            Some(other) if other != entry => return Err(ArchiveError::Altered(entry.path.clone())),
            Some(_) => {}
        }
    }
    match found.iter().find(|entry| !listed.contains(entry)) {
        Some(entry) => Err(ArchiveError::Unlisted(entry.path.clone())),
        None if found.iter().any(|entry| entry.path == DATABASE) => Ok(()),
        None => Err(ArchiveError::Missing(DATABASE.to_owned())),
    }
}

/// Checks every log, row and file before it is used.
async fn verify(folder: &Path, on_progress: OnProgress<'_>) -> Result<(), ArchiveError> {
    let data = |error: crate::Failure| ArchiveError::Data(error.to_string());
    let config = Config { data_dir: folder.to_owned(), ..Config::default() };
    let instance = Instance::open_for(Purpose::Maintain, &config).await.map_err(data)?;
    let verified = instance.verify(None, on_progress).await.map_err(data);
    instance.close().await;
    let broken = verified?.into_iter().find_map(|one| one.result.err().map(|finding| (one.execution_id, finding)));
    broken.map_or(Ok(()), |(id, finding)| Err(ArchiveError::Broken(format!("execution {id}: {finding}"))))
}

/// Evidence first: with the database in place, the restore has happened.
fn put_in_place(from: &Path, to: &Path) -> Result<(), ArchiveError> {
    let evidence = from.join("evidence");
    if evidence.is_dir() {
        let target = to.join("evidence");
        fs::rename(&evidence, &target).map_err(ArchiveError::io(&target))?;
    }
    let target = to.join(DATABASE);
    fs::rename(from.join(DATABASE), &target).map_err(ArchiveError::io(&target))?;
    File::open(to).and_then(|folder| folder.sync_all()).map_err(ArchiveError::io(to))
}
