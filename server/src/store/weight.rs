//! How much memory what is kept takes, about: its texts, and a fixed sum for each thing.

use std::sync::Arc;

use domain::execution::{Execution, Note, Step};
use domain::graph::Graph;

use super::playbooks::Uses;
use super::{Page, Version};
use crate::shelf::Weighed;

/// A step, a note, an event or a file without its texts.
const THING: usize = 400;
/// A node or an edge, with its place in a drawing.
const DRAWN: usize = 500;

impl Weighed for Execution {
    fn weight(&self) -> usize {
        let state = &self.state;
        let notes = |notes: &[Arc<Note>]| notes.iter().map(|note| note.text.len() + THING).sum::<usize>();
        let steps =
            state.steps.iter().map(|step| notes(&step.notes) + THING * (1 + step.evidence.len()) + rationale(step));
        let described = state.described.values().filter_map(|said| said.text.as_deref()).map(str::len).sum::<usize>();
        let recommended = state.recommendations.as_deref().map_or(0, str::len);
        steps.sum::<usize>() + notes(&state.notes) + described + recommended + THING
    }
}

fn rationale(step: &Step) -> usize {
    step.decision.as_ref().and_then(|decision| decision.rationale.as_deref()).map_or(0, str::len)
}

impl Weighed for Version {
    fn weight(&self) -> usize {
        // The source, what was read from it, and the words that are searched.
        3 * self.source.len() + drawn(&self.graph)
    }
}

/// A row of a list.
const ROW: usize = 600;

impl<T> Weighed for Page<T> {
    fn weight(&self) -> usize {
        ROW * self.items.len()
    }
}

impl Weighed for Uses {
    fn weight(&self) -> usize {
        ROW * self.len()
    }
}

fn drawn(graph: &Graph) -> usize {
    DRAWN * (graph.nodes.len() + graph.edges.len())
}
