//! Values of CACAO as sentences and lists for people.
//!
//! Never shown: secrets (see `secrets`), and what only programs read (ids of extensions, hashes, signatures).

use serde_json::Value;

use super::secrets::{guarded, is_secret};
use crate::import::located::Part;
use crate::text::one_line;

/// A value on one line: lists with commas, objects as `name: value` with semicolons.
pub(super) fn readable(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => one_line(text),
        Value::Array(items) => joined(items.iter().map(readable), ", "),
        Value::Object(members) => joined(members.iter().map(|(name, value)| labelled(name, value)), "; "),
        plain => plain.to_string(),
    }
}

/// `name: value`; empty when there is no value.
fn labelled(name: &str, value: &Value) -> String {
    match guarded(name, readable(value)) {
        text if text.is_empty() => text,
        text => format!("{}: {text}", words(name)),
    }
}

/// The name of a member as words.
pub(super) fn words(name: &str) -> String {
    name.trim_matches('_').replace('_', " ")
}

/// The parts that are not empty, in one text.
pub(super) fn joined(parts: impl Iterator<Item = String>, separator: &str) -> String {
    parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(separator)
}

/// A text in the form of code, whatever is in it.
pub(super) fn code(text: &str) -> String {
    let text = one_line(text);
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// A paragraph that begins with what it is about: `**Agent:** Firewall`; empty when there is nothing to say.
pub(super) fn said(about: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("**{about}:** {text}") }
}

/// A list under a word; empty when there are no items.
pub(super) fn list(about: &str, items: &[String]) -> String {
    if items.is_empty() {
        return String::new();
    }
    let items = items.iter().map(|item| format!("- {item}"));
    format!("**{about}**\n\n{}", items.collect::<Vec<_>>().join("\n"))
}

/// External references (CACAO v2.0 §10.9): a link where there is an address.
pub(super) fn references(part: Part<'_>) -> Vec<String> {
    part.items().unwrap_or_else(|| vec![part]).into_iter().map(reference).filter(|text| !text.is_empty()).collect()
}

fn reference(part: Part<'_>) -> String {
    let value = part.value();
    let Value::Object(members) = &value else {
        return readable(&value);
    };
    let text = |name: &str| members.get(name).map(readable).unwrap_or_default();
    let (name, url) = (text("name"), text("url"));
    let title = match (name.is_empty(), url.is_empty()) {
        (_, true) => name,
        (true, false) => format!("<{url}>"),
        (false, false) => format!("[{}](<{url}>)", name.replace(['[', ']'], " ")),
    };
    let rest = members.iter().filter(|(name, _)| !["name", "url", "description", "source"].contains(&name.as_str()));
    let rest = rest.map(|(name, value)| labelled(name, value));
    joined([title, text("description"), text("source")].into_iter().chain(rest), ", ")
}

/// Variables (CACAO v2.0 §10.18): name, type, what it is for and the value.
pub(super) fn variables(part: Part<'_>, is_shown: impl Fn(&str) -> bool) -> Vec<String> {
    let members = part.members().unwrap_or_default();
    members.into_iter().filter(|(name, _)| is_shown(name)).map(|(name, part)| variable(&name, &part.value())).collect()
}

fn variable(name: &str, value: &Value) -> String {
    let Value::Object(members) = value else {
        return joined([code(name), guarded(name, readable(value))].into_iter(), ": ");
    };
    let text = |name: &str| members.get(name).map(readable).unwrap_or_default();
    let flag = |name: &str| if members.get(name) == Some(&Value::Bool(true)) { name.to_owned() } else { String::new() };
    let form = joined([text("type"), flag("constant"), flag("external")].into_iter(), ", ");
    let head = if form.is_empty() { code(name) } else { format!("{} ({form})", code(name)) };
    let initial = Some(guarded(name, text("value"))).filter(|value| !value.is_empty());
    let initial = initial.map(|value| format!("= {}", code(&value)));
    let known = ["type", "constant", "external", "description", "value", "name"];
    let rest = members.iter().filter(|(name, _)| !known.contains(&name.as_str()));
    let rest = rest.map(|(name, value)| labelled(name, value));
    let own_name = Some(text("name")).filter(|own| own != name).unwrap_or_default();
    joined([head, own_name, text("description"), initial.unwrap_or_default()].into_iter().chain(rest), " ")
}

/// An agent, a target, or how to log in (CACAO v2.0 §6, §7): name, type and everything else but secrets.
pub(super) fn definition(id: &str, value: &Value) -> String {
    let Value::Object(members) = value else {
        return joined([id.to_owned(), readable(value)].into_iter(), ": ");
    };
    let rest = members.iter().filter(|(name, _)| {
        let is_for_programs = name.ends_with("_extensions") || is_secret(name);
        !is_for_programs && !["name", "type", "description"].contains(&name.as_str())
    });
    let rest = rest.map(|(name, value)| labelled(name, value));
    let description = members.get("description").map(readable).unwrap_or_default();
    let details = joined(std::iter::once(description).chain(rest), "; ");
    joined([format!("**{}**", definition_name(id, value)), details].into_iter(), ": ")
}

/// The name of an agent or a target with its type, by which steps refer to it.
pub(super) fn definition_name(id: &str, value: &Value) -> String {
    let text = |name: &str| value.get(name).map(readable).unwrap_or_default();
    let (name, kind) = (text("name"), text("type"));
    match (name.is_empty(), kind.is_empty()) {
        (true, true) => id.to_owned(),
        (true, false) => kind,
        (false, true) => name,
        (false, false) if name == kind => name,
        (false, false) => format!("{name} ({kind})"),
    }
}
