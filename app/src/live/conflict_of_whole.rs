//! The same as [`super::conflict`] for what concerns an execution as a whole: its status and the texts of its report.

use domain::api::PatchExecution;
use domain::event::{Event, EventBody, ExecutionStatus, Overwrote};
use domain::ids::Actor;
use domain::passage::Passage;
use domain::words::{replaced, what};

use super::ExecutionStore;
use crate::ui::time::ago;
use crate::ui::toast::{Message, Tone};

impl ExecutionStore {
    /// Tells whoever sits here, `me`, that an event replaced something of the whole, which is theirs or somebody else's.
    pub(super) fn tell_of_the_whole(
        self,
        event: &Event,
        overwrote: &Overwrote,
        overwritten: Option<&Event>,
        me: Actor,
    ) {
        let about = format!("{}/{}", self.id(), kind(&event.body));
        let way_back = set_back(&event.body, overwrote, overwritten);
        let (event, of_me) = (event.clone(), overwrote.actor == me);
        let message = Message::new(Tone::Notice, move || {
            sentence(&event, event.actor == me, of_me, &ago(event.timestamp, self.now()))
        });
        let message = message.about(about);
        self.toasts.put(match way_back {
            Some((label, patch)) => message.with_action(label, move || {
                // A refusal has been shown as a message.
                let _ = self.change_execution(patch.clone(), || ());
            }),
            None => message,
        });
    }
}

fn kind(body: &EventBody) -> &'static str {
    Passage::changed_by(body).map_or("status", |(passage, _)| passage.as_str())
}

/// What happened, as it is told to one of the two.
fn sentence(event: &Event, by_me: bool, of_me: bool, ago: &str) -> String {
    let who = if by_me { "You".to_owned() } else { event.actor.to_string() };
    let replaced = replaced(&event.body).unwrap_or_default();
    let replaced = match (of_me, event.body.overwrote()) {
        (true, Some(overwrote)) => replaced.replace(&format!("{}’s", overwrote.actor), "your"),
        _ => replaced,
    };
    format!("{who} {} {ago}, {replaced}.", what(event))
}

/// What the button says, and the change that brings back what was there; `None` when there is no way back to it.
fn set_back(body: &EventBody, overwrote: &Overwrote, overwritten: Option<&Event>) -> Option<(String, PatchExecution)> {
    if let Some((passage, _)) = Passage::changed_by(body) {
        let text = overwrote.value.as_str().unwrap_or_default().to_owned();
        return Some(("Put the text back".to_owned(), passage.patch(text)));
    }
    let after = body.execution_status_after()?;
    let word = overwrote.value.as_str()?;
    let before = ExecutionStatus::ALL.into_iter().find(|status| status.as_str() == word)?;
    // What has ended goes on first; it cannot become paused at once.
    if after.is_closed() && before != ExecutionStatus::Active {
        return None;
    }
    let outcome = overwritten.and_then(|event| match &event.body {
        EventBody::ExecutionCompleted(change) | EventBody::ExecutionAbandoned(change) => change.outcome.clone(),
        _ => None,
    });
    let outcome = outcome.filter(|_| before.is_closed());
    let patch = PatchExecution { status: Some(before), outcome, ..PatchExecution::default() };
    Some((format!("Undo (restore “{}”)", before.label()), patch))
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::event::{Hash, Rewritten, Seal, StateChange};
    use domain::ids::{CommandId, Seq};
    use domain::time::Timestamp;
    use serde_json::{Value, json};

    fn event(body: EventBody) -> Event {
        Event {
            seq: Seq(3),
            body,
            node_id: None,
            actor: Actor::new("Ben").expect("a name"),
            timestamp: Timestamp::from_micros(0).expect("in range"),
            occurred_at: None,
            command_id: CommandId(uuid::Uuid::nil()),
            seal: Seal::default(),
            hash: Hash(String::new()),
        }
    }

    fn overwrote(value: Value) -> Option<Overwrote> {
        Some(Overwrote { actor: Actor::new("Ana").expect("a name"), value, seq: Seq(2) })
    }

    fn back(event: &Event, overwritten: Option<&Event>) -> Option<PatchExecution> {
        set_back(&event.body, event.body.overwrote()?, overwritten).map(|(_, patch)| patch)
    }

    #[test]
    fn a_text_that_was_replaced_is_told_to_both_and_comes_back_whole() {
        let text = Rewritten { text: "Mine".to_owned(), overwrote: overwrote(json!("Theirs\nin two lines")) };
        let event = event(EventBody::RecommendationsChanged(text));
        assert_eq!(
            sentence(&event, false, true, "2 s ago"),
            "Ben rewrote the recommendations 2 s ago, replacing your text."
        );
        assert_eq!(
            sentence(&event, true, false, "2 s ago"),
            "You rewrote the recommendations 2 s ago, replacing Ana’s text."
        );
        let patch = back(&event, None).expect("there is a way");
        assert_eq!(patch.recommendations.as_deref(), Some("Theirs\nin two lines"));
    }

    #[test]
    fn a_status_comes_back_where_there_is_a_way() {
        let change = |word: &str| StateChange { outcome: None, reason: None, overwrote: overwrote(json!(word)) };
        let paused = event(EventBody::ExecutionPaused(change("active")));
        assert_eq!(sentence(&paused, false, true, "now"), "Ben paused the execution now, replacing your “Active”.");
        assert_eq!(back(&paused, None).and_then(|patch| patch.status), Some(ExecutionStatus::Active));
        assert_eq!(back(&event(EventBody::ExecutionCompleted(change("paused"))), None), None);
        let ended = StateChange { outcome: Some("Contained".to_owned()), reason: None, overwrote: None };
        let ended = event(EventBody::ExecutionCompleted(ended));
        let reopened = event(EventBody::ExecutionReopened(change("completed")));
        let patch = back(&reopened, Some(&ended)).expect("there is a way");
        assert_eq!((patch.status, patch.outcome.as_deref()), (Some(ExecutionStatus::Completed), Some("Contained")));
    }
}
