//! The after-action report: everything that the log of an execution says, told in the order of a report.
//!
//! There is one model, [`Report`], computed from the events alone; the page, the PDF, the Markdown and the JSON show it and
//! compute nothing themselves. So they agree, with each other and with the timeline, and the same log always gives the same
//! report. Entries of the timeline stand where they are told to have happened ([`Event::told_time`]); where something was
//! recorded later, both times are there, and from when it was counted where that differs. How long things took, the spans
//! of the fold say ([`crate::spans`]).

mod chronicle;
mod facts;
mod figures;
mod headline;
#[cfg(feature = "authoring")]
mod markdown;
mod narrative;
mod sections;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::event::{ChainBreak, Event, EventBody, ExecutionStatus, StepStatus, verify_chain};
use crate::execution::{Execution, Note, State};
use crate::graph::NodeKind;
use crate::ids::NodeId;
use crate::metrics::Progress;
use crate::passage::Passage;
use crate::spans::whole_seconds;
use crate::time::Timestamp;
use crate::words::{details, is_told_with, replaced, together, what};

use chronicle::Chronicle;
pub use facts::{Fact, NO_FINDINGS, NOTHING_WRITTEN, OUTCOME};
#[cfg(feature = "authoring")]
pub use markdown::markdown;
pub use sections::{
    Analyst, Bottleneck, Choice, Entry, Integrity, ManifestEntry, Metrics, NodeRef, PhaseTime, Report, Run, Span,
    StepReport, StepTime, Summary, Withdrawal, WrittenText,
};

/// Most pieces of time that the steps of a report have together ([`ExecutionSpans::pieces`](crate::spans::ExecutionSpans::pieces)).
const MOST_PIECES: usize = 50_000;

impl Report {
    /// The timeline as people are told it: without the entries that another one tells, too.
    pub fn told(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.timeline.iter().filter(|entry| entry.told_with.is_none())
    }

    /// The key events of [`Self::told`].
    pub fn key_events(&self) -> impl Iterator<Item = &Entry> + Clone {
        self.told().filter(|entry| entry.key)
    }

    /// The notes that were marked as key events, oldest first, each with the label of its step.
    pub fn findings(&self) -> Vec<(Option<&str>, &Arc<Note>)> {
        let of_whole = self.summary.notes.iter().map(|note| (None, note));
        let of_steps = self.steps.iter().flat_map(|step| step.notes.iter().map(|note| (Some(&*step.label), note)));
        let mut findings: Vec<_> = of_whole.chain(of_steps).filter(|(_, note)| note.key).collect();
        findings.sort_by_key(|(_, note)| (note.occurred_at.unwrap_or(note.timestamp), note.seq));
        findings
    }

    /// The report of an execution that has begun, from all of its events; `None` before that. What is still running is
    /// measured up to `now`.
    ///
    /// Of `execution` only what the log does not hold is used: the graph, and the head that was recorded beside the log.
    pub fn of(execution: &Execution, events: &[Event], now: Timestamp) -> Option<Self> {
        let recorded = &execution.state;
        let chronicle = Chronicle::of(execution, events);
        let state = &chronicle.execution.state;
        let started_at = state.started_at?;
        let interim = !state.status.is_closed();
        let as_of = if interim { now } else { state.last_timestamp.unwrap_or(now) };
        let steps = steps(&chronicle, as_of);
        let metrics = figures::metrics(&chronicle, &steps, started_at, as_of);
        let timeline = timeline(&chronicle.execution, events);
        let ended_at = state.completed_at;
        let totals = state.spans.totals(ended_at.unwrap_or(as_of));
        let [active_seconds, paused_seconds, closed_seconds] = totals.seconds();
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let mut summary = Summary {
            headline: String::new(),
            narrative: String::new(),
            execution_id: state.header.execution_id,
            incident_title: state.incident_title.clone(),
            incident_id: state.incident_id.clone(),
            playbook_id: state.header.playbook_id,
            playbook_title: state.playbook_title.clone(),
            playbook_version: state.header.playbook_version,
            status: state.status,
            outcome: state.outcome.clone(),
            started_at,
            started_by: state.started_by.clone(),
            ended_at,
            ended_by: state.status_touch.as_ref().filter(|_| !interim).map(|touch| touch.actor.clone()),
            paused: state.paused(),
            duration_seconds: whole_seconds(totals.passed_micros()),
            active_spans: state.spans.active_until(as_of).map(|run| Run { from: run.from, to: run.to }).collect(),
            active_seconds,
            paused_seconds,
            closed_seconds,
            pause_count: count(state.spans.count(|status| status == ExecutionStatus::Paused)),
            reopened_count: count(reopened_count(state)),
            progress: chronicle.execution.progress(),
            analysts: analysts(events),
            note_count: count(state.notes.len() + state.steps.iter().map(|step| step.notes.len()).sum::<usize>()),
            evidence_count: count(state.evidence().count()),
            late_count: count(timeline.iter().filter(|entry| entry.late).count()),
            notes: state.notes.clone(),
        };
        summary.headline = headline::of(&summary, &metrics);
        summary.narrative = narrative::of(&summary);
        let reported: HashSet<&NodeId> = steps.iter().map(|step: &StepReport| &step.node_id).collect();
        let not_applicable = (0..state.steps.len())
            .map(|position| node_ref(&chronicle.execution, position))
            .filter(|node| node.kind.is_actionable() && !reported.contains(&node.node_id))
            .collect();
        Some(Self {
            interim,
            as_of,
            summary,
            timeline,
            not_applicable,
            metrics,
            impact: written(events, Passage::Impact),
            cause: written(events, Passage::Cause),
            recommendations: written(events, Passage::Recommendations),
            integrity: integrity(recorded, &chronicle.execution, events),
            steps,
        })
    }
}

