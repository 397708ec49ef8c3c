//! Whose a file is. What somebody else than us and root can have planted in a folder that others can write to is never
//! followed, read as a token, waited for or written through: as Linux itself does in sticky folders (proc_sys_fs(5),
//! `protected_symlinks`), in every such folder. And what root makes in somebody's own home belongs to that person.
//!
//! It costs nothing more where a file is ours or root's, which the look at the open file tells.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt, fchown};
use std::path::{Path, PathBuf};

use nix::fcntl::OFlag;
use nix::unistd::{Gid, Group, Uid, User, geteuid};

use super::mounts;
use crate::fs::folder_of;

const BY_EVERYBODY: u32 = 0o002;
const BY_GROUP: u32 = 0o020;
/// In a container of a user's own this stands for root and everybody else outside: user_namespaces(7).
const SOMEBODY_OUTSIDE: u32 = 65_534;

/// What a file is opened for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    Read,
    Lock,
    /// In place: its owner sees what is written.
    Overwrite,
    /// Another file takes its name; it is neither read nor written.
    Replace,
}

/// Somebody else's file where he can have put it for us to find.
#[derive(Debug, thiserror::Error)]
#[error("{} is {kind} that belongs to {owner}, and others can write to its folder", place.display())]
struct Planted {
    place: PathBuf,
    kind: &'static str,
    owner: String,
}

impl Planted {
    fn at(place: &Path, found: &Metadata) -> io::Error {
        let user = User::from_uid(Uid::from_raw(found.uid())).ok().flatten();
        let owner = user.map_or(format!("user {}", found.uid()), |user| user.name);
        let place = place.to_owned();
        let kind = kind_of(found);
        io::Error::other(Planted { place, kind, owner })
    }
}

/// What to say of a planted file behind a path that has just been named.
pub(in crate::fs) fn planted_at(path: &Path, cause: &io::Error) -> Option<String> {
    let planted = cause.get_ref()?.downcast_ref::<Planted>()?;
    let sentence = planted.to_string();
    Some(match planted.place == path {
        true => sentence.replacen(&path.display().to_string(), "it", 1),
        false => sentence,
    })
}

fn kind_of(found: &Metadata) -> &'static str {
    let kind = found.file_type();
    match () {
        () if kind.is_symlink() => "a link",
        () if kind.is_fifo() => "a pipe",
        () if kind.is_dir() => "a folder",
        () if kind.is_file() && found.nlink() > 1 => "a hard link",
        () if kind.is_file() => "a file",
        () => "a device or socket",
    }
}

/// What was found at `place` is ours or root's, or nobody else can have put it there for us. A plain file of another user's
/// may be read (a group's token) and replaced; it is not written into or waited for where others put files.
pub(super) fn expect_not_planted(place: &Path, found: &Metadata, purpose: Use) -> io::Result<()> {
    let is_plain = found.is_file() && found.nlink() <= 1;
    expect_trusted(place, found, |folder| match purpose {
        Use::Replace if is_plain => false,
        Use::Read if is_plain => folder.mode() & BY_EVERYBODY != 0,
        Use::Lock | Use::Overwrite if is_plain => others_can_write(folder),
        _ => is_open(folder),
    })
}

/// The same before a file is written in place.
pub(in crate::fs) fn expect_safe_to_overwrite(place: &Path, found: &Metadata) -> io::Result<()> {
    expect_not_planted(place, found, Use::Overwrite)
}

/// The same before another file takes its name.
pub(in crate::fs) fn expect_safe_to_replace(place: &Path, found: &Metadata) -> io::Result<()> {
    expect_not_planted(place, found, Use::Replace)
}

/// The link in the place of a file is ours or root's, or in a folder where only we and root make links.
pub(in crate::fs) fn expect_link_may_be_followed(link: &Path) -> io::Result<()> {
    expect_trusted(link, &fs::symlink_metadata(link)?, is_open)
}

/// The same for a link in the place of a folder. Those of whoever owns the folder around it are part of how a shared place
/// is laid out; root alone has more to lose there than the owner.
pub(in crate::fs) fn expect_folder_link_may_be_followed(link: &Path) -> io::Result<()> {
    let may_be_planted = match geteuid().is_root() {
        true => is_open,
        false => others_can_write,
    };
    expect_trusted(link, &fs::symlink_metadata(link)?, may_be_planted)
}

