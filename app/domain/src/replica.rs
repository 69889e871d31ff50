//! A client's copy of an execution: what the server has confirmed, and on top of it what was asked for and not yet
//! answered.
//!
//! `view = fold(confirmed, pending)`, by the same [`decide`] and `apply` as on the server. Events may arrive twice or
//! with a gap; the replica takes each once, in order, and says when one is missing.

use crate::command::{Refusal, decide};
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
    /// Commands whose answer is here, with the last event that may have come of them.
    answered: Vec<(CommandId, Seq)>,
    view: Execution,
}

impl Replica {
    /// A copy that begins with what the server gave.
    pub fn new(confirmed: Execution) -> Self {
        Self { view: confirmed.clone(), confirmed, pending: Vec::new(), answered: Vec::new() }
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
        self.view.record(drafts, &meta);
        self.pending.push(asked);
        Ok(())
    }

    /// The server has answered a command: whatever it became lies in the log up to `seq`, and is shown as pending only
    /// until that is here.
    pub fn answered(&mut self, command: CommandId, seq: Seq) {
        self.answered.push((command, seq));
        self.rebuild();
    }

    /// Takes a command back that the server refused, or that was answered without an event.
    pub fn drop_pending(&mut self, command: CommandId) {
        self.pending.retain(|asked| asked.command_id != command);
        self.rebuild();
    }

    /// Folds in an event from the server.
    pub fn receive(&mut self, event: &Event) -> Received {
        let last = self.last_seq();
        if event.seq <= last {
            return Received::Known;
        }
        if event.seq != last.next() {
            return Received::Gap;
        }
        self.confirmed.apply(event);
        self.pending.retain(|asked| asked.command_id != event.command_id);
        self.rebuild();
        Received::Applied
    }

    /// Takes over a whole state from the server, whatever was known: it may well know less, when its log is another one.
    /// What it sends after the state follows the state.
    pub fn reset(&mut self, state: State) {
        self.confirmed.state = state;
        self.rebuild();
    }

    fn rebuild(&mut self) {
        let last = self.last_seq();
        let (here, on_their_way): (Vec<_>, Vec<_>) = self.answered.drain(..).partition(|(_, seq)| *seq <= last);
        self.answered = on_their_way;
        self.pending.retain(|asked| !here.iter().any(|(command, _)| *command == asked.command_id));
        self.view = self.confirmed.clone();
        for asked in &self.pending {
            let meta = asked.meta();
            // What the rules no longer allow here, the server will refuse too, and say why.
            if let Ok(drafts) = decide(&self.view, &asked.command(), &meta) {
                self.view.record(drafts, &meta);
            }
        }
    }
}
