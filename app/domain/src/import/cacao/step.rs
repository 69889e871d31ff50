//! The steps of a workflow as they are written, with the ways out of each (CACAO v2.0 §4, and the forms of 1.x).

use super::extension::{self, StepExtension};
use crate::import::issues::Issues;
use crate::import::located::Part;
use crate::text::shortened;

/// What a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StepKind {
    Start,
    End,
    Action,
    PlaybookAction,
    Parallel,
    If,
    While,
    Switch,
}

impl StepKind {
    /// Whether branches begin at it, after which its `on_completion` follows.
    pub(super) fn branches(self) -> bool {
        matches!(self, Self::Parallel | Self::If | Self::While | Self::Switch)
    }
}

/// A way out of a step.
#[derive(Clone, Debug)]
pub(super) struct Way {
    /// The member it is written in, and the key or position in it.
    pub(super) over: String,
    /// The label of its edge, as far as CACAO's words say it.
    pub(super) label: Option<String>,
    /// The position of the step it leads to; `None` when it leads to nothing.
    pub(super) target: Option<usize>,
    /// The id it names.
    reference: String,
    line: u32,
}

/// One step of a workflow.
pub(super) struct Step<'a> {
    /// The key in the workflow; may occur twice.
    pub(super) id: String,
    pub(super) line: u32,
    pub(super) kind: StepKind,
    /// Everything that is written in it.
    pub(super) members: Vec<(String, Part<'a>)>,
    /// Its own ways: the branches of a step that has some, else what follows.
    pub(super) ways: Vec<Way>,
    /// What follows once the branches have ended.
    pub(super) next: Option<Way>,
    /// What our own export says about it.
    pub(super) extension: StepExtension,
}

impl<'a> Step<'a> {
    /// A member; of doubles the last.
    pub(super) fn member(&self, name: &str) -> Option<Part<'a>> {
        self.members.iter().rev().find(|(known, _)| known == name).map(|(_, part)| *part)
    }
}

/// Reads a workflow: an object of steps, or a list of them as some tools write it.
pub(super) fn read<'a>(workflow: Part<'a>, issues: &mut Issues) -> Vec<Step<'a>> {
    let mut found: Vec<(String, Part<'_>)> = Vec::new();
    if let Some(members) = workflow.members() {
        found = members;
    } else if let Some(items) = workflow.items() {
        issues.warning(workflow.line(), "“workflow” is a list; CACAO has an object with the ids as keys.");
        let id_of =
            |part: Part<'_>| ["id", "step_uuid", "step_id", "uuid"].iter().find_map(|name| part.member(name)?.string());
        let items = items.into_iter().enumerate();
        found = items.map(|(at, part)| (id_of(part).unwrap_or_else(|| format!("step-{}", at + 1)), part)).collect();
    } else {
        issues.error(workflow.line(), format!("“workflow” should be an object of steps, not {}.", workflow.kind()));
    }
    let mut steps: Vec<Step<'a>> = found.into_iter().filter_map(|(id, part)| step(id, part, issues)).collect();
    resolve(&mut steps, issues);
    steps
}

fn step<'a>(id: String, part: Part<'a>, issues: &mut Issues) -> Option<Step<'a>> {
    let Some(members) = part.members() else {
        issues.error(part.line(), format!("“{}” is no step but {}; it was left out.", shown(&id), part.kind()));
        return None;
    };
    let mut step = Step {
        id,
        line: part.line(),
        kind: StepKind::Action,
        members,
        ways: Vec::new(),
        next: None,
        extension: StepExtension::default(),
    };
    step.kind = kind(&step, issues);
    step.extension = own_extension(&step, issues);
    read_ways(&mut step, issues);
    Some(step)
}

fn kind(step: &Step<'_>, issues: &mut Issues) -> StepKind {
    let written = step.member("type").and_then(Part::string).unwrap_or_default();
    match written.as_str() {
        "start" => StepKind::Start,
        "end" => StepKind::End,
        "action" | "single" => StepKind::Action,
        "playbook-action" | "playbook" => StepKind::PlaybookAction,
        "parallel" => StepKind::Parallel,
        "if-condition" => StepKind::If,
        "while-condition" => StepKind::While,
        "switch-condition" | "switch" => StepKind::Switch,
        other => {
            let has = |name| step.member(name).is_some();
            let guess = match () {
                () if has("next_steps") => StepKind::Parallel,
                () if has("cases") => StepKind::Switch,
                () if has("on_true") || has("on_false") => StepKind::If,
                () if has("playbook_id") => StepKind::PlaybookAction,
                () => StepKind::Action,
            };
            let said = if other.is_empty() { "no type".to_owned() } else { format!("the type “{}”", shown(other)) };
            let message = format!("“{}” has {said}; it was read by what else is in it.", shown(&step.id));
            issues.warning(step.line, message);
            guess
        }
    }
}

