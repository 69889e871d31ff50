//! What a reader sees of a text, to the letter where it matters.
//!
//! CommonMark takes more for markup than people mean: `<owner>` for an element, the backslash of `Microsoft\.NETFramework`
//! for an escape, the signs of `__init__.py` for emphasis. In a label those stay; markup that is meant as such goes.

use std::collections::HashSet;

use comrak::arena_tree::NodeEdge;
use comrak::nodes::{AstNode, NodeValue, Sourcepos};

use super::blocks::PlainText;
use super::details::MARKS;
use crate::import::tags;

/// Names of Python's that Markdown shows in bold.
const DUNDERS: [&str; 10] = [
    "__all__",
    "__del__",
    "__dict__",
    "__file__",
    "__init__",
    "__main__",
    "__name__",
    "__new__",
    "__pycache__",
    "__repr__",
];

/// A character, and whether a backslash stands before it that Markdown takes away.
type Letter = (char, bool);

/// The text of a node's inlines; `lines` are those of the document.
pub(super) fn plain_text<'a>(node: &'a AstNode<'a>, lines: &[impl AsRef<str>]) -> PlainText {
    let mut reader = Reader { lines: vec![Vec::new()], escaped: false };
    let paired = paired_tags(node);
    for edge in node.traverse() {
        let (inline, starts) = match &edge {
            NodeEdge::Start(inline) => (inline, true),
            NodeEdge::End(inline) => (inline, false),
        };
        let data = inline.data.borrow();
        match &data.value {
            NodeValue::Emph | NodeValue::Strong => {
                let signs = if matches!(data.value, NodeValue::Emph) { 1 } else { 2 };
                if let Some(sign) = literal_sign(data.sourcepos, signs, lines) {
                    (0..signs).for_each(|_| reader.push(sign));
                }
            }
            NodeValue::Escaped => reader.escaped = starts,
            _ if !starts => {}
            NodeValue::Text(text) => reader.extend(text),
            NodeValue::Code(code) => reader.extend(&code.literal),
            NodeValue::SoftBreak => reader.push(' '),
            NodeValue::LineBreak => {
                let line = lines.get(data.sourcepos.start.line.saturating_sub(1)).map_or("", AsRef::as_ref);
                reader.end_line(line.trim_end().ends_with('\\'));
            }
            NodeValue::HtmlInline(html) => reader.html(html, &paired),
            _ => {}
        }
    }
    let texts = reader.lines.iter().map(|letters| written(letters)).filter(|line| !line.is_empty());
    PlainText { lines: texts.collect() }
}

struct Reader {
    lines: Vec<Vec<Letter>>,
    /// Whether the next text stood behind a backslash.
    escaped: bool,
}

impl Reader {
    fn push(&mut self, character: char) {
        if let Some(line) = self.lines.last_mut().filter(|_| !MARKS.contains(&character)) {
            line.push((character, self.escaped));
        }
    }

    fn extend(&mut self, text: &str) {
        text.chars().for_each(|character| self.push(character));
    }

    /// Ends a line; behind a path, the backslash that breaks it belongs to the path.
    fn end_line(&mut self, by_backslash: bool) {
        if by_backslash && self.lines.last().is_some_and(|line| last_word(line).iter().any(|letter| letter.0 == '\\')) {
            self.push('\\');
        }
        self.lines.push(Vec::new());
    }

    /// A tag of markup goes, its content stays; anything else in angle brackets is text.
    fn html(&mut self, html: &str, paired: &HashSet<String>) {
        match tags::tag(html) {
            Some((name, _)) if name.eq_ignore_ascii_case("br") => self.lines.push(Vec::new()),
            Some((name, _)) if tags::is_markup(name) => {
                if tags::could_be_name(html) && !paired.contains(&name.to_ascii_lowercase()) {
                    self.extend(html);
                }
            }
            _ if html.starts_with("<!") || html.starts_with("<?") => {}
            _ => self.extend(html),
        }
    }
}

/// The names of the elements that are closed among these inlines.
fn paired_tags<'a>(node: &'a AstNode<'a>) -> HashSet<String> {
    let mut closed = HashSet::new();
    for inline in node.descendants() {
        if let NodeValue::HtmlInline(html) = &inline.data.borrow().value
            && html.starts_with("</")
            && let Some((name, _)) = tags::tag(html)
        {
            closed.insert(name.to_ascii_lowercase());
        }
    }
    closed
}

/// The sign of emphasis that is none: within a word (`a*b*c`), or around a part of a name (`__init__.py`).
fn literal_sign(position: Sourcepos, signs: usize, lines: &[impl AsRef<str>]) -> Option<char> {
    let line = lines.get(position.start.line.checked_sub(1)?)?.as_ref();
    let start = position.start.column.checked_sub(1)?;
    let whole = line.get(start..position.end.column).filter(|_| position.start.line == position.end.line)?;
    let sign = whole.chars().next().filter(|sign| matches!(sign, '*' | '_'))?;
    let is_whole = whole.len() > 2 * signs && whole.ends_with(sign) && whole[..signs].chars().all(|c| c == sign);
    let before = line[..start].chars().next_back();
    let mut behind = line[position.end.column..].chars();
    let (next, second) = (behind.next(), behind.next());
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let in_word = is_letter(before) && is_letter(next);
    let in_name = !whole.contains(char::is_whitespace)
        && (matches!(before, Some('/' | '\\' | '.' | '$' | '%'))
            || matches!(next, Some('/' | '\\' | '('))
            || next == Some('.') && is_letter(second)
            || DUNDERS.contains(&whole));
    (is_whole && (in_word || sign == '_' && in_name)).then_some(sign)
}

