//! Parts that fold (`<details>` with a `<summary>`): Markdown in them is read, and they keep their title and their end.
//!
//! To CommonMark they are HTML, which swallows what stands right below a tag. So the parser is given a heading with a
//! mark in place of each tag, and the lines as they are shown have the title there, or nothing. Lines keep their numbers.

use std::borrow::Cow;

use super::fences::Fences;
use crate::import::tags::{is_markup, tag};

/// The mark of a beginning and that of an end: characters that no text is made of.
pub(super) const MARKS: [char; 2] = ['\u{fdd0}', '\u{fdd1}'];

/// Most lines that a title takes.
const MAX_TITLE_LINES: usize = 10;

/// How deep parts that fold may lie in each other; deeper ones are text. Every one keeps a copy of what lies in it.
const MAX_DEPTH: usize = 8;

/// The lines of a document.
pub(super) struct Lines<'a> {
    /// As they are shown.
    pub(super) shown: Vec<Cow<'a, str>>,
    /// As they are parsed, where they differ.
    parsed: Vec<Option<String>>,
}

impl Lines<'_> {
    /// The text that is parsed.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (shown, parsed) in self.shown.iter().zip(&self.parsed) {
            text.push_str(parsed.as_deref().unwrap_or(shown.as_ref()));
            text.push('\n');
        }
        text
    }
}

/// Cuts a document into lines and finds what folds in it.
pub(super) fn lines(source: &str) -> Lines<'_> {
    let shown: Vec<Cow<'_, str>> = source.lines().map(Cow::Borrowed).collect();
    let parsed = vec![None; shown.len()];
    let mut lines = Lines { shown, parsed };
    if source.contains('<') && !source.contains(MARKS) {
        let source: Vec<&str> = source.lines().collect();
        Reader { source: &source, lines: &mut lines, open: Vec::new(), awaits_title: false, close_next: false }.read();
    }
    lines
}

struct Reader<'l, 'a> {
    source: &'l [&'a str],
    lines: &'l mut Lines<'a>,
    /// The parts that are open.
    open: Vec<Part>,
    /// Whether the part that was opened last may still get its title.
    awaits_title: bool,
    /// Whether the last line closed a part behind its text.
    close_next: bool,
}

/// A part that is open.
struct Part {
    /// The line on which it begins.
    line: usize,
    /// Whether it has a title and so a mark.
    has_mark: bool,
}

/// What the tags on one line say.
#[derive(Default)]
struct Tags<'a> {
    opens: bool,
    title: Option<&'a str>,
    /// Whether the title goes on below this line.
    is_open_title: bool,
    closes: bool,
    rest: &'a str,
}

impl<'a> Reader<'_, 'a> {
    fn read(mut self) {
        let mut fences = Fences::default();
        let mut position = 0;
        while let Some(&line) = self.source.get(position) {
            if fences.holds(line) {
                position += 1;
                continue;
            }
            position += self.line(position, line);
        }
    }

    /// Reads a line, and gives back how many that were.
    fn line(&mut self, position: usize, line: &'a str) -> usize {
        if self.close_next {
            self.close_next = false;
            if line.trim().is_empty() {
                self.close(position);
                return 1;
            }
        }
        if self.is_placeholder(position, line) {
            return 1;
        }
        let said = tags_of(line.trim());
        let has_tag = said.opens || said.title.is_some() || said.closes;
        if !has_tag {
            let text = line.trim_end();
            if let Some(text) = text.strip_suffix("</details>").filter(|_| !self.open.is_empty()) {
                self.set(position, text, None);
                self.close_next = true;
            }
            self.awaits_title &= line.trim().is_empty();
            return 1;
        }
        if !said.rest.is_empty() {
            return 1;
        }
        if said.opens {
            self.open.push(Part { line: position, has_mark: false });
            self.awaits_title = true;
        }
        let mut length = 1;
        match said.title {
            Some(_) if said.is_open_title => length = self.long_title(position),
            Some(title) if self.awaits_title && !said.closes => self.title(position, title.trim()),
            None if said.closes => {}
            title => self.set(position, title.unwrap_or_default().trim(), None),
        }
        if said.closes {
            match said.title {
                // All of it on one line: the title is a text.
                Some(_) => _ = self.open.pop(),
                None => self.close(position),
            }
        }
        length
    }

    /// Whether a line, or an item, begins with something in angle brackets that is no markup: it must not begin a block of
    /// HTML, which would swallow the items below it.
    fn is_placeholder(&mut self, position: usize, line: &'a str) -> bool {
        let text = behind_signs(line);
        let found = tag(text).is_some_and(|(name, _)| !is_markup(name));
        if found {
            let before = &line[..line.len() - text.len()];
            self.lines.parsed[position] = Some(format!("{before}&lt;{}", &text[1..]));
        }
        found
    }

    /// Marks a title, on the line on which its part begins: how far that is indented says what the part lies in.
    fn title(&mut self, position: usize, title: &'a str) {
        self.awaits_title = false;
        self.set(position, "", None);
        let is_structure = !title.is_empty() && self.open.len() <= MAX_DEPTH;
        let Some(part) = self.open.last_mut().filter(|_| is_structure) else {
            return self.set(position, title, None);
        };
        part.has_mark = true;
        let line = part.line;
        self.set(line, title, Some(format!("###### {}{title}", MARKS[0])));
    }

    /// Reads a title of several lines. Each of them keeps its text; only one can be the title.
    fn long_title(&mut self, position: usize) -> usize {
        let below = &self.source[position..];
        let Some(length) = below.iter().take(MAX_TITLE_LINES).position(|line| line.contains("</summary>")) else {
            return 1;
        };
        let texts: Vec<&'a str> = (position..=position + length)
            .map(|line| self.source[line])
            .map(|line| line.rsplit_once("<summary>").map_or(line, |(_, text)| text))
            .map(|line| line.split("</summary>").next().unwrap_or_default().trim())
            .collect();
        let Some(longest) = texts.iter().position(|text| !text.is_empty()) else { return 1 };
        for (offset, text) in texts.iter().enumerate() {
            match offset == longest && self.awaits_title {
                true => self.title(position + offset, text),
                false => self.set(position + offset, text, None),
            }
        }
        length + 1
    }

    fn close(&mut self, position: usize) {
        self.awaits_title = false;
        let mark = self.open.pop().filter(|part| part.has_mark).map(|_| format!("###### {}", MARKS[1]));
        self.set(position, "", mark);
    }

    /// Replaces a line, keeping how far it is indented.
    fn set(&mut self, position: usize, shown: &str, parsed: Option<String>) {
        let line = self.source[position];
        let indent = &line[..line.len() - line.trim_start().len()];
        let shown = format!("{indent}{}", shown.trim_start());
        self.lines.parsed[position] = parsed.map(|parsed| format!("{indent}{parsed}"));
        self.lines.shown[position] = Cow::Owned(if shown.trim().is_empty() { String::new() } else { shown });
    }
}

