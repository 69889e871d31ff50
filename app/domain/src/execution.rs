//! The state of an execution: the fold of its events.
//!
//! [`Execution::apply`] is total, it cannot fail, and it is the only way in which the state changes; the server, the
//! browser and every test use this one. Steps are shared (`Arc`), so that a copy of an execution is cheap and a change
//! to one step is visible as a change of one pointer.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::command::{EventDraft, Meta};
use crate::event::{Event, EventBody, Evidence, ExecutionStatus, Hash, Header, Kept, Seal, StepStatus, Text, Topic};
use crate::graph::{Flow, Graph};
use crate::ids::{Actor, EvidenceId, NodeId, Seq};
use crate::metrics::Progress;
use crate::spans::{ExecutionSpans, StepClocks, StepSpans};
use crate::time::Timestamp;

/// The version of this fold. It is raised when the same log folds into something else than before, so that what was
/// written down from the fold is written anew.
///
/// Since 2, late entries count as DESIGN §11 says; since 3, it is known how long something is blocked.
pub const FOLD_VERSION: i32 = 3;

/// Something an analyst wrote down. Notes are only ever added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// The event that added it.
    pub seq: Seq,
    /// As written.
    pub text: String,
    /// By whom.
    pub author: Actor,
    /// When it was recorded.
    pub timestamp: Timestamp,
    /// When it happened, for a late entry.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub occurred_at: Option<Timestamp>,
    /// Whether it is told among the key events of the report; left out when it is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>, nullable = false))]
    pub key: bool,
}

/// A file attached to a step, with who did it and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(from = "WrittenEvidence")]
pub struct AttachedEvidence {
    /// The file.
    #[serde(flatten)]
    pub evidence: Evidence,
    /// When it was recorded.
    pub uploaded_at: Timestamp,
    /// By whom.
    pub uploaded_by: Actor,
}

/// [`AttachedEvidence`] as it is written. Reading it field by field spares the browser what serde needs to read
/// flattened ones.
#[derive(Deserialize)]
struct WrittenEvidence {
    id: EvidenceId,
    file_name: String,
    mime_type: String,
    size: u64,
    sha256: String,
    description: Option<String>,
    uploaded_at: Timestamp,
    uploaded_by: Actor,
}

impl From<WrittenEvidence> for AttachedEvidence {
    fn from(written: WrittenEvidence) -> Self {
        let WrittenEvidence { id, file_name, mime_type, size, sha256, description, uploaded_at, uploaded_by } = written;
        Self { evidence: Evidence { id, file_name, mime_type, size, sha256, description }, uploaded_at, uploaded_by }
    }
}

/// The branch that was chosen at a decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// One of the decision's branches.
    pub branch: String,
    /// Why.
    pub rationale: Option<String>,
    /// By whom.
    pub actor: Actor,
    /// When.
    pub timestamp: Timestamp,
}

/// Who last set a field, and by which event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touch {
    /// By whom.
    pub actor: Actor,
    /// By which event.
    pub seq: Seq,
}

/// What is said of an incident as a whole, and who said so last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// As written; `None` once it was taken away.
    pub text: Option<String>,
    /// Who wrote it.
    pub touch: Touch,
}

/// The fields of a step that one analyst can overwrite for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// `status`
    Status,
    /// `assignee`
    Assignee,
    /// `decision_taken`
    Decision,
}

/// The state of one node in one execution.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// The node.
    pub node_id: NodeId,
    /// Where it stands.
    pub status: StepStatus,
    /// Who handles it.
    pub assignee: Option<Actor>,
    /// From when its first beginning counts (or its completion without a beginning).
    pub started_at: Option<Timestamp>,
    /// From when its completion, or its being skipped, counts; never before `started_at`.
    pub completed_at: Option<Timestamp>,
    /// When it had which status.
    pub spans: StepSpans,
    /// What is waited for, while it is blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blocked_reason: Option<String>,
    /// What was found, oldest first.
    pub notes: Vec<Arc<Note>>,
    /// The branch chosen, at a decision.
    pub decision: Option<Decision>,
    /// Files, oldest first.
    pub evidence: Vec<AttachedEvidence>,
    /// Who last set what.
    pub touched: BTreeMap<Field, Touch>,
}

