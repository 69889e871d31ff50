//! Facts in words: the one place where pages and reports say what happened, how long it took and how much there is.

use std::borrow::Cow;

use crate::event::{Described, Event, EventBody, ExecutionStatus, Kept, Overwrote, StepStatus};
use crate::execution::Hold;
use crate::legible::{legible, legible_file_name};
use crate::time::Timestamp;

/// What happened, to be read between the actor and the step: `gave Ben`, `completed`.
pub fn what(event: &Event) -> String {
    match &event.body {
        EventBody::ExecutionStarted { .. } => "started the execution".to_owned(),
        EventBody::ExecutionPaused(_) => "paused the execution".to_owned(),
        EventBody::ExecutionResumed(_) => "resumed the execution".to_owned(),
        EventBody::ExecutionCompleted(_) => "completed the execution".to_owned(),
        EventBody::ExecutionAbandoned(_) => "abandoned the execution".to_owned(),
        EventBody::ExecutionReopened(_) => "reopened the execution".to_owned(),
        EventBody::ExecutionNoted(_) => "noted".to_owned(),
        EventBody::RecommendationsChanged(_) => "rewrote the recommendations".to_owned(),
        EventBody::ExecutionDescribed(Described { field, to: Some(_), .. }) => {
            format!("described the {}", field.as_str())
        }
        EventBody::ExecutionDescribed(Described { field, to: None, .. }) => {
            format!("took away the description of the {}", field.as_str())
        }
        EventBody::StepStarted(_) => "started".to_owned(),
        EventBody::StepCompleted(_) => "completed".to_owned(),
        EventBody::StepSkipped(_) => "skipped".to_owned(),
        EventBody::StepBlocked(_) => "blocked".to_owned(),
        EventBody::StepUnblocked(_) => "unblocked".to_owned(),
        EventBody::StepReset(reset) => {
            let keeps = reset.kept.as_ref().map(|kept| format!("; {}", keeps(kept))).unwrap_or_default();
            format!("reset (was {}{keeps})", reset.from.label().to_lowercase())
        }
        EventBody::NoteAdded(_) => "noted on".to_owned(),
        EventBody::AssigneeChanged { to: Some(to), .. } if *to == event.actor => "took".to_owned(),
        EventBody::AssigneeChanged { to: Some(to), .. } => format!("gave {to}"),
        EventBody::AssigneeChanged { to: None, .. } => "unassigned".to_owned(),
        EventBody::DecisionTaken { branch, from: None, .. } => format!("decided “{}” at", legible(branch)),
        EventBody::DecisionTaken { branch, from: Some(from), .. } if branch == from => {
            format!("gave a reason for “{}” at", legible(branch))
        }
        EventBody::DecisionTaken { branch, from: Some(from), .. } => {
            format!("changed “{}” to “{}” at", legible(from), legible(branch))
        }
        EventBody::DecisionWithdrawn { from, .. } => format!("took back “{}” at", legible(from)),
        EventBody::EvidenceAttached(evidence) => format!("attached “{}” to", legible_file_name(&evidence.file_name)),
    }
}

/// The same where the step need not be named: `gave it to Ben`, `completed it`.
pub fn what_of_it(event: &Event) -> String {
    match &event.body {
        EventBody::NoteAdded(_) => "added a note".to_owned(),
        EventBody::AssigneeChanged { to: Some(to), .. } if *to != event.actor => format!("gave it to {to}"),
        EventBody::EvidenceAttached(evidence) => format!("attached “{}”", legible_file_name(&evidence.file_name)),
        EventBody::DecisionTaken { .. } | EventBody::DecisionWithdrawn { .. } => {
            let what = what(event);
            what.strip_suffix(" at").map_or(what.clone(), str::to_owned)
        }
        EventBody::StepReset(_) => what(event).replacen("reset", "reset it", 1),
        _ => format!("{} it", what(event)),
    }
}

/// Whether an event is told together with the one that follows it: somebody took a step by what they did about it. The log has
/// both.
pub fn is_told_with(event: &Event, next: Option<&Event>) -> bool {
    let takes =
        matches!(&event.body, EventBody::AssigneeChanged { to: Some(to), overwrote: None, .. } if *to == event.actor);
    takes
        && next.is_some_and(|next| {
            let is_work = next.body.status_after().is_some() || matches!(next.body, EventBody::DecisionTaken { .. });
            next.command_id == event.command_id && next.node_id == event.node_id && is_work
        })
}

/// [`what`] of an event and, when it is told with it, of the one before: `took and started`.
pub fn together(told: bool, what: String) -> String {
    if told { format!("took and {what}") } else { what }
}