fn last_word(line: &[Letter]) -> &[Letter] {
    let start = line.iter().rposition(|(c, _)| c.is_whitespace()).map_or(0, |at| at + 1);
    &line[start..]
}

/// A line on which words of paths are as they were written, and all others without the backslashes of escapes.
fn written(letters: &[Letter]) -> String {
    let mut text = String::with_capacity(letters.len());
    let mut in_path = false;
    for word in letters.split(|(c, _)| c.is_whitespace()).filter(|word| !word.is_empty()) {
        in_path = is_path(word) || in_path && goes_on(word);
        if !text.is_empty() {
            text.push(' ');
        }
        for &(character, escaped) in word {
            if escaped && in_path {
                text.push('\\');
            }
            text.push(character);
        }
        in_path &= !word.last().is_some_and(|(c, _)| matches!(c, ',' | ';' | '.' | ':' | '!' | '?' | ')'));
    }
    text
}

/// Whether a word is a path: then nobody meant its backslashes as escapes. The exporter keeps to it: no word that it
/// writes with escapes is one.
fn is_path(word: &[Letter]) -> bool {
    let opened = word.iter().position(|(c, _)| !matches!(c, '(' | '[' | '{' | '"' | '\'' | '“' | '„' | '‘'));
    let word = &word[opened.unwrap_or(0)..];
    if word.contains(&('\\', false)) {
        return true;
    }
    let Some(escape) = word.iter().position(|(_, escaped)| *escaped) else { return false };
    let before: String = word[..escape].iter().map(|(c, _)| c).collect();
    let is_drive = before.len() == 2 && before.ends_with(':') && before.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_variable = before.len() > 2 && before.starts_with('%') && before.ends_with('%');
    let is_share = escape == 0 && word[0].0 == '\\' && word.get(1).is_some_and(|(c, _)| c.is_alphanumeric());
    is_drive || is_variable || is_share || matches!(before.as_str(), "~" | "." | "..")
}

/// Whether the word behind one of a path goes on with it: `C:\Program Files\_x`.
fn goes_on(word: &[Letter]) -> bool {
    word.windows(2).any(|pair| (pair[0].0.is_alphanumeric() || pair[0].0 == ')') && pair[1].1)
}

#[cfg(test)]
mod tests {
    use crate::import::markdown::blocks::{Content, read};

    fn label(source: &str) -> String {
        match read(source).blocks.swap_remove(0).content {
            Content::Paragraph { text, .. } => text.joined(),
            other => panic!("a paragraph, not {other:?}"),
        }
    }

    #[test]
    fn placeholders_stay_and_markup_goes() {
        for (source, shown) in [
            ("Block <IP address> and tell <owner>", "Block <IP address> and tell <owner>"),
            ("Isolate <hostname>, not </host>", "Isolate <hostname>, not </host>"),
            ("Press <kbd>Esc</kbd> <b>now</b><br>then <a href=\"x\">go</a>", "Press Esc now then go"),
            ("Enter <code> and <code>id</code>", "Enter and id"),
            ("Enter the <code> on the phone", "Enter the <code> on the phone"),
            ("Ask <user@example.org>", "Ask user@example.org"),
            ("Say <!-- quietly --> it", "Say it"),
            ("<script>alert(1)</script> x", "alert(1) x"),
        ] {
            assert_eq!(label(&format!("To: {source}")), format!("To: {shown}"));
        }
    }

    #[test]
    fn paths_and_names_are_kept_to_the_letter() {
        for text in [
            r"Set HKLM\SOFTWARE\Microsoft\.NETFramework and clean C:\Temp\_x",
            r"Run \\fs01\admin$\run.bat",
            r"Ping \\fs01 now",
            r"Clean C:\_x and D:\*.tmp",
            r"Clean C:\Windows\Temp\*.tmp, C:\Program Files\_y",
            r"List %TEMP%\_x and .\#old and ~\_z",
            "Edit __init__.py and lib/__main__.py, call __init__() in __pycache__",
            "Compute 2*3*4",
            r"(C:\[old\])",
        ] {
            assert_eq!(label(text), text);
        }
        assert_eq!(label("Open C:\\Temp\\\nnow"), r"Open C:\Temp\ now");
    }

    #[test]
    fn what_is_escaped_on_purpose_is_not() {
        for (source, shown) in [
            (r"Set snake\_case to \*all\*, 1\. \<b\>", "Set snake_case to *all*, 1. <b>"),
            (r"Use C:\Temp and snake\_case", r"Use C:\Temp and snake_case"),
            (r"Use C:\Temp, then snake\_case", r"Use C:\Temp, then snake_case"),
            (r"Escaped \\\\srv", r"Escaped \\srv"),
            ("**Bold** and _em_ and __strong__", "Bold and em and strong"),
            ("line \\\nbreak", "line break"),
            (r"&lt;script&gt; C:&#92;_x", r"<script> C:\_x"),
        ] {
            assert_eq!(label(source), shown);
        }
    }
}
