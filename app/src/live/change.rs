//! How a change leaves the page: it is shown at once, kept, sent, and confirmed or taken back by its answer.

use std::sync::Arc;

use domain::api::{PatchExecution, PatchStep, Problem};
use domain::command::Refusal;
use domain::execution::Step;
use domain::ids::NodeId;
use domain::outbox::{Asked, Change};
use domain::screen::on_screen;
use domain::undo::Undo;
use leptos::prelude::*;

use super::ExecutionStore;
use super::held::{Held, Question};
use crate::ui::request::new_command_id;
use crate::ui::toast::Tone;

impl ExecutionStore {
    /// Changes a step: at once here, then on the server. `then` follows as soon as it is shown; before that, whoever sits here
    /// may be asked something.
    ///
    /// # Errors
    /// Why the rules are against it, which is also shown as a message. What the server refuses later is taken back and
    /// said then.
    pub(crate) fn change_step(
        self,
        node_id: NodeId,
        patch: PatchStep,
        then: impl Fn() + Send + Sync + 'static,
    ) -> Result<(), Problem> {
        let label = self.label(&node_id).unwrap_or_default();
        self.ask(Held { change: Change::Step { node_id, patch }, label, then: Arc::new(then) })
    }

    /// Says something to whoever sits here.
    pub(crate) fn tell(self, tone: Tone, text: String) {
        self.toasts.show(tone, text);
    }

    /// Changes the execution as a whole: at once here, then on the server.
    ///
    /// # Errors
    /// As for [`Self::change_step`].
    pub(crate) fn change_execution(
        self,
        patch: PatchExecution,
        then: impl Fn() + Send + Sync + 'static,
    ) -> Result<(), Problem> {
        let label = self.with_execution(|execution| execution.state.incident_title.clone());
        self.ask(Held { change: Change::Execution { patch }, label, then: Arc::new(then) })
    }

    /// Makes a change that waited for somebody to say that it happened before the start.
    pub(crate) fn record_early(self, mut held: Held) {
        match &mut held.change {
            Change::Step { patch, .. } => patch.before_start = true,
            Change::Execution { patch } => patch.before_start = true,
        }
        // A refusal has been shown as a message.
        let _ = self.make(&held);
    }

    fn ask(self, held: Held) -> Result<(), Problem> {
        if self.analyst().is_known() {
            return self.make(&held);
        }
        self.analyst().ask_first(move || {
            // A refusal has been shown as a message.
            let _ = self.make(&held);
        });
        Ok(())
    }

    fn make(self, held: &Held) -> Result<(), Problem> {
        let Held { change, label, then } = held;
        // Never before the start, whatever the clocks say.
        let began = self.with_execution(|execution| execution.state.started_at);
        let now = self.exactly_now();
        let asked = Asked {
            execution_id: self.id(),
            command_id: new_command_id(),
            actor: self.analyst().actor(),
            base_seq: self.last_seq(),
            asked_at: began.map_or(now, |began| began.max(now)),
            change: change.clone(),
            order: 0,
            tab: None,
            label: label.clone(),
        };
        let before = self.shown_step(change);
        let occurred_at = asked.meta().occurred_at;
        match self.live.tell(|session, at| session.ask(self.key, asked, at)) {
            Some(Err(Refusal::BeforeTheStart(_))) => {
                self.question().set(occurred_at.map(|at| Question::Early(Box::new(held.clone()), at)));
            }
            Some(Err(refusal)) => {
                let problem = Problem::new(422, "refused", "Not possible", on_screen(&refusal.to_string()));
                self.toasts.show(Tone::Problem, problem.detail.clone());
                return Err(problem);
            }
            Some(Ok(())) | None => {
                then();
                if let Some((before, after)) = before.zip(self.shown_step(change))
                    && let Some(undo) = Undo::of(before, after.clone())
                {
                    self.offer_undo(&after, undo);
                }
            }
        }
        Ok(())
    }

    /// The step of a change as it is shown.
    fn shown_step(self, change: &Change) -> Option<Arc<Step>> {
        match change {
            Change::Step { node_id, .. } => self.with_execution(|execution| execution.step(node_id).cloned()),
            Change::Execution { .. } => None,
        }
    }
}
