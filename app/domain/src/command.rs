//! Commands: what an analyst asks for, and the rules by which it is decided into events or refused.
//!
//! [`decide`] looks and never changes anything; what it returns is complete, so a command takes effect as a whole or
//! not at all. The events of one command come in this order: assignee, decision, note, status.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::event::{
    Described, EventBody, Evidence, ExecutionStatus, Kept, Overwrote, Reset, Rewritten, Secret, StateChange,
    StatusChange, StepStatus, Text, Topic,
};
use crate::execution::{Execution, Field, State, Step, Touch};
use crate::graph::NodeKind;
use crate::ids::{Actor, CommandId, MAX_NAME_CHARS, NodeId, Seq};
use crate::legible::{self, NameError};
use crate::text::shortened;
use crate::time::Timestamp;

/// Longest note, rationale, outcome or other free text, in characters.
pub const MAX_TEXT_CHARS: usize = 20_000;

/// Longest reason why a step is blocked or an execution paused, in characters: it stands on nodes and in lists.
pub const MAX_REASON_CHARS: usize = 500;

/// Longest name of a file that is evidence, in characters. The name is kept as it came and never used as a path, so it may
/// be longer than any file system allows.
pub const MAX_FILE_NAME_CHARS: usize = 1_000;

/// What an analyst asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Begin.
    Start {
        /// What the incident is called.
        incident_title: String,
        /// Its number elsewhere.
        incident_id: Option<String>,
    },
    /// Change one step.
    ChangeStep {
        /// Which.
        node_id: NodeId,
        /// How.
        change: StepChange,
    },
    /// Change the execution as a whole.
    ChangeExecution(ExecutionChange),
    /// Attach a file that has been stored.
    AttachEvidence {
        /// To which step.
        node_id: NodeId,
        /// The file.
        evidence: Evidence,
    },
}

/// What is to change about a step; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepChange {
    /// The new status.
    pub status: Option<StepStatus>,
    /// `Some(None)` takes the step from whoever has it.
    pub assignee: Option<Option<Actor>>,
    /// A note to add.
    pub note: Option<String>,
    /// Whether that note is a key event.
    pub key: bool,
    /// The branch to take; `Some(None)` takes the decision back.
    pub decision: Option<Option<String>>,
    /// Why that branch; without a branch, why the one that is taken.
    pub rationale: Option<String>,
    /// What is waited for; goes with `blocked`.
    pub reason: Option<String>,
}

/// What is to change about an execution; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExecutionChange {
    /// The new status.
    pub status: Option<ExecutionStatus>,
    /// A note to add.
    pub note: Option<String>,
    /// Whether that note is a key event.
    pub key: bool,
    /// How it ended; goes with `completed` or `abandoned`.
    pub outcome: Option<String>,
    /// What is waited for; goes with `paused`.
    pub reason: Option<String>,
    /// The report's recommendations, as a whole.
    pub recommendations: Option<String>,
    /// What the incident did to whom, as a whole.
    pub impact: Option<String>,
    /// Why it could happen, as a whole.
    pub cause: Option<String>,
}

impl ExecutionChange {
    /// What it says of a topic of the incident.
    fn says_of(&self, topic: Topic) -> Option<&str> {
        match topic {
            Topic::Impact => self.impact.as_deref(),
            Topic::Cause => self.cause.as_deref(),
        }
    }
}

/// Who asks, when, and what they had seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meta {
    /// The server's clock.
    pub now: Timestamp,
    /// Who asks.
    pub actor: Actor,
    /// The command's id.
    pub command_id: CommandId,
    /// The last event the sender had seen; without it nobody is told of what was overwritten.
    pub base_seq: Option<Seq>,
    /// When it happened, for a late entry.
    pub occurred_at: Option<Timestamp>,
    /// Whether the sender knows that `occurred_at` lies before the start of the execution.
    pub before_start: bool,
    /// What the salts of its texts are made from. Where nothing is recorded, zeros will do.
    pub secret: Secret,
}