impl Step {
    fn new(node_id: NodeId) -> Self {
        Self {
            node_id,
            status: StepStatus::NotStarted,
            assignee: None,
            started_at: None,
            completed_at: None,
            spans: StepSpans::default(),
            blocked_reason: None,
            notes: Vec::new(),
            decision: None,
            evidence: Vec::new(),
            touched: BTreeMap::new(),
        }
    }

    /// What a field holds, as it stands on the wire.
    pub fn value_of(&self, field: Field) -> Value {
        let text = |text: Option<&str>| text.map_or(Value::Null, Value::from);
        match field {
            Field::Status => Value::from(self.status.as_str()),
            Field::Assignee => text(self.assignee.as_ref().map(Actor::as_str)),
            Field::Decision => text(self.decision.as_ref().map(|decision| decision.branch.as_str())),
        }
    }

    /// Since when it is blocked, by whom and why; `None` while it is not.
    pub fn blocked(&self) -> Option<Hold> {
        let since = self.spans.since().filter(|_| self.status == StepStatus::Blocked)?;
        let by = self.touched.get(&Field::Status)?.actor.clone();
        Some(Hold { reason: self.blocked_reason.clone(), by, since })
    }

    /// What stays when it is reset; `None` when that is nothing.
    pub fn kept(&self) -> Option<Kept> {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let kept = Kept {
            notes: count(self.notes.len()),
            files: count(self.evidence.len()),
            assignee: self.assignee.clone(),
            decision: self.decision.as_ref().map(|decision| decision.branch.clone()),
        };
        (kept != Kept::default()).then_some(kept)
    }

    fn set_status(&mut self, status: StepStatus, at: Timestamp) {
        self.status = status;
        match status {
            StepStatus::NotStarted => self.started_at = None,
            StepStatus::InProgress | StepStatus::Completed => self.started_at = self.started_at.or(Some(at)),
            StepStatus::Skipped | StepStatus::Blocked => {}
        }
        self.completed_at = status.is_done().then_some(at);
        self.spans.begin(status, at);
    }
}

/// Why something waits, since when, and who said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hold {
    /// What is waited for, if somebody said.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub reason: Option<String>,
    /// Who stopped it.
    pub by: Actor,
    /// Since when.
    pub since: Timestamp,
}

/// Everything about an execution that events change. Travels from the server to the browser as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// What it runs over.
    pub header: Header,
    /// What the playbook was called when it started.
    pub playbook_title: String,
    /// What the incident is called.
    pub incident_title: String,
    /// Its number elsewhere.
    pub incident_id: Option<String>,
    /// Where the execution stands.
    pub status: ExecutionStatus,
    /// When it began; `None` before its first event.
    pub started_at: Option<Timestamp>,
    /// Who began it.
    pub started_by: Actor,
    /// When it was completed or abandoned; never before a transition of one of its steps.
    pub completed_at: Option<Timestamp>,
    /// How it ended, in an analyst's words.
    pub outcome: Option<String>,
    /// What is waited for, while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pause_reason: Option<String>,
    /// When it was active, paused and over.
    pub spans: ExecutionSpans,
    /// Late transitions that do not count from when they are told to have happened, in the order of the log: the event,
    /// and from when it counts.
    pub counted_otherwise: Vec<(Seq, Timestamp)>,
    /// Notes on the whole, oldest first.
    pub notes: Vec<Arc<Note>>,
    /// Recommendations for the report, as Markdown.
    pub recommendations: Option<String>,
    /// Who last rewrote the recommendations.
    #[serde(default)]
    pub recommendations_touch: Option<Touch>,
    /// What is said of the incident as a whole.
    #[serde(default)]
    pub described: BTreeMap<Topic, Said>,
    /// Who last changed the status.
    #[serde(default)]
    pub status_touch: Option<Touch>,
    /// One per node of the graph, in its order.
    pub steps: Vec<Arc<Step>>,
    /// Everybody who changed something.
    pub analysts: BTreeSet<Actor>,
    /// The last event folded in.
    pub last_seq: Seq,
    /// Its hash; before the first event the header's.
    pub head_hash: Hash,
    /// Its time.
    pub last_timestamp: Option<Timestamp>,
}

