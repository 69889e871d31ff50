//! The store of an execution's page.
//!
//! It mirrors the session's copy of the execution into signals: one per step, so that a change re-renders one node, and one for
//! everything about the whole. How changes leave, who else is there, what has been seen and what was overwritten have
//! files of their own.

use std::collections::HashMap;
use std::sync::Arc;

use domain::api::{ExecutionPageData, Instructions};
use domain::event::{Event, ExecutionStatus, StepStatus};
use domain::execution::{Execution, Hold, Step};
use domain::graph::{Graph, NodeKind};
use domain::ids::{Actor, ExecutionId, NodeId, Seq};
use domain::metrics::Progress;
use domain::outbox::Asked;
use domain::placement::Placement;
use domain::presence;
use domain::session::{Connection, LineId, Page, PageKey};
use domain::spans::{ExecutionSpans, StepClocks, Stopwatch};
use domain::time::Timestamp;
use domain::undo::Undo;
use domain::unseen::Seen;
use leptos::prelude::*;

use super::held::Question;
use super::people::{Link, People};
use super::session::{Live, use_live};
use super::uploads::{Uploads, use_uploads};
#[cfg(feature = "hydrate")]
use crate::backend::load_execution;
use crate::backend::load_people;
use crate::ui::analyst::{Analyst, use_analyst};
use crate::ui::time::{Clock, use_clock};
use crate::ui::toast::{ToastList, use_toasts};

/// What a page shows of one step.
#[derive(Clone)]
pub(crate) struct StepView {
    /// Its state.
    pub(crate) step: ArcRwSignal<Arc<Step>>,
    /// Whether it can still be reached.
    pub(crate) applicable: ArcRwSignal<bool>,
    /// For a phase, how far what it holds has come.
    pub(crate) progress: ArcRwSignal<Option<Progress>>,
    /// Whether something about it was asked for here and is not confirmed yet.
    pub(crate) pending: ArcRwSignal<bool>,
    /// The others who look at it.
    pub(crate) viewers: ArcRwSignal<Vec<presence::Analyst>>,
    /// How many changes there are that have not been seen.
    pub(crate) unseen: ArcRwSignal<usize>,
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
    pub(crate) spans: ExecutionSpans,
    pub(crate) outcome: Option<String>,
    pub(crate) completed_at: Option<Timestamp>,
    /// Why it is paused, since when, and by whom.
    pub(crate) paused: Option<Hold>,
    /// Whether something about the whole was asked for here and is not confirmed yet.
    pub(crate) pending: bool,
}

/// The store of an execution's page.
#[derive(Clone, Copy)]
pub(crate) struct ExecutionStore {
    id: ExecutionId,
    /// The page, as the session knows it.
    pub(super) key: PageKey,
    pub(super) live: Live,
    /// What is shown: what the server has confirmed, with what was asked for on top.
    view: StoredValue<Execution>,
    graph: StoredValue<Graph>,
    placement: StoredValue<Placement>,
    instructions: StoredValue<HashMap<NodeId, Instructions>>,
    incident_url: StoredValue<Option<String>>,
    pub(super) steps: StoredValue<Vec<StepView>>,
    head: RwSignal<Head>,
    /// When the execution was active and paused, apart from the rest of the head: the clocks of steps read it.
    spans: Memo<ExecutionSpans>,
    /// The last event that the server has confirmed.
    confirmed: RwSignal<Seq>,
    events: RwSignal<Vec<Arc<Event>>>,
    /// The time as the server rendered the page, which is shown until the browser has taken over.
    rendered_at: Timestamp,
    pub(super) clock: Clock,
    pub(super) connection: RwSignal<Connection>,
    selected: RwSignal<Option<NodeId>>,
    /// The node whose panel is open when the address names none.
    at_first: StoredValue<Option<NodeId>>,
    pub(super) people: RwSignal<People>,
    pub(super) editing: RwSignal<bool>,
    pub(super) link: StoredValue<Link>,
    pub(super) seen: StoredValue<Seen>,
    pub(super) unseen: RwSignal<Vec<Arc<Event>>>,
    /// What whoever sits here is asked.
    question: RwSignal<Option<Question>>,
    /// The changes of steps that can be taken back, oldest first.
    pub(super) undos: StoredValue<Vec<(NodeId, Undo)>>,
    /// Whom a step may be given to, beside those who are known here.
    colleagues: RwSignal<Vec<Actor>>,
    uploads: Uploads,
    analyst: Analyst,
    pub(super) toasts: ToastList,
}

