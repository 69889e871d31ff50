//! The block structure of a Markdown document, detached from the parser.
//!
//! Invariant: every line of the source that is not blank and not a horizontal rule lies in the `source` of exactly one
//! block of its container, including what the parser itself leaves out of its tree (link definitions, for example).
//! Empty items stay, lists of nothing but empty items do not. Nesting is bounded by [`MAX_DEPTH`]; what lies deeper is text.

use std::borrow::Cow;
use std::cell::RefCell;

use comrak::nodes::{AstNode, NodeValue, Sourcepos};
use comrak::{Arena, Options};

use super::details::{self, MARKS};
use super::{inline, wording};
use crate::graph::Code;

/// Deepest nesting of lists that is read as structure, which bounds the recursion over [`Block`].
const MAX_DEPTH: usize = 24;

/// A block, with its Markdown as it stood in the source, indented as if it stood alone.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) line: u32,
    pub(super) source: String,
    pub(super) content: Content,
}

/// What kind of block it is.
#[derive(Debug)]
pub(super) enum Content {
    Heading {
        level: u8,
        text: PlainText,
    },
    Paragraph {
        text: PlainText,
        /// Nothing but one run of bold text.
        bold: bool,
    },
    List(Vec<Item>),
    Code {
        code: Code,
        /// What the fence says besides the language.
        note: String,
        fenced: bool,
        closed: bool,
    },
    /// The first row is the header.
    Table(Vec<Row>),
    /// A part that folds, with its title; no headings stand in it.
    Group {
        title: PlainText,
        /// The title as Markdown.
        summary: String,
        blocks: Vec<Block>,
    },
    /// Text without structure that matters here: a quote, HTML, a definition.
    Other,
}

/// An item of a list.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) line: u32,
    pub(super) source: String,
    /// What stands in its check box, if it has one.
    pub(super) mark: Option<char>,
    pub(super) blocks: Vec<Block>,
}

/// A row of a table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) line: u32,
    /// The whole row, with cells beyond the header's, which the parser drops.
    pub(super) source: String,
    pub(super) cells: Vec<Cell>,
}

/// A cell of a table.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) source: String,
}

/// Text without markup, cut at hard line breaks.
#[derive(Clone, Debug, Default)]
pub(super) struct PlainText {
    pub(super) lines: Vec<String>,
}

impl PlainText {
    /// The whole text on one line.
    pub(super) fn joined(&self) -> String {
        self.lines.join(" ")
    }
}

impl Item {
    /// The text that the item begins with, and its source.
    pub(super) fn opening(&self) -> Option<(&PlainText, &str)> {
        let first = self.blocks.first()?;
        match &first.content {
            Content::Paragraph { text, .. } | Content::Heading { text, .. } => Some((text, &first.source)),
            _ => None,
        }
    }

    /// What follows the opening text.
    pub(super) fn rest(&self) -> &[Block] {
        let skipped = usize::from(self.opening().is_some());
        self.blocks.get(skipped..).unwrap_or_default()
    }
}

/// A document.
#[derive(Debug, Default)]
pub(super) struct Document {
    pub(super) blocks: Vec<Block>,
    /// The lines of check boxes behind which nothing stands.
    pub(super) empty_boxes: Vec<u32>,
}

/// The blocks of a document.
pub(super) fn read(source: &str) -> Document {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    options.parse.escaped_char_spans = true;
    let lines = details::lines(source);
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, &lines.text(), &options);
    let reader = Reader { lines: lines.shown, empty_boxes: RefCell::default() };
    let blocks = reader.children(root, 1, reader.lines.len(), 0);
    Document { blocks, empty_boxes: reader.empty_boxes.take() }
}

struct Reader<'s> {
    lines: Vec<Cow<'s, str>>,
    empty_boxes: RefCell<Vec<u32>>,
}

/// Blocks, and the parts around them that are still open.
#[derive(Default)]
struct Folds {
    blocks: Vec<Block>,
    /// The title of each open part, and the blocks before it.
    open: Vec<(Block, Vec<Block>)>,
}

impl Folds {
    fn open(&mut self, title: Block) {
        self.open.push((title, std::mem::take(&mut self.blocks)));
    }

