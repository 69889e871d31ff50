//! The sections of a document: what its headings enclose, and what in them is to be done.
//!
//! A section is the text under one heading (or under a paragraph that is one run of bold text, half a level deeper).
//! Sections that only describe ([`Role::Reference`]) are kept as text and never tracked.

use super::blocks::{Block, Content, Item};
use super::wording::{self, Wording};
use super::{decisions, references};
use crate::graph::NodeKind;

/// Longest bold paragraph that is read as a heading, in characters.
const MAX_BOLD_HEADING: usize = 90;

/// A document as a list of sections in source order; the first is what stands under no heading but the title.
#[derive(Debug)]
pub(super) struct Outline {
    pub(super) title: Option<Wording>,
    pub(super) sections: Vec<Section>,
}

/// What stands under one heading, without the sections below it.
#[derive(Debug)]
pub(super) struct Section {
    /// Absent for the first section.
    pub(super) heading: Option<Heading>,
    /// The section it lies in; the first lies in itself.
    pub(super) parent: usize,
    pub(super) blocks: Vec<Block>,
    pub(super) role: Role,
}

/// A heading.
#[derive(Debug)]
pub(super) struct Heading {
    pub(super) wording: Wording,
    pub(super) source: String,
    pub(super) line: u32,
    /// Twice the level, and one more for bold text.
    rank: u8,
}

/// What becomes of a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Something in it is to be done.
    Phase,
    /// It has text but nothing to do: it is itself what is to be done.
    Step,
    /// It describes.
    Reference,
}

impl Outline {
    /// Cuts a document into sections. With `track_all`, none is taken for a reference.
    pub(super) fn new(blocks: Vec<Block>, track_all: bool) -> Self {
        let titled = title_position(&blocks);
        let mut outline = Self {
            title: None,
            sections: vec![Section { heading: None, parent: 0, blocks: Vec::new(), role: Role::Phase }],
        };
        for (position, block) in blocks.into_iter().enumerate() {
            let bold_below = outline.innermost_level();
            match heading(&block, bold_below) {
                Some(found) if titled == Some(position) => outline.set_title(found),
                Some(found) => outline.open(found),
                None => outline.last().blocks.push(block),
            }
        }
        outline.assign_roles(track_all);
        outline
    }

    /// Whether a section lies under the title alone, where lists of facts about the document stand.
    fn is_preamble(&self, section: usize) -> bool {
        section == 0 && (self.title.is_some() || self.sections.len() > 1)
    }

    /// Whether the block is something to do.
    pub(super) fn is_work(&self, section: usize, block: &Block) -> bool {
        match &block.content {
            Content::List(items) => !(is_contents(items) || (self.is_preamble(section) && is_fact_sheet(items))),
            Content::Code { .. } => is_command(block),
            Content::Table(_) => step_column(block).is_some(),
            Content::Group { blocks, .. } => blocks.iter().any(|block| self.is_work(section, block)),
            _ => false,
        }
    }

    /// The rank of the innermost real heading that is open.
    fn innermost_level(&self) -> u8 {
        let mut section = self.sections.len() - 1;
        loop {
            match &self.sections[section].heading {
                None => return 0,
                Some(heading) if heading.rank % 2 == 0 => return heading.rank,
                Some(_) => section = self.sections[section].parent,
            }
        }
    }

    fn last(&mut self) -> &mut Section {
        let last = self.sections.len() - 1;
        &mut self.sections[last]
    }

    fn set_title(&mut self, heading: Heading) {
        let kept = heading.wording.description.clone();
        if !kept.is_empty() {
            self.last().blocks.push(Block { line: heading.line, source: kept, content: Content::Other });
        }
        self.title = Some(heading.wording);
    }

    fn open(&mut self, heading: Heading) {
        let mut parent = self.sections.len() - 1;
        while self.sections[parent].heading.as_ref().is_some_and(|above| above.rank >= heading.rank) {
            parent = self.sections[parent].parent;
        }
        self.sections.push(Section { heading: Some(heading), parent, blocks: Vec::new(), role: Role::Step });
    }

    fn assign_roles(&mut self, track_all: bool) {
        for section in 1..self.sections.len() {
            if !track_all && self.is_reference(section) {
                self.sections[section].role = Role::Reference;
            } else if self.holds_work(section) {
                self.sections[section].role = Role::Phase;
            }
        }
        // What holds something tracked is a phase, a reference included: from the innermost out.
        for section in (1..self.sections.len()).rev() {
            let parent = self.sections[section].parent;
            if self.sections[section].role != Role::Reference {
                self.sections[parent].role = Role::Phase;
            }
        }
    }

    fn holds_work(&self, section: usize) -> bool {
        self.sections[section].blocks.iter().any(|block| self.is_work(section, block))
    }

