//! What a piece of text says: its label, and what else in it must be kept.
//!
//! Invariant: every word of a text is in the label or in the description that [`Wording`] gives for it.

use std::collections::HashMap;

use super::blocks::PlainText;
use crate::graph::NodeKind;

/// Longest label, in characters.
const MAX_LABEL: usize = 200;

/// Longest id that an author may choose, in bytes.
const MAX_EXPLICIT_ID: usize = 100;

/// What a node is called, and what its author said about it in the same breath.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wording {
    pub(super) label: String,
    /// The text as Markdown, if the label does not hold all of it.
    pub(super) description: String,
    /// From `{#id}`.
    pub(super) id: Option<String>,
    /// From a prefix such as `Decision:`.
    pub(super) kind: Option<NodeKind>,
    pub(super) optional: bool,
}

impl Wording {
    /// Reads a text that is also at hand as Markdown.
    pub(super) fn of(text: &PlainText, source: &str) -> Self {
        let first = text.lines.first().cloned().unwrap_or_else(|| one_line(source));
        let (first, mut id) = take_id(&first);
        if id.is_none() {
            id = text.lines.last().and_then(|line| take_id(line).1);
        }
        let (kind, unprefixed) = take_kind(first);
        let mut label = match kind {
            // Who gives the id gives the words as well.
            _ if id.is_some() => shorten(unprefixed.trim()),
            Some(_) => shorten(&capitalised(bare(unprefixed))),
            None => shorten(bare(unprefixed)),
        };
        if label.is_empty() {
            label = shorten(&one_line(source));
        }
        let source = without_id(source, id.as_deref());
        let said = format!("{} {label}", kind.map_or("", NodeKind::as_str));
        let mut lines = source.splitn(2, '\n');
        let description = match (lines.next(), lines.next()) {
            _ if covers(&said, &source) => String::new(),
            (Some(opening), Some(rest)) if text.lines.len() > 1 && covers(&said, opening) => rest.trim().to_owned(),
            _ => source.trim().to_owned(),
        };
        Self { optional: is_optional(unprefixed), label, description, id, kind }
    }

    /// A text that stands for a part of a longer one, which is kept elsewhere.
    pub(super) fn part(text: &str) -> Self {
        let (text, id) = take_id(text);
        let (kind, text) = take_kind(text);
        let text = match bare(text) {
            "" => text.trim(),
            bare => bare,
        };
        let label = if id.is_some() { shorten(text) } else { shorten(&capitalised(text)) };
        Self {
            description: if covers(&label, text) { String::new() } else { text.to_owned() },
            optional: is_optional(text),
            label,
            id,
            kind,
        }
    }
}

impl Wording {
    /// The label for a node of this kind; keeps a prefix that asked for another kind.
    pub(super) fn label_as(&self, kind: NodeKind) -> String {
        match self.kind {
            Some(asked) if asked != kind => shorten(&format!("{}: {}", capitalised(asked.as_str()), self.label)),
            _ => self.label.clone(),
        }
    }
}

/// The words of a text, lower case; bare numbers are form (an item's number), not words.
pub(super) fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.chars().any(|c| !c.is_ascii_digit()))
        .map(str::to_lowercase)
}

/// Whether every word of `source` is in `said`, at least as often.
pub(super) fn covers(said: &str, source: &str) -> bool {
    let mut unused: HashMap<String, usize> = HashMap::new();
    for word in words(said) {
        *unused.entry(word).or_default() += 1;
    }
    words(source).all(|word| match unused.get_mut(&word) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    })
}

/// A text on one line.
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text whose first letter is upper case, unless its first word has a form of its own (`iptables`, `--flag`).
pub(super) fn capitalised(text: &str) -> String {
    let first_word = text.split_whitespace().next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if first_word.chars().all(char::is_alphabetic) => first.to_uppercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// Cuts a text that is too long for a label, after a sentence if there is one, otherwise after a word.
pub(super) fn shorten(text: &str) -> String {
    let Some((limit, _)) = text.char_indices().nth(MAX_LABEL) else {
        return text.to_owned();
    };
    let head = &text[..limit];
    let sentence = [". ", "! ", "? "].iter().filter_map(|end| head.rfind(end)).max();
    match (sentence, head.rfind(' ')) {
        (Some(end), _) if end > 20 => head[..=end].to_owned(),
        (_, Some(end)) => format!("{}…", &head[..end]),
        _ => format!("{head}…"),
    }
}

/// A text without the colon that leads over to what follows it.
fn bare(text: &str) -> &str {
    text.trim().trim_end_matches(':').trim_end()
}

/// Splits `{#id}` off the end.
fn take_id(text: &str) -> (&str, Option<String>) {
    let found = text.trim_end().strip_suffix('}').and_then(|text| text.rsplit_once("{#"));
    match found {
        Some((before, id)) if is_id(id) => (before.trim_end(), Some(id.to_owned())),
        _ => (text, None),
    }
}

fn is_id(id: &str) -> bool {
    let chosen = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':' | '~');
    !id.is_empty() && id.len() <= MAX_EXPLICIT_ID && id.chars().all(chosen)
}

