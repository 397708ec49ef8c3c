//! Folders: made where they are missing, and flushed.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::privacy::Folder;
use super::system::{self, flush_folder};
use super::{failure, links};
use crate::error::Result;

/// The folder a path lies in; a bare name lies in the current one.
pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the folder and those above it that are missing, each open to its owner only. One that exists is left alone:
/// tightening it, as the reference does, would cut other users off from a shared cache.
pub(crate) fn create_folder(folder: &Path) -> Result<()> {
    let create = || {
        links::expect_safe_way(folder)?;
        create_missing(folder, Folder::Private)
    };
    create().map_err(|cause| failure("create the folder", folder, cause))
}

fn create_missing(folder: &Path, kind: Folder) -> io::Result<()> {
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => return Err(io::Error::other("there is a file in its place")),
        Err(cause) if cause.kind() == ErrorKind::NotFound => {}
        Err(cause) => return Err(cause),
    }
    // A link that leads nowhere yet: what it names is made, not what is in its place.
    let target = links::target(folder)?;
    if target != folder {
        return create_missing(&target, kind);
    }
    let above = folder_of(folder);
    create_missing(above, on_the_way(above))?;
    match system::create_folder(folder, kind) {
        // Another process was faster.
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists && folder.is_dir() => return Ok(()),
        outcome => outcome?,
    }
    // Its entry in the folder above is to outlive a power cut too.
    flush_folder(above)
}

/// What a folder that is not ours in the end is to be: where root makes it for its owner, as the owner would have.
fn on_the_way(folder: &Path) -> Folder {
    let there = folder.ancestors().find(|above| above.is_dir());
    match there.is_some_and(system::acts_for_owner) {
        true => Folder::Usual,
        false => Folder::Private,
    }
}
