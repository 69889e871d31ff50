//! What CACAO has no words for, in an extension definition of our own (CACAO v2.0 §4.12, §10.10).
//!
//! The exporter writes it and the importer reads it, so that a playbook that was exported comes back with its ids,
//! kinds, labels and phases. Other tools pass over it.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::graph::{Code, Edge, Node, NodeKind};
use crate::ids::NodeId;

/// The id of the extension definition.
pub(crate) const EXTENSION: &str = "extension-definition--3d0c8f7e-5b7a-5c46-9f0e-8a5b6d1c2e74";

/// The identity that playbooks and the extension are created by.
pub(crate) const CREATOR: &str = "identity--b6a1f0de-2f4c-5d3b-8c67-0e9d4a7b1f52";

/// The agent of what people do.
pub(crate) const RESPONDERS: &str = "group--0f9a6c1b-7d2e-5e84-a3b5-6c8d9e0f1a2b";

/// What the names of the variables begin with that hold the answers to decisions.
pub(crate) const ANSWER: &str = "__decision_";

/// What a step says about the node it stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StepExtension {
    /// The id of the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<NodeId>,
    /// Its kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<NodeKind>,
    /// The phase it lies in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phase: Option<NodeId>,
    /// Whether it is optional.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) optional: bool,
    /// Whether it stands for no node: CACAO needs it, the graph does not.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) helper: bool,
    /// The languages of the node's code, one for each command; absent when the commands are no code of the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) languages: Option<Vec<Option<String>>>,
    /// The node's code, on a step that has no commands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) code: Vec<Code>,
    /// The ways out, in their order, where CACAO's own words do not say all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ways: Option<Vec<WayExtension>>,
    /// The node at which the branches that begin here come together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) merge: Option<Node>,
}

/// What a way out of a step is in the graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WayExtension {
    /// The member it is written in, and the key or position in it: `on_true`, `cases/Yes`, `next_steps/0`.
    pub(crate) over: String,
    /// The label of the edge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) label: Option<String>,
    /// Whether it is no edge: it follows from an edge to or from a phase.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) derived: bool,
}

/// What the playbook says about the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PlaybookExtension {
    /// The phases that hold nodes, in their order.
    pub(crate) phases: Vec<Node>,
    /// The edges to and from them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) phase_edges: Vec<Edge>,
}

/// Our extension among those of an object; `None` when there is none, `Some(Err)` when it cannot be read.
pub(super) fn of<T: for<'de> Deserialize<'de>>(extensions: &Value) -> Option<Result<T, serde_json::Error>> {
    extensions.get(EXTENSION).map(T::deserialize)
}
