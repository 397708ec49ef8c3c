//! Files that are mount points of their own: a secret that is mounted into a container.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs;
use std::path::Path;

/// Whether something is mounted on the file itself: proc_pid_mountinfo(5), where there is such a list.
pub(super) fn is_mount_point(target: &Path) -> bool {
    let (Ok(target), Ok(mounts)) = (fs::canonicalize(target), fs::read("/proc/self/mountinfo")) else {
        return false;
    };
    let target = target.to_string_lossy().replace('\\', r"\134").replace(' ', r"\040");
    let mounts = String::from_utf8_lossy(&mounts);
    mounts.lines().any(|mount| mount.split(' ').nth(4) == Some(&target))
}
