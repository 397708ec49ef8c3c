//! Programs as files: those of a name, and whether two paths lead to the same one.

use std::path::{Path, PathBuf};

use super::system::{files_of, may_start};
use crate::fs::{self, identity};

/// The programs of this name that this user may start, in the order of the folders.
pub(crate) fn named<'a>(name: &'a str, folders: &'a [PathBuf]) -> impl Iterator<Item = PathBuf> + 'a {
    let files = folders.iter().flat_map(|folder| files_of(Path::new(name), folder));
    files.filter(|path| fs::is_file(path) && may_start(path))
}

/// Whether both are one file, under whatever names.
pub(crate) fn is_same(one: &Path, other: &Path) -> bool {
    identity(one).is_some_and(|one| Some(one) == identity(other))
}