/// What stands behind the signs and the check boxes with which items begin.
fn behind_signs(line: &str) -> &str {
    let mut text = line.trim_start();
    loop {
        let number = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let signs: &[char] = if number.len() < text.len() { &['.', ')'] } else { &['-', '*', '+'] };
        let Some(rest) = number.strip_prefix(signs).filter(|rest| rest.starts_with([' ', '\t'])) else {
            let behind_box = text.strip_prefix("[ ]").or_else(|| text.strip_prefix("[x]"));
            return behind_box.map_or(text, str::trim_start);
        };
        text = rest.trim_start();
    }
}

/// Reads the tags of folding parts that a line consists of.
fn tags_of(line: &str) -> Tags<'_> {
    let mut said = Tags { rest: line, ..Tags::default() };
    while let Some((name, length)) = tag(said.rest) {
        let closes = said.rest.starts_with("</");
        let behind = &said.rest[length..];
        match (name.to_ascii_lowercase().as_str(), closes) {
            ("details", false) if !said.opens && said.title.is_none() => said.opens = true,
            ("details", true) if !said.closes => said.closes = true,
            ("summary", false) if said.title.is_none() && !said.closes => {
                let end = behind.find("</summary>");
                said.title = Some(&behind[..end.unwrap_or(behind.len())]);
                said.is_open_title = end.is_none();
                said.rest = end.map_or("", |end| behind[end + "</summary>".len()..].trim_start());
                continue;
            }
            // What often stands around the content.
            ("p" | "div" | "br" | "center", _) => {}
            _ => return said,
        }
        said.rest = behind.trim_start();
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines as they are parsed, with `<` and `>` for the marks.
    fn parsed(source: &str) -> String {
        lines(source).text().replace("###### ", "").replace(MARKS[0], "<").replace(MARKS[1], ">")
    }

    #[test]
    fn every_form_of_a_title_is_found_and_lines_stay() {
        for (source, expected) in [
            ("<details>\n<summary>If so</summary>\n\n- a\n\n</details>\n", "<If so\n\n\n- a\n\n>\n"),
            ("<details>\n  <summary>If so</summary><p>\n- a\n</p></details>\n", "<If so\n\n- a\n>\n"),
            ("<details open><summary>If so</summary>\n- a\n</details>\n", "<If so\n- a\n>\n"),
            ("<DETAILS>\n<summary>\n  If so\n</summary>\n- a\n</details>\n", "<If so\n\n\n\n- a\n>\n"),
            ("<details>\n- a\n</details>\n", "\n- a\n\n"),
            ("<details><summary>All</summary></details>\n", "All\n"),
            ("<details><summary>A</summary>\n- a</details>\n\nb\n", "<A\n- a\n>\nb\n"),
            ("```\n<details>\n```\n", "```\n<details>\n```\n"),
            ("<owner>\n- a\n- <host> b\n<b>c</b>\n", "&lt;owner>\n- a\n- &lt;host> b\n<b>c</b>\n"),
            ("- a\n  <details><summary>B</summary>\n\n  - c\n\n  </details>\n", "- a\n  <B\n\n  - c\n\n  >\n"),
        ] {
            assert_eq!(parsed(source), expected, "{source}");
        }
    }
}
