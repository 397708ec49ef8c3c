//! What a file system refuses because it cannot do it, and not because something is wrong: those of clusters (Lustre,
//! NFS), of WSL and Windows shares (drvfs, 9p, CIFS), vfat, and what FUSE makes of an object store. Such a step is done
//! without, in the safest way that is left. A full or broken disk is never among these.

use std::io::{self, ErrorKind};

#[cfg(unix)]
use nix::errno::Errno;

/// A step that some file systems do not take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// flock(2).
    Lock,
    /// chmod(2).
    #[cfg_attr(not(unix), expect(dead_code, reason = "there are no such modes"))]
    SetMode,
    /// Over a file that is there: one that is a mount point of its own (a secret mounted into a container) cannot be, and a
    /// folder may be closed to us while the file in it is not.
    Rename,
    /// Writing over a part of a file, and cutting it.
    Overwrite,
    /// fsync(2).
    Flush,
    #[cfg_attr(not(unix), expect(dead_code, reason = "folders cannot be flushed there"))]
    FlushFolder,
    /// unlink(2), for the reasons of a rename.
    Remove,
}

impl Step {
    /// Whether this is the answer of a file system that cannot take the step.
    pub(super) fn is_refused(self, cause: &io::Error) -> bool {
        #[cfg(unix)]
        if let Some(code) = cause.raw_os_error() {
            return self.refusals().contains(&Errno::from_raw(code));
        }
        self.kinds().contains(&cause.kind())
    }

    #[cfg(unix)]
    fn refusals(self) -> &'static [Errno] {
        use Errno::{EACCES, EBADF, EBUSY, EEXIST, EINVAL, ENOLCK, ENOSYS, EPERM, EROFS, EXDEV};
        // The same number on Linux only.
        const ENOTSUP: Errno = Errno::ENOTSUP;
        const EOPNOTSUPP: Errno = Errno::EOPNOTSUPP;
        match self {
            Step::Lock => &[ENOSYS, ENOTSUP, EOPNOTSUPP, ENOLCK, EINVAL, EBADF],
            Step::SetMode => &[ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM, EACCES, EINVAL],
            Step::Rename => &[
                ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM, EACCES, EINVAL, EEXIST, EBUSY, EXDEV, EROFS,
            ],
            Step::Overwrite => &[ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM, EINVAL],
            Step::Flush => &[ENOSYS, ENOTSUP, EOPNOTSUPP, EINVAL],
            Step::FlushFolder => &[ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM, EACCES, EINVAL, EBADF],
            Step::Remove => &[ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM, EACCES, EBUSY, EROFS],
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
            Step::Rename | Step::Remove => &[
                ErrorKind::Unsupported,
                ErrorKind::PermissionDenied,
                ErrorKind::ResourceBusy,
                ErrorKind::CrossesDevices,
                ErrorKind::ReadOnlyFilesystem,
            ],
        }
    }
}