fn without_id(source: &str, id: Option<&str>) -> String {
    match id {
        Some(id) => source.replacen(&format!("{{#{id}}}"), "", 1),
        None => source.to_owned(),
    }
}

/// Splits off a prefix that names the kind of node.
fn take_kind(text: &str) -> (Option<NodeKind>, &str) {
    let kinds = [NodeKind::Phase, NodeKind::Step, NodeKind::Decision, NodeKind::Execute];
    text.split_once(':')
        .and_then(|(prefix, rest)| {
            let named = |kind: &NodeKind| prefix.trim().eq_ignore_ascii_case(kind.as_str());
            kinds.into_iter().find(named).map(|kind| (Some(kind), rest.trim_start()))
        })
        .filter(|(_, rest)| !rest.is_empty())
        .unwrap_or((None, text))
}

/// Whether a condition only says that a step is optional, as in “if possible”.
pub(super) fn is_leave_to_skip(condition: &str) -> bool {
    const LEAVE: [&str; 14] = [
        "possible",
        "needed",
        "necessary",
        "applicable",
        "required",
        "available",
        "appropriate",
        "desired",
        "feasible",
        "relevant",
        "permitted",
        "practical",
        "nötig",
        "möglich",
    ];
    let said: Vec<String> = words(condition).filter(|word| word != "and" && word != "or").collect();
    !said.is_empty() && said.iter().all(|word| LEAVE.contains(&word.as_str()))
}

/// Whether a text says of itself that it is optional.
fn is_optional(text: &str) -> bool {
    let lower = text.to_lowercase();
    let trimmed = lower.trim_end_matches(['.', ')', ':', ' ']);
    let opens = lower
        .strip_prefix("if ")
        .or_else(|| lower.strip_prefix("where "))
        .and_then(|rest| rest.split([',', ':']).next())
        .is_some_and(is_leave_to_skip);
    let closes = trimmed
        .rsplit_once(" if ")
        .or_else(|| trimmed.rsplit_once("(if "))
        .is_some_and(|(_, end)| is_leave_to_skip(end));
    // At the end of several sentences it speaks of the last one only.
    let closes = closes && !lower.contains(". ");
    opens || closes || lower.starts_with("optional") || lower.starts_with("(optional") || trimmed.ends_with("(optional")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording(text: &str) -> Wording {
        let lines = vec![text.replace("**", "")];
        Wording::of(&PlainText { lines }, text)
    }

    #[test]
    fn emphasis_is_dropped_and_nothing_repeated() {
        let wording = wording("**Isolate** the host:");
        assert_eq!((wording.label.as_str(), wording.description.as_str()), ("Isolate the host", ""));
    }

    #[test]
    fn words_that_the_label_cannot_hold_are_in_the_description() {
        let text = PlainText { lines: vec!["See the wiki".into()] };
        let wording = Wording::of(&text, "See [the wiki](https://example.org)");
        assert_eq!(wording.label, "See the wiki");
        assert_eq!(wording.description, "See [the wiki](https://example.org)");
    }

    #[test]
    fn a_long_text_is_cut_after_a_sentence_and_kept_whole() {
        let text = format!("Isolate the affected host. {}", "Then tell everybody. ".repeat(20));
        let wording = wording(text.trim());
        assert!(wording.label.ends_with("everybody."));
        assert!(wording.label.chars().count() <= MAX_LABEL);
        assert_eq!(wording.description, text.trim());
    }

    #[test]
    fn a_prefix_gives_the_kind_and_a_brace_the_id() {
        let wording = wording("Decision: Is it spreading? {#spread}");
        assert_eq!(wording.kind, Some(NodeKind::Decision));
        assert_eq!(wording.id.as_deref(), Some("spread"));
        assert_eq!(wording.label, "Is it spreading?");
        assert_eq!(wording.description, "");
    }

    #[test]
    fn leave_to_skip_makes_a_step_optional_and_a_condition_does_not() {
        for text in ["If possible, take an image", "Take an image, if needed.", "Optional: take an image"] {
            assert!(wording(text).optional, "{text}");
        }
        for text in ["If infected, take an image", "Use mail if possible. Ask first."] {
            assert!(!wording(text).optional, "{text}");
        }
    }
}
