//! Playbooks go out: as a text in each format that the importer reads, and as a drawing. A version never changes, so each file
//! is made once for as long as there is room to keep it.

use std::sync::Arc;

use bytes::Bytes;
use domain::api::ExportFormat;
use domain::drawing::flowchart;
use domain::export::{CacaoContext, cacao, json, markdown, mermaid};
use domain::ids::PlaybookId;
use domain::source::Format;
use domain::time::Timestamp;

use crate::report::raster;
use crate::service::{Service, ServiceError};
use crate::shelf::Weighed;
use crate::store::Version;
use crate::workshop::Lane;

/// The fonts that a viewer of a drawing may have.
const FONTS: &str = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif";

/// Which playbook, which of its versions, and as what.
pub(crate) type ExportKey = (PlaybookId, u32, ExportFormat);
/// Bytes of files that are kept.
pub(crate) const EXPORT_ROOM: usize = 64 * 1024 * 1024;
/// About so many fit.
pub(crate) const EXPORTS: usize = 500;

/// A playbook as a file.
#[derive(Clone, Debug)]
pub(crate) struct Exported {
    /// Its name.
    pub(crate) file_name: String,
    pub(crate) media_type: &'static str,
    pub(crate) content: Bytes,
    /// What the recipient should know, a sentence each.
    pub(crate) warnings: Vec<String>,
}

impl Weighed for Exported {
    fn weight(&self) -> usize {
        self.file_name.len() + self.content.len() + self.warnings.iter().map(String::len).sum::<usize>()
    }
}

impl Service {
    /// A version of a playbook as a file: the newest unless another one is named.
    pub(crate) async fn export_playbook(
        &self,
        id: PlaybookId,
        number: Option<u32>,
        format: ExportFormat,
    ) -> Result<Exported, ServiceError> {
        let summary = self.playbook_in_library(id).await?;
        let number = number.unwrap_or(summary.version);
        let key = (id, number, format);
        if let Some(exported) = self.exports.get(&key) {
            return Ok(exported);
        }
        let version = self.version(id, number).await?;
        let lane = if format == ExportFormat::Png { Lane::Slow } else { Lane::Quick };
        let exports = Arc::clone(&self.exports);
        let made = self.workshop.run(lane, move || {
            // While this one waited, somebody else may have had it made.
            if let Some(exported) = exports.get(&key) {
                return Ok(exported);
            }
            let exported = export(id, summary.created_at, &version, format)?;
            exports.put(key, exported.clone());
            Ok(exported)
        });
        made.await?
    }
}

/// Makes the file.
fn export(
    id: PlaybookId,
    created: Timestamp,
    version: &Version,
    format: ExportFormat,
) -> Result<Exported, ServiceError> {
    let graph = &version.graph;
    let drawing = || flowchart(graph, &version.placement, None);
    let (media_type, extension) = match format {
        ExportFormat::Cacao => ("application/cacao+json", "cacao.json"),
        ExportFormat::Markdown => ("text/markdown; charset=utf-8", "md"),
        ExportFormat::Mermaid => ("text/plain; charset=utf-8", "mmd"),
        ExportFormat::Json => ("application/json", "json"),
        ExportFormat::Svg => ("image/svg+xml", "svg"),
        ExportFormat::Png => ("image/png", "png"),
    };
    let mut warnings = Vec::new();
    let content = match format {
        ExportFormat::Cacao => {
            let context = CacaoContext {
                playbook: id,
                created,
                modified: version.saved.created_at,
                source: (version.saved.format == Format::Cacao).then_some(version.source.as_str()),
            };
            let export = cacao(graph, &context);
            warnings = export.warnings;
            export.text.into_bytes()
        }
        ExportFormat::Markdown => markdown(graph).into_bytes(),
        ExportFormat::Mermaid => mermaid(graph, &[]).into_bytes(),
        ExportFormat::Json => json(graph).into_bytes(),
        ExportFormat::Svg => {
            let drawing = drawing();
            drawing.document(drawing.whole(), FONTS).into_bytes()
        }
        ExportFormat::Png => raster::png(&drawing()).map_err(ServiceError::NoPicture)?,
    };
    let file_name = format!("{}.{extension}", graph.title);
    Ok(Exported { file_name, media_type, content: content.into(), warnings })
}
