//! Which events the timeline shows, and what stands between them. Nothing here knows of the screen.

use std::sync::Arc;

use domain::event::{Event, EventBody};
use domain::ids::{Actor, NodeId, Seq};
use domain::spans::seconds_between;
use domain::time::Timestamp;
use domain::words::is_told_with;

const DAY_MICROS: i64 = 86_400_000_000;
/// Seconds of silence that are worth showing.
const GAP_SECONDS: i64 = 300;

/// Kinds of events, as readers look for them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group {
    Statuses,
    Decisions,
    Notes,
    Evidence,
    Assignees,
    Execution,
}

impl Group {
    /// Every group, in the order of the screen.
    pub(super) const EVERY: [Self; 6] =
        [Self::Statuses, Self::Decisions, Self::Notes, Self::Evidence, Self::Assignees, Self::Execution];

    /// Its name.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Statuses => "Statuses",
            Self::Decisions => "Decisions",
            Self::Notes => "Notes",
            Self::Evidence => "Evidence",
            Self::Assignees => "Assignees",
            Self::Execution => "The whole execution",
        }
    }

    /// Whether an event is of this kind. Of the whole execution is whatever is of no step, also a note.
    fn holds(self, event: &Event) -> bool {
        if self == Self::Execution { event.node_id.is_none() } else { self == Self::of(&event.body) }
    }

    fn of(body: &EventBody) -> Self {
        match body {
            EventBody::StepStarted(_)
            | EventBody::StepCompleted(_)
            | EventBody::StepSkipped(_)
            | EventBody::StepBlocked(_)
            | EventBody::StepUnblocked(_)
            | EventBody::StepReset(_) => Self::Statuses,
            EventBody::DecisionTaken { .. } | EventBody::DecisionWithdrawn { .. } => Self::Decisions,
            EventBody::NoteAdded(_) | EventBody::ExecutionNoted(_) => Self::Notes,
            EventBody::EvidenceAttached(_) => Self::Evidence,
            EventBody::AssigneeChanged { .. } => Self::Assignees,
            EventBody::ExecutionStarted { .. }
            | EventBody::ExecutionPaused(_)
            | EventBody::ExecutionResumed(_)
            | EventBody::ExecutionCompleted(_)
            | EventBody::ExecutionAbandoned(_)
            | EventBody::ExecutionReopened(_)
            | EventBody::RecommendationsChanged(_)
            | EventBody::ExecutionDescribed(_) => Self::Execution,
        }
    }
}

/// What is looked for; everything where nothing is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filter {
    pub(super) group: Option<Group>,
    pub(super) actor: Option<Actor>,
    pub(super) node: Option<NodeId>,
}

impl Filter {
    fn holds(&self, event: &Event) -> bool {
        self.group.is_none_or(|group| group.holds(event))
            && self.actor.as_ref().is_none_or(|actor| *actor == event.actor)
            && self.node.as_ref().is_none_or(|node| event.node_id.as_ref() == Some(node))
    }
}

/// An event that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Row {
    /// Its place in the log.
    pub(super) at: usize,
    pub(super) seq: Seq,
    /// Seconds of silence before it, if they are worth showing.
    pub(super) gap: Option<i64>,
    /// Whether it tells the event before it, too, which is not shown.
    pub(super) tells_two: bool,
    /// Whether it is the first of its day that is shown.
    pub(super) new_day: bool,
}

/// The events that the filter lets through, with the silence between them.
pub(super) fn rows(events: &[Arc<Event>], filter: &Filter) -> Vec<Row> {
    let mut before: Option<Timestamp> = None;
    let mut tells_two = false;
    let mut rows = Vec::new();
    let mut shown = events.iter().enumerate().filter(|(_, event)| filter.holds(event)).peekable();
    while let Some((at, event)) = shown.next() {
        let next = shown.peek().filter(|(next, _)| *next == at + 1).map(|(_, next)| &***next);
        // Two events that are told as one, as long as the second is shown.
        if is_told_with(event, next) {
            tells_two = true;
            continue;
        }
        let silence = before.map_or(0, |before| seconds_between(before, event.timestamp));
        let day = |time: Timestamp| time.micros().div_euclid(DAY_MICROS);
        let new_day = before.is_none_or(|before| day(before) != day(event.timestamp));
        let gap = (silence >= GAP_SECONDS).then_some(silence);
        rows.push(Row { at, seq: event.seq, gap, tells_two: std::mem::take(&mut tells_two), new_day });
        before = Some(event.timestamp);
    }
    rows
}

