//! The state of the outline: what the page around it asks of it, and what its rows follow.

use std::collections::BTreeSet;

use domain::ids::{Actor, NodeId};
use leptos::prelude::*;

use super::rows::{Choice, Filter, Line, Rows, around, lines, matches, rows};
use crate::live::ExecutionStore;
use crate::ui::storage;

/// The outline of an execution, for whoever wants to know or to change what it shows.
#[derive(Clone, Copy)]
pub(in crate::execution) struct OutlineState {
    pub(in crate::execution) store: ExecutionStore,
    pub(super) lines: StoredValue<Vec<Line>>,
    pub(super) choice: RwSignal<Choice>,
    /// Per row, the filters that it matches.
    pub(super) matches: Memo<Vec<u8>>,
    pub(super) rows: Memo<Rows>,
}

impl OutlineState {
    /// The outline as it is at first: every step, nothing folded.
    pub(in crate::execution) fn new(store: ExecutionStore) -> Self {
        let lines = StoredValue::new(store.with_execution(lines));
        let choice = RwSignal::new(Choice::default());
        let views = store.steps();
        let matches: Memo<Vec<u8>> = Memo::new(move |_| {
            let me = store.analyst().name().unwrap_or_else(Actor::anonymous);
            let of = |line: &Line| {
                let view = &views[line.node];
                matches(line.kind, &view.step.read(), view.applicable.get(), &me)
            };
            lines.with_value(|lines| lines.iter().map(of).collect())
        });
        let rows = Memo::new(move |_| {
            let chosen = store.selected().read();
            lines.with_value(|lines| {
                let chosen = chosen.as_ref().and_then(|id| lines.iter().position(|line| line.id == *id));
                rows(lines, &matches.read(), &choice.read(), chosen)
            })
        });
        Self { store, lines, choice, matches, rows }
    }

    /// Shows only the steps that match.
    pub(in crate::execution) fn filter(self, filter: Filter) {
        self.choice.update(|choice| {
            choice.filter = filter;
            choice.folded_in_filter.clear();
        });
    }

    /// Which steps are looked for.
    pub(in crate::execution) fn filtered(self) -> Filter {
        self.choice.read().filter
    }

    /// The step that is shown behind the chosen one, or before it.
    pub(in crate::execution) fn step_beside(self, forward: bool) -> Option<NodeId> {
        let rows = self.rows.read_untracked();
        self.lines.with_value(|lines| {
            rows.beside(lines, rows.chosen, forward, true).and_then(|row| lines.get(row)).map(|line| line.id.clone())
        })
    }

    /// Folds a phase or opens it, and remembers that.
    pub(super) fn fold(self, row: usize, folded: bool) {
        self.choice.update(|choice| choice.fold(row, folded));
        self.remember();
    }

    /// Opens the phases around a row.
    pub(super) fn open_around(self, row: usize) {
        let phases: Vec<usize> = self.lines.with_value(|lines| around(lines, row).collect());
        let is_open = self.choice.with_untracked(|choice| !phases.iter().any(|phase| choice.folds().contains(phase)));
        if !is_open {
            self.choice.update(|choice| phases.iter().for_each(|&phase| choice.fold(phase, false)));
            self.remember();
        }
    }

    fn remember(self) {
        let folded = self.choice.with_untracked(|choice| choice.folded.clone());
        let ids: Vec<NodeId> =
            self.lines.with_value(|lines| folded.into_iter().map(|row| lines[row].id.clone()).collect());
        if ids.is_empty() {
            storage::remove(&self.name());
        } else {
            // A browser that keeps nothing shows every phase open the next time.
            storage::set(&self.name(), &serde_json::to_string(&ids).unwrap_or_default());
        }
    }

    /// Folds what was folded when this browser was here last.
    pub(super) fn recall(self) {
        let kept = storage::get(&self.name()).and_then(|text| serde_json::from_str::<BTreeSet<NodeId>>(&text).ok());
        if let Some(ids) = kept {
            let folded: BTreeSet<usize> = self.lines.with_value(|lines| {
                (0..lines.len()).filter(|&row| lines[row].end > row + 1 && ids.contains(&lines[row].id)).collect()
            });
            self.choice.update(|choice| choice.folded = folded);
        }
    }

    fn name(self) -> String {
        format!("forge.folded.{}", self.store.id())
    }
}
