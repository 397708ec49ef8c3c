//! The door to the disk: files that only their owner can read, replaced in one step, and a lock between processes.
//! Knows nothing of what is in a file. Every error names the path and the cause.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

mod foreign;
mod lock;
pub(crate) mod programs;
mod special;
mod temporary;
mod version;

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result, reason};

pub(crate) use foreign::{add_line, write_shared};
pub(crate) use lock::Lock;
pub(crate) use temporary::remove_leftovers;
pub(crate) use version::Version;

/// Room for far more than a hundred thousand tokens; what is larger is not ours.
const LARGEST_FILE: u64 = 16 * 1024 * 1024;
const LONGEST_LINK_CHAIN: usize = 40;

/// The error for `action` ("read", "write") on `path`.
fn failure(action: &str, path: &Path, cause: io::Error) -> Error {
    Error::failed(format!("Cannot {action} {}: {}.", path.display(), reason(&cause))).because(cause)
}

/// The whole file, `None` when there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let read = match special::leads_to_special(path) {
        true => special::read(path),
        false => read_file(path),
    };
    match read {
        Ok(bytes) => Ok(Some(bytes)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(failure("read", path, cause)),
    }
}

/// Whether anything is there, or behind it where it is a link.
pub(crate) fn exists(path: &Path) -> bool {
    fs::exists(path).unwrap_or(false)
}

/// The permission bits of a file; `None` where there is no file.
#[cfg(unix)]
pub(crate) fn mode(path: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt;
    Some(fs::metadata(path).ok()?.permissions().mode() & 0o7777)
}

/// There are no such bits.
#[cfg(not(unix))]
pub(crate) fn mode(_path: &Path) -> Option<u32> {
    None
}

fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len();
    // The length is asked before, to spare reading what is too much, and counted after, because it may have changed.
    if length <= LARGEST_FILE {
        // One more, so that the end of the file is found without asking for more room.
        let mut bytes = Vec::with_capacity(length as usize + 1);
        (&file).take(LARGEST_FILE + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 <= LARGEST_FILE {
            return Ok(bytes);
        }
    }
    Err(io::Error::other("it is larger than 16 MiB"))
}

/// Makes `path` hold `content`, readable by its owner alone: the old content or the new, whole, whatever happens
/// meanwhile, and on the disk when this returns. A symbolic link stays and its target is replaced. Folders that are
/// missing are made.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<()> {
    replace_if(path, content, None).map(drop)
}

/// The same if `path` still is this version when the new content is ready.
pub(crate) fn replace_version(path: &Path, content: &[u8], version: Version) -> Result<Replaced> {
    replace_if(path, content, Some(version))
}

/// Whether a file was replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replaced {
    Done,
    /// Another program has changed it meanwhile.
    Overtaken,
}

fn replace_if(path: &Path, content: &[u8], version: Option<Version>) -> Result<Replaced> {
    expect_replaceable(path)?;
    if content.len() as u64 > LARGEST_FILE {
        // It could never be read again.
        return Err(Error::failed(format!(
            "Cannot write {}: it would be larger than 16 MiB.",
            path.display()
        )));
    }
    let write = |target: &Path| {
        if special::is_special(target) {
            special::open_to_write(target)?.write_all(content)?;
            return Ok(Replaced::Done);
        }
        match replace_by_rename(target, content, version) {
            Err(cause) if rename_is_impossible(&cause) && target.is_file() => {
                // If that is forbidden too, the first cause says what is the matter with the folder.
                let written = write_in_place(target, content).map(|()| Replaced::Done);
                written.map_err(|second| match second.kind() {
                    ErrorKind::PermissionDenied => cause,
                    _ => second,
                })
            }
            outcome => outcome,
        }
    };
    let target = link_target(path).map_err(|cause| failure("write", path, cause))?;
    create_folder(folder_of(&target))?;
    write(&target).map_err(|cause| failure("write", path, cause))
}

fn replace_by_rename(target: &Path, content: &[u8], version: Option<Version>) -> io::Result<Replaced> {
    let temporary = temporary::written_beside(target, content)?;
    if version.is_some_and(|version| version != Version::of(target)) {
        return Ok(Replaced::Overtaken);
    }
    temporary.persist(target).map_err(|failed| failed.error)?;
    flush_folder(folder_of(target))?;
    Ok(Replaced::Done)
}

