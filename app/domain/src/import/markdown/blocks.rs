//! The block structure of a Markdown document, detached from the parser.
//!
//! Invariant: every line of the source that is not blank and not a horizontal rule lies in the `source` of exactly one
//! block of its container, including what the parser itself leaves out of its tree (link definitions, for example).
//! Empty items stay, lists of nothing but empty items do not. Nesting is bounded by [`MAX_DEPTH`]; what lies deeper is text.

use comrak::nodes::{AstNode, NodeValue, Sourcepos};
use comrak::{Arena, Options};

use super::wording;
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
    /// Text without structure that matters here: a quote, HTML, a definition.
    Other,
}

/// An item of a list.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) line: u32,
    pub(super) source: String,
    pub(super) checked: bool,
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

/// The blocks of a document.
pub(super) fn read(source: &str) -> Vec<Block> {
    let mut options = Options::default();
    options.extension.table = true;
    options.extension.tasklist = true;
    options.extension.strikethrough = true;
    let arena = Arena::new();
    let root = comrak::parse_document(&arena, source, &options);
    let reader = Reader { lines: source.lines().collect() };
    reader.children(root, 1, reader.lines.len(), 0)
}

struct Reader<'s> {
    lines: Vec<&'s str>,
}

impl Reader<'_> {
    /// The blocks in a container that spans the lines `first` to `last`.
    fn children<'a>(&self, container: &'a AstNode<'a>, first: usize, last: usize, depth: usize) -> Vec<Block> {
        let mut blocks = Vec::new();
        let mut next_line = first;
        for node in container.children() {
            let position = node.data.borrow().sourcepos;
            self.keep_uncovered(next_line, position.start.line, &mut blocks);
            next_line = next_line.max(position.end.line + 1);
            if !matches!(node.data.borrow().value, NodeValue::ThematicBreak) {
                blocks.extend(Some(self.block(node, depth)).filter(says_something));
            }
        }
        self.keep_uncovered(next_line, last + 1, &mut blocks);
        blocks
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
            NodeValue::Heading(heading) => Content::Heading { level: heading.level, text: plain_text(node) },
            NodeValue::Paragraph => Content::Paragraph { text: plain_text(node), bold: is_bold_only(node) },
            NodeValue::List(_) if depth < MAX_DEPTH => {
                Content::List(node.children().map(|item| self.item(item, depth + 1)).collect())
            }
            NodeValue::CodeBlock(block) if !block.literal.trim().is_empty() => {
                let (language, note) = info(&block.info);
                Content::Code {
                    code: Code { language, text: block.literal.trim_end_matches('\n').to_owned() },
                    note,
                    fenced: block.fenced,
                    closed: block.closed,
                }
            }
            NodeValue::Table(_) => Content::Table(node.children().map(|row| self.row(row)).collect()),
            _ => Content::Other,
        }
    }

    fn item<'a>(&self, node: &'a AstNode<'a>, depth: usize) -> Item {
        let data = node.data.borrow();
        let position = data.sourcepos;
        Item {
            line: line_number(position.start.line),
            source: self.slice(position),
            checked: matches!(&data.value, NodeValue::TaskItem(task) if task.symbol.is_some()),
            blocks: self.item_blocks(node, position, depth),
        }
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
            let text = plain_text(cell).joined();
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
        self.lines.get(number.max(1) - 1).copied().unwrap_or_default()
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

/// What a reader sees of a node's inlines.
fn plain_text<'a>(node: &'a AstNode<'a>) -> PlainText {
    let mut lines = vec![String::new()];
    for inline in node.descendants() {
        let text = match &inline.data.borrow().value {
            NodeValue::Text(text) => text.to_string(),
            NodeValue::Code(code) => code.literal.clone(),
            NodeValue::SoftBreak => " ".to_owned(),
            NodeValue::LineBreak => {
                lines.push(String::new());
                continue;
            }
            NodeValue::HtmlInline(html) if html.starts_with("<br") => {
                lines.push(String::new());
                continue;
            }
            _ => continue,
        };
        if let Some(line) = lines.last_mut() {
            line.push_str(&text);
        }
    }
    let lines = lines
        .iter()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect();
    PlainText { lines }
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

    #[test]
    fn a_nested_block_is_given_as_if_it_stood_alone() {
        let blocks = read("1. Outer\n   - a\n     - b\n   - c\n");
        let Content::List(items) = &blocks[0].content else {
            panic!("a list");
        };
        assert_eq!(items[0].rest()[0].source, "- a\n  - b\n- c");
    }

    #[test]
    fn a_link_definition_is_kept_as_text() {
        let blocks = read("See [it][1].\n\n[1]: https://example.org/runbook\n");
        assert_eq!(blocks.len(), 2);
        assert_eq!(blocks[1].source, "[1]: https://example.org/runbook");
        assert_eq!(blocks[1].line, 3);
    }

    #[test]
    fn a_horizontal_rule_is_no_block() {
        assert!(read("---\n\n***\n").is_empty());
    }

    #[test]
    fn nesting_beyond_the_limit_is_text() {
        let deep: String = (0..60).map(|depth| format!("{}- level {depth}\n", "  ".repeat(depth))).collect();
        let mut blocks = read(&deep);
        let mut depth = 0;
        while let Some(Block { content: Content::List(mut items), .. }) = blocks.pop() {
            depth += 1;
            blocks = items.swap_remove(0).blocks;
        }
        assert_eq!(depth, MAX_DEPTH);
    }
}
