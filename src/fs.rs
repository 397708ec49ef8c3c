//! The door to the disk: files that only their owner can read, replaced in one step, and a lock between processes.
//! Knows nothing of what is in a file. Every error names the path and the cause.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

mod folders;
mod foreign;
mod in_place;
mod links;
mod lock;
mod privacy;
mod refusals;
mod remove;
mod replace;
mod special;
mod temporary;
#[cfg(unix)]
mod unix;
mod version;
#[cfg(windows)]
mod windows;

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use crate::error::{self, Error, Result, reason};

#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

use folders::folder_of;
pub(crate) use foreign::{Appendable, add_line, write_shared};
pub(crate) use links::lead_to_one_file;
pub(crate) use lock::Lock;
pub(crate) use privacy::Privacy;
pub(crate) use remove::{Removal, expect_removable};
pub(crate) use replace::{Replaced, check_writable, expect_replaceable, move_aside};
pub(crate) use system::{identity, is_device, is_same_name, mode};
pub(crate) use temporary::remove_leftovers;
#[cfg(unix)]
pub(crate) use unix::beginning;
pub(crate) use version::Version;

/// Room for far more than a hundred thousand tokens; what is larger is not ours.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;

/// What is made of a file of tokens takes so many times its size at the most.
const MEMORY_PER_BYTE: usize = 8;
/// A file of this size has room everywhere, in bytes.
const WORTH_A_LOOK: usize = 256 * 1024;

/// The error for `action` ("read", "write") on `path`.
fn failure(action: &str, path: &Path, cause: io::Error) -> Error {
    let planted = system::planted_at(path, &cause);
    let why = planted.clone().unwrap_or_else(|| reason(&cause));
    let hint = next_step(planted.is_some(), &cause);
    let error = Error::new(
        error::ErrorKind::Files,
        format!("Cannot {action} {}: {why}.", path.display()),
    )
    .with_source(cause);
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// What to do about a file of tokens that cannot be read or written.
fn next_step(is_planted: bool, cause: &io::Error) -> Option<&'static str> {
    match cause.kind() {
        _ if is_planted => {
            Some("if it is not yours to trust, remove it; or set HF_HOME to a folder that only you can write to.")
        }
        ErrorKind::PermissionDenied => {
            Some("it is another user's: set HF_TOKEN_PATH to a file of your own, or HF_TOKEN to the token.")
        }
        ErrorKind::ReadOnlyFilesystem => {
            Some("set HF_TOKEN_PATH to a file that can be written, or HF_TOKEN to the token.")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            Some("make room, or set HF_TOKEN_PATH to a file on another disk, or HF_TOKEN to the token.")
        }
        _ => None,
    }
}

/// The whole file, `None` when there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match read_bytes(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(failure("read", path, cause)),
    }
}

/// The same of a file that need not be there: nothing else is waited for or read.
pub(crate) fn read_if_regular(path: &Path) -> Option<Vec<u8>> {
    let (file, found) = system::open_to_read(path).ok()?;
    match found.is_file() {
        true => read_file(&file, found.len()).ok(),
        false => None,
    }
}

fn read_bytes(path: &Path) -> io::Result<Vec<u8>> {
    let (file, found) = system::open_to_read(path)?;
    match special::is_special(&found) {
        true => special::read(&file, &found),
        false => read_file(&file, found.len()),
    }
}

fn read_file(file: &File, length: u64) -> io::Result<Vec<u8>> {
    // The length is asked before, to spare reading what is too much, and counted after, because it may have changed.
    if length <= LARGEST_FILE {
        // One more, so that the end of the file is found without asking for more room.
        let mut bytes = room_for(length)?;
        file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 <= LARGEST_FILE {
            return Ok(bytes);
        }
    }
    Err(too_large())
}

/// Room for a file, where there is enough for what is made of it too: to run out of memory later would be the end.
fn room_for(length: u64) -> io::Result<Vec<u8>> {
    let length = length as usize + 1;
    let too_little = |_| io::Error::other("there is not enough memory for it");
    if length > WORTH_A_LOOK {
        let mut probe: Vec<u8> = Vec::new();
        probe.try_reserve_exact(length * MEMORY_PER_BYTE).map_err(too_little)?;
    }
    let mut bytes = Vec::new();
    bytes.try_reserve_exact(length).map_err(too_little)?;
    Ok(bytes)
}

fn too_large() -> io::Error {
    io::Error::other("it is larger than 16 MiB")
}

/// To the disk itself, as far as the file system can.
fn flush(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(cause) if refusals::Step::Flush.is_refused(&cause) => Ok(()),
        outcome => outcome,
    }
}

/// Whether anything is there, or behind it where it is a link.
pub(crate) fn exists(path: &Path) -> bool {
    fs::exists(path).unwrap_or(false)
}

/// A regular file, or a link to one.
pub(crate) fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// A regular file of no more than this many bytes, a link to one, or nothing at all.
pub(crate) fn is_small_file_or_nothing(path: &Path, most: u64) -> bool {
    fs::metadata(path).map_or(true, |found| found.is_file() && found.len() <= most)
}

/// A folder, or a link to one.
pub(crate) fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

/// What lies in a folder, by path.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|cause| failure("read", folder, cause))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

/// A path without links and without `..`. Of what is not there, as far as it is.
pub(crate) fn real_path(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let real = path.ancestors().find_map(|above| {
        let rest = path.strip_prefix(above).ok()?;
        let real = fs::canonicalize(above).ok()?;
        Some(if rest.as_os_str().is_empty() {
            real
        } else {
            real.join(rest)
        })
    });
    real.unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_or_written_has_a_way_out() {
        let step = |kind: ErrorKind| next_step(false, &kind.into()).unwrap_or_default();
        for kind in [
            ErrorKind::PermissionDenied,
            ErrorKind::ReadOnlyFilesystem,
            ErrorKind::StorageFull,
        ] {
            assert!(step(kind).contains("HF_TOKEN_PATH") && step(kind).ends_with("or HF_TOKEN to the token."));
        }
        assert_eq!(step(ErrorKind::InvalidData), "");
        let planted = next_step(true, &ErrorKind::PermissionDenied.into());
        assert!(planted.is_some_and(|step| step.contains("if it is not yours to trust")));
    }
}