/// Goes through the replacing of `path` by a file of this size, up to the last step, which it leaves out. For a content
/// that is yet to come and, once it is there, must not be lost.
pub(crate) fn rehearse_replacing(path: &Path, size: usize) -> Result<()> {
    expect_replaceable(path)?;
    let rehearse = |target: &Path| {
        if special::is_special(target) {
            return special::open_to_write(target).map(drop);
        }
        match temporary::written_beside(target, &vec![b'\n'; size]) {
            Err(cause) if rename_is_impossible(&cause) && target.is_file() => {
                OpenOptions::new().write(true).open(target).map(drop)
            }
            outcome => outcome.and_then(|_| expect_to_be_let_go(target)),
        }
    };
    link_target(path)
        .and_then(|target| rehearse(&target))
        .map_err(|cause| failure("write", path, cause))
}

/// A file that can be replaced although its folder can be written to: neither the system nor a mount of its own (a secret
/// that is mounted read-only into a container) keeps it.
#[cfg(unix)]
fn expect_to_be_let_go(target: &Path) -> io::Result<()> {
    use nix::errno::Errno;
    match OpenOptions::new().write(true).open(target) {
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(()),
        // Its mode, which a rename does not ask for.
        Err(cause) if cause.raw_os_error() == Some(Errno::EACCES as i32) && !is_mount_point(target) => Ok(()),
        opened => opened.map(drop),
    }
}

/// Whether something is mounted on the file itself: proc_pid_mountinfo(5), where there is such a list.
#[cfg(unix)]
fn is_mount_point(target: &Path) -> bool {
    let (Ok(target), Ok(mounts)) = (fs::canonicalize(target), fs::read("/proc/self/mountinfo")) else {
        return false;
    };
    let target = target.to_string_lossy().replace('\\', r"\134").replace(' ', r"\040");
    let mounts = String::from_utf8_lossy(&mounts);
    mounts.lines().any(|mount| mount.split(' ').nth(4) == Some(&target))
}

#[cfg(not(unix))]
fn expect_to_be_let_go(_target: &Path) -> io::Result<()> {
    Ok(())
}

/// Whether `path` could be replaced: it is a file, a link to one, or nothing yet. Asked before a change that needs
/// several files, so that it does not stop half-way at what can be known.
pub(crate) fn expect_replaceable(path: &Path) -> Result<()> {
    let target = link_target(path).map_err(|cause| failure("write", path, cause))?;
    match target.is_dir() {
        true => Err(failure("write", path, ErrorKind::IsADirectory.into())),
        false => Ok(()),
    }
}

/// A file that is a mount point of its own (a secret mounted into a container) cannot be renamed over, and a folder
/// may be closed to us while the file in it is not.
fn rename_is_impossible(cause: &io::Error) -> bool {
    matches!(
        cause.kind(),
        ErrorKind::ResourceBusy
            | ErrorKind::CrossesDevices
            | ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
    )
}

/// The best that is left: grow or overwrite first and cut last, and put the old content back if that fails.
fn write_in_place(target: &Path, content: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(target)?;
    let mut before = Vec::new();
    file.read_to_end(&mut before)?;
    make_private(&file)?;
    overwrite(&mut file, content, before.len()).inspect_err(|_| {
        // Nothing more can be done if this fails too; the first error is the one to report.
        let _ = overwrite(&mut file, &before, content.len());
    })
}

/// In one call, with line breaks over the rest of the old content: to whoever reads it before it is cut, or after a
/// kill, they mean nothing, while half an old line would.
fn overwrite(file: &mut File, content: &[u8], old_length: usize) -> io::Result<()> {
    let mut padded = content.to_vec();
    padded.resize(content.len().max(old_length), b'\n');
    file.rewind()?;
    file.write_all(&padded)?;
    file.set_len(content.len() as u64)?;
    flush(file)
}

