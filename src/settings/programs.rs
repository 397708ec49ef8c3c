//! Where programs are looked for, and which one this is.

use std::path::PathBuf;

/// The folders of `PATH`, in order.
pub(crate) fn search_path() -> Vec<PathBuf> {
    super::environment("PATH").map_or(Vec::new(), |list| std::env::split_paths(&list).collect())
}

/// This program's own file, if the system knows it.
pub(crate) fn this_program() -> Option<PathBuf> {
    std::env::current_exe().ok()
}
