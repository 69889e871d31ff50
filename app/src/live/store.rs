//! The store of an execution's page.
//!
//! It holds a [`Replica`] and mirrors it into signals: one per step, so that a change re-renders one node, and one for
//! everything about the whole. Changes are shown at once and sent over REST; whichever brings the event first, the
//! answer or the live connection, confirms them.

use std::collections::HashMap;
use std::sync::Arc;

use domain::api::{ExecutionDetail, ExecutionPageData, Instructions, PatchExecution, PatchStep, Problem, StepChanged};
use domain::event::{Event, ExecutionStatus, StepStatus};
use domain::execution::{Execution, Note, Step};
use domain::graph::{Graph, NodeKind};
use domain::ids::{CommandId, ExecutionId, NodeId, Seq};
use domain::metrics::Progress;
use domain::outbox::{Asked, Change};
use domain::placement::Placement;
use domain::replica::{Received, Replica};
use domain::time::{Stopwatch, Timestamp};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::socket::Connection;
use crate::ui::analyst::{Analyst, use_analyst};
use crate::ui::request::{Method, new_command_id, send};
use crate::ui::status::step_label;
use crate::ui::toast::{ToastList, Tone, use_toasts};

/// What a page shows of one step.
#[derive(Clone)]
pub(crate) struct StepView {
    /// Its state.
    pub(crate) step: ArcRwSignal<Arc<Step>>,
    /// Whether it can still be reached.
    pub(crate) applicable: ArcRwSignal<bool>,
    /// For a phase, how far what it holds has come.
    pub(crate) progress: ArcRwSignal<Option<Progress>>,
}

impl StepView {
    /// Its status; of a phase, the roll-up of what it holds.
    pub(crate) fn status(&self) -> StepStatus {
        self.progress.get().map_or_else(|| self.step.read().status, |progress| progress.roll_up())
    }
}

/// What a page shows of the whole.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Head {
    pub(crate) status: ExecutionStatus,
    pub(crate) progress: Progress,
    pub(crate) clock: Stopwatch,
    pub(crate) outcome: Option<String>,
    pub(crate) completed_at: Option<Timestamp>,
    pub(crate) notes: Vec<Note>,
}

/// The store of an execution's page.
#[derive(Clone, Copy)]
pub(crate) struct ExecutionStore {
    id: ExecutionId,
    replica: StoredValue<Replica>,
    graph: StoredValue<Graph>,
    placement: StoredValue<Placement>,
    instructions: StoredValue<HashMap<NodeId, Instructions>>,
    steps: StoredValue<Vec<StepView>>,
    head: RwSignal<Head>,
    events: RwSignal<Vec<Arc<Event>>>,
    now: RwSignal<Timestamp>,
    connection: RwSignal<Connection>,
    selected: RwSignal<Option<NodeId>>,
    analyst: Analyst,
    toasts: ToastList,
}

impl ExecutionStore {
    /// A store that begins with what the server gave.
    pub(crate) fn new(data: ExecutionPageData) -> Self {
        let execution = Execution::restore(Arc::new(data.graph.clone()), data.state);
        let applicable = execution.applicable();
        let steps = execution
            .state
            .steps
            .iter()
            .enumerate()
            .map(|(position, step)| StepView {
                step: ArcRwSignal::new(step.clone()),
                applicable: ArcRwSignal::new(applicable[position]),
                progress: ArcRwSignal::new(phase_progress(&execution, position, &applicable)),
            })
            .collect();
        let selected = first_open(&execution, &applicable);
        Self {
            id: execution.state.header.execution_id,
            head: RwSignal::new(head_of(&execution)),
            replica: StoredValue::new(Replica::new(execution)),
            graph: StoredValue::new(data.graph),
            placement: StoredValue::new(data.placement),
            instructions: StoredValue::new(
                data.instructions
                    .into_iter()
                    .map(|instructions| (instructions.node_id.clone(), instructions))
                    .collect(),
            ),
            steps: StoredValue::new(steps),
            events: RwSignal::new(data.events.into_iter().map(Arc::new).collect()),
            now: RwSignal::new(data.now),
            connection: RwSignal::new(Connection::Connecting),
            selected: RwSignal::new(selected),
            analyst: use_analyst(),
            toasts: use_toasts(),
        }
    }

    /// Which execution.
    pub(crate) fn id(self) -> ExecutionId {
        self.id
    }

    /// The graph it runs over.
    pub(crate) fn graph(self) -> StoredValue<Graph> {
        self.graph
    }

    /// The graph's drawing.
    pub(crate) fn placement(self) -> StoredValue<Placement> {
        self.placement
    }

    /// One per node, in the order of the graph.
    pub(crate) fn steps(self) -> Vec<StepView> {
        self.steps.get_value()
    }

    /// The step of a node.
    pub(crate) fn step(self, id: &NodeId) -> Option<StepView> {
        let position = self.replica.with_value(|replica| replica.view().flow.position(id))?;
        self.steps.with_value(|steps| steps.get(position).cloned())
    }

