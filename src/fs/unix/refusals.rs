//! The numbers of errno(3) that mean that a file system cannot take a step.

use nix::errno::Errno;

use crate::fs::refusals::Step;

pub(in crate::fs) fn is_refusal(step: Step, code: i32) -> bool {
    use Errno::{EACCES, EBADF, EBUSY, EEXIST, EINVAL, ENOLCK, ENOSYS, EPERM, EROFS, EXDEV};
    // The same number on Linux only.
    const ENOTSUP: Errno = Errno::ENOTSUP;
    const EOPNOTSUPP: Errno = Errno::EOPNOTSUPP;
    let refusals: &[Errno] = match step {
        Step::Lock => &[ENOSYS, ENOTSUP, EOPNOTSUPP, ENOLCK, EINVAL, EBADF],
        Step::SetMode => &[ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM, EACCES, EINVAL],
        Step::Create | Step::Rename => &[
            ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM, EACCES, EINVAL, EEXIST, EBUSY, EXDEV, EROFS,
        ],
        Step::Overwrite => &[ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM, EINVAL],
        Step::Flush => &[ENOSYS, ENOTSUP, EOPNOTSUPP, EINVAL],
        Step::FlushFolder => &[ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM, EACCES, EINVAL, EBADF],
        Step::Remove => &[ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM, EACCES, EBUSY, EROFS],
    };
    refusals.contains(&Errno::from_raw(code))
}