/// A decided event that has no number yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventDraft {
    /// What happened.
    pub body: EventBody,
    /// To which node.
    pub node_id: Option<NodeId>,
}

/// Why a command was refused. Nothing was changed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The playbook has no such node.
    #[error("this playbook has no node “{}”", shown(.0.as_str()))]
    UnknownNode(NodeId),
    /// A branch was chosen where there is nothing to decide.
    #[error("“{0}” is not a decision, so no branch can be taken there")]
    NotADecision(NodeId),
    /// The decision has no such branch.
    #[error("“{}” is not a branch of this decision; its branches are {}", shown(.branch), quoted(.options))]
    NoSuchBranch {
        /// What was asked for.
        branch: String,
        /// What there is.
        options: Vec<String>,
    },
    /// The execution is over.
    #[error(
        "this execution is {}: it takes notes, recommendations, impact and cause; everything else needs it to be reopened first",
        .0.as_str()
    )]
    Closed(ExecutionStatus),
    /// The execution is paused.
    #[error("this execution is paused: statuses and decisions wait until it is resumed; notes are welcome")]
    Paused,
    /// The execution cannot go from one status to the other.
    #[error("an execution that is {} cannot become {}", .from.as_str(), .to.as_str())]
    BadTransition {
        /// The status it has.
        from: ExecutionStatus,
        /// The status asked for.
        to: ExecutionStatus,
    },
    /// The execution has ended that way already, with other words.
    #[error("this execution is {} already, with another outcome: reopen it to change that", .0.as_str())]
    OtherOutcome(ExecutionStatus),
    /// The execution has begun already.
    #[error("this execution has begun already")]
    AlreadyStarted,
    /// A text that must say something is blank.
    #[error("{field} must not be blank")]
    Blank {
        /// Its name on the wire.
        field: &'static str,
    },
    /// A text is too long.
    #[error("{field} has at most {limit} characters, this one has {length}")]
    TooLong {
        /// Its name on the wire.
        field: &'static str,
        /// The most there may be.
        limit: usize,
        /// What there is.
        length: usize,
    },
    /// A title or an id that is none, or a text with what no text may hold.
    #[error("{field} {fault}")]
    Name {
        /// Its name on the wire.
        field: &'static str,
        /// What is wrong with it.
        fault: NameError,
    },
    /// A rationale without a decision, an outcome without an end, or a reason without what it explains.
    #[error("{field} goes with {with}")]
    Alone {
        /// Its name on the wire.
        field: &'static str,
        /// What it needs.
        with: &'static str,
    },
    /// Nothing was asked for.
    #[error("nothing to change: name at least one of {0}")]
    Nothing(&'static str),
    /// A late entry that has not happened yet.
    #[error("occurred_at lies in the future")]
    InTheFuture,
    /// A late entry from before the execution, without saying so.
    #[error(
        "occurred_at lies before the start of the execution ({0}): if that is meant, send before_start: true with it"
    )]
    BeforeTheStart(Timestamp),
}

impl Refusal {
    /// The field of the request that is to blame, by its name on the wire.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::UnknownNode(_) => Some("node_id"),
            Self::NotADecision(_) | Self::NoSuchBranch { .. } => Some("decision_taken"),
            Self::BadTransition { .. } | Self::AlreadyStarted => Some("status"),
            Self::Blank { field }
            | Self::TooLong { field, .. }
            | Self::Name { field, .. }
            | Self::Alone { field, .. } => Some(field),
            Self::OtherOutcome(_) => Some("outcome"),
            Self::InTheFuture | Self::BeforeTheStart(_) => Some("occurred_at"),
            Self::Closed(_) | Self::Paused | Self::Nothing(_) => None,
        }
    }
}

/// What somebody sent, short enough to be quoted.
fn shown(text: &str) -> String {
    shortened(text, MAX_NAME_CHARS)
}

fn quoted(options: &[String]) -> String {
    options.iter().map(|option| format!("“{option}”")).collect::<Vec<_>>().join(", ")
}