    /// What a node says in full.
    pub(crate) fn instructions(self, id: &NodeId) -> Option<Instructions> {
        self.instructions.with_value(|instructions| instructions.get(id).cloned())
    }

    /// The whole.
    pub(crate) fn head(self) -> RwSignal<Head> {
        self.head
    }

    /// The log, oldest first.
    pub(crate) fn events(self) -> RwSignal<Vec<Arc<Event>>> {
        self.events
    }

    /// The time, as the page knows it.
    pub(crate) fn now(self) -> RwSignal<Timestamp> {
        self.now
    }

    /// The live connection.
    pub(crate) fn connection(self) -> RwSignal<Connection> {
        self.connection
    }

    /// The node whose panel is open.
    pub(crate) fn selected(self) -> RwSignal<Option<NodeId>> {
        self.selected
    }

    /// Who sits here.
    pub(crate) fn analyst(self) -> Analyst {
        self.analyst
    }

    /// What the execution was started with.
    pub(crate) fn with_execution<T>(self, read: impl FnOnce(&Execution) -> T) -> T {
        self.replica.with_value(|replica| read(replica.view()))
    }

    /// The last event that the server confirmed.
    pub(crate) fn last_seq(self) -> Seq {
        self.replica.with_value(Replica::last_seq)
    }

    /// Changes a step: at once here, then on the server.
    ///
    /// # Errors
    /// Why it cannot be changed. What the server refuses later is also shown as a message.
    pub(crate) async fn change_step(self, node_id: NodeId, mut patch: PatchStep) -> Result<(), Problem> {
        let (command_id, base_seq) = self.show(Change::Step { node_id: node_id.clone(), patch: patch.clone() })?;
        patch.actor = Some(self.analyst.actor());
        (patch.command_id, patch.base_seq) = (Some(command_id), Some(base_seq));
        let address = self.step_address(&node_id);
        let answer: StepChanged = self.send(&address, &patch, command_id).await?;
        if answer.events.is_empty() {
            self.take_back(command_id);
        }
        for event in answer.events {
            self.receive(event);
        }
        Ok(())
    }

    /// Where the evidence of a step lies.
    pub(crate) fn evidence_address(self, node_id: &NodeId) -> String {
        format!("{}/evidence", self.step_address(node_id))
    }

    fn step_address(self, node_id: &NodeId) -> String {
        format!("/api/executions/{}/steps/{}", self.id, escaped(node_id.as_str()))
    }

    /// Changes the execution as a whole: at once here, then on the server.
    ///
    /// # Errors
    /// Why it cannot be changed. What the server refuses later is also shown as a message.
    pub(crate) async fn change_execution(self, mut patch: PatchExecution) -> Result<(), Problem> {
        let (command_id, base_seq) = self.show(Change::Execution { patch: patch.clone() })?;
        patch.actor = Some(self.analyst.actor());
        (patch.command_id, patch.base_seq) = (Some(command_id), Some(base_seq));
        let address = format!("/api/executions/{}", self.id);
        let answer: ExecutionDetail = self.send(&address, &patch, command_id).await?;
        if answer.last_seq <= self.last_seq() {
            self.take_back(command_id);
        }
        Ok(())
    }

    /// Changes a step without waiting; a failure is shown as a message.
    pub(crate) fn change_step_now(self, node_id: NodeId, patch: PatchStep) {
        spawn_local(async move {
            // The message has been shown already.
            let _ = self.change_step(node_id, patch).await;
        });
    }

    fn show(self, change: Change) -> Result<(CommandId, Seq), Problem> {
        let command_id = new_command_id();
        let base_seq = self.last_seq();
        let asked = Asked {
            execution_id: self.id,
            command_id,
            actor: self.analyst.actor(),
            base_seq,
            asked_at: self.now.get_untracked(),
            change,
        };
        let asked = self.replica.try_update_value(|replica| replica.ask(asked));
        if let Some(Err(refusal)) = asked {
            let problem = Problem::new(422, "refused", "Not possible", refusal.to_string());
            self.toasts.show(Tone::Problem, problem.detail.clone());
            return Err(problem);
        }
        self.refresh();
        Ok((command_id, base_seq))
    }

    async fn send<T: DeserializeOwned>(
        self,
        address: &str,
        body: &impl Serialize,
        command_id: CommandId,
    ) -> Result<T, Problem> {
        let answer = send(Method::Patch, address, body).await;
        if let Err(problem) = &answer {
            let problem: &Problem = problem;
            self.take_back(command_id);
            self.toasts.show(Tone::Problem, format!("Not saved: {}", problem.detail));
        }
        answer
    }

    /// Shows a command's effect no longer, unless it has been confirmed.
    fn take_back(self, command_id: CommandId) {
        self.replica.update_value(|replica| replica.drop_pending(command_id));
        self.refresh();
    }

