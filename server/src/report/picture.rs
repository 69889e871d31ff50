//! A drawing as the template sets it: its lines as SVG, its words as text of the page.
//!
//! What is set by typst itself looks for another font letter by letter and never fails. The library that it reads SVG with shapes a
//! text as a whole, and leaves gaps, or panics, where one font makes more glyphs of it than another; so it gets no texts.

use std::borrow::Cow;

use domain::drawing::Drawing;
use domain::placement::Rect;
use roxmltree::{Document, Node};
use serde::Serialize;

use super::legible::{Line, legible};

/// A drawing of nothing.
const NOTHING: &str = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1\" height=\"1\"></svg>";
/// Points per pixel.
const NATURAL: f32 = 0.75;
/// How wide the text of a page is, in points.
const TEXT_WIDTH: f32 = 482.0;

/// A drawing, or a part of one, at its size on paper.
#[derive(Debug, Serialize)]
pub(super) struct Picture {
    svg: String,
    words: Vec<Words>,
    /// In points.
    pub(super) width: f32,
    pub(super) height: f32,
    /// What it shows, for who cannot see it.
    alt: String,
}

/// A text of a drawing. Lengths are in points, from the upper left corner of the picture.
#[derive(Debug, PartialEq, Serialize)]
struct Words {
    /// The left end of the base line, its middle or its right end, as `anchor` says.
    x: f32,
    y: f32,
    anchor: &'static str,
    size: f32,
    weight: u16,
    ink: String,
    /// The colour around it, where it stands on a line.
    ground: Option<String>,
    /// In percent.
    opacity: f32,
    text: Line,
}

impl Picture {
    /// A part of a drawing, at so many points per pixel.
    pub(super) fn of(drawing: &Drawing, part: Rect, scale: f32) -> Self {
        Self::from_svg(&drawing.document(part, ""), part, scale, &drawing.title)
    }

    /// All of a drawing, no larger than natural and no wider than the text.
    pub(super) fn across(drawing: &Drawing) -> Self {
        Self::of(drawing, drawing.whole(), NATURAL.min(TEXT_WIDTH / drawing.width))
    }

    /// A drawing that shows a part of something, at so many points per unit.
    pub(super) fn from_svg(svg: &str, part: Rect, scale: f32, title: &str) -> Self {
        let svg = without_controls(svg);
        let size = (part.w * scale, part.h * scale);
        // A drawing that is no XML was none of ours; nothing of it is shown.
        let parsed = Document::parse(&svg).ok();
        let nodes = parsed.iter().flat_map(|document| document.descendants());
        let texts: Vec<Node> = nodes.filter(|node| node.has_tag_name("text")).collect();
        let mut lines = String::with_capacity(svg.len());
        let mut end = 0;
        for text in &texts {
            lines.push_str(&svg[end..text.range().start]);
            end = text.range().end;
        }
        lines.push_str(if parsed.is_some() { &svg[end..] } else { NOTHING });
        Self {
            svg: lines,
            words: texts.iter().map(|text| words(text, part, scale)).filter(|words| words.lie_in(size)).collect(),
            width: size.0,
            height: size.1,
            alt: legible(title).into_owned(),
        }
    }
}

/// XML takes no control characters and a few others, however they are written (XML 1.0, 2.2); what a text holds of them is
/// shown by number.
fn without_controls(svg: &str) -> Cow<'_, str> {
    let is_taken =
        |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if svg.chars().all(is_taken) {
        return Cow::Borrowed(svg);
    }
    let shown = |c: char| if is_taken(c) { c.to_string() } else { legible(&c.to_string()).into_owned() };
    Cow::Owned(svg.chars().map(shown).collect())
}

impl Words {
    /// Whether they do not begin outside of a picture of this size. What is cut off here is whole on another sheet.
    fn lie_in(&self, (width, height): (f32, f32)) -> bool {
        (0.0..=width).contains(&self.x) && (self.size * 0.8..=height).contains(&self.y)
    }
}

fn words(text: &Node, part: Rect, scale: f32) -> Words {
    let number = |name, otherwise| text.attribute(name).and_then(|value| value.parse().ok()).unwrap_or(otherwise);
    let opacity = |node: &Node| node.attribute("opacity").and_then(|value| value.parse::<f32>().ok());
    Words {
        x: (number("x", 0.0) - part.x) * scale,
        y: (number("y", 0.0) - part.y) * scale,
        anchor: match text.attribute("text-anchor") {
            Some("middle") => "center",
            Some("end") => "right",
            _ => "left",
        },
        size: number("font-size", 12.0) * scale,
        weight: text.attribute("font-weight").and_then(|value| value.parse().ok()).unwrap_or(400),
        ink: text.attribute("fill").unwrap_or("#000000").to_owned(),
        ground: text.attribute("stroke").map(str::to_owned),
        opacity: 100.0 * text.ancestors().filter_map(|node| opacity(&node)).product::<f32>(),
        text: Line::of(text.text().unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_leave_the_drawing_and_keep_their_place() {
        let svg = "<svg><g opacity=\"0.5\"><path d=\"M0 0\"/><text x=\"30\" y=\"50\" font-size=\"12\" font-weight=\"600\" \
                   text-anchor=\"end\" fill=\"#17202c\">A &amp; 中</text></g></svg>";
        let part = Rect { x: 10.0, y: 20.0, w: 100.0, h: 80.0 };
        let picture = Picture::from_svg(svg, part, 0.5, "A drawing");
        assert_eq!(picture.svg, "<svg><g opacity=\"0.5\"><path d=\"M0 0\"/></g></svg>");
        let words = Words {
            x: 10.0,
            y: 15.0,
            anchor: "right",
            size: 6.0,
            weight: 600,
            ink: "#17202c".to_owned(),
            ground: None,
            opacity: 50.0,
            text: Line::of("A & 中"),
        };
        assert_eq!(picture.words, [words]);
        assert_eq!((picture.width, picture.height), (50.0, 40.0));
    }
}
