//! Where programs are looked for, and which one this is.

use std::path::PathBuf;

use crate::fs::programs;

/// The folders of `PATH`, in order.
pub(crate) fn search_path() -> Vec<PathBuf> {
    super::environment("PATH").map_or(Vec::new(), |list| std::env::split_paths(&list).collect())
}

/// This program's own file, if the system knows it.
pub(crate) fn this_program() -> Option<PathBuf> {
    std::env::current_exe().ok()
}

/// The path under which this program was started or found, links not resolved: what it is reached by when what is behind a
/// link changes.
pub(crate) fn this_program_as_started() -> Option<PathBuf> {
    let own = this_program()?;
    let started = PathBuf::from(std::env::args_os().next().unwrap_or_default());
    let is_bare = started.components().count() == 1 && !started.is_absolute();
    let found = match is_bare {
        true => programs::named(started.to_str()?, &search_path()).find(|path| programs::is_same(path, &own)),
        false => Some(started).filter(|path| programs::is_same(path, &own)),
    };
    std::path::absolute(found.unwrap_or(own)).ok()
}
