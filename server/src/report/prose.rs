//! Free texts as the template sets them, as data.
//!
//! The tree is that of `domain::prose`; here it gets what paper needs. A report never holds a link that can be clicked, because
//! the addresses in it are evidence.

use domain::prose::{self, Inline as Part, Item as Entry, Kind, Row};
use serde::Serialize;

use super::legible::Line;

/// A table with more columns than this does not fit on a page; its rows are set as lines.
const MOST_COLUMNS: usize = 10;

/// A part of a text that stands by itself.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Block {
    Paragraph {
        body: Vec<Inline>,
    },
    Heading {
        body: Vec<Inline>,
    },
    /// `markers` are what the items are numbered with; none where bullets do.
    List {
        markers: Vec<Line>,
        items: Vec<Vec<Block>>,
    },
    Quote {
        body: Vec<Block>,
    },
    Code {
        caption: Option<Line>,
        lines: Vec<Line>,
    },
    Table {
        columns: usize,
        head: Vec<Vec<Inline>>,
        rows: Vec<Vec<Vec<Inline>>>,
    },
}

/// A part of a line.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Inline {
    Text { text: Line },
    Code { text: Line },
    Strong { body: Vec<Inline> },
    Break,
}

/// A text that somebody wrote.
pub(super) fn prose(text: &str) -> Vec<Block> {
    blocks(&prose::parse(text, Kind::Note))
}

/// What can be read of a text, on one line.
pub(super) fn quoted(text: &str) -> String {
    prose::words(&prose::parse(text, Kind::Note))
}

