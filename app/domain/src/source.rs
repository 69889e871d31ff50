//! The text that a playbook was imported from: its format, and what the importer has to say about it.

use serde::{Deserialize, Serialize};

/// A format that playbooks are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// CommonMark with the GFM extensions.
    Markdown,
    /// A Mermaid flowchart, bare or in a fence of a Markdown document.
    Mermaid,
    /// A CACAO playbook (OASIS Security Playbooks), version 2.0 or 1.x.
    Cacao,
    /// A graph in JSON of our own, as the export writes it.
    Json,
}

impl Format {
    /// Its name, as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::Mermaid => "Mermaid",
            Self::Cacao => "CACAO",
            Self::Json => "JSON",
        }
    }

    /// The word used on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Markdown => "markdown",
            Self::Mermaid => "mermaid",
            Self::Cacao => "cacao",
            Self::Json => "json",
        }
    }
}

/// How much a remark matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// A choice the importer made that the author may want to know of.
    Info,
    /// Something was repaired or guessed; worth a look.
    Warning,
    /// Something could not be understood; its text was kept as a description.
    Error,
}

impl Severity {
    /// The word used on the wire and on the screen.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// Something the author of a source should know about how it was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportIssue {
    /// Line of the source, counted from 1; absent when it concerns the whole.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub line: Option<u32>,
    /// How much it matters.
    pub severity: Severity,
    /// One sentence that says what was found and what was made of it.
    pub message: String,
}

/// A part of a source that can be read as a playbook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Content {
    /// What it is.
    pub kind: ContentKind,
    /// How many steps, decisions and commands it has.
    pub nodes: usize,
    /// Whether it is what was read.
    pub chosen: bool,
}

/// How a part of a source says what is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ContentKind {
    /// A flowchart, of Mermaid or of a workflow.
    Flowchart,
    /// Lists and tables.
    List,
}