    /// Takes in an event from the server. False when events before it are missing.
    pub(crate) fn receive(self, event: Event) -> bool {
        let received = self.replica.try_update_value(|replica| replica.receive(&event));
        if received == Some(Received::Applied) {
            self.refresh();
            self.tell_if_overwritten(&event);
            self.events.update(|events| events.push(Arc::new(event)));
        }
        received != Some(Received::Gap)
    }

    /// Takes over everything anew.
    #[cfg(feature = "hydrate")]
    pub(crate) fn reset(self, data: ExecutionPageData) {
        self.replica.update_value(|replica| replica.reset(data.state));
        self.events.set(data.events.into_iter().map(Arc::new).collect());
        self.refresh();
    }

    fn tell_if_overwritten(self, event: &Event) {
        let (Some(overwrote), Some(node_id)) = (event.body.overwrote(), &event.node_id) else { return };
        let me = self.analyst.actor();
        if overwrote.actor != me && event.actor != me {
            return;
        }
        let label = self.graph.with_value(|graph| graph.node(node_id).map(|node| node.label.clone()));
        let before = overwrote.value.as_str().unwrap_or("nobody");
        let status_before = StepStatus::ALL.into_iter().find(|status| status.as_str() == before);
        let before = status_before.map_or_else(|| before.to_owned(), |status| step_label(status).to_owned());
        let whose = if overwrote.actor == me { "your".to_owned() } else { format!("{}’s", overwrote.actor) };
        let who = if event.actor == me { "You".to_owned() } else { event.actor.to_string() };
        let what = event.body.status_after().map_or_else(
            || event.body.event_type().replace('_', " "),
            |status| format!("set it to {}", step_label(status).to_lowercase()),
        );
        let label = label.unwrap_or_default();
        let tone = if event.actor == me { Tone::Info } else { Tone::Problem };
        self.toasts.show(tone, format!("“{label}”: {who} {what}, replacing {whose} “{before}”."));
    }

    /// Brings the signals up to date; only what changed is told.
    fn refresh(self) {
        self.replica.with_value(|replica| {
            let execution = replica.view();
            let applicable = execution.applicable();
            self.steps.with_value(|views| {
                for (position, view) in views.iter().enumerate() {
                    let step = &execution.state.steps[position];
                    if !Arc::ptr_eq(&view.step.read_untracked(), step) {
                        view.step.set(step.clone());
                    }
                    set_if_new(&view.applicable, applicable[position]);
                    set_if_new(&view.progress, phase_progress(execution, position, &applicable));
                }
            });
            let head = head_of(execution);
            if *self.head.read_untracked() != head {
                self.head.set(head);
            }
        });
    }

    /// Begins what only a browser does: the clock and the live connection. Ends with the page.
    pub(crate) fn go_live(self) {
        #[cfg(feature = "hydrate")]
        {
            let tick = move || {
                if let Some(now) = crate::ui::time::browser_now() {
                    self.now.set(now);
                }
            };
            if let Ok(handle) = set_interval_with_handle(tick, std::time::Duration::from_secs(1)) {
                on_cleanup(move || handle.clear());
            }
            super::socket::connect(self);
        }
    }
}

fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: T) {
    if *signal.read_untracked() != value {
        signal.set(value);
    }
}

fn head_of(execution: &Execution) -> Head {
    let state = &execution.state;
    Head {
        status: state.status,
        progress: execution.progress(),
        clock: state.clock,
        outcome: state.outcome.clone(),
        completed_at: state.completed_at,
        notes: state.notes.clone(),
    }
}

/// How far what a phase holds, at any depth, has come; `None` for what is no phase.
fn phase_progress(execution: &Execution, position: usize, applicable: &[bool]) -> Option<Progress> {
    let flow = &execution.flow;
    flow.is_group(position).then(|| {
        let leaves = flow.leaves(position);
        Progress::of(
            leaves
                .iter()
                .map(|&leaf| (execution.graph.nodes[leaf].kind, execution.state.steps[leaf].status, applicable[leaf])),
        )
    })
}

/// Where an analyst who arrives will want to look: the first step that is open.
fn first_open(execution: &Execution, applicable: &[bool]) -> Option<NodeId> {
    let nodes = execution.graph.nodes.iter().zip(&execution.state.steps).zip(applicable);
    let mut open = nodes
        .filter(|((node, step), applicable)| **applicable && node.kind.is_actionable() && !step.status.is_done())
        .map(|((node, _), _)| node.id.clone());
    let first_node = execution.graph.nodes.iter().find(|node| node.kind != NodeKind::Phase).map(|node| node.id.clone());
    open.next().or(first_node)
}

/// A node id as a part of an address (RFC 3986 §2.3: only unreserved characters stay).
fn escaped(id: &str) -> String {
    id.bytes().fold(String::with_capacity(id.len()), |mut escaped, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn any_node_id_is_one_part_of_an_address() {
        assert_eq!(escaped("step-1~2"), "step-1~2");
        assert_eq!(escaped("a/b?c d#ä"), "a%2Fb%3Fc%20d%23%C3%A4");
    }
}
