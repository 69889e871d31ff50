//! Where a backup is unpacked and checked before it takes its place in the data folder, and what becomes of it when that is
//! broken off.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use super::ArchiveError;
use super::backup::Unfinished;
use crate::durable;
use crate::store::DATABASE;

const PREFIX: &str = ".restore-";
/// Locked for as long as the restore goes on.
const LOCK: &str = "lock";
/// There once everything was unpacked and checked: from then on the restore is going to be finished.
const READY: &str = "ready";
const EVIDENCE: &str = "evidence";

/// A restore that goes on. What it unpacked is removed when it is dropped before it was ready.
pub(super) struct Staging {
    folder: Unfinished,
    data_dir: PathBuf,
    _lock: File,
}

impl Staging {
    /// Begins a restore into a data folder.
    ///
    /// # Errors
    /// When something lies there already, or another restore goes on.
    pub(super) fn begin(data_dir: &Path) -> Result<Self, ArchiveError> {
        finish_restore(data_dir)?;
        if data_dir.join(DATABASE).exists() {
            return Err(ArchiveError::Occupied(data_dir.to_owned()));
        }
        // SQLite would take what another database left for a part of this one.
        for rest in ["-wal", "-shm", "-journal"].map(|suffix| data_dir.join(format!("{DATABASE}{suffix}"))) {
            if rest.exists() {
                return Err(ArchiveError::LeftOver(rest));
            }
        }
        let evidence = data_dir.join(EVIDENCE);
        if fs::read_dir(&evidence).is_ok_and(|mut entries| entries.next().is_some()) {
            return Err(ArchiveError::LeftOver(evidence));
        }
        let folder = data_dir.join(format!("{PREFIX}{}", Uuid::now_v7()));
        durable::make_folder(&folder).map_err(ArchiveError::io(&folder))?;
        let folder = Unfinished(folder);
        let lock = folder.0.join(LOCK);
        let file = File::create_new(&lock).and_then(|file| file.lock().map(|()| file));
        let file = file.map_err(ArchiveError::io(&lock))?;
        Ok(Self { folder, data_dir: data_dir.to_owned(), _lock: file })
    }

    /// Where it is unpacked.
    pub(super) fn folder(&self) -> &Path {
        &self.folder.0
    }

    /// Puts everything in place.
    ///
    /// # Errors
    /// When the disk does not do it; the next start of a server, or the next restore, finishes it.
    pub(super) fn finish(self) -> Result<(), ArchiveError> {
        let Self { folder, data_dir, _lock } = self;
        let ready = folder.0.join(READY);
        let marked = File::create_new(&ready).and_then(|file| file.sync_all());
        marked.and_then(|()| durable::sync_folder_of(&ready)).map_err(ArchiveError::io(&ready))?;
        // From here on it is finished and never removed, whatever happens.
        let path = folder.0.clone();
        std::mem::forget(folder);
        put_in_place(&path, &data_dir)
    }
}

/// Finishes a restore that was killed while it put things in place, and removes what is left of one that was not as far.
///
/// # Errors
/// When a restore goes on, or the disk does not do it.
pub(crate) fn finish_restore(data_dir: &Path) -> Result<(), ArchiveError> {
    let entries = match fs::read_dir(data_dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(ArchiveError::io(data_dir))?,
    };
    for entry in entries {
        let entry = entry.map_err(ArchiveError::io(data_dir))?;
        if !entry.file_name().to_str().is_some_and(|name| name.starts_with(PREFIX)) {
            continue;
        }
        let folder = entry.path();
        if File::open(folder.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_err()) {
            return Err(ArchiveError::Restoring(data_dir.to_owned()));
        }
        if folder.join(READY).exists() {
            tracing::warn!(folder = %data_dir.display(), "a restore that was broken off is finished");
            put_in_place(&folder, data_dir)?;
        } else {
            tracing::warn!(folder = %folder.display(), "what is left of a restore that was broken off is removed");
            drop(Unfinished(folder));
        }
    }
    Ok(())
}