impl State {
    /// Every file that is attached to a step, in the order of the steps.
    pub fn evidence(&self) -> impl Iterator<Item = &AttachedEvidence> {
        self.steps.iter().flat_map(|step| &step.evidence)
    }

    /// Since when a step is blocked, of several the longest; `None` while none is.
    pub fn blocked_since(&self) -> Option<Timestamp> {
        let blocked = self.steps.iter().filter(|step| step.status == StepStatus::Blocked);
        blocked.filter_map(|step| step.spans.since()).min()
    }

    /// What is said of a topic, if anything is.
    pub fn said_of(&self, topic: Topic) -> Option<&str> {
        self.described.get(&topic)?.text.as_deref()
    }

    /// Since when it is paused, by whom and why; `None` while it is not.
    pub fn paused(&self) -> Option<Hold> {
        let since = self.spans.since().filter(|_| self.status == ExecutionStatus::Paused)?;
        let by = self.status_touch.as_ref()?.actor.clone();
        Some(Hold { reason: self.pause_reason.clone(), by, since })
    }

    /// From when an event counts, where that is not when it is told to have happened.
    pub fn counted_otherwise(&self, event: Seq) -> Option<Timestamp> {
        let place = self.counted_otherwise.binary_search_by_key(&event, |(seq, _)| *seq).ok()?;
        Some(self.counted_otherwise[place].1)
    }

    /// The clocks of a step.
    pub fn clocks(&self, step: &Step) -> StepClocks {
        self.spans.clocks(&step.spans)
    }
}

/// An execution: the graph it runs over and the fold of its events.
#[derive(Clone, Debug)]
pub struct Execution {
    /// The playbook version's graph.
    pub graph: Arc<Graph>,
    /// The graph's flow.
    pub flow: Arc<Flow>,
    /// The fold.
    pub state: State,
}

impl Execution {
    /// An execution before its first event.
    pub fn new(header: Header, graph: Arc<Graph>) -> Self {
        let state = State {
            head_hash: header.hash(),
            header,
            playbook_title: graph.title.clone(),
            incident_title: String::new(),
            incident_id: None,
            status: ExecutionStatus::Active,
            started_at: None,
            started_by: Actor::anonymous(),
            completed_at: None,
            outcome: None,
            pause_reason: None,
            spans: ExecutionSpans::default(),
            counted_otherwise: Vec::new(),
            notes: Vec::new(),
            recommendations: None,
            recommendations_touch: None,
            described: BTreeMap::new(),
            status_touch: None,
            steps: graph.nodes.iter().map(|node| Arc::new(Step::new(node.id.clone()))).collect(),
            analysts: BTreeSet::new(),
            last_seq: Seq(0),
            last_timestamp: None,
        };
        Self::restore(graph, state)
    }

    /// An execution from a state that was taken elsewhere.
    pub fn restore(graph: Arc<Graph>, state: State) -> Self {
        let flow = Arc::new(Flow::new(&graph));
        Self { graph, flow, state }
    }

