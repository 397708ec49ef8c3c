//! Programs as files: finding one by its name, and whether two names are the same one.

use std::fs;
use std::path::{Path, PathBuf};

/// The program that a shell runs for this name: the first file in `folders` that may be executed.
pub(crate) fn find(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let file_name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let mut candidates = folders.iter().map(|folder| folder.join(&file_name));
    candidates.find(|candidate| candidate.is_file() && is_executable(candidate))
}

/// Whether both are one file, behind links too.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    match (identity(one), identity(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

#[cfg(unix)]
fn is_executable(path: &Path) -> bool {
    nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
}

/// Hard links count as well.
#[cfg(unix)]
fn identity(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn is_executable(_path: &Path) -> bool {
    true
}

#[cfg(not(unix))]
fn identity(path: &Path) -> Option<PathBuf> {
    fs::canonicalize(path).ok()
}
