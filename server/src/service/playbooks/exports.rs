//! Playbooks go out: as a text in each format that the importer reads, and as a drawing.

use domain::api::ExportFormat;
use domain::drawing::flowchart;
use domain::export::{CacaoContext, cacao, json, markdown, mermaid};
use domain::ids::PlaybookId;
use domain::source::Format;

use crate::report::raster;
use crate::service::{Service, ServiceError};

/// The fonts that a viewer of a drawing may have.
const FONTS: &str = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, sans-serif";

/// A playbook as a file.
pub(crate) struct Exported {
    /// Its name.
    pub(crate) file_name: String,
    pub(crate) media_type: &'static str,
    pub(crate) content: Vec<u8>,
    /// What the recipient should know, a sentence each.
    pub(crate) warnings: Vec<String>,
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
        let version = self.version(id, number.unwrap_or(summary.version)).await?;
        let graph = &version.graph;
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
                    created: summary.created_at,
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
                let drawing = flowchart(graph, &version.placement, None);
                drawing.document(drawing.whole(), FONTS).into_bytes()
            }
            ExportFormat::Png => {
                let drawing = flowchart(graph, &version.placement, None);
                raster::png(drawing).await.map_err(ServiceError::NoPicture)?
            }
        };
        let file_name = format!("{}.{extension}", graph.title);
        Ok(Exported { file_name, media_type, content, warnings })
    }
}
