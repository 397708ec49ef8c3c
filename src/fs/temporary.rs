//! The file that is to take another's place, while it is being written, and what is left of it when its writer is
//! killed. A writer holds a lock on its file, which ends with the process: what is not locked, nobody writes any more.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::privacy::Privacy;
use super::{flush, folder_of, links, system};

const PREFIX: &str = ".hf-auth-";
const SUFFIX: &str = ".tmp";

/// A file in the same folder as `target`, with this content, on the disk. Removed when dropped.
pub(super) fn written_beside(target: &Path, content: &[u8]) -> io::Result<(NamedTempFile, Privacy)> {
    let mut temporary = claimed_in(folder_of(target))?;
    let privacy = fill(&mut temporary, content)?;
    Ok((temporary, privacy))
}

/// The same under a name that shows what it is: when its writer is killed it may hold what nothing else does any more, and
/// nobody clears it away.
pub(super) fn copy_beside(target: &Path, content: &[u8]) -> io::Result<NamedTempFile> {
    let mut name = target.file_name().map(OsStr::to_owned).unwrap_or_default();
    name.push(".copy-");
    let mut copy = create_in(folder_of(target), &name, "")?;
    fill(&mut copy, content)?;
    Ok(copy)
}

fn fill(temporary: &mut NamedTempFile, content: &[u8]) -> io::Result<Privacy> {
    let privacy = system::make_new_private(temporary.path(), temporary.as_file())?;
    temporary.write_all(content)?;
    flush(temporary.as_file())?;
    Ok(privacy)
}

/// Gives it the name of `target`, in one step.
pub(super) fn rename(mut temporary: NamedTempFile, target: &Path) -> io::Result<()> {
    match system::rename(temporary.path(), target) {
        Ok(()) => {
            temporary.disable_cleanup(true);
            Ok(())
        }
        Err(cause) => {
            discard(temporary);
            Err(cause)
        }
    }
}

/// Removes it; where that is refused too, no token stays in it.
pub(super) fn discard(temporary: NamedTempFile) {
    let (file, path) = temporary.into_parts();
    if path.close().is_err() {
        let _ = file.set_len(0);
    }
}

fn claimed_in(folder: &Path) -> io::Result<NamedTempFile> {
    loop {
        let temporary = create_in(folder, OsStr::new(PREFIX), SUFFIX)?;
        if system::claim(temporary.as_file(), temporary.path()) {
            return Ok(temporary);
        }
    }
}

fn create_in(folder: &Path, prefix: &OsStr, suffix: &str) -> io::Result<NamedTempFile> {
    let create = |path: &Path| system::create_new().read(true).write(true).open(path);
    tempfile::Builder::new()
        .prefix(prefix)
        .suffix(suffix)
        .make_in(folder, create)
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
            system::remove_if_abandoned(&entry.path());
        }
    }
}
