//! Programs as files: those of a name, and whether two paths lead to the same one.

use std::path::{Path, PathBuf};

use crate::fs::{self, identity};

#[cfg(not(windows))]
const ENDINGS: [&str; 1] = [""];
#[cfg(windows)]
const ENDINGS: [&str; 3] = [".exe", ".cmd", ".bat"];

/// The programs of this name that this user may start, in the order of the folders. An empty folder, as PATH may have
/// one, is the current one.
pub(crate) fn named<'a>(name: &'a str, folders: &'a [PathBuf]) -> impl Iterator<Item = PathBuf> + 'a {
    let in_folder = move |folder: &'a PathBuf| {
        let is_empty = folder.as_os_str().is_empty();
        let folder = if is_empty { Path::new(".") } else { folder };
        ENDINGS.iter().map(move |ending| folder.join(format!("{name}{ending}")))
    };
    folders
        .iter()
        .flat_map(in_folder)
        .filter(|path| fs::is_file(path) && may_start(path))
}

/// Where a shell finds a program: at its path if it has one, else by its name in these folders, one that may be started
/// before one that may not.
#[cfg(unix)]
pub(crate) fn found(program: &Path, folders: &[PathBuf]) -> Option<PathBuf> {
    if program.parent() != Some(Path::new("")) {
        return Some(program.to_owned()).filter(|path| fs::exists(path));
    }
    let here = |folder: &PathBuf| Path::new(".").join(folder).join(program);
    let mut all = folders.iter().map(here).filter(|path| fs::is_file(path));
    let first = all.next()?;
    let mut startable = [first.clone()].into_iter().chain(all).filter(|path| may_start(path));
    startable.next().or(Some(first))
}

/// Whether both are one file, under whatever names.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    identity(one).is_some_and(|one| Some(one) == identity(other))
}

/// Whether a shell would take the file for a script: no NUL in its first line, as far as that is worth looking at.
#[cfg(unix)]
pub(crate) fn is_text(path: &Path) -> bool {
    let Ok(beginning) = fs::beginning(path, 256) else {
        return false;
    };
    let first_line = beginning.split(|byte| *byte == b'\n').next();
    !first_line.unwrap_or_default().contains(&0)
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
