//! What differs between two versions of a playbook.
//!
//! Nodes are compared by id: saving a version keeps the ids of what stayed, so a node that was moved or reworded is a
//! changed one, not one that went and another that came. Every difference is given as two texts, so that whoever shows it
//! needs no graph. The invariant: of two graphs without a difference, at most the
//! order and the lines of their sources differ.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::graph::{Edge, Graph, Node, NodeKind};
use crate::ids::NodeId;

/// What differs between two versions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GraphDiff {
    /// What changed of the playbook as a whole: its title, its description, its tags.
    pub playbook: Vec<Change>,
    /// Nodes that only the later version has, in its order.
    pub added: Vec<DiffNode>,
    /// Nodes that only the earlier version has, in its order.
    pub removed: Vec<DiffNode>,
    /// Nodes that both have, but not the same, in the order of the later version.
    pub changed: Vec<ChangedNode>,
    /// Edges that only the later version has.
    pub added_edges: Vec<Edge>,
    /// Edges that only the earlier version has.
    pub removed_edges: Vec<Edge>,
}

/// A node, by what it is known by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DiffNode {
    /// Its id.
    pub node_id: NodeId,
    /// What it asks for.
    pub kind: NodeKind,
    /// What it says.
    pub label: String,
}

/// A node that both versions have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangedNode {
    /// The node, as the later version has it.
    #[serde(flatten)]
    pub node: DiffNode,
    /// What is not the same; never empty.
    pub changes: Vec<Change>,
}

/// A difference, as two texts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    /// What differs.
    pub aspect: Aspect,
    /// In the earlier version; empty when it had none.
    pub before: String,
    /// In the later version; empty when it has none.
    pub after: String,
}

/// What may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Aspect {
    /// The playbook's title.
    Title,
    /// Its tags, with commas between them.
    Tags,
    /// What a node says.
    Label,
    /// What it asks for.
    Kind,
    /// Its instructions, or what the playbook says about itself.
    Description,
    /// Its code, with its languages.
    Code,
    /// The label of the phase it lies in.
    Phase,
    /// Whether it is optional: `optional`, or nothing.
    Optional,
    /// Where it leads: a line for each way, with its label.
    WaysOut,
}

impl Aspect {
    /// Its name on the screen.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Tags => "tags",
            Self::Label => "label",
            Self::Kind => "kind",
            Self::Description => "description",
            Self::Code => "code",
            Self::Phase => "phase",
            Self::Optional => "optional",
            Self::WaysOut => "ways out",
        }
    }
}

impl GraphDiff {
    /// From one version to a later one.
    pub fn between(before: &Graph, after: &Graph) -> Self {
        let (old, new) = (Side::of(before), Side::of(after));
        let named = |node: &Node| DiffNode { node_id: node.id.clone(), kind: node.kind, label: node.label.clone() };
        let only = |graph: &Graph, other: &Side<'_>| -> Vec<DiffNode> {
            graph.nodes.iter().filter(|node| !other.nodes.contains_key(&node.id)).map(named).collect()
        };
        let changed = after.nodes.iter().filter_map(|node| {
            let changes = changes(&old, old.nodes.get(&node.id)?, &new, node);
            (!changes.is_empty()).then(|| ChangedNode { node: named(node), changes })
        });
        let mut playbook = Vec::new();
        note(&mut playbook, Aspect::Title, &before.title, &after.title);
        note(&mut playbook, Aspect::Description, &before.description, &after.description);
        note(&mut playbook, Aspect::Tags, &before.tags.join(", "), &after.tags.join(", "));
        Self {
            playbook,
            added: only(after, &old),
            removed: only(before, &new),
            changed: changed.collect(),
            added_edges: edges_only_in(after, before),
            removed_edges: edges_only_in(before, after),
        }
    }

    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// One of the two versions, to look things up in.
