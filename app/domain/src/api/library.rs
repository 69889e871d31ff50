//! Bodies of requests and answers that are about the library.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

use super::present;
use crate::graph::Graph;
use crate::ids::{Actor, CommandId, PlaybookId, Seq, given};
use crate::placement::Placement;
use crate::source::{Content, Format, ImportIssue, Part};
use crate::time::Timestamp;

/// `POST /api/playbooks`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ImportPlaybook {
    /// Instead of the title that the source gives itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::Name>))]
    pub title: Option<String>,
    /// The name of the file it comes from: the title of a playbook that has no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 1000))]
    pub file_name: Option<String>,
    /// The text.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1048576))]
    pub source: String,
    /// Detected from the text when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// Which part of the text is read, of one that holds lists and flowcharts (`contents` of a preview); when absent the one with more
    /// to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::PartName>))]
    pub from: Option<Part>,
    /// Besides those that the source gives itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::Name>, max_items = 50))]
    pub tags: Vec<String>,
    /// Who imports it; else the `X-Analyst` header, else the page's cookie, else `anonymous`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::AnalystName>))]
    pub actor: Option<Actor>,
    /// Sent again under the same id, a playbook is imported once and answered the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_id: Option<CommandId>,
}

/// `PUT /api/playbooks/{id}`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SavePlaybook {
    /// The text of the new version.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1048576))]
    pub source: String,
    /// Detected from the text when absent; it may be another one than before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// Which part of the text is read, of one that holds lists and flowcharts (`contents` of a preview); when absent the one with more
    /// to do, or what was chosen for the version before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::PartName>))]
    pub from: Option<Part>,
    /// Instead of the title that the source gives itself. When absent, a title that was chosen for the version before stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::Name>))]
    pub title: Option<String>,
    /// Besides those that the source gives itself. When absent, those that were added to the version before stay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<crate::openapi::Name>>, max_items = 50))]
    pub tags: Option<Vec<String>>,
    /// What changed, and why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::NameOrBlank>))]
    pub summary: Option<String>,
    /// The version that the sender had seen. When it is not the newest any more, nothing is saved (409).
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "version")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::VersionNumber>))]
    pub base_version: Option<u32>,
    /// Who saves it; else the `X-Analyst` header, else the page's cookie, else `anonymous`.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::AnalystName>))]
    pub actor: Option<Actor>,
    /// Sent again under the same id, a version is saved once and answered the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command_id: Option<CommandId>,
}

/// A version's number, which may be written as `3.0`, like every whole number.
fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    let number = Option::<Seq>::deserialize(deserializer)?;
    let too_large = |_| D::Error::custom("no playbook has so many versions");
    number.map(|Seq(number)| u32::try_from(number).map_err(too_large)).transpose()
}

/// `POST /api/playbooks/preview`
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PreviewPlaybook {
    /// The text.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 1048576))]
    pub source: String,
    /// Detected from the text when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
    /// Which part of the text is read, of one that holds lists and flowcharts (`contents` of a preview); when absent the one with more
    /// to do, or what was chosen for the newest version of `playbook_id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::PartName>))]
    pub from: Option<Part>,
    /// The playbook of which it may become a version: its nodes keep their ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playbook_id: Option<PlaybookId>,
}

/// Answer to `POST /api/playbooks/preview`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookPreview {
    /// The format it was read as.
    pub format: Format,
    /// What its author should know.
    pub issues: Vec<ImportIssue>,
    /// What was read.
    pub graph: Graph,
    /// Where everything would lie on the canvas.
    pub placement: Placement,
    /// What the text holds that can be read as a playbook, and what of it was.
    pub contents: Vec<Content>,
}

/// Answer to `POST /api/playbooks` and to `PUT /api/playbooks/{id}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookCreated {
    /// Its id.
    pub id: PlaybookId,
    /// Its title.
    pub title: String,
    /// Its version, 1 when it is new.
    pub version: u32,
    /// The format it was read as.
    pub format: Format,
    /// How many nodes it has.
    pub node_count: usize,
    /// How many edges it has.
    pub edge_count: usize,
    /// What the author should know.
    pub issues: Vec<ImportIssue>,
    /// A playbook that the library already had and that reads the same, when this one was imported.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub duplicate_of: Option<PlaybookId>,
}

