//! Running playbooks.

use std::sync::Arc;

use domain::api::{
    ExecutionChanged, ExecutionDetail, ExecutionFilter, ExecutionList, ExecutionPageData, ExecutionSummary,
    ExecutionsPageData, ListedExecution, Sender, Sort, StartExecution, StepChanged, StepDetail, TimelineFilter,
};
use domain::command::{Command, Meta, Refusal};
use domain::event::{Event, ExecutionStatus};
use domain::execution::Execution;
use domain::ids::{Actor, CommandId, ExecutionId, NodeId};
use domain::placement::Placement;

use super::{Service, ServiceError, check_name, instructions, new_id, now, page_length, secret};
use crate::store::{Committed, Envelope, NewExecution, OnProgress, Page, Verification, WriteError};

/// The sections of the page of executions.
const SECTIONS: [&[ExecutionStatus]; 3] =
    [&[ExecutionStatus::Active], &[ExecutionStatus::Paused], &[ExecutionStatus::Completed, ExecutionStatus::Abandoned]];

impl Service {
    /// Everybody who began or was given something lately, by name.
    pub(crate) async fn people(&self) -> Result<Vec<Actor>, ServiceError> {
        Ok(self.store.people().await?.into_iter().collect())
    }

    /// Begins an execution of a playbook's newest version.
    pub(crate) async fn start(&self, request: StartExecution, actor: Actor) -> Result<ExecutionDetail, ServiceError> {
        let id = ExecutionId(new_id());
        let meta = meta(Sender { command_id: request.command_id, ..Sender::default() }, actor)?;
        let command = Command::Start { incident_title: request.incident_title, incident_id: request.incident_id };
        let new = NewExecution { id, playbook_id: request.playbook_id, command, meta };
        let committed = self.store.start(new).await.map_err(|error| match error {
            WriteError::UnknownPlaybook => ServiceError::Dangling {
                field: "playbook_id",
                message: "there is no such playbook: it may have been deleted".to_owned(),
            },
            other => other.into(),
        })?;
        if committed.execution.state.header.execution_id == id {
            tracing::info!(%id, "execution started");
        }
        detail(&committed)
    }

    /// A page of the executions, newest first: a hundred unless the filter says how many.
    pub(crate) async fn executions(
        &self,
        filter: &ExecutionFilter,
    ) -> Result<Arc<Page<ExecutionSummary>>, ServiceError> {
        check_name("q", filter.q.as_deref())?;
        let limit = Some(page_length(filter.limit)?);
        Ok(self.store.listed(&ExecutionFilter { limit, ..filter.clone() }).await?)
    }

    /// What the page of executions shows: what the filter lets through, in sections, each up to the filter's limit, with
    /// who is there now.
    pub(crate) async fn executions_page(&self, filter: &ExecutionFilter) -> Result<ExecutionsPageData, ServiceError> {
        let mut sections = <[ExecutionList; 3]>::default();
        for (section, statuses) in sections.iter_mut().zip(SECTIONS) {
            let is_wanted = |status: &ExecutionStatus| filter.status.is_empty() || filter.status.contains(status);
            let status: Vec<_> = statuses.iter().copied().filter(is_wanted).collect();
            if status.is_empty() {
                continue;
            }
            // Of what is over, nothing is urgent.
            let sort = filter.sort.or_else(|| status.iter().any(|status| !status.is_closed()).then_some(Sort::Urgency));
            let page = self.executions(&ExecutionFilter { status, sort, ..filter.clone() }).await?;
            let online = self.hub.online(page.items.iter().map(|summary| summary.id));
            let listed = |(summary, (online, others)): (&ExecutionSummary, _)| ListedExecution {
                summary: summary.clone(),
                online,
                others,
            };
            section.items = page.items.iter().zip(online).map(listed).collect();
            section.total = page.total;
        }
        Ok(ExecutionsPageData { sections, now: now() })
    }

    /// Everything about an execution.
    pub(crate) async fn execution(&self, id: ExecutionId) -> Result<ExecutionDetail, ServiceError> {
        ExecutionDetail::of(&*self.fold(id).await?, now()).ok_or(ServiceError::UnknownExecution)
    }