fn own_extension(step: &Step<'_>, issues: &mut Issues) -> StepExtension {
    let read = step.member("step_extensions").and_then(|part| extension::of(&part.value()));
    match read {
        None => StepExtension::default(),
        Some(Ok(extension)) => extension,
        Some(Err(error)) => {
            let message = format!("What Playbook Forge had written about “{}” is damaged: {error}.", shown(&step.id));
            issues.warning(step.line, message);
            StepExtension::default()
        }
    }
}

fn read_ways(step: &mut Step<'_>, issues: &mut Issues) {
    let mut ways = Vec::new();
    let mut next = Vec::new();
    for (name, part) in &step.members {
        let label = match name.as_str() {
            "on_true" if step.kind == StepKind::While => Some("Repeat"),
            "on_false" if step.kind == StepKind::While => Some("Done"),
            "on_true" => Some("True"),
            "on_false" => Some("False"),
            "on_failure" => Some("Failure"),
            "on_success" if !step.kind.branches() => Some("Success"),
            "on_success" | "on_completion" | "next_steps" | "cases" => None,
            _ => continue,
        };
        let follows = matches!(name.as_str(), "on_completion" | "on_success");
        let into = if follows && step.kind.branches() { &mut next } else { &mut ways };
        targets(name, *part, label, into, issues);
    }
    if step.kind == StepKind::End && !ways.is_empty() {
        issues.warning(step.line, format!("“{}” is an end and yet something follows it.", shown(&step.id)));
    }
    step.ways = ways;
    step.next = next.into_iter().next();
}

/// Reads what a member leads to: an id, a list of them (1.x), or an object of cases.
fn targets(name: &str, part: Part<'_>, label: Option<&str>, ways: &mut Vec<Way>, issues: &mut Issues) {
    let mut add = |over: String, label: Option<String>, part: Part<'_>, issues: &mut Issues| {
        let line = part.line();
        match part.string() {
            Some(reference) => ways.push(Way { over, label, target: None, reference, line }),
            None => issues.error(line, format!("“{name}” should name a step, not {}.", part.kind())),
        }
    };
    let label = || label.map(str::to_owned);
    if let Some(cases) = part.members() {
        for (case, part) in cases {
            let over = format!("{name}/{case}");
            match part.items() {
                Some(items) => items.into_iter().for_each(|item| add(over.clone(), Some(case.clone()), item, issues)),
                None => add(over, Some(case), part, issues),
            }
        }
    } else if let Some(items) = part.items() {
        for (position, item) in items.into_iter().enumerate() {
            add(format!("{name}/{position}"), label(), item, issues);
        }
    } else if !part.value().is_null() {
        add(name.to_owned(), label(), part, issues);
    }
}

/// Finds the steps that ways lead to.
fn resolve(steps: &mut [Step<'_>], issues: &mut Issues) {
    let mut positions = std::collections::HashMap::new();
    for (position, step) in steps.iter().enumerate() {
        if positions.contains_key(&step.id) {
            let message = format!("There is another step “{}”; what leads there leads to the first.", shown(&step.id));
            issues.error(step.line, message);
        } else {
            positions.insert(step.id.clone(), position);
        }
    }
    for step in steps {
        for way in step.ways.iter_mut().chain(&mut step.next) {
            way.target = positions.get(&way.reference).copied();
            if way.target.is_none() {
                let message = format!("There is no step “{}”; the way to it was left out.", shown(&way.reference));
                issues.warning(way.line, message);
            }
        }
        // A way to nothing is none; a branch to nothing goes on where the branches end.
        let keeps = step.kind.branches();
        step.ways.retain(|way| keeps || way.target.is_some());
        step.next.take_if(|way| way.target.is_none());
    }
}

fn shown(text: &str) -> String {
    shortened(text, 80)
}
