//! Lists as word processors and slides leave them in a text: `•⇥Isolate`, `o⇥Call`, `1.` and a no-break blank.
//!
//! To CommonMark those are paragraphs. Here their lines become items of Markdown, nested by their indentation and, where
//! that is the same, by their signs, as Word orders them (`•`, `o`, `▪`). Lines keep their numbers; code stays as it is.

use super::fences::Fences;

/// Signs that begin an item wherever a line begins with them, by the level at which Word uses them; 0 for any.
const SIGNS: [(char, u8); 34] = [
    ('•', 1),
    ('●', 1),
    ('⚫', 1),
    ('\u{f0b7}', 1),
    ('◦', 2),
    ('○', 2),
    ('⚪', 2),
    ('▪', 3),
    ('■', 3),
    ('▫', 3),
    ('□', 3),
    ('◾', 3),
    ('⬛', 3),
    ('\u{f0a7}', 3),
    ('\u{f06f}', 2),
    ('‣', 0),
    ('⁃', 0),
    ('∙', 0),
    ('➢', 0),
    ('➤', 0),
    ('►', 0),
    ('▶', 0),
    ('▸', 0),
    ('➔', 0),
    ('❖', 0),
    ('◆', 0),
    ('◇', 0),
    ('✓', 0),
    ('✔', 0),
    ('✦', 0),
    ('➣', 0),
    ('⦿', 0),
    ('◉', 0),
    ('▹', 0),
];

/// Signs that begin an item only with a blank behind them.
const APART: [(char, u8); 5] = [('·', 1), ('‧', 1), ('・', 1), ('º', 2), ('￭', 3)];

/// Signs and letters that begin an item only with a tab, a no-break blank or several blanks behind them; the letters are
/// what becomes of the signs of the font Wingdings.
const FAR: [(char, u8); 12] = [
    ('o', 2),
    ('–', 2),
    ('—', 2),
    ('-', 0),
    ('*', 0),
    ('+', 0),
    ('§', 3),
    ('Ø', 0),
    ('ü', 0),
    ('q', 0),
    ('v', 0),
    ('à', 0),
];

/// Boxes to be ticked, and how Markdown writes them.
const BOXES: [(char, &str); 8] = [
    ('☐', "[ ] "),
    ('☑', "[x] "),
    ('☒', "[x] "),
    ('❏', "[ ] "),
    ('❑', "[ ] "),
    ('❐', "[ ] "),
    ('\u{f0a8}', "[ ] "),
    ('\u{f0fe}', "[x] "),
];

/// A text with its pasted lists as Markdown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Pasted {
    pub(super) text: String,
    /// The first of those lines, counted from 1.
    pub(super) line: u32,
    /// What it begins with.
    pub(super) sign: String,
}

/// A line that begins an item.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Item<'a> {
    indent: usize,
    sign: &'a str,
    level: u8,
    number: Option<&'a str>,
    /// What Markdown writes in front of the text besides the sign.
    prefix: &'static str,
    text: &'a str,
}

impl Item<'_> {
    /// One sign for all items of a list, whatever their numbers, letters and ticks.
    fn form(&self) -> char {
        let first = self.sign.chars().next().unwrap_or_default();
        match () {
            () if self.number.is_some() => '1',
            () if !self.prefix.is_empty() => '☐',
            () if self.sign.ends_with(['.', ')']) => 'a',
            () => first,
        }
    }
}

/// An item that is open.
struct Open {
    indent: usize,
    sign: char,
    level: u8,
    /// Where its sign and its text stand in the Markdown.
    column: usize,
    content: usize,
}

/// Whether a line begins an item of a pasted list, whatever stands around it.
pub(crate) fn begins_item(line: &str) -> bool {
    item(line).is_some() || item_with_dash(line).is_some()
}

