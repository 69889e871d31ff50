//! Playbooks to begin with, short enough to be read before they are changed.

/// A playbook to begin with.
pub(super) struct Template {
    /// What it is called in an address.
    pub(super) name: &'static str,
    /// What it is called on the page.
    pub(super) title: &'static str,
    /// What it is good for.
    pub(super) purpose: &'static str,
    /// Its text.
    pub(super) source: &'static str,
}

/// Every template.
pub(super) const TEMPLATES: [Template; 4] = [
    Template {
        name: "triage",
        title: "Triage of an alert",
        purpose: "Two phases and a decision with three answers.",
        source: include_str!("../../templates/triage.md"),
    },
    Template {
        name: "containment",
        title: "Containment of a host",
        purpose: "A decision in the middle of a list, and a command to run.",
        source: include_str!("../../templates/containment.md"),
    },
    Template {
        name: "notification",
        title: "Telling those concerned",
        purpose: "Who is told what, and by when.",
        source: include_str!("../../templates/notification.md"),
    },
    Template {
        name: "flowchart",
        title: "A decision as a flowchart",
        purpose: "The same kind of thing in Mermaid.",
        source: include_str!("../../templates/flowchart.mmd"),
    },
];

/// What an empty page begins with.
const BLANK: &str = "# A new playbook\n\n## First phase\n\n1. First step\n2. Decision: What is the case?\n   - Yes -> Do this\n   - No -> Do that\n";

/// The text of a template; of one that is not there, that of an empty page.
pub(super) fn source_of(name: &str) -> &'static str {
    TEMPLATES.iter().find(|template| template.name == name).map_or(BLANK, |template| template.source)
}

#[cfg(test)]
mod tests {
    use domain::import::import;

    use super::{BLANK, TEMPLATES, Template};

    #[test]
    fn every_template_is_read_without_a_remark_and_has_a_decision() {
        for source in TEMPLATES.iter().map(|Template { source, .. }| *source).chain([BLANK]) {
            let imported = import(source, None).expect("a playbook");
            assert_eq!(imported.issues, [], "{source}");
            let graph = imported.graph;
            assert!(graph.nodes.iter().any(|node| graph.branches(&node.id).len() > 1), "{source}");
        }
    }
}
