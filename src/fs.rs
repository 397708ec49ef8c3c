//! The door to the disk: files that only their owner can read, replaced in one step, and a lock between processes.
//! Knows nothing of what is in a file. Every error names the path and the cause.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// No file of ours comes near this; what does is not ours.
const LARGEST_FILE: u64 = 64 * 1024 * 1024;
const LONGEST_LINK_CHAIN: usize = 40;
const LOCK_PATIENCE: Duration = Duration::from_secs(30);
const LOCK_POLL: Duration = Duration::from_millis(20);
const TEMPORARY_PREFIX: &str = ".hf-auth-";
const TEMPORARY_SUFFIX: &str = ".tmp";

/// The error for `action` ("read", "write") on `path`.
fn failure(action: &str, path: &Path, cause: io::Error) -> Error {
    Error::failed(format!("Cannot {action} {}: {}.", path.display(), reason(&cause))).because(cause)
}

/// The system's words without its number.
pub(crate) fn reason(cause: &io::Error) -> String {
    let text = cause.to_string();
    match text.find(" (os error ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// The whole file, `None` when there is none.
pub(crate) fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(failure("read", path, cause)),
    };
    let mut bytes = Vec::new();
    let read = file.take(LARGEST_FILE + 1).read_to_end(&mut bytes);
    read.map_err(|cause| failure("read", path, cause))?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Error::failed(format!(
            "Cannot read {}: it is larger than 64 MiB.",
            path.display()
        )));
    }
    Ok(Some(bytes))
}

/// Makes `path` hold `content`, readable by its owner alone: the old content or the new, whole, whatever happens
/// meanwhile, and on the disk when this returns. A symbolic link stays and its target is replaced. Folders that are
/// missing are made.
pub(crate) fn replace(path: &Path, content: &[u8]) -> Result<()> {
    expect_replaceable(path)?;
    let target = link_target(path).map_err(|cause| failure("write", path, cause))?;
    let folder = folder_of(&target);
    create_folder(folder)?;
    let outcome = match replace_by_rename(&target, folder, content) {
        Err(cause) if rename_is_impossible(&cause) && target.is_file() => {
            // The first cause is the one to tell: it says what is the matter with the folder.
            write_in_place(&target, content).map_err(|second| {
                if second.kind() == ErrorKind::PermissionDenied {
                    cause
                } else {
                    second
                }
            })
        }
        outcome => outcome,
    };
    outcome.map_err(|cause| failure("write", path, cause))
}

fn replace_by_rename(target: &Path, folder: &Path, content: &[u8]) -> io::Result<()> {
    let mut temporary = tempfile::Builder::new()
        .prefix(TEMPORARY_PREFIX)
        .suffix(TEMPORARY_SUFFIX)
        .tempfile_in(folder)?;
    make_private(temporary.as_file())?;
    temporary.write_all(content)?;
    temporary.as_file().sync_all()?;
    temporary.persist(target).map_err(|failed| failed.error)?;
    flush_folder(folder)
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
    overwrite(&mut file, content).inspect_err(|_| {
        // Nothing more can be done if this fails too; the first error is the one to report.
        let _ = overwrite(&mut file, &before);
    })
}

fn overwrite(file: &mut File, content: &[u8]) -> io::Result<()> {
    file.rewind()?;
    file.write_all(content)?;
    file.set_len(content.len() as u64)?;
    file.sync_all()
}

/// Removes the file; `false` when there was none. One that cannot be unlinked because it is a mount point is emptied.
pub(crate) fn remove(path: &Path) -> Result<bool> {
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
    let moved = fs::rename(path, &aside).and_then(|()| make_private(&File::open(&aside)?));
    moved.map_err(|cause| failure("move aside", path, cause))?;
    Ok(aside)
}

/// Removes what a killed process left half-written beside `path`. Call it with the lock on the files there held.
pub(crate) fn remove_leftovers(path: &Path) {
    for entry in fs::read_dir(folder_of(path)).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(TEMPORARY_PREFIX) && name.ends_with(TEMPORARY_SUFFIX) {
            // Harmless if it stays: it is 0600 and the next run tries again.
            let _ = fs::remove_file(entry.path());
        }
    }
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
        outcome => outcome.map_err(|cause| failure("create the folder", folder, cause)),
    }
}

/// An exclusive lock between processes, the one that the reference takes too; released when dropped.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Waits for the lock file `path`, at most 30 seconds. The file stays behind: removing it would let two processes
    /// hold "the" lock, each on a file of its own.
    pub(crate) fn acquire(path: &Path) -> Result<Self> {
        let deadline = Instant::now() + LOCK_PATIENCE;
        create_folder(folder_of(path))?;
        loop {
            let file = open_lock_file(path).map_err(|cause| failure("lock", path, cause))?;
            match file.try_lock() {
                Ok(()) if is_still_at(&file, path) => return Ok(Lock { _file: file }),
                // Some versions of the reference's lock unlink the file: this one is no longer the lock.
                Ok(()) => continue,
                Err(TryLockError::Error(cause)) => return Err(failure("lock", path, cause)),
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => std::thread::sleep(LOCK_POLL),
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::failed(format!(
                        "Cannot lock {}: another process has held it for 30 seconds.",
                        path.display()
                    ))
                    .hint("find the process that holds it (`fuser` on that file names it), end it and try again."));
                }
            }
        }
    }
}

#[cfg(unix)]
fn open_lock_file(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    let no_link = nix::fcntl::OFlag::O_NOFOLLOW.bits();
    let mut options = OpenOptions::new();
    options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(no_link);
    options.open(path)
}

#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(held), Ok(found)) = (file.metadata(), fs::symlink_metadata(path)) else {
        return false;
    };
    held.nlink() > 0 && (held.dev(), held.ino()) == (found.dev(), found.ino())
}

#[cfg(unix)]
fn make_private(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // Explicit, because the umask may have taken even the owner's bits.
    file.set_permissions(fs::Permissions::from_mode(0o600))
}

#[cfg(unix)]
fn create_private_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
    fs::DirBuilder::new().mode(0o700).create(folder)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(unix)]
fn flush_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some network file systems know no flush of a folder.
        Err(cause) if cause.kind() == ErrorKind::InvalidInput => Ok(()),
        outcome => outcome,
    }
}

#[cfg(not(unix))]
fn open_lock_file(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
}

/// An open file cannot be unlinked here.
#[cfg(not(unix))]
fn is_still_at(_file: &File, _path: &Path) -> bool {
    true
}

/// The user's profile folder decides who may read.
#[cfg(not(unix))]
fn make_private(_file: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(not(unix))]
fn create_private_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}

/// Folders cannot be flushed here; a rename is journalled.
#[cfg(not(unix))]
fn flush_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}
