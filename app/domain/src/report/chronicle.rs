//! The fold of a log, and beside it what the fold forgets: when each clock ran, and what had been decided before.

use std::sync::Arc;

use super::sections::{Choice, Span, Withdrawal};
use crate::event::{Event, EventBody, ExecutionStatus, StepStatus};
use crate::execution::{Execution, Step};
use crate::time::{Stopwatch, Timestamp};

/// A time between two points; the second is never the earlier one.
pub(super) type Interval = (Timestamp, Timestamp);

/// What the events of an execution say.
pub(super) struct Chronicle {
    /// Their fold.
    pub(super) execution: Execution,
    /// Per step, the runs of its clocks that have ended.
    ended: Vec<Vec<Span>>,
    /// Per step, every branch that was chosen, oldest first.
    pub(super) choices: Vec<Vec<Choice>>,
    /// The runs of the execution's clock that have ended.
    runs: Vec<Interval>,
    /// Runs while the execution is paused.
    pub(super) paused: Stopwatch,
    /// Runs while the execution is over; its ended runs lie between an end and a reopening.
    pub(super) closed: Stopwatch,
    pub(super) pause_count: u32,
    pub(super) reopened_count: u32,
    /// When the first change of a step happened.
    pub(super) first_action: Option<Timestamp>,
}

impl Chronicle {
    pub(super) fn of(execution: &Execution, events: &[Event]) -> Self {
        let count = execution.graph.nodes.len();
        let mut chronicle = Self {
            execution: Execution::new(execution.state.header.clone(), execution.graph.clone()),
            ended: vec![Vec::new(); count],
            choices: vec![Vec::new(); count],
            runs: Vec::new(),
            paused: Stopwatch::default(),
            closed: Stopwatch::default(),
            pause_count: 0,
            reopened_count: 0,
            first_action: None,
        };
        for event in events {
            chronicle.tell(event);
        }
        chronicle
    }

    fn tell(&mut self, event: &Event) {
        let at = event.effective_time();
        match event.node_id.as_ref().and_then(|id| self.execution.flow.position(id)) {
            Some(position) => {
                let before = self.execution.state.steps[position].clone();
                self.execution.apply(event);
                self.note_step(position, &before, at);
                self.first_action = Some(self.first_action.map_or(at, |first| first.min(at)));
                if let EventBody::DecisionTaken { branch, rationale, .. } = &event.body {
                    self.choices[position].push(Choice {
                        branch: branch.clone(),
                        rationale: rationale.clone(),
                        actor: event.actor.clone(),
                        at,
                        seq: event.seq,
                        withdrawn: None,
                    });
                }
                if let (EventBody::DecisionWithdrawn { .. }, Some(last)) =
                    (&event.body, self.choices[position].last_mut())
                {
                    last.withdrawn = Some(Withdrawal { actor: event.actor.clone(), at, seq: event.seq });
                }
            }
            None => {
                let before = self.execution.state.steps.clone();
                let (status, clock) = (self.execution.state.status, self.execution.state.clock);
                self.execution.apply(event);
                for (position, step) in before.iter().enumerate() {
                    self.note_step(position, step, at);
                }
                self.note_whole(status, clock, at);
            }
        }
    }

    /// Keeps the runs of a step's clocks that have just ended.
    fn note_step(&mut self, position: usize, before: &Arc<Step>, at: Timestamp) {
        let after = &self.execution.state.steps[position];
        if Arc::ptr_eq(before, after) {
            return;
        }
        for (status, before, after) in [
            (StepStatus::InProgress, before.active, after.active),
            (StepStatus::Blocked, before.blocked, after.blocked),
        ] {
            if let Some((from, to)) = ended_run(before, after, at) {
                self.ended[position].push(Span { status, from, to });
            }
        }
    }

    fn note_whole(&mut self, before: ExecutionStatus, clock: Stopwatch, at: Timestamp) {
        self.runs.extend(ended_run(clock, self.execution.state.clock, at));
        let after = self.execution.state.status;
        if before != after {
            self.paused.set_running(after == ExecutionStatus::Paused, at);
            self.closed.set_running(after.is_closed(), at);
            self.pause_count += u32::from(after == ExecutionStatus::Paused);
            self.reopened_count += u32::from(before.is_closed());
        }
    }

    /// When a step was in progress and when blocked.
    pub(super) fn spans(&self, position: usize, as_of: Timestamp) -> Vec<Span> {
        let step = &self.execution.state.steps[position];
        let running = [(StepStatus::InProgress, step.active), (StepStatus::Blocked, step.blocked)];
        let running = running
            .into_iter()
            .filter_map(|(status, watch)| watch.since.map(|from| Span { status, from, to: as_of.max(from) }));
        let mut spans: Vec<Span> = self.ended[position].iter().copied().chain(running).collect();
        spans.retain(|span| span.from < span.to);
        spans.sort_by_key(|span| (span.from, span.to));
        spans
    }

    /// When the execution's clock ran.
    pub(super) fn runs(&self, as_of: Timestamp) -> Vec<Interval> {
        let running = self.execution.state.clock.since.map(|from| (from, as_of.max(from)));
        self.runs.iter().copied().chain(running).collect()
    }
}

/// The run that a clock has ended at `at`, if it has.
fn ended_run(before: Stopwatch, after: Stopwatch, at: Timestamp) -> Option<Interval> {
    let from = before.since.filter(|_| before.since != after.since)?;
    Some((from, at.max(from)))
}