    /// By its own heading, or because it lies in a reference and is no procedure of its own.
    fn is_reference(&self, section: usize) -> bool {
        let Some(heading) = &self.sections[section].heading else {
            return false;
        };
        if heading.wording.kind == Some(NodeKind::Phase) {
            return false;
        }
        let label = heading.wording.label.as_str();
        let inherits = self.sections[self.sections[section].parent].role == Role::Reference;
        references::is_reference(label)
            || (inherits && !(references::names_procedure(label) && self.holds_work(section)))
    }
}

/// The heading that is the document's title: the first, when no other is as high, or when nothing is to be done in it.
fn title_position(blocks: &[Block]) -> Option<usize> {
    let levels: Vec<(usize, u8)> = blocks
        .iter()
        .enumerate()
        .filter_map(|(position, block)| match block.content {
            Content::Heading { level, .. } => Some((position, level)),
            _ => None,
        })
        .collect();
    let &(first, level) = levels.first()?;
    if levels[1..].iter().all(|&(_, other)| other > level) {
        return Some(first);
    }
    let is_highest = levels.iter().all(|&(_, other)| other >= level);
    let (next, _) = levels[1..].iter().copied().find(|&(_, other)| other == level)?;
    (first == 0 && is_highest && levels.len() > 2 && only_describes(&blocks[1..next])).then_some(first)
}

/// Whether nothing is to be done in these blocks outside of references.
fn only_describes(blocks: &[Block]) -> bool {
    let mut in_reference = false;
    blocks.iter().all(|block| match &block.content {
        Content::Heading { text, .. } => {
            in_reference = references::is_reference(&text.joined());
            in_reference
        }
        Content::List(_) | Content::Code { .. } | Content::Group { .. } => in_reference,
        _ => true,
    })
}

/// Reads a block as a heading; a bold paragraph belongs half a level below `above`.
fn heading(block: &Block, above: u8) -> Option<Heading> {
    let (rank, text) = match &block.content {
        Content::Heading { level, text } => (level * 2, text),
        Content::Paragraph { text, bold: true } if is_heading_text(&text.joined()) => (above + 1, text),
        _ => return None,
    };
    let mut wording = Wording::of(text, &block.source);
    if wording.label.trim_matches(['#', ' ', '*']).is_empty() {
        return None;
    }
    wording.description = wording.description.trim_start_matches('#').trim().to_owned();
    Some(Heading { wording, source: block.source.clone(), line: block.line, rank })
}

/// Whether bold text reads as a heading, not as a sentence that is stressed.
fn is_heading_text(text: &str) -> bool {
    let text = text.trim();
    text.chars().count() <= MAX_BOLD_HEADING && !text.ends_with(['.', '!', ',', ';']) && !text.contains(". ")
}

/// Whether a block of code is to be run or read as a step of its own.
pub(super) fn is_command(block: &Block) -> bool {
    match &block.content {
        Content::Code { code, fenced, .. } => {
            code.language.as_deref() != Some("mermaid") && (*fenced || super::code::is_runnable(code))
        }
        _ => false,
    }
}

/// Whether a part that folds, below an item, holds more than text and checklists.
pub(super) fn is_work_of_group(block: &Block) -> bool {
    match &block.content {
        Content::Group { blocks, .. } => blocks.iter().any(is_work_of_group),
        Content::List(items) => decisions::holds_work(items) || decisions::is_tasks(items),
        _ => is_command(block),
    }
}

/// A table of contents: every item is a link into the document.
fn is_contents(items: &[Item]) -> bool {
    items.iter().all(|item| {
        item.opening().is_some_and(|(_, source)| {
            source.starts_with('[')
                && source.ends_with(')')
                && source.contains("](#")
                && source.matches("](").count() == 1
        })
    })
}

/// Facts about the document: every item is a short name, a colon and a value.
fn is_fact_sheet(items: &[Item]) -> bool {
    items.iter().all(|item| {
        item.opening().is_some_and(|(text, source)| {
            let named = Wording::of(text, source).kind.is_none()
                && text.joined().split_once(':').is_some_and(|(name, _)| name.split_whitespace().count() <= 5);
            named && !decisions::holds_work(std::slice::from_ref(item))
        })
    })
}

/// The column of a table that says what to do.
pub(super) fn step_column(table: &Block) -> Option<usize> {
    const NAMES: [&str; 13] = [
        "action",
        "actions",
        "task",
        "tasks",
        "step",
        "steps",
        "activity",
        "aktion",
        "maßnahme",
        "maßnahmen",
        "aufgabe",
        "schritt",
        "schritte",
    ];
    let Content::Table(rows) = &table.content else {
        return None;
    };
    let (header, body) = rows.split_first()?;
    let is_filled = |column: usize| {
        body.iter().filter_map(|row| row.cells.get(column)).any(|cell| wording::words(&cell.text).next().is_some())
    };
    let named = |name: &str| {
        (0..header.cells.len())
            .find(|&column| wording::words(&header.cells[column].text).any(|word| word == name) && is_filled(column))
    };
    NAMES.iter().find_map(|name| named(name))
}
