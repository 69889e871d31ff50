//! Comments in which a flowchart says what Mermaid has no words for.
//!
//! Every renderer passes over them. Two forms, each on a line of its own:
//!
//! ```text
//! %% playbook-forge merge: continue, n_end
//! %% playbook-forge id: n_end = "end"
//! ```
//!
//! The first gives nodes their kind where the shape does not tell it, the second gives a node an id that Mermaid could
//! not read. The exporter writes them; an author may as well.

use std::fmt;

use crate::graph::NodeKind;
use crate::ids::NodeId;

/// What such a comment begins with.
const PREFIX: &str = "%% playbook-forge ";

/// Says that a chart is the playbook, in a document that also holds lists.
pub(crate) const WHOLE: &str = "%% playbook-forge: this chart is the playbook";

/// What separates names.
const SEPARATOR: &str = ", ";

/// What one comment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Annotation {
    /// These nodes are of this kind.
    Kind {
        /// The kind; never a phase, which only a subgraph is.
        kind: NodeKind,
        /// Their names in the chart.
        names: Vec<String>,
    },
    /// This node has this id.
    Id {
        /// Its name in the chart.
        name: String,
        /// Its id in the graph.
        id: NodeId,
    },
}

impl Annotation {
    /// Reads a line; `None` when it is anything else.
    pub(super) fn read(line: &str) -> Option<Self> {
        let (subject, said) = line.trim().strip_prefix(PREFIX)?.split_once(':')?;
        if subject == "id" {
            let (name, id) = said.split_once('=')?;
            let id: String = serde_json::from_str(id.trim()).ok()?;
            return (!id.is_empty()).then(|| Self::Id { name: name.trim().to_owned(), id: NodeId(id) });
        }
        let kinds = [NodeKind::Step, NodeKind::Decision, NodeKind::Execute, NodeKind::Merge];
        let kind = kinds.into_iter().find(|kind| kind.as_str() == subject)?;
        let names = said.split(',').map(|name| name.trim().to_owned()).collect();
        Some(Self::Kind { kind, names })
    }
}

impl fmt::Display for Annotation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        match self {
            Self::Kind { kind, names } => write!(f, "{}: {}", kind.as_str(), names.join(SEPARATOR)),
            Self::Id { name, id } => write!(f, "id: {name} = {}", serde_json::Value::from(id.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for annotation in [
            Annotation::Kind { kind: NodeKind::Merge, names: vec!["a".into(), "n_end".into()] },
            Annotation::Id { name: "n_end".into(), id: "the \"end\" = 调查\n:".into() },
        ] {
            assert_eq!(Annotation::read(&format!("  {annotation}\r")), Some(annotation));
        }
    }

    #[test]
    fn any_other_comment_says_nothing() {
        for line in ["%% merge: a", "%% playbook-forge phase: a", "%% playbook-forge id: a = b", "a --> b", ""] {
            assert_eq!(Annotation::read(line), None, "{line}");
        }
    }
}
