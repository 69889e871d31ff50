//! What leaves the server as files, and comes back: backups of everything, and bundles of one execution.
//!
//! Both carry a manifest with the SHA-256 of every file, and nothing of either is taken on trust: what does not match
//! is named. Of a backup the rest is restored; of a bundle nothing.

mod backup;
mod bundle;
mod check;
mod restore;
mod staging;
mod unpack;

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use domain::canonical::hex;
use domain::event::ChainBreak;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use backup::BackedUp;
pub(crate) use backup::back_up;
pub(crate) use bundle::export;
pub use check::{Checked, check_bundle};
pub(crate) use restore::restore_bundle;
pub(crate) use staging::{finish_restore, is_half_restored};
pub(crate) use unpack::restore_backup;

use crate::service::ServiceError;

/// The list of everything else; written last, so that what was broken off has none.
const MANIFEST: &str = "manifest.json";
/// Which program wrote it.
const CREATED_BY: &str = concat!("playbook-forge ", env!("CARGO_PKG_VERSION"));

/// A file of a backup or bundle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// From the manifest on, with `/`.
    path: String,
    /// Bytes.
    size: u64,
    /// Lower-case hexadecimal.
    sha256: String,
}

/// Why something could not be written, or is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The disk does not do it.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Something is where this was to be written.
    #[error("{} is there already: name another place", .0.display())]
    Exists(PathBuf),
    /// Something is where this was to be restored.
    #[error("{} holds a database already: a backup is restored into an empty folder (--data-dir)", .0.display())]
    Occupied(PathBuf),
    /// Something of another installation is where this was to be restored.
    #[error("{} is left from another database: move it away, then restore again", .0.display())]
    LeftOver(PathBuf),
    /// A restore goes on.
    #[error("a restore into {} is going on: wait until it is done", .0.display())]
    Restoring(PathBuf),
    /// It is no backup and no bundle.
    #[error("{}: {reason}", .path.display())]
    NotAnArchive {
        /// What was named.
        path: PathBuf,
        /// Why not.
        reason: &'static str,
    },
    /// A listed file is not there.
    #[error("{0} is missing")]
    Missing(String),
    /// A file is there that nobody listed.
    #[error("{0} does not belong here: manifest.json does not list it")]
    Unlisted(String),
    /// A file is not what it was.
    #[error("{0} is not what it was: its SHA-256 does not match manifest.json")]
    Altered(String),
    /// A file is not of the shape that it should have.
    #[error("{path} cannot be read: {reason}")]
    Unreadable {
        /// Which.
        path: String,
        /// Why.
        reason: String,
    },
    /// The log is broken.
    #[error("events.jsonl: {0}")]
    Chain(#[from] ChainBreak),
    /// Two parts do not agree.
    #[error("{0}")]
    Disagree(&'static str),
    /// The data could not be read or stored.
    #[error("{0}")]
    Data(String),
}

impl ArchiveError {
    fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Io { path, source }
    }
}

impl From<ServiceError> for ArchiveError {
    fn from(error: ServiceError) -> Self {
        Self::Data(error.to_string())
    }
}

impl From<crate::store::StoreError> for ArchiveError {
    fn from(error: crate::store::StoreError) -> Self {
        ServiceError::from(error).into()
    }
}

/// A task that the disk keeps waiting, on a thread of its own.
async fn blocking<T: Send + 'static>(
    task: impl FnOnce() -> Result<T, ArchiveError> + Send + 'static,
) -> Result<T, ArchiveError> {
    let done = tokio::task::spawn_blocking(task).await;
    done.unwrap_or_else(|panic| Err(ArchiveError::Data(format!("the task broke down: {panic}"))))
}

/// Counts and hashes what is read through it.
struct Hashing<R> {
    inner: R,
    hash: Sha256,
    size: u64,
}

impl<R: Read> Hashing<R> {
    fn new(inner: R) -> Self {
        Self { inner, hash: Sha256::new(), size: 0 }
    }

    /// What was read, as a file of the manifest.
    fn entry(self, path: String) -> Entry {
        Entry { path, size: self.size, sha256: hex(&self.hash.finalize()) }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.inner.read(buffer)?;
        self.hash.update(&buffer[..length]);
        self.size += length as u64;
        Ok(length)
    }
}

/// A file, hashed.
fn entry_of(file: &Path, path: String) -> io::Result<Entry> {
    let mut reader = Hashing::new(File::open(file)?);
    io::copy(&mut reader, &mut io::sink())?;
    Ok(reader.entry(path))
}
