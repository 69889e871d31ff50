//! Markdown as the template sets it: a small subset, as data.
//!
//! A report never holds a link that can be clicked, because the addresses in it are evidence; an address is written out after
//! its text. HTML and images are shown as what was written. Nesting is bounded, as typst's is.

use comrak::nodes::{AstNode, ListType, NodeValue};
use comrak::{Arena, Options, parse_document};
use domain::text::has_markup;
use serde::Serialize;

use super::legible::Line;

/// Lists and quotes lie in one another at most so deep; what lies deeper is set as text.
const MOST_NESTED: usize = 6;

/// A part of a text that stands by itself.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Block {
    Paragraph { body: Vec<Inline> },
    Heading { body: Vec<Inline> },
    List { ordered: bool, start: usize, items: Vec<Vec<Block>> },
    Quote { body: Vec<Block> },
    Code { lines: Vec<Line> },
    Table { columns: usize, rows: Vec<Vec<Vec<Inline>>> },
    Rule,
}

/// A part of a line.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Inline {
    Text { text: Line },
    Code { text: Line },
    Strong { body: Vec<Inline> },
    Emphasis { body: Vec<Inline> },
    Strike { body: Vec<Inline> },
    Break,
}

/// A text of an analyst: Markdown in which every line stays a line, as on the page.
pub(super) fn prose(text: &str) -> Vec<Block> {
    if !has_markup(text) {
        let lines = Line::all(text).into_iter().map(|text| Inline::Text { text });
        let body: Vec<Inline> = between(lines, || Inline::Break).collect();
        return if body.is_empty() { Vec::new() } else { vec![Block::Paragraph { body }] };
    }
    let arena = Arena::new();
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.tasklist = true;
    blocks(parse_document(&arena, text, &options), 0)
}

fn between<T>(items: impl Iterator<Item = T>, separator: impl Fn() -> T) -> impl Iterator<Item = T> {
    items.enumerate().flat_map(move |(at, item)| (at > 0).then(&separator).into_iter().chain([item]))
}

/// What a container holds.
fn blocks<'a>(parent: &'a AstNode<'a>, depth: usize) -> Vec<Block> {
    parent.children().filter_map(|node| block(node, depth)).collect()
}

fn block<'a>(node: &'a AstNode<'a>, depth: usize) -> Option<Block> {
    if depth > MOST_NESTED {
        let body = vec![Inline::Text { text: Line::of(&words(node)) }];
        return Some(Block::Paragraph { body });
    }
    Some(match &node.data().value {
        NodeValue::Paragraph => Block::Paragraph { body: inlines(node, depth) },
        NodeValue::Heading(_) => Block::Heading { body: inlines(node, depth) },
        NodeValue::BlockQuote => Block::Quote { body: blocks(node, depth + 1) },
        NodeValue::CodeBlock(code) => Block::Code { lines: Line::all(&code.literal) },
        NodeValue::HtmlBlock(html) => Block::Code { lines: Line::all(&html.literal) },
        NodeValue::ThematicBreak => Block::Rule,
        NodeValue::List(list) => Block::List {
            ordered: list.list_type == ListType::Ordered,
            start: list.start,
            items: node.children().map(|item| item_of(item, depth + 1)).collect(),
        },
        NodeValue::Table(table) => Block::Table {
            columns: table.num_columns,
            rows: node.children().map(|row| row.children().map(|cell| inlines(cell, depth)).collect()).collect(),
        },
        _ => return None,
    })
}

/// An item of a list; whether a task is done is said in front of it.
fn item_of<'a>(item: &'a AstNode<'a>, depth: usize) -> Vec<Block> {
    let mut held = blocks(item, depth);
    if let NodeValue::TaskItem(task) = &item.data().value {
        let mark = Inline::Text { text: Line::of(if task.symbol.is_some() { "☑\u{a0}" } else { "☐\u{a0}" }) };
        match held.first_mut() {
            Some(Block::Paragraph { body }) => body.insert(0, mark),
            _ => held.insert(0, Block::Paragraph { body: vec![mark] }),
        }
    }
    held
}

fn inlines<'a>(parent: &'a AstNode<'a>, depth: usize) -> Vec<Inline> {
    parent.children().flat_map(|node| inline(node, depth + 1)).collect()
}

fn inline<'a>(node: &'a AstNode<'a>, depth: usize) -> Vec<Inline> {
    let text = |text: &str| Inline::Text { text: Line::within(text) };
    if depth > 2 * MOST_NESTED {
        return vec![text(&words(node))];
    }
    let one = match &node.data().value {
        NodeValue::Text(words) => text(words),
        NodeValue::HtmlInline(html) => text(html),
        NodeValue::Code(code) => Inline::Code { text: Line::within(&code.literal) },
        NodeValue::Strong => Inline::Strong { body: inlines(node, depth) },
        NodeValue::Emph => Inline::Emphasis { body: inlines(node, depth) },
        NodeValue::Strikethrough => Inline::Strike { body: inlines(node, depth) },
        NodeValue::SoftBreak | NodeValue::LineBreak => Inline::Break,
        NodeValue::Link(link) | NodeValue::Image(link) => {
            let mut body = inlines(node, depth);
            if words(node) != link.url {
                body.push(text(&format!(" ({})", link.url)));
            }
            return body;
        }
        _ => return inlines(node, depth),
    };
    vec![one]
}

/// What stands in a node, however deep, without its markup.
fn words<'a>(node: &'a AstNode<'a>) -> String {
    let mut words = String::new();
    for part in node.descendants() {
        match &part.data().value {
            NodeValue::Text(text) => words.push_str(text),
            NodeValue::Code(code) => words.push_str(&code.literal),
            NodeValue::CodeBlock(code) => words.push_str(&code.literal),
            NodeValue::HtmlInline(html) => words.push_str(html),
            NodeValue::HtmlBlock(html) => words.push_str(&html.literal),
            NodeValue::SoftBreak | NodeValue::LineBreak | NodeValue::Paragraph => words.push(' '),
            _ => {}
        }
    }
    words
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
    fn plain_words_keep_their_lines() {
        assert_eq!(prose("one\ntwo"), [paragraph(vec![text("one"), Inline::Break, text("two")])]);
        assert_eq!(prose(" \n"), []);
    }

    #[test]
    fn lists_and_emphasis_are_taken_over() {
        let strong = Inline::Strong { body: vec![text("Block")] };
        let first = vec![paragraph(vec![strong, text(" it")])];
        let second = vec![paragraph(vec![Inline::Code { text: Line::of("p=reject") }])];
        assert_eq!(
            prose("3. **Block** it\n4. `p=reject`"),
            [Block::List { ordered: true, start: 3, items: vec![first, second] }]
        );
    }

    #[test]
    fn an_address_is_written_out_and_html_is_text() {
        let expected =
            vec![text("the page"), text(" (https://a.example)"), text(", "), text("<b>"), text("x"), text("</b>")];
        assert_eq!(prose("[the page](https://a.example), <b>x</b>"), [paragraph(expected)]);
        let image = vec![text("a"), text(" (x.png)")];
        assert_eq!(prose("![a](x.png)"), [paragraph(image)]);
    }

    #[test]
    fn what_lies_too_deep_is_text_and_no_depth_is_too_much() {
        let nested = prose(&format!("{}deep", "> ".repeat(5_000)));
        let mut depth = 0;
        let mut blocks = &nested;
        while let [Block::Quote { body }] = blocks.as_slice() {
            blocks = body;
            depth += 1;
        }
        assert_eq!(depth, MOST_NESTED + 1);
        assert_eq!(blocks, &[paragraph(vec![text("deep")])]);
    }
}
