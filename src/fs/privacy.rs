//! Files that only their owner can read, and folders that only their owner can enter.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{self, File};
use std::io;
use std::path::Path;

#[cfg(unix)]
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};

#[cfg(unix)]
use super::refusals::Step;

/// Who can read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privacy {
    OwnerOnly,
    /// Others too: its file system does not take modes, and gives it this one.
    #[cfg_attr(not(unix), expect(dead_code, reason = "there are no such modes"))]
    Exposed(u32),
}

/// For folders on the way to ours: whether to keep others out of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder {
    Private,
    /// One that its owner would have made as open as this (`~/.cache`).
    Usual,
}

/// Explicit, because the umask may have taken even the owner's bits.
#[cfg(unix)]
pub(super) fn make_private(file: &File) -> io::Result<Privacy> {
    let mode = || Ok::<u32, io::Error>(file.metadata()?.permissions().mode() & 0o7777);
    if mode()? == 0o600 {
        return Ok(Privacy::OwnerOnly);
    }
    match file.set_permissions(fs::Permissions::from_mode(0o600)) {
        Err(cause) if !Step::SetMode.is_refused(&cause) => return Err(cause),
        // Some take the mode without a word and keep their own.
        _ => {}
    }
    match mode()? {
        mode if mode & 0o066 == 0 => Ok(Privacy::OwnerOnly),
        mode => Ok(Privacy::Exposed(mode)),
    }
}

#[cfg(unix)]
pub(super) fn create_folder(path: &Path, kind: Folder) -> io::Result<()> {
    let mode = match kind {
        Folder::Private => 0o700,
        Folder::Usual => 0o755,
    };
    fs::DirBuilder::new().mode(mode).create(path)?;
    let found = fs::symlink_metadata(path)?;
    // The umask has taken the owner's bits. Otherwise nothing is changed through a path that may lead elsewhere by now.
    if kind == Folder::Private && found.is_dir() && found.permissions().mode() & 0o777 != mode {
        match fs::set_permissions(path, fs::Permissions::from_mode(mode)) {
            Err(cause) if !Step::SetMode.is_refused(&cause) => return Err(cause),
            _ => {}
        }
    }
    Ok(())
}

/// The user's profile folder decides who may read.
#[cfg(not(unix))]
pub(super) fn make_private(_file: &File) -> io::Result<Privacy> {
    Ok(Privacy::OwnerOnly)
}

#[cfg(not(unix))]
pub(super) fn create_folder(path: &Path, _kind: Folder) -> io::Result<()> {
    fs::create_dir(path)
}