struct Side<'a> {
    nodes: HashMap<&'a NodeId, &'a Node>,
    ways: HashMap<&'a NodeId, Vec<&'a Edge>>,
}

impl<'a> Side<'a> {
    fn of(graph: &'a Graph) -> Self {
        let mut ways: HashMap<_, Vec<_>> = HashMap::new();
        for edge in &graph.edges {
            ways.entry(&edge.from).or_default().push(edge);
        }
        Self { nodes: graph.nodes.iter().map(|node| (&node.id, node)).collect(), ways }
    }

    fn label<'b>(&'b self, id: &'b NodeId) -> &'b str {
        self.nodes.get(id).map_or(id.as_str(), |node| &node.label)
    }

    fn phase(&self, node: &Node) -> String {
        node.phase.as_ref().map(|phase| self.label(phase).to_owned()).unwrap_or_default()
    }

    /// The ids tell whether a way is another one; the labels are for people.
    fn ways_out(&self, node: &Node) -> (Vec<(&NodeId, Option<&str>)>, String) {
        let ways = self.ways.get(&node.id).map(Vec::as_slice).unwrap_or_default();
        let line = |edge: &&Edge| match &edge.label {
            Some(label) => format!("{label} → {}", self.label(&edge.to)),
            None => format!("→ {}", self.label(&edge.to)),
        };
        let lines: Vec<String> = ways.iter().map(line).collect();
        (ways.iter().map(|edge| (&edge.to, edge.label.as_deref())).collect(), lines.join("\n"))
    }
}

fn changes(old: &Side<'_>, before: &Node, new: &Side<'_>, after: &Node) -> Vec<Change> {
    let mut found = Vec::new();
    note(&mut found, Aspect::Label, &before.label, &after.label);
    note(&mut found, Aspect::Kind, before.kind.as_str(), after.kind.as_str());
    note(&mut found, Aspect::Description, &before.description, &after.description);
    if before.code != after.code {
        found.push(Change { aspect: Aspect::Code, before: code(before), after: code(after) });
    }
    if before.phase != after.phase {
        found.push(Change { aspect: Aspect::Phase, before: old.phase(before), after: new.phase(after) });
    }
    let optional = |node: &Node| if node.optional { "optional" } else { "" };
    note(&mut found, Aspect::Optional, optional(before), optional(after));
    let ((ways_before, before), (ways_after, after)) = (old.ways_out(before), new.ways_out(after));
    if ways_before != ways_after {
        found.push(Change { aspect: Aspect::WaysOut, before, after });
    }
    found
}

fn note(found: &mut Vec<Change>, aspect: Aspect, before: &str, after: &str) {
    if before != after {
        found.push(Change { aspect, before: before.to_owned(), after: after.to_owned() });
    }
}

fn code(node: &Node) -> String {
    let block = |code: &crate::graph::Code| match &code.language {
        Some(language) => format!("{language}:\n{}", code.text),
        None => code.text.clone(),
    };
    node.code.iter().map(block).collect::<Vec<_>>().join("\n\n")
}

