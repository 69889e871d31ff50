//! Texts on pages.

use super::{Block, Inline, Item, Kind, Line, Row, marked, parse};

/// Bytes that a text may become as HTML however short it is: thousands of links or items. Nobody writes so many.
const MOST_BYTES: usize = 1024 * 1024;

/// A text as HTML that is safe to show wherever block elements may stand. Nothing in it is loaded; only instructions have links.
///
/// Line breaks and blanks are those of the text: the style sheet keeps them (`.prose`). A text that would become a megabyte, and
/// much longer than it is, is shown as it was written.
pub fn html(text: &str, kind: Kind) -> String {
    let mut html = String::with_capacity(text.len() + text.len() / 4 + 16);
    put_blocks(&parse(text, kind), &mut html);
    if html.len() > MOST_BYTES && html.len() > 2 * text.len() {
        html.clear();
        within("pre", &mut html, |html| put_text(text, html));
        html.shrink_to_fit();
    }
    html
}

fn put_blocks(blocks: &[Block<'_>], html: &mut String) {
    for block in blocks {
        put_block(block, html);
    }
}

fn put_block(block: &Block<'_>, html: &mut String) {
    match block {
        Block::Paragraph(lines) => within("p", html, |html| put_lines(lines, html)),
        Block::Heading(line) => within("p", html, |html| within("strong", html, |html| put_inlines(&line.body, html))),
        Block::List(items) => {
            let tag = if items.first().is_some_and(Item::is_numbered) { "ol" } else { "ul" };
            within(tag, html, |html| items.iter().for_each(|item| put_item(item, html)));
        }
        Block::Quote(body) => within("blockquote", html, |html| put_blocks(body, html)),
        Block::Code { open, lines, .. } => {
            html.push_str("<figure class=\"code\">");
            if !open.body.is_empty() {
                within("figcaption", html, |html| put_inlines(&open.body, html));
            }
            html.push_str("<pre tabindex=\"0\">");
            within("code", html, |html| put_lines(lines, html));
            html.push_str("</pre></figure>");
        }
        Block::Table { head, rows, .. } => {
            html.push_str("<div class=\"cells\" role=\"group\" aria-label=\"Table\" tabindex=\"0\"><table><thead>");
            put_row(head, "th", html);
            html.push_str("</thead><tbody>");
            rows.iter().for_each(|row| put_row(row, "td", html));
            html.push_str("</tbody></table></div>");
        }
        Block::Blank(_) => return,
    }
    html.push('\n');
}

fn put_item(item: &Item<'_>, html: &mut String) {
    match item.shown_marker() {
        None => within("li", html, |html| put_blocks(&item.body, html)),
        Some(marker) => {
            html.push_str("<li class=\"marked\"><span>");
            html.push_str(marker);
            html.push_str("</span> <div>");
            put_blocks(&item.body, html);
            html.push_str("</div></li>");
        }
    }
}

fn put_row(row: &Row<'_>, tag: &str, html: &mut String) {
    within("tr", html, |html| {
        for (_, body) in &row.cells {
            within(tag, html, |html| put_inlines(body, html));
        }
    });
}

fn put_lines(lines: &[Line<'_>], html: &mut String) {
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            html.push('\n');
        }
        put_inlines(&line.body, html);
    }
}

fn put_inlines(body: &[Inline<'_>], html: &mut String) {
    for part in body {
        match part {
            Inline::Text(text) => put_text(text, html),
            Inline::Code(text) => within("code", html, |html| put_text(text, html)),
            Inline::Strong(body) => within("strong", html, |html| put_inlines(body, html)),
            Inline::Break(_) => html.push_str("<br>"),
            Inline::Link { body, target } => {
                let address = target.trim_start_matches('<').trim_end_matches('>');
                for part in ["<a href=\"", "\" title=\""] {
                    html.push_str(part);
                    put_text(address, html);
                }
                html.push_str("\" target=\"_blank\" rel=\"noopener noreferrer nofollow\">");
                put_inlines(body, html);
                html.push_str("</a>");
            }
            Inline::Mark(_) => {}
        }
    }
}

fn within(tag: &str, html: &mut String, put: impl FnOnce(&mut String)) {
    html.extend(["<", tag, ">"]);
    put(html);
    html.extend(["</", tag, ">"]);
}

fn put_text(text: &str, html: &mut String) {
    for character in marked(text).chars() {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_thousands_of_links_or_items_is_shown_as_it_was_written() {
        for unit in ["[](a)", "- a\n", "`a` "] {
            let text = unit.repeat(1024 * 1024 / unit.len());
            let shown = html(&text, Kind::Instructions);
            assert!(shown.len() <= 2 * text.len().max(MOST_BYTES), "{unit}: {} bytes", shown.len());
            let few = unit.repeat(1_000);
            assert!(!html(&few, Kind::Instructions).starts_with("<pre>"), "{unit}");
        }
        let text = "a < b ".repeat(100_000);
        assert!(html(&text, Kind::Note).starts_with("<p>"), "a long text is a text");
    }
}
