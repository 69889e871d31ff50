//! The nodes of a graph as steps of a workflow, in their order.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::super::shape::{Region, Shape, Way};
use super::ordered::Json;
use crate::graph::{Code, Graph, Node, NodeKind};
use crate::import::cacao::extension::{ANSWER, EXTENSION, RESPONDERS, StepExtension, WayExtension};

/// Answers that mean that a condition holds, and their opposites.
const OPPOSITES: [(&str, &str); 6] =
    [("yes", "no"), ("true", "false"), ("y", "n"), ("ja", "nein"), ("oui", "non"), ("sí", "no")];

/// A workflow.
#[derive(Default)]
pub(super) struct Workflow {
    /// The id of its first step.
    pub(super) start: String,
    /// The steps by their ids.
    pub(super) steps: Vec<(String, Json)>,
    /// The variables that hold the answers to decisions.
    pub(super) variables: Vec<(String, Json)>,
}

/// Writes the steps of a graph; their ids are derived from `namespace` and the ids of the nodes.
pub(super) fn write(graph: &Graph, shape: &Shape<'_>, namespace: Uuid) -> Workflow {
    let mut writer =
        Writer { graph, shape, namespace, ids: HashMap::new(), ended: HashSet::new(), workflow: Workflow::default() };
    for position in 0..graph.nodes.len() {
        let id = writer.id(writer.form(position).as_str(), &graph.nodes[position].id.0);
        writer.ids.insert(position, id);
    }
    writer.start();
    for position in (0..graph.nodes.len()).filter(|node| !shape.groups.contains(node)) {
        if !shape.claimed.contains(&position) {
            writer.step(position);
        }
    }
    let end = writer.end_id();
    writer.add(end, "end", "End", Vec::new(), &helper());
    writer.workflow
}

/// The word of CACAO for a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Start,
    End,
    Action,
    Parallel,
    If { no_first: bool },
    While,
    Switch,
}

impl Form {
    fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::End => "end",
            Self::Action => "action",
            Self::Parallel => "parallel",
            Self::If { .. } => "if-condition",
            Self::While => "while-condition",
            Self::Switch => "switch-condition",
        }
    }
}

/// The ways of one answer to a decision.
struct Branch<'a> {
    answer: String,
    ways: Vec<Way<'a>>,
}

struct Writer<'a> {
    graph: &'a Graph,
    shape: &'a Shape<'a>,
    namespace: Uuid,
    /// Per node the id of its step.
    ids: HashMap<usize, String>,
    /// Nodes whose end has been written.
    ended: HashSet<usize>,
    workflow: Workflow,
}

fn helper() -> StepExtension {
    StepExtension { helper: true, ..StepExtension::default() }
}

impl<'a> Writer<'a> {
    fn id(&self, form: &str, name: &str) -> String {
        format!("{form}--{}", Uuid::new_v5(&self.namespace, name.as_bytes()))
    }

    /// An id for a step that stands for no node. No node has an id with a NUL, so it is nobody else's.
    fn helper_id(&self, form: &str, name: &str) -> String {
        self.id(form, &format!("{form}\0{name}"))
    }

    fn end_id(&self) -> String {
        self.helper_id("end", "")
    }

    fn form(&self, position: usize) -> Form {
        let (node, ways) = (&self.graph.nodes[position], &self.shape.ways[position]);
        let is_plain = |way: &Way<'_>| way.edge.label.is_none() && !way.derived;
        match node.kind {
            NodeKind::Decision if self.branches(position).len() > 1 => self.question_form(position),
            NodeKind::Merge if ways.is_empty() => Form::End,
            NodeKind::Merge if ways.len() > 1 && ways.iter().all(is_plain) => Form::Parallel,
            NodeKind::Merge
                if self.shape.entries == [position] && ways.iter().all(is_plain) && self.is_first(position) =>
            {
                Form::Start
            }
            _ => Form::Action,
        }
    }

    /// Whether nothing leads to a node.
    fn is_first(&self, position: usize) -> bool {
        self.shape.ways.iter().flatten().all(|way| way.to != position)
    }

    fn question_form(&self, position: usize) -> Form {
        if self.shape.regions.get(&position).is_some_and(|region| region.body.is_some()) {
            return Form::While;
        }
        let branches = self.branches(position);
        let [first, second] = branches.as_slice() else {
            return Form::Switch;
        };
        let (first, second) = (first.answer.to_lowercase(), second.answer.to_lowercase());
        let are = |yes: &str, no: &str| OPPOSITES.contains(&(yes, no));
        match (are(&first, &second), are(&second, &first)) {
            (true, _) => Form::If { no_first: false },
            (_, true) => Form::If { no_first: true },
            _ => Form::Switch,
        }
    }

