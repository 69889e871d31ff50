//! What a step says to an analyst: its label, its instructions, its code.
//!
//! Every text for people is in one of them; what only programs read (ids, positions, extensions) stays in the source.

use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::commands;
use super::extension::{ANSWER, RESPONDERS};
use super::readable::{code, definition_name, joined, list, readable, references, said, variables, words};
use super::secrets::{guarded, hidden};
use super::step::{Step, StepKind};
use crate::graph::{Code, MAX_LABEL_CHARS, NodeKind};
use crate::ids::MAX_NAME_CHARS;
use crate::import::located::Part;
use crate::text::{one_line, shortened};

/// Members that become structure, or that only programs read.
const STRUCTURE: [&str; 16] = [
    "type",
    "name",
    "description",
    "commands",
    "on_completion",
    "on_success",
    "on_failure",
    "on_true",
    "on_false",
    "next_steps",
    "cases",
    "step_extensions",
    "step_extension",
    "step_uuid",
    "id",
    "uuid",
];

/// What a node shows of a step.
pub(super) struct Shown {
    pub(super) kind: NodeKind,
    pub(super) label: String,
    pub(super) description: String,
    pub(super) code: Vec<Code>,
}

/// Agents and targets by their ids, as the playbook defines them.
#[derive(Default)]
pub(super) struct Definitions {
    values: HashMap<String, Value>,
}

impl Definitions {
    /// Adds the definitions of a member of the playbook.
    pub(super) fn add(&mut self, part: Part<'_>) {
        let members = part.members().unwrap_or_default();
        self.values.extend(members.into_iter().map(|(id, part)| (id, part.value())));
    }

    /// The ids in a member of a step that nothing defines.
    pub(super) fn missing(&self, part: Part<'_>) -> Vec<String> {
        let ids = part.items().unwrap_or_else(|| vec![part]).into_iter().filter_map(Part::string);
        ids.filter(|id| !self.values.contains_key(id)).collect()
    }

    /// How a step refers to one: by name and type; one that is not defined by its id.
    fn name(&self, id: &str) -> String {
        // Any number of steps may refer to it, so it says no more than a name; the whole stands in the overview.
        let name = |value| shortened(&definition_name(id, value), MAX_NAME_CHARS);
        self.values.get(id).map_or_else(|| code(id), name)
    }

    /// Those in a member of a step, each once.
    fn names(&self, part: Part<'_>) -> String {
        let one = |part: Part<'_>| part.string().map_or_else(|| readable(&part.value()), |id| self.name(&id));
        let mut seen = HashSet::new();
        let mut parts = part.items().unwrap_or_else(|| vec![part]);
        parts.retain(|part| seen.insert(part.text()));
        joined(parts.into_iter().map(one), ", ")
    }
}

/// Puts a step into words.
pub(super) fn shown(step: &Step<'_>, definitions: &Definitions) -> Shown {
    let text = |name: &str| step.member(name).and_then(Part::string).unwrap_or_default();
    let written = text("description").trim().to_owned();
    let name = one_line(&text("name"));
    let is_own = step.extension.id.is_some();
    let is_said = |text: &str| text.trim().is_empty() || one_line(text) == name || text.trim() == written;
    let mut found = commands::Commands { all_manual: true, ..commands::Commands::default() };
    if let Some(part) = step.member("commands") {
        found = commands::read(part, is_said);
        if let Some(languages) = &step.extension.languages {
            let texts = commands::texts(part).into_iter().zip(languages.iter().cloned());
            found.code = texts.map(|(text, language)| Code { language, text }).collect();
            found.paragraphs.clear();
        }
    }
    found.code.extend(step.extension.code.iter().cloned());
    let question = ["condition", "switch"].map(|name| one_line(&text(name)));
    let question = question.into_iter().find(|text| !(text.is_empty() || is_own && text.starts_with(ANSWER)));
    let whole = [&name, &question.clone().unwrap_or_default()]
        .into_iter()
        .map(String::as_str)
        .chain(found.paragraphs.iter().map(String::as_str))
        .chain([written.as_str()])
        .map(|text| one_line(text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default()))
        .find(|text| !text.is_empty())
        .unwrap_or_else(|| fallback(step.kind).to_owned());
    let whole = hidden(whole);
    let label = shortened(&whole, MAX_LABEL_CHARS);
    let mut paragraphs = Vec::new();
    paragraphs.extend((label != whole).then(|| whole.clone()));
    paragraphs.push(written);
    paragraphs
        .extend(question.filter(|question| *question != label).map(|question| said("Condition", &code(&question))));
    paragraphs.extend(found.paragraphs);
    paragraphs.extend(step.members.iter().map(|(name, part)| remark(name, *part, is_own, definitions)));
    paragraphs.retain(|text| !text.trim().is_empty() && *text != label);
    Shown {
        kind: step.extension.kind.unwrap_or_else(|| node_kind(step.kind, found.all_manual)),
        label,
        description: paragraphs.join("\n\n"),
        code: found.code,
    }
}

fn node_kind(kind: StepKind, all_manual: bool) -> NodeKind {
    match kind {
        StepKind::Start | StepKind::End | StepKind::Parallel => NodeKind::Merge,
        StepKind::If | StepKind::While | StepKind::Switch => NodeKind::Decision,
        StepKind::Action if !all_manual => NodeKind::Execute,
        StepKind::Action | StepKind::PlaybookAction => NodeKind::Step,
    }
}

/// What a step is called that says nothing about itself.
fn fallback(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Start => "Start",
        StepKind::End => "End",
        StepKind::Action => "Unnamed action",
        StepKind::PlaybookAction => "Run another playbook",
        StepKind::Parallel => "In parallel",
        StepKind::If | StepKind::Switch => "Decide",
        StepKind::While => "Repeat?",
    }
}

/// What any other member of a step says.
fn remark(name: &str, part: Part<'_>, is_own: bool, definitions: &Definitions) -> String {
    let text = || readable(&part.value());
    match name {
        name if STRUCTURE.contains(&name) => String::new(),
        "condition" | "switch" if part.string().is_some() => String::new(),
        "agent" if is_own && part.string().as_deref() == Some(RESPONDERS) => String::new(),
        "agent" => said("Agent", &definitions.names(part)),
        "targets" | "target" => said("Targets", &definitions.names(part)),
        "owner" => said("Owner", &definitions.names(part)),
        "in_args" => said("Uses", &arguments(part)),
        "out_args" => said("Gives", &arguments(part)),
        "timeout" => said("Time-out", &milliseconds(part)),
        "delay" => said("Waits first", &milliseconds(part)),
        "playbook_id" => said("Playbook", &code(&text())),
        "external_references" => list("References", &references(part)),
        "step_variables" => list("Variables", &variables(part, |_| true)),
        name => said(&words(name), &guarded(name, text())),
    }
}

fn arguments(part: Part<'_>) -> String {
    let one = |part: Part<'_>| code(&readable(&part.value()));
    joined(part.items().unwrap_or_else(|| vec![part]).into_iter().map(one), ", ")
}

fn milliseconds(part: Part<'_>) -> String {
    match part.value().as_u64() {
        Some(time) => format!("{time} ms"),
        None => readable(&part.value()),
    }
}
