//! A graph as a CACAO playbook (OASIS Security Playbooks v2.0).
//!
//! A graph that came from a CACAO source and was not changed is given back as that source, with everything in it that
//! only programs read. Any other graph is written anew: where it has a form that CACAO has a word for, in that word
//! (see [`super::shape`]), else as steps that name each other, so that every graph can be exported. What CACAO has no word for
//! (phases, our ids and kinds) travels in an extension definition of our own, from which our importer makes the same
//! graph again.

mod ordered;
mod source;
mod steps;
#[cfg(test)]
mod tests;

use uuid::Uuid;

use self::ordered::Json;
use super::shape::Shape;
use crate::graph::{Edge, Graph, Node, NodeKind};
use crate::ids::PlaybookId;
use crate::import::cacao::extension::{CREATOR, EXTENSION, PlaybookExtension, RESPONDERS};
use crate::time::Timestamp;

/// Where the ids of exported playbooks come from (RFC 9562 §5.5).
const NAMESPACE: Uuid = Uuid::from_u128(0x8f0b_2a4e_6c1d_4e57_9b38_d2f6_71c5_a094);

/// What the extension says, for readers of other tools.
const EXTENSION_SCHEMA: &str = "On a step: `id`, `kind` (phase, step, decision, execute, merge), `phase` and `optional` \
     of the node it stands for; `helper` on steps that stand for none; `languages` of its commands; `code` where it has none; `ways`: labels of \
     the ways out; `merge`: the node where its branches meet. On the playbook: `phases`, and `phase_edges` to and from \
     them.";

/// What the export has to know beyond the graph.
#[derive(Clone, Copy, Debug)]
pub struct CacaoContext<'a> {
    /// The playbook; the ids of everything that is exported are derived from it.
    pub playbook: PlaybookId,
    /// When it was first imported.
    pub created: Timestamp,
    /// When this version was made.
    pub modified: Timestamp,
    /// The source of this version, if that was CACAO.
    pub source: Option<&'a str>,
}

/// A playbook as CACAO.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacaoExport {
    /// The JSON.
    pub text: String,
    /// What the recipient should know, one sentence each.
    pub warnings: Vec<String>,
}

/// The CACAO playbook of a valid graph.
pub fn cacao(graph: &Graph, context: &CacaoContext<'_>) -> CacaoExport {
    if let Some(source) = context.source {
        if let Some(export) = source::unchanged(graph, source, context.modified) {
            return export;
        }
        let warning = "The steps were changed after the import: agents, targets, markings and whatever else only the \
                       source holds are not in this export.";
        return CacaoExport { text: written(graph, context), warnings: vec![warning.to_owned()] };
    }
    CacaoExport { text: written(graph, context), warnings: Vec::new() }
}

fn written(graph: &Graph, context: &CacaoContext<'_>) -> String {
    let id = Uuid::new_v5(&NAMESPACE, context.playbook.0.as_bytes());
    let shape = Shape::of(graph, false);
    let workflow = steps::write(graph, &shape, id);
    let creator = || Json::from(CREATOR);
    let definition = Json::object([
        ("type", "extension-definition".into()),
        ("name", "Playbook Forge".into()),
        ("description", "Phases, ids and kinds of the playbook's nodes.".into()),
        ("created_by", creator()),
        ("schema", EXTENSION_SCHEMA.into()),
        ("version", "1.0.0".into()),
    ]);
    let responders = Json::object([("type", "group".into()), ("name", "Incident responders".into())]);
    let own = Json::Plain(serde_json::to_value(extension(graph, &shape)).unwrap_or_default());
    let playbook = Json::object([
        ("type", "playbook".into()),
        ("spec_version", "cacao-2.0".into()),
        ("id", format!("playbook--{id}").into()),
        ("name", graph.title.as_str().into()),
        ("description", graph.description.as_str().into()),
        ("created_by", creator()),
        ("created", context.created.to_string().into()),
        ("modified", context.modified.to_string().into()),
        ("labels", Json::texts(graph.tags.iter().cloned())),
        ("playbook_variables", Json::Object(workflow.variables)),
        ("workflow_start", workflow.start.into()),
        ("workflow", Json::Object(workflow.steps)),
        ("agent_definitions", Json::Object(vec![(RESPONDERS.to_owned(), responders)])),
        ("playbook_extensions", Json::Object(vec![(EXTENSION.to_owned(), own)])),
        ("extension_definitions", Json::Object(vec![(EXTENSION.to_owned(), definition)])),
    ]);
    // Texts, flags and lists of them are refused by no serialiser.
    serde_json::to_string_pretty(&playbook).unwrap_or_default() + "\n"
}

/// What the playbook as a whole says about the graph.
fn extension(graph: &Graph, shape: &Shape<'_>) -> PlaybookExtension {
    let groups = shape.groups.iter().map(|&group| &graph.nodes[group].id).collect::<std::collections::HashSet<_>>();
    let is_at_group = |edge: &&Edge| groups.contains(&edge.from) || groups.contains(&edge.to);
    let phases = graph.nodes.iter().filter(|node| node.kind == NodeKind::Phase && groups.contains(&node.id));
    PlaybookExtension {
        phases: phases.map(|phase| Node { line: None, ..phase.clone() }).collect(),
        phase_edges: graph.edges.iter().filter(is_at_group).cloned().collect(),
    }
}