/// How often the execution was taken up again after an end.
fn reopened_count(state: &State) -> usize {
    let ends = state.spans.count(ExecutionStatus::is_closed);
    if state.status.is_closed() { ends.saturating_sub(1) } else { ends }
}

fn node_ref(execution: &Execution, position: usize) -> NodeRef {
    let node = &execution.graph.nodes[position];
    let phase = node.phase.as_ref().and_then(|phase| execution.flow.position(phase));
    NodeRef {
        node_id: node.id.clone(),
        kind: node.kind,
        label: node.label.clone(),
        phase: phase.map(|phase| execution.graph.nodes[phase].label.clone()),
    }
}

/// What became of every node that applies, or that something was recorded at.
fn steps(chronicle: &Chronicle, as_of: Timestamp) -> Vec<StepReport> {
    let execution = &chronicle.execution;
    let applicable = execution.applicable();
    let mut reports = Vec::new();
    let mut pieces_left = MOST_PIECES;
    for (position, step) in execution.state.steps.iter().enumerate() {
        let NodeRef { node_id, kind, label, phase } = node_ref(execution, position);
        let noted = !step.notes.is_empty() || !step.evidence.is_empty() || !chronicle.choices[position].is_empty();
        if !noted && (kind == NodeKind::Merge || !applicable[position]) {
            continue;
        }
        let progress =
            execution.flow.is_group(position).then(|| {
                let leaves = execution.flow.leaves(position).iter();
                Progress::of(leaves.map(|&leaf| {
                    (execution.graph.nodes[leaf].kind, execution.state.steps[leaf].status, applicable[leaf])
                }))
            });
        let mut choices = chronicle.choices[position].clone();
        let clocks = execution.state.clocks(step);
        let pieces = execution.state.spans.pieces(&step.spans, as_of, pieces_left);
        pieces_left = pieces_left.saturating_sub(pieces.len());
        reports.push(StepReport {
            kind,
            label,
            phase,
            depth: depth(execution, position),
            applicable: applicable[position],
            status: progress.map_or(step.status, |progress| progress.roll_up()),
            progress,
            assignee: step.assignee.clone(),
            started_at: step.started_at,
            ended_at: step.completed_at,
            active_seconds: clocks.active.seconds(as_of),
            blocked_seconds: clocks.blocked.seconds(as_of),
            blocked: step.blocked(),
            spans: pieces.iter().map(|piece| Span { status: piece.status, from: piece.from, to: piece.to }).collect(),
            decision: choices.pop_if(|last| last.withdrawn.is_none()),
            earlier_decisions: choices,
            decision_options: match kind {
                NodeKind::Decision => execution.flow.branches(&execution.graph, position),
                _ => Vec::new(),
            },
            notes: step.notes.clone(),
            evidence: step.evidence.clone(),
            node_id,
        });
    }
    reports
}

