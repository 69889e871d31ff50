//! Drawings as SVG: what pages show, reports print and exports hand out, from one hand.
//!
//! A drawing carries its colours itself, those of the light theme, so that it can stand alone: on paper, in a file. On a page its
//! classes give it the colours of the page's theme. Texts are escaped by [`markup`], and nothing in a drawing refers to anything
//! outside of it.

mod flowchart;
mod gantt;
pub mod icon;
pub mod markup;
pub mod palette;
pub mod shape;
mod status_bar;

use std::fmt::Display;

use crate::placement::Rect;
use markup::{Attribute, Markup};

pub use flowchart::{Mark, flowchart, marks};
pub use gantt::{ROW_HEIGHT, gantt, gantt_parts};
pub use status_bar::status_bar;

/// A drawing that is ready to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawing {
    /// Width, in pixels at its natural size.
    pub width: f32,
    /// Height, in pixels at its natural size.
    pub height: f32,
    /// What it shows, for who cannot see it.
    pub title: String,
    body: String,
    /// Where the pieces of the body end, one behind the other, and what of the drawing each of them can touch.
    pieces: Vec<(usize, Rect)>,
}

impl Drawing {
    fn new(width: f32, height: f32, title: String, body: Markup) -> Self {
        let whole = Rect { x: 0.0, y: 0.0, w: width, h: height };
        let body = body.finish();
        Self { width, height, title, pieces: vec![(body.len(), whole)], body }
    }

    /// One that knows where its pieces lie, so that a part of it needs only some of them.
    fn in_pieces(self, pieces: Vec<(usize, Rect)>) -> Self {
        Self { pieces, ..self }
    }

    /// All of it.
    pub fn whole(&self) -> Rect {
        Rect { x: 0.0, y: 0.0, w: self.width, h: self.height }
    }

    /// A file of its own that shows a part of it at natural size, with texts set in the font family of that name.
    pub fn document(&self, part: Rect, font: &str) -> String {
        self.svg(
            part,
            &[
                ("xmlns", &"http://www.w3.org/2000/svg"),
                ("width", &part.w),
                ("height", &part.h),
                ("font-family", &font),
            ],
        )
    }

    /// As a part of a page, with a class, so many times its natural size.
    pub fn inline(&self, class: &str, scale: f32) -> String {
        let (width, height) = (self.width * scale, self.height * scale);
        self.svg(self.whole(), &[("class", &class), ("role", &"img"), ("width", &width), ("height", &height)])
    }

    fn svg(&self, part: Rect, attributes: &[Attribute]) -> String {
        let view_box = format!("{} {} {} {}", part.x, part.y, part.w, part.h);
        let mut markup = Markup::default();
        let view_box: Attribute = ("viewBox", &view_box);
        markup.open("svg", &attributes.iter().copied().chain([view_box]).collect::<Vec<_>>());
        markup.element("title", &[], &self.title);
        let mut start = 0;
        for (end, area) in &self.pieces {
            if area.overlaps(&part) {
                markup.raw(self.body.get(start..*end).unwrap_or_default());
            }
            start = *end;
        }
        markup.close("svg");
        markup.finish()
    }
}

/// A text of a drawing: where its base line begins, its size, its colour and its class.
struct Words<'a> {
    x: f32,
    y: f32,
    size: f32,
    ink: &'a str,
    class: &'a str,
    /// `start`, `middle` or `end`.
    anchor: &'a str,
    /// 400 or 600.
    weight: u16,
}

impl Default for Words<'_> {
    fn default() -> Self {
        Self { x: 0.0, y: 0.0, size: 12.0, ink: palette::INK, class: "ink", anchor: "start", weight: 400 }
    }
}

impl Words<'_> {
    fn write(&self, markup: &mut Markup, text: &dyn Display) {
        markup.element(
            "text",
            &[
                ("class", &self.class),
                ("x", &self.x),
                ("y", &self.y),
                ("font-size", &self.size),
                ("font-weight", &self.weight),
                ("text-anchor", &self.anchor),
                ("fill", &self.ink),
            ],
            text,
        );
    }
}
