//! Playbooks and their versions as rows. A version never changes; a playbook's row says what its newest version says, so
//! that the library can be listed without reading graphs.

mod reads;

pub(super) use reads::Uses;

use std::sync::{Arc, OnceLock};

use domain::api::VersionSummary;
use domain::fingerprint::Fingerprint;
use domain::graph::{Graph, NodeKind};
use domain::ids::{Actor, CommandId, PlaybookId};
use domain::legible::composed;
use domain::placement::Placement;
use domain::source::{Format, ImportIssue, Part};
use domain::time::Timestamp;
use sea_orm::ActiveValue::Set;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::Value;

use super::entity::{playbook_versions, playbooks};
use super::{Cache, StoreError, projection};

/// What one version of a playbook was.
#[derive(Debug)]
pub(crate) struct Version {
    /// Its number, who saved it when, and how large it is.
    pub(crate) saved: VersionSummary,
    /// The text it was imported from.
    pub(crate) source: String,
    /// What the importer had to say.
    pub(crate) issues: Vec<ImportIssue>,
    /// The graph.
    pub(crate) graph: Arc<Graph>,
    /// [`Graph::hash`].
    pub(crate) graph_hash: String,
    /// Whether its row holds the graph byte by byte as it is written, and its counts.
    pub(crate) is_as_written: bool,
    /// Its drawing.
    pub(crate) placement: Arc<Placement>,
    /// What is searched, in small letters; made when it is first asked for.
    words: OnceLock<String>,
}

impl Version {
    /// Whether a word in small letters occurs in what a node says, or in what the playbook says about itself.
    fn says(&self, word: &str) -> bool {
        let words = || {
            let nodes = self.graph.nodes.iter().flat_map(|node| [&node.label, &node.description]);
            nodes
                .chain([&self.graph.description])
                .map(|text| composed(text).to_lowercase())
                .collect::<Vec<_>>()
                .join("\n")
        };
        self.words.get_or_init(words).contains(word)
    }
}

/// A version of a playbook that is to be stored.
#[derive(Clone, Debug)]
pub(crate) struct NewPlaybook {
    pub(crate) id: PlaybookId,
    pub(crate) version: u32,
    pub(crate) format: Format,
    /// Which part of the source was chosen.
    pub(crate) part: Option<Part>,
    pub(crate) source: String,
    pub(crate) issues: Vec<ImportIssue>,
    pub(crate) graph: Graph,
    pub(crate) placement: Placement,
    pub(crate) author: Actor,
    /// What changed; empty when nothing is said.
    pub(crate) summary: String,
    pub(crate) now: Timestamp,
    /// The command that saves it, if it has an id.
    pub(crate) command: Option<PlaybookCommand>,
}

/// A command about a playbook.
#[derive(Clone, Debug)]
pub(crate) struct PlaybookCommand {
    /// Its id.
    pub(crate) id: CommandId,
    /// What it asks for.
    pub(crate) fingerprint: Fingerprint,
}

/// How large a graph is, as rows say it.
#[derive(PartialEq, Eq)]
struct Counts {
    nodes: i32,
    edges: i32,
    steps: i32,
    decisions: i32,
}

impl Counts {
    fn of(graph: &Graph) -> Self {
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let decisions = graph.nodes.iter().filter(|node| node.kind == NodeKind::Decision).count();
        Self {
            nodes: count(graph.nodes.len()),
            edges: count(graph.edges.len()),
            steps: count(graph.actionable_count() - decisions),
            decisions: count(decisions),
        }
    }
}

impl NewPlaybook {
    /// The row of the playbook whose newest version this is.
    pub(super) fn playbook_row(&self) -> playbooks::ActiveModel {
        let counts = Counts::of(&self.graph);
        playbooks::ActiveModel {
            id: Set(self.id.0),
            title: Set(self.graph.title.clone()),
            format: Set(self.format.as_str().to_owned()),
            tags: Set(Value::from(self.graph.tags.clone())),
            version: Set(self.version.cast_signed()),
            node_count: Set(counts.nodes),
            edge_count: Set(counts.edges),
            step_count: Set(counts.steps),
            decision_count: Set(counts.decisions),
            created_at: Set(self.now.to_utc()),
            hidden_at: Set(None),
        }
    }

    /// The row of this version.
    pub(super) fn version_row(&self) -> playbook_versions::ActiveModel {
        let counts = Counts::of(&self.graph);
        playbook_versions::ActiveModel {
            playbook_id: Set(self.id.0),
            version: Set(self.version.cast_signed()),
            source: Set(self.source.clone()),
            graph: Set(serde_json::to_string(&self.graph).unwrap_or_default()),
            graph_hash: Set(self.graph.hash()),
            placement: Set(serde_json::to_string(&self.placement).unwrap_or_default()),
            issues: Set(serde_json::to_value(&self.issues).unwrap_or_default()),
            created_at: Set(self.now.to_utc()),
            format: Set(self.format.as_str().to_owned()),
            part: Set(self.part.map(|part| part.to_string())),
            author: Set(self.author.as_str().to_owned()),
            summary: Set(self.summary.clone()),
            node_count: Set(counts.nodes),
            edge_count: Set(counts.edges),
            step_count: Set(counts.steps),
            decision_count: Set(counts.decisions),
        }
    }
}

/// One version, from memory when it was read before: versions never change.
pub(super) async fn version<C: ConnectionTrait>(
    database: &C,
    cache: &Cache,
    playbook: PlaybookId,
    version: u32,
) -> Result<Arc<Version>, StoreError> {
    if let Some(known) = cache.version((playbook, version)) {
        return Ok(known);
    }
    let row = playbook_versions::Entity::find_by_id((playbook.0, version.cast_signed()))
        .one(database)
        .await?
        .ok_or(StoreError::MissingVersion(playbook, version))?;
    let unreadable =
        |error: serde_json::Error| StoreError::UnreadableVersion { playbook, version, reason: error.to_string() };
    let graph: Graph = serde_json::from_str(&row.graph).map_err(unreadable)?;
    let counts =
        Counts { nodes: row.node_count, edges: row.edge_count, steps: row.step_count, decisions: row.decision_count };
    let is_as_written =
        counts == Counts::of(&graph) && serde_json::to_string(&graph).is_ok_and(|written| written == row.graph);
    let saved = VersionSummary {
        version,
        title: graph.title.clone(),
        format: projection::read(Value::String(row.format), "playbook_versions.format")?,
        from: row.part.map(|part| projection::read(Value::String(part), "playbook_versions.part")).transpose()?,
        created_at: Timestamp::new(row.created_at),
        author: projection::read(Value::String(row.author), "playbook_versions.author")?,
        summary: row.summary,
        node_count: row.node_count.cast_unsigned(),
        edge_count: row.edge_count.cast_unsigned(),
        step_count: row.step_count.cast_unsigned(),
        decision_count: row.decision_count.cast_unsigned(),
    };
    let read = Arc::new(Version {
        saved,
        source: row.source,
        issues: projection::read(row.issues, "playbook_versions.issues")?,
        graph: Arc::new(graph),
        graph_hash: row.graph_hash,
        is_as_written,
        placement: Arc::new(serde_json::from_str(&row.placement).map_err(unreadable)?),
        words: OnceLock::new(),
    });
    cache.keep_version((playbook, version), read.clone());
    Ok(read)
}
