//! The file that is to take another's place, while it is being written, and what is left of it when its writer is
//! killed. A writer holds a lock on its file, which ends with the process: what is not locked, nobody writes any more.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::privacy::{Privacy, make_private};
use super::{flush, folder_of, links, owners};

const PREFIX: &str = ".hf-auth-";
const SUFFIX: &str = ".tmp";

/// A file in the same folder as `target`, with this content, on the disk. Removed when dropped.
pub(super) fn written_beside(target: &Path, content: &[u8]) -> io::Result<(NamedTempFile, Privacy)> {
    let mut temporary = create_in(folder_of(target))?;
    let privacy = fill(&mut temporary, folder_of(target), content)?;
    Ok((temporary, privacy))
}

/// The same under a name that shows what it is: when its writer is killed it may hold what nothing else does any more, and
/// nobody clears it away.
pub(super) fn copy_beside(target: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut name = target.file_name().map(OsStr::to_owned).unwrap_or_default();
    name.push(".copy-");
    let mut copy = tempfile::Builder::new().prefix(&name).tempfile_in(folder_of(target))?;
    fill(&mut copy, folder_of(target), content)?;
    Ok(copy)
}

fn fill(temporary: &mut NamedTempFile, folder: &Path, content: &[u8]) -> io::Result<Privacy> {
    let privacy = make_private(temporary.as_file())?;
    owners::give_to_keeper(folder, temporary.as_file());
    temporary.write_all(content)?;
    flush(temporary.as_file())?;
    Ok(privacy)
}

/// Removes it; where that is refused too, no token stays in it.
pub(super) fn discard(temporary: NamedTempFile) {
    let (file, path) = temporary.into_parts();
    if path.close().is_err() {
        let _ = file.set_len(0);
    }
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
        .flat_map(|path| [Some(path.to_owned()), links::target(path).ok()]);
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
    let mut options = fs::OpenOptions::new();
    if let Ok((file, found)) = super::open::to_lock(options.read(true), path)
        && found.is_file()
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
