//! Names of files that Windows takes for others.

use std::ffi::OsStr;
use std::path::{Component, Path, Prefix};

/// Whether one folder holds at most one file of these names: case does not count, nor do dots and blanks at the end, and
/// what follows a colon names a part of the file.
pub(crate) fn is_same_name(one: &OsStr, other: &OsStr) -> bool {
    plain(one) == plain(other)
}

fn plain(name: &OsStr) -> String {
    let name = name.to_string_lossy();
    let name = name.split(':').next().unwrap_or_default();
    // Both ways, because some letters change in one of them only.
    name.trim_end_matches(['.', ' ']).to_uppercase().to_lowercase()
}

/// Whether it names a device, which is the same in every folder: `NUL`, `con.txt`, `\\.\COM1`.
/// <https://learn.microsoft.com/windows/win32/fileio/naming-a-file>
pub(crate) fn is_device(path: &Path) -> bool {
    if let Some(Component::Prefix(prefix)) = path.components().next()
        && matches!(prefix.kind(), Prefix::DeviceNS(_))
    {
        return true;
    }
    let name = plain(path.file_name().unwrap_or_default());
    let name = name.split('.').next().unwrap_or_default().trim_end_matches(' ');
    let is_port = |kind: &str| {
        let number = name.strip_prefix(kind).map(|number| number.chars().collect::<Vec<_>>());
        matches!(number.as_deref(), Some(['0'..='9' | '¹' | '²' | '³']))
    };
    ["nul", "con", "prn", "aux", "conin$", "conout$"].contains(&name) || is_port("com") || is_port("lpt")
}
