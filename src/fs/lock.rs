//! A lock between processes, on a file of its own: the one that the reference takes when it refreshes a token.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::refusals::Step;
use super::system::{self, HOLDER_OF_A_FILE, open_to_lock};
use super::{failure, folder_of, folders};
use crate::clock::{Deadline, Stopwatch};
use crate::error::{self, Error, Result, reason};
use crate::signals;

/// How often those look who have no queue to wait in.
const POLL: Duration = Duration::from_millis(20);
/// How often those look who have, whether what they wait for still is the lock's file.
const LOOK: Duration = Duration::from_millis(250);
/// Enough for a thread that only waits, in bytes.
const SMALL_STACK: usize = 64 * 1024;

/// An exclusive lock between processes, the one that the reference takes too; let go when dropped. Whoever reports a change
/// releases it first, and so hears whether the change is on the disk.
#[derive(Debug)]
pub(crate) struct Lock {
    held: Result<File, String>,
    /// Where names were given or taken, which may not be on the disk yet.
    unflushed: RefCell<BTreeSet<PathBuf>>,
}

/// What became of one try.
enum Try {
    Locked(File),
    /// Held by another, or, as some versions of the reference's lock do, unlinked on release and so no longer the lock.
    Busy,
    /// The file system has no locks.
    Refused(io::Error),
}

impl Lock {
    /// Waits for the lock file `path`, no longer than `patience`, and as long again each time that `gets_on` then says so.
    /// Now and then `still_waiting` is told for how long already. The file stays behind: removing it would let two
    /// processes hold "the" lock, each on a file of its own. Where the file system has no locks, none is held.
    pub(crate) fn acquire(
        path: &Path,
        patience: Duration,
        mut gets_on: impl FnMut() -> bool,
        word_every: Duration,
        still_waiting: impl Fn(Duration),
    ) -> Result<Self> {
        // Whoever locks will write.
        signals::survive_file_size_limit();
        let mut deadline = Deadline::after(patience);
        let (started, mut next_word) = (Stopwatch::start(), word_every);
        folders::create_folder(folder_of(path))?;
        let (mut watch, mut queue) = (None, None);
        loop {
            match try_once(path).map_err(|cause| failure("lock", path, cause))? {
                Try::Locked(file) => return Ok(Lock::new(Ok(file))),
                Try::Refused(cause) => return Ok(Lock::new(Err(reason(&cause)))),
                Try::Busy => {}
            }
            if started.elapsed() >= next_word {
                // Whoever is told may take their time; nobody is to wait for a lock that we have got meanwhile.
                queue = None;
                still_waiting(started.elapsed());
                next_word += word_every;
            }
            watch.get_or_insert_with(signals::wait);
            let until_next_word = next_word.saturating_sub(started.elapsed());
            let look = LOOK.min(deadline.left()).min(until_next_word);
            let waiting = queue.take().or_else(|| join_queue(path));
            match waiting.as_ref().map(|queue| queue.recv_timeout(look)) {
                Some(Err(RecvTimeoutError::Timeout)) => queue = waiting,
                Some(Ok(Ok(file))) if is_still_at(&file, path) => return Ok(Lock::new(Ok(file))),
                // There is no queue, or what was waited for is the lock's file no more.
                _ => thread::sleep(POLL),
            }
            if deadline.has_passed() {
                if !gets_on() {
                    return Err(held_too_long(path, patience));
                }
                deadline = Deadline::after(patience);
            }
        }
    }

    fn new(held: Result<File, String>) -> Self {
        let unflushed = RefCell::default();
        Lock { held, unflushed }
    }

    /// Lets the next one in, and then sees to it that what was replaced or removed is so on the disk too: a folder's flush
    /// holds nobody else up, and one does for all its files.
    pub(crate) fn release(mut self) -> Result<()> {
        self.let_go()
    }

    fn let_go(&mut self) -> Result<()> {
        // Closes the file.
        self.held = Err(String::new());
        let flush = |folder: PathBuf| system::flush_folder(&folder).map_err(|cause| failure("write", &folder, cause));
        let flushed: Vec<_> = self.unflushed.take().into_iter().map(flush).collect();
        flushed.into_iter().collect()
    }

    /// A file in this folder has got or lost its name.
    pub(super) fn flush_later(&self, folder: &Path) {
        self.unflushed.borrow_mut().insert(folder.to_owned());
    }

