//! A client's copy of an execution: what the server has confirmed, and on top of it what was asked for and not yet
//! answered.
//!
//! `view = fold(confirmed, pending)`, by the same [`decide`] and `apply` as on the server. Events may arrive twice or
//! with a gap; the replica takes each once, in order, and says when one is missing. What was asked for is shown until
//! everything that came of it is folded in, and never beside it.

use std::collections::BTreeMap;

use crate::command::{EventDraft, Meta, Refusal, decide};
use crate::event::Event;
use crate::execution::{Execution, State};
use crate::ids::{CommandId, Seq};
use crate::outbox::Asked;

/// What became of an event that arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// It was the next one and is folded in.
    Applied,
    /// It had been folded in before.
    Known,
    /// Events before it are missing: the client must resume from its `last_seq`.
    Gap,
}

/// A client's copy of an execution.
#[derive(Clone, Debug)]
pub struct Replica {
    confirmed: Execution,
    pending: Vec<Asked>,
    /// Of what is pending, what the server has answered, and the event by which all of that is folded in.
    answered: BTreeMap<CommandId, Seq>,
    arriving: Option<Arriving>,
    view: Execution,
}

/// A pending command of which some events are folded in and the others are about to follow.
#[derive(Clone, Debug)]
struct Arriving {
    meta: Meta,
    rest: Vec<EventDraft>,
}

impl Replica {
    /// A copy that begins with what the server gave.
    pub fn new(confirmed: Execution) -> Self {
        Self { view: confirmed.clone(), confirmed, pending: Vec::new(), answered: BTreeMap::new(), arriving: None }
    }

    /// What to show: the confirmed state with everything pending on top.
    pub fn view(&self) -> &Execution {
        &self.view
    }

    /// The last event the server has confirmed.
    pub fn last_seq(&self) -> Seq {
        self.confirmed.state.last_seq
    }

    /// What was asked for and is not confirmed, oldest first.
    pub fn pending(&self) -> &[Asked] {
        &self.pending
    }

    /// Shows a command's effect before the server has answered.
    ///
    /// # Errors
    /// When the rules refuse it as far as can be seen from here; nothing is then pending.
    pub fn ask(&mut self, asked: Asked) -> Result<(), Refusal> {
        let meta = asked.meta();
        let drafts = decide(&self.view, &asked.command(), &meta)?;
        self.view.foresee(drafts, &meta);
        self.pending.push(asked);
        Ok(())
    }

    /// Takes a command back that the server refused, or that was answered without an event.
    pub fn drop_pending(&mut self, command: CommandId) {
        self.forget(command);
        self.rebuild();
    }

    /// The server has answered a command, and the execution then stood at `last_seq`. Once everything up to there is
    /// folded in, nothing of the command is still to come. What [`Self::receive`] is given says this by itself; an answer
    /// without events does not.
    pub fn answered(&mut self, command: CommandId, last_seq: Seq) {
        if self.pending.iter().any(|asked| asked.command_id == command) {
            let known = self.answered.entry(command).or_default();
            *known = last_seq.max(*known);
            self.settle();
            self.rebuild();
        }
    }

    /// Folds in an event from the server.
    pub fn receive(&mut self, event: &Event) -> Received {
        let last = self.last_seq();
        if event.seq != last.next() {
            self.answered(event.command_id, event.seq);
            return if event.seq <= last { Received::Known } else { Received::Gap };
        }
        self.expect_rest(event);
        self.confirmed.apply(event);
        if self.arriving.is_none() {
            self.forget(event.command_id);
        }
        self.settle();
        self.rebuild();
        Received::Applied
    }

    /// Takes over a whole state from the server, whatever was known: it may well be less, when the server's log was
    /// restored from a backup. What is pending and part of it goes when it is answered, or at once when the log of the
    /// state is given to [`Self::receive`].
    pub fn reset(&mut self, state: State) {
        self.confirmed.state = state;
        // A state never holds a command in part.
        self.finish_arriving();
        self.settle();
        self.rebuild();
    }

