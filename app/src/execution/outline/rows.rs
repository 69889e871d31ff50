//! Which rows of the outline are shown, given its filter, what is folded, and which step is chosen. Nothing here knows
//! of the screen.
//!
//! The chosen step is shown whatever the filter says, so that it never vanishes under its reader.

use std::collections::BTreeSet;

use domain::execution::{Execution, Step};
use domain::graph::NodeKind;
use domain::ids::{Actor, NodeId};

/// Which steps are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::execution) enum Filter {
    /// Every one.
    #[default]
    All,
    /// Assigned to who sits here.
    Mine,
    /// Applicable, and not done.
    Open,
    /// Applicable, and cannot go on.
    Blocked,
    /// Open, and nobody's.
    Unassigned,
}

impl Filter {
    /// Every filter, in the order of the screen.
    pub(super) const EVERY: [Self; 5] = [Self::All, Self::Mine, Self::Open, Self::Blocked, Self::Unassigned];

    /// Its name.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Mine => "Mine",
            Self::Open => "Open",
            Self::Blocked => "Blocked",
            Self::Unassigned => "Unassigned",
        }
    }

    /// Its name in an address.
    pub(in crate::execution) fn word(self) -> String {
        self.label().to_lowercase()
    }

    /// The filter that an address names.
    pub(in crate::execution) fn of_word(word: &str) -> Option<Self> {
        Self::EVERY.into_iter().find(|filter| filter.word() == word)
    }

    /// What it means that no step matches.
    pub(super) fn nothing(self) -> &'static str {
        match self {
            Self::All => "This playbook has no steps.",
            Self::Mine => "No step is assigned to you.",
            Self::Open => "Every step is done.",
            Self::Blocked => "No step is blocked.",
            Self::Unassigned => "Every open step is assigned.",
        }
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }

    /// How many steps match.
    pub(super) fn count(self, matches: &[u8]) -> usize {
        matches.iter().filter(|bits| **bits & self.bit() != 0).count()
    }
}

/// The filters that a step matches, as bits. Phases and merges are no steps and match none.
pub(super) fn matches(kind: NodeKind, step: &Step, applicable: bool, me: &Actor) -> u8 {
    use domain::event::StepStatus::Blocked;
    let open = applicable && !step.status.is_done();
    let holds = |filter: &Filter| match filter {
        Filter::All => true,
        Filter::Mine => step.assignee.as_ref() == Some(me),
        Filter::Open => open,
        Filter::Blocked => applicable && step.status == Blocked,
        Filter::Unassigned => open && step.assignee.is_none(),
    };
    let every = Filter::EVERY.iter().filter(|filter| kind.is_actionable() && holds(filter));
    every.fold(0, |bits, filter| bits | filter.bit())
}

/// A row of the outline, as far as it never changes.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) id: NodeId,
    /// Position of its node in the graph.
    pub(super) node: usize,
    pub(super) kind: NodeKind,
    pub(super) label: String,
    pub(super) depth: usize,
    /// The row of the phase that it lies in.
    pub(super) parent: Option<usize>,
    /// The first row behind it and all that it holds.
    pub(super) end: usize,
}

/// Every node that says something (merges only join lines) in the order of the playbook, what a phase holds below it.
pub(super) fn lines(execution: &Execution) -> Vec<Line> {
    let nodes = &execution.graph.nodes;
    let mut lines = Vec::with_capacity(nodes.len());
    for (position, node) in nodes.iter().enumerate() {
        if node.phase.is_none() {
            push(execution, position, None, &mut lines);
        }
    }
    lines
}

fn push(execution: &Execution, position: usize, parent: Option<usize>, lines: &mut Vec<Line>) {
    let node = &execution.graph.nodes[position];
    if node.kind == NodeKind::Merge {
        return;
    }
    let row = lines.len();
    lines.push(Line {
        id: node.id.clone(),
        node: position,
        kind: node.kind,
        label: node.label.clone(),
        depth: parent.map_or(0, |parent| lines[parent].depth + 1),
        parent,
        end: 0,
    });
    for &member in execution.flow.members(position) {
        push(execution, member, Some(row), lines);
    }
    lines[row].end = lines.len();
}

/// The phases around a row, from the inside out.
pub(super) fn around(lines: &[Line], row: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(lines[row].parent, |&phase| lines[phase].parent)
}

/// What is looked at, and how.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Choice {
    pub(super) filter: Filter,
    /// The phases that are folded while every step is shown, which is remembered.
    pub(super) folded: BTreeSet<usize>,
    /// The phases that are folded among what the filter shows, until another one is chosen.
    pub(super) folded_in_filter: BTreeSet<usize>,
    /// The row that had the focus last.
    pub(super) focused: Option<usize>,
}

impl Choice {
    /// The phases that are folded now.
    pub(super) fn folds(&self) -> &BTreeSet<usize> {
        if self.filter == Filter::All { &self.folded } else { &self.folded_in_filter }
    }