/// The analyst's own words, where there are any.
pub fn details(body: &EventBody) -> Option<String> {
    match body {
        EventBody::ExecutionNoted(text) | EventBody::NoteAdded(text) => Some(text.text.clone()),
        EventBody::ExecutionCompleted(change) | EventBody::ExecutionAbandoned(change) => change.outcome.clone(),
        EventBody::ExecutionPaused(change) => change.reason.clone(),
        EventBody::StepBlocked(change) => change.reason.clone(),
        EventBody::DecisionTaken { rationale, .. } => rationale.clone(),
        // The text that was replaced is to be found where it went.
        EventBody::RecommendationsChanged(change) => {
            change.overwrote.as_ref().and_then(|overwrote| overwrote.value.as_str()).map(str::to_owned)
        }
        EventBody::ExecutionDescribed(described) => described.to.clone(),
        EventBody::EvidenceAttached(evidence) => {
            let facts = format!("{}, SHA-256 {}", size(evidence.size), evidence.sha256);
            Some(evidence.description.iter().chain([&facts]).cloned().collect::<Vec<_>>().join("\n"))
        }
        EventBody::ExecutionStarted { incident_title, .. } => Some(legible(incident_title).into_owned()),
        _ => None,
    }
}

/// Whether the [`details`] of such an event are a free text (`crate::prose`); those of the first are a name.
pub fn is_free_text(event_type: &str) -> bool {
    event_type != "execution_started"
}

/// What was replaced, and whose it was.
pub fn replaced(body: &EventBody) -> Option<String> {
    let Overwrote { actor, value, .. } = body.overwrote()?;
    let Some(value) = value.as_str() else {
        let nothing = match body {
            EventBody::AssigneeChanged { .. } => "“nobody”",
            EventBody::DecisionTaken { branch, from, .. } if from.as_ref() == Some(branch) => "choice without a reason",
            EventBody::DecisionTaken { .. } | EventBody::DecisionWithdrawn { .. } => "“no answer”",
            _ => "empty text",
        };
        return Some(format!("replacing {actor}’s {nothing}"));
    };
    // What may be long is not quoted in a line.
    Some(match body {
        EventBody::RecommendationsChanged(_) | EventBody::ExecutionDescribed(_) => format!("replacing {actor}’s text"),
        EventBody::DecisionTaken { branch, from, .. } if from.as_ref() == Some(branch) => {
            format!("replacing {actor}’s reason")
        }
        // Only of a status the word on the wire is another than the one on the screen.
        body => {
            let value = label_of_status(body, value).map_or_else(|| legible(value), Cow::Borrowed);
            format!("replacing {actor}’s “{value}”")
        }
    })
}

/// The word on the screen for a status that was replaced.
fn label_of_status(body: &EventBody, value: &str) -> Option<&'static str> {
    if body.status_after().is_some() {
        StepStatus::ALL.into_iter().find(|status| status.as_str() == value).map(StepStatus::label)
    } else if body.execution_status_after().is_some() {
        ExecutionStatus::ALL.into_iter().find(|status| status.as_str() == value).map(ExecutionStatus::label)
    } else {
        None
    }
}