/// Decides a command into events; none when everything already is as asked.
///
/// # Errors
/// When a rule of the domain is against it; see [`Refusal`].
pub fn decide(execution: &Execution, command: &Command, meta: &Meta) -> Result<Vec<EventDraft>, Refusal> {
    check_occurred_at(execution, meta)?;
    match command {
        Command::Start { incident_title, incident_id } => start(execution, incident_title, incident_id.as_deref()),
        Command::ChangeStep { node_id, change } => change_step(execution, node_id, change, meta),
        Command::ChangeExecution(change) => change_execution(execution, change, meta),
        Command::AttachEvidence { node_id, evidence } => attach_evidence(execution, node_id, evidence),
    }
}

fn check_occurred_at(execution: &Execution, meta: &Meta) -> Result<(), Refusal> {
    match (meta.occurred_at, execution.state.started_at) {
        (Some(at), _) if at > meta.now => Err(Refusal::InTheFuture),
        (Some(at), Some(start)) if at < start && !meta.before_start => Err(Refusal::BeforeTheStart(start)),
        _ => Ok(()),
    }
}

fn start(execution: &Execution, title: &str, incident_id: Option<&str>) -> Result<Vec<EventDraft>, Refusal> {
    if execution.state.started_at.is_some() {
        return Err(Refusal::AlreadyStarted);
    }
    let incident_title = name("incident_title", title)?;
    let incident_id = match incident_id {
        None => None,
        Some(id) => match name("incident_id", id) {
            Err(Refusal::Name { fault: NameError::Blank, .. }) => None,
            id => Some(id?),
        },
    };
    let header = &execution.state.header;
    Ok(vec![of_execution(EventBody::ExecutionStarted {
        incident_title,
        incident_id,
        playbook_id: header.playbook_id,
        playbook_version: header.playbook_version,
        playbook_title: execution.graph.title.clone(),
    })])
}

fn change_step(
    execution: &Execution,
    node_id: &NodeId,
    change: &StepChange,
    meta: &Meta,
) -> Result<Vec<EventDraft>, Refusal> {
    let step = execution.step(node_id).ok_or_else(|| Refusal::UnknownNode(node_id.clone()))?;
    if *change == StepChange::default() {
        return Err(Refusal::Nothing("status, assignee, notes, decision_taken"));
    }
    let StepChange { status, assignee, decision, rationale, reason, .. } = change;
    let asks_for_more_than_notes =
        status.is_some() || assignee.is_some() || decision.is_some() || rationale.is_some() || reason.is_some();
    let standing = execution.state.status;
    if standing.is_closed() && asks_for_more_than_notes {
        return Err(Refusal::Closed(standing));
    }
    if standing == ExecutionStatus::Paused && (status.is_some() || decision.is_some() || rationale.is_some()) {
        return Err(Refusal::Paused);
    }
    // A reason that comes later belongs to the answer that stands.
    let standing_answer = || step.decision.as_ref().map(|taken| Some(taken.branch.clone()));
    let decision = decision.clone().or_else(|| rationale.as_ref().and_then(|_| standing_answer()));
    if rationale.is_some() && !matches!(decision, Some(Some(_))) {
        return Err(Refusal::Alone {
            field: "rationale",
            with: "a branch in decision_taken, or with one that is taken",
        });
    }
    if reason.is_some() && *status != Some(StepStatus::Blocked) {
        return Err(Refusal::Alone { field: "reason", with: "status blocked" });
    }
    let reason = reason.as_deref().map(self::reason).transpose()?;
    let mut bodies = Vec::new();
    let assignee = assignee.clone().or_else(|| taken_on(step, *status, meta).map(Some));
    bodies.extend(assignee.and_then(|to| assign(step, to.as_ref(), meta)));
    match &decision {
        Some(Some(branch)) => {
            bodies.extend(take_decision(execution, step, branch, rationale.as_deref(), meta)?);
        }
        Some(None) => bodies.extend(withdraw_decision(execution, step, meta)?),
        None => {}
    }
    if let Some(text) = note(change.note.as_deref(), change.key)? {
        bodies.push(EventBody::NoteAdded(text));
    }
    let status = status.and_then(|to| set_status(step, to, reason, &bodies, meta));
    bodies.extend(status);
    Ok(bodies.into_iter().map(|body| EventDraft { body, node_id: Some(node_id.clone()) }).collect())
}