/// Who did something, and to which nodes; each in the order in which they first occur.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Known {
    pub(super) actors: Vec<Actor>,
    pub(super) nodes: Vec<NodeId>,
}

impl Known {
    /// Of a log.
    pub(super) fn of(events: &[Arc<Event>]) -> Self {
        let mut known = Self::default();
        for event in events {
            if !known.actors.contains(&event.actor) {
                known.actors.push(event.actor.clone());
            }
            if let Some(node) = event.node_id.as_ref().filter(|node| !known.nodes.contains(node)) {
                known.nodes.push(node.clone());
            }
        }
        known
    }
}

#[cfg(test)]
mod tests {
    use domain::event::{Hash, Seal, StateChange, StatusChange, StepStatus, Text};
    use domain::ids::CommandId;
    use uuid::Uuid;

    use super::*;

    fn name(name: &str) -> Actor {
        Actor::new(name).expect("a name")
    }

    fn event(seq: u64, second: i64, who: &str, node: Option<&str>, body: EventBody) -> Arc<Event> {
        Arc::new(Event {
            seq: Seq(seq),
            body,
            node_id: node.map(NodeId::from),
            actor: name(who),
            timestamp: Timestamp::from_micros(second * 1_000_000).expect("a time"),
            occurred_at: None,
            command_id: CommandId(Uuid::nil()),
            seal: Seal::default(),
            hash: Hash(String::new()),
        })
    }

    fn log() -> Vec<Arc<Event>> {
        let status = || StatusChange { from: StepStatus::NotStarted, reason: None, overwrote: None };
        let note = || Text { text: "found".into(), key: false };
        vec![
            event(1, 0, "Ana", Some("triage"), EventBody::StepStarted(status())),
            event(2, 299, "Ben", Some("triage"), EventBody::NoteAdded(note())),
            event(3, 600, "Ana", None, EventBody::ExecutionNoted(note())),
            event(4, 86_400, "Ana", Some("isolate"), EventBody::StepCompleted(status())),
            event(5, 86_401, "Ben", None, EventBody::ExecutionPaused(StateChange::default())),
        ]
    }

    fn seqs(filter: &Filter) -> Vec<u64> {
        rows(&log(), filter).into_iter().map(|row| row.seq.0).collect()
    }

    #[test]
    fn what_is_named_in_the_filter_must_all_hold() {
        assert_eq!(seqs(&Filter::default()), [1, 2, 3, 4, 5]);
        let notes = Filter { group: Some(Group::Notes), ..Filter::default() };
        assert_eq!(seqs(&notes), [2, 3], "on steps and on the whole");
        assert_eq!(seqs(&Filter { actor: Some(name("Ana")), ..notes }), [3]);
        assert_eq!(seqs(&Filter { node: Some("triage".into()), ..Filter::default() }), [1, 2]);
        let whole = Filter { group: Some(Group::Execution), ..Filter::default() };
        assert_eq!(seqs(&whole), [3, 5], "a note on the whole is of the whole");
    }

    #[test]
    fn silence_is_drawn_from_five_minutes_and_between_what_is_shown() {
        let gaps = |filter: &Filter| rows(&log(), filter).into_iter().map(|row| row.gap).collect::<Vec<_>>();
        assert_eq!(gaps(&Filter::default()), [None, None, Some(301), Some(85_800), None]);
        let ana = Filter { actor: Some(name("Ana")), ..Filter::default() };
        assert_eq!(gaps(&ana), [None, Some(600), Some(85_800)]);
    }

    #[test]
    fn the_first_event_of_a_day_says_the_day() {
        let days: Vec<bool> = rows(&log(), &Filter::default()).into_iter().map(|row| row.new_day).collect();
        assert_eq!(days, [true, false, false, true, false]);
    }

    #[test]
    fn who_and_what_occurs_is_known_once_in_the_order_of_the_log() {
        let known = Known::of(&log());
        assert_eq!(known.actors, [name("Ana"), name("Ben")]);
        assert_eq!(known.nodes, [NodeId::from("triage"), NodeId::from("isolate")]);
    }
}
