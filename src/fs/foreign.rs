//! Files that are not ours alone: other programs.

use std::fs;
use std::path::Path;

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
