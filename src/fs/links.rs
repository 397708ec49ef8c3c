//! Symbolic links: followed one at a time, because none is that a stranger has planted.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{folder_of, identity, system};

/// As many as Linux follows (path_resolution(7)).
const LONGEST_CHAIN: usize = 40;
const LOOKS: usize = 4;

/// Where links lead.
#[derive(Debug)]
pub(super) struct Followed {
    /// No link, and perhaps nothing yet; or the kernel's own link.
    pub(super) target: PathBuf,
    /// It is the kernel's own link to an open file (`/dev/stdin`), which may have no path: proc_pid_fd(5).
    pub(super) is_open_file: bool,
}

/// What the path leads to once its own symbolic links are followed.
pub(super) fn follow(path: &Path) -> io::Result<Followed> {
    let mut target = path.to_owned();
    for _ in 0..=LONGEST_CHAIN {
        // Not a link, or nothing there: whoever opens it will say what is wrong, if something is.
        let Ok(next) = fs::read_link(&target) else {
            let is_open_file = false;
            return Ok(Followed { target, is_open_file });
        };
        system::expect_link_may_be_followed(&target)?;
        if system::is_link_to_open_file(&target) {
            let is_open_file = true;
            return Ok(Followed { target, is_open_file });
        }
        target = folder_of(&target).join(next);
    }
    Err(system::too_many_links())
}

/// The same for a file that is to be written.
pub(super) fn target(path: &Path) -> io::Result<PathBuf> {
    Ok(follow(path)?.target)
}

/// No link on the way to this folder was planted.
pub(super) fn expect_safe_way(folder: &Path) -> io::Result<()> {
    expect_safe_way_within(folder, LONGEST_CHAIN)
}

fn expect_safe_way_within(folder: &Path, links_left: usize) -> io::Result<()> {
    for above in folder.ancestors().filter(|above| !above.as_os_str().is_empty()) {
        let Ok(next) = fs::read_link(above) else {
            continue;
        };
        system::expect_folder_link_may_be_followed(above)?;
        let links_left = links_left.checked_sub(1).ok_or_else(system::too_many_links)?;
        expect_safe_way_within(&folder_of(above).join(next), links_left)?;
    }
    Ok(())
}

/// Whether both paths lead to the same file, or would if there were one: by a link, a hard link, a mount, another spelling.
pub(crate) fn lead_to_one_file(one: &Path, other: &Path) -> bool {
    let are_one = || identity(one).is_some_and(|found| Some(found) == identity(other));
    match (identity(one), identity(other)) {
        // Whoever replaces both between two looks may give one the number that the other has had: several looks do not err.
        (Some(first), Some(second)) => first == second && (1..LOOKS).all(|_| are_one()),
        // One place cannot hold something and nothing.
        (Some(_), None) | (None, Some(_)) => false,
        (None, None) => match (place(one), place(other)) {
            (Some((folder, name)), Some((other_folder, other_name))) => {
                folder == other_folder && system::is_same_name(&name, &other_name)
            }
            _ => false,
        },
    }
}

/// The folder without links, and the name in it.
fn place(path: &Path) -> Option<(PathBuf, OsString)> {
    let target = target(path).ok()?;
    let name = target.file_name()?.to_owned();
    Some((fs::canonicalize(folder_of(&target)).ok()?, name))
}
