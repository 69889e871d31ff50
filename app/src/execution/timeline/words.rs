//! Events in words: the one place where pages say what happened.

use domain::event::{EventBody, Overwrote, StepStatus};

use crate::ui::size::size;
use crate::ui::status::step_label;

/// What happened, as the middle of a sentence.
pub(in crate::execution) fn what(body: &EventBody) -> String {
    match body {
        EventBody::ExecutionStarted { .. } => "started the execution".to_owned(),
        EventBody::ExecutionPaused(_) => "paused the execution".to_owned(),
        EventBody::ExecutionResumed(_) => "resumed the execution".to_owned(),
        EventBody::ExecutionCompleted(_) => "completed the execution".to_owned(),
        EventBody::ExecutionAbandoned(_) => "abandoned the execution".to_owned(),
        EventBody::ExecutionReopened(_) => "reopened the execution".to_owned(),
        EventBody::ExecutionNoted(_) => "noted".to_owned(),
        EventBody::RecommendationsChanged(_) => "rewrote the recommendations".to_owned(),
        EventBody::StepStarted(_) => "started".to_owned(),
        EventBody::StepCompleted(_) => "completed".to_owned(),
        EventBody::StepSkipped(_) => "skipped".to_owned(),
        EventBody::StepBlocked(_) => "blocked".to_owned(),
        EventBody::StepUnblocked(_) => "unblocked".to_owned(),
        EventBody::StepReset(change) => format!("reset (was {})", step_label(change.from).to_lowercase()),
        EventBody::NoteAdded(_) => "noted on".to_owned(),
        EventBody::AssigneeChanged { to: Some(to), .. } => format!("assigned to {to}:"),
        EventBody::AssigneeChanged { to: None, .. } => "unassigned".to_owned(),
        EventBody::DecisionTaken { branch, from: None, .. } => format!("decided “{branch}” at"),
        EventBody::DecisionTaken { branch, from: Some(from), .. } => format!("changed “{from}” to “{branch}” at"),
        EventBody::EvidenceAttached(evidence) => format!("attached “{}” to", evidence.file_name),
    }
}

/// The analyst's own words, where there are any.
pub(super) fn details(body: &EventBody) -> Option<String> {
    match body {
        EventBody::ExecutionNoted(text) | EventBody::NoteAdded(text) => Some(text.text.clone()),
        EventBody::ExecutionCompleted(change) | EventBody::ExecutionAbandoned(change) => change.outcome.clone(),
        EventBody::DecisionTaken { rationale, .. } => rationale.clone(),
        EventBody::EvidenceAttached(evidence) => {
            let facts = format!("{}, SHA-256 {}", size(evidence.size), evidence.sha256);
            Some(evidence.description.iter().chain([&facts]).cloned().collect::<Vec<_>>().join("\n"))
        }
        EventBody::ExecutionStarted { incident_title, .. } => Some(incident_title.clone()),
        _ => None,
    }
}

/// What was replaced, and whose it was.
pub(super) fn replaced(body: &EventBody) -> Option<String> {
    let Overwrote { actor, value, .. } = body.overwrote()?;
    let value = value.as_str().unwrap_or("nobody");
    // Only of a status the word on the wire is another than the one on the screen.
    let status = StepStatus::ALL.into_iter().find(|status| body.status_after().is_some() && status.as_str() == value);
    let value = status.map_or(value, |status| step_label(status));
    Some(format!("replacing {actor}’s “{value}”"))
}

#[cfg(test)]
mod tests {
    use domain::event::StatusChange;
    use domain::ids::{Actor, Seq};
    use serde_json::{Value, json};

    use super::*;

    fn overwrote(value: Value) -> Option<Overwrote> {
        Some(Overwrote { actor: Actor::new("Ben").expect("a name"), value, seq: Seq(3) })
    }

    #[test]
    fn what_was_replaced_is_said_with_whose_it_was() {
        let change = StatusChange { from: StepStatus::InProgress, overwrote: overwrote(json!("in_progress")) };
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
        let plain = StatusChange { from: StepStatus::InProgress, overwrote: None };
        assert_eq!(replaced(&EventBody::StepCompleted(plain)), None);
    }
}
