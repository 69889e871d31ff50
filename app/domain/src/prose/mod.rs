//! Free texts: notes, instructions, outcomes, rationales, descriptions, recommendations. One parser for every place that shows
//! them.
//!
//! A text is evidence, so no letter of it may get lost. [`parse`] turns it into a small tree in which every character lies
//! exactly once, either as text that is shown or as a mark of the markup that was recognised, and [`source`] puts the tree
//! together again, byte for byte. What is shown to a reader is written by skins: [`html`] for pages, `report::markdown` for the
//! Markdown report, the server's `report/prose.rs` for the PDF.
//!
//! The markup is the part of Markdown that people type on purpose, read strictly: paths, globs, prompts, code and addresses that
//! were pasted stay as they are. There are no escapes, no entities, no HTML, no `_emphasis_` and no automatic links:
//!
//! - `**strong**`, on one line, between white space or punctuation;
//! - `` `code` `` and fences of `` ``` `` or `~~~`, which go on to the end of the text when nobody closes them;
//! - lists (`-`, `*`, `+`, `1.`, `1)`), quotes (`> `), headings (`# `, shown as a bold line), tables with a divider below the head;
//! - in instructions only: `[text](https://…)` as a link, and `<br>`.
//!
//! Lines stay lines, and blanks stay blanks. Everything takes time linear in the length of the text.

mod html;
mod inline;
mod lines;
mod table;
mod visible;

pub use html::html;
pub use lines::parse;
pub use visible::{marked, source, words};

/// Whose words a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An analyst's: it may quote an attacker, so nothing in it can be clicked.
    Note,
    /// A playbook's: links that its author wrote lead somewhere.
    Instructions,
}

/// A part of a text that stands by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block<'a> {
    /// Lines that belong together.
    Paragraph(Vec<Line<'a>>),
    /// A bold line. Its number signs are text, because in a note they may be the prompt of a shell.
    Heading(Line<'a>),
    /// Items, one below the other; numbered ones and others are lists of their own.
    List(Vec<Item<'a>>),
    /// What is quoted.
    Quote(Vec<Block<'a>>),
    /// Lines that are shown as they are.
    Code {
        /// The line that opens the fence. Its body is what stands behind the fence, for example a language.
        open: Line<'a>,
        /// What is between the fences.
        lines: Vec<Line<'a>>,
        /// The line that closes the fence, empty when there is none.
        close: &'a str,
    },
    /// Rows of cells, not all of the same length.
    Table {
        /// The first row.
        head: Row<'a>,
        /// The line below it.
        divider: &'a str,
        /// The others.
        rows: Vec<Row<'a>>,
    },
    /// A line with nothing to see, which separates what is around it.
    Blank(&'a str),
}

/// An item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item<'a> {
    /// `-`, `*`, `+`, or a number with what follows it (`1.`). The first line below has it among its marks.
    pub marker: &'a str,
    /// What the item says.
    pub body: Vec<Block<'a>>,
}

impl<'a> Item<'a> {
    /// The marker, unless a bullet says the same. A plus does not: pasted differences begin with one.
    pub fn shown_marker(&self) -> Option<&'a str> {
        Some(self.marker).filter(|marker| !matches!(*marker, "-" | "*"))
    }

    /// Whether it has a number.
    pub fn is_numbered(&self) -> bool {
        self.marker.starts_with(|first: char| first.is_ascii_digit())
    }
}

/// A line of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<'a> {
    /// What it begins with: marks, and the blanks between them.
    pub marks: &'a str,
    /// What it says.
    pub body: Vec<Inline<'a>>,
    /// How it ends: a line break, or nothing at the end of the text.
    pub end: &'a str,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// Each with the marks before it.
    pub cells: Vec<(&'a str, Vec<Inline<'a>>)>,
    /// The marks behind the last cell, and the line break.
    pub end: &'a str,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline<'a> {
    /// Shown as it is.
    Text(&'a str),
    /// Not shown, because what it says is shown otherwise.
    Mark(&'a str),
    /// Shown as code, between marks.
    Code(&'a str),
    /// Shown bold, between marks.
    Strong(Vec<Inline<'a>>),
    /// A link, written `[body](target)`.
    Link {
        /// What is shown.
        body: Vec<Inline<'a>>,
        /// Where it leads, with `http` or `https`; maybe in angle brackets.
        target: &'a str,
    },
    /// A line break that was written as a mark.
    Break(&'a str),
}
