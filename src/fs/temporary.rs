//! The file that is to take another's place, while it is being written, and what is left of it when its writer is
//! killed. A writer holds a lock on its file, which ends with the process: what is not locked, nobody writes any more.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::{flush, folder_of, give_to_owner_of, link_target, make_private};

const PREFIX: &str = ".hf-auth-";
const SUFFIX: &str = ".tmp";

/// A file in the same folder as `target`, of the same owner, with this content, on the disk. Removed when dropped.
pub(super) fn written_beside(target: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut temporary = create_in(folder_of(target))?;
    make_private(temporary.as_file())?;
    give_to_owner_of(target, temporary.as_file());
    temporary.write_all(content)?;
    flush(temporary.as_file())?;
    Ok(temporary)
}

fn create_in(folder: &Path) -> io::Result<NamedTempFile> {
    loop {
        let temporary = tempfile::Builder::new()
            .prefix(PREFIX)
            .suffix(SUFFIX)
            .tempfile_in(folder)?;
        if claim(temporary.as_file(), temporary.path()) {
            return Ok(temporary);
        }
    }
}

/// Removes what killed processes left half-written beside `paths` and beside what they link to.
pub(crate) fn remove_leftovers<'a>(paths: impl IntoIterator<Item = &'a Path>) {
    let files = paths
        .into_iter()
        .flat_map(|path| [Some(path.to_owned()), link_target(path).ok()]);
    let folders: BTreeSet<PathBuf> = files.flatten().map(|file| folder_of(&file).to_owned()).collect();
    for entry in folders.iter().flat_map(fs::read_dir).flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_file && name.starts_with(PREFIX) && name.ends_with(SUFFIX) {
            remove_if_abandoned(&entry.path());
        }
    }
}

/// Whether the new file is ours alone: one who clears up may have come between its making and its locking.
#[cfg(unix)]
fn claim(file: &File, path: &Path) -> bool {
    match file.try_lock() {
        Ok(()) => super::lock::is_still_at(file, path),
        Err(fs::TryLockError::WouldBlock) => false,
        // Nothing can be locked there, and so nobody removes anything there.
        Err(fs::TryLockError::Error(_)) => true,
    }
}

/// Harmless if it stays: it is 0600 and the next run tries again.
#[cfg(unix)]
fn remove_if_abandoned(path: &Path) {
    if let Ok(file) = File::open(path)
        && file.try_lock().is_ok()
    {
        let _ = fs::remove_file(path);
    }
}

/// A lock would keep readers out here. The store's own lock is what keeps writers apart.
#[cfg(not(unix))]
fn claim(_file: &File, _path: &Path) -> bool {
    true
}

#[cfg(not(unix))]
fn remove_if_abandoned(path: &Path) {
    let _ = fs::remove_file(path);
}
