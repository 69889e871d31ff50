//! Fingerprints of commands: they tell a command that is sent again from another one under the same `command_id`.
//!
//! A fingerprint covers what was asked for, of what, and by whom. It never covers `base_seq`, `base_version`, `occurred_at`
//! and `before_start`: a late retry adds or changes those. Members that are not there are left out, so that a command keeps
//! its fingerprint when later versions of this program know more members.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::api::{ImportPlaybook, SavePlaybook};
use crate::canonical;
use crate::command::{Command, ExecutionChange, StepChange};
use crate::event::{Evidence, ExecutionStatus, StepStatus};
use crate::ids::{Actor, PlaybookId};
use crate::source::Format;

/// SHA-256 of a command, as 64 lower-case hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(pub String);

impl Fingerprint {
    /// Of a change of an execution, which is not part of it: commands are known by execution.
    pub fn of(command: &Command, actor: &Actor) -> Self {
        match command {
            Command::Start { incident_title, incident_id } => Members::of("start", actor)
                .with("incident_title", incident_title.as_str())
                .with("incident_id", incident_id.as_deref()),
            Command::ChangeStep { node_id, change } => {
                let StepChange { status, assignee, note, key, decision, rationale, reason } = change;
                Members::of("change_step", actor)
                    .with("node_id", node_id.as_str())
                    .with("status", status.map(StepStatus::as_str))
                    .with("assignee", assignee.as_ref().map(|to| Value::from(to.as_ref().map(Actor::as_str))))
                    .with("note", note.as_deref())
                    .with("key", key.then_some(true))
                    .with("decision", decision.as_ref().map(|branch| Value::from(branch.as_deref())))
                    .with("rationale", rationale.as_deref())
                    .with("reason", reason.as_deref())
            }
            Command::ChangeExecution(change) => {
                let ExecutionChange { status, note, key, outcome, reason, recommendations, impact, cause } = change;
                Members::of("change_execution", actor)
                    .with("status", status.map(ExecutionStatus::as_str))
                    .with("note", note.as_deref())
                    .with("key", key.then_some(true))
                    .with("outcome", outcome.as_deref())
                    .with("reason", reason.as_deref())
                    .with("recommendations", recommendations.as_deref())
                    .with("impact", impact.as_deref())
                    .with("cause", cause.as_deref())
            }
            Command::AttachEvidence { node_id, evidence } => {
                // The id is given to each upload anew; type and size follow from the bytes.
                let Evidence { id: _, file_name, mime_type: _, size: _, sha256, description } = evidence;
                Members::of("attach_evidence", actor)
                    .with("node_id", node_id.as_str())
                    .with("file_name", file_name.as_str())
                    .with("sha256", sha256.as_str())
                    .with("description", description.as_deref())
            }
        }
        .hashed()
    }

    /// Of the start of an execution.
    pub fn of_start(playbook: PlaybookId, command: &Command, actor: &Actor) -> Self {
        Members::of("start_of", actor)
            .with("playbook_id", playbook.to_string())
            .with("command", Self::of(command, actor).0)
            .hashed()
    }

    /// Of the import of a playbook.
    pub fn of_import(request: &ImportPlaybook, author: &Actor) -> Self {
        // The name of a file is only a last resort: the same text from another file is the same import.
        let ImportPlaybook { title, file_name: _, source, format, from, tags, actor: _, command_id: _ } = request;
        Members::of("import", author)
            .with("title", title.as_deref())
            .with("source", source.as_str())
            .with("format", format.map(Format::as_str))
            .with("from", from.map(|part| part.to_string()))
            .with("tags", (!tags.is_empty()).then(|| tags.clone()))
            .hashed()
    }

    /// Of a new version of a playbook.
    pub fn of_version(playbook: PlaybookId, request: &SavePlaybook, author: &Actor) -> Self {
        let SavePlaybook { source, format, from, title, tags, summary, base_version: _, actor: _, command_id: _ } =
            request;
        Members::of("save_version", author)
            .with("playbook_id", playbook.to_string())
            .with("title", title.as_deref())
            .with("source", source.as_str())
            .with("format", format.map(Format::as_str))
            .with("from", from.map(|part| part.to_string()))
            .with("tags", tags.clone())
            .with("summary", summary.as_deref())
            .hashed()
    }
}