    /// Closes the innermost part.
    fn close(&mut self) {
        let Some((title, before)) = self.open.pop() else { return };
        let blocks = std::mem::replace(&mut self.blocks, before);
        let (line, summary) = (title.line, title.source.clone());
        match title.content {
            Content::Heading { text, .. } if !blocks.is_empty() && !blocks.iter().any(Block::is_heading) => {
                let parts =
                    std::iter::once(format!("**{summary}**")).chain(blocks.iter().map(|block| block.source.clone()));
                let source = parts.collect::<Vec<_>>().join("\n\n");
                self.blocks.push(Block { line, source, content: Content::Group { title: text, summary, blocks } });
            }
            _ => self.unfold(line, summary, blocks),
        }
    }

    /// Keeps a part that is none: it has headings of its own, or no end. Its title belongs below the heading it leads to.
    fn unfold(&mut self, line: u32, title: String, blocks: Vec<Block>) {
        let mut blocks = blocks.into_iter().peekable();
        self.blocks.extend(blocks.next_if(Block::is_heading));
        self.blocks.push(Block { line, source: title, content: Content::Other });
        self.blocks.extend(blocks);
    }

    fn finish(mut self) -> Vec<Block> {
        while let Some((title, before)) = self.open.pop() {
            let blocks = std::mem::replace(&mut self.blocks, before);
            self.unfold(title.line, title.source, blocks);
        }
        self.blocks
    }
}

impl Block {
    fn is_heading(&self) -> bool {
        matches!(self.content, Content::Heading { .. })
    }
}

