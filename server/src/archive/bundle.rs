//! Bundles: one execution as a folder of plain files that anybody can read and check without a server.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use domain::api::ExecutionDetail;
use domain::event::{Hash, Header};
use domain::graph::Graph;
use domain::ids::{EvidenceId, ExecutionId, PlaybookId, Seq};
use domain::placement::Placement;
use domain::source::{Format, ImportIssue, Part};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ArchiveError, CREATED_BY, Entry, MANIFEST, blocking, entry_of};
use crate::durable;
use crate::report::Paper;
use crate::service::Service;
use crate::store::OnProgress;

pub(super) const FORMAT: &str = "playbook-forge-bundle";
/// The log, one event per line in the shape of DESIGN §4.
pub(super) const EVENTS: &str = "events.jsonl";
/// What `GET /api/executions/{id}` gave at the time of the last event.
pub(super) const STATE: &str = "state.json";
/// The after-action report at the time of the last event, for people.
const REPORT_MD: &str = "report.md";
const REPORT_PDF: &str = "report.pdf";
/// The playbook version that was run.
pub(super) const PLAYBOOK: &str = "playbook.json";
const README: &str = "README.md";

/// Where a file of evidence lies in a bundle.
pub(super) fn evidence_path(id: EvidenceId) -> String {
    format!("evidence/{id}")
}

/// What a bundle says about itself.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    pub(super) format: String,
    pub(super) format_version: u32,
    created_at: Timestamp,
    created_by: String,
    pub(super) incident_title: String,
    /// Where the chain of hashes begins.
    pub(super) header: Header,
    /// Where it ends.
    pub(super) last_seq: Seq,
    pub(super) head_hash: Hash,
    pub(super) files: Vec<Entry>,
}

/// The playbook version that was run, apart from its source.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Playbook {
    pub(super) id: PlaybookId,
    pub(super) version: u32,
    pub(super) format: Format,
    /// Which part of it was chosen; left out when nobody chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) from: Option<Part>,
    /// The file with the text that it was imported from.
    pub(super) source: String,
    pub(super) created_at: Timestamp,
    pub(super) graph: Graph,
    pub(super) placement: Placement,
    pub(super) issues: Vec<ImportIssue>,
}

/// Writes an execution into a new or empty folder. The manifest comes last: without it, a bundle is not finished.
pub(crate) async fn export(
    service: &Service,
    id: ExecutionId,
    folder: &Path,
    now: Timestamp,
    on_progress: OnProgress<'_>,
) -> Result<Hash, ArchiveError> {
    let record = service.record(id).await?;
    let state = &record.execution.state;
    let mut writer = Writer::begin(folder)?;
    let source = format!("playbook.{}", extension(record.version.saved.format));
    writer.add(&source, record.version.source.as_bytes())?;
    let playbook = Playbook {
        id: state.header.playbook_id,
        version: state.header.playbook_version,
        format: record.version.saved.format,
        from: record.version.saved.from,
        source,
        created_at: record.version.saved.created_at,
        graph: Graph::clone(&record.version.graph),
        placement: Placement::clone(&record.version.placement),
        issues: record.version.issues.clone(),
    };
    writer.add(PLAYBOOK, &json(&playbook))?;
    let mut lines = Vec::new();
    for event in &record.events {
        lines.extend(serde_json::to_vec(event).unwrap_or_default());
        lines.push(b'\n');
    }
    writer.add(EVENTS, &lines)?;
    let detail = ExecutionDetail::of(&record.execution, state.last_timestamp.unwrap_or(now));
    writer.add(STATE, &json(&detail))?;
    if let Some(reported) = Service::report_of(&record) {
        writer.add(REPORT_MD, reported.markdown().as_bytes())?;
        let pdf = service.pdf(reported, Paper::A4).await?;
        writer.add(REPORT_PDF, &pdf)?;
    }
    let evidence: Vec<_> = state.evidence().collect();
    for (position, attached) in evidence.iter().enumerate() {
        on_progress(position as u64, evidence.len() as u64);
        let file = service.open_evidence(id, attached, false).await?;
        let name = evidence_path(attached.evidence.id);
        writer = blocking(move || writer.copy(&name, file).map(|()| writer)).await?;
    }
    writer.add(README, include_bytes!("bundle-readme.md"))?;
    let manifest = Manifest {
        format: FORMAT.to_owned(),
        format_version: 1,
        created_at: now,
        created_by: CREATED_BY.to_owned(),
        incident_title: state.incident_title.clone(),
        header: state.header.clone(),
        last_seq: state.last_seq,
        head_hash: state.head_hash.clone(),
        files: std::mem::take(&mut writer.files),
    };
    writer.add(MANIFEST, &json(&manifest))?;
    on_progress(evidence.len() as u64, evidence.len() as u64);
    Ok(state.head_hash.clone())
}

fn extension(format: Format) -> &'static str {
    match format {
        Format::Markdown => "md",
        Format::Mermaid => "mmd",
        // `playbook.json` is the playbook as it was run.
        Format::Cacao => "cacao.json",
        Format::Json => "forge.json",
    }
}

pub(super) fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).unwrap_or_default()
}

/// The folder that is being written.
struct Writer {
    folder: PathBuf,
    files: Vec<Entry>,
}

impl Writer {
    fn begin(folder: &Path) -> Result<Self, ArchiveError> {
        durable::make_folder(folder).map_err(ArchiveError::io(folder))?;
        let mut inside = fs::read_dir(folder).map_err(ArchiveError::io(folder))?;
        if inside.next().is_some() {
            return Err(ArchiveError::Exists(folder.to_owned()));
        }
        Ok(Self { folder: folder.to_owned(), files: Vec::new() })
    }

    fn add(&mut self, name: &str, content: &[u8]) -> Result<(), ArchiveError> {
        self.write(name, |file| file.write_all(content))
    }

    fn copy(&mut self, name: &str, mut content: File) -> Result<(), ArchiveError> {
        self.write(name, |file| io::copy(&mut content, file).map(|_| ()))
    }

    fn write(&mut self, name: &str, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<(), ArchiveError> {
        let path = self.folder.join(name);
        let written = || {
            durable::make_folder(path.parent().unwrap_or(&self.folder))?;
            let mut file = File::create_new(&path)?;
            write(&mut file)?;
            file.sync_all()?;
            // Read again from the file: what is listed is what lies there.
            entry_of(&path, name.to_owned())
        };
        let entry = written().map_err(ArchiveError::io(&path))?;
        self.files.push(entry);
        Ok(())
    }
}
