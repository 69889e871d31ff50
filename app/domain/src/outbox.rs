//! Client side: what an analyst asked for, kept until the server has answered.
//!
//! Commands leave in the order in which they were asked for, one at a time, so that a start never arrives after its
//! completion. One that cannot be delivered stays and is sent again under its `command_id`, by which the server does it
//! once. What is kept where (a browser's storage) and how it travels is the caller's business.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::api::{PatchExecution, PatchStep, Sender};
use crate::command::{Command, Meta};
use crate::event::Secret;
use crate::ids::{Actor, CommandId, ExecutionId, NodeId, Seq, TabId};
use crate::passage::Passage;
use crate::session::Place;
use crate::time::Timestamp;

/// Seconds after which what is delivered is a late entry: it carries when it was asked for.
pub const LATE_AFTER_SECONDS: u32 = 60;

/// What is to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// One step.
    Step {
        /// Which.
        node_id: NodeId,
        /// How.
        patch: PatchStep,
    },
    /// The execution as a whole.
    Execution {
        /// How.
        patch: PatchExecution,
    },
}

/// A change that an analyst asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Of which execution.
    pub execution_id: ExecutionId,
    /// Under which id; the same however often it is sent.
    pub command_id: CommandId,
    /// By whom.
    pub actor: Actor,
    /// The last event that they had seen.
    pub base_seq: Seq,
    /// When, by the server's clock as far as it is known here.
    pub asked_at: Timestamp,
    /// What.
    pub change: Change,
    /// Sorts what was asked for in one browser: the microseconds of `asked_at`, but always more than what waited then, as a
    /// clock may be set back.
    #[serde(default)]
    pub order: i64,
    /// The tab in which it was asked for. What was kept before there were tabs has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tab: Option<TabId>,
    /// What the step is called, or else the incident: for pages that do not show it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub label: String,
}

impl Asked {
    /// The step that is to change.
    pub fn node_id(&self) -> Option<&NodeId> {
        match &self.change {
            Change::Step { node_id, .. } => Some(node_id),
            Change::Execution { .. } => None,
        }
    }

    /// The texts that somebody wrote for it, and where: they must not get lost when it is refused.
    pub fn texts(&self) -> Vec<(Place, &str)> {
        let texts = match &self.change {
            Change::Step { node_id, patch } => vec![
                (Place::Note(node_id.clone()), &patch.notes),
                (Place::Rationale(node_id.clone()), &patch.rationale),
                (Place::Reason(node_id.clone()), &patch.reason),
            ],
            Change::Execution { patch } => vec![
                (Place::WholeNote, &patch.notes),
                (Place::PauseReason, &patch.reason),
                (Place::Outcome, &patch.outcome),
                (Place::Passage(Passage::Impact), &patch.impact),
                (Place::Passage(Passage::Cause), &patch.cause),
                (Place::Passage(Passage::Recommendations), &patch.recommendations),
            ],
        };
        texts.into_iter().filter_map(|(place, text)| Some((place, text.as_deref()?))).collect()
    }

    /// The command, as the domain decides it.
    pub fn command(&self) -> Command {
        match &self.change {
            Change::Step { node_id, patch } => Command::ChangeStep { node_id: node_id.clone(), change: patch.change() },
            Change::Execution { patch } => Command::ChangeExecution(patch.change()),
        }
    }

    /// Who asked, when, and what they had seen.
    pub fn meta(&self) -> Meta {
        let Sender { occurred_at, before_start, .. } = match &self.change {
            Change::Step { patch, .. } => patch.sender(),
            Change::Execution { patch } => patch.sender(),
        };
        Meta {
            now: self.asked_at,
            actor: self.actor.clone(),
            command_id: self.command_id,
            base_seq: Some(self.base_seq),
            occurred_at,
            before_start,
            // What is asked for here is foreseen here, and recorded elsewhere.
            secret: Secret::default(),
        }
    }

    /// What to send at this time. Much later than it was asked for, it says when that was.
    pub fn to_send(&self, now: Timestamp) -> Change {
        let late = (now > self.asked_at.plus_seconds(LATE_AFTER_SECONDS)).then_some(self.asked_at);
        let mut change = self.change.clone();
        match &mut change {
            Change::Step { patch, .. } => {
                patch.actor = Some(self.actor.clone());
                patch.command_id = Some(self.command_id);
                patch.base_seq = Some(self.base_seq);
                patch.occurred_at = patch.occurred_at.or(late);
            }
            Change::Execution { patch } => {
                patch.actor = Some(self.actor.clone());
                patch.command_id = Some(self.command_id);
                patch.base_seq = Some(self.base_seq);
                patch.occurred_at = patch.occurred_at.or(late);
            }
        }
        change
    }
}

/// What became of a command that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// The server has answered, be it with a refusal.
    Answered,
    /// Nobody knows whether it arrived: it is sent again.
    Unknown,
}

/// Everything that was asked for and not answered, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    waiting: VecDeque<Asked>,
    /// Whether the first of them is on its way.
    sending: bool,
}

impl Outbox {
    /// Takes a command in that is asked for now, behind everything else, whatever the clock says: it may have been set
    /// back. One that is there already stays where it is.
    pub fn push(&mut self, asked: Asked) {
        if self.place_of(asked.command_id).is_none() {
            self.waiting.push_back(asked);
        }
    }