/// In how many phases a node lies.
fn depth(execution: &Execution, position: usize) -> u32 {
    let above = |position: usize| execution.flow.position(execution.graph.nodes[position].phase.as_ref()?);
    let depth = std::iter::successors(above(position), |&phase| above(phase)).count();
    u32::try_from(depth).unwrap_or(u32::MAX)
}

fn timeline(execution: &Execution, events: &[Event]) -> Vec<Entry> {
    let mut entries: Vec<Entry> = events
        .iter()
        .enumerate()
        .map(|(at, event)| {
            let next = events.get(at + 1);
            let before = at.checked_sub(1).map(|before| &events[before]);
            let tells_two = before.is_some_and(|before| is_told_with(before, Some(event)));
            let position = event.node_id.as_ref().and_then(|id| execution.flow.position(id));
            Entry {
                seq: event.seq,
                at: event.told_time(),
                recorded_at: event.timestamp,
                late: event.occurred_at.is_some(),
                counted_at: execution.state.counted_otherwise(event.seq),
                actor: event.actor.clone(),
                event_type: event.body.event_type().to_owned(),
                key: is_key(&event.body),
                node_id: event.node_id.clone(),
                label: position.map(|position| execution.graph.nodes[position].label.clone()),
                told_with: next.filter(|_| is_told_with(event, next)).map(|next| next.seq),
                text: together(tells_two, what(event)),
                details: details(&event.body),
                replaced: replaced(&event.body),
            }
        })
        .collect();
    entries.sort_by_key(|entry| (entry.at, entry.seq));
    entries
}

fn analysts(events: &[Event]) -> Vec<Analyst> {
    let mut by_name: BTreeMap<_, Analyst> = BTreeMap::new();
    for event in events {
        let analyst = by_name.entry(&event.actor).or_insert_with(|| Analyst {
            name: event.actor.clone(),
            event_count: 0,
            done_count: 0,
        });
        analyst.event_count += 1;
        analyst.done_count += u32::from(event.body.status_after().is_some_and(StepStatus::is_done));
    }
    let mut analysts: Vec<Analyst> = by_name.into_values().collect();
    analysts.sort_by_key(|analyst| std::cmp::Reverse(analyst.event_count));
    analysts
}

/// What a text of the report says, given at least the events that changed it.
pub fn written(events: &[Event], passage: Passage) -> Option<WrittenText> {
    let changes = events.iter().rev().filter_map(|event| Some((event, Passage::changed_by(&event.body)?)));
    let (event, (_, text)) = changes.into_iter().find(|(_, (changed, _))| *changed == passage)?;
    let written = WrittenText { text: text.to_owned(), actor: event.actor.clone(), at: event.timestamp };
    Some(written).filter(|written| !written.text.trim().is_empty())
}

/// Whether an event is one of those that are told first.
fn is_key(body: &EventBody) -> bool {
    match body {
        EventBody::ExecutionNoted(note) | EventBody::NoteAdded(note) => note.key,
        EventBody::DecisionTaken { .. }
        | EventBody::DecisionWithdrawn { .. }
        | EventBody::StepBlocked(_)
        | EventBody::StepUnblocked(_)
        | EventBody::EvidenceAttached(_) => true,
        body => body.execution_status_after().is_some(),
    }
}

/// Whether the log is whole and ends where it was recorded to end.
fn integrity(recorded: &State, execution: &Execution, events: &[Event]) -> Integrity {
    let fault = match verify_chain(&recorded.header, events) {
        Err(fault) => Some(fault.to_string()),
        Ok((found, _)) if found < recorded.last_seq => {
            Some(ChainBreak::Truncated { expected: recorded.last_seq, found }.to_string())
        }
        Ok((_, head)) => (head != recorded.head_hash)
            .then(|| format!("event {} is not the last one that was recorded", recorded.last_seq)),
    };
    let nodes = execution.graph.nodes.iter().zip(&execution.state.steps);
    let evidence = nodes.flat_map(|(node, step)| {
        step.evidence.iter().map(|file| ManifestEntry {
            node_id: node.id.clone(),
            label: node.label.clone(),
            file: file.clone(),
        })
    });
    Integrity {
        event_count: events.len() as u64,
        head_hash: execution.state.head_hash.clone(),
        verified: fault.is_none(),
        fault,
        evidence: evidence.collect(),
    }
}
