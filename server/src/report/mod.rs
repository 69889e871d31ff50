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
#[cfg(test)]
mod fixture;
mod fonts;
mod legible;
mod overview;
mod picture;
mod press;
mod prose;
pub mod raster;
#[cfg(test)]
mod tests;
mod typeset;

use std::sync::Arc;

use domain::event::Event;
use domain::graph::Graph;
use domain::placement::Placement;
use domain::report::Report;

pub use press::Press;
pub use typeset::PrintError;

/// The name under which the events are attached.
const EVENTS_FILE: &str = "events.json";

/// All that a report is printed from.
#[derive(Clone, Debug)]
pub struct Document {
    /// What happened.
    pub report: Report,
    /// The graph of the playbook version that was run.
    pub graph: Arc<Graph>,
    /// Its drawing.
    pub placement: Arc<Placement>,
    /// The log that the report was made from, which is attached.
    pub events: Vec<Event>,
}
