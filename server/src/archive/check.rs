//! Checking a bundle without a server: every file against the manifest, the log against its chain, and everything that
//! is told twice against each other.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use domain::api::ExecutionDetail;
use domain::event::{Event, Evidence, Hash, verify_chain};
use domain::execution::Execution;
use domain::ids::ExecutionId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::bundle::{EVENTS, FORMAT, Manifest, PLAYBOOK, Playbook, STATE, evidence_path, json};
use super::{ArchiveError, MANIFEST, entry_of};

/// A bundle that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Of which execution.
    pub execution_id: ExecutionId,
    /// What the incident is called.
    pub incident_title: String,
    /// How many events there are.
    pub events: u64,
    /// How many files of evidence.
    pub evidence: usize,
    /// The hash of the last event.
    pub head_hash: Hash,
}

/// All that a whole bundle holds.
pub(super) struct Contents {
    pub(super) playbook: Playbook,
    pub(super) source: String,
    pub(super) events: Vec<Event>,
    pub(super) execution: Execution,
}

impl Contents {
    /// Every file of evidence.
    pub(super) fn evidence(&self) -> impl Iterator<Item = &Evidence> {
        self.execution.state.evidence().map(|attached| &attached.evidence)
    }
}

/// Checks a bundle.
///
/// # Errors
/// The first thing that does not match.
pub fn check_bundle(folder: &Path) -> Result<Checked, ArchiveError> {
    let contents = read(folder)?;
    let state = &contents.execution.state;
    Ok(Checked {
        execution_id: state.header.execution_id,
        incident_title: state.incident_title.clone(),
        events: state.last_seq.0,
        evidence: contents.evidence().count(),
        head_hash: state.head_hash.clone(),
    })
}

/// Reads a bundle that is whole.
pub(super) fn read(folder: &Path) -> Result<Contents, ArchiveError> {
    let not_a_bundle = |reason| ArchiveError::NotAnArchive { path: folder.to_owned(), reason };
    if !folder.join(MANIFEST).is_file() {
        return Err(not_a_bundle("this is no bundle, or its export was broken off: it has no manifest.json"));
    }
    let manifest = manifest(folder)?;
    if (manifest.format.as_str(), manifest.format_version) != (FORMAT, 1) {
        return Err(not_a_bundle("this is no bundle that this version can read"));
    }
    check_files(folder, &manifest)?;
    let playbook: Playbook = from_json(folder, PLAYBOOK)?;
    let header = &manifest.header;
    if (playbook.id, playbook.version) != (header.playbook_id, header.playbook_version) {
        return Err(ArchiveError::Disagree("playbook.json is not the playbook version of the header in manifest.json"));
    }
    if playbook.graph.hash() != header.graph_hash {
        return Err(ArchiveError::Disagree("playbook.json: the graph is not the one that was run"));
    }
    if !manifest.files.iter().any(|entry| entry.path == playbook.source) {
        return Err(ArchiveError::Missing(playbook.source));
    }
    let source = text(folder, &playbook.source)?;
    let events = events(folder)?;
    let (last_seq, head_hash) = verify_chain(header, &events)?;
    if (last_seq, &head_hash) != (manifest.last_seq, &manifest.head_hash) {
        return Err(ArchiveError::Disagree(
            "events.jsonl does not end with the event that manifest.json names as the last",
        ));
    }
    if !text(folder, EVENTS)?.ends_with('\n') {
        return Err(ArchiveError::Disagree("events.jsonl does not end with the end of a line"));
    }
    if !playbook.created_at.can_be_sent() {
        return Err(ArchiveError::Disagree("playbook.json: created_at must lie in the years 1970 to 2200 (UTC)"));
    }
    let execution = Execution::fold(header.clone(), Arc::new(playbook.graph.clone()), &events);
    if execution.state.incident_title != manifest.incident_title {
        return Err(ArchiveError::Disagree("manifest.json has another incident_title than events.jsonl"));
    }
    let contents = Contents { playbook, source, events, execution };
    check_state(folder, &contents.execution)?;
    check_evidence(&manifest, &contents)?;
    Ok(contents)
}

