//! When one analyst's change replaced another's that its sender had not seen: both are told, and either can set it back
//! with one click. The one fact behind both messages is what the event says it overwrote.

use domain::api::PatchStep;
use domain::event::{Event, EventBody, StepStatus};
use domain::execution::Field;
use domain::ids::{Actor, NodeId};
use domain::legible::legible;
use domain::time::Timestamp;
use leptos::prelude::*;

use super::ExecutionStore;
use crate::ui::time::ago;
use crate::ui::toast::{Message, Tone};

/// A value that was replaced, and by what.
struct Replaced {
    /// The step, as it is called.
    label: String,
    field: Field,
    /// Who replaced it.
    by: Actor,
    /// Whose it was.
    of: Actor,
    /// Who sits here, and is one of the two.
    me: Actor,
    /// The branch of a decision of which only the reason was replaced.
    reason_at: Option<String>,
    before: Option<String>,
    after: Option<String>,
}

impl ExecutionStore {
    /// Tells whoever sits here when an event replaced what they had set, or what they set replaced somebody else's.
    pub(super) fn tell_if_overwritten(self, event: &Event) {
        let Some(overwrote) = event.body.overwrote() else { return };
        let me = self.analyst().actor();
        if overwrote.actor != me && event.actor != me {
            return;
        }
        let overwritten = self.events().with_untracked(|events| {
            let at = usize::try_from(overwrote.seq.0).ok()?.checked_sub(1)?;
            events.get(at).cloned()
        });
        let Some(node_id) = &event.node_id else {
            self.tell_of_the_whole(event, overwrote, overwritten.as_deref(), me);
            return;
        };
        let (field, after) = match &event.body {
            EventBody::AssigneeChanged { to, .. } => (Field::Assignee, to.as_ref().map(ToString::to_string)),
            EventBody::DecisionTaken { branch, .. } => (Field::Decision, Some(branch.clone())),
            EventBody::DecisionWithdrawn { .. } => (Field::Decision, None),
            body => (Field::Status, body.status_after().map(|status| status.as_str().to_owned())),
        };
        let reason_at = match &event.body {
            EventBody::DecisionTaken { branch, from, .. } if from.as_ref() == Some(branch) => Some(branch.clone()),
            _ => None,
        };
        let replaced = Replaced {
            label: self.label(node_id).unwrap_or_default(),
            field,
            by: event.actor.clone(),
            of: overwrote.actor.clone(),
            me,
            reason_at,
            before: overwrote.value.as_str().map(str::to_owned),
            after,
        };
        let rationale = overwritten.as_ref().and_then(|event| match &event.body {
            EventBody::DecisionTaken { rationale, .. } => rationale.clone(),
            _ => None,
        });
        let way_back = replaced.set_back(rationale);
        let about = format!("{}/{node_id}/{field:?}", self.id());
        let (label, node_id, at) = (replaced.button(), node_id.clone(), event.timestamp);
        let message = Message::new(Tone::Notice, move || replaced.sentence(at, self.now())).about(about);
        self.toasts.put(match way_back {
            Some(patch) => message.with_action(label, move || self.set_back(&node_id, &patch)),
            None => message,
        });
    }

    fn set_back(self, node_id: &NodeId, patch: &PatchStep) {
        // A refusal has been shown as a message.
        let _ = self.change_step(node_id.clone(), patch.clone(), || ());
        self.selected().set(Some(node_id.clone()));
    }
}

impl Replaced {
    /// What happened, as it is told to whoever sits here.
    fn sentence(&self, at: Timestamp, now: Timestamp) -> String {
        let Self { label, field, by, of, me, reason_at, before, after } = self;
        let who = if by == me { "You".to_owned() } else { by.to_string() };
        let ago = ago(at, now);
        let what = match (field, after.as_deref()) {
            (Field::Status, Some(status)) => format!("set “{label}” to {} {ago}", shown(status).to_lowercase()),
            (Field::Assignee, Some(to)) if to == by.as_str() => format!("took “{label}” {ago}"),
            (Field::Assignee, Some(to)) => format!("gave “{label}” to {to} {ago}"),
            (Field::Decision, Some(branch)) => format!("decided “{branch}” at “{label}” {ago}"),
            (Field::Decision, None) => format!("took back the answer at “{label}” {ago}"),
            (_, None) => format!("left “{label}” to nobody {ago}"),
        };
        if reason_at.is_some() {
            let whose = if of == me { "yours".to_owned() } else { format!("{of}’s") };
            return format!("{who} gave another reason at “{label}” {ago}, replacing {whose}.");
        }
        let whose = if of == me { "your".to_owned() } else { format!("{of}’s") };
        let before = match (field, before.as_deref()) {
            (Field::Assignee, Some(name)) if name == of.as_str() => {
                if of == me {
                    "you".to_owned()
                } else {
                    legible(name).into_owned()
                }
            }
            (Field::Decision, None) => format!("{whose} taking it back"),
            (_, before) => format!("{whose} “{}”", before.map_or("nobody".to_owned(), shown)),
        };
        format!("{who} {what}, replacing {before}.")
    }

