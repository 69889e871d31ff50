//! The press: reports are printed in the workshop, and closed ones once.

use std::sync::Arc;

use bytes::Bytes;

use super::Document;
use super::typeset::{Copy, Key, PrintError, Printed};
use crate::shelf::Shelf;
use crate::workshop::{Lane, Workshop};

/// Bytes of finished reports that are kept.
const ROOM: usize = 64 * 1024 * 1024;
/// About so many reports fit.
const REPORTS: usize = 30;

/// Prints reports.
pub struct Press {
    workshop: Workshop,
    finished: Arc<Shelf<Key, Bytes>>,
}

impl Press {
    /// A press in a workshop.
    pub(crate) fn new(workshop: Workshop) -> Self {
        Self { workshop, finished: Arc::new(Shelf::new(ROOM, REPORTS)) }
    }

    /// The PDF of a report.
    ///
    /// That of an execution that is over is kept under what it was made from: it is printed once until its record changes. An
    /// interim one is of this very moment, and not kept. Who stops waiting does not stop the printing.
    ///
    /// # Errors
    /// When typst refuses the template, which is a fault of this program and not of the report; or when too many reports wait
    /// to be printed.
    pub async fn print(&self, document: Document) -> Result<Bytes, PrintError> {
        let is_kept = !document.report.interim;
        let copied = self.workshop.run(Lane::Quick, move || Copy::of(&document).map(|copy| (copy.key(), copy))).await?;
        let (key, copy) = copied?;
        if let Some(report) = self.finished.get(&key) {
            return Ok(report);
        }
        let finished = Arc::clone(&self.finished);
        let printed = self.workshop.run_leaving(Lane::Slow, move || {
            // While this one waited, somebody else may have had it printed.
            if let Some(report) = finished.get(&key) {
                return (Ok(report), None);
            }
            match copy.typeset() {
                Ok(Printed { bytes, remains }) => {
                    let report = Bytes::from(bytes);
                    if is_kept {
                        finished.put(key, report.clone());
                    }
                    (Ok(report), Some(remains))
                }
                Err(error) => (Err(error), None),
            }
        });
        printed.await?
    }
}