/// Makes Markdown of the pasted lists in a text; `None` when there are none.
pub(super) fn as_markdown(source: &str) -> Option<Pasted> {
    let lines: Vec<&str> = source.lines().collect();
    let mut fences = Fences::default();
    let mut writer = Writer {
        text: String::with_capacity(source.len()),
        first: None,
        open: Vec::new(),
        host: None,
        before: Before::Blank,
    };
    for (position, line) in lines.iter().enumerate() {
        let found = if fences.holds(line) { None } else { item(line).or_else(|| among_dashes(&lines, position)) };
        match found {
            Some(item) => writer.item(&item, position),
            None => writer.other(line),
        }
        writer.text.push('\n');
    }
    let (line, sign) = writer.first?;
    Some(Pasted { text: writer.text, line, sign })
}

/// What the line before says for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Blank,
    Item,
    Text,
}

struct Writer {
    text: String,
    first: Option<(u32, String)>,
    open: Vec<Open>,
    /// The item of Markdown that is open: where its sign and its text stand.
    host: Option<(usize, usize)>,
    before: Before,
}

impl Writer {
    fn item(&mut self, item: &Item<'_>, position: usize) {
        if self.first.is_none() {
            self.first = Some((u32::try_from(position + 1).unwrap_or(u32::MAX), item.sign.to_owned()));
        }
        let column = self.column(item);
        // Only a list that begins with 1 may follow a paragraph without an empty line between them.
        let number = item.number.map(|number| if self.before == Before::Text { "1" } else { number });
        let sign = number.map_or_else(|| "- ".to_owned(), |number| format!("{number}. "));
        self.text.push_str(&" ".repeat(column));
        self.text.push_str(&sign);
        self.text.push_str(item.prefix);
        self.text.push_str(item.text);
        let content = column + sign.len();
        self.open.push(Open { indent: item.indent, sign: item.form(), level: item.level, column, content });
        self.before = Before::Item;
    }

    /// Where the sign of an item goes; closes what it does not lie in.
    fn column(&mut self, item: &Item<'_>) -> usize {
        let sign = item.form();
        while self.open.last().is_some_and(|open| open.indent > item.indent) {
            self.open.pop();
        }
        let same = self.open.iter().rposition(|open| open.indent == item.indent && open.sign == sign);
        if let Some(same) = same {
            let column = self.open[same].column;
            self.open.truncate(same);
            return column;
        }
        while let Some(open) = self.open.last() {
            // Below a number, another sign at the same place is what the number is about; of signs, the level tells it.
            let is_deeper = open.sign == '1' || 0 < open.level && open.level < item.level;
            let is_above = open.indent == item.indent && !is_deeper;
            if !is_above {
                return open.content;
            }
            let column = open.column;
            self.open.pop();
            if self.open.last().is_none_or(|open| open.indent < item.indent) {
                return column;
            }
        }
        match self.host {
            Some((column, content)) if item.indent > column => content,
            Some((column, _)) => column,
            None => 0,
        }
    }

    fn other(&mut self, line: &str) {
        self.text.push_str(line);
        if line.trim().is_empty() {
            self.before = Before::Blank;
            return;
        }
        let indent = line.len() - line.trim_start_matches(' ').len();
        if let Some(length) = markdown_sign(&line[indent..]) {
            self.host = Some((indent, indent + length));
            self.open.clear();
            self.before = Before::Item;
            return;
        }
        // A line that wraps goes on with its item; any other one at the margin ends the list.
        let wraps = self.before == Before::Item;
        let ends = line.starts_with(['#', '|', '>']) || indent == 0 && !wraps;
        if ends {
            self.host = None;
        }
        if ends || !wraps {
            self.open.clear();
        }
        self.before = if wraps && !ends { Before::Item } else { Before::Text };
        if line.starts_with('#') {
            self.before = Before::Blank;
        }
    }
}

/// The length of the sign with which an item of Markdown begins.
fn markdown_sign(text: &str) -> Option<usize> {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let sign = match text[digits..].chars().next()? {
        '-' | '*' | '+' if digits == 0 => 1,
        '.' | ')' if (1..=9).contains(&digits) => digits + 1,
        _ => return None,
    };
    text[sign..].starts_with([' ', '\t']).then_some(sign + 1)
}

