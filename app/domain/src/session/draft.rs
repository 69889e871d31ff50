//! Texts that somebody wrote and that are not sent: being typed, or given back because they were refused.
//!
//! A draft belongs to its place. It lives in the browser's storage, and as long as it finds no room there, in the page.

use std::collections::BTreeMap;

use crate::ids::{ExecutionId, NodeId};
use crate::passage::Passage;

/// Where a text is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// The next note on a step.
    Note(NodeId),
    /// Why a branch is taken.
    Rationale(NodeId),
    /// What a step waits for.
    Reason(NodeId),
    /// The next note on the whole execution.
    WholeNote,
    /// What the execution waits for.
    PauseReason,
    /// How the execution ended.
    Outcome,
    /// A text of the report.
    Passage(Passage),
}

/// A draft's execution and place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DraftKey {
    /// Of which execution.
    pub execution: ExecutionId,
    /// Where.
    pub place: Place,
}

/// What the names of drafts begin with, by place.
const NOTE: &str = "forge.draft.";
const RATIONALE: &str = "forge.why.";
const REASON: &str = "forge.reason.";
const PAUSE_REASON: &str = "forge.pause.";
const WHOLE_NOTE: &str = "forge.note.";
const OUTCOME: &str = "forge.outcome.";
const IMPACT: &str = "forge.impact.";
const CAUSE: &str = "forge.cause.";
const RECOMMENDATIONS: &str = "forge.recommendations.";

/// What the names of drafts begin with.
pub const DRAFTS: [&str; 9] =
    [NOTE, RATIONALE, REASON, WHOLE_NOTE, PAUSE_REASON, OUTCOME, IMPACT, CAUSE, RECOMMENDATIONS];

impl DraftKey {
    /// What it is called in the browser's storage.
    pub fn name(&self) -> String {
        let (beginning, node) = match &self.place {
            Place::Note(node) => (NOTE, Some(node)),
            Place::Rationale(node) => (RATIONALE, Some(node)),
            Place::Reason(node) => (REASON, Some(node)),
            Place::WholeNote => (WHOLE_NOTE, None),
            Place::PauseReason => (PAUSE_REASON, None),
            Place::Outcome => (OUTCOME, None),
            Place::Passage(Passage::Impact) => (IMPACT, None),
            Place::Passage(Passage::Cause) => (CAUSE, None),
            Place::Passage(Passage::Recommendations) => (RECOMMENDATIONS, None),
        };
        let node = node.map(|node| format!(".{node}")).unwrap_or_default();
        format!("{beginning}{}{node}", self.execution)
    }

    /// The draft of a name; `None` for the name of anything else.
    pub fn of(name: &str) -> Option<Self> {
        let beginning = DRAFTS.into_iter().find(|beginning| name.starts_with(beginning))?;
        let rest = &name[beginning.len()..];
        let (execution, node) = rest.split_once('.').map_or((rest, None), |(id, node)| (id, Some(NodeId::from(node))));
        let place = match (beginning, node) {
            (NOTE, Some(node)) => Place::Note(node),
            (RATIONALE, Some(node)) => Place::Rationale(node),
            (REASON, Some(node)) => Place::Reason(node),
            (WHOLE_NOTE, None) => Place::WholeNote,
            (PAUSE_REASON, None) => Place::PauseReason,
            (OUTCOME, None) => Place::Outcome,
            (IMPACT, None) => Place::Passage(Passage::Impact),
            (CAUSE, None) => Place::Passage(Passage::Cause),
            (RECOMMENDATIONS, None) => Place::Passage(Passage::Recommendations),
            _ => return None,
        };
        Some(Self { execution: execution.parse().ok()?, place })
    }
}

