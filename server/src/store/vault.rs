//! The vault: evidence as files, each at `evidence/{execution_id}/{evidence_id}` in the data folder and write-once.
//!
//! A file is streamed to a name of its own that ends in `.part`, hashed on the way, synced, renamed, and only then
//! recorded. Until it is recorded it is locked by whoever writes it, so that another process over the same folder can
//! tell an upload from what a crash left behind. The name that an analyst gave a file is never a path here.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use domain::canonical::hex;
use domain::event::Evidence;
use domain::ids::{EvidenceId, ExecutionId};
use sha2::{Digest, Sha256};
use tokio::io::AsyncWriteExt;
use tokio::task::spawn_blocking;

use super::StoreError;
use super::media_type;
use crate::durable;
use crate::shelf::{Shelf, Weighed};

const FOLDER: &str = "evidence";
/// What a file is called that is not whole yet.
const PART: &str = "part";
/// How much is read at once.
const BLOCK: usize = 256 * 1024;

/// Where a file lies, from the data folder on.
pub(super) fn path_of(execution: ExecutionId, evidence: EvidenceId) -> String {
    format!("{FOLDER}/{execution}/{evidence}")
}

/// What is wrong with a stored file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// It is not there.
    #[error("the file is missing")]
    Missing,
    /// It has another length.
    #[error("the file has {found} bytes instead of {expected}")]
    Length {
        /// As it was uploaded.
        expected: u64,
        /// As it is.
        found: u64,
    },
    /// Its bytes are not those that were uploaded.
    #[error("the file's SHA-256 is {0}")]
    Altered(String),
    /// The disk does not give it.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
}

impl From<io::Error> for Damage {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::NotFound { Self::Missing } else { Self::Unreadable(error.to_string()) }
    }
}

/// Evidence as files.
#[derive(Clone)]
pub(crate) struct Vault {
    data: PathBuf,
    /// Files as they were when they were last found to be what was uploaded.
    found_whole: Arc<Shelf<EvidenceId, Stamp>>,
}

/// What tells whether a file was touched. No program can set the time of its last change of state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    size: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Stamp {
    fn of(file: &Metadata) -> Self {
        Self {
            device: file.dev(),
            inode: file.ino(),
            size: file.size(),
            modified: (file.mtime(), file.mtime_nsec()),
            changed: (file.ctime(), file.ctime_nsec()),
        }
    }
}

impl Weighed for Stamp {
    fn weight(&self) -> usize {
        size_of::<Self>()
    }
}

/// Bytes of stamps that are kept, and how many they are.
const STAMPS: (usize, usize) = (1024 * 1024, 4_000);

/// A file on its way in; gone when it is dropped.
pub(crate) struct Incoming {
    file: tokio::fs::File,
    part: Removed,
    whole: PathBuf,
    hash: Sha256,
    size: u64,
    head: Vec<u8>,
}

/// A whole file that is not recorded yet; gone when it is dropped, unless it is kept.
#[derive(Debug)]
pub(crate) struct Sealed {
    path: Removed,
    /// Bytes.
    pub(crate) size: u64,
    /// SHA-256, lower-case hexadecimal.
    pub(crate) sha256: String,
    /// Detected from the content.
    pub(crate) mime_type: &'static str,
    /// Locked for as long as it is open.
    _lock: File,
}

/// Removes a file when it is dropped.
#[derive(Debug)]
struct Removed(Option<PathBuf>);

impl Drop for Removed {
    fn drop(&mut self) {
        if let Some(path) = self.0.take()
            && let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, path = %path.display(), "a file that nobody needs could not be removed");
        }
    }
}

impl Incoming {
    /// Takes in what came next.
    ///
    /// # Errors
    /// When the disk does not take it.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        let head = media_type::SAMPLE.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..head]);
        self.hash.update(bytes);
        self.size += bytes.len() as u64;
        self.file.write_all(bytes).await.map_err(StoreError::of_file)
    }

    /// Makes the file durable under its own name.
    ///
    /// # Errors
    /// When the disk does not do it; nothing stays then.
    pub(crate) async fn seal(mut self) -> Result<Sealed, StoreError> {
        self.file.flush().await.map_err(StoreError::of_file)?;
        let lock = self.file.into_std().await;
        let (part, whole, size, head) = (self.part, self.whole, self.size, self.head);
        let sha256 = hex(&self.hash.finalize());
        let mime_type = media_type::detect(&head);
        let sealed = spawn_blocking(move || {
            lock.sync_all()?;
            let path = rename(part, whole)?;
            Ok(Sealed { path, size, sha256, mime_type, _lock: lock })
        });
        sealed.await.unwrap_or_else(|panic| Err(io::Error::other(panic))).map_err(StoreError::of_file)
    }
}

/// Gives a file its final name, durably.
fn rename(mut part: Removed, whole: PathBuf) -> io::Result<Removed> {
    if let Some(path) = &part.0 {
        durable::rename(path, &whole)?;
    }
    part.0 = None;
    Ok(Removed(Some(whole)))
}