    /// Takes in what was kept from before, in its order: ahead of what was asked for later, and never ahead of what is
    /// on its way. What is there already stays where it is.
    pub fn adopt(&mut self, kept: impl IntoIterator<Item = Asked>) {
        let mut first = usize::from(self.sending);
        for asked in kept {
            let place = self.place_of(asked.command_id).unwrap_or_else(|| {
                let later = |waiting: &Asked| waiting.order > asked.order;
                let place = self.waiting.iter().skip(first).position(later);
                let place = place.map_or(self.waiting.len(), |place| first + place);
                self.waiting.insert(place, asked);
                place
            });
            first = first.max(place + 1);
        }
    }

    fn place_of(&self, command: CommandId) -> Option<usize> {
        self.waiting.iter().position(|waiting| waiting.command_id == command)
    }

    /// The next command to send; `None` while one is on its way.
    pub fn begin(&mut self) -> Option<Asked> {
        if self.sending {
            return None;
        }
        let next = self.waiting.front().cloned();
        self.sending = next.is_some();
        next
    }

    /// Says what became of the command that was on its way.
    pub fn end(&mut self, delivery: Delivery) {
        if std::mem::take(&mut self.sending) && delivery == Delivery::Answered {
            self.waiting.pop_front();
        }
    }

    /// Takes out a command that is known to have been done. One that is on its way stays until its answer is there.
    pub fn done(&mut self, command: CommandId) {
        if let Some(place) = self.place_of(command).filter(|place| *place > 0 || !self.sending) {
            self.waiting.remove(place);
        }
    }

    /// Takes out a command that nobody wants any more, also when it is on its way: then its answer concerns nobody.
    pub fn discard(&mut self, command: CommandId) -> Option<Asked> {
        let place = self.place_of(command)?;
        if place == 0 {
            self.sending = false;
        }
        self.waiting.remove(place)
    }

    /// A command that waits.
    pub fn get(&self, command: CommandId) -> Option<&Asked> {
        self.waiting.iter().find(|asked| asked.command_id == command)
    }

    /// Everything that waits, oldest first; also what is on its way.
    pub fn iter(&self) -> impl Iterator<Item = &Asked> {
        self.waiting.iter()
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::event::StepStatus;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000).expect("a time")
    }

    fn asked(number: u128, seconds: i64) -> Asked {
        Asked {
            execution_id: ExecutionId(Uuid::from_u128(1)),
            command_id: CommandId(Uuid::from_u128(number)),
            actor: Actor::anonymous(),
            base_seq: Seq(7),
            asked_at: at(seconds),
            change: Change::Step {
                node_id: "triage".into(),
                patch: PatchStep { status: Some(StepStatus::Completed), ..PatchStep::default() },
            },
            order: seconds,
            tab: None,
            label: String::new(),
        }
    }

    fn order(outbox: &Outbox) -> Vec<u128> {
        outbox.iter().map(|asked| asked.command_id.0.as_u128()).collect()
    }

    #[test]
    fn commands_leave_one_at_a_time_in_the_order_in_which_they_were_asked_for() {
        let mut outbox = Outbox::default();
        for (number, seconds) in [(1, 10), (2, 10), (3, 20)] {
            outbox.push(asked(number, seconds));
        }
        assert_eq!(outbox.begin().map(|asked| asked.command_id.0.as_u128()), Some(1));
        assert_eq!(outbox.begin(), None);
        outbox.end(Delivery::Unknown);
        assert_eq!(outbox.begin().map(|asked| asked.command_id.0.as_u128()), Some(1));
        outbox.end(Delivery::Answered);
        assert_eq!(order(&outbox), [2, 3]);
    }

    #[test]
    fn what_was_kept_from_before_goes_first_but_never_before_what_is_on_its_way() {
        let mut outbox = Outbox::default();
        outbox.push(asked(1, 10));
        outbox.begin();
        outbox.push(asked(2, 30));
        outbox.adopt([asked(3, 5), asked(2, 30)]);
        assert_eq!(order(&outbox), [1, 3, 2]);
    }

    #[test]
    fn a_clock_that_is_set_back_changes_no_order() {
        let mut outbox = Outbox::default();
        outbox.push(asked(1, 10));
        outbox.push(asked(2, 9));
        assert_eq!(order(&outbox), [1, 2]);
        outbox.adopt([asked(3, 8), asked(4, 7), asked(2, 9), asked(5, 6)]);
        assert_eq!(order(&outbox), [3, 4, 1, 2, 5]);
    }

    #[test]
    fn what_is_known_to_be_done_is_not_sent_again() {
        let mut outbox = Outbox::default();
        for number in 1..=3 {
            outbox.push(asked(number, 10));
        }
        outbox.begin();
        outbox.done(CommandId(Uuid::from_u128(1)));
        outbox.done(CommandId(Uuid::from_u128(2)));
        assert_eq!(order(&outbox), [1, 3], "what is on its way waits for its answer");
        outbox.end(Delivery::Answered);
        assert_eq!(order(&outbox), [3]);
    }

    #[test]
    fn what_is_sent_much_later_says_when_it_was_asked_for() {
        let occurred_at = |seconds| match asked(1, 1_000).to_send(at(seconds)) {
            Change::Step { patch, .. } => patch.occurred_at,
            Change::Execution { .. } => None,
        };
        assert_eq!(occurred_at(1_000 + i64::from(LATE_AFTER_SECONDS)), None);
        assert_eq!(occurred_at(1_001 + i64::from(LATE_AFTER_SECONDS)), Some(at(1_000)));
    }

    #[test]
    fn what_was_asked_for_survives_being_written_down() {
        let asked = asked(1, 10);
        let text = serde_json::to_string(&asked).expect("a text");
        assert_eq!(serde_json::from_str::<Asked>(&text).expect("the same"), asked);
    }
}
