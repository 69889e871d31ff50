//! What a playbook says about itself: its purpose, how it may be shared, what it works with.

use serde_json::Value;

use super::extension::{ANSWER, RESPONDERS};
use super::readable::{definition, joined, list, readable, references, said, variables, words};
use super::secrets::{guarded, is_secret};
use crate::import::issues::Issues;
use crate::import::located::Part;

/// Members that become structure, tags or the title, or that only programs read.
const STRUCTURE: [&str; 14] = [
    "type",
    "spec_version",
    "id",
    "name",
    "description",
    "labels",
    "workflow",
    "workflow_start",
    "workflow_exception",
    "playbook_extensions",
    "extension_definitions",
    "playbook_processing_summary",
    "data_marking_definitions",
    "signatures",
];

/// The levels of TLP 2.0, by the ids that every playbook uses for them (CACAO v2.0 §8.2).
const TLP: [(&str, &str); 5] = [
    ("94868c89-83c2-464b-929b-a1a8aa3c8487", "TLP:CLEAR"),
    ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "TLP:GREEN"),
    ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", "TLP:AMBER"),
    ("939a9414-2ddd-4d32-a0cd-375ea402b003", "TLP:AMBER+STRICT"),
    ("e828b379-4e03-4974-9ac4-e53a884c97c1", "TLP:RED"),
];

/// The description of a whole playbook, as Markdown. Of a playbook that we exported ourselves (`is_own`), what the
/// export added is left out.
pub(super) fn describe(playbook: Part<'_>, is_own: bool, issues: &mut Issues) -> String {
    let members = playbook.members().unwrap_or_default();
    let member = |name: &str| members.iter().rev().find(|(known, _)| known == name).map(|(_, part)| *part);
    let mut paragraphs = Vec::new();
    let definitions = member("data_marking_definitions");
    paragraphs.extend(member("markings").map(|part| said("Sharing", &markings(part, definitions))));
    paragraphs.extend(member("description").map(text));
    let mut facts = Vec::new();
    for (name, part) in &members {
        if *name == "revoked" && part.value() == Value::Bool(true) {
            issues.warning(part.line(), "This playbook has been revoked by its author.");
        }
        if name == "authentication_info_definitions" && has_secret(&part.value()) {
            let message = "The source holds passwords or keys; they are not shown, but stay in the source.";
            issues.warning(part.line(), message);
        }
        match list_of(name, *part, is_own) {
            Some(list) => paragraphs.push(list),
            None => facts.push(fact(name, *part, is_own)),
        }
    }
    let facts = facts.into_iter().filter(|fact| !fact.is_empty()).map(|fact| format!("- {fact}"));
    paragraphs.push(joined(facts, "\n"));
    joined(paragraphs.into_iter(), "\n\n")
}

/// A description as it is written.
fn text(part: Part<'_>) -> String {
    part.string().map_or_else(|| readable(&part.value()), |text| text.trim().to_owned())
}

/// A member that is a list of things with names of their own.
fn list_of(name: &str, part: Part<'_>, is_own: bool) -> Option<String> {
    let all = |about: &str, is_shown: &dyn Fn(&str) -> bool| {
        let members = part.members().unwrap_or_default();
        let shown = members.iter().filter(|(id, _)| is_shown(id)).map(|(id, part)| definition(id, &part.value()));
        list(about, &shown.collect::<Vec<_>>())
    };
    Some(match name {
        "external_references" => list("References", &references(part)),
        "playbook_variables" => list("Variables", &variables(part, |name| !(is_own && name.starts_with(ANSWER)))),
        "agent_definitions" => all("Agents", &|id| id != RESPONDERS),
        "target_definitions" => all("Targets", &|_| true),
        "authentication_info_definitions" => all("Authentication", &|_| true),
        _ => return None,
    })
}

/// Any other member on one line; empty when it says nothing to people.
fn fact(name: &str, part: Part<'_>, is_own: bool) -> String {
    let value = part.value();
    let plain = readable(&value);
    match name {
        name if STRUCTURE.contains(&name) => String::new(),
        "created" | "modified" if is_own => String::new(),
        "markings" => String::new(),
        "created_by" if plain.starts_with("identity--") => String::new(),
        "revoked" if value == Value::Bool(false) => String::new(),
        "playbook_types" => said("For", &plain),
        "playbook_activities" => said("Activities", &plain),
        "industry_sectors" => said("Sectors", &plain),
        "created_by" => said("By", &plain),
        name => said(&capitalised(&words(name)), &guarded(name, plain)),
    }
}

fn capitalised(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// How a playbook may be shared: the level of TLP, or what the definition of the marking says.
fn markings(part: Part<'_>, definitions: Option<Part<'_>>) -> String {
    let one = |part: Part<'_>| {
        let id = readable(&part.value());
        let defined = definitions.and_then(|definitions| definitions.member(&id)).map(|part| marking(&part.value()));
        defined.filter(|text| !text.is_empty()).unwrap_or_else(|| known_marking(&id))
    };
    joined(part.items().unwrap_or_else(|| vec![part]).into_iter().map(one), ", ")
}

/// What a definition says: a level, a statement, or a policy with its terms.
fn marking(value: &Value) -> String {
    let text = |name: &str| value.get(name).map(readable).unwrap_or_default();
    let known = ["tlpv2_level", "tlp", "statement", "name", "description"];
    let level = joined(known.iter().map(|name| text(name)), ", ");
    let terms = ["permitted_actions", "affected_party_notifications", "attribution", "unmodified_resale"];
    let terms = terms.iter().map(|name| said(&words(name), &text(name)).replace("**", ""));
    joined(std::iter::once(level).chain(terms), "; ")
}

fn known_marking(id: &str) -> String {
    let Some(name) = id.strip_prefix("marking-tlp--") else {
        return id.to_owned();
    };
    let known = TLP.iter().find(|(uuid, _)| *uuid == name).map(|(_, level)| (*level).to_owned());
    known.unwrap_or_else(|| format!("TLP:{}", name.to_uppercase()))
}

fn has_secret(value: &Value) -> bool {
    match value {
        Value::Object(members) => {
            members.iter().any(|(name, value)| is_secret(name) && value.is_string() || has_secret(value))
        }
        Value::Array(items) => items.iter().any(has_secret),
        _ => false,
    }
}