/// Whether a restore was broken off that has yet to be finished.
pub(crate) fn is_half_restored(data_dir: &Path) -> bool {
    fs::read_dir(data_dir).is_ok_and(|entries| {
        let names =
            entries.filter_map(Result::ok).filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
        names.into_iter().any(|entry| entry.path().join(READY).exists())
    })
}

/// Evidence first: with the database in place, the restore has happened. Done again, it goes on where it was broken off.
fn put_in_place(from: &Path, to: &Path) -> Result<(), ArchiveError> {
    for name in [EVIDENCE, DATABASE] {
        let (source, target) = (from.join(name), to.join(name));
        if source.exists() {
            durable::rename(&source, &target).map_err(ArchiveError::io(&target))?;
        }
    }
    drop(Unfinished(from.to_owned()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked(data: &Path) -> Staging {
        let staging = Staging::begin(data).expect("an empty folder");
        fs::create_dir(staging.folder().join(EVIDENCE)).expect("a folder");
        fs::write(staging.folder().join(EVIDENCE).join("a"), "a").expect("a file");
        fs::write(staging.folder().join(DATABASE), "database").expect("a file");
        staging
    }

    fn names(data: &Path) -> Vec<String> {
        let entries = fs::read_dir(data).expect("it is there").map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<String> = entries.map(|name| name.into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }

    /// As if the process had been killed.
    fn killed(staging: Staging) -> PathBuf {
        let folder = staging.folder.0.clone();
        let Staging { folder: unfinished, _lock: lock, .. } = staging;
        std::mem::forget(unfinished);
        drop(lock);
        folder
    }

    #[test]
    fn a_restore_that_was_killed_before_it_was_ready_leaves_nothing() {
        let data = tempfile::tempdir().expect("a folder");
        let folder = killed(unpacked(data.path()));
        assert!(folder.exists() && !is_half_restored(data.path()));
        finish_restore(data.path()).expect("it is removed");
        assert_eq!(names(data.path()), [""; 0]);
    }

    #[test]
    fn one_that_was_killed_between_any_two_of_its_steps_is_finished() {
        for renamed in 0..3 {
            let data = tempfile::tempdir().expect("a folder");
            let folder = killed(unpacked(data.path()));
            fs::write(folder.join(READY), "").expect("a file");
            for name in [EVIDENCE, DATABASE].iter().take(renamed) {
                fs::rename(folder.join(name), data.path().join(name)).expect("it is renamed");
            }
            assert!(is_half_restored(data.path()));
            finish_restore(data.path()).expect("it is finished");
            assert_eq!(names(data.path()), [EVIDENCE, DATABASE], "after {renamed}");
            assert_eq!(fs::read(data.path().join(EVIDENCE).join("a")).expect("it is there"), b"a");
        }
    }

    #[test]
    fn while_a_restore_goes_on_nothing_else_begins() {
        let data = tempfile::tempdir().expect("a folder");
        let staging = unpacked(data.path());
        assert!(matches!(finish_restore(data.path()), Err(ArchiveError::Restoring(_))));
        assert!(matches!(Staging::begin(data.path()), Err(ArchiveError::Restoring(_))));
        staging.finish().expect("it is finished");
        assert_eq!(names(data.path()), [EVIDENCE, DATABASE]);
        assert!(matches!(Staging::begin(data.path()), Err(ArchiveError::Occupied(_))));
    }

    #[test]
    fn what_another_database_left_is_not_taken_for_a_part_of_this_one() {
        for rest in [format!("{DATABASE}-wal"), format!("{DATABASE}-shm"), "evidence/a".to_owned()] {
            let data = tempfile::tempdir().expect("a folder");
            fs::create_dir(data.path().join(EVIDENCE)).expect("a folder");
            fs::write(data.path().join(&rest), "left").expect("a file");
            let refused = Staging::begin(data.path()).err().expect("it is refused").to_string();
            assert!(refused.contains("move it away"), "{refused}");
        }
    }
}
