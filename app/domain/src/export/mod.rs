//! From a graph back to a text that people and other tools read.
//!
//! Exporting is pure and never fails: every valid graph has a text in every format. What a format cannot say is left
//! out, and the module of the format says what that is. Invariant: [`import`](crate::import::import) reads every
//! exported text without an issue that concerns the export itself, with the same node ids.

mod cacao;
mod json;
mod markdown;
mod mermaid;
mod shape;

pub use cacao::{CacaoContext, CacaoExport, cacao};
pub use json::{JSON_SCHEMA, json};
pub use markdown::markdown;
pub use mermaid::{Class, mermaid};
