//! What became of steps in the executions that are over, by playbook and node, through all versions.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use super::record::{Library, LibraryEntry, Record, StepOutcome};
use super::sections::{BranchFigures, DecisionFigures, ExecutionFigures, PlaybookHistory, StepFigures};
use super::{mean, median, percent, percent_of};
use crate::event::StepStatus;
use crate::graph::{Flow, Node, NodeKind};
use crate::ids::{NodeId, PlaybookId};

/// What became of every step of every playbook.
pub(super) struct Tallies<'a>(Vec<Tally<'a>>);

/// What became of every step of a playbook.
struct Tally<'a> {
    playbook_id: PlaybookId,
    playbook: &'a LibraryEntry,
    /// In the order of the newest version, after them those that only older versions have.
    nodes: Vec<NodeTally<'a>>,
    /// Per version and node of its graph the place in `nodes`, if it is actionable.
    places: BTreeMap<u32, Vec<Option<usize>>>,
}

/// What became of one step.
struct NodeTally<'a> {
    node_id: &'a NodeId,
    kind: NodeKind,
    label: &'a str,
    /// Of a decision: its branches and how often each was taken.
    branches: Vec<(String, u32)>,
    /// One for every execution in which it has a time, in seconds.
    times: Vec<i64>,
    blocked_seconds: i64,
    handled_count: u32,
    blocked_count: u32,
    skipped_count: u32,
}

impl<'a> Tallies<'a> {
    /// Of these executions, as far as they are over.
    pub(super) fn of(records: &[Arc<Record>], library: &'a Library) -> Self {
        let mut tallies: Vec<Tally<'a>> = library.iter().map(|(id, playbook)| Tally::new(*id, playbook)).collect();
        let places: HashMap<PlaybookId, usize> =
            tallies.iter().enumerate().map(|(place, tally)| (tally.playbook_id, place)).collect();
        for record in records {
            if let Some(&place) = places.get(&record.playbook_id) {
                tallies[place].add(record);
            }
        }
        Self(tallies)
    }

    /// The figures of every step, by playbook and in its order.
    pub(super) fn steps(&self) -> Vec<StepFigures> {
        let nodes = || self.0.iter().flat_map(|tally| tally.nodes.iter().map(move |node| (tally, node)));
        let all_seconds = nodes().map(|(_, node)| node.seconds()).sum();
        nodes().map(|(tally, node)| node.figures(tally, all_seconds)).collect()
    }

    /// The figures of every decision that was taken; most often decided first.
    pub(super) fn decisions(&self) -> Vec<DecisionFigures> {
        let nodes = self.0.iter().flat_map(|tally| tally.nodes.iter().map(move |node| (tally, node)));
        let mut decisions: Vec<DecisionFigures> = nodes.filter_map(|(tally, node)| node.decision(tally)).collect();
        decisions.sort_by_key(|decision| std::cmp::Reverse(decision.decided_count));
        decisions
    }
}

impl<'a> Tally<'a> {
    fn new(playbook_id: PlaybookId, playbook: &'a LibraryEntry) -> Self {
        let mut tally = Self { playbook_id, playbook, nodes: Vec::new(), places: BTreeMap::new() };
        let mut known: HashMap<&NodeId, usize> = HashMap::new();
        for (version, graph) in playbook.versions.iter().rev() {
            let flow = Flow::new(graph);
            let place_of = |(position, node): (usize, &'a Node)| {
                node.kind.is_actionable().then(|| {
                    let place = *known.entry(&node.id).or_insert(tally.nodes.len());
                    if place == tally.nodes.len() {
                        tally.nodes.push(NodeTally::new(node));
                    }
                    if tally.nodes[place].kind == NodeKind::Decision {
                        tally.nodes[place].know_branches(flow.branches(graph, position));
                    }
                    place
                })
            };
            tally.places.insert(*version, graph.nodes.iter().enumerate().map(place_of).collect());
        }
        tally
    }

    fn add(&mut self, record: &Record) {
        let Some(places) = self.places.get(&record.playbook_version) else { return };
        for (place, outcome) in places.iter().zip(&record.steps.0) {
            if let (Some(place), Some(outcome)) = (place, outcome) {
                self.nodes[*place].add(outcome);
            }
        }
    }
}

impl<'a> NodeTally<'a> {
    fn new(node: &'a Node) -> Self {
        Self {
            node_id: &node.id,
            kind: node.kind,
            label: &node.label,
            branches: Vec::new(),
            times: Vec::new(),
            blocked_seconds: 0,
            handled_count: 0,
            blocked_count: 0,
            skipped_count: 0,
        }
    }

    /// Adds the branches of a version that are not known from a newer one.
    fn know_branches(&mut self, branches: Vec<String>) {
        let known: HashSet<String> = self.branches.iter().map(|(known, _)| known.clone()).collect();
        self.branches.extend(branches.into_iter().filter(|branch| !known.contains(branch)).map(|branch| (branch, 0)));
    }

    fn add(&mut self, outcome: &StepOutcome) {
        self.handled_count += u32::from(outcome.is_handled());
        self.blocked_count += u32::from(outcome.was_blocked());
        self.skipped_count += u32::from(outcome.status == StepStatus::Skipped);
        if outcome.is_timed() {
            self.times.push(outcome.seconds());
            self.blocked_seconds += outcome.blocked_seconds();
        }
        if let Some(branch) = &outcome.branch
            && let Some((_, count)) = self.branches.iter_mut().find(|(known, _)| known == branch)
        {
            *count += 1;
        }
    }

    fn seconds(&self) -> i64 {
        self.times.iter().sum()
    }

    fn figures(&self, tally: &Tally<'_>, all_seconds: i64) -> StepFigures {
        StepFigures {
            playbook_id: tally.playbook_id,
            playbook_title: tally.playbook.title.clone(),
            node_id: self.node_id.clone(),
            kind: self.kind,
            label: self.label.to_owned(),
            handled_count: self.handled_count,
            timed_count: u32::try_from(self.times.len()).unwrap_or(u32::MAX),
            seconds: self.seconds(),
            mean_seconds: mean(&self.times),
            median_seconds: median(&self.times),
            share_percent: percent(self.seconds(), all_seconds),
            blocked_count: self.blocked_count,
            blocked_percent: percent_of(self.blocked_count, self.handled_count),
            blocked_seconds: self.blocked_seconds,
            skipped_count: self.skipped_count,
            skipped_percent: percent_of(self.skipped_count, self.handled_count),
        }
    }

    /// How often each branch was taken; `null` where nothing was ever decided.
    fn decision(&self, tally: &Tally<'_>) -> Option<DecisionFigures> {
        let decided_count: u32 = self.branches.iter().map(|(_, count)| count).sum();
        let branches = self.branches.iter().map(|(branch, count)| BranchFigures {
            branch: branch.clone(),
            count: *count,
            share_percent: percent((*count).into(), decided_count.into()),
        });
        (decided_count > 0).then(|| DecisionFigures {
            playbook_id: tally.playbook_id,
            playbook_title: tally.playbook.title.clone(),
            node_id: self.node_id.clone(),
            label: self.label.to_owned(),
            decided_count,
            branches: branches.collect(),
        })
    }
}

/// What became of each step of a playbook, the only one of `library`, in these executions of it.
pub fn history(records: &[Arc<Record>], library: &Library) -> PlaybookHistory {
    PlaybookHistory {
        executions: ExecutionFigures::of(records.iter().map(AsRef::as_ref)),
        steps: Tallies::of(records, library).steps(),
    }
}
