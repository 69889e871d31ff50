//! The after-action report as PDF: `domain`'s model, typeset by typst as a library.
//!
//! The template is constant and the report reaches it as data, so nothing that people wrote is ever read as typst. A report is
//! printed by [`Press`], which bounds what that costs. The same document always gives the same bytes: nothing here reads a clock,
//! a file or the network.
//!
//! The file is PDF/A-3a (ISO 19005-3) and PDF/UA-1 (ISO 14289-1): it holds its fonts, can be read aloud, and carries the events
//! that it was made from.

mod chart;
mod content;
mod fonts;
mod legible;
mod press;
mod prose;
mod shelf;
mod typeset;

use domain::drawing::Drawing;
use domain::event::Event;
use domain::report::Report;

pub use press::Press;
pub use typeset::PrintError;

/// The name under which the events are attached.
const EVENTS_FILE: &str = "events.json";

/// All that a printed report shows.
#[derive(Clone, Debug)]
pub struct Document {
    /// What happened.
    pub report: Report,
    /// The flowchart with what became of its nodes.
    pub flowchart: Drawing,
    /// The events of which the report was made, to be attached.
    pub events: Vec<Event>,
}
