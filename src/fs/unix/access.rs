//! Files and folders for their owner alone, by their modes.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use super::owners;
use crate::fs::folder_of;
use crate::fs::privacy::{Folder, Privacy};
use crate::fs::refusals::Step;

/// For a file that is not there yet.
pub(in crate::fs) fn create_new() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.create_new(true).mode(0o600);
    options
}

/// Explicit, because the umask may have taken even the owner's bits.
pub(in crate::fs) fn make_private(_path: &Path, file: &File) -> io::Result<Privacy> {
    let mode = || Ok::<u32, io::Error>(file.metadata()?.permissions().mode() & 0o7777);
    if mode()? == 0o600 {
        return Ok(Privacy::OwnerOnly);
    }
    match file.set_permissions(Permissions::from_mode(0o600)) {
        Err(cause) if !Step::SetMode.is_refused(&cause) => return Err(cause),
        // Some take the mode without a word and keep their own.
        _ => {}
    }
    match mode()? {
        mode if mode & 0o066 == 0 => Ok(Privacy::OwnerOnly),
        mode => Ok(Privacy::Exposed(mode)),
    }
}

/// The same for a file that we have just made.
pub(in crate::fs) fn make_new_private(path: &Path, file: &File) -> io::Result<Privacy> {
    let privacy = make_private(path, file);
    owners::give_to_folder_owner(folder_of(path), file);
    privacy
}

pub(in crate::fs) fn create_folder(path: &Path, kind: Folder) -> io::Result<()> {
    let mode = match kind {
        Folder::Private => 0o700,
        Folder::Usual => 0o755,
    };
    DirBuilder::new().mode(mode).create(path)?;
    let found = fs::symlink_metadata(path)?;
    // The umask has taken the owner's bits. Otherwise nothing is changed through a path that may lead elsewhere by now.
    if kind == Folder::Private && found.is_dir() && found.permissions().mode() & 0o777 != mode {
        match fs::set_permissions(path, Permissions::from_mode(mode)) {
            Err(cause) if !Step::SetMode.is_refused(&cause) => return Err(cause),
            _ => {}
        }
    }
    owners::give_folder_to_folder_owner(path);
    Ok(())
}