    /// The newest fold of an execution.
    pub(crate) async fn fold(&self, id: ExecutionId) -> Result<Arc<Execution>, ServiceError> {
        self.store.execution(id).await?.ok_or(ServiceError::UnknownExecution)
    }

    /// The same as far as this process knows without asking the database: everything that it committed itself.
    pub(crate) fn known(&self, id: ExecutionId) -> Option<Arc<Execution>> {
        self.store.known_execution(id)
    }

    /// What is known, or else the newest fold.
    pub(crate) async fn known_or_fold(&self, id: ExecutionId) -> Result<Arc<Execution>, ServiceError> {
        match self.known(id) {
            Some(execution) => Ok(execution),
            None => self.fold(id).await,
        }
    }

    /// The events of an execution, oldest first.
    pub(crate) async fn timeline(&self, id: ExecutionId, filter: &TimelineFilter) -> Result<Vec<Event>, ServiceError> {
        check_name("actor", filter.actor.as_deref())?;
        check_name("node_id", filter.node_id.as_ref().map(NodeId::as_str))?;
        self.fold(id).await?;
        Ok(self.store.timeline(id, filter).await?)
    }

    /// What the page of an execution begins with.
    pub(crate) async fn execution_page(&self, id: ExecutionId) -> Result<ExecutionPageData, ServiceError> {
        let execution = self.fold(id).await?;
        let state = execution.state.clone();
        let version = self.store.version(state.header.playbook_id, state.header.playbook_version).await?;
        let mut events = self.store.timeline(id, &TimelineFilter::default()).await?;
        // What was committed in between reaches the page over its live connection.
        events.retain(|event| event.seq <= state.last_seq);
        let incident_url = self.thehive.as_ref().zip(state.incident_id.as_deref());
        Ok(ExecutionPageData {
            incident_url: incident_url.and_then(|(thehive, id)| thehive.case(id)),
            graph: instructions::without_instructions(&version.graph),
            placement: Placement::clone(&version.placement),
            instructions: instructions::of_nodes(&version.graph.nodes),
            state,
            events,
            now: now(),
        })
    }

    /// Changes an execution as a whole, or one of its steps.
    pub(crate) async fn execute(
        &self,
        execution_id: ExecutionId,
        command: Command,
        sender: Sender,
        actor: Actor,
    ) -> Result<Committed, ServiceError> {
        let envelope = Envelope::new(execution_id, command, meta(sender, actor)?);
        Ok(self.store.execute(envelope).await?)
    }

    /// Checks every execution, or the one named.
    pub(crate) async fn verify(
        &self,
        only: Option<ExecutionId>,
        on_progress: OnProgress<'_>,
    ) -> Result<Vec<Verification>, ServiceError> {
        Ok(self.store.verify(only, on_progress).await?)
    }

    /// Drops the cached rows and folds every log again. Returns how many executions there are.
    pub(crate) async fn rebuild(&self) -> Result<usize, ServiceError> {
        Ok(self.store.rebuild().await?)
    }
}

pub(super) fn meta(sender: Sender, actor: Actor) -> Result<Meta, ServiceError> {
    Ok(Meta {
        now: now(),
        actor,
        command_id: sender.command_id.unwrap_or_else(|| CommandId(new_id())),
        base_seq: sender.base_seq,
        occurred_at: sender.occurred_at,
        before_start: sender.before_start,
        secret: secret()?,
    })
}

/// The answer to the start of an execution.
fn detail(committed: &Committed) -> Result<ExecutionDetail, ServiceError> {
    ExecutionDetail::of(&committed.execution, committed.at).ok_or(ServiceError::UnknownExecution)
}

/// The answer to a change of the whole.
pub(crate) fn execution_changed(committed: Committed) -> Result<ExecutionChanged, ServiceError> {
    Ok(ExecutionChanged { execution: detail(&committed)?, events: committed.events })
}

/// The answer to a change of a step.
pub(crate) fn step_changed(committed: Committed, node_id: &NodeId) -> Result<StepChanged, ServiceError> {
    let Committed { execution, events, at } = committed;
    let step = StepDetail::of(&execution, node_id, at).ok_or_else(|| Refusal::UnknownNode(node_id.clone()))?;
    Ok(StepChanged { step, events, progress: execution.progress(), last_seq: execution.state.last_seq })
}