impl Sealed {
    /// From now on it is recorded.
    pub(super) fn keep(mut self) {
        self.path.0 = None;
    }
}

impl Vault {
    pub(super) fn new(data: &Path) -> Self {
        Self { data: data.to_owned(), found_whole: Arc::new(Shelf::new(STAMPS.0, STAMPS.1)) }
    }

    fn path(&self, execution: ExecutionId, evidence: EvidenceId) -> PathBuf {
        self.data.join(path_of(execution, evidence))
    }

    /// Makes place for a file.
    ///
    /// # Errors
    /// When the disk has none, or the file is there already.
    pub(crate) async fn receive(&self, execution: ExecutionId, id: EvidenceId) -> Result<Incoming, StoreError> {
        let whole = self.path(execution, id);
        let (file, part, whole) = spawn_blocking(move || {
            let part = whole.with_extension(PART);
            whole.parent().map_or(Ok(()), durable::make_folder)?;
            if whole.exists() {
                let words = format!("{} is there already, and evidence is never replaced", whole.display());
                return Err(io::Error::new(io::ErrorKind::AlreadyExists, words));
            }
            remove_abandoned(&part)?;
            let file = File::create_new(&part)?;
            let part = Removed(Some(part));
            file.lock()?;
            Ok((file, part, whole))
        })
        .await
        .unwrap_or_else(|panic| Err(io::Error::other(panic)))
        .map_err(StoreError::of_file)?;
        let (hash, head) = (Sha256::new(), Vec::new());
        Ok(Incoming { file: tokio::fs::File::from_std(file), part, whole, hash, size: 0, head })
    }

    /// Opens a file after having read it whole: what it gives is what was uploaded.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn open(&self, execution: ExecutionId, evidence: &Evidence) -> Result<File, Damage> {
        let mut file = File::open(self.path(execution, evidence.id))?;
        let before = Stamp::of(&file.metadata()?);
        if before.size != evidence.size {
            return Err(Damage::Length { expected: evidence.size, found: before.size });
        }
        let sha256 = sha256_of(&mut file)?;
        if sha256 != evidence.sha256 {
            return Err(Damage::Altered(sha256));
        }
        file.rewind()?;
        self.found_whole.put(evidence.id, before);
        Ok(file)
    }

    /// Opens a file to read a part of it: it is read whole before, unless nobody has touched it since that was last done.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn open_for_part(&self, execution: ExecutionId, evidence: &Evidence) -> Result<File, Damage> {
        let file = File::open(self.path(execution, evidence.id))?;
        let stamp = Stamp::of(&file.metadata()?);
        if self.found_whole.get(&evidence.id) == Some(stamp) { Ok(file) } else { self.open(execution, evidence) }
    }

    /// What lies in the vault; what this program did not write is left out.
    pub(super) fn files(&self) -> io::Result<Vec<StoredFile>> {
        let folder = self.data.join(FOLDER);
        let mut found = Vec::new();
        if !folder.exists() {
            return Ok(found);
        }
        for execution in fs::read_dir(folder)? {
            let execution = execution?;
            let Some(id) = execution.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            for file in fs::read_dir(execution.path())? {
                found.extend(StoredFile::at(id, file?.path()));
            }
        }
        Ok(found)
    }
}

/// SHA-256 of what is left of a file, lower-case hexadecimal.
fn sha256_of(file: &mut File) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut block = vec![0; BLOCK];
    loop {
        match file.read(&mut block)? {
            0 => return Ok(hex(&hash.finalize())),
            length => hash.update(&block[..length]),
        }
    }
}

/// Removes a part that nobody writes any more, as after a crash.
fn remove_abandoned(part: &Path) -> io::Result<()> {
    match File::open(part) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
        Ok(file) => match file.try_lock() {
            Ok(()) => fs::remove_file(part),
            Err(_) => Ok(()),
        },
    }
}

/// A file in the vault.
#[derive(Debug)]
pub(super) struct StoredFile {
    pub(super) execution: ExecutionId,
    pub(super) evidence: EvidenceId,
    /// False for one that is being written, or was broken off.
    pub(super) is_whole: bool,
    path: PathBuf,
}

impl StoredFile {
    fn at(execution: ExecutionId, path: PathBuf) -> Option<Self> {
        let evidence = path.file_stem()?.to_str()?.parse().ok()?;
        let extension = path.extension();
        let is_ours = extension.is_none_or(|extension| extension == PART);
        is_ours.then(|| Self { execution, evidence, is_whole: extension.is_none(), path: path.clone() })
    }

    /// The file, locked, unless somebody is writing it.
    pub(super) fn lock(&self) -> Option<File> {
        let file = File::open(&self.path).ok()?;
        file.try_lock().ok().map(|()| file)
    }

    /// Removes it.
    pub(super) fn remove(self) {
        tracing::warn!(path = %self.path.display(), "an upload that was never recorded is removed");
        drop(Removed(Some(self.path)));
    }
}