    /// The answers to a decision, in the order of their first edges.
    fn branches(&self, position: usize) -> Vec<Branch<'a>> {
        let mut branches: Vec<Branch<'a>> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for way in &self.shape.ways[position] {
            let answer = way.answer(self.graph);
            let branch = *known.entry(answer).or_insert(branches.len());
            match branches.get_mut(branch) {
                Some(branch) => branch.ways.push(*way),
                None => branches.push(Branch { answer: answer.to_owned(), ways: vec![*way] }),
            }
        }
        branches
    }

    /// The one step that begins the workflow: the graph's own, or one that leads to its entries.
    fn start(&mut self) {
        let entries = &self.shape.entries;
        if let [only] = entries.as_slice()
            && self.form(*only) == Form::Start
        {
            self.workflow.start = self.ids[only].clone();
            return;
        }
        let next = match entries.as_slice() {
            [] => self.end_id(),
            [only] => self.ids[only].clone(),
            several => {
                let next_steps = Json::texts(several.iter().map(|entry| self.ids[entry].clone()));
                let id = self.helper_id("parallel", "");
                let members = vec![("next_steps", next_steps), ("on_completion", self.end_id().into())];
                self.add(id.clone(), "parallel", "", members, &helper());
                id
            }
        };
        self.workflow.start = self.helper_id("start", "");
        self.add(self.workflow.start.clone(), "start", "Start", vec![("on_completion", next.into())], &helper());
    }

    fn step(&mut self, position: usize) {
        match self.form(position) {
            Form::End => self.node_step(position, "end", Vec::new(), None),
            form @ (Form::Start | Form::Action) => self.action(position, form),
            Form::Parallel => {
                let ways = self.shape.ways[position].clone();
                let next_steps = Json::List(self.targets(position, &ways));
                self.node_step(position, "parallel", vec![("next_steps", next_steps)], None);
            }
            form => self.question(position, form),
        }
    }

    fn action(&mut self, position: usize, form: Form) {
        let ways = self.shape.ways[position].clone();
        let (next, said) = match ways.as_slice() {
            [] => (self.end_of(position).into(), None),
            [only] => {
                let is_said = only.edge.label.is_some() || only.derived;
                (self.target(position, only.to).into(), is_said.then(|| vec![way("on_completion", Some(only))]))
            }
            several => (self.fork(position, "", several, true).into(), None),
        };
        let mut members = Vec::new();
        if form == Form::Action {
            let code = &self.graph.nodes[position].code;
            let commands: Vec<Json> = match code.as_slice() {
                [] => vec![command("manual", &self.graph.nodes[position].label)],
                several => several.iter().map(|code| command(command_type(code), &code.text)).collect(),
            };
            members.extend([("commands", Json::List(commands)), ("agent", RESPONDERS.into())]);
        }
        members.push(("on_completion", next));
        self.node_step(position, form.as_str(), members, said);
    }

    fn question(&mut self, position: usize, form: Form) {
        let branches = self.branches(position);
        let variable = format!("{ANSWER}{}__", self.workflow.variables.len() + 1);
        let node = &self.graph.nodes[position];
        let description = format!("The answer to: {}", node.label);
        let about = Json::object([("type", "string".into()), ("description", description.into())]);
        self.workflow.variables.push((variable.clone(), about));
        let holds =
            |answer: &str| format!("{variable}:value = '{}'", answer.replace('\\', "\\\\").replace('\'', "\\'"));
        let leads: Vec<String> = branches.iter().map(|branch| self.branch(position, branch)).collect();
        let leads = |at: usize| Json::from(leads[at].clone());
        let (members, overs): (Vec<(&str, Json)>, Vec<String>) = match form {
            Form::If { no_first } => {
                let (yes, no) = if no_first { (1, 0) } else { (0, 1) };
                let condition = holds(&branches[yes].answer).into();
                let members = vec![("condition", condition), ("on_true", leads(yes)), ("on_false", leads(no))];
                let mut overs = vec!["on_true".to_owned(), "on_false".to_owned()];
                overs.rotate_left(usize::from(no_first));
                (members, overs)
            }
            Form::While => {
                let body = self.shape.regions[&position].body.unwrap_or_default();
                let mut overs = vec!["on_true".to_owned(), "done".to_owned()];
                overs.rotate_left(body);
                let condition = holds(&branches[body].answer).into();
                (vec![("condition", condition), ("on_true", leads(body))], overs)
            }
            _ => {
                let cases = branches.iter().enumerate().map(|(at, branch)| (branch.answer.clone(), leads(at)));
                let cases = Json::Object(cases.collect());
                let overs = branches.iter().map(|branch| format!("cases/{}", branch.answer)).collect();
                (vec![("switch", format!("{variable}:value").into()), ("cases", cases)], overs)
            }
        };
        let said = overs.iter().zip(&branches).map(|(over, branch)| match branch.ways.as_slice() {
            [only] => way(over, Some(only)),
            _ => way(over, None),
        });
        self.node_step(position, form.as_str(), members, Some(said.collect()));
    }

    /// Where a branch of a decision begins.
    fn branch(&mut self, position: usize, branch: &Branch<'_>) -> String {
        match branch.ways.as_slice() {
            [only] => self.target(position, only.to),
            several => self.fork(position, &branch.answer, several, false),
        }
    }

    /// The id of the step that a way leads to; of a way that ends a branch, the end of it.
    fn target(&mut self, from: usize, to: usize) -> String {
        if self.shape.ends_branch(from, to) { self.end_of(from) } else { self.ids[&to].clone() }
    }

    fn targets(&mut self, from: usize, ways: &[Way<'_>]) -> Vec<Json> {
        ways.iter().map(|way| Json::from(self.target(from, way.to))).collect()
    }

    /// The end for whatever ends at a node: of a branch one of its own, else that of the playbook.
    fn end_of(&mut self, position: usize) -> String {
        if !self.shape.lies_inside(position) {
            return self.end_id();
        }
        let name = &self.graph.nodes[position].id.0;
        let id = self.helper_id("end", name);
        if self.ended.insert(position) {
            self.add(id.clone(), "end", "", Vec::new(), &helper());
        }
        id
    }

    /// Several ways at once, in a step of their own.
    fn fork(&mut self, position: usize, answer: &str, ways: &[Way<'_>], is_whole: bool) -> String {
        let id = self.helper_id("parallel", &format!("{}\0{answer}", self.graph.nodes[position].id));
        let next_steps = Json::List(self.targets(position, ways));
        let said = ways.iter().enumerate().map(|(at, only)| way(&format!("next_steps/{at}"), Some(only)));
        let mut extension = StepExtension { ways: Some(said.collect()), ..helper() };
        let region = if is_whole { self.shape.regions.get(&position) } else { None };
        let next = self.next(position, region);
        extension.merge = region.and_then(|region| self.merge(region));
        let members = vec![("next_steps", next_steps), ("on_completion", next.into())];
        self.add(id.clone(), "parallel", "", members, &extension);
        id
    }

    /// What follows where branches meet.
    fn next(&mut self, position: usize, region: Option<&Region>) -> String {
        let other = |body: usize| self.shape.ways[position].get(1 - body);
        let way = match region {
            Some(Region { merge: Some(merge), .. }) => self.shape.ways[*merge].first().map(|way| (*merge, way.to)),
            Some(Region { body: Some(body), .. }) => other(*body).map(|way| (position, way.to)),
            _ => None,
        };
        match way {
            Some((from, to)) => self.target(from, to),
            None => self.end_of(position),
        }
    }

    fn merge(&self, region: &Region) -> Option<Node> {
        region.merge.map(|merge| Node { line: None, ..self.graph.nodes[merge].clone() })
    }

    /// Adds the step of a node.
    fn node_step(
        &mut self,
        position: usize,
        form: &str,
        mut members: Vec<(&str, Json)>,
        ways: Option<Vec<WayExtension>>,
    ) {
        let node = &self.graph.nodes[position];
        let is_branching = !matches!(form, "action" | "start" | "end");
        let region = if is_branching { self.shape.regions.get(&position) } else { None };
        if is_branching {
            members.push(("on_completion", self.next(position, region).into()));
        }
        let has_commands = form == "action";
        let languages = node.code.iter().map(|code| code.language.clone());
        let extension = StepExtension {
            id: Some(node.id.clone()),
            kind: Some(node.kind),
            phase: node.phase.clone(),
            optional: node.optional,
            languages: (has_commands && !node.code.is_empty()).then(|| languages.collect()),
            code: if has_commands { Vec::new() } else { node.code.clone() },
            ways,
            merge: region.and_then(|region| self.merge(region)),
            helper: false,
        };
        members.insert(0, ("description", node.description.as_str().into()));
        self.add(self.ids[&position].clone(), form, &node.label, members, &extension);
    }

    fn add(&mut self, id: String, form: &str, name: &str, members: Vec<(&str, Json)>, extension: &StepExtension) {
        let own = Json::Plain(serde_json::to_value(extension).unwrap_or_default());
        let extensions = Json::Object(vec![(EXTENSION.to_owned(), own)]);
        let Json::Object(mut step) = Json::object([("type", form.into()), ("name", name.into())]) else {
            return;
        };
        let members = members.into_iter().filter(|(name, value)| *name != "description" || !value.is_empty());
        step.extend(members.map(|(name, value)| (name.to_owned(), value)));
        step.push(("step_extensions".to_owned(), extensions));
        self.workflow.steps.push((id, Json::Object(step)));
    }
}

/// What a way out is in the graph; `None` for several, which the step that they lead to tells apart.
fn way(over: &str, only: Option<&Way<'_>>) -> WayExtension {
    WayExtension {
        over: over.to_owned(),
        label: only.and_then(|way| way.edge.label.clone()),
        derived: only.is_some_and(|way| way.derived),
    }
}

fn command(kind: &str, text: &str) -> Json {
    Json::Object(vec![("type".to_owned(), kind.into()), ("command".to_owned(), text.into())])
}

/// The type of command for code in a language (CACAO v2.0 §5.1); what CACAO has no type for is run by hand.
fn command_type(code: &Code) -> &'static str {
    match code.language.as_deref() {
        Some("bash" | "sh" | "shell" | "zsh" | "console") => "bash",
        Some("powershell" | "ps1" | "pwsh") => "powershell",
        Some("sigma") => "sigma",
        Some("yara") => "yara",
        Some("kestrel") => "kestrel",
        Some("elastic") => "elastic",
        _ => "manual",
    }
}
