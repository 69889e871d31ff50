//! Free texts: no letter of them is lost, whatever shows them, and no text takes long.

#![expect(clippy::expect_used, reason = "a test that cannot go on says why and fails")]

mod examples;
mod limits;
mod texts;

use domain::prose::{Block, Inline, Item, Kind, Line, Row, html, marked, parse, source, words};
use proptest::prelude::*;
use texts::text;

/// What a text says, how that is shown, and what is a mark.
#[derive(Default)]
struct Split {
    said: String,
    shown: String,
    marks: String,
}

impl Split {
    fn of(blocks: &[Block<'_>]) -> Self {
        let mut split = Self::default();
        split.blocks(blocks);
        split
    }

    fn blocks(&mut self, blocks: &[Block<'_>]) {
        for block in blocks {
            match block {
                Block::Paragraph(lines) => self.lines(lines),
                Block::Heading(line) => self.lines(std::slice::from_ref(line)),
                Block::List(items) => items.iter().for_each(|item| self.item(item)),
                Block::Quote(body) => self.blocks(body),
                Block::Code { open, lines, close } => {
                    self.lines(std::slice::from_ref(open));
                    self.lines(lines);
                    self.marks.push_str(close);
                }
                Block::Table { head, divider, rows } => {
                    self.row(head);
                    self.marks.push_str(divider);
                    rows.iter().for_each(|row| self.row(row));
                }
                Block::Blank(line) => self.marks.push_str(line),
            }
        }
    }

    fn item(&mut self, item: &Item<'_>) {
        self.say(item.shown_marker().unwrap_or_default());
        self.blocks(&item.body);
    }

    fn say(&mut self, text: &str) {
        self.said.push_str(text);
        self.shown.push_str(&marked(text));
    }

    fn lines(&mut self, lines: &[Line<'_>]) {
        for line in lines {
            self.marks.push_str(line.marks);
            self.inlines(&line.body);
            self.marks.push_str(line.end);
        }
    }

    fn row(&mut self, row: &Row<'_>) {
        for (marks, body) in &row.cells {
            self.marks.push_str(marks);
            self.inlines(body);
        }
        self.marks.push_str(row.end);
    }

    fn inlines(&mut self, body: &[Inline<'_>]) {
        for part in body {
            match part {
                Inline::Text(text) | Inline::Code(text) => self.say(text),
                Inline::Mark(text) | Inline::Break(text) => self.marks.push_str(text),
                Inline::Strong(body) | Inline::Link { body, .. } => self.inlines(body),
            }
        }
    }
}

/// The letters of a text, without blanks and line breaks.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The text of a piece of HTML, which has no tags but those that are named.
fn text_of(html: &str) -> String {
    const TAGS: [&str; 18] = [
        "p",
        "strong",
        "ul",
        "ol",
        "li",
        "span",
        "div",
        "blockquote",
        "figure",
        "figcaption",
        "pre",
        "code",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    ];
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        let (tag, behind) = after.split_once('>').expect("a tag ends");
        let name = tag.trim_start_matches('/').split(' ').next().unwrap_or_default();
        assert!(TAGS.contains(&name) || ["a", "br"].contains(&name), "<{tag}> in {html}");
        rest = behind;
    }
    text.push_str(rest);
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// Whether a tag can make a browser ask for nothing by itself: it has no attributes but these, which name no address, or it is a
/// link, which waits for a click.
fn fetches_nothing(tag: &str) -> bool {
    const PLAIN: [&str; 5] = [
        "figure class=\"code\"",
        "pre tabindex=\"0\"",
        "li class=\"marked\"",
        "div class=\"cells\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"",
        "br",
    ];
    let is_link = || {
        let (address, rest) = tag.strip_prefix("a href=\"")?.split_once('"')?;
        let leads_to_the_web = ["http://", "https://"].iter().any(|scheme| address.to_lowercase().starts_with(scheme));
        let others = format!(" title=\"{address}\" target=\"_blank\" rel=\"noopener noreferrer nofollow\"");
        Some(leads_to_the_web && rest == others)
    };
    PLAIN.contains(&tag) || tag.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'/') || is_link() == Some(true)
}

proptest! {
    #[test]
    fn no_text_lets_a_browser_ask_for_anything_by_itself(text in text()) {
        for kind in [Kind::Note, Kind::Instructions] {
            let html = html(&text, kind);
            for tag in html.split('<').skip(1).filter_map(|tag| tag.split('>').next()) {
                prop_assert!(fetches_nothing(tag), "<{tag}> of {text:?}");
            }
        }
    }

    #[test]
    fn every_character_lies_in_the_tree_exactly_once(text in text()) {
        for kind in [Kind::Note, Kind::Instructions] {
            prop_assert_eq!(source(&parse(&text, kind)), text.as_str());
        }
    }

    #[test]
    fn only_characters_of_the_markup_are_ever_marks(text in text()) {
        let marks = Split::of(&parse(&text, Kind::Note)).marks;
        prop_assert!(marks.chars().all(|c| " \t\r\n>-*+0123456789.)`~|:".contains(c)), "{marks:?}");
        let marks = Split::of(&parse(&text, Kind::Instructions)).marks.to_lowercase().replace("<br", "");
        prop_assert!(marks.chars().all(|c| " \t\r\n>-*+0123456789.)`~|:!/".contains(c)), "{marks:?}");
    }

    #[test]
    fn a_page_shows_every_letter_and_notes_have_nothing_to_click(text in text()) {
        for kind in [Kind::Note, Kind::Instructions] {
            let html = html(&text, kind);
            let shown = Split::of(&parse(&text, kind)).shown;
            prop_assert_eq!(letters(&text_of(&html)), letters(&shown), "{}", html);
            if kind == Kind::Note {
                prop_assert!(!html.contains("<a ") && !html.contains("<br"), "{html}");
            }
            prop_assert!(html.len() <= 16 * text.len() + 200, "{} of {}", html.len(), text.len());
        }
    }

    #[test]
    fn a_quotation_on_one_line_has_every_letter(text in text()) {
        let blocks = parse(&text, Kind::Note);
        // Bullets are said there, and nowhere else.
        let letters = |text: &str| letters(text).replace(['-', '*'], "");
        prop_assert_eq!(letters(&words(&blocks)), letters(&Split::of(&blocks).said));
    }
}
