//! Files that are not ours alone: other programs, and what shells read when they start.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;

use super::{create_folder, failure, folder_of, link_target, read};
use crate::error::Result;

/// What tells one file from another, however many names it has: equal for a file and every link to it. `None` when there
/// is no such file.
#[cfg(unix)]
pub(crate) fn identity(path: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let found = fs::metadata(path).ok()?;
    Some(format!("{}:{}", found.dev(), found.ino()))
}

/// The same, of the path that all links lead to.
#[cfg(not(unix))]
pub(crate) fn identity(path: &Path) -> Option<String> {
    fs::canonicalize(path).ok()?.into_os_string().into_string().ok()
}

/// Whether the path names a file that this user may start.
pub(crate) fn is_program(path: &Path) -> bool {
    path.is_file() && may_start(path)
}

#[cfg(unix)]
fn may_start(path: &Path) -> bool {
    nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
}

/// The extension decides.
#[cfg(not(unix))]
fn may_start(_path: &Path) -> bool {
    true
}

/// Adds a line to a text file unless it is there already. The rest of the file, its mode and its links stay; one that is
/// missing is made.
pub(crate) fn add_line(path: &Path, line: &str) -> Result<()> {
    let before = read(path)?.unwrap_or_default();
    if before
        .split(|byte| *byte == b'\n')
        .any(|there| there == line.as_bytes())
    {
        return Ok(());
    }
    let text = match before.last() {
        None => format!("{line}\n"),
        Some(b'\n') => format!("\n{line}\n"),
        Some(_) => format!("\n\n{line}\n"),
    };
    let append = || {
        OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)?
            .write_all(text.as_bytes())
    };
    append().map_err(|cause| failure("write", path, cause))
}

/// Makes `path` hold `text`, which may be read by everybody, in folders that may be missing.
pub(crate) fn write_shared(path: &Path, text: &str) -> Result<()> {
    let target = link_target(path).map_err(|cause| failure("write", path, cause))?;
    create_folder(folder_of(&target))?;
    fs::write(&target, text).map_err(|cause| failure("write", path, cause))
}