fn item(line: &str) -> Option<Item<'_>> {
    let (indent, rest) = indented(line);
    let first = rest.chars().next()?;
    let behind = &rest[first.len_utf8()..];
    let (gap, text) = gap(behind);
    let of = |signs: &[(char, u8)]| signs.iter().find(|(sign, _)| *sign == first).map(|(_, level)| *level);
    let is_apart = !gap.is_empty();
    let marked = |level: u8, prefix: &'static str| Item {
        indent,
        sign: &rest[..first.len_utf8()],
        level,
        number: None,
        prefix,
        text,
    };
    if let Some(level) = of(&SIGNS).filter(|_| is_apart || text.starts_with(char::is_alphanumeric)) {
        return Some(marked(level, ""));
    }
    if let Some((_, prefix)) = BOXES.iter().find(|(sign, _)| *sign == first && is_apart) {
        return Some(marked(0, prefix));
    }
    if let Some(level) = of(&APART).filter(|_| is_apart) {
        return Some(marked(level, ""));
    }
    if ('\u{f020}'..='\u{f0ff}').contains(&first) && is_apart {
        return Some(marked(0, ""));
    }
    // What Markdown takes for an item itself stays as it is.
    let by_markdown = matches!(first, '-' | '*' | '+') && gap.starts_with([' ', '\t']);
    if let Some(level) = of(&FAR).filter(|_| is_far(gap) && !by_markdown && !text.is_empty()) {
        return Some(marked(level, ""));
    }
    numbered(indent, rest)
}

/// An item with a number or a letter as Word writes it, and Markdown does not.
fn numbered(indent: usize, rest: &str) -> Option<Item<'_>> {
    let open = usize::from(rest.starts_with('('));
    let body = &rest[open..];
    let length = body.find(|c: char| !c.is_ascii_alphanumeric() && c != '.').unwrap_or(body.len()).min(body.len());
    let word = &body[..length];
    let closes = body[length..].starts_with(')');
    let name = word.trim_end_matches('.');
    let (gap, text) = gap(&body[length + usize::from(closes)..]);
    let sign = &rest[..open + length + usize::from(closes)];
    // Addresses have four parts, versions longer ones.
    let is_number = name.split('.').count() <= 3
        && name.split('.').all(|part| !part.is_empty() && part.len() <= 2 && part.chars().all(|c| c.is_ascii_digit()));
    let is_letter =
        name.len() == 1 || name.len() <= 4 && name.chars().all(|c| matches!(c, 'i' | 'v' | 'x' | 'I' | 'V' | 'X'));
    let is_letter = is_letter && !name.is_empty() && name.chars().all(|c| c.is_ascii_alphabetic());
    let is_marked = closes || word.ends_with('.') || name.contains('.');
    let by_markdown = is_number && open == 0 && !name.contains('.') && gap.starts_with([' ', '\t']);
    if !(is_number || is_letter) || !is_marked || by_markdown || !has_tab(gap) || text.is_empty() {
        return None;
    }
    let level = name.split('.').count();
    if is_number {
        let number = if level > 1 { "1" } else { name };
        return Some(Item { indent: indent + 2 * (level - 1), sign, level: 0, number: Some(number), prefix: "", text });
    }
    // A letter may be referred to: it stays in the text.
    Some(Item { indent, sign, level: 0, number: None, prefix: "", text: rest })
}

/// A dash with one blank behind it is an item among others; alone it may stand before a name.
fn among_dashes<'a>(lines: &[&'a str], position: usize) -> Option<Item<'a>> {
    let item = item_with_dash(lines[position])?;
    let is_like = |line: &&str| item_with_dash(line).is_some_and(|other| other.sign == item.sign);
    let before = position.checked_sub(1).and_then(|before| lines.get(before));
    (before.is_some_and(is_like) || lines.get(position + 1).is_some_and(is_like)).then_some(item)
}

