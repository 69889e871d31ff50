//! The press: reports are printed in the workshop, and closed ones once.

use std::sync::Arc;

use bytes::Bytes;

use super::Document;
use super::exhibit::Exhibit;
use super::typeset::{Copy, Key, PrintError, Printed};
use crate::shelf::Shelf;
use crate::workshop::{Lane, Workshop};

/// Bytes of finished reports that are kept.
const ROOM: usize = 64 * 1024 * 1024;
/// About so many reports fit.
const REPORTS: usize = 30;

/// The evidence that is printed as pictures.
#[derive(Debug, Default)]
pub struct Exhibits {
    /// What could be read.
    pub files: Vec<Exhibit>,
    /// Whether that is all that should be: a report that lacks a picture is not kept.
    pub are_all: bool,
}

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
    /// `exhibits` gives the evidence that is printed as pictures; it is asked only when the report has to be printed.
    ///
    /// # Errors
    /// When typst refuses the template, which is a fault of this program and not of the report; or when too many reports wait
    /// to be printed.
    pub async fn print<E: From<PrintError>>(
        &self,
        document: Document,
        exhibits: impl AsyncFnOnce() -> Result<Exhibits, E>,
    ) -> Result<Bytes, E> {
        let is_over = !document.report.interim;
        let copied = self.workshop.run(Lane::Quick, move || Copy::of(&document).map(|copy| (copy.key(), copy))).await;
        let (key, copy) = copied.map_err(PrintError::from)??;
        if let Some(report) = self.finished.get(&key) {
            return Ok(report);
        }
        let Exhibits { files, are_all } = exhibits().await?;
        let is_kept = is_over && are_all;
        let finished = Arc::clone(&self.finished);
        let printed = self.workshop.run_leaving(Lane::Slow, move || {
            // While this one waited, somebody else may have had it printed.
            if let Some(report) = finished.get(&key) {
                return (Ok(report), None);
            }
            match copy.typeset(&files) {
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
        Ok(printed.await.map_err(PrintError::from)??)
    }
}
