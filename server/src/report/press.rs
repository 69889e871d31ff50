//! The press: reports are printed off the async threads, a few at a time, and closed ones once.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::Document;
use super::shelf::{Key, Shelf};
use super::typeset::{Copy, PrintError};

/// Reports that are typeset at once. One takes a processor and, for a long incident, some hundred megabytes for as long as it is
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
    /// That of an execution that is over is kept, by what it was made from: it is printed once until the record changes. An
    /// interim one is of this very moment and is not kept. Who stops waiting does not stop the printing.
    ///
    /// # Errors
    /// When typst refuses the template, which is a fault of this program and not of the report.
    pub async fn print(&self, document: Document) -> Result<Bytes, PrintError> {
        let unfinished = |error: &dyn std::fmt::Display| PrintError::Unfinished(error.to_string());
        let permit = self.permits.clone().acquire_owned().await.map_err(|closed| unfinished(&closed))?;
        let finished = self.finished.clone();
        let printing = spawn_blocking(move || {
            let _permit = permit;
            print(&document, &finished)
        });
        printing.await.map_err(|broken| unfinished(&broken))?
    }
}

fn print(document: &Document, finished: &Mutex<Shelf>) -> Result<Bytes, PrintError> {
    // A panic while the shelf is held leaves it whole: at worst a report is missing.
    let shelf = || finished.lock().unwrap_or_else(PoisonError::into_inner);
    let copy = Copy::of(document)?;
    let key: Key = copy.key();
    if let Some(report) = shelf().get(&key) {
        return Ok(report);
    }
    let report = Bytes::from(copy.typeset()?);
    if !document.report.interim {
        shelf().put(key, report.clone());
    }
    Ok(report)
}
