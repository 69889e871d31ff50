//! How a change leaves the page: shown at once, put into the outbox, and confirmed or taken back by its answer.

use domain::api::{PatchExecution, PatchStep, Problem};
use domain::ids::NodeId;
use domain::outbox::{Asked, Change};
use leptos::prelude::*;

use super::ExecutionStore;
use super::outbox::Answer;
use crate::ui::request::new_command_id;
use crate::ui::toast::Tone;

impl ExecutionStore {
    /// Changes a step: at once here, then on the server.
    ///
    /// # Errors
    /// Why the rules are against it, which is also shown as a message. What the server refuses later is taken back and
    /// said then.
    pub(crate) fn change_step(self, node_id: NodeId, patch: PatchStep) -> Result<(), Problem> {
        self.ask(Change::Step { node_id, patch })
    }

    /// Says something to whoever sits here.
    pub(crate) fn tell(self, tone: Tone, text: String) {
        self.toasts.show(tone, text);
    }

    /// Changes the execution as a whole: at once here, then on the server.
    ///
    /// # Errors
    /// As for [`Self::change_step`].
    pub(crate) fn change_execution(self, patch: PatchExecution) -> Result<(), Problem> {
        self.ask(Change::Execution { patch })
    }

    fn ask(self, change: Change) -> Result<(), Problem> {
        // Never before the start, whatever the clocks say.
        let began = self.with_execution(|execution| execution.state.started_at);
        let now = self.exactly_now();
        let asked = Asked {
            execution_id: self.id(),
            command_id: new_command_id(),
            actor: self.analyst().actor(),
            base_seq: self.last_seq(),
            asked_at: began.map_or(now, |began| began.max(now)),
            change,
        };
        let shown = self.replica.try_update_value(|replica| replica.ask(asked.clone()));
        if let Some(Err(refusal)) = shown {
            let problem = Problem::new(422, "refused", "Not possible", refusal.to_string());
            self.toasts.show(Tone::Problem, problem.detail.clone());
            return Err(problem);
        }
        self.refresh();
        self.outbox.push(asked);
        Ok(())
    }

    /// Shows what was asked for before this page was there.
    pub(super) fn show_again(self, asked: Asked) {
        // What the rules are against now, the server will refuse, and say why.
        let _ = self.replica.try_update_value(|replica| replica.ask(asked));
        self.refresh();
    }

    /// The server has accepted a change.
    pub(super) fn answered(self, asked: &Asked, answer: Answer) {
        match answer {
            Answer::UpTo(seq) => self.replica.update_value(|replica| replica.answered(asked.command_id, seq)),
            Answer::Events(events) if events.is_empty() => {
                self.tell_if_forestalled(asked);
                self.take_back(asked);
            }
            // What is missing before them comes over the live connection.
            Answer::Events(events) => {
                self.receive(events);
            }
        }
        self.refresh();
    }

    /// Shows a change no longer, unless the server has confirmed it.
    pub(super) fn take_back(self, asked: &Asked) {
        self.replica.update_value(|replica| replica.drop_pending(asked.command_id));
        self.refresh();
    }

    /// The server has refused a change: it is taken back, and what was written is kept.
    pub(super) fn refused(self, asked: &Asked, problem: &Problem) {
        self.take_back(asked);
        let node_id = asked.node_id();
        if let (Some(node_id), Some(note)) = (node_id, asked.note()) {
            self.put_back(node_id, note);
        }
        let place = node_id.and_then(|node_id| self.label(node_id)).map(|label| format!(" at “{label}”"));
        let words = asked.other_words().map(|words| format!(" You wrote: “{words}”"));
        let (place, words) = (place.unwrap_or_default(), words.unwrap_or_default());
        self.toasts.show(Tone::Problem, format!("Not saved{place}: {}{words}", problem.detail));
    }

    /// Somebody else had set the same status already.
    fn tell_if_forestalled(self, asked: &Asked) {
        let Change::Step { node_id, patch } = &asked.change else { return };
        let (Some(status), Some(view)) = (patch.status, self.step(node_id)) else { return };
        let step = view.step.read_untracked();
        let other = step
            .touched
            .get(&domain::execution::Field::Status)
            .filter(|touch| touch.actor != asked.actor && touch.seq > asked.base_seq);
        if let (Some(other), Some(label)) = (other, self.label(node_id)) {
            let status = status.label().to_lowercase();
            self.toasts.show(Tone::Info, format!("{} had set “{label}” to {status} already.", other.actor));
        }
    }
}
