//! Backups come back: unpacked and checked beside the data folder's place, then put there. What is damaged is named, and everything
//! else is restored.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use tar::{Archive, EntryType};
use uuid::Uuid;

use super::backup::{FORMAT, Manifest};
use super::staging::Staging;
use super::{ArchiveError, BackedUp, Entry, Hashing, MANIFEST, blocking};
use crate::durable;
use crate::store::{DATABASE, Finding, OnProgress};
use crate::{Config, Instance, Purpose};

/// What is damaged, and what is wrong with it.
type Damages = BTreeMap<String, String>;

/// What came out of a backup.
struct Unpacked {
    files: Vec<Entry>,
    damaged: Damages,
}

/// Unpacks a backup into a data folder that has no database yet. Everything is checked before anything is in place.
///
/// # Errors
/// When it is no backup, its database cannot be read, or the folder is not free; nothing was restored then.
pub(crate) async fn restore_backup(
    file: &Path,
    data_dir: &Path,
    on_progress: OnProgress<'_>,
) -> Result<BackedUp, ArchiveError> {
    let (source, target) = (file.to_owned(), data_dir.to_owned());
    let unpacked = blocking(move || {
        let staging = Staging::begin(&target)?;
        let unpacked = unpack(&source, staging.folder())?;
        Ok((staging, unpacked))
    });
    let (staging, Unpacked { files, mut damaged }) = unpacked.await?;
    for (path, damage) in verify(staging.folder(), on_progress).await? {
        damaged.entry(path).or_insert(damage);
    }
    blocking(move || staging.finish()).await?;
    let bytes = files.iter().map(|entry| entry.size).sum();
    let damaged = damaged.into_iter().map(|(what, damage)| format!("{what}: {damage}")).collect();
    Ok(BackedUp { evidence: files.len() - 1, bytes, damaged })
}

/// Unpacks what the manifest lists, and nothing else.
fn unpack(file: &Path, target: &Path) -> Result<Unpacked, ArchiveError> {
    let not_a_backup = |reason| ArchiveError::NotAnArchive { path: file.to_owned(), reason };
    let mut tar = Archive::new(File::open(file).map_err(ArchiveError::io(file))?);
    let (mut found, mut manifest) = (Vec::new(), None);
    for member in tar.entries().map_err(ArchiveError::io(file))? {
        let mut member = member.map_err(|_| not_a_backup("this is no backup, or one that was broken off"))?;
        let name = member.path().ok().and_then(|path| path.to_str().map(str::to_owned)).unwrap_or_default();
        if name == MANIFEST {
            let read: Result<Manifest, _> = serde_json::from_reader(&mut member);
            manifest = Some(read.map_err(|error| ArchiveError::Unreadable { path: name, reason: error.to_string() })?);
            continue;
        }
        if !is_ours(&name) || member.header().entry_type() != EntryType::Regular {
            return Err(ArchiveError::Unlisted(name));
        }
        found.push(unpack_one(member, target, name)?);
    }
    let manifest = manifest.ok_or_else(|| not_a_backup("this backup was broken off: it has no manifest"))?;
    if (manifest.format.as_str(), manifest.format_version) != (FORMAT, 1) {
        return Err(not_a_backup("this is no backup that this version can restore"));
    }
    let damaged = differences(&manifest.files, &found)?;
    Ok(Unpacked { files: found, damaged })
}

fn unpack_one(member: impl Read, target: &Path, name: String) -> Result<Entry, ArchiveError> {
    let path = target.join(&name);
    if let Some(folder) = path.parent() {
        durable::make_folder(folder).map_err(ArchiveError::io(folder))?;
    }
    let mut file = File::create_new(&path).map_err(ArchiveError::io(&path))?;
    let mut content = Hashing::new(member);
    io::copy(&mut content, &mut file).map_err(ArchiveError::io(&path))?;
    file.sync_all().map_err(ArchiveError::io(&path))?;
    Ok(content.entry(name))
}

/// Whether a backup may hold a file of this name: a name never leads out of the folder.
fn is_ours(name: &str) -> bool {
    let is_id = |part: &str| part.parse::<Uuid>().is_ok();
    let parts: Vec<&str> = name.split('/').collect();
    match parts[..] {
        [database] => database == DATABASE,
        ["evidence", execution, evidence] => is_id(execution) && is_id(evidence),
        _ => false,
    }
}

/// Which files are not as the manifest has them, each with what is wrong with it.
fn differences(listed: &[Entry], found: &[Entry]) -> Result<Damages, ArchiveError> {
    let by_path: HashMap<&str, &Entry> = found.iter().map(|entry| (entry.path.as_str(), entry)).collect();
    if !by_path.contains_key(DATABASE) {
        return Err(ArchiveError::Missing(DATABASE.to_owned()));
    }
    let names: HashSet<&str> = listed.iter().map(|entry| entry.path.as_str()).collect();
    let mut damaged = Damages::new();
    for entry in listed {
        match by_path.get(entry.path.as_str()) {
            None => _ = damaged.insert(entry.path.clone(), "the file is missing".to_owned()),
            Some(other) if *other != entry => {
                damaged.insert(entry.path.clone(), "it is not what was backed up: its SHA-256 differs".to_owned());
            }
            Some(_) => {}
        }
    }
    for entry in found.iter().filter(|entry| !names.contains(entry.path.as_str())) {
        damaged.insert(entry.path.clone(), format!("{MANIFEST} does not list it"));
    }
    Ok(damaged)
}

/// Checks every log, row and file before it is used. What is wrong with an execution is no reason to leave out the others.
async fn verify(folder: &Path, on_progress: OnProgress<'_>) -> Result<Damages, ArchiveError> {
    let data = |error: crate::Failure| ArchiveError::Data(error.to_string());
    let config = Config { data_dir: folder.to_owned(), ..Config::default() };
    let instance = Instance::open_for(Purpose::Maintain, &config).await.map_err(data)?;
    let verified = instance.verify(None, on_progress).await.map_err(data);
    instance.close().await;
    let found = verified?.into_iter().filter_map(|one| Some((one.execution_id, one.result.err()?)));
    let damages = found.map(|(execution, finding)| match finding {
        Finding::Evidence { id, damage, .. } => (format!("evidence/{execution}/{id}"), damage.to_string()),
        other => (format!("execution {execution}"), other.to_string()),
    });
    Ok(damages.collect())
}
