//! The fold of a log, and beside it what the fold forgets: what had been decided before, and when something was first
//! done. Of time it knows nothing: that is in the fold ([`crate::spans`]).

use super::sections::{Choice, Withdrawal};
use crate::event::{Event, EventBody};
use crate::execution::Execution;
use crate::time::Timestamp;

/// What the events of an execution say.
pub(super) struct Chronicle {
    /// Their fold.
    pub(super) execution: Execution,
    /// Per step, every branch that was chosen, oldest first.
    pub(super) choices: Vec<Vec<Choice>>,
    /// When the first change of a step happened, or counts from if it is a transition.
    pub(super) first_action: Option<Timestamp>,
}

impl Chronicle {
    pub(super) fn of(execution: &Execution, events: &[Event]) -> Self {
        let mut chronicle = Self {
            execution: Execution::new(execution.state.header.clone(), execution.graph.clone()),
            choices: vec![Vec::new(); execution.graph.nodes.len()],
            first_action: None,
        };
        for event in events {
            chronicle.tell(event);
        }
        chronicle
    }

    fn tell(&mut self, event: &Event) {
        let at = self.execution.counts_from(event).unwrap_or_else(|| event.told_time());
        self.execution.apply(event);
        let Some(position) = event.node_id.as_ref().and_then(|id| self.execution.flow.position(id)) else { return };
        self.first_action = Some(self.first_action.map_or(at, |first| first.min(at)));
        if let EventBody::DecisionTaken { branch, rationale, .. } = &event.body {
            let choices = &mut self.choices[position];
            let standing = choices.last_mut().filter(|last| last.withdrawn.is_none() && last.branch == *branch);
            // The reason that comes later completes the answer.
            if let Some(standing) = standing.filter(|standing| standing.rationale.is_none()) {
                standing.rationale.clone_from(rationale);
                return;
            }
            choices.push(Choice {
                branch: branch.clone(),
                rationale: rationale.clone(),
                actor: event.actor.clone(),
                at,
                seq: event.seq,
                withdrawn: None,
            });
        }
        if let (EventBody::DecisionWithdrawn { .. }, Some(last)) = (&event.body, self.choices[position].last_mut()) {
            last.withdrawn = Some(Withdrawal { actor: event.actor.clone(), at, seq: event.seq });
        }
    }
}
