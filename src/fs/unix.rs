//! What Unix alone knows of files: modes, owners, numbers, links of the kernel's own. `windows.rs` has the same names.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

mod access;
mod mounts;
mod open;
mod owners;
mod refusals;

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use nix::errno::Errno;
use nix::unistd::{AccessFlags, access as may};

use super::folder_of;
use super::refusals::Step;

pub(in crate::fs) use access::{create_folder, create_new, make_new_private, make_private};
pub(in crate::fs) use open::{open_to_lock, open_to_read, open_to_write};
pub(in crate::fs) use owners::{
    acts_for_owner, expect_folder_link_may_be_followed, expect_link_may_be_followed, expect_safe_to_overwrite,
    expect_safe_to_replace, is_ours, planted_at,
};
pub(in crate::fs) use refusals::is_refusal;
pub(in crate::fs) use std::fs::{remove_file, rename};

pub(super) const HOLDER_OF_A_FILE: &str = "`fuser` on that file names it";

/// The permission bits of a file; `None` where there is no file.
pub(crate) fn mode(path: &Path) -> Option<u32> {
    Some(fs::metadata(path).ok()?.mode() & 0o7777)
}

/// What tells one file from another, however many names it has: equal for a file and every link to it. `None` when there
/// is no such file.
pub(crate) fn identity(path: &Path) -> Option<String> {
    let found = fs::metadata(path).ok()?;
    Some(format!("{}:{}", found.dev(), found.ino()))
}

/// Whether one folder holds at most one file of these names. macOS takes no notice of case, unless told to.
pub(crate) fn is_same_name(one: &OsStr, other: &OsStr) -> bool {
    // Both ways, because some letters change in one of them only.
    let folded = |name: &OsStr| name.to_string_lossy().to_uppercase().to_lowercase();
    one == other || cfg!(target_os = "macos") && folded(one) == folded(other)
}

/// No name stands for a device in every folder.
pub(crate) fn is_device(_path: &Path) -> bool {
    false
}

/// What tells the file that has been looked at from others.
pub(super) fn number_of(found: &Metadata) -> Option<(u64, u64)> {
    Some((found.dev(), found.ino()))
}

pub(super) fn is_pipe(found: &Metadata) -> bool {
    found.file_type().is_fifo()
}

#[cfg(target_os = "linux")]
pub(super) fn is_link_to_open_file(link: &Path) -> bool {
    use nix::sys::statfs::{PROC_SUPER_MAGIC, statfs};
    statfs(folder_of(link)).is_ok_and(|found| found.filesystem_type() == PROC_SUPER_MAGIC)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_link_to_open_file(_link: &Path) -> bool {
    false
}

pub(super) fn too_many_links() -> io::Error {
    Errno::ELOOP.into()
}

/// One that may be written to but not read cannot be opened for it; it is written all the same.
pub(super) fn flush_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder).and_then(|folder| folder.sync_all()) {
        Err(cause) if Step::FlushFolder.is_refused(&cause) => Ok(()),
        outcome => outcome,
    }
}

/// Whether the new file is ours alone: one who clears up may have come between its making and its locking.
pub(super) fn claim(file: &File, path: &Path) -> bool {
    match file.try_lock() {
        Ok(()) => super::lock::is_still_at(file, path),
        Err(TryLockError::WouldBlock) => false,
        // Nothing can be locked there, and so nobody removes anything there.
        Err(TryLockError::Error(_)) => true,
    }
}

/// Harmless if it stays: it is 0600 and the next run tries again.
pub(super) fn remove_if_abandoned(path: &Path) {
    if let Ok((file, found)) = open_to_lock(OpenOptions::new().read(true), path)
        && found.is_file()
        && file.try_lock().is_ok()
    {
        let _ = fs::remove_file(path);
    }
}

/// A file that can be replaced although its folder can be written to: neither the system nor a mount of its own (a secret
/// that is mounted read-only into a container) keeps it.
pub(super) fn expect_rename_possible(target: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).open(target) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        Err(cause) if is_about_mode(&cause) && !mounts::is_mount_point(target) => Ok(()),
        opened => opened.map(drop),
    }
}

/// What cannot be written to for another reason than its mode (it is immutable, its file system is read-only) cannot be
/// removed either.
pub(super) fn expect_file_removable(path: &Path) -> io::Result<()> {
    match open_to_write(OpenOptions::new().write(true), path) {
        Err(cause) if is_about_mode(&cause) => expect_writable_folder(folder_of(path)),
        opened => opened.map(drop),
    }
}

/// A mode, which neither rename(2) nor unlink(2) asks for.
fn is_about_mode(cause: &io::Error) -> bool {
    cause.raw_os_error() == Some(Errno::EACCES as i32)
}

pub(super) fn expect_writable_folder(folder: &Path) -> io::Result<()> {
    Ok(may(folder, AccessFlags::W_OK)?)
}

/// The first bytes of a file, whoever it belongs to: a program is looked at, and not trusted.
pub(crate) fn beginning(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most).read_to_end(&mut bytes)?;
    Ok(bytes)
}
