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
pub(crate) mod exhibit;
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
use serde::Deserialize;
use utoipa::ToSchema;

pub use exhibit::Exhibit;
pub use press::{Exhibits, Press};
pub use typeset::PrintError;

/// The name under which the events are attached.
const EVENTS_FILE: &str = "events.json";

/// The paper that a report is printed on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 8.5 × 11 in.
    Letter,
}

impl Paper {
    /// What typst calls it.
    fn name(self) -> &'static str {
        match self {
            Self::A4 => "a4",
            Self::Letter => "us-letter",
        }
    }

    /// What a page of the flowchart holds, in points (width, height): the paper less margins, heading and caption.
    fn upright(self) -> (f32, f32) {
        match self {
            Self::A4 => (525.0, 640.0),
            Self::Letter => (540.0, 590.0),
        }
    }

    /// The same of a page that lies on its side.
    fn landscape(self) -> (f32, f32) {
        match self {
            Self::A4 => (765.0, 400.0),
            Self::Letter => (715.0, 415.0),
        }
    }
}

/// All that a report is printed from.
#[derive(Clone, Debug)]
pub struct Document {
    /// On what it is printed.
    pub paper: Paper,
    /// What happened.
    pub report: Report,
    /// The graph of the playbook version that was run.
    pub graph: Arc<Graph>,
    /// Its drawing.
    pub placement: Arc<Placement>,
    /// The log that the report was made from, which is attached.
    pub events: Vec<Event>,
}