/// Who has a step from now on, because they do something about it that nobody else does (DESIGN §11).
fn taken_on(step: &Step, to: Option<StepStatus>, meta: &Meta) -> Option<Actor> {
    let is_work = matches!(to?, StepStatus::InProgress | StepStatus::Completed | StepStatus::Blocked);
    let is_free = step.assignee.is_none() && to != Some(step.status);
    (is_work && is_free && meta.actor != Actor::anonymous()).then(|| meta.actor.clone())
}

fn assign(step: &Step, to: Option<&Actor>, meta: &Meta) -> Option<EventBody> {
    (step.assignee.as_ref() != to).then(|| EventBody::AssigneeChanged {
        from: step.assignee.clone(),
        to: to.cloned(),
        overwrote: overwrote_of(step, Field::Assignee, meta),
    })
}

fn take_decision(
    execution: &Execution,
    step: &Step,
    branch: &str,
    rationale: Option<&str>,
    meta: &Meta,
) -> Result<Option<EventBody>, Refusal> {
    check_is_decision(execution, step)?;
    let position = execution.flow.position(&step.node_id);
    let options = position.map(|decision| execution.flow.branches(&execution.graph, decision)).unwrap_or_default();
    if !options.iter().any(|option| option == branch) {
        return Err(Refusal::NoSuchBranch { branch: branch.to_owned(), options });
    }
    let rationale = rationale.map(|why| text("rationale", why)).transpose()?;
    let holds = step
        .decision
        .as_ref()
        .is_some_and(|taken| taken.branch == branch && (rationale.is_none() || taken.rationale == rationale));
    let same = step.decision.as_ref().filter(|taken| taken.branch == branch);
    let value = || same.map_or_else(|| step.value_of(Field::Decision), |taken| taken.rationale.clone().into());
    Ok((!holds).then(|| EventBody::DecisionTaken {
        branch: branch.to_owned(),
        from: step.decision.as_ref().map(|taken| taken.branch.clone()),
        rationale,
        overwrote: overwrote(step.touched.get(&Field::Decision), meta, value),
    }))
}

fn withdraw_decision(execution: &Execution, step: &Step, meta: &Meta) -> Result<Option<EventBody>, Refusal> {
    check_is_decision(execution, step)?;
    Ok(step.decision.as_ref().map(|taken| EventBody::DecisionWithdrawn {
        from: taken.branch.clone(),
        overwrote: overwrote_of(step, Field::Decision, meta),
    }))
}

fn check_is_decision(execution: &Execution, step: &Step) -> Result<(), Refusal> {
    match execution.graph.node(&step.node_id).map(|node| node.kind) {
        Some(NodeKind::Decision) => Ok(()),
        _ => Err(Refusal::NotADecision(step.node_id.clone())),
    }
}

/// The change of a status after the other events of its command. Another reason for what is blocked already is one, too.
fn set_status(
    step: &Step,
    to: StepStatus,
    reason: Option<String>,
    before: &[EventBody],
    meta: &Meta,
) -> Option<EventBody> {
    let from = step.status;
    let says_something_new = reason.is_some() && reason != step.blocked_reason;
    let change = StatusChange { from, reason, overwrote: overwrote_of(step, Field::Status, meta) };
    match (from, to) {
        _ if from == to && !says_something_new => None,
        (StepStatus::Blocked, StepStatus::InProgress) => Some(EventBody::StepUnblocked(change)),
        (_, StepStatus::NotStarted) => {
            Some(EventBody::StepReset(Reset { from, kept: kept(step, before), overwrote: change.overwrote }))
        }
        (_, StepStatus::InProgress) => Some(EventBody::StepStarted(change)),
        (_, StepStatus::Completed) => Some(EventBody::StepCompleted(change)),
        (_, StepStatus::Skipped) => Some(EventBody::StepSkipped(change)),
        (_, StepStatus::Blocked) => Some(EventBody::StepBlocked(change)),
    }
}