    /// Why there is no lock, in the system's words, where the file system has none.
    pub(crate) fn refusal(&self) -> Option<&str> {
        self.held.as_ref().err().map(String::as_str)
    }
}

/// Where no change is reported: after an error, whose message is the one that counts.
impl Drop for Lock {
    fn drop(&mut self) {
        let _ = self.let_go();
    }
}

/// Gives the locked file.
type Queue = Receiver<io::Result<File>>;

/// A place in the system's own queue for a lock that somebody holds: where many wait, each has it as soon as the one before is
/// done. The system sets no limit to that wait, so it is a thread that waits.
fn join_queue(path: &Path) -> Option<Queue> {
    let (sender, receiver) = mpsc::sync_channel(1);
    let path = path.to_owned();
    let wait = move || {
        let locked = open_lock_file(&path).and_then(|file| file.lock().map(|()| file));
        // If nobody waits any more, the file is closed, and the lock is free again.
        let _ = sender.send(locked);
    };
    let thread = thread::Builder::new().stack_size(SMALL_STACK).spawn(wait);
    thread.is_ok().then_some(receiver)
}

fn try_once(path: &Path) -> io::Result<Try> {
    let file = match open_lock_file(path) {
        Ok(file) => file,
        // Whoever has it open shares it with nobody.
        Err(cause) if cause.kind() == ErrorKind::WouldBlock => return Ok(Try::Busy),
        Err(cause) if Step::Lock.is_refused(&cause) => return Ok(Try::Refused(cause)),
        Err(cause) => return Err(cause),
    };
    match file.try_lock() {
        Ok(()) if is_still_at(&file, path) => Ok(Try::Locked(file)),
        Ok(()) | Err(TryLockError::WouldBlock) => Ok(Try::Busy),
        Err(TryLockError::Error(cause)) if cause.kind() == ErrorKind::Interrupted => Ok(Try::Busy),
        Err(TryLockError::Error(cause)) if Step::Lock.is_refused(&cause) => Ok(Try::Refused(cause)),
        Err(TryLockError::Error(cause)) => Err(cause),
    }
}

fn held_too_long(path: &Path, patience: Duration) -> Error {
    let seconds = patience.as_secs();
    Error::new(
        error::ErrorKind::Locked,
        format!(
            "Cannot lock {}: another process has held it for {seconds} seconds.",
            path.display()
        ),
    )
    .hint(format!(
        "find the process that holds it ({HOLDER_OF_A_FILE}), end it and try again."
    ))
}

fn open_lock_file(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    let opened = open_to_lock(options.read(true).write(true), path);
    let opened = match opened {
        Err(cause) if cause.kind() == ErrorKind::NotFound => return create_lock_file(path),
        // A file that must not be written to can be locked all the same.
        Err(cause) if Step::Overwrite.is_refused(&cause) => open_to_lock(OpenOptions::new().read(true), path),
        opened => opened,
    };
    opened.map(|(file, _)| file)
}

fn create_lock_file(path: &Path) -> io::Result<File> {
    let (file, _) = match open_to_lock(system::create_new().read(true).write(true), path) {
        // Another process was faster.
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists => {
            return open_to_lock(OpenOptions::new().read(true).write(true), path).map(|(file, _)| file);
        }
        opened => opened?,
    };
    // A new lock file from which the umask took the owner's bits would shut its owner out the next time.
    let _ = system::make_new_private(path, &file);
    Ok(file)
}

/// As long as it is open nothing else can have its number.
pub(super) fn is_still_at(file: &File, path: &Path) -> bool {
    let (Ok(held), Ok(found)) = (file.metadata(), path.symlink_metadata()) else {
        return false;
    };
    system::number_of(&held) == system::number_of(&found)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    const SOON: Duration = Duration::from_millis(100);
    const PATIENCE: Duration = Duration::from_secs(20);

    fn acquire(path: &Path, still_waiting: impl Fn(Duration)) -> Lock {
        Lock::acquire(path, PATIENCE, || false, SOON, still_waiting).unwrap()
    }

    #[test]
    fn who_is_busy_telling_that_they_wait_holds_nobody_up() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = Mutex::new(Some(acquire(&path, |_| ())));
        let waited = Stopwatch::start();

        let lock = acquire(&path, |_| {
            // The holder lets go while the person reads, and another one comes.
            held.lock().unwrap().take();
            thread::sleep(SOON);
            drop(acquire(&path, |_| ()));
        });

        assert!(lock.refusal().is_none());
        assert!(waited.elapsed() < PATIENCE);
    }
}