    /// Finds out what is to follow an event that is about to be folded in: the events of a command stand one after
    /// another in the log, so what is confirmed now is what the server decided on.
    fn expect_rest(&mut self, event: &Event) {
        if self.arriving.as_ref().is_some_and(|arriving| arriving.meta.command_id != event.command_id) {
            self.finish_arriving();
        }
        let arriving = self.arriving.take().or_else(|| {
            let asked = self.pending.iter().find(|asked| asked.command_id == event.command_id)?;
            let meta = asked.meta();
            let rest = decide(&self.confirmed, &asked.command(), &meta).ok()?;
            Some(Arriving { meta, rest })
        });
        self.arriving = arriving.and_then(|Arriving { meta, rest }| {
            let is_other = |draft: &EventDraft| draft.body.event_type() != event.body.event_type();
            let rest: Vec<_> = rest.into_iter().skip_while(is_other).skip(1).collect();
            (!rest.is_empty()).then_some(Arriving { meta, rest })
        });
    }

    /// Nothing more of what was arriving will come.
    fn finish_arriving(&mut self) {
        if let Some(arriving) = self.arriving.take() {
            self.forget(arriving.meta.command_id);
        }
    }

    /// Lets go of everything whose answer is folded in.
    fn settle(&mut self) {
        let last = self.last_seq();
        let arriving = self.arriving.as_ref().map(|arriving| arriving.meta.command_id);
        let is_done = |command, answered: &BTreeMap<_, _>| {
            Some(command) != arriving && answered.get(&command).is_some_and(|seq| *seq <= last)
        };
        self.pending.retain(|asked| !is_done(asked.command_id, &self.answered));
        self.answered.retain(|command, _| self.pending.iter().any(|asked| asked.command_id == *command));
    }

    fn forget(&mut self, command: CommandId) {
        self.pending.retain(|asked| asked.command_id != command);
        self.answered.remove(&command);
        self.arriving.take_if(|arriving| arriving.meta.command_id == command);
    }