/// Edges of one graph that the other has not; one that is there twice counts once.
fn edges_only_in(graph: &Graph, other: &Graph) -> Vec<Edge> {
    fn key(edge: &Edge) -> (&NodeId, &NodeId, Option<&str>) {
        (&edge.from, &edge.to, edge.label.as_deref())
    }
    let known: HashSet<_> = other.edges.iter().map(key).collect();
    graph.edges.iter().filter(|edge| !known.contains(&key(edge))).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Code;

    fn graph() -> Graph {
        let mut graph = Graph { title: "Phishing".into(), ..Graph::default() };
        graph.nodes = vec![
            Node::new("triage", NodeKind::Phase, "Triage"),
            Node::new("mail", NodeKind::Step, "Save the mail"),
            Node::new("opened", NodeKind::Decision, "Was it opened?"),
            Node::new("block", NodeKind::Execute, "Block the sender"),
        ];
        graph.edges = vec![Edge::new("mail", "opened"), Edge::labelled("opened", "block", "Yes")];
        graph
    }

    fn changed(edit: impl FnOnce(&mut Graph)) -> GraphDiff {
        let mut after = graph();
        edit(&mut after);
        GraphDiff::between(&graph(), &after)
    }

    fn of_mail(edit: impl FnOnce(&mut Node)) -> Vec<(Aspect, String, String)> {
        let diff = changed(|graph| edit(&mut graph.nodes[1]));
        let [ChangedNode { node, changes }] = &diff.changed[..] else { panic!("{diff:?}") };
        assert_eq!(node.node_id.as_str(), "mail");
        changes.iter().map(|change| (change.aspect, change.before.clone(), change.after.clone())).collect()
    }

    #[test]
    fn equal_graphs_differ_in_nothing_whatever_their_lines() {
        assert!(changed(|_| ()).is_empty());
        assert!(changed(|graph| graph.nodes[1].line = Some(7)).is_empty());
    }

    #[test]
    fn what_came_and_what_went_is_named_with_its_edges() {
        let diff = changed(|graph| {
            graph.nodes.pop();
            graph.nodes.push(Node::new("call", NodeKind::Step, "Call the user"));
            graph.edges[1] = Edge::labelled("opened", "call", "Yes");
        });
        assert_eq!(diff.added.iter().map(|node| &*node.label).collect::<Vec<_>>(), ["Call the user"]);
        assert_eq!(diff.removed.iter().map(|node| &*node.label).collect::<Vec<_>>(), ["Block the sender"]);
        assert_eq!(diff.added_edges, [Edge::labelled("opened", "call", "Yes")]);
        assert_eq!(diff.removed_edges, [Edge::labelled("opened", "block", "Yes")]);
        let [ChangedNode { node, changes }] = &diff.changed[..] else { panic!("{diff:?}") };
        assert_eq!((node.node_id.as_str(), changes[0].aspect), ("opened", Aspect::WaysOut));
        assert_eq!((&*changes[0].before, &*changes[0].after), ("Yes → Block the sender", "Yes → Call the user"));
    }

    #[test]
    fn every_aspect_of_a_node_is_told_with_what_it_was() {
        let told = |aspect, before: &str, after: &str| vec![(aspect, before.to_owned(), after.to_owned())];
        assert_eq!(of_mail(|node| node.label = "Keep it".into()), told(Aspect::Label, "Save the mail", "Keep it"));
        assert_eq!(of_mail(|node| node.kind = NodeKind::Execute), told(Aspect::Kind, "step", "execute"));
        assert_eq!(of_mail(|node| node.description = "As .eml".into()), told(Aspect::Description, "", "As .eml"));
        assert_eq!(of_mail(|node| node.phase = Some("triage".into())), told(Aspect::Phase, "", "Triage"));
        assert_eq!(of_mail(|node| node.optional = true), told(Aspect::Optional, "", "optional"));
        let code = Code { language: Some("sh".into()), text: "cp mail.eml".into() };
        assert_eq!(of_mail(|node| node.code = vec![code]), told(Aspect::Code, "", "sh:\ncp mail.eml"));
    }

    #[test]
    fn a_reworded_target_is_no_other_way_out() {
        let diff = changed(|graph| graph.nodes[3].label = "Block them".into());
        assert_eq!(diff.changed.len(), 1);
        assert_eq!(diff.changed[0].changes[0].aspect, Aspect::Label);
    }

    #[test]
    fn the_playbook_as_a_whole_is_compared_too() {
        let diff = changed(|graph| {
            graph.title = "Phish".into();
            graph.tags = vec!["mail".into(), "soc".into()];
        });
        let told: Vec<_> = diff.playbook.iter().map(|change| (change.aspect, &*change.after)).collect();
        assert_eq!(told, [(Aspect::Title, "Phish"), (Aspect::Tags, "mail, soc")]);
    }
}
