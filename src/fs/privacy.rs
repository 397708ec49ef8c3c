//! Files that only their owner can read, and folders that only their owner can enter.

/// Who can read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Privacy {
    OwnerOnly,
    /// Others too: its file system does not take modes, and gives it this one.
    #[allow(dead_code, reason = "Windows has no such modes")]
    Exposed(u32),
}

/// For folders on the way to ours: whether to keep others out of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Folder {
    Private,
    /// One that its owner would have made as open as this (`~/.cache`).
    Usual,
}