    fn rebuild(&mut self) {
        self.view = self.confirmed.clone();
        for asked in &self.pending {
            let arriving = self.arriving.as_ref().filter(|arriving| arriving.meta.command_id == asked.command_id);
            let (drafts, meta) = match arriving {
                Some(Arriving { meta, rest }) => (Ok(rest.clone()), meta.clone()),
                None => {
                    let meta = asked.meta();
                    (decide(&self.view, &asked.command(), &meta), meta)
                }
            };
            // What the rules no longer allow here, the server will refuse too, and say why.
            if let Ok(drafts) = drafts {
                self.view.foresee(drafts, &meta);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;
    use crate::api::PatchStep;
    use crate::event::{Header, StepStatus};
    use crate::graph::{Graph, Node, NodeKind};
    use crate::ids::{Actor, ExecutionId, PlaybookId};
    use crate::outbox::Change;
    use crate::time::Timestamp;

    /// A server with an execution of one step.
    fn server() -> Execution {
        let graph = Graph { nodes: vec![Node::new("triage", NodeKind::Step, "Triage")], ..Graph::default() };
        let header = Header {
            execution_id: ExecutionId(Uuid::from_u128(1)),
            playbook_id: PlaybookId(Uuid::from_u128(2)),
            playbook_version: 1,
            graph_hash: graph.hash(),
        };
        Execution::new(header, Arc::new(graph))
    }

    fn asked(number: u128, patch: PatchStep) -> Asked {
        Asked {
            execution_id: ExecutionId(Uuid::from_u128(1)),
            command_id: CommandId(Uuid::from_u128(number)),
            actor: Actor::anonymous(),
            base_seq: Seq(0),
            asked_at: Timestamp::from_micros(0).expect("a time"),
            change: Change::Step { node_id: "triage".into(), patch },
            order: 0,
            tab: None,
            label: String::new(),
        }
    }

    fn note(number: u128) -> Asked {
        asked(number, PatchStep { notes: Some(format!("Note {number}")), ..PatchStep::default() })
    }

    fn note_and_completion(number: u128) -> Asked {
        let patch = PatchStep {
            notes: Some(format!("Note {number}")),
            status: Some(StepStatus::Completed),
            ..PatchStep::default()
        };
        asked(number, patch)
    }

    fn execute(server: &mut Execution, asked: &Asked) -> Vec<Event> {
        let drafts = decide(server, &asked.command(), &asked.meta()).expect("allowed");
        server.record(drafts, &asked.meta())
    }

    fn shown(replica: &Replica) -> (Vec<&str>, StepStatus) {
        let step = &replica.view().state.steps[0];
        (step.notes.iter().map(|note| note.text.as_str()).collect(), step.status)
    }

    #[test]
    fn an_answer_whose_events_came_with_a_whole_state_ends_the_waiting() {
        let mut server = server();
        let mut replica = Replica::new(server.clone());
        replica.ask(note(1)).expect("allowed");
        let events = execute(&mut server, &note(1));
        replica.reset(server.state.clone());
        assert_eq!(replica.receive(&events[0]), Received::Known);
        assert_eq!((replica.pending().len(), shown(&replica).0), (0, vec!["Note 1"]));
    }

    #[test]
    fn an_answer_ahead_of_a_gap_is_remembered_until_a_whole_state_closes_it() {
        let mut server = server();
        let mut replica = Replica::new(server.clone());
        replica.ask(note(2)).expect("allowed");
        execute(&mut server, &note(1));
        let events = execute(&mut server, &note(2));
        assert_eq!(replica.receive(&events[0]), Received::Gap);
        assert_eq!((replica.pending().len(), shown(&replica).0), (1, vec!["Note 2"]));
        replica.reset(server.state.clone());
        assert_eq!((replica.pending().len(), shown(&replica).0), (0, vec!["Note 1", "Note 2"]));
    }

    #[test]
    fn an_answer_without_events_ends_the_waiting_once_everything_up_to_it_is_here() {
        let mut server = server();
        let mut replica = Replica::new(server.clone());
        let complete = |number| asked(number, PatchStep { status: Some(StepStatus::Completed), ..Default::default() });
        replica.ask(complete(1)).expect("allowed");
        let before = execute(&mut server, &complete(2));
        assert_eq!(execute(&mut server, &complete(1)), [], "it is so already");
        replica.answered(complete(1).command_id, server.state.last_seq);
        assert_eq!((replica.pending().len(), shown(&replica).1), (1, StepStatus::Completed));
        replica.receive(&before[0]);
        assert_eq!((replica.pending().len(), shown(&replica).1), (0, StepStatus::Completed));
    }

    #[test]
    fn what_was_asked_for_is_shown_whole_while_its_events_arrive_one_by_one() {
        let mut server = server();
        let mut replica = Replica::new(server.clone());
        replica.ask(note_and_completion(1)).expect("allowed");
        let events = execute(&mut server, &note_and_completion(1));
        replica.receive(&events[0]);
        assert_eq!(shown(&replica), (vec!["Note 1"], StepStatus::Completed));
        assert_eq!(replica.receive(&events[0]), Received::Known);
        assert_eq!((replica.pending().len(), shown(&replica)), (1, (vec!["Note 1"], StepStatus::Completed)));
        replica.receive(&events[1]);
        assert_eq!((replica.pending().len(), &replica.view().state), (0, &server.state));
    }

    #[test]
    fn what_the_server_decided_otherwise_than_was_foreseen_is_as_the_server_says() {
        let mut server = server();
        let mut replica = Replica::new(server.clone());
        replica.ask(note_and_completion(1)).expect("allowed");
        // The same command with less in it stands for a server of another version.
        let only_note = execute(&mut server, &note(1));
        replica.receive(&only_note[0]);
        let next = execute(&mut server, &note(2));
        replica.receive(&next[0]);
        assert_eq!((replica.pending().len(), &replica.view().state), (0, &server.state));
    }

    #[test]
    fn a_server_restored_from_a_backup_is_believed_although_it_knows_less() {
        let mut server = server();
        let mut restored = server.clone();
        let mut replica = Replica::new(server.clone());
        replica.receive(&execute(&mut server, &note(1))[0]);
        replica.reset(restored.state.clone());
        assert_eq!(replica.view().state, restored.state);
        let next = execute(&mut restored, &note(2));
        assert_eq!(replica.receive(&next[0]), Received::Applied);
        assert_eq!(replica.view().state, restored.state);
    }

    #[test]
    fn what_is_pending_has_no_hash_of_its_own() {
        let mut replica = Replica::new(server());
        let head = replica.view().state.head_hash.clone();
        replica.ask(note(1)).expect("allowed");
        assert_eq!(replica.view().state.head_hash, head);
    }
}
