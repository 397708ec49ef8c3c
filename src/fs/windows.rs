//! What Windows alone knows of files: who else has one open, access lists, names that mean something else. `unix.rs` has
//! the same names. A file that somebody planted is not known here: the lists of the folder keep others out.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

mod access;
mod names;
mod refusals;
#[cfg(test)]
mod tests;

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use winapi_util::file::information;

use crate::clock::{Deadline, pause};

pub(in crate::fs) use access::{create_folder, create_new, make_new_private, make_private};
pub(crate) use names::{is_device, is_same_name};
pub(in crate::fs) use refusals::is_refusal;
use refusals::{ACCESS_DENIED, SHARING_VIOLATION};

/// For a program that has the file open for a moment: one that reads it, a virus scanner, an indexer.
const PATIENCE: Duration = Duration::from_secs(1);
const POLL: Duration = Duration::from_millis(20);

const DELETE: u32 = 0x0001_0000;
const FILE_SHARE_READ_AND_WRITE: u32 = 0x3;
/// Folders can be opened too.
const FILE_FLAG_BACKUP_SEMANTICS: u32 = 0x0200_0000;

/// Tries again for a while as long as the answer is one of these.
fn patiently<T>(answers: &[i32], mut act: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let deadline = Deadline::after(PATIENCE);
    loop {
        match act() {
            Err(cause) if !answers.iter().any(|answer| is(&cause, *answer)) => return Err(cause),
            Err(cause) if deadline.has_passed() && is(&cause, SHARING_VIOLATION) => return Err(held()),
            Err(cause) if deadline.has_passed() => return Err(cause),
            Err(_) => pause(POLL),
            done => return done,
        }
    }
}

fn held() -> io::Error {
    io::Error::other("another program has it open")
}

fn is(cause: &io::Error, code: i32) -> bool {
    cause.raw_os_error() == Some(code)
}

/// The file and what it is.
pub(super) fn open_to_read(path: &Path) -> io::Result<(File, Metadata)> {
    open_to_write(OpenOptions::new().read(true), path)
}

pub(super) fn open_to_write(options: &mut OpenOptions, target: &Path) -> io::Result<(File, Metadata)> {
    let file = patiently(&[SHARING_VIOLATION], || options.open(target))?;
    let found = file.metadata()?;
    Ok((file, found))
}

pub(super) const HOLDER_OF_A_FILE: &str = "the Resource Monitor names it";

/// So that nobody can unlink it meanwhile, as some versions of the reference's lock do on release. One that shares it with
/// nobody holds the lock too.
pub(super) fn open_to_lock(options: &mut OpenOptions, path: &Path) -> io::Result<(File, Metadata)> {
    options.share_mode(FILE_SHARE_READ_AND_WRITE);
    // Denied is the answer too while a file that has been unlinked is still open somewhere.
    let file =
        patiently(&[ACCESS_DENIED], || options.open(path)).map_err(|cause| match is(&cause, SHARING_VIOLATION) {
            true => ErrorKind::WouldBlock.into(),
            false => cause,
        })?;
    let found = file.metadata()?;
    Ok((file, found))
}

/// Over what is there, in one step. One that is held by another program is waited for, and stays as it is if it stays held.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let renamed = patiently(&[ACCESS_DENIED, SHARING_VIOLATION], || fs::rename(from, to));
    renamed.map_err(|cause| match open_to_remove(to) {
        _ if !is(&cause, ACCESS_DENIED) => cause,
        Err(why) if is(&why, SHARING_VIOLATION) => held(),
        // Its access list forbids it, for good: a refusal, which the number alone does not tell.
        Err(why) if is(&why, ACCESS_DENIED) => io::Error::new(ErrorKind::PermissionDenied, cause),
        _ => cause,
    })
}

pub(super) fn remove_file(path: &Path) -> io::Result<()> {
    patiently(&[ACCESS_DENIED, SHARING_VIOLATION], || fs::remove_file(path))
}

fn open_to_remove(path: &Path) -> io::Result<File> {
    OpenOptions::new().access_mode(DELETE).open(path)
}

/// A file that can be replaced, or else written in place.
pub(super) fn expect_rename_possible(target: &Path) -> io::Result<()> {
    match patiently(&[ACCESS_DENIED, SHARING_VIOLATION], || open_to_remove(target)) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        Err(cause) if is(&cause, ACCESS_DENIED) => open_to_write(OpenOptions::new().write(true), target).map(drop),
        opened => opened.map(drop),
    }
}

/// Removed, or else emptied.
pub(super) fn expect_file_removable(path: &Path) -> io::Result<()> {
    expect_rename_possible(path)
}

/// Only trying tells.
pub(super) fn expect_writable_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// There are no such bits.
pub(crate) fn mode(_path: &Path) -> Option<u32> {
    None
}

/// What tells one file from another, in whatever spelling it is named and however many names it has. `None` when there is
/// no such file.
pub(crate) fn identity(path: &Path) -> Option<String> {
    let mut options = OpenOptions::new();
    let options = options.access_mode(0).custom_flags(FILE_FLAG_BACKUP_SEMANTICS);
    match information(&options.open(path).ok()?) {
        Ok(found) if found.file_index() != 0 => {
            Some(format!("{}:{}", found.volume_serial_number(), found.file_index()))
        }
        // A share that does not number its files.
        _ => fs::canonicalize(path).ok()?.into_os_string().into_string().ok(),
    }
}

/// What has been looked at shows no number.
pub(super) fn number_of(_found: &Metadata) -> Option<(u64, u64)> {
    None
}

pub(super) fn is_pipe(_found: &Metadata) -> bool {
    false
}

pub(super) fn is_link_to_open_file(_link: &Path) -> bool {
    false
}

pub(super) fn too_many_links() -> io::Error {
    io::Error::other("too many levels of symbolic links")
}

/// Folders cannot be flushed; a rename is journalled.
pub(super) fn flush_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// A lock would keep readers out. The store's own lock is what keeps writers apart.
pub(super) fn claim(_file: &File, _path: &Path) -> bool {
    true
}

pub(super) fn remove_if_abandoned(path: &Path) {
    let _ = fs::remove_file(path);
}

pub(super) fn planted_at(_path: &Path, _cause: &io::Error) -> Option<String> {
    None
}

pub(super) fn expect_safe_to_overwrite(_place: &Path, _found: &Metadata) -> io::Result<()> {
    Ok(())
}

pub(super) fn expect_safe_to_replace(_place: &Path, _found: &Metadata) -> io::Result<()> {
    Ok(())
}

pub(super) fn expect_link_may_be_followed(_link: &Path) -> io::Result<()> {
    Ok(())
}

pub(super) fn expect_folder_link_may_be_followed(_link: &Path) -> io::Result<()> {
    Ok(())
}

pub(super) fn is_ours(_place: &Path, _found: &Metadata) -> bool {
    true
}

pub(super) fn acts_for_owner(_folder: &Path) -> bool {
    false
}