impl Reader<'_> {
    /// The blocks in a container that spans the lines `first` to `last`.
    fn children<'a>(&self, container: &'a AstNode<'a>, first: usize, last: usize, depth: usize) -> Vec<Block> {
        let mut folds = Folds::default();
        let mut next_line = first;
        for node in container.children() {
            let position = node.data.borrow().sourcepos;
            self.keep_uncovered(next_line, position.start.line, &mut folds.blocks);
            next_line = next_line.max(position.end.line + 1);
            match fold_mark(node) {
                Some(mark) if mark == MARKS[0] => folds.open(self.block(node, depth)),
                Some(_) => folds.close(),
                None if matches!(node.data.borrow().value, NodeValue::ThematicBreak) => {}
                None => folds.blocks.extend(Some(self.block(node, depth)).filter(says_something)),
            }
        }
        self.keep_uncovered(next_line, last + 1, &mut folds.blocks);
        folds.finish()
    }

    /// Keeps the lines that the parser consumed without leaving a node for them.
    fn keep_uncovered(&self, from: usize, to: usize, blocks: &mut Vec<Block>) {
        let end = (to.max(1) - 1).min(self.lines.len());
        let lines = self.lines.get(from.max(1) - 1..end).unwrap_or_default();
        let Some(blank) = lines.iter().position(|line| !line.trim().is_empty()) else {
            return;
        };
        blocks.push(Block {
            line: line_number(from + blank),
            source: lines.join("\n").trim().to_owned(),
            content: Content::Other,
        });
    }

    fn block<'a>(&self, node: &'a AstNode<'a>, depth: usize) -> Block {
        let position = node.data.borrow().sourcepos;
        let content = self.content(node, depth);
        let mut source = self.slice(position);
        if let Content::Heading { text, .. } | Content::Paragraph { text, .. } = &content {
            source = containing(source, &text.joined());
        }
        Block { line: line_number(position.start.line), source, content }
    }

    fn content<'a>(&self, node: &'a AstNode<'a>, depth: usize) -> Content {
        match &node.data.borrow().value {
            NodeValue::Heading(heading) => Content::Heading { level: heading.level, text: self.text(node) },
            NodeValue::Paragraph => Content::Paragraph { text: self.text(node), bold: is_bold_only(node) },
            NodeValue::List(_) if depth < MAX_DEPTH => {
                Content::List(node.children().map(|item| self.item(item, depth + 1)).collect())
            }
            NodeValue::CodeBlock(block) if !block.literal.trim().is_empty() => {
                let (language, note) = info(&block.info);
                Content::Code {
                    code: Code { language, text: self.code(&block.literal, node.data.borrow().sourcepos) },
                    note,
                    fenced: block.fenced,
                    closed: block.closed,
                }
            }
            NodeValue::Table(_) => Content::Table(node.children().map(|row| self.row(row)).collect()),
            _ => Content::Other,
        }
    }

    /// A block of code as it was written: where it is one only by its indentation, what was prepared for the parser is
    /// undone.
    fn code(&self, literal: &str, position: Sourcepos) -> String {
        let written = |(offset, line): (usize, &str)| {
            let is_written = !line.contains("&lt;") || self.line(position.start.line + offset).contains("&lt;");
            if is_written { line.replace(MARKS, "") } else { line.replacen("&lt;", "<", 1) }
        };
        literal.trim_end_matches('\n').split('\n').enumerate().map(written).collect::<Vec<_>>().join("\n")
    }

    /// What a reader sees of a node's inlines.
    fn text<'a>(&self, node: &'a AstNode<'a>) -> PlainText {
        inline::plain_text(node, &self.lines)
    }

    fn item<'a>(&self, node: &'a AstNode<'a>, depth: usize) -> Item {
        let data = node.data.borrow();
        let position = data.sourcepos;
        let mut mark = match &data.value {
            NodeValue::TaskItem(task) => Some(task.symbol.unwrap_or(' ')),
            _ => None,
        };
        let line = line_number(position.start.line);
        let mut blocks = self.item_blocks(node, position, depth);
        if let Some(found) = blocks.first_mut().and_then(take_box) {
            mark = mark.or(Some(found));
        }
        if let [Block { content: Content::Other, source, .. }] = blocks.as_slice()
            && let Some(found) = only_box(source)
        {
            mark = Some(found);
            blocks.clear();
        }
        if blocks.first().is_some_and(is_empty_text) {
            blocks.remove(0);
        }
        if mark.is_some() && blocks.is_empty() {
            self.empty_boxes.borrow_mut().push(line);
        }
        Item { line, source: self.slice(position), mark, blocks }
    }

    fn item_blocks<'a>(&self, node: &'a AstNode<'a>, position: Sourcepos, depth: usize) -> Vec<Block> {
        let first_child = node.first_child().map(|child| child.data.borrow().sourcepos.start.line);
        let after_marker = first_child.unwrap_or(position.end.line + 1).max(position.start.line);
        // The line of the marker may hold what the parser left out of its tree, and so may those below it.
        let marker_speaks = wording::words(self.line(position.start.line)).next().is_some();
        let first = after_marker.min(position.start.line + usize::from(!marker_speaks));
        self.children(node, first, position.end.line, depth)
    }

    fn row<'a>(&self, row: &'a AstNode<'a>) -> Row {
        let position = row.data.borrow().sourcepos;
        let cells = row.children().map(|cell| {
            let text = self.text(cell).joined();
            let source = containing(self.cell_source(cell.data.borrow().sourcepos), &text);
            Cell { text, source }
        });
        let cells: Vec<Cell> = cells.collect();
        let text = cells.iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>().join(" | ");
        Row {
            line: line_number(position.start.line),
            source: containing(self.line(position.start.line).trim().to_owned(), &text),
            cells,
        }
    }

    fn cell_source(&self, position: Sourcepos) -> String {
        let line = self.line(position.start.line);
        line.get(position.start.column.max(1) - 1..position.end.column.min(line.len()))
            .unwrap_or(line)
            .trim()
            .to_owned()
    }

    fn line(&self, number: usize) -> &str {
        self.lines.get(number.max(1) - 1).map_or("", Cow::as_ref)
    }

    /// The lines of a block without the indentation of its container.
    fn slice(&self, position: Sourcepos) -> String {
        let indent = position.start.column.max(1) - 1;
        let first = self.line(position.start.line);
        let mut text = first.get(indent..).unwrap_or(first).to_owned();
        for number in position.start.line + 1..=position.end.line {
            let line = self.line(number);
            let blanks = line.bytes().take(indent).take_while(u8::is_ascii_whitespace).count();
            text.push('\n');
            text.push_str(&line[blanks..]);
        }
        text.truncate(text.trim_end().len());
        text
    }
}

/// Whether the block is more than a list of empty items.
fn says_something(block: &Block) -> bool {
    match &block.content {
        Content::List(items) => items.iter().any(|item| !item.blocks.is_empty()),
        _ => true,
    }
}

fn line_number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

/// The source, with the text itself added where the parser's positions are off (behind a link definition, for example)
/// and the source found there does not hold it. An entity (`&eacute;`) may stand for what the text says.
fn containing(source: String, text: &str) -> String {
    let mut letters = source.chars().filter(|c| c.is_alphanumeric());
    let holds = text.chars().filter(|c| c.is_alphanumeric()).all(|c| letters.any(|letter| letter == c));
    if holds || source.contains('&') { source } else { format!("{source} {text}") }
}

