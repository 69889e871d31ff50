//! CACAO playbooks (OASIS Security Playbooks v2.0, and what 1.0 and 1.1 wrote otherwise) to a graph.
//!
//! The way of a playbook: `step` reads the steps and their ways as they are written, `flow` works out where each way
//! leads, `describe`, `commands` and `overview` put into words what is not structure, and here the graph is put
//! together. A step keeps its CACAO id, so that importing an edited playbook keeps what was done. Half of the playbooks
//! that people write do not follow the specification: whatever differs gives an issue, nothing is refused but what
//! holds no steps. What only programs read is not in the graph; the export takes it from the source.

mod base64;
mod commands;
mod describe;
pub(crate) mod extension;
mod flow;
mod overview;
mod readable;
pub(crate) mod secrets;
mod step;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde_json::Value;

use self::describe::{Definitions, shown};
use self::extension::{EXTENSION, PlaybookExtension};
use self::flow::{Links, Place};
use self::step::{Step, StepKind};
use super::ImportRefusal;
use super::issues::Issues;
use super::located::{Document, Part};
use super::node_ids::{NodeIds, fit};
use super::repair::repair;
use crate::graph::{Edge, Graph, MAX_LABEL_CHARS, Node, NodeKind};
use crate::ids::NodeId;
use crate::source::ImportIssue;
use crate::text::{one_line, shortened};

/// The label of a point at which branches come together.
const JOIN: &str = "Continue";

/// Members that every playbook must have (CACAO v2.0 §3.1).
const REQUIRED: [&str; 6] = ["id", "name", "created_by", "created", "modified", "workflow_start"];

/// Whether an object is a playbook of CACAO, by what it says or, of those that say nothing, by what it holds.
pub(super) fn is_playbook(root: Part<'_>) -> bool {
    let begins = |name: &str, with: &str| {
        root.member(name).and_then(Part::string).is_some_and(|text| text.to_lowercase().starts_with(with))
    };
    let is_named = begins("type", "playbook") || begins("spec_version", "cacao");
    root.member("workflow").is_some() && (is_named || root.member("workflow_start").is_some())
}

/// Reads a playbook.
///
/// # Errors
/// [`ImportRefusal::BrokenJson`], and [`ImportRefusal::OtherJson`] when there is no workflow.
pub(super) fn parse(source: &str) -> Result<(Graph, Vec<ImportIssue>), ImportRefusal> {
    let document = Document::read(source)?;
    let root = document.root();
    let Some(workflow) = root.member("workflow") else {
        return Err(ImportRefusal::OtherJson);
    };
    let mut issues = Issues::default();
    check(root, &mut issues);
    let steps = step::read(workflow, &mut issues);
    let own = own_extension(root, &mut issues);
    let roots = roots(root, &steps, &mut issues);
    let links = flow::links(&steps, &roots.all);
    let mut builder = Builder { steps: &steps, links: &links, ids: HashMap::new(), graph: Graph::default() };
    builder.head(root, own.is_some(), &mut issues);
    let definitions = definitions(root, &steps, &mut issues);
    builder.nodes(root, own.as_ref(), &definitions, roots.exception);
    builder.edges();
    for step in links.strays.iter().filter(|_| !roots.all.is_empty()).map(|&stray| &steps[stray]) {
        let message = format!("Nothing leads to “{}”; it was kept as a beginning of its own.", shortened(&step.id, 80));
        issues.warning(step.line, message);
    }
    let Builder { mut graph, .. } = builder;
    let mut lines = vec![workflow.line(); graph.edges.len()];
    if let Some(own) = own {
        lines.extend(vec![workflow.line(); own.phase_edges.len()]);
        graph.edges.extend(own.phase_edges);
    }
    secrets::hide(&mut graph, &mut issues);
    repair(&mut graph, &lines, &mut issues);
    Ok((graph, issues.into_sorted()))
}

