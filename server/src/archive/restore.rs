//! Taking over an execution from a bundle, with the ids, times and hashes that it has there.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use domain::event::Hash;
use domain::ids::{Actor, ExecutionId};

use super::bundle::evidence_path;
use super::check::{Contents, read};
use super::{ArchiveError, blocking};
use crate::service::{Service, ServiceError};
use crate::store::{Adoption, NewPlaybook, OnProgress};

/// How much of a file is copied at once.
const BLOCK: usize = 256 * 1024;

/// Takes over an execution, after all of the bundle was checked. Returns its id and the hash of its last event.
pub(crate) async fn restore_bundle(
    service: &Service,
    folder: &Path,
    on_progress: OnProgress<'_>,
) -> Result<(ExecutionId, Hash), ArchiveError> {
    let path = folder.to_owned();
    let contents = blocking(move || read(&path)).await?;
    let id = contents.execution.state.header.execution_id;
    if service.fold(id).await.is_ok() {
        return Err(ServiceError::AlreadyHere.into());
    }
    let head = contents.execution.state.head_hash.clone();
    let total = contents.evidence().count() as u64;
    let mut files = Vec::new();
    for (position, evidence) in contents.evidence().enumerate() {
        on_progress(position as u64, total);
        let path = evidence_path(evidence.id);
        let source = folder.join(&path);
        // As after a restore that was broken off.
        if service.has_file(id, evidence).await {
            continue;
        }
        let mut incoming = service.receive_as(id, evidence.id).await?;
        let mut file = File::open(&source).map_err(ArchiveError::io(&source))?;
        let mut block = vec![0; BLOCK];
        loop {
            let length = file.read(&mut block).map_err(ArchiveError::io(&source))?;
            if length == 0 {
                break;
            }
            incoming.write(&block[..length]).await?;
        }
        let sealed = incoming.seal().await?;
        if sealed.sha256 != evidence.sha256 {
            return Err(ArchiveError::Altered(path));
        }
        files.push(sealed);
    }
    let Contents { playbook, source, events, execution } = contents;
    let playbook = NewPlaybook {
        id: playbook.id,
        version: playbook.version,
        format: playbook.format,
        part: playbook.from,
        source,
        issues: playbook.issues,
        graph: playbook.graph,
        placement: playbook.placement,
        // A bundle is about an execution, and does not say who wrote the playbook.
        author: Actor::anonymous(),
        summary: String::new(),
        now: playbook.created_at,
        command: None,
    };
    service.adopt(Adoption { playbook, execution: Arc::new(execution), events, files }).await?;
    on_progress(total, total);
    Ok((id, head))
}
