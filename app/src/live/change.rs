//! How a change leaves the page: it is shown at once, kept, sent, and confirmed or taken back by its answer.

use domain::api::{PatchExecution, PatchStep, Problem};
use domain::ids::NodeId;
use domain::outbox::{Asked, Change};

use super::ExecutionStore;
use crate::ui::request::new_command_id;
use crate::ui::toast::Tone;

impl ExecutionStore {
    /// Changes a step: at once here, then on the server.
    ///
    /// # Errors
    /// Why the rules are against it, which is also shown as a message. What the server refuses later is taken back and
    /// said then.
    pub(crate) fn change_step(self, node_id: NodeId, patch: PatchStep) -> Result<(), Problem> {
        let label = self.label(&node_id).unwrap_or_default();
        self.ask(Change::Step { node_id, patch }, label)
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
        let label = self.with_execution(|execution| execution.state.incident_title.clone());
        self.ask(Change::Execution { patch }, label)
    }

    fn ask(self, change: Change, label: String) -> Result<(), Problem> {
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
            order: 0,
            tab: None,
            label,
        };
        let Some(Err(refusal)) = self.live.tell(|session, at| session.ask(self.key, asked, at)) else { return Ok(()) };
        let problem = Problem::new(422, "refused", "Not possible", refusal.to_string());
        self.toasts.show(Tone::Problem, problem.detail.clone());
        Err(problem)
    }
}
