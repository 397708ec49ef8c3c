//! Removing files, so that no token stays behind: what a link leads to goes with it.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::links::Followed;
use super::refusals::Step;
use super::{Lock, failure, folder_of, in_place, links, special, system};
use crate::error::Result;

/// What a removal left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Removal {
    Complete,
    /// The file that the link led to: it belongs to another user.
    LeftBehind(PathBuf),
}

impl Lock {
    /// Removes the file, and what it leads to if it is a link; on the disk when `Lock::release` has returned. A file that
    /// cannot be unlinked because it is a mount point is emptied, and a device (`/dev/null`, for a token that is to be kept
    /// nowhere) is not ours to remove.
    pub(crate) fn remove(&self, path: &Path) -> Result<Removal> {
        if special::is_at(path) {
            return Ok(Removal::Complete);
        }
        let remove = || {
            let Followed { target, is_open_file } = links::follow(path)?;
            let mut removal = Removal::Complete;
            if is_open_file {
                // `/dev/stdin` is not ours to remove either.
                return Ok(removal);
            }
            // First, so that a token that stays is still found.
            if target != path
                && let Some(found) = regular_file(&target)
            {
                match system::is_ours(&target, &found) {
                    true => self.unlink(&target)?,
                    false => removal = Removal::LeftBehind(target),
                }
            }
            self.unlink(path)?;
            Ok(removal)
        };
        remove().map_err(|cause| failure("remove", path, cause))
    }

    fn unlink(&self, path: &Path) -> io::Result<()> {
        match system::remove_file(path) {
            Ok(()) => {
                self.flush_later(folder_of(path));
                Ok(())
            }
            Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
            // If it cannot be emptied either, the first cause says what is the matter.
            Err(cause) if Step::Remove.is_refused(&cause) => in_place::empty(path).map_err(|_| cause),
            Err(cause) => Err(cause),
        }
    }
}

fn regular_file(path: &Path) -> Option<fs::Metadata> {
    fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)
}

/// Whether the file could be removed or emptied, as far as that can be known. Asked before a removal of several, so that it
/// does not stop half-way.
pub(crate) fn expect_removable(path: &Path) -> Result<()> {
    let look = || {
        let target = links::target(path)?;
        if regular_file(&target).is_some_and(|found| system::is_ours(&target, &found)) {
            system::expect_file_removable(&target)?;
        }
        match target == path {
            true => Ok(()),
            false => system::expect_writable_folder(folder_of(path)),
        }
    };
    look().map_err(|cause| failure("remove", path, cause))
}
