//! Replacing a file in one step: the old content or the new, whole, whatever happens meanwhile.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::privacy::Privacy;
use super::refusals::Step;
use super::version::Version;
use super::{LARGEST_FILE, Lock, failure, folder_of, folders, in_place, links, special, system, temporary};
use crate::error::{self, Error, Result};

impl Lock {
    /// Makes `path` hold `content`, readable by its owner alone: the old content or the new, whole, whatever happens
    /// meanwhile, and on the disk when `Lock::release` has returned. A symbolic link stays and its target is replaced.
    /// Folders that are missing are made.
    pub(crate) fn replace(&self, path: &Path, content: &[u8]) -> Result<Privacy> {
        match self.replace_if(path, content, None)? {
            Replaced::Done(privacy) => Ok(privacy),
            Replaced::Overtaken => Ok(Privacy::OwnerOnly),
        }
    }

    /// The same if `path` still is this version when the new content is ready.
    pub(crate) fn replace_version(&self, path: &Path, content: &[u8], version: Version) -> Result<Replaced> {
        self.replace_if(path, content, Some(version))
    }

    fn replace_if(&self, path: &Path, content: &[u8], version: Option<Version>) -> Result<Replaced> {
        let target = replaceable(path)?;
        if content.len() as u64 > LARGEST_FILE {
            // It could never be read again.
            return Err(Error::new(
                error::ErrorKind::Files,
                format!("Cannot write {}: it would be larger than 16 MiB.", path.display()),
            ));
        }
        folders::create_folder(folder_of(&target))?;
        let flush = |folder: &Path| {
            self.flush_later(folder);
            Ok(())
        };
        write(&target, content, version, flush).map_err(|cause| failure("write", path, cause))
    }
}

/// Whether a file was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replaced {
    Done(Privacy),
    /// Another program has changed it meanwhile.
    Overtaken,
}

fn write(
    target: &Path,
    content: &[u8],
    version: Option<Version>,
    flush_folder: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<Replaced> {
    if special::is_at(target) {
        return special::write(target, content).map(|()| Replaced::Done(Privacy::OwnerOnly));
    }
    let (temporary, privacy) = match temporary::written_beside(target, content) {
        Err(cause) if Step::Create.is_refused(&cause) => return write_without_rename(target, content, version, cause),
        written => written?,
    };
    if is_another(target, version) {
        return Ok(Replaced::Overtaken);
    }
    match temporary::rename(temporary, target) {
        Err(cause) if Step::Rename.is_refused(&cause) => return write_without_rename(target, content, version, cause),
        renamed => renamed?,
    }
    flush_folder(folder_of(target))?;
    Ok(Replaced::Done(privacy))
}

fn write_without_rename(
    target: &Path,
    content: &[u8],
    version: Option<Version>,
    refusal: io::Error,
) -> io::Result<Replaced> {
    if is_another(target, version) {
        return Ok(Replaced::Overtaken);
    }
    let written = match target.is_file() {
        true => in_place::write(target, content),
        false => in_place::create(target, content),
    };
    // If that is forbidden too, the first cause says what is the matter with the folder.
    written.map(Replaced::Done).map_err(|second| match second.kind() {
        ErrorKind::PermissionDenied => refusal,
        _ => second,
    })
}

fn is_another(target: &Path, version: Option<Version>) -> bool {
    version.is_some_and(|version| version != Version::of(target))
}

/// Goes through the replacing of `path` by a file of this size, up to the last step, which it leaves out. For a content
/// that is yet to come and, once it is there, must not be lost.
pub(crate) fn check_writable(path: &Path, size: usize) -> Result<()> {
    let target = replaceable(path)?;
    try_to_write(&target, size).map_err(|cause| failure("write", path, cause))
}

fn try_to_write(target: &Path, size: usize) -> io::Result<()> {
    if special::is_at(target) {
        return special::open_to_write(target).map(drop);
    }
    match temporary::written_beside(target, &vec![b'\n'; size]) {
        Err(cause) if Step::Create.is_refused(&cause) && target.is_file() => {
            system::open_to_write(OpenOptions::new().write(true), target).map(drop)
        }
        outcome => outcome.and_then(|_| system::expect_rename_possible(target)),
    }
}

/// Whether `path` could be replaced: it is a file, a link to one, or nothing yet. Asked before a change that needs
/// several files, so that it does not stop half-way at what can be known.
pub(crate) fn expect_replaceable(path: &Path) -> Result<()> {
    replaceable(path).map(drop)
}

/// What its links lead to.
fn replaceable(path: &Path) -> Result<PathBuf> {
    let look = || {
        let target = links::target(path)?;
        match fs::symlink_metadata(&target) {
            Ok(found) if found.is_dir() => Err(ErrorKind::IsADirectory.into()),
            Ok(found) => system::expect_safe_to_replace(&target, &found).map(|()| target),
            // Whoever writes it will say what is wrong, if something is.
            Err(_) => Ok(target),
        }
    };
    look().map_err(|cause| failure("write", path, cause))
}

/// Gives a file a name that nothing has, so that no content is lost.
pub(crate) fn move_aside(path: &Path, suffix: &str) -> Result<PathBuf> {
    let named = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        if number > 0 {
            name.push(format!("-{number}"));
        }
        PathBuf::from(name)
    };
    let free = (0..).map(named).find(|candidate| candidate.symlink_metadata().is_err());
    let aside = free.unwrap_or_else(|| named(u32::MAX));
    let moved = match system::rename(path, &aside) {
        // It stays where it is; its content is what must not be lost.
        Err(cause) if Step::Rename.is_refused(&cause) => copy_aside(path, &aside),
        outcome => outcome,
    };
    moved.map_err(|cause| failure("move aside", path, cause))?;
    // Best effort: the file may be another user's, and it has been moved all the same.
    let _ = system::open_to_read(&aside).and_then(|(file, _)| system::make_private(&aside, &file));
    Ok(aside)
}

fn copy_aside(path: &Path, aside: &Path) -> io::Result<()> {
    let bytes = super::read_bytes(path)?;
    write(aside, &bytes, None, system::flush_folder)?;
    in_place::empty(&links::target(path)?)
}
