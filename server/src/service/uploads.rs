//! How much evidence is taken in: of one file, of all together, and of how many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::ServiceError;

/// Uploads that are taken in at once: each holds a file open.
const AT_ONCE: usize = 64;

/// How many bytes of evidence are taken.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EvidenceLimits {
    /// Of one file.
    pub(crate) file: u64,
    /// Of all files together; `None` for as many as the disk takes.
    pub(crate) total: Option<u64>,
}

/// The uploads that are under way.
#[derive(Clone, Debug)]
pub(crate) struct Uploads {
    pub(crate) limits: EvidenceLimits,
    turns: Arc<Semaphore>,
    /// Bytes that have come and are not recorded yet.
    arriving: Arc<AtomicU64>,
}

/// One upload.
#[derive(Debug)]
pub(super) struct Turn {
    uploads: Uploads,
    /// Bytes that have come.
    size: u64,
    _turn: OwnedSemaphorePermit,
}

impl Uploads {
    pub(super) fn new(limits: EvidenceLimits) -> Self {
        Self { limits, turns: Arc::new(Semaphore::new(AT_ONCE)), arriving: Arc::default() }
    }

    /// Begins an upload.
    ///
    /// # Errors
    /// When too many are under way.
    pub(super) fn begin(&self) -> Result<Turn, ServiceError> {
        let turn = Arc::clone(&self.turns).try_acquire_owned().map_err(|_| ServiceError::Overloaded)?;
        Ok(Turn { uploads: self.clone(), size: 0, _turn: turn })
    }
}

impl Turn {
    /// Takes account of bytes that have come; `stored` are recorded already.
    ///
    /// # Errors
    /// When they are too many for a file, or for the installation.
    pub(super) fn take(&mut self, bytes: u64, stored: u64) -> Result<(), ServiceError> {
        self.size += bytes;
        let arriving = self.uploads.arriving.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let EvidenceLimits { file, total } = self.uploads.limits;
        if self.size > file {
            return Err(ServiceError::TooLarge { limit: file });
        }
        match total {
            Some(limit) if stored.saturating_add(arriving) > limit => Err(ServiceError::QuotaUsedUp { limit }),
            _ => Ok(()),
        }
    }

    /// Whether a quota has to be kept.
    pub(super) fn has_quota(&self) -> bool {
        self.uploads.limits.total.is_some()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.uploads.arriving.fetch_sub(self.size, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_uploads_are_under_way_than_may_be() {
        let uploads = Uploads::new(EvidenceLimits { file: 10, total: None });
        let mut turns: Vec<_> = (0..AT_ONCE).map(|_| uploads.begin().expect("there is room")).collect();
        assert!(matches!(uploads.begin(), Err(ServiceError::Overloaded)));
        turns.pop();
        assert!(uploads.begin().is_ok());
    }

    #[test]
    fn what_has_come_counts_towards_the_quota_until_it_is_given_up() {
        let uploads = Uploads::new(EvidenceLimits { file: 10, total: Some(15) });
        let (mut one, mut other) = (uploads.begin().expect("a turn"), uploads.begin().expect("a turn"));
        assert!(one.take(8, 0).is_ok() && other.take(7, 0).is_ok());
        assert!(matches!(other.take(1, 0), Err(ServiceError::QuotaUsedUp { limit: 15 })));
        drop(other);
        assert!(one.take(2, 5).is_ok());
        assert!(matches!(one.take(1, 0), Err(ServiceError::TooLarge { limit: 10 })));
    }
}