impl ExecutionStore {
    /// A store that begins with what the server gave.
    /// `wanted` is the node that the address names.
    pub(crate) fn new(data: ExecutionPageData, wanted: Option<&NodeId>) -> Self {
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
                pending: ArcRwSignal::new(false),
                viewers: ArcRwSignal::new(Vec::new()),
                unseen: ArcRwSignal::new(0),
            })
            .collect();
        let at_first = first_open(&execution, &applicable);
        let wanted = wanted.filter(|wanted| execution.step(wanted).is_some()).cloned();
        let selected = wanted.or_else(|| at_first.clone());
        let live = use_live();
        let key = live.session.try_update_value(|session| session.open(execution.clone())).unwrap_or_default();
        let head = RwSignal::new(head_of(&execution, &[]));
        Self {
            id: execution.state.header.execution_id,
            key,
            live,
            head,
            spans: Memo::new(move |_| head.read().spans.clone()),
            confirmed: RwSignal::new(execution.state.last_seq),
            view: StoredValue::new(execution),
            graph: StoredValue::new(data.graph),
            placement: StoredValue::new(data.placement),
            instructions: StoredValue::new(
                data.instructions
                    .into_iter()
                    .map(|instructions| (instructions.node_id.clone(), instructions))
                    .collect(),
            ),
            incident_url: StoredValue::new(data.incident_url),
            steps: StoredValue::new(steps),
            events: RwSignal::new(data.events.into_iter().map(Arc::new).collect()),
            rendered_at: data.now,
            clock: use_clock(),
            connection: RwSignal::new(Connection::Connecting),
            selected: RwSignal::new(selected),
            at_first: StoredValue::new(at_first),
            people: RwSignal::new(People::default()),
            editing: RwSignal::new(false),
            link: StoredValue::new(Link::default()),
            seen: StoredValue::new(Seen::default()),
            unseen: RwSignal::new(Vec::new()),
            question: RwSignal::new(None),
            undos: StoredValue::new(Vec::new()),
            colleagues: RwSignal::new(Vec::new()),
            uploads: use_uploads(),
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

    /// What a node is called.
    pub(crate) fn label(self, id: &NodeId) -> Option<String> {
        self.graph.with_value(|graph| graph.node(id).map(|node| node.label.clone()))
    }

    /// Where the incident is shown elsewhere.
    pub(crate) fn incident_url(self) -> Option<String> {
        self.incident_url.get_value()
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
        let position = self.with_execution(|execution| execution.flow.position(id))?;
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

    /// From when an event counts, where that is not when it is told to have happened.
    pub(crate) fn counted_otherwise(self, event: Seq) -> Option<Timestamp> {
        self.with_execution(|execution| execution.state.counted_otherwise(event))
    }

    /// The clock of the execution.
    pub(crate) fn execution_clock(self) -> Stopwatch {
        self.spans.read().clock()
    }

    /// The clocks of a step.
    pub(crate) fn clocks(self, step: &Step) -> StepClocks {
        self.spans.read().clocks(&step.spans)
    }

    /// The time, as the page knows it.
    pub(crate) fn now(self) -> Timestamp {
        self.clock.now().unwrap_or(self.rendered_at)
    }

    /// The time at this very moment.
    pub(super) fn exactly_now(self) -> Timestamp {
        self.clock.exactly().unwrap_or(self.rendered_at)
    }

    /// The live connection.
    pub(crate) fn connection(self) -> RwSignal<Connection> {
        self.connection
    }

    /// The node whose panel is open.
    pub(crate) fn selected(self) -> RwSignal<Option<NodeId>> {
        self.selected
    }

    /// Whom a step may be given to, beside those who are known here.
    pub(crate) fn colleagues(self) -> RwSignal<Vec<Actor>> {
        self.colleagues
    }

    /// Asks the server for them; without an answer, those who are known here can be chosen.
    pub(crate) fn load_colleagues(self) {
        leptos::task::spawn_local(async move {
            if let Ok(people) = load_people().await {
                self.colleagues.try_set(people);
            }
        });
    }

    /// The node whose panel is open when the address names none.
    pub(crate) fn at_first(self) -> Option<NodeId> {
        self.at_first.get_value()
    }

    /// What whoever sits here is asked.
    pub(crate) fn question(self) -> RwSignal<Option<Question>> {
        self.question
    }

    /// Who sits here.
    pub(crate) fn analyst(self) -> Analyst {
        self.analyst
    }

    /// What the execution was started with.
    pub(crate) fn with_execution<T>(self, read: impl FnOnce(&Execution) -> T) -> T {
        self.view.with_value(read)
    }

    /// The last event that the server confirmed.
    pub(crate) fn confirmed(self) -> Seq {
        self.confirmed.get()
    }

    /// The same for who does not follow it.
    pub(crate) fn last_seq(self) -> Seq {
        self.confirmed.get_untracked()
    }

    /// Takes in events that are new to this page.
    pub(super) fn take_news(self, news: Vec<Event>) {
        let news: Vec<_> = news.into_iter().map(Arc::new).collect();
        self.events.update(|events| events.extend(news.iter().cloned()));
        for event in &news {
            self.tell_if_overwritten(event);
            self.uploads.forget(event.command_id);
        }
        self.look_at_new(&news);
    }

    /// Takes over a whole log.
    pub(super) fn take_log(self, log: Vec<Arc<Event>>) {
        self.events.set(log);
        self.recount();
    }

    /// Loads everything anew: a connection has missed too much. The timeline wants the events too.
    #[cfg(feature = "hydrate")]
    pub(super) fn load_anew(self, line: LineId) {
        leptos::task::spawn_local(async move {
            let Ok(ExecutionPageData { state, events, .. }) = load_execution(self.id.to_string()).await else {
                self.live.tell(|session, at| session.loaded(line, None, at));
                return;
            };
            let events: Vec<_> = events.into_iter().map(Arc::new).collect();
            self.live.tell(|session, at| session.loaded(line, Some((state, &events)), at));
        });
    }

    /// Only a browser connects.
    #[cfg(not(feature = "hydrate"))]
    pub(super) fn load_anew(self, _: LineId) {}

    /// Brings the signals up to date; only what changed is told.
    pub(super) fn refresh(self) {
        let shown = self.live.session.with_value(|session| {
            let replica = session.page(self.key)?.replica();
            Some((replica.view().clone(), replica.pending().to_vec(), replica.last_seq()))
        });
        let Some((execution, pending, last_seq)) = shown else { return };
        let applicable = execution.applicable();
        self.view.set_value(execution.clone());
        self.steps.with_value(|views| {
            for (position, view) in views.iter().enumerate() {
                let step = &execution.state.steps[position];
                let same = {
                    let shown = view.step.read_untracked();
                    Arc::ptr_eq(&shown, step) || *shown == *step
                };
                if !same {
                    view.step.set(step.clone());
                }
                let is_pending = pending.iter().any(|asked| asked.node_id() == Some(&step.node_id));
                set_if_new(&view.pending, is_pending);
                set_if_new(&view.applicable, applicable[position]);
                set_if_new(&view.progress, phase_progress(&execution, position, &applicable));
            }
        });
        let head = head_of(&execution, &pending);
        if *self.head.read_untracked() != head {
            self.head.set(head);
        }
        if self.last_seq() != last_seq {
            self.confirmed.set(last_seq);
        }
    }

    /// Shows whether what is shown is the truth.
    pub(super) fn show_connection(self) {
        let connection = self.live.session.with_value(|session| session.page(self.key).map(Page::connection));
        if let Some(connection) = connection.filter(|connection| *connection != self.connection.get_untracked()) {
            self.connection.set(connection);
        }
    }

    /// The live connection is gone, and with it who is there: nobody knows any more.
    pub(super) fn unlink(self) {
        self.link.set_value(Link::default());
        self.present(People::default());
    }

    /// Begins what only a browser does. Ends with the page.
    pub(crate) fn go_live(self) {
        untrack(move || self.begin());
    }

    fn begin(self) {
        self.clock.set_if_far_off(self.rendered_at);
        self.live.serve(self.key, self);
        self.restore_drafts();
        self.look();
        self.share_what_is_looked_at();
        let log = self.events.get_untracked();
        self.live.tell(|session, at| session.go_live(self.key, &log, at));
        on_cleanup(move || {
            self.live.leave(self.key);
            self.toasts.forget(&self.id.to_string());
        });
    }
}

pub(super) fn set_if_new<T: PartialEq + Send + Sync + 'static>(signal: &ArcRwSignal<T>, value: T) {
    if *signal.read_untracked() != value {
        signal.set(value);
    }
}

fn head_of(execution: &Execution, pending: &[Asked]) -> Head {
    let state = &execution.state;
    Head {
        status: state.status,
        progress: execution.progress(),
        spans: state.spans.clone(),
        outcome: state.outcome.clone(),
        completed_at: state.completed_at,
        paused: state.paused(),
        pending: pending.iter().any(|asked| asked.node_id().is_none()),
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