fn blocks(tree: &[prose::Block<'_>]) -> Vec<Block> {
    tree.iter().flat_map(block).collect()
}

fn block(block: &prose::Block<'_>) -> Vec<Block> {
    let one = match block {
        prose::Block::Paragraph(lines) => {
            Block::Paragraph { body: broken(lines.iter().map(|line| line.body.as_slice())) }
        }
        prose::Block::Heading(line) => Block::Heading { body: broken([line.body.as_slice()]) },
        prose::Block::List(items) => return lists(items),
        prose::Block::Quote(body) => Block::Quote { body: blocks(body) },
        prose::Block::Code { open, lines, .. } => Block::Code {
            caption: literal(&open.body),
            lines: lines.iter().map(|line| literal(&line.body).unwrap_or_else(|| Line::of(""))).collect(),
        },
        prose::Block::Table { head, rows, .. } => table(head, rows),
        prose::Block::Blank(_) => return Vec::new(),
    };
    vec![one]
}

/// A list; where items with bullets and such that show their own marker stand among each other, several.
fn lists(items: &[Entry<'_>]) -> Vec<Block> {
    let alike = items.chunk_by(|one, other| one.shown_marker().is_some() == other.shown_marker().is_some());
    let list = |items: &[Entry<'_>]| Block::List {
        markers: items.iter().filter_map(Entry::shown_marker).map(Line::of).collect(),
        items: items.iter().map(|item| blocks(&item.body)).collect(),
    };
    alike.map(list).collect()
}

fn table(head: &Row<'_>, rows: &[Row<'_>]) -> Block {
    let columns = rows.iter().chain([head]).map(|row| row.cells.len()).max().unwrap_or_default();
    if columns > MOST_COLUMNS {
        let lines = rows.iter().map(|row| in_a_line(row, false));
        return Block::Paragraph { body: between(std::iter::once(in_a_line(head, true)).chain(lines)) };
    }
    let cells = |row: &Row<'_>| row.cells.iter().map(|(_, body)| broken([body.as_slice()])).collect();
    Block::Table { columns, head: cells(head), rows: rows.iter().map(cells).collect() }
}

fn in_a_line(row: &Row<'_>, is_head: bool) -> Vec<Inline> {
    let mut line = Vec::new();
    for (at, (_, body)) in row.cells.iter().enumerate() {
        if at > 0 {
            line.push(Inline::Text { text: Line::within(" | ") });
        }
        line.extend(inlines(body, true));
    }
    if is_head { vec![Inline::Strong { body: line }] } else { line }
}

/// Lines with breaks between them.
fn broken<'a>(lines: impl IntoIterator<Item = &'a [Part<'a>]>) -> Vec<Inline> {
    between(lines.into_iter().map(|line| inlines(line, true)))
}

fn between(lines: impl Iterator<Item = Vec<Inline>>) -> Vec<Inline> {
    lines.enumerate().flat_map(|(at, line)| (at > 0).then_some(Inline::Break).into_iter().chain(line)).collect()
}

fn inlines(body: &[Part<'_>], begins: bool) -> Vec<Inline> {
    let mut begins = begins;
    let mut line = Vec::new();
    for part in body {
        let is_first = std::mem::replace(&mut begins, false);
        match part {
            Part::Text(text) => line.push(Inline::Text { text: Line::within(&kept(text, is_first)) }),
            Part::Code(text) => line.push(Inline::Code { text: Line::within(&kept(text, true)) }),
            Part::Strong(body) => line.push(Inline::Strong { body: inlines(body, is_first) }),
            Part::Link { body, .. } => line.extend(inlines(body, is_first)),
            Part::Break(_) => line.push(Inline::Break),
            Part::Mark(_) => begins = is_first,
        }
    }
    line
}

/// A line that is shown as it is; `None` where it is empty.
fn literal(body: &[Part<'_>]) -> Option<Line> {
    match body {
        [Part::Text(text)] => Some(Line::within(&kept(text, true))),
        _ => None,
    }
}

/// A text that keeps its blanks: those at the beginning of a line and all but the last of several would be lost otherwise.
fn kept(text: &str, begins: bool) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let mut begins = begins;
    while let Some(character) = rest.next() {
        let is_followed = matches!(rest.peek(), Some(' ' | '\t'));
        match character {
            ' ' if begins || is_followed => kept.push('\u{a0}'),
            '\t' => {
                kept.push_str("\u{a0}\u{a0}\u{a0}");
                kept.push(if begins || is_followed { '\u{a0}' } else { ' ' });
            }
            c => {
                kept.push(c);
                begins = false;
            }
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Inline {
        Inline::Text { text: Line::within(text) }
    }

    fn paragraph(body: Vec<Inline>) -> Block {
        Block::Paragraph { body }
    }

    #[test]
    fn words_keep_their_lines_and_blanks() {
        let two = paragraph(vec![text("one"), Inline::Break, text("\u{a0}\u{a0}two\u{a0} three")]);
        assert_eq!(prose("one\n  two  three"), [two]);
        assert_eq!(prose(" \n"), []);
    }

    #[test]
    fn items_keep_their_numbers() {
        let strong = Inline::Strong { body: vec![text("Block")] };
        let first = vec![paragraph(vec![strong, text(" it")])];
        let second = vec![paragraph(vec![Inline::Code { text: Line::of("p=reject") }])];
        let markers = vec![Line::of("3."), Line::of("7)")];
        assert_eq!(prose("3. **Block** it\n7) `p=reject`"), [Block::List { markers, items: vec![first, second] }]);
    }

    #[test]
    fn code_keeps_its_indentation_and_its_empty_lines() {
        let lines = ["\u{a0}\u{a0}a", "", "", "b"].map(Line::within).into();
        assert_eq!(prose("```sh\n  a\n\n\nb"), [Block::Code { caption: Some(Line::of("sh")), lines }]);
    }

    #[test]
    fn a_table_that_is_too_wide_for_paper_is_lines() {
        let wide = format!("{}\n{}\n", "a|".repeat(11), "-|".repeat(11));
        let Some(Block::Paragraph { body }) = prose(&wide).pop() else { panic!("lines are a paragraph") };
        assert_eq!(body.len(), 1, "{body:?}");
        assert!(matches!(prose("a|b\n-|-\nc").first(), Some(Block::Table { columns: 2, .. })));
    }
}