/// A refused text and what has been typed since. What is given back twice is there once.
pub fn joined(refused: &str, draft: &str) -> String {
    if draft.trim().is_empty() {
        refused.to_owned()
    } else if format!("\n\n{draft}\n\n").contains(&format!("\n\n{refused}\n\n")) {
        draft.to_owned()
    } else {
        format!("{refused}\n\n{draft}")
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    pub(super) text: String,
    /// Whether the storage has it as it is.
    pub(super) stored: bool,
}

/// The drafts that this page has read or was given.
#[derive(Clone, Debug, Default)]
pub(super) struct Drafts {
    pub(super) texts: BTreeMap<DraftKey, Draft>,
    /// What is given back as soon as its draft has been read.
    giving: Vec<(DraftKey, String)>,
}

impl Drafts {
    /// A text is to be given back, once its draft has been read: another tab may have changed it.
    pub(super) fn give(&mut self, key: &DraftKey, text: &str) {
        self.giving.push((key.clone(), text.to_owned()));
    }

    /// The storage has this text. Returns whether it must be stored anew, with what was to be given back.
    pub(super) fn read(&mut self, key: &DraftKey, text: Option<&str>) -> bool {
        let stored = text.unwrap_or_default();
        let draft = self.texts.entry(key.clone()).or_insert_with(|| Draft { text: String::new(), stored: true });
        if draft.stored {
            stored.clone_into(&mut draft.text);
        } else {
            // The storage had no room for it, and now holds what another tab wrote.
            draft.text = if stored.is_empty() { std::mem::take(&mut draft.text) } else { joined(&draft.text, stored) };
        }
        let text = &mut draft.text;
        self.giving.retain(|(other, given)| {
            let is_it = other == key;
            if is_it {
                *text = joined(given, text);
            }
            !is_it
        });
        draft.stored = draft.text == stored;
        !draft.stored
    }

    /// Those that the storage does not have.
    pub(super) fn unstored(&self) -> impl Iterator<Item = (&DraftKey, &Draft)> {
        self.texts.iter().filter(|(_, draft)| !draft.stored && !draft.text.trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn key(place: Place) -> DraftKey {
        DraftKey { execution: ExecutionId(Uuid::from_u128(7)), place }
    }

    #[test]
    fn a_name_says_whose_draft_it_is() {
        let places = [Place::Note("a.b c".into()), Place::Rationale("x".into()), Place::WholeNote, Place::Outcome];
        let more = [Place::PauseReason, Place::Reason("x".into())];
        for place in places.into_iter().chain(more).chain(Passage::ALL.map(Place::Passage)) {
            assert_eq!(DraftKey::of(&key(place.clone()).name()), Some(key(place)));
        }
        assert_eq!(DraftKey::of("forge.asked.1.2"), None);
        assert_eq!(DraftKey::of("forge.note.no-id"), None);
    }

    #[test]
    fn a_refused_text_never_replaces_what_was_typed_since() {
        assert_eq!(joined("found it", " "), "found it");
        assert_eq!(joined("found it", "next"), "found it\n\nnext");
        assert_eq!(joined("found it", "found it\n\nnext"), "found it\n\nnext");
        assert_eq!(joined("no", "not yet"), "no\n\nnot yet");
    }

    #[test]
    fn what_is_given_back_waits_until_its_draft_has_been_read() {
        let mut drafts = Drafts::default();
        drafts.give(&key(Place::Outcome), "contained");
        assert!(drafts.read(&key(Place::Outcome), Some("typed")), "it must be stored");
        assert_eq!(drafts.texts[&key(Place::Outcome)].text, "contained\n\ntyped");
    }

    #[test]
    fn what_found_no_room_is_not_replaced_by_what_another_tab_wrote() {
        let mut drafts = Drafts::default();
        drafts.give(&key(Place::WholeNote), "mine");
        drafts.read(&key(Place::WholeNote), None);
        drafts.read(&key(Place::WholeNote), Some("theirs"));
        assert_eq!(drafts.texts[&key(Place::WholeNote)].text, "mine\n\ntheirs");
    }
}