/// What a reset keeps of a step, once the other events of its command have happened.
fn kept(step: &Step, before: &[EventBody]) -> Option<Kept> {
    let mut kept = step.kept().unwrap_or_default();
    for body in before {
        match body {
            EventBody::AssigneeChanged { to, .. } => kept.assignee.clone_from(to),
            EventBody::DecisionTaken { branch, .. } => kept.decision = Some(branch.clone()),
            EventBody::DecisionWithdrawn { .. } => kept.decision = None,
            EventBody::NoteAdded(_) => kept.notes += 1,
            _ => {}
        }
    }
    (kept != Kept::default()).then_some(kept)
}

fn overwrote_of(step: &Step, field: Field, meta: &Meta) -> Option<Overwrote> {
    overwrote(step.touched.get(&field), meta, || step.value_of(field))
}

/// What somebody else had set after the sender last looked.
fn overwrote(touch: Option<&Touch>, meta: &Meta, value: impl FnOnce() -> Value) -> Option<Overwrote> {
    let Touch { actor, seq } = touch?;
    let unseen = *seq > meta.base_seq? && *actor != meta.actor;
    unseen.then(|| Overwrote { actor: actor.clone(), value: value(), seq: *seq })
}

fn change_execution(execution: &Execution, change: &ExecutionChange, meta: &Meta) -> Result<Vec<EventDraft>, Refusal> {
    let state = &execution.state;
    if *change == ExecutionChange::default() {
        return Err(Refusal::Nothing("status, notes, recommendations, impact, cause"));
    }
    let mut bodies = Vec::new();
    if let Some(text) = note(change.note.as_deref(), change.key)? {
        bodies.push(EventBody::ExecutionNoted(text));
    }
    if let Some(recommendations) = &change.recommendations {
        let recommendations = at_most("recommendations", recommendations, MAX_TEXT_CHARS)?;
        if state.recommendations.as_deref().unwrap_or_default() != recommendations {
            let overwrote =
                overwrote(state.recommendations_touch.as_ref(), meta, || state.recommendations.clone().into());
            bodies.push(EventBody::RecommendationsChanged(Rewritten { text: recommendations, overwrote }));
        }
    }
    for topic in [Topic::Impact, Topic::Cause] {
        if let Some(text) = change.says_of(topic) {
            bodies.extend(describe(state, topic, text, meta)?);
        }
    }
    let ends = change.status.is_some_and(ExecutionStatus::is_closed);
    if change.outcome.is_some() && !ends {
        return Err(Refusal::Alone { field: "outcome", with: "status completed or abandoned" });
    }
    if change.reason.is_some() && change.status != Some(ExecutionStatus::Paused) {
        return Err(Refusal::Alone { field: "reason", with: "status paused" });
    }
    if let Some(to) = change.status {
        let reason = change.reason.as_deref().map(self::reason).transpose()?;
        let outcome = change.outcome.as_ref().map(|outcome| text("outcome", outcome)).transpose()?;
        // It ended with somebody's words, which nobody's replace in silence.
        if to == state.status && outcome.is_some() && outcome != state.outcome {
            return Err(Refusal::OtherOutcome(to));
        }
        let overwrote = overwrote(state.status_touch.as_ref(), meta, || state.status.as_str().into());
        bodies.extend(transition(state.status, to, StateChange { outcome, reason, overwrote })?);
    }
    Ok(bodies.into_iter().map(of_execution).collect())
}

/// What is said of a topic of the incident; a blank text takes it away.
fn describe(state: &State, field: Topic, text: &str, meta: &Meta) -> Result<Option<EventBody>, Refusal> {
    let text = at_most(field.as_str(), text, MAX_TEXT_CHARS)?;
    let to = Some(text).filter(|text| !text.trim().is_empty());
    let said = state.described.get(&field);
    let from = said.and_then(|said| said.text.clone());
    Ok((from != to).then(|| {
        let overwrote = overwrote(said.map(|said| &said.touch), meta, || from.clone().into());
        EventBody::ExecutionDescribed(Described { field, from, to, overwrote })
    }))
}

