//! Evidence: files that analysts attach to steps.

use std::fs::File;

use domain::api::Sender;
use domain::command::{Command, decide};
use domain::event::{EventBody, Evidence};
use domain::execution::AttachedEvidence;
use domain::ids::{Actor, CommandId, EvidenceId, ExecutionId, NodeId};

use super::executions::meta;
use super::uploads::Turn;
use super::{Service, ServiceError, new_id};
use crate::store::{Envelope, Incoming};
use crate::workshop::Lane;

/// What a file is called that came without a name.
const UNNAMED: &str = "unnamed";

/// What comes with a file.
#[derive(Debug, Default)]
pub(crate) struct FileDetails {
    /// The name it has where it comes from.
    pub(crate) file_name: String,
    /// What the analyst says it is.
    pub(crate) description: Option<String>,
}

/// A file on its way in. Dropped before it is finished, nothing of it stays.
pub(crate) struct Upload {
    service: Service,
    execution_id: ExecutionId,
    node_id: NodeId,
    evidence_id: EvidenceId,
    incoming: Incoming,
    turn: Turn,
    /// Bytes of evidence that were recorded when it began.
    stored: u64,
}

impl Service {
    /// Begins to take in a file, unless it is plain already that it cannot be attached. With `command` it may be one that
    /// was attached before, whatever has happened since.
    pub(crate) async fn begin_upload(
        &self,
        execution_id: ExecutionId,
        node_id: NodeId,
        command: Option<CommandId>,
    ) -> Result<Upload, ServiceError> {
        let execution = self.fold(execution_id).await?;
        let evidence_id = EvidenceId(new_id());
        if command.is_none() || execution.step(&node_id).is_none() {
            let meta = meta(Sender::default(), Actor::anonymous())?;
            decide(&execution, &attach(&node_id, probe(evidence_id)), &meta)?;
        }
        let turn = self.uploads.begin()?;
        let stored = if turn.has_quota() { self.store.evidence_bytes().await? } else { 0 };
        let incoming = self.store.receive(execution_id, evidence_id).await?;
        Ok(Upload { service: self.clone(), execution_id, node_id, evidence_id, incoming, turn, stored })
    }

    /// Largest file that is taken, in bytes.
    pub(crate) fn max_evidence_bytes(&self) -> u64 {
        self.uploads.limits.file
    }

    /// The files attached to a step, oldest first.
    pub(crate) async fn evidence_of_step(
        &self,
        execution_id: ExecutionId,
        node_id: &NodeId,
    ) -> Result<Vec<AttachedEvidence>, ServiceError> {
        let execution = self.fold(execution_id).await?;
        let step = execution.step(node_id).ok_or_else(|| domain::command::Refusal::UnknownNode(node_id.clone()))?;
        Ok(step.evidence.clone())
    }

    /// What is known of a file.
    pub(crate) async fn evidence(
        &self,
        execution_id: ExecutionId,
        id: EvidenceId,
    ) -> Result<AttachedEvidence, ServiceError> {
        let execution = self.fold(execution_id).await?;
        execution
            .state
            .evidence()
            .find(|attached| attached.evidence.id == id)
            .cloned()
            .ok_or(ServiceError::UnknownEvidence)
    }

    /// Opens a file after having read it whole: what it gives is what was uploaded. For a part, a file that was read whole and
    /// not touched since is not read again.
    pub(crate) async fn open_evidence(
        &self,
        execution_id: ExecutionId,
        attached: &AttachedEvidence,
        only_part: bool,
    ) -> Result<File, ServiceError> {
        let (store, evidence) = (self.store.clone(), attached.evidence.clone());
        let open = move || store.open_evidence(execution_id, &evidence, only_part);
        Ok(self.workshop.run(Lane::Files, open).await??)
    }
}

impl Upload {
    /// Takes in what came next.
    ///
    /// # Errors
    /// As soon as the file is larger than allowed, or all files together are, or when the disk does not take it.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), ServiceError> {
        self.turn.take(bytes.len() as u64, self.stored)?;
        Ok(self.incoming.write(bytes).await?)
    }

    /// Attaches the file to its step.
    ///
    /// # Errors
    /// When the rules are against it, or when it cannot be stored.
    pub(crate) async fn finish(
        mut self,
        details: FileDetails,
        sender: Sender,
        actor: Actor,
    ) -> Result<AttachedEvidence, ServiceError> {
        if self.turn.has_quota() {
            // Others may have been recorded since it began.
            self.turn.take(0, self.service.store.evidence_bytes().await?)?;
        }
        let file = self.incoming.seal().await?;
        let named = !details.file_name.is_empty();
        let evidence = Evidence {
            id: self.evidence_id,
            file_name: if named { details.file_name } else { UNNAMED.to_owned() },
            mime_type: file.mime_type.to_owned(),
            size: file.size,
            sha256: file.sha256.clone(),
            description: details.description.filter(|words| !words.trim().is_empty()),
        };
        let command = attach(&self.node_id, evidence);
        let envelope = Envelope::new(self.execution_id, command, meta(sender, actor)?);
        let committed = self.service.store.attach(envelope, file).await?;
        let attached = committed.events.into_iter().find_map(|event| match event.body {
            EventBody::EvidenceAttached(evidence) => {
                Some(AttachedEvidence { evidence, uploaded_at: event.timestamp, uploaded_by: event.actor })
            }
            _ => None,
        });
        // Of an older command it is not known what it asked for, only that it attached nothing.
        attached.ok_or(ServiceError::OtherCommand)
    }
}

fn attach(node_id: &NodeId, evidence: Evidence) -> Command {
    Command::AttachEvidence { node_id: node_id.clone(), evidence }
}

/// A file of which nothing is known yet, to ask whether one could be attached.
fn probe(id: EvidenceId) -> Evidence {
    let (file_name, mime_type, sha256) = Default::default();
    Evidence { id, file_name, mime_type, size: 0, sha256, description: None }
}