fn check(root: Part<'_>, issues: &mut Issues) {
    let version = root.member("spec_version").and_then(Part::string).unwrap_or_default();
    if !["cacao-2.0", "cacao-1.1", "cacao-1.0", "1.0", "1.1"].contains(&version.as_str()) {
        let message = "“spec_version” names no version of CACAO that is known; it was read as cacao-2.0.";
        issues.info(root.member("spec_version").unwrap_or(root).line(), message);
    }
    let missing: Vec<&str> = REQUIRED.into_iter().filter(|name| root.member(name).is_none()).collect();
    if !missing.is_empty() {
        issues.info(root.line(), format!("CACAO asks for {}, which are missing.", missing.join(", ")));
    }
}

fn own_extension(root: Part<'_>, issues: &mut Issues) -> Option<PlaybookExtension> {
    let part = root.member("playbook_extensions")?;
    match extension::of(&part.value())? {
        Ok(own) => Some(own),
        Err(error) => {
            let message = format!("What Playbook Forge had written about the phases is damaged: {error}.");
            issues.warning(part.member(EXTENSION).unwrap_or(part).line(), message);
            None
        }
    }
}

/// The agents and targets that are defined; what steps name beyond them is reported.
fn definitions(root: Part<'_>, steps: &[Step<'_>], issues: &mut Issues) -> Definitions {
    let mut definitions = Definitions::default();
    let parts = ["agent_definitions", "target_definitions"].into_iter().filter_map(|name| root.member(name));
    parts.for_each(|part| definitions.add(part));
    for part in steps.iter().flat_map(|step| ["agent", "targets"].into_iter().filter_map(|name| step.member(name))) {
        for id in definitions.missing(part) {
            issues.info(part.line(), format!("“{}” is defined nowhere in this playbook.", shortened(&id, 80)));
        }
    }
    definitions
}

/// Where a workflow begins.
struct Roots {
    all: Vec<usize>,
    /// The step that handles exceptions, when nothing else leads to it.
    exception: Option<usize>,
}

fn roots(root: Part<'_>, steps: &[Step<'_>], issues: &mut Issues) -> Roots {
    let mut find = |name: &str| {
        let part = root.member(name)?;
        let id = part.string().unwrap_or_default();
        let found = steps.iter().position(|step| step.id == id);
        if found.is_none() {
            let message = format!("“{name}” names the step “{}”, which is not there.", shortened(&id, 80));
            issues.warning(part.line(), message);
        }
        found
    };
    let (start, exception) = (find("workflow_start"), find("workflow_exception"));
    if let Some(step) = start.map(|start| &steps[start]).filter(|step| step.kind != StepKind::Start) {
        issues.info(step.line, "The workflow begins with a step that is no “start”; it was taken as the first step.");
    }
    // Where no start is named, the one that is there is meant.
    let start = start.or_else(|| steps.iter().position(|step| step.kind == StepKind::Start));
    let is_entered = |position| steps.iter().any(|step| step.ways.iter().any(|way| way.target == Some(position)));
    let handler = exception.filter(|&step| steps[step].kind != StepKind::End && !is_entered(step));
    Roots { all: start.into_iter().chain(exception).collect(), exception: handler }
}

struct Builder<'a, 'b> {
    steps: &'a [Step<'b>],
    links: &'a Links,
    /// The ids of what became a node.
    ids: HashMap<Place, NodeId>,
    graph: Graph,
}

impl Builder<'_, '_> {
    fn head(&mut self, root: Part<'_>, is_own: bool, issues: &mut Issues) {
        let name = root.member("name").map(Part::value).as_ref().map(readable::readable).unwrap_or_default();
        self.graph.title = if name.is_empty() { super::UNTITLED[0].to_owned() } else { one_line(&name) };
        let labels = root.member("labels").map(Part::value);
        self.graph.tags = match labels {
            Some(Value::Array(labels)) => labels.iter().map(readable::readable).filter(|tag| !tag.is_empty()).collect(),
            Some(one) => Some(readable::readable(&one)).filter(|tag| !tag.is_empty()).into_iter().collect(),
            None => Vec::new(),
        };
        self.graph.description = overview::describe(root, is_own, issues);
        let ends: Vec<String> = self.links.replaced.iter().map(|&end| &self.steps[end]).filter_map(ending).collect();
        let ends = readable::list("Branches end with", &ends);
        self.graph.description = readable::joined([self.graph.description.clone(), ends].into_iter(), "\n\n");
    }