    /// What the button says.
    fn button(&self) -> String {
        if self.reason_at.is_some() {
            return "Put the reason back".to_owned();
        }
        match (self.field, &self.before) {
            (Field::Status, Some(status)) => format!("Undo (restore “{}”)", shown(status)),
            (Field::Assignee, Some(name)) => format!("Give it back to {}", legible(name)),
            (Field::Decision, Some(branch)) => format!("Back to “{}”", legible(branch)),
            (Field::Decision, None) => "Take it back".to_owned(),
            (_, None) => "Back to nobody".to_owned(),
        }
    }

    /// The change that brings back what was there; `None` when there is no way back to it.
    fn set_back(&self, rationale: Option<String>) -> Option<PatchStep> {
        let patch = PatchStep::default();
        Some(match self.field {
            Field::Status => PatchStep { status: Some(status(self.before.as_deref()?)?), ..patch },
            Field::Assignee => {
                let assignee = self.before.as_deref().map(Actor::new).transpose().ok()?;
                PatchStep { assignee: Some(assignee), ..patch }
            }
            Field::Decision => match &self.reason_at {
                Some(branch) => {
                    let rationale = Some(self.before.clone()?);
                    PatchStep { decision_taken: Some(Some(branch.clone())), rationale, ..patch }
                }
                None => PatchStep { decision_taken: Some(self.before.clone()), rationale, ..patch },
            },
        })
    }
}

fn status(word: &str) -> Option<StepStatus> {
    StepStatus::ALL.into_iter().find(|status| status.as_str() == word)
}

/// A value as it is written on the page.
fn shown(value: &str) -> String {
    status(value).map_or_else(|| legible(value).into_owned(), |status| status.label().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Actor {
        Actor::new(name).expect("a name")
    }

    fn replaced(field: Field, before: Option<&str>, after: Option<&str>) -> Replaced {
        Replaced {
            label: "Isolate host".to_owned(),
            field,
            by: name("Ben"),
            of: name("Ana"),
            me: name("Ana"),
            reason_at: None,
            before: before.map(str::to_owned),
            after: after.map(str::to_owned),
        }
    }

    fn told(replaced: &Replaced) -> String {
        let at = |seconds: i64| Timestamp::from_micros(seconds * 1_000_000).expect("a time");
        replaced.sentence(at(0), at(2))
    }

    #[test]
    fn both_are_told_who_replaced_what() {
        let status = replaced(Field::Status, Some("completed"), Some("blocked"));
        assert_eq!(told(&status), "Ben set “Isolate host” to blocked 2 s ago, replacing your “Completed”.");
        let mine = Replaced { me: name("Ben"), ..status };
        assert_eq!(told(&mine), "You set “Isolate host” to blocked 2 s ago, replacing Ana’s “Completed”.");
        let taken = replaced(Field::Assignee, Some("Ana"), Some("Ben"));
        assert_eq!(told(&taken), "Ben took “Isolate host” 2 s ago, replacing you.");
        let taken = Replaced { me: name("Ben"), ..taken };
        assert_eq!(told(&taken), "You took “Isolate host” 2 s ago, replacing Ana.");
        let given = replaced(Field::Assignee, None, Some("Cleo"));
        assert_eq!(told(&given), "Ben gave “Isolate host” to Cleo 2 s ago, replacing your “nobody”.");
        let decided = replaced(Field::Decision, Some("Yes"), Some("No"));
        assert_eq!(told(&decided), "Ben decided “No” at “Isolate host” 2 s ago, replacing your “Yes”.");
        let withdrawn = replaced(Field::Decision, Some("Yes"), None);
        assert_eq!(told(&withdrawn), "Ben took back the answer at “Isolate host” 2 s ago, replacing your “Yes”.");
        let decided = replaced(Field::Decision, None, Some("No"));
        assert_eq!(told(&decided), "Ben decided “No” at “Isolate host” 2 s ago, replacing your taking it back.");
    }

    #[test]
    fn one_click_brings_back_what_was_there() {
        let status = replaced(Field::Status, Some("completed"), Some("blocked")).set_back(None);
        assert_eq!(status.and_then(|patch| patch.status), Some(StepStatus::Completed));
        let nobody = replaced(Field::Assignee, None, Some("Ben")).set_back(None);
        assert_eq!(nobody.map(|patch| patch.assignee), Some(Some(None)));
        let decided = replaced(Field::Decision, Some("Yes"), Some("No")).set_back(Some("seen it".to_owned()));
        let decided = decided.map(|patch| (patch.decision_taken, patch.rationale));
        assert_eq!(decided, Some((Some(Some("Yes".to_owned())), Some("seen it".to_owned()))));
        let undecided = replaced(Field::Decision, None, Some("No"));
        let words = undecided.button();
        let undecided = undecided.set_back(None).map(|patch| patch.decision_taken);
        assert_eq!((words.as_str(), undecided), ("Take it back", Some(Some(None))));
        let reason = replaced(Field::Decision, Some("seen it"), Some("No"));
        let reason = Replaced { reason_at: Some("No".to_owned()), ..reason };
        assert_eq!(told(&reason), "Ben gave another reason at “Isolate host” 2 s ago, replacing yours.");
        let back = reason.set_back(None).map(|patch| (patch.decision_taken, patch.rationale));
        assert_eq!(back, Some((Some(Some("No".to_owned())), Some("seen it".to_owned()))));
    }
}
