//! The press: reports are printed off the async threads, a few at a time, and closed ones once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;

use super::Document;
use super::shelf::Shelf;
use super::typeset::{Copy, PrintError, Printed};

/// Reports that are typeset at once. Each takes all processors that are free and, with 2,000 events, 150 MB for as long as it is
/// being made.
const AT_ONCE: usize = 2;
/// Bytes of finished reports that are kept.
const SHELF: usize = 64 * 1024 * 1024;

/// Prints reports.
pub struct Press {
    permits: Arc<Semaphore>,
    finished: Arc<Mutex<Shelf>>,
}

impl Default for Press {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)), finished: Arc::new(Mutex::new(Shelf::new(SHELF))) }
    }
}

impl Press {
    /// The PDF of a report.
    ///
    /// That of an execution that is over is kept under what it was made from: it is printed once until its record changes. An
    /// interim one is of this very moment, and not kept. Who stops waiting does not stop the printing.
    ///
    /// # Errors
    /// When typst refuses the template, which is a fault of this program and not of the report.
    pub async fn print(&self, document: Document) -> Result<Bytes, PrintError> {
        let is_kept = !document.report.interim;
        let (key, copy) = off_thread(move || Copy::of(&document).map(|copy| (copy.key(), copy))).await?;
        if let Some(report) = self.finished().get(&key) {
            return Ok(report);
        }
        let permit = self.permits.clone().acquire_owned().await;
        let permit = permit.map_err(|closed| PrintError::Unfinished(closed.to_string()))?;
        // While this one waited, somebody else may have had it printed.
        if let Some(report) = self.finished().get(&key) {
            return Ok(report);
        }
        let finished = self.finished.clone();
        let (answer, answered) = oneshot::channel();
        spawn_blocking(move || {
            let _permit = permit;
            let (report, remains) = match copy.typeset() {
                Ok(Printed { bytes, remains }) => (Ok(Bytes::from(bytes)), Some(remains)),
                Err(error) => (Err(error), None),
            };
            if let (Ok(report), true) = (&report, is_kept) {
                shelf(&finished).put(key, report.clone());
            }
            // Who waits is answered before the memory is given back; who stopped waiting needs no answer.
            let _ = answer.send(report);
            drop(remains);
        });
        answered.await.map_err(|broken| PrintError::Unfinished(broken.to_string()))?
    }

    fn finished(&self) -> MutexGuard<'_, Shelf> {
        shelf(&self.finished)
    }
}

/// The shelf, whole even after a panic of who held it: at worst a report is missing.
fn shelf(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PrintError> + Send + 'static,
) -> Result<T, PrintError> {
    spawn_blocking(work).await.map_err(|broken| PrintError::Unfinished(broken.to_string()))?
}