    fn nodes(
        &mut self,
        root: Part<'_>,
        own: Option<&PlaybookExtension>,
        definitions: &Definitions,
        exception: Option<usize>,
    ) {
        let mut ids = NodeIds::default();
        let phases = own.map(|own| own.phases.clone()).unwrap_or_default();
        for mut phase in phases {
            phase.kind = NodeKind::Phase;
            phase.id = ids.explicit(phase.id.as_str());
            self.push(phase, root.line());
        }
        let joins = self.joins();
        for (position, step) in self.steps.iter().enumerate() {
            if self.is_node(position) {
                let id = fit(step.extension.id.as_ref().map_or(step.id.as_str(), NodeId::as_str));
                let id = ids.explicit(id.as_str());
                self.ids.insert(Place::Step(position), id.clone());
                self.push(node(step, id, definitions, exception == Some(position)), step.line);
            }
            for &join in joins.get(&position).into_iter().flatten() {
                let merge = self.steps[join].extension.merge.clone();
                let written = || NodeId(format!("{}~join", self.steps[join].id));
                let mut node = merge.unwrap_or_else(|| Node::new(written(), NodeKind::Merge, JOIN));
                node.id = ids.explicit(node.id.as_str());
                self.ids.insert(Place::Join(join), node.id.clone());
                self.push(node, self.steps[join].line);
            }
        }
    }

    /// Adds a node, with a label whatever an extension says.
    fn push(&mut self, mut node: Node, line: u32) {
        node.line = Some(line);
        node.label = shortened(&one_line(&node.label), MAX_LABEL_CHARS);
        if node.label.is_empty() {
            node.label = node.kind.as_str().to_owned();
        }
        self.graph.nodes.push(node);
    }

    /// The joins that stand behind each step: behind the last one of their branches.
    fn joins(&self) -> HashMap<usize, Vec<usize>> {
        let links = &self.links.links;
        let used = |join: &usize| {
            let place = Place::Join(*join);
            self.steps[*join].extension.merge.is_some() || links.iter().any(|link| link.to == place)
        };
        let mut joins: HashMap<usize, Vec<usize>> = HashMap::new();
        // The inner ones before those around them.
        for join in (0..self.steps.len()).rev().filter(|join| self.steps[*join].kind.branches()).filter(used) {
            joins.entry(self.links.last_inside[join]).or_default().push(join);
        }
        joins
    }

    fn is_node(&self, position: usize) -> bool {
        let step = &self.steps[position];
        let is_helper =
            step.extension.helper && matches!(step.kind, StepKind::Start | StepKind::End | StepKind::Parallel);
        !is_helper && !self.links.replaced.contains(&position)
    }

    fn edges(&mut self) {
        for link in &self.links.links {
            if let (Some(from), Some(to)) = (self.ids.get(&link.from), self.ids.get(&link.to)) {
                let label = link.label.as_deref().map(one_line).filter(|label| !label.is_empty());
                self.graph.edges.push(Edge { from: from.clone(), to: to.clone(), label });
            }
        }
    }
}

fn node(step: &Step<'_>, id: NodeId, definitions: &Definitions, handles_exceptions: bool) -> Node {
    let shown = shown(step, definitions);
    let mut node = Node::new(id, shown.kind, shown.label);
    node.description = shown.description;
    if handles_exceptions {
        let remark = "Done when the playbook fails (`workflow_exception`).".to_owned();
        node.description = readable::joined([remark, node.description].into_iter(), "\n\n");
    }
    node.code = shown.code;
    node.phase = step.extension.phase.as_ref().map(|phase| fit(phase.as_str()));
    node.optional = step.extension.optional;
    node
}

/// What the end of a branch says, if it says anything: it is no node.
fn ending(step: &Step<'_>) -> Option<String> {
    let text = |name: &str| step.member(name).map(|part| readable::readable(&part.value())).unwrap_or_default();
    Some(readable::joined([text("name"), text("description")].into_iter(), ": ")).filter(|text| !text.is_empty())
}