    /// The fold of a log.
    pub fn fold<'a>(header: Header, graph: Arc<Graph>, events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut execution = Self::new(header, graph);
        for event in events {
            execution.apply(event);
        }
        execution
    }

    /// The step of a node.
    pub fn step(&self, id: &NodeId) -> Option<&Arc<Step>> {
        self.state.steps.get(self.flow.position(id)?)
    }

    /// Turns what was decided into events that follow the last one, and folds them in.
    pub fn record(&mut self, drafts: Vec<EventDraft>, meta: &Meta) -> Vec<Event> {
        (0..)
            .zip(drafts)
            .map(|(part, draft)| {
                let mut event = self.next_event(draft, meta);
                event.seal(&meta.secret, part);
                // Whatever has just been sealed has its salts.
                event.hash = event.expected_hash(&self.state.head_hash).unwrap_or_else(|_| event.hash.clone());
                self.apply(&event);
                event
            })
            .collect()
    }

    /// Folds in what is expected to be decided. It is in no log yet, so the head stays that of what is.
    pub fn foresee(&mut self, drafts: Vec<EventDraft>, meta: &Meta) {
        for draft in drafts {
            let event = self.next_event(draft, meta);
            self.apply(&event);
        }
    }

    fn next_event(&self, draft: EventDraft, meta: &Meta) -> Event {
        Event {
            seq: self.state.last_seq.next(),
            body: draft.body,
            node_id: draft.node_id,
            actor: meta.actor.clone(),
            timestamp: self.state.last_timestamp.map_or(meta.now, |last| last.max(meta.now)),
            occurred_at: meta.occurred_at,
            command_id: meta.command_id,
            seal: Seal::default(),
            hash: self.state.head_hash.clone(),
        }
    }

    /// From when an event that comes next counts, if it is a transition (DESIGN §11): from when it is told to have
    /// happened, if that lies within the current span of what it changes, otherwise from when it was recorded. An end of
    /// the execution counts from no earlier than the last transition of any of its steps.
    pub fn counts_from(&self, event: &Event) -> Option<Timestamp> {
        let (told, recorded) = (event.occurred_at, event.timestamp);
        if let Some(id) = &event.node_id {
            let step = self.step(id)?;
            event.body.status_after().filter(|status| *status != step.status)?;
            return Some(step.spans.effect(told, recorded));
        }
        let status = event.body.execution_status_after()?;
        let at = self.state.spans.effect(told, recorded);
        let last_of_steps = self.state.steps.iter().filter_map(|step| step.spans.since()).max();
        Some(last_of_steps.filter(|last| status.is_closed() && *last > at).unwrap_or(at))
    }

    /// Folds in one event. Events come in the order of their `seq`, each once; who cannot be sure of that checks
    /// first ([`crate::replica::Replica`]).
    pub fn apply(&mut self, event: &Event) {
        let counted = self.counts_from(event);
        let at = counted.unwrap_or_else(|| event.told_time());
        if at != event.told_time() {
            self.state.counted_otherwise.push((event.seq, at));
        }
        match &event.node_id {
            Some(id) => {
                if let Some(step) = self.flow.position(id).and_then(|position| self.state.steps.get_mut(position)) {
                    apply_to_step(Arc::make_mut(step), event, at);
                }
            }
            None => self.apply_to_whole(event, at),
        }
        let state = &mut self.state;
        if !state.analysts.contains(&event.actor) {
            state.analysts.insert(event.actor.clone());
        }
        state.last_seq = event.seq;
        state.head_hash = event.hash.clone();
        state.last_timestamp = Some(event.timestamp);
    }

    fn apply_to_whole(&mut self, event: &Event, at: Timestamp) {
        let state = &mut self.state;
        let touch = || Some(Touch { actor: event.actor.clone(), seq: event.seq });
        if event.body.execution_status_after().is_some() {
            state.status_touch = touch();
        }
        match &event.body {
            EventBody::ExecutionStarted { incident_title, incident_id, playbook_title, .. } => {
                state.incident_title.clone_from(incident_title);
                state.incident_id.clone_from(incident_id);
                state.playbook_title.clone_from(playbook_title);
                state.started_at = Some(at);
                state.started_by = event.actor.clone();
                self.set_status(ExecutionStatus::Active, at);
            }
            EventBody::ExecutionPaused(change) => {
                self.set_status(ExecutionStatus::Paused, at);
                self.state.pause_reason.clone_from(&change.reason);
            }
            EventBody::ExecutionResumed(_) => self.set_status(ExecutionStatus::Active, at),
            EventBody::ExecutionCompleted(change) | EventBody::ExecutionAbandoned(change) => {
                state.outcome.clone_from(&change.outcome);
                let completed = matches!(event.body, EventBody::ExecutionCompleted(_));
                self.set_status(if completed { ExecutionStatus::Completed } else { ExecutionStatus::Abandoned }, at);
            }
            EventBody::ExecutionReopened(_) => {
                state.outcome = None;
                self.set_status(ExecutionStatus::Active, at);
            }
            EventBody::ExecutionNoted(note) => state.notes.push(Arc::new(note_of(event, note))),
            EventBody::RecommendationsChanged(text) => {
                state.recommendations = (!text.text.is_empty()).then(|| text.text.clone());
                state.recommendations_touch = touch();
            }
            EventBody::ExecutionDescribed(described) => {
                let touch = Touch { actor: event.actor.clone(), seq: event.seq };
                state.described.insert(described.field, Said { text: described.to.clone(), touch });
            }
            _ => {}
        }
    }

    fn set_status(&mut self, status: ExecutionStatus, at: Timestamp) {
        let state = &mut self.state;
        state.status = status;
        state.completed_at = status.is_closed().then_some(at);
        state.pause_reason = None;
        state.spans.begin(status, at);
    }

    /// Per step, whether it applies: it can still be reached over the branches that were taken, or somebody works on
    /// it all the same. Steps that do not apply are shown dimmed and left out of the progress.
    pub fn applicable(&self) -> Vec<bool> {
        let taken: BTreeMap<NodeId, String> = self
            .state
            .steps
            .iter()
            .filter_map(|step| step.decision.as_ref().map(|decision| (step.node_id.clone(), decision.branch.clone())))
            .collect();
        let mut applicable = self.flow.reachable(&self.graph, &taken);
        for (position, step) in self.state.steps.iter().enumerate() {
            if step.status != StepStatus::NotStarted {
                applicable[position] = true;
            }
        }
        applicable
    }

    /// The progress of the whole.
    pub fn progress(&self) -> Progress {
        Progress::of(
            self.graph
                .nodes
                .iter()
                .zip(&self.state.steps)
                .zip(self.applicable())
                .map(|((node, step), applicable)| (node.kind, step.status, applicable)),
        )
    }
}