/// What a fingerprint is made of.
struct Members(Map<String, Value>);

impl Members {
    fn of(kind: &str, actor: &Actor) -> Self {
        Self(Map::new()).with("command", kind).with("actor", actor.as_str())
    }

    /// With one more, if it is there. `null` is a value: it takes something away.
    fn with<T: Into<Member>>(mut self, name: &str, value: T) -> Self {
        if let Member(Some(value)) = value.into() {
            self.0.insert(name.to_owned(), value);
        }
        self
    }

    fn hashed(self) -> Fingerprint {
        Fingerprint(canonical::hex(&Sha256::digest(canonical::to_bytes(&Value::Object(self.0)))))
    }
}

/// The value of a member, if it is there.
struct Member(Option<Value>);

impl From<&str> for Member {
    fn from(text: &str) -> Self {
        Self(Some(text.into()))
    }
}

impl From<String> for Member {
    fn from(text: String) -> Self {
        Self(Some(text.into()))
    }
}

impl<T: Into<Value>> From<Option<T>> for Member {
    fn from(value: Option<T>) -> Self {
        Self(value.map(Into::into))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{EvidenceId, NodeId};
    use uuid::Uuid;

    fn actor(name: &str) -> Actor {
        Actor::new(name).expect("a name")
    }

    fn step(change: StepChange) -> Fingerprint {
        Fingerprint::of(&Command::ChangeStep { node_id: NodeId::from("n"), change }, &actor("Ana"))
    }

    #[test]
    fn every_member_of_a_change_is_part_of_its_fingerprint() {
        let note = |text: &str| StepChange { note: Some(text.to_owned()), ..StepChange::default() };
        let prints = [
            step(StepChange::default()),
            step(StepChange { status: Some(StepStatus::Completed), ..StepChange::default() }),
            step(StepChange { assignee: Some(None), ..StepChange::default() }),
            step(StepChange { assignee: Some(Some(actor("Ana"))), ..StepChange::default() }),
            step(note("a")),
            step(note("b")),
            step(StepChange { decision: Some(Some("a".to_owned())), ..StepChange::default() }),
            step(StepChange { decision: Some(None), ..StepChange::default() }),
            step(StepChange { rationale: Some("a".to_owned()), ..StepChange::default() }),
            step(StepChange { reason: Some("a".to_owned()), ..StepChange::default() }),
            Fingerprint::of(&Command::ChangeStep { node_id: NodeId::from("m"), change: note("a") }, &actor("Ana")),
            Fingerprint::of(&Command::ChangeStep { node_id: NodeId::from("n"), change: note("a") }, &actor("Ben")),
        ];
        for (at, print) in prints.iter().enumerate() {
            assert!(!prints[..at].contains(print), "{at}");
        }
    }

    #[test]
    fn a_file_is_known_by_its_name_its_words_and_its_bytes_and_not_by_its_id() {
        let file = |id: u128, sha256: &str| {
            let id = EvidenceId(Uuid::from_u128(id));
            let (file_name, mime_type) = ("a.txt".to_owned(), "text/plain".to_owned());
            let evidence = Evidence { id, file_name, mime_type, size: 1, sha256: sha256.to_owned(), description: None };
            Fingerprint::of(&Command::AttachEvidence { node_id: NodeId::from("n"), evidence }, &actor("Ana"))
        };
        assert_eq!(file(1, "aa"), file(2, "aa"));
        assert_ne!(file(1, "aa"), file(1, "ab"));
    }

    #[test]
    fn what_a_later_version_of_this_program_adds_does_not_change_the_fingerprint_of_what_lacks_it() {
        assert_eq!(
            step(StepChange { note: Some("Found".to_owned()), ..StepChange::default() }).0,
            canonical::hex(&Sha256::digest(r#"{"actor":"Ana","command":"change_step","node_id":"n","note":"Found"}"#))
        );
    }
}