fn item_with_dash(line: &str) -> Option<Item<'_>> {
    let (indent, rest) = indented(line);
    let first = rest.chars().next().filter(|c| matches!(c, '–' | '—'))?;
    let (gap, text) = gap(&rest[first.len_utf8()..]);
    let sign = &rest[..first.len_utf8()];
    (!gap.is_empty() && !text.is_empty()).then_some(Item { indent, sign, level: 0, number: None, prefix: "", text })
}

/// How far a line is indented, and what stands there.
fn indented(line: &str) -> (usize, &str) {
    let (blanks, rest) = gap(line);
    (blanks.chars().map(|c| if c == '\t' { 4 } else { 1 }).sum(), rest)
}

/// The blanks that a text begins with, and the rest.
fn gap(text: &str) -> (&str, &str) {
    let rest = text.trim_start();
    (&text[..text.len() - rest.len()], rest)
}

/// Whether blanks are such as nobody types between two words.
fn is_far(gap: &str) -> bool {
    has_tab(gap) || gap.chars().count() >= 2
}

fn has_tab(gap: &str) -> bool {
    gap.chars().any(|c| c != ' ')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn markdown(text: &str) -> String {
        as_markdown(text).map_or_else(|| "none".to_owned(), |pasted| pasted.text)
    }

    #[test]
    fn every_sign_begins_an_item() {
        for sign in [
            "•\t",
            "•",
            "• ",
            "▪ ",
            "‣ ",
            "· ",
            "\u{f0b7}\t",
            "\u{f0d8} ",
            "o\t",
            "o   ",
            "–\t",
            "§\t",
            "Ø\t",
            "-\u{a0}",
            "\u{a0}•\t",
        ] {
            assert_eq!(markdown(&format!("{sign}Isolate")), "- Isolate\n", "{sign:?}");
        }
        for (text, expected) in [
            ("1.\u{a0}One\n2.\u{a0}Two", "1. One\n2. Two\n"),
            ("(1)\tOne\n(2)\tTwo", "1. One\n2. Two\n"),
            ("a)\tOne\nb)\tTwo", "- a)\tOne\n- b)\tTwo\n"),
            ("1.\u{a0}One\n1.1.\tTwo\n2.\u{a0}Three", "1. One\n   1. Two\n2. Three\n"),
            ("☐ One\n☒\tTwo", "- [ ] One\n- [x] Two\n"),
            ("– One\n– Two", "- One\n- Two\n"),
            ("Do:\n2.\u{a0}Two", "Do:\n1. Two\n"),
        ] {
            assert_eq!(markdown(text), expected, "{text}");
        }
    }

    #[test]
    fn items_nest_by_indentation_and_by_the_signs_of_word() {
        for (text, expected) in [
            ("•\tA\no\tB\n▪\tC\no\tD\n•\tE", "- A\n  - B\n    - C\n  - D\n- E\n"),
            ("• A\n    • B\n• C", "- A\n  - B\n- C\n"),
            ("\t•\tA\n\t\to\tB\n\t•\tC", "- A\n  - B\n- C\n"),
            ("1. A\n   • B\n   • C\n2. D", "1. A\n   - B\n   - C\n2. D\n"),
            ("1.\u{a0}A\n•\tB\n2.\u{a0}C", "1. A\n   - B\n2. C\n"),
            ("• A\n\n• B\ntext\n\nOther\n• C", "- A\n\n- B\ntext\n\nOther\n- C\n"),
            ("▪ A\n• B", "- A\n- B\n"),
            ("➢ A\n❖ B\n❏ C", "- A\n- B\n- [ ] C\n"),
        ] {
            assert_eq!(markdown(text), expected, "{text}");
        }
    }

    #[test]
    fn sentences_and_code_are_no_items() {
        for text in [
            "o dear",
            "– said Ana",
            "v 2 is out",
            "1. One\n- Two\n* Three",
            "```\n• A\n```",
            "§ 5 of the law",
            "e.g.\u{20}x",
            "a. b",
            "10.0.0.1\tgateway",
            "q & a",
            "-- x",
            "I.\u{20}x",
        ] {
            assert_eq!(markdown(text), "none", "{text}");
        }
    }
}
