//! How the store's files are changed: under the lock, in one step each, and again where a program that takes no lock was
//! quicker. What the file system cannot do is told once.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::TokenStore;
use crate::clock::{self, Deadline};
use crate::error::{Error, ErrorKind, Result};
use crate::fs::{self, Lock, Privacy, Removal, Replaced, Version};
use crate::notice::Notice;
use crate::secret::Secret;
use crate::store::ini::{self, Document};

/// The patience with the lock starts anew whenever another job has got its change done, but not for ever.
const QUEUE_PATIENCE: Duration = Duration::from_secs(5 * 60);
/// A file that is empty or broken and younger than this may be in the middle of being written by the reference.
const MID_WRITE: Duration = Duration::from_millis(100);
const PAUSE: Duration = Duration::from_millis(5);
/// The reference's pace of saying what is waited for.
const WORD_EVERY: Duration = Duration::from_secs(10);

impl TokenStore<'_> {
    /// Reads, changes and writes `stored_tokens`, and again where another program was quicker: we hold the lock, but the
    /// reference takes none. The inner error: what is there cannot be understood.
    pub(super) fn change<T>(
        &self,
        held: &Lock,
        change: impl FnMut(&mut Document) -> Result<T>,
    ) -> Result<Result<T, ini::ParseError>> {
        self.change_within(held, self.lock_timeout, change)
    }

    fn change_within<T>(
        &self,
        held: &Lock,
        patience: Duration,
        mut change: impl FnMut(&mut Document) -> Result<T>,
    ) -> Result<Result<T, ini::ParseError>> {
        let path = &self.paths.stored_tokens;
        let deadline = Deadline::after(patience);
        while !deadline.has_passed() {
            let version = Version::of(path);
            let text = fs::read(path)?.unwrap_or_default();
            let mut document = match ini::parse(&text) {
                Ok(document) if !text.is_empty() || !version.is_younger_than(MID_WRITE) => document,
                Err(problem) if !version.is_younger_than(MID_WRITE) => return Ok(Err(problem)),
                _ => {
                    clock::pause(PAUSE);
                    continue;
                }
            };
            let outcome = change(&mut document)?;
            let text = document.to_text().map_err(|cause| {
                Error::new(ErrorKind::Files, format!("Cannot write {}: {cause}.", path.display())).with_source(cause)
            })?;
            self.text.replace(None);
            if let Replaced::Done(privacy) = held.replace_version(path, text.as_bytes(), version)? {
                self.warn_if_exposed(path, privacy);
                return Ok(Ok(outcome));
            }
        }
        Err(written_without_end(path, patience))
    }

    /// Makes a token the active one.
    pub(crate) fn activate(&self, token: &Secret) -> Result<()> {
        let held = self.lock()?;
        self.activate_under(&held, token)?;
        held.release()
    }

    /// The same under a lock that is held for more.
    pub(crate) fn activate_under(&self, held: &Lock, token: &Secret) -> Result<()> {
        let path = &self.paths.token;
        self.warn_if_exposed(path, held.replace(path, token.expose().as_bytes())?);
        Ok(())
    }

    pub(super) fn remove_file(&self, held: &Lock, path: &Path) -> Result<()> {
        if let Removal::LeftBehind(target) = held.remove(path)? {
            self.warn_once(format!(
                "{} is no longer a link to {}, which belongs to another user and stays.",
                path.display(),
                target.display()
            ));
        }
        Ok(())
    }

    /// The lock under which every change is made.
    ///
    /// Many jobs that start at once on a slow disk all get their turn: as long as one of the files changes there is a queue
    /// that gets on, and not one job that hangs.
    pub(crate) fn lock(&self) -> Result<Lock> {
        self.expect_two_files()?;
        let mut path = self.paths.stored_tokens.clone().into_os_string();
        path.push(".lock");
        let path = PathBuf::from(path);
        let end = Deadline::after(QUEUE_PATIENCE);
        let versions = || [&self.paths.stored_tokens, &self.paths.token].map(|path| Version::of(path));
        let mut seen = versions();
        let gets_on = || {
            let before = std::mem::replace(&mut seen, versions());
            seen != before && !end.has_passed() && self.patience == self.lock_timeout
        };
        let still_waiting = |elapsed: Duration| {
            let (path, seconds) = (path.display(), elapsed.as_secs_f64());
            let sentence = format!("Still waiting to acquire lock on {path} (elapsed: {seconds:.1} seconds)");
            (self.notify)(Notice::Information(sentence));
        };
        let word_every = WORD_EVERY.min(self.lock_timeout / 3);
        let lock = Lock::acquire(&path, self.patience, gets_on, word_every, still_waiting)?;
        if let Some(refusal) = lock.refusal() {
            self.warn_once(format!(
                "{} cannot be locked ({refusal}): of two changes made at once, one may be lost.",
                path.display()
            ));
        }
        self.text.replace(None);
        let written = [&path, &self.paths.stored_tokens, &self.paths.token];
        fs::remove_leftovers(written.map(PathBuf::as_path));
        Ok(lock)
    }

    /// The active token would be written over all that are stored.
    fn expect_two_files(&self) -> Result<()> {
        let (token, stored) = (&self.paths.token, &self.paths.stored_tokens);
        if !fs::lead_to_one_file(token, stored) {
            return Ok(());
        }
        let (token, stored) = (token.display(), stored.display());
        let sentence = format!("{token} and {stored} are one file, and the active token needs one of its own.");
        Err(Error::new(ErrorKind::Files, sentence)
            .hint(format!("remove {token}, or set HF_TOKEN_PATH to another file.")))
    }

    fn warn_if_exposed(&self, path: &Path, privacy: Privacy) {
        if let Privacy::Exposed(mode) = privacy {
            self.warn_once(format!(
                "Other users can read {} (mode {mode:04o}): its file system takes no other mode. Set HF_HOME to a folder on another one.",
                path.display()
            ));
        }
    }

    fn warn_once(&self, text: String) {
        if self.warned.borrow_mut().insert(text.clone()) {
            (self.notify)(Notice::Warning(text));
        }
    }
}

fn written_without_end(path: &Path, patience: Duration) -> Error {
    let seconds = patience.as_secs();
    Error::new(
        ErrorKind::Locked,
        format!(
            "Cannot change {}: another program has been writing it for {seconds} seconds.",
            path.display()
        ),
    )
    .hint("find the program that writes it, end it and try again.")
}

#[cfg(test)]
mod tests;