    /// Folds a phase or opens it.
    pub(super) fn fold(&mut self, phase: usize, folded: bool) {
        let folds = if self.filter == Filter::All { &mut self.folded } else { &mut self.folded_in_filter };
        if folded {
            folds.insert(phase);
        } else {
            folds.remove(&phase);
        }
    }
}

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Rows {
    /// Per row, whether it is.
    pub(super) shown: Vec<bool>,
    /// The row of the chosen step.
    pub(super) chosen: Option<usize>,
    /// Whether the chosen step is shown although it does not match the filter.
    pub(super) is_kept: bool,
    /// The row that the tab key leads to.
    pub(super) stop: Option<usize>,
    /// How many steps the filter hides.
    pub(super) hidden: usize,
}

impl Rows {
    /// The next row that is shown, or the one before; of those with steps only, when only steps are asked for.
    pub(super) fn beside(&self, lines: &[Line], from: Option<usize>, forward: bool, steps_only: bool) -> Option<usize> {
        let wanted = |row: &usize| self.shown[*row] && !(steps_only && lines[*row].kind == NodeKind::Phase);
        if forward {
            (from.map_or(0, |from| from + 1)..lines.len()).find(wanted)
        } else {
            (0..from.unwrap_or(lines.len())).rev().find(wanted)
        }
    }
}

