//! What a file system refuses because it cannot do it, and not because something is wrong: those of clusters (Lustre,
//! NFS), of WSL and Windows shares (drvfs, 9p, CIFS), vfat, and what FUSE makes of an object store. Such a step is done
//! without, in the safest way that is left. A full or broken disk is never among these.

use std::io::{self, ErrorKind};

use super::system;

/// A step that some file systems do not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "each system takes most of them")]
pub(super) enum Step {
    /// flock(2).
    Lock,
    /// chmod(2).
    SetMode,
    /// Of a file beside another: a folder may be closed to us while the file in it is not.
    Create,
    /// Over a file that is there: one that is a mount point of its own (a secret mounted into a container) cannot be.
    Rename,
    /// Writing over a part of a file, and cutting it.
    Overwrite,
    /// fsync(2).
    Flush,
    FlushFolder,
    /// unlink(2), for the reasons of a rename.
    Remove,
}

impl Step {
    /// Whether this is the answer of a file system that cannot take the step.
    pub(super) fn is_refused(self, cause: &io::Error) -> bool {
        match cause.raw_os_error() {
            Some(code) => system::is_refusal(self, code),
            None => self.kinds().contains(&cause.kind()),
        }
    }

    /// The same for a cause that has lost its number on the way.
    fn kinds(self) -> &'static [ErrorKind] {
        match self {
            Step::Lock | Step::Overwrite | Step::Flush => &[ErrorKind::Unsupported, ErrorKind::InvalidInput],
            Step::SetMode | Step::FlushFolder => &[
                ErrorKind::Unsupported,
                ErrorKind::InvalidInput,
                ErrorKind::PermissionDenied,
            ],
            Step::Create | Step::Rename | Step::Remove => &[
                ErrorKind::Unsupported,
                ErrorKind::PermissionDenied,
                ErrorKind::ResourceBusy,
                ErrorKind::CrossesDevices,
                ErrorKind::ReadOnlyFilesystem,
            ],
        }
    }
}