/// A playbook in `GET /api/playbooks`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookSummary {
    /// Its id.
    pub id: PlaybookId,
    /// Its title.
    pub title: String,
    /// The newest version.
    pub version: u32,
    /// The format of its source.
    pub format: Format,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// How many nodes it has.
    pub node_count: u32,
    /// How many edges it has.
    pub edge_count: u32,
    /// How many of its nodes are steps or commands.
    pub step_count: u32,
    /// How many of its nodes are decisions.
    pub decision_count: u32,
    /// How many executions were started from any of its versions.
    pub execution_count: u64,
    /// When the last of them was started.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub last_used: Option<Timestamp>,
    /// Half of those that are over took longer: in seconds, pauses left out.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub median_seconds: Option<f64>,
    /// When it was first imported.
    pub created_at: Timestamp,
    /// Whether it was taken out of the library.
    pub hidden: bool,
}

/// A version of a playbook in `GET /api/playbooks/{id}/versions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VersionSummary {
    /// Its number, from 1.
    pub version: u32,
    /// The title it gave the playbook.
    pub title: String,
    /// The format of its source.
    pub format: Format,
    /// Which part of its source was chosen; `null` when nobody chose.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<crate::openapi::PartName>))]
    pub from: Option<Part>,
    /// When it was saved.
    pub created_at: Timestamp,
    /// Who saved it.
    pub author: Actor,
    /// What changed, in the author's words; empty when nothing was said.
    pub summary: String,
    /// How many nodes it has.
    pub node_count: u32,
    /// How many edges it has.
    pub edge_count: u32,
    /// How many of its nodes are steps or commands.
    pub step_count: u32,
    /// How many of its nodes are decisions.
    pub decision_count: u32,
}

/// `GET /api/playbooks/{id}`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlaybookDetail {
    /// As in the list, where title, tags, format and counts are those of the newest version.
    #[serde(flatten)]
    pub summary: PlaybookSummary,
    /// The version that is shown: the newest unless another one is asked for.
    pub shown: VersionSummary,
    /// Its text.
    pub source: String,
    /// What the importer had to say about it.
    pub issues: Vec<ImportIssue>,
    /// Its graph.
    pub graph: Graph,
    /// Where everything lies on the canvas.
    pub placement: Placement,
}

/// Query of `GET /api/playbooks`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::IntoParams))]
#[cfg_attr(feature = "openapi", into_params(parameter_in = Query))]
#[serde(deny_unknown_fields)]
pub struct PlaybookFilter {
    /// Words that must occur in the title, in a tag, or in what the newest version says.
    #[serde(default)]
    pub q: Option<String>,
    /// A tag it must carry.
    #[serde(default)]
    pub tag: Option<String>,
    /// Those that were taken out of the library, instead of those that are in it.
    #[serde(default)]
    pub hidden: bool,
    /// At most so many: 100 when nothing is said, and 1,000 at most.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::PageLength>, inline))]
    pub limit: Option<u64>,
    /// Leaving out so many of the newest.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    #[cfg_attr(feature = "openapi", param(value_type = Option<crate::openapi::Count>, inline))]
    pub offset: Option<u64>,
}

/// A form in which a playbook is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExportFormat {
    /// CACAO 2.0; of an untouched import, what was imported.
    Cacao,
    /// A document in the syntax that the importer reads; around a flowchart what lists cannot say.
    Markdown,
    /// A Mermaid flowchart: nodes, labels and phases, without instructions and code.
    Mermaid,
    /// The graph as JSON of our own, with nothing lost; `/api/schema/playbook.json` describes it.
    Json,
    /// The flowchart as a drawing.
    Svg,
    /// The flowchart as a picture, twice as large as the drawing unless that would be too large.
    Png,
}