/// What is shown of an outline, given which filters each row matches.
pub(super) fn rows(lines: &[Line], matches: &[u8], choice: &Choice, chosen: Option<usize>) -> Rows {
    let bit = choice.filter.bit();
    let every = choice.filter == Filter::All;
    let mut shown: Vec<bool> =
        (0..lines.len()).map(|row| every || matches[row] & bit != 0 || chosen == Some(row)).collect();
    let hidden = (0..lines.len()).filter(|&row| !shown[row] && lines[row].kind.is_actionable()).count();
    // A phase is there for what it holds; what lies in it stands behind it.
    for row in (0..lines.len()).rev() {
        if let Some(phase) = lines[row].parent.filter(|_| shown[row]) {
            shown[phase] = true;
        }
    }
    for &phase in choice.folds() {
        shown[phase + 1..lines[phase].end].fill(false);
    }
    let at = |row: Option<usize>| row.filter(|&row| shown[row]);
    let stop = at(choice.focused).or(at(chosen)).or_else(|| shown.iter().position(|shown| *shown));
    let is_kept = chosen.is_some_and(|row| !every && matches[row] & bit == 0 && lines[row].kind.is_actionable());
    Rows { shown, chosen, is_kept, stop, hidden }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use domain::event::{Header, StepStatus};
    use domain::graph::{Graph, Node};
    use domain::ids::{ExecutionId, PlaybookId};
    use uuid::Uuid;

    use super::*;

    const TRIAGE: usize = 0;
    const COLLECT: usize = 1;
    const DEEP: usize = 2;
    const HASH: usize = 3;
    const CONTAIN: usize = 5;
    const ISOLATE: usize = 6;

    fn node(id: &str, kind: NodeKind, phase: Option<&str>) -> Node {
        Node { phase: phase.map(NodeId::from), ..Node::new(id, kind, id) }
    }

    /// triage: collect, deep: hash; then ask; contain: isolate. The source names `isolate` before its phase's other rows.
    fn execution() -> Execution {
        let graph = Graph {
            nodes: vec![
                node("triage", NodeKind::Phase, None),
                node("collect", NodeKind::Step, Some("triage")),
                node("deep", NodeKind::Phase, Some("triage")),
                node("ask", NodeKind::Decision, None),
                node("hash", NodeKind::Execute, Some("deep")),
                node("meet", NodeKind::Merge, None),
                node("contain", NodeKind::Phase, None),
                node("isolate", NodeKind::Step, Some("contain")),
            ],
            ..Graph::default()
        };
        let header = Header {
            execution_id: ExecutionId(Uuid::nil()),
            playbook_id: PlaybookId(Uuid::nil()),
            playbook_version: 1,
            graph_hash: graph.hash(),
        };
        Execution::new(header, Arc::new(graph))
    }

    fn me() -> Actor {
        Actor::new("Ana").expect("a name")
    }

    /// The filters that every row matches, when steps stand like this.
    fn matched(lines: &[Line], state: &[(usize, StepStatus, Option<&str>)]) -> Vec<u8> {
        let mut execution = execution();
        for (row, status, assignee) in state {
            let step = Arc::make_mut(&mut execution.state.steps[lines[*row].node]);
            step.status = *status;
            step.assignee = assignee.map(|name| Actor::new(name).expect("a name"));
        }
        lines.iter().map(|line| matches(line.kind, &execution.state.steps[line.node], true, &me())).collect()
    }

    fn names(lines: &[Line], rows: &Rows) -> String {
        let shown = lines.iter().zip(&rows.shown).filter(|(_, shown)| **shown);
        shown.map(|(line, _)| line.id.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn filtered(filter: Filter) -> Choice {
        Choice { filter, ..Choice::default() }
    }

    #[test]
    fn what_a_phase_holds_stands_below_it_wherever_the_source_names_it() {
        let lines = lines(&execution());
        let names: Vec<&str> = lines.iter().map(|line| line.id.as_str()).collect();
        assert_eq!(names, ["triage", "collect", "deep", "hash", "ask", "contain", "isolate"]);
        assert_eq!(lines.iter().map(|line| line.depth).collect::<Vec<_>>(), [0, 1, 1, 2, 0, 0, 1]);
        assert_eq!((lines[TRIAGE].end, lines[DEEP].end, lines[HASH].end), (4, 4, 4));
        assert_eq!(around(&lines, HASH).collect::<Vec<_>>(), [DEEP, TRIAGE]);
    }

    #[test]
    fn a_folded_phase_is_there_and_what_it_holds_at_any_depth_is_not() {
        let lines = lines(&execution());
        let matches = matched(&lines, &[]);
        let mut choice = Choice::default();
        choice.fold(TRIAGE, true);
        let folded = rows(&lines, &matches, &choice, Some(HASH));
        assert_eq!(names(&lines, &folded), "triage ask contain isolate");
        assert_eq!((folded.chosen, folded.stop, folded.hidden), (Some(HASH), Some(TRIAGE), 0));
        choice.fold(TRIAGE, false);
        assert_eq!(rows(&lines, &matches, &choice, Some(HASH)).stop, Some(HASH));
    }

    #[test]
    fn phases_without_a_match_vanish() {
        let lines = lines(&execution());
        let matches = matched(&lines, &[(ISOLATE, StepStatus::Blocked, Some("Ben"))]);
        let blocked = rows(&lines, &matches, &filtered(Filter::Blocked), None);
        assert_eq!(names(&lines, &blocked), "contain isolate");
        assert_eq!(blocked.hidden, 3);
    }

    #[test]
    fn the_chosen_step_stays_whatever_the_filter_says() {
        let lines = lines(&execution());
        let matches = matched(&lines, &[(COLLECT, StepStatus::Completed, None)]);
        let open = rows(&lines, &matches, &filtered(Filter::Open), Some(COLLECT));
        assert_eq!(names(&lines, &open), "triage collect deep hash ask contain isolate");
        assert!(open.hidden == 0 && open.is_kept);
        let open = rows(&lines, &matches, &filtered(Filter::Open), Some(ISOLATE));
        assert_eq!(names(&lines, &open), "triage deep hash ask contain isolate");
        assert!(open.hidden == 1 && !open.is_kept);
    }

    #[test]
    fn what_is_folded_under_a_filter_is_not_folded_without_it() {
        let lines = lines(&execution());
        let matches = matched(&lines, &[]);
        let mut choice = filtered(Filter::Open);
        choice.folded.insert(CONTAIN);
        choice.fold(TRIAGE, true);
        assert_eq!(names(&lines, &rows(&lines, &matches, &choice, None)), "triage ask contain isolate");
        choice.filter = Filter::All;
        assert_eq!(names(&lines, &rows(&lines, &matches, &choice, None)), "triage collect deep hash ask contain");
    }

    #[test]
    fn every_filter_counts_steps_and_never_phases() {
        let lines = lines(&execution());
        let state = [
            (COLLECT, StepStatus::Completed, Some("Ana")),
            (HASH, StepStatus::InProgress, Some("Ana")),
            (ISOLATE, StepStatus::Blocked, Some("Ben")),
            (TRIAGE, StepStatus::NotStarted, Some("Ana")),
        ];
        let matches = matched(&lines, &state);
        assert_eq!(Filter::EVERY.map(|filter| filter.count(&matches)), [4, 2, 3, 1, 1]);
    }

    #[test]
    fn a_step_that_cannot_be_reached_any_more_is_not_open() {
        let execution = execution();
        let mut step = Step::clone(&execution.state.steps[1]);
        step.status = StepStatus::Blocked;
        step.assignee = Some(me());
        let counted = [matches(NodeKind::Step, &step, false, &me())];
        assert_eq!(Filter::EVERY.map(|filter| filter.count(&counted)), [1, 1, 0, 0, 0]);
    }

    #[test]
    fn going_on_leaves_out_what_is_hidden_and_for_steps_the_phases() {
        let lines = lines(&execution());
        let mut choice = Choice::default();
        choice.fold(TRIAGE, true);
        let rows = rows(&lines, &matched(&lines, &[]), &choice, None);
        assert_eq!(rows.beside(&lines, Some(TRIAGE), true, false), Some(4));
        assert_eq!(rows.beside(&lines, Some(4), true, false), Some(CONTAIN));
        assert_eq!(rows.beside(&lines, Some(4), true, true), Some(ISOLATE));
        assert_eq!(rows.beside(&lines, Some(ISOLATE), true, false), None);
        assert_eq!(rows.beside(&lines, Some(ISOLATE), false, true), Some(4));
        assert_eq!(rows.beside(&lines, Some(4), false, true), None);
        assert_eq!(rows.beside(&lines, None, false, false), Some(ISOLATE));
    }
}
