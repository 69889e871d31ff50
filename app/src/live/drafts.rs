//! Notes that were begun and not added yet. A draft belongs to its step; it survives looking at another step, a note that
//! was refused, and a reload.

use domain::ids::{ExecutionId, NodeId};
use domain::outbox::Asked;
use leptos::prelude::*;

use super::ExecutionStore;
use crate::ui::storage;

/// Where the drafts of an execution lie in the browser's storage.
fn beginning(execution: ExecutionId) -> String {
    format!("forge.draft.{execution}.")
}

fn name(execution: ExecutionId, node_id: &NodeId) -> String {
    format!("{}{node_id}", beginning(execution))
}

/// Keeps the note of a change that was refused, although its page is not there.
pub(super) fn keep_refused(asked: &Asked) {
    if let (Some(node_id), Some(note)) = (asked.node_id(), asked.note()) {
        let name = name(asked.execution_id, node_id);
        let draft = storage::get(&name).unwrap_or_default();
        storage::set(&name, &joined(note, &draft));
    }
}

/// A refused note and what has been typed since.
fn joined(refused: &str, draft: &str) -> String {
    if draft.trim().is_empty() { refused.to_owned() } else { format!("{refused}\n\n{draft}") }
}

impl ExecutionStore {
    /// The draft of a step's next note.
    pub(crate) fn draft(self, node_id: &NodeId) -> ArcRwSignal<String> {
        let draft = self.drafts.try_update_value(|drafts| {
            drafts.entry(node_id.clone()).or_insert_with(|| ArcRwSignal::new(String::new())).clone()
        });
        draft.unwrap_or_default()
    }

    /// Changes a draft, and keeps it.
    pub(crate) fn set_draft(self, node_id: &NodeId, text: String) {
        let name = name(self.id(), node_id);
        if text.is_empty() {
            storage::remove(&name);
        } else {
            storage::set(&name, &text);
        }
        self.draft(node_id).set(text);
    }

    /// A note was refused: its text is a draft again.
    pub(super) fn put_back(self, node_id: &NodeId, note: &str) {
        let text = joined(note, &self.draft(node_id).read_untracked());
        self.set_draft(node_id, text);
    }

    /// Brings back what this browser kept.
    pub(super) fn restore_drafts(self) {
        let beginning = beginning(self.id());
        for name in storage::names(&beginning) {
            if let (Some(node_id), Some(text)) = (name.strip_prefix(&beginning), storage::get(&name)) {
                self.draft(&NodeId::from(node_id)).set(text);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn a_refused_note_never_replaces_what_was_typed_since() {
        assert_eq!(joined("found it", " "), "found it");
        assert_eq!(joined("found it", "next"), "found it\n\nnext");
    }
}