/// Every listed file is there and is what it was, and nothing else is there.
fn check_files(folder: &Path, manifest: &Manifest) -> Result<(), ArchiveError> {
    let found = files_below(folder)?;
    for entry in &manifest.files {
        if !found.contains(&entry.path) {
            return Err(ArchiveError::Missing(entry.path.clone()));
        }
        let path = folder.join(&entry.path);
        if entry_of(&path, entry.path.clone()).map_err(ArchiveError::io(&path))? != *entry {
            return Err(ArchiveError::Altered(entry.path.clone()));
        }
    }
    let listed: BTreeSet<&str> = manifest.files.iter().map(|entry| entry.path.as_str()).chain([MANIFEST]).collect();
    let unlisted = found.into_iter().find(|path| !listed.contains(path.as_str()));
    unlisted.map_or(Ok(()), |path| Err(ArchiveError::Unlisted(path)))
}

/// Every file of a folder and of the folders in it, from there on. Links are not followed: they count as what they are.
fn files_below(folder: &Path) -> Result<BTreeSet<String>, ArchiveError> {
    let mut found = BTreeSet::new();
    let mut folders = vec![String::new()];
    while let Some(prefix) = folders.pop() {
        let path = folder.join(&prefix);
        for entry in fs::read_dir(&path).map_err(ArchiveError::io(&path))? {
            let entry = entry.map_err(ArchiveError::io(&path))?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type().map_err(ArchiveError::io(&path))?;
            if kind.is_dir() {
                folders.push(format!("{name}/"));
            } else if kind.is_file() {
                found.insert(name);
            } else {
                return Err(ArchiveError::Unlisted(name));
            }
        }
    }
    Ok(found)
}

fn events(folder: &Path) -> Result<Vec<Event>, ArchiveError> {
    let text = text(folder, EVENTS)?;
    let lines = text.split_terminator('\n').enumerate();
    let read = lines.map(|(position, line)| {
        Event::from_line(line).map_err(|error| ArchiveError::Unreadable {
            path: format!("{EVENTS}, line {}", position + 1),
            reason: error.to_string(),
        })
    });
    read.collect()
}

/// The state is what the log amounts to.
fn check_state(folder: &Path, execution: &Execution) -> Result<(), ArchiveError> {
    let state = text(folder, STATE)?;
    let at = execution.state.last_timestamp;
    let folded = at.and_then(|at| ExecutionDetail::of(execution, at));
    if folded.is_some_and(|folded| json(&folded) == state.as_bytes()) {
        Ok(())
    } else {
        Err(ArchiveError::Disagree("state.json is not what events.jsonl amounts to"))
    }
}

/// The files are those that the log tells of.
fn check_evidence(manifest: &Manifest, contents: &Contents) -> Result<(), ArchiveError> {
    let mut listed: BTreeSet<&str> =
        manifest.files.iter().map(|entry| entry.path.as_str()).filter(|path| path.starts_with("evidence/")).collect();
    for evidence in contents.evidence() {
        let path = evidence_path(evidence.id);
        let entry = manifest.files.iter().find(|entry| entry.path == path);
        let entry = entry.ok_or_else(|| ArchiveError::Missing(path.clone()))?;
        if (entry.size, &entry.sha256) != (evidence.size, &evidence.sha256) {
            return Err(ArchiveError::Altered(path));
        }
        listed.remove(path.as_str());
    }
    match listed.first() {
        Some(_) => Err(ArchiveError::Disagree("evidence/ holds a file that no event tells of")),
        None => Ok(()),
    }
}

fn text(folder: &Path, name: &str) -> Result<String, ArchiveError> {
    let unreadable =
        |error: std::io::Error| ArchiveError::Unreadable { path: name.to_owned(), reason: error.to_string() };
    fs::read_to_string(folder.join(name)).map_err(unreadable)
}

/// What the manifest says. It may be written in another way, as nothing vouches for its bytes, but not say more.
fn manifest(folder: &Path) -> Result<Manifest, ArchiveError> {
    let unreadable = |reason: String| ArchiveError::Unreadable { path: MANIFEST.to_owned(), reason };
    let text = text(folder, MANIFEST)?;
    let read: Manifest = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    let says: Value = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    if serde_json::to_value(&read).is_ok_and(|read| read == says) {
        Ok(read)
    } else {
        Err(unreadable("it says more than a manifest does".to_owned()))
    }
}

/// What a file says, which must be written exactly as it is exported: more in it would be more than anything is compared with.
fn from_json<T: DeserializeOwned + Serialize>(folder: &Path, name: &str) -> Result<T, ArchiveError> {
    let unreadable = |reason: String| ArchiveError::Unreadable { path: name.to_owned(), reason };
    let text = text(folder, name)?;
    let read: T = serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))?;
    if json(&read) == text.as_bytes() {
        Ok(read)
    } else {
        Err(unreadable("it is not written as it was exported".to_owned()))
    }
}
