//! What of a text is seen, and what it was read from.

use std::borrow::Cow;

use super::{Block, Inline, Line, Row};
use crate::legible::legible;

/// A text in which nothing is hidden: what cannot be seen, and what turns the direction of its neighbours, is shown by its
/// number (`⟨U+202E⟩`), as in names ([`legible`]). Line breaks and tabs stay.
pub fn marked(text: &str) -> Cow<'_, str> {
    const BETWEEN: [char; 3] = ['\n', '\r', '\t'];
    if !text.contains(BETWEEN) {
        return legible(text);
    }
    let mut marked = String::with_capacity(text.len() + 16);
    for part in text.split_inclusive(BETWEEN) {
        let said = part.trim_end_matches(BETWEEN);
        marked.push_str(&legible(said));
        marked.push_str(&part[said.len()..]);
    }
    Cow::Owned(marked)
}

/// The text that a tree was read from, byte for byte.
pub fn source(blocks: &[Block<'_>]) -> String {
    let mut text = String::new();
    put_blocks(blocks, &mut text);
    text
}

fn put_blocks(blocks: &[Block<'_>], text: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(lines) => put_lines(lines, text),
            Block::Heading(line) => put_lines(std::slice::from_ref(line), text),
            Block::List(items) => items.iter().for_each(|item| put_blocks(&item.body, text)),
            Block::Quote(body) => put_blocks(body, text),
            Block::Code { open, lines, close } => {
                put_lines(std::slice::from_ref(open), text);
                put_lines(lines, text);
                text.push_str(close);
            }
            Block::Table { head, divider, rows } => {
                put_row(head, text);
                text.push_str(divider);
                rows.iter().for_each(|row| put_row(row, text));
            }
            Block::Blank(line) => text.push_str(line),
        }
    }
}

fn put_lines(lines: &[Line<'_>], text: &mut String) {
    for line in lines {
        text.push_str(line.marks);
        put_inlines(&line.body, text);
        text.push_str(line.end);
    }
}

fn put_row(row: &Row<'_>, text: &mut String) {
    for (marks, body) in &row.cells {
        text.push_str(marks);
        put_inlines(body, text);
    }
    text.push_str(row.end);
}

fn put_inlines(body: &[Inline<'_>], text: &mut String) {
    for part in body {
        match part {
            Inline::Text(part) | Inline::Mark(part) | Inline::Code(part) | Inline::Break(part) => text.push_str(part),
            Inline::Strong(body) => put_inlines(body, text),
            Inline::Link { body, target } => {
                text.push('[');
                put_inlines(body, text);
                text.push_str("](");
                text.push_str(target);
                text.push(')');
            }
        }
    }
}

/// What can be read of a text, on one line, with what its items begin with: for places that have room for a quotation only.
pub fn words(blocks: &[Block<'_>]) -> String {
    let mut words = String::new();
    say_blocks(blocks, &mut words);
    words.truncate(words.trim_end().len());
    words
}

fn say_blocks(blocks: &[Block<'_>], words: &mut String) {
    for block in blocks {
        match block {
            Block::Paragraph(lines) => say_lines(lines, words),
            Block::Heading(line) => say_lines(std::slice::from_ref(line), words),
            Block::List(items) => {
                for item in items {
                    words.extend([item.marker, " "]);
                    say_blocks(&item.body, words);
                }
            }
            Block::Quote(body) => say_blocks(body, words),
            Block::Code { open, lines, .. } => {
                say_lines(std::slice::from_ref(open), words);
                say_lines(lines, words);
            }
            Block::Table { head, rows, .. } => {
                for (_, body) in std::iter::once(head).chain(rows).flat_map(|row| &row.cells) {
                    say_inlines(body, words);
                    words.push(' ');
                }
            }
            Block::Blank(_) => {}
        }
    }
}

fn say_lines(lines: &[Line<'_>], words: &mut String) {
    for line in lines.iter().filter(|line| !line.body.is_empty()) {
        say_inlines(&line.body, words);
        words.push(' ');
    }
}

fn say_inlines(body: &[Inline<'_>], words: &mut String) {
    for part in body {
        match part {
            Inline::Text(part) | Inline::Code(part) => words.push_str(part),
            Inline::Strong(body) | Inline::Link { body, .. } => say_inlines(body, words),
            Inline::Break(_) => words.push(' '),
            Inline::Mark(_) => {}
        }
    }
}
