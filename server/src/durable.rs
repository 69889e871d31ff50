//! Names that survive a crash: a rename, or a new file, is only durable when its folder was synced too.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

/// What lies in a data folder or a backup is its owner's only.
const OWNERS: u32 = 0o700;

/// Gives a file or folder another name, durably.
///
/// # Errors
/// When the disk does not do it. After an error of the sync the name may be the new one all the same.
pub(crate) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_folder_of(to)?;
    if from.parent() == to.parent() { Ok(()) } else { sync_folder_of(from) }
}

/// Has the names in the folder of a file survive a crash.
///
/// # Errors
/// When the disk does not do it.
pub(crate) fn sync_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        None => Ok(()),
        // A bare name lies in the folder that the process is in.
        Some(folder) if folder.as_os_str().is_empty() => sync_folder(Path::new(".")),
        Some(folder) => sync_folder(folder),
    }
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Makes a folder and those above it, for their owner only, durably; those that are there stay as they are.
///
/// # Errors
/// When the disk does not do it.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    if let Some(above) = folder.parent() {
        make_folder(above)?;
    }
    match DirBuilder::new().mode(OWNERS).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        Err(error) => Err(error),
        Ok(()) => sync_folder_of(folder),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn new_folders_are_their_owners_and_old_ones_stay_as_they_are() {
        let place = tempfile::tempdir().expect("a folder");
        let old = place.path().join("old");
        fs::create_dir(&old).expect("a folder");
        fs::set_permissions(&old, fs::Permissions::from_mode(0o755)).expect("its mode");
        make_folder(&old.join("new/newer")).expect("folders");
        make_folder(&old.join("new/newer")).expect("they are there");
        let mode = |folder: &str| fs::metadata(old.join(folder)).expect("it is there").permissions().mode() & 0o777;
        assert_eq!([mode(""), mode("new"), mode("new/newer")], [0o755, 0o700, 0o700]);
    }

    #[test]
    fn a_file_is_renamed_into_another_folder() {
        let place = tempfile::tempdir().expect("a folder");
        let (from, to) = (place.path().join("a"), place.path().join("b/c"));
        make_folder(&place.path().join("b")).expect("a folder");
        fs::write(&from, "x").expect("a file");
        rename(&from, &to).expect("it is renamed");
        assert_eq!((from.exists(), fs::read(to).expect("it is there")), (false, b"x".to_vec()));
    }
}
