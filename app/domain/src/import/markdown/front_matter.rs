//! Front matter: the YAML or TOML that a document may begin with.
//!
//! Only what a playbook needs is understood (title, tags, severity); the text as a whole is kept by the caller.

use crate::import::unquoted;

/// What the front matter says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FrontMatter {
    pub(super) title: Option<String>,
    pub(super) tags: Vec<String>,
    /// The text between the delimiters, and the language it is in.
    pub(super) text: String,
    pub(super) language: &'static str,
}

/// Splits a document into its front matter and the rest, in which every line keeps its number.
pub(super) fn split(source: &str) -> (Option<FrontMatter>, String) {
    let mut lines = source.lines();
    let (language, closing): (_, &[&str]) = match lines.next().map(str::trim_end) {
        Some("---") => ("yaml", &["---", "..."]),
        Some("+++") => ("toml", &["+++"]),
        _ => return (None, source.to_owned()),
    };
    let inside: Vec<&str> = lines.by_ref().take_while(|line| !closing.contains(&line.trim_end())).collect();
    let closed = source.lines().nth(inside.len() + 1).is_some();
    if !closed || !looks_like_metadata(&inside) {
        return (None, source.to_owned());
    }
    let body: Vec<&str> = lines.collect();
    let blank = "\n".repeat(inside.len() + 2);
    (Some(read(&inside, language)), blank + &body.join("\n"))
}

/// Whether the first line that says something is a key with or without a value, and not a sentence between two rules.
fn looks_like_metadata(lines: &[&str]) -> bool {
    lines
        .iter()
        .find(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .is_some_and(|line| entry(line).is_some())
}

fn read(lines: &[&str], language: &'static str) -> FrontMatter {
    let mut front = FrontMatter { text: lines.join("\n"), language, ..FrontMatter::default() };
    let mut name = None;
    let mut key = "";
    for line in lines {
        if let Some((found, value)) = entry(line) {
            key = found;
            match key.to_lowercase().as_str() {
                "title" => front.title = text(value),
                "name" => name = text(value),
                key if is_tags(key) => front.tags.extend(list(value)),
                "severity" => front.tags.extend(text(value).map(|severity| format!("severity:{severity}"))),
                _ => {}
            }
        } else if let Some(value) = line.trim_start().strip_prefix("- ")
            && is_tags(key)
        {
            front.tags.extend(text(value));
        }
    }
    front.title = front.title.or(name);
    // Nothing else is in it that would have to be kept.
    let only_tags = lines.iter().filter_map(|line| entry(line)).all(|(key, _)| is_tags(key));
    if only_tags && !front.tags.is_empty() {
        front.text.clear();
    }
    front
}

fn is_tags(key: &str) -> bool {
    matches!(key.to_lowercase().as_str(), "tags" | "keywords")
}

/// A key at the margin, and its value.
fn entry(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once([':', '='])?;
    let key = key.trim_end();
    let plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'));
    (plain && (value.is_empty() || value.starts_with([' ', '\t']))).then_some((key, value))
}

fn text(value: &str) -> Option<String> {
    Some(unquoted(value.trim())).filter(|value| !value.is_empty())
}

fn list(value: &str) -> Vec<String> {
    value.trim().trim_matches(['[', ']']).split(',').filter_map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn title_tags_and_severity_are_read() {
        let (front, body) =
            split("---\ntitle: \"Lost laptop\"\ntags: [theft, 'device']\nseverity: high\nowner: SOC\n---\n# Start\n");
        let front = front.expect("front matter");
        assert_eq!(front.title.as_deref(), Some("Lost laptop"));
        assert_eq!(front.tags, ["theft", "device", "severity:high"]);
        assert_eq!(body.lines().nth(6), Some("# Start"), "lines keep their numbers");
    }

    #[test]
    fn a_block_list_of_tags_and_a_name_in_place_of_a_title_are_read() {
        let (front, _) = split("---\nname: lost-laptop\ntags:\n  - theft\n  - device\nother:\n  - x\n---\n");
        let front = front.expect("front matter");
        assert_eq!(front.title.as_deref(), Some("lost-laptop"));
        assert_eq!(front.tags, ["theft", "device"]);
    }

    #[test]
    fn a_sentence_between_rules_or_an_open_block_is_no_front_matter() {
        for source in ["---\nJust a sentence.\n---\n", "---\ntitle: never closed\n", "title: x\n"] {
            assert_eq!(split(source), (None, source.to_owned()));
        }
    }

    #[test]
    fn toml_is_read_too() {
        let (front, _) = split("+++\ntitle = \"Lost laptop\"\n+++\n- Lock it\n");
        assert_eq!(front.expect("front matter").title.as_deref(), Some("Lost laptop"));
    }
}