fn expect_trusted(place: &Path, found: &Metadata, may_be_planted: impl FnOnce(&Metadata) -> bool) -> io::Result<()> {
    if is_trusted(found.uid()) {
        return Ok(());
    }
    let folder = folder_of(place);
    let is_planted = may_be_planted(&fs::metadata(folder)?)
        // What is mounted there, no ordinary user has put there.
        && !mounts::is_mount_point(place)
        && our_number_in(folder) != Some(found.uid());
    match is_planted {
        true => Err(Planted::at(place, found)),
        false => Ok(()),
    }
}

/// Who a file belongs to that we make there: on some shares and mounts everything belongs to one user, us included.
fn our_number_in(folder: &Path) -> Option<u32> {
    let probe = tempfile::tempfile_in(folder).ok()?;
    Some(probe.metadata().ok()?.uid())
}

/// It belongs to the user we are, as far as can be seen there.
pub(in crate::fs) fn is_ours(place: &Path, found: &Metadata) -> bool {
    found.uid() == geteuid().as_raw() || our_number_in(folder_of(place)) == Some(found.uid())
}

fn is_trusted(uid: u32) -> bool {
    uid == 0 || uid == geteuid().as_raw()
}

/// Whether somebody else than us and root can put things into the folder.
fn is_open(folder: &Metadata) -> bool {
    let owner = folder.uid();
    others_can_write(folder) || !(is_trusted(owner) || owner == SOMEBODY_OUTSIDE && is_in_a_container_of_a_users_own())
}

/// Whether somebody else than the folder's owner can.
fn others_can_write(folder: &Metadata) -> bool {
    let mode = folder.mode();
    mode & BY_EVERYBODY != 0 || mode & BY_GROUP != 0 && !is_private_group(folder)
}

/// The group of the owner alone that many systems make for every user, of the same name.
fn is_private_group(folder: &Metadata) -> bool {
    let user = User::from_uid(Uid::from_raw(folder.uid())).ok().flatten();
    let group = Group::from_gid(Gid::from_raw(folder.gid())).ok().flatten();
    user.zip(group).is_some_and(|(user, group)| {
        user.gid == group.gid && user.name == group.name && group.mem.iter().all(|member| *member == user.name)
    })
}

fn is_in_a_container_of_a_users_own() -> bool {
    let everybody = ["0", "0", "4294967295"];
    fs::read_to_string("/proc/self/uid_map").is_ok_and(|map| !map.split_whitespace().eq(everybody))
}

/// Root makes files in this folder in the place of its owner.
pub(in crate::fs) fn acts_for_owner(folder: &Path) -> bool {
    owner_of_new(folder).is_some()
}

/// In whose place root makes files in this folder: the owner, where it and all around it can be written by the owner and root
/// alone. Elsewhere root's files stay root's: whoever made the folder may have waited for them.
fn owner_of_new(folder: &Path) -> Option<(u32, u32)> {
    if !geteuid().is_root() {
        return None;
    }
    let found = fs::metadata(folder).ok().filter(|found| found.uid() != 0)?;
    let owner = found.uid();
    let is_safe = |folder: &Path| {
        let found = fs::metadata(folder);
        found.is_ok_and(|found| [0, owner].contains(&found.uid()) && !others_can_write(&found))
    };
    let folder = fs::canonicalize(folder).ok()?;
    folder.ancestors().all(is_safe).then(|| (owner, found.gid()))
}

/// A file that we have just made. Whoever is not root cannot, and need not; a file system may refuse.
pub(super) fn give_to_folder_owner(folder: &Path, new: &File) {
    if let Some((user, group)) = owner_of_new(folder) {
        let _ = fchown(new, Some(user), Some(group));
    }
}

/// The same for a folder.
pub(super) fn give_folder_to_folder_owner(new: &Path) {
    let flags = OFlag::O_NOFOLLOW | OFlag::O_DIRECTORY;
    if let Ok(opened) = OpenOptions::new().read(true).custom_flags(flags.bits()).open(new) {
        give_to_folder_owner(folder_of(new), &opened);
    }
}