/// To the disk itself, as far as the file system can: some network ones cannot.
fn flush(file: &File) -> io::Result<()> {
    match file.sync_all() {
        Err(cause) if matches!(cause.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        outcome => outcome,
    }
}

/// Removes the file; `false` when there was none. One that cannot be unlinked because it is a mount point is emptied,
/// and a device (`/dev/null`, for a token that is to be kept nowhere) is not ours to remove.
pub(crate) fn remove(path: &Path) -> Result<bool> {
    if special::is_special(path) {
        return Ok(false);
    }
    match fs::remove_file(path) {
        Ok(()) => flush_folder(folder_of(path)).map(|()| true),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(false),
        Err(cause) if cause.kind() == ErrorKind::ResourceBusy => write_in_place(path, b"").map(|()| true),
        Err(cause) => Err(cause),
    }
    .map_err(|cause| failure("remove", path, cause))
}

/// Gives a file a name that nothing has, so that no content is lost.
pub(crate) fn move_aside(path: &Path, suffix: &str) -> Result<PathBuf> {
    let named = |number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(suffix);
        if number > 0 {
            name.push(format!("-{number}"));
        }
        PathBuf::from(name)
    };
    let free = (0..).map(named).find(|candidate| candidate.symlink_metadata().is_err());
    let aside = free.unwrap_or_else(|| named(u32::MAX));
    let moved = match fs::rename(path, &aside) {
        // A mount point stays where it is; its content is what must not be lost.
        Err(cause) if rename_is_impossible(&cause) => {
            fs::read(path).and_then(|bytes| replace_by_rename(&aside, &bytes, None).map(drop))
        }
        outcome => outcome,
    };
    moved.map_err(|cause| failure("move aside", path, cause))?;
    // Best effort: the file may be another user's, and it has been moved all the same.
    let _ = File::open(&aside).and_then(|file| make_private(&file));
    Ok(aside)
}

/// What the path names once its own symbolic links are followed; the last one need not exist.
fn link_target(path: &Path) -> io::Result<PathBuf> {
    let mut target = path.to_owned();
    for _ in 0..LONGEST_LINK_CHAIN {
        match fs::read_link(&target) {
            Ok(next) => target = folder_of(&target).join(next),
            // Not a link, or nothing there: whoever opens it will say what is wrong, if something is.
            Err(_) => return Ok(target),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

/// The folder a path lies in; a bare name lies in the current one.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the folder and those above it that are missing, each open to its owner only. One that exists is left alone:
/// tightening it, as the reference does, would cut other users off from a shared cache.
pub(crate) fn create_folder(folder: &Path) -> Result<()> {
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => return Ok(()),
        Ok(_) => {
            return Err(failure(
                "create the folder",
                folder,
                io::Error::other("there is a file in its place"),
            ));
        }
        Err(cause) if cause.kind() == ErrorKind::NotFound => {}
        Err(cause) => return Err(failure("create the folder", folder, cause)),
    }
    if let Some(above) = folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        create_folder(above)?;
    }
    match create_private_folder(folder) {
        // Another process was faster.
        Err(cause) if cause.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        // Its entry in the folder above is to outlive a power cut too.
        outcome => outcome
            .and_then(|()| flush_folder(folder_of(folder)))
            .map_err(|cause| failure("create the folder", folder, cause)),
    }
}

#[cfg(unix)]
fn make_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // Explicit, because the umask may have taken even the owner's bits.
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

/// A file that root writes in a user's place stays the user's. Whoever is not root cannot, and need not.
#[cfg(unix)]
fn give_to_owner_of(owned: &Path, file: &File) {
    use std::os::unix::fs::MetadataExt;
    let (Ok(before), Ok(now)) = (fs::metadata(owned), file.metadata()) else {
        return;
    };
    if (before.uid(), before.gid()) != (now.uid(), now.gid()) {
        let _ = std::os::unix::fs::fchown(file, Some(before.uid()), Some(before.gid()));
    }
}

/// A regular file, or a link to one.
pub(crate) fn is_file(path: &Path) -> bool {
    path.is_file()
}

/// What lies in a folder, by path.
pub(crate) fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).map_err(|cause| failure("read", folder, cause))?;
    Ok(entries.flatten().map(|entry| entry.path()).collect())
}

/// A folder, or a link to one.
pub(crate) fn is_folder(path: &Path) -> bool {
    path.is_dir()
}

#[cfg(unix)]
fn create_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().mode(0o700).create(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

/// One that may be written to but not read cannot be opened for it; it is written all the same.
#[cfg(unix)]
fn flush_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder) {
        Err(cause) if cause.kind() == ErrorKind::PermissionDenied => Ok(()),
        opened => flush(&opened?),
    }
}

/// The user's profile folder decides who may read.
#[cfg(not(unix))]
fn make_private(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Owners are inherited from the folder here.
#[cfg(not(unix))]
fn give_to_owner_of(_owned: &Path, _file: &File) {}

#[cfg(not(unix))]
fn create_private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}

/// Folders cannot be flushed here; a rename is journalled.
#[cfg(not(unix))]
fn flush_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
