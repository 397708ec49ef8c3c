//! A lock between processes, on a file of its own: the one that the reference takes when it refreshes a token.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::time::Duration;

use super::{create_folder, failure, folder_of};
use crate::clock::{Deadline, Stopwatch};
use crate::error::{Error, Result};
use crate::signals;

const POLL: Duration = Duration::from_millis(20);
/// The reference's pace.
const WORD_EVERY: Duration = Duration::from_secs(10);

/// An exclusive lock between processes, the one that the reference takes too; released when dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock file `path`, no longer than `patience`, and as long again each time that `gets_on` then says so.
    /// Every ten seconds `still_waiting` is told for how long already. The file stays behind: removing it would let two processes hold "the" lock, each on a file of its own.
    pub(crate) fn acquire(
        path: &Path,
        patience: Duration,
        mut gets_on: impl FnMut() -> bool,
        still_waiting: impl Fn(Duration),
    ) -> Result<Self> {
        // Whoever locks will write.
        signals::survive_file_size_limit();
        let mut deadline = Deadline::after(patience);
        let (started, mut next_word) = (Stopwatch::start(), WORD_EVERY);
        create_folder(folder_of(path))?;
        loop {
            let file = open_lock_file(path).map_err(|cause| failure("lock", path, cause))?;
            match file.try_lock() {
                Ok(()) if is_still_at(&file, path) => return Ok(Lock { _file: file }),
                // Held by another, or, as some versions of the reference's lock do, unlinked on release and so no
                // longer the lock.
                Ok(()) | Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(cause)) => return Err(failure("lock", path, cause)),
            }
            if deadline.has_passed() {
                if !gets_on() {
                    return Err(held_too_long(path, patience));
                }
                deadline = Deadline::after(patience);
            }
            if started.elapsed() >= next_word {
                still_waiting(started.elapsed());
                next_word += WORD_EVERY;
            }
            std::thread::sleep(POLL);
        }
    }
}

fn held_too_long(path: &Path, patience: Duration) -> Error {
    let seconds = patience.as_secs();
    Error::failed(format!(
        "Cannot lock {}: another process has held it for {seconds} seconds.",
        path.display()
    ))
    .hint("find the process that holds it (`fuser` on that file names it), end it and try again.")
}

#[cfg(unix)]
fn open_lock_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let no_link = nix::fcntl::OFlag::O_NOFOLLOW.bits();
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(no_link);
    let file = options.open(path)?;
    use_in_spite_of_umask(&file);
    super::give_to_owner_of(folder_of(path), &file);
    Ok(file)
}

/// A new lock file from which the umask took the owner's bits would shut its owner out the next time.
#[cfg(unix)]
fn use_in_spite_of_umask(file: &File) {
    use std::os::unix::fs::PermissionsExt;
    let usable = |mode: u32| mode & 0o600 == 0o600;
    if file.metadata().is_ok_and(|found| !usable(found.permissions().mode())) {
        let _ = super::make_private(file);
    }
}

#[cfg(unix)]
pub(super) fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(held), Ok(found)) = (file.metadata(), path.symlink_metadata()) else {
        return false;
    };
    held.nlink() > 0 && (held.dev(), held.ino()) == (found.dev(), found.ino())
}

#[cfg(not(unix))]
fn open_lock_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// An open file cannot be unlinked here.
#[cfg(not(unix))]
fn is_still_at(_file: &File, _path: &Path) -> bool {
    true
}
