//! What Windows alone knows of files. `unix.rs` has the same names. Access is not by owner and mode there: the user's profile
//! folder keeps others out, and owners are inherited.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::path::Path;

use super::privacy::{Folder, Privacy};
use super::refusals::Step;

/// The file and what it is.
pub(super) fn open_to_read(path: &Path) -> io::Result<(File, Metadata)> {
    open_to_write(OpenOptions::new().read(true), path)
}

pub(super) fn open_to_write(options: &mut OpenOptions, target: &Path) -> io::Result<(File, Metadata)> {
    let file = options.open(target)?;
    let found = file.metadata()?;
    Ok((file, found))
}

pub(super) use open_to_write as open_to_lock;

/// For a file that is not there yet.
pub(super) fn create_new() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create_new(true);
    options
}

/// The user's profile folder decides who may read.
pub(super) fn make_private(_path: &Path, _file: &File) -> io::Result<Privacy> {
    Ok(Privacy::OwnerOnly)
}

pub(super) use make_private as make_new_private;

pub(super) fn create_folder(path: &Path, _kind: Folder) -> io::Result<()> {
    fs::create_dir(path)
}

/// The kind of error says it there.
pub(super) fn is_refusal(step: Step, code: i32) -> bool {
    let cause = io::Error::from(io::Error::from_raw_os_error(code).kind());
    step.is_refused(&cause)
}

pub(super) use fs::{remove_file, rename};

/// Only trying tells.
pub(super) fn expect_not_kept(_target: &Path) -> io::Result<()> {
    Ok(())
}

pub(super) fn expect_file_removable(path: &Path) -> io::Result<()> {
    match open_to_write(OpenOptions::new().write(true), path) {
        Err(cause) if cause.kind() == io::ErrorKind::PermissionDenied => Ok(()),
        opened => opened.map(drop),
    }
}

pub(super) fn expect_writable_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

/// There are no such bits.
pub(crate) fn mode(_path: &Path) -> Option<u32> {
    None
}

/// The path that all links lead to. `None` when there is no such file.
pub(crate) fn identity(path: &Path) -> Option<String> {
    fs::canonicalize(path).ok()?.into_os_string().into_string().ok()
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

pub(super) fn expect_overwritable(_place: &Path, _found: &Metadata) -> io::Result<()> {
    Ok(())
}

pub(super) fn expect_replaceable(_place: &Path, _found: &Metadata) -> io::Result<()> {
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
