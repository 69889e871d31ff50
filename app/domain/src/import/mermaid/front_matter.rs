//! The block between `---` lines at the top of a document or a chart: only its title and tags have a meaning here.

use super::comments::first_statement;
use crate::import::unquoted;

/// What a front matter says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct FrontMatter<'a> {
    /// The value of `title`.
    pub(super) title: Option<String>,
    /// The values of `tags`.
    pub(super) tags: Vec<String>,
    /// Every other line but those of `config`, which is about drawing.
    pub(super) rest: Vec<&'a str>,
    /// How many lines the block takes, with its two fences and the empty lines above it.
    pub(super) lines: usize,
}

/// Reads the front matter at the top of these lines, below comments at most; none when the first line of text is not
/// `---` or nothing closes it.
pub(super) fn read<'a>(lines: &[&'a str]) -> Option<FrontMatter<'a>> {
    let (first, said) = first_statement(lines)?;
    if said.trim() != "---" {
        return None;
    }
    let length = lines[first + 1..].iter().position(|line| line.trim() == "---")?;
    let body = &lines[first + 1..first + 1 + length];
    // Without a key it is a paragraph between two horizontal rules.
    if !body.is_empty() && !body.iter().any(|line| line.contains(':')) {
        return None;
    }
    let mut read = FrontMatter { lines: first + length + 2, ..FrontMatter::default() };
    for (key, lines) in entries(body) {
        read.take(&key, &lines);
    }
    Some(read)
}

impl<'a> FrontMatter<'a> {
    fn take(&mut self, key: &str, lines: &[&'a str]) {
        match key {
            "title" => self.title = Some(value(lines).join(" ")).filter(|title| !title.is_empty()),
            "tags" => self.tags = value(lines),
            "config" => {}
            _ => self.rest.extend(lines),
        }
    }
}

/// Cuts the block at its top-level keys: each with its own line and the indented ones below it.
fn entries<'a>(body: &[&'a str]) -> Vec<(String, Vec<&'a str>)> {
    let indent = body
        .iter()
        .filter(|line| !line.trim().is_empty())
        .map(|line| line.len() - line.trim_start().len())
        .min()
        .unwrap_or(0);
    let mut entries: Vec<(String, Vec<&str>)> = Vec::new();
    for line in body.iter().filter(|line| !line.trim().is_empty()) {
        let text = line.trim_start();
        let top_level = line.len() - text.len() == indent && !text.starts_with('-');
        match (top_level, entries.last_mut()) {
            (false, Some((_, lines))) => lines.push(line),
            _ => {
                let key = text.split(':').next().unwrap_or_default();
                entries.push((key.trim().to_lowercase(), vec![line]));
            }
        }
    }
    entries
}

/// The values of an entry: what stands behind the colon, a list in brackets or with commas, or the items below.
fn value(lines: &[&str]) -> Vec<String> {
    let behind = lines.first().and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim());
    let behind = behind.trim_start_matches(['|', '>']).trim();
    let below = lines.iter().skip(1).map(|line| line.trim().trim_start_matches("- "));
    let listed = behind.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
    let parts: Vec<&str> = match listed {
        Some(inner) => inner.split(',').collect(),
        None => std::iter::once(behind).chain(below).collect(),
    };
    parts.into_iter().map(|part| unquoted(part.trim())).filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_text(text: &str) -> Option<FrontMatter<'_>> {
        read(&text.lines().collect::<Vec<_>>())
    }

    #[test]
    fn title_and_tags_are_taken_and_config_is_dropped() {
        let front = read_text(
            "\n---\ntitle: \"Phishing: triage\"\ntags: [mail, soc]\nconfig:\n  theme: dark\nowner: csirt\n---\nx",
        )
        .unwrap();
        assert_eq!(front.title.as_deref(), Some("Phishing: triage"));
        assert_eq!(front.tags, ["mail", "soc"]);
        assert_eq!(front.rest, ["owner: csirt"]);
        assert_eq!(front.lines, 8);
    }

    #[test]
    fn tags_may_stand_one_below_the_other() {
        let front = read_text("---\ntags:\n- mail\n  - soc\n---").unwrap();
        assert_eq!(front.tags, ["mail", "soc"]);
    }

    #[test]
    fn two_horizontal_rules_are_no_front_matter() {
        assert_eq!(read_text("---\nsome prose\n---\n"), None);
        assert_eq!(read_text("---\ntitle: never closed\n"), None);
        assert_eq!(read_text("text\n---\ntitle: x\n---\n"), None);
    }
}