/// The language that a fence names, and what else it says.
fn info(info: &str) -> (Option<String>, String) {
    let info = info.trim();
    let end = info.find([' ', '\t', ',', '{']).unwrap_or(info.len());
    let (word, rest) = info.split_at(end);
    if word.chars().any(char::is_alphanumeric) {
        (Some(word.to_lowercase()), rest.trim().to_owned())
    } else {
        (None, info.to_owned())
    }
}

/// The mark of a part that folds, which stands in a heading of its own.
fn fold_mark<'a>(node: &'a AstNode<'a>) -> Option<char> {
    if !matches!(node.data.borrow().value, NodeValue::Heading(_)) {
        return None;
    }
    match &node.first_child()?.data.borrow().value {
        NodeValue::Text(text) => text.chars().next().filter(|mark| MARKS.contains(mark)),
        _ => None,
    }
}

/// Takes a check box that GitHub does not know off the text of an item: `[-]`, `[/]`, `[>]` and the like. `[link](…)`,
/// `[1]` and `[a]` are none.
fn take_box(block: &mut Block) -> Option<char> {
    let (Content::Paragraph { text, .. } | Content::Heading { text, .. }) = &mut block.content else { return None };
    let source = split_box(block.source.trim_start());
    // An escaped bracket is no box; of one that the parser has found, only the source still has it.
    let (mark, rest) = source?;
    if let Some((_, rest)) = text.lines.first().and_then(|line| split_box(line)) {
        text.lines[0] = rest.trim().to_owned();
        text.lines.retain(|line| !line.is_empty());
    }
    block.source = rest.trim_start().to_owned();
    Some(mark)
}

fn split_box(text: &str) -> Option<(char, &str)> {
    let (inside, rest) = text.strip_prefix('[')?.split_once(']')?;
    let mut characters = inside.trim().chars();
    let mark = characters.next().unwrap_or(' ');
    let is_mark = matches!(mark, ' ' | 'x' | 'X')
        || !mark.is_alphanumeric() && !matches!(mark, '[' | '^' | '!' | '(')
        || inside == "!";
    let apart = rest.is_empty() || rest.starts_with(char::is_whitespace);
    // A blank between brackets is a box even without one behind it.
    let apart = apart || mark == ' ' && !inside.is_empty() && rest.starts_with(char::is_alphanumeric);
    (characters.next().is_none() && is_mark && apart).then_some((mark, rest))
}

/// The mark of an item that is nothing but a check box, as the parser leaves it: with its sign.
fn only_box(source: &str) -> Option<char> {
    let text = source.trim_start_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || "-*+.)".contains(c));
    split_box(text).filter(|(_, rest)| rest.trim().is_empty()).map(|(mark, _)| mark)
}

fn is_empty_text(block: &Block) -> bool {
    match &block.content {
        Content::Paragraph { text, .. } => text.lines.is_empty() && block.source.is_empty(),
        _ => false,
    }
}

/// Whether a paragraph is one run of bold text, with a colon after it at most.
fn is_bold_only<'a>(paragraph: &'a AstNode<'a>) -> bool {
    let mut bold = 0;
    for inline in paragraph.children() {
        match &inline.data.borrow().value {
            NodeValue::Strong => bold += 1,
            NodeValue::Text(text) if matches!(text.trim(), "" | ":") => {}
            _ => return false,
        }
    }
    bold == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocks(source: &str) -> Vec<Block> {
        read(source).blocks
    }

    #[test]
    fn a_nested_block_is_given_as_if_it_stood_alone() {
        let blocks = blocks("1. Outer\n   - a\n     - b\n   - c\n");
        let Content::List(items) = &blocks[0].content else {
            panic!("a list");
        };
        assert_eq!(items[0].rest()[0].source, "- a\n  - b\n- c");
    }

    #[test]
    fn a_link_definition_is_kept_as_text() {
        let blocks = blocks("See [it][1].\n\n[1]: https://example.org/runbook\n");
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[1].source, "[1]: https://example.org/runbook");
        assert_eq!(blocks[1].line, 3);
    }

    #[test]
    fn a_horizontal_rule_is_no_block() {
        assert!(blocks("---\n\n***\n").is_empty());
    }

    #[test]
    fn nesting_beyond_the_limit_is_text() {
        let deep: String = (0..60).map(|depth| format!("{}- level {depth}\n", "  ".repeat(depth))).collect();
        let mut blocks = blocks(&deep);
        let mut depth = 0;
        while let Some(Block { content: Content::List(mut items), .. }) = blocks.pop() {
            depth += 1;
            blocks = items.swap_remove(0).blocks;
        }
        assert_eq!(depth, MAX_DEPTH);
    }
}