/// `at` is when the event counts from, or is told to have happened when it is no transition.
fn apply_to_step(step: &mut Step, event: &Event, at: Timestamp) {
    let touch = |step: &mut Step, field| {
        step.touched.insert(field, Touch { actor: event.actor.clone(), seq: event.seq });
    };
    if let Some(status) = event.body.status_after() {
        if let EventBody::StepBlocked(change) = &event.body {
            step.blocked_reason.clone_from(&change.reason);
        } else {
            step.blocked_reason = None;
        }
        // Another reason for the same block begins no new one.
        if status != step.status {
            step.set_status(status, at);
        }
        touch(step, Field::Status);
        return;
    }
    match &event.body {
        EventBody::NoteAdded(note) => step.notes.push(Arc::new(note_of(event, note))),
        EventBody::AssigneeChanged { to, .. } => {
            step.assignee.clone_from(to);
            touch(step, Field::Assignee);
        }
        EventBody::DecisionTaken { branch, rationale, .. } => {
            let standing = step.decision.take().filter(|taken| taken.branch == *branch);
            // A reason that comes later leaves the answer with whoever gave it.
            let (actor, timestamp) = standing.map_or((event.actor.clone(), at), |taken| (taken.actor, taken.timestamp));
            step.decision = Some(Decision { branch: branch.clone(), rationale: rationale.clone(), actor, timestamp });
            touch(step, Field::Decision);
        }
        EventBody::DecisionWithdrawn { .. } => {
            step.decision = None;
            touch(step, Field::Decision);
        }
        EventBody::EvidenceAttached(evidence) => step.evidence.push(AttachedEvidence {
            evidence: evidence.clone(),
            uploaded_at: event.timestamp,
            uploaded_by: event.actor.clone(),
        }),
        _ => {}
    }
}

fn note_of(event: &Event, note: &Text) -> Note {
    Note {
        seq: event.seq,
        text: note.text.clone(),
        author: event.actor.clone(),
        timestamp: event.timestamp,
        occurred_at: event.occurred_at,
        key: note.key,
    }
}