/// What a step keeps that is reset: `2 notes, 1 file and the answer “Yes” are kept`.
pub fn keeps(kept: &Kept) -> String {
    let Kept { notes, files, assignee, decision } = kept;
    let count = |count: u32, thing: &str| (count > 0).then(|| counted(count.into(), thing));
    let things: Vec<String> = [
        count(*notes, "note"),
        count(*files, "file"),
        assignee.as_ref().map(|assignee| format!("the assignee {assignee}")),
        decision.as_ref().map(|branch| format!("the answer “{}”", legible(branch))),
    ]
    .into_iter()
    .flatten()
    .collect();
    let is_one = things.len() == 1 && notes + files <= 1;
    let things = match &things[..] {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    format!("{things} {} kept", if is_one || things == "nothing" { "is" } else { "are" })
}

/// Who stopped something, when, and what they wait for: `Ana, 02:14 UTC: the provider’s call`.
pub fn held(hold: &Hold) -> String {
    let (_, time) = hold.since.parts();
    let reason = hold.reason.as_deref().map(|reason| format!(": {}", legible(reason))).unwrap_or_default();
    format!("{}, {} UTC{reason}", hold.by, &time[..time.len().min("02:14".len())])
}

/// `1 step`, `3 steps`.
pub fn counted(count: u64, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// A number of bytes in its largest unit, as people know it: `812 B`, `1.5 MB`. A MB has 1,048,576 bytes.
pub fn size(bytes: u64) -> String {
    let mut unit = 1_u64;
    for name in ["B", "kB", "MB", "GB"] {
        if bytes < unit * 1_024 || name == "GB" {
            let whole = bytes / unit;
            let tenths = bytes % unit * 10 / unit;
            return if name == "B" || whole >= 100 {
                format!("{whole} {name}")
            } else {
                format!("{whole}.{tenths} {name}")
            };
        }
        unit *= 1_024;
    }
    format!("{bytes} B")
}

/// A time to the second, with its date: `2026-11-22 02:14:05`. UTC, which is to be said nearby.
pub fn utc(at: Timestamp) -> String {
    let (date, time) = at.parts();
    format!("{date} {time}")
}

/// A duration to the second, as a clock shows it: `1:02:03`, `02:03`.
pub fn clock(seconds: i64) -> String {
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{seconds:02}") } else { format!("{minutes:02}:{seconds:02}") }
}

/// A duration in words, in its two largest units: `3 d 4 h`, `1 h 12 min`, `40 s`.
pub fn duration(seconds: i64) -> String {
    let seconds = seconds.max(0);
    let units = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s")];
    let first = units.iter().position(|(count, _)| *count > 0).unwrap_or(units.len() - 1);
    let shown = units[first..].iter().take(2).enumerate().filter(|(place, (count, _))| *place == 0 || *count > 0);
    shown.map(|(_, (count, unit))| format!("{count} {unit}")).collect::<Vec<_>>().join(" ")
}

/// A duration in words, in its largest unit: `3 d`, `5 h`, `12 min`, `40 s`.
pub fn roughly(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{} s", seconds.max(0)),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use crate::event::StatusChange;
    use crate::ids::{Actor, Seq};
    use serde_json::{Value, json};

    use super::*;

    fn overwrote(value: Value) -> Option<Overwrote> {
        Some(Overwrote { actor: Actor::new("Ben").expect("a name"), value, seq: Seq(3) })
    }

    #[test]
    fn what_was_replaced_is_said_with_whose_it_was() {
        let change =
            StatusChange { from: StepStatus::InProgress, reason: None, overwrote: overwrote(json!("in_progress")) };
        assert_eq!(replaced(&EventBody::StepCompleted(change)).as_deref(), Some("replacing Ben’s “In progress”"));
        let branch = |value| EventBody::DecisionTaken {
            branch: "Yes".to_owned(),
            from: None,
            rationale: None,
            overwrote: overwrote(value),
        };
        assert_eq!(replaced(&branch(json!("completed"))).as_deref(), Some("replacing Ben’s “completed”"));
        let assigned = EventBody::AssigneeChanged { from: None, to: None, overwrote: overwrote(Value::Null) };
        assert_eq!(replaced(&assigned).as_deref(), Some("replacing Ben’s “nobody”"));
        let plain = StatusChange { from: StepStatus::InProgress, reason: None, overwrote: None };
        assert_eq!(replaced(&EventBody::StepCompleted(plain)), None);
    }

    #[test]
    fn a_reset_says_what_it_keeps() {
        let ana = || Some(Actor::new("Ana").expect("a name"));
        let yes = || Some("Yes".to_owned());
        for (notes, files, assignee, decision, words) in [
            (2, 1, None, yes(), "2 notes, 1 file and the answer “Yes” are kept"),
            (1, 0, None, None, "1 note is kept"),
            (0, 2, None, None, "2 files are kept"),
            (0, 0, ana(), None, "the assignee Ana is kept"),
            (0, 0, ana(), yes(), "the assignee Ana and the answer “Yes” are kept"),
        ] {
            assert_eq!(keeps(&Kept { notes, files, assignee, decision }), words);
        }
    }

    #[test]
    fn sizes_are_read_at_a_glance() {
        let sizes = [0, 812, 1_024, 1_600_000, 300_000_000, 3 << 40].map(size);
        assert_eq!(sizes, ["0 B", "812 B", "1.0 kB", "1.5 MB", "286 MB", "3072 GB"]);
    }

    #[test]
    fn durations_are_read_at_a_glance() {
        assert_eq!([clock(5), clock(65), clock(3_723)], ["00:05", "01:05", "1:02:03"]);
        assert_eq!(
            [roughly(-1), roughly(59), roughly(600), roughly(7_300), roughly(200_000)],
            ["0 s", "59 s", "10 min", "2 h", "2 d"]
        );
        assert_eq!(
            [-1, 0, 45, 60, 725, 4_320, 3_601, 90_061].map(duration),
            ["0 s", "0 s", "45 s", "1 min", "12 min 5 s", "1 h 12 min", "1 h", "1 d 1 h"]
        );
    }
}
