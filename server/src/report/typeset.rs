//! From a document to the bytes of a PDF.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Timelike, Utc};
use sha2::{Digest, Sha256};
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, Source};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::content::Content;
use super::exhibit::{Exhibit, Print};
use super::fonts::FONTS;
use super::{Document, EVENTS_FILE};
use crate::workshop::Undone;

/// The name under which the template finds its data.
const DATA_FILE: &str = "data.json";
/// The name under which it finds which pieces of evidence are printed as pictures, by their ids.
const PICTURES_FILE: &str = "pictures.json";

static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));
static TEMPLATE: LazyLock<Source> = LazyLock::new(|| Source::detached(include_str!("report.typ")));

/// Why a report could not be printed. Nothing that a report holds should ever be the reason.
#[derive(Debug, thiserror::Error)]
pub enum PrintError {
    /// The data of the template could not be written.
    #[error("the report could not be handed to the template: {0}")]
    Data(#[from] serde_json::Error),
    /// The template or the export refused it.
    #[error("the report could not be typeset: {0}")]
    Typst(String),
    /// The workshop did not do it.
    #[error(transparent)]
    Undone(#[from] Undone),
}

/// Leaves out that the structure of the file is not suspect, which is so when nothing is said (ISO 32000-1 §14.7.1): Poppler takes a
/// `false` there for a fault, and tells everybody. Nothing moves in the file.
fn leave_out_suspects(bytes: &mut [u8]) {
    const MARKED: &[u8] = b"/MarkInfo<</Marked true";
    const SUSPECTS: &[u8] = b"/Suspects false";
    let whole = [MARKED, SUSPECTS].concat();
    if let Some(at) = bytes.windows(whole.len()).position(|part| part == whole) {
        bytes[at + MARKED.len()..at + whole.len()].fill(b' ');
    }
}

/// A report that is printed.
pub(super) struct Printed {
    /// The PDF.
    pub(super) bytes: Vec<u8>,
    /// To be dropped when there is time: it takes a tenth of that of the printing.
    pub(super) remains: Remains,
}

/// What typst holds of a report: its pages, and what it remembers in case the same is typeset again. It never is, and it is much;
/// so it is forgotten with this.
#[derive(Default)]
pub(super) struct Remains(Option<PagedDocument>);

impl Drop for Remains {
    fn drop(&mut self) {
        typst::comemo::evict(0);
    }
}

/// What a report was made from, as SHA-256.
pub(super) type Key = [u8; 32];

/// What is read to print one report. These bytes determine those of the PDF.
pub(super) struct Copy {
    data: Bytes,
    events: Bytes,
    /// Tells this execution's report from those of others.
    ident: String,
    as_of: DateTime<Utc>,
}

impl Copy {
    pub(super) fn of(document: &Document) -> Result<Self, PrintError> {
        Ok(Self {
            data: Bytes::new(serde_json::to_vec(&Content::of(document))?),
            events: Bytes::new(serde_json::to_vec(&document.events)?),
            ident: document.report.summary.execution_id.to_string(),
            as_of: document.report.as_of.to_utc(),
        })
    }

    /// What distinguishes it from all others, as long as its evidence is what was uploaded.
    pub(super) fn key(&self) -> Key {
        let data = Sha256::digest(&self.data);
        Sha256::new().chain_update(data).chain_update(&self.events).finalize().into()
    }

    /// Typesets it with these pictures, which takes the processors for a while.
    pub(super) fn typeset(&self, exhibits: &[Exhibit]) -> Result<Printed, PrintError> {
        let mut remains = Remains::default();
        let sheets = Sheets::of(self, exhibits)?;
        let told = |diagnostics: &[SourceDiagnostic]| {
            let told: Vec<String> = diagnostics.iter().map(|diagnostic| sheets.told(diagnostic)).collect();
            PrintError::Typst(told.join("; "))
        };
        let document: PagedDocument = typst::compile(&sheets).output.map_err(|errors| told(&errors))?;
        let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1])
            .map_err(|refusal| PrintError::Typst(refusal.message().to_string()))?;
        let options = PdfOptions {
            ident: Smart::Custom(self.ident.clone()),
            creator: Smart::Custom(Some("Playbook Forge".to_owned())),
            timestamp: datetime(self.as_of).map(Timestamp::new_utc),
            standards,
            ..PdfOptions::default()
        };
        let mut bytes = typst_pdf::pdf(&document, &options).map_err(|errors| told(&errors))?;
        leave_out_suspects(&mut bytes);
        remains.0 = Some(document);
        Ok(Printed { bytes, remains })
    }
}

/// All that the template reads.
struct Sheets<'a> {
    copy: &'a Copy,
    prints: Vec<Print>,
    pictures: Bytes,
}

impl<'a> Sheets<'a> {
    fn of(copy: &'a Copy, exhibits: &[Exhibit]) -> Result<Self, PrintError> {
        let printed =
            exhibits.iter().filter_map(|exhibit| Some((exhibit.evidence.id.to_string(), Print::of(exhibit)?)));
        let by_id: BTreeMap<String, Print> = printed.collect();
        let pictures = Bytes::new(serde_json::to_vec(&by_id)?);
        Ok(Self { copy, prints: by_id.into_values().collect(), pictures })
    }

    /// A complaint of typst, with the line of the template.
    fn told(&self, diagnostic: &SourceDiagnostic) -> String {
        let line = self.range(diagnostic.span).and_then(|range| TEMPLATE.lines().byte_to_line(range.start));
        let hints = diagnostic.hints.iter().map(|hint| format!(" ({})", hint.v)).collect::<String>();
        match line {
            Some(line) => format!("line {}: {}{hints}", line + 1, diagnostic.message),
            None => format!("{}{hints}", diagnostic.message),
        }
    }
}

fn datetime(at: DateTime<Utc>) -> Option<Datetime> {
    let part = |part: u32| u8::try_from(part).ok();
    Datetime::from_ymd_hms(
        at.year(),
        part(at.month())?,
        part(at.day())?,
        part(at.hour())?,
        part(at.minute())?,
        part(at.second())?,
    )
}

/// The world of one report: the template, its data, its pictures, the fonts; no clock and nothing else.
impl World for Sheets<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &FONTS.book
    }

    fn main(&self) -> FileId {
        TEMPLATE.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == TEMPLATE.id() { Ok(TEMPLATE.clone()) } else { Err(FileError::NotSource) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match id.vpath().get_without_slash() {
            DATA_FILE => Ok(self.copy.data.clone()),
            EVENTS_FILE => Ok(self.copy.events.clone()),
            PICTURES_FILE => Ok(self.pictures.clone()),
            other => {
                let print = self.prints.iter().find(|print| print.is_called(other));
                print.map(|print| Bytes::new(print.jpeg.clone())).ok_or_else(|| FileError::NotFound(other.into()))
            }
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        FONTS.faces.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}