fn transition(from: ExecutionStatus, to: ExecutionStatus, change: StateChange) -> Result<Option<EventBody>, Refusal> {
    use ExecutionStatus::{Abandoned, Active, Completed, Paused};
    match (from, to) {
        _ if from == to => Ok(None),
        (Active, Paused) => Ok(Some(EventBody::ExecutionPaused(change))),
        (Paused, Active) => Ok(Some(EventBody::ExecutionResumed(change))),
        (Active | Paused, Completed) => Ok(Some(EventBody::ExecutionCompleted(change))),
        (Active | Paused, Abandoned) => Ok(Some(EventBody::ExecutionAbandoned(change))),
        (Completed | Abandoned, Active) => Ok(Some(EventBody::ExecutionReopened(change))),
        _ => Err(Refusal::BadTransition { from, to }),
    }
}

fn attach_evidence(execution: &Execution, node_id: &NodeId, evidence: &Evidence) -> Result<Vec<EventDraft>, Refusal> {
    if execution.step(node_id).is_none() {
        return Err(Refusal::UnknownNode(node_id.clone()));
    }
    if execution.state.status.is_closed() {
        return Err(Refusal::Closed(execution.state.status));
    }
    let description = evidence.description.as_deref().map(|words| text("description", words)).transpose()?;
    let file_name = at_most("file", &evidence.file_name, MAX_FILE_NAME_CHARS)?;
    let evidence = Evidence { file_name, description, ..evidence.clone() };
    Ok(vec![EventDraft { body: EventBody::EvidenceAttached(evidence), node_id: Some(node_id.clone()) }])
}

fn of_execution(body: EventBody) -> EventDraft {
    EventDraft { body, node_id: None }
}

/// A title or an id: one line, not blank.
fn name(field: &'static str, value: &str) -> Result<String, Refusal> {
    legible::name(value).map_err(|fault| Refusal::Name { field, fault })
}

/// Free text that must say something; the white space around it is cut.
fn text(field: &'static str, value: &str) -> Result<String, Refusal> {
    to_the_letter(field, value.trim())
}

/// Why something waits: it is shown in one line, so it is one.
fn reason(value: &str) -> Result<String, Refusal> {
    check_length("reason", value, MAX_REASON_CHARS)?;
    let words = text("reason", value)?;
    Ok(words.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A note, as it was written.
fn note(words: Option<&str>, key: bool) -> Result<Option<Text>, Refusal> {
    match words {
        Some(words) => Ok(Some(Text { text: to_the_letter("notes", words)?, key })),
        None if key => Err(Refusal::Alone { field: "key", with: "notes" }),
        None => Ok(None),
    }
}

/// Free text that must say something, as it was written: the indentation of a first line may be evidence.
fn to_the_letter(field: &'static str, value: &str) -> Result<String, Refusal> {
    if value.trim().is_empty() {
        return Err(Refusal::Blank { field });
    }
    at_most(field, value, MAX_TEXT_CHARS)
}

fn at_most(field: &'static str, value: &str, limit: usize) -> Result<String, Refusal> {
    check_length(field, value, limit)?;
    // Not every database can keep it, and no text needs it.
    match value.chars().position(|character| character == '\0') {
        Some(at) => Err(Refusal::Name { field, fault: NameError::Forbidden { character: '\0', place: at + 1 } }),
        None => Ok(value.to_owned()),
    }
}

/// Refuses a text of more than `limit` characters.
///
/// # Errors
/// When it is longer.
pub fn check_length(field: &'static str, value: &str, limit: usize) -> Result<(), Refusal> {
    let length = value.chars().count();
    if length > limit { Err(Refusal::TooLong { field, limit, length }) } else { Ok(()) }
}
