//! What is neither a file nor a folder: a device (`/dev/null`, for a token that is to be kept nowhere), a pipe (a token
//! handed over by another program), a socket. It is never replaced or removed, and nobody waits for it for ever.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::path::Path;
use std::time::Duration;

use crate::clock::{Deadline, Stopwatch};

const POLL: Duration = Duration::from_millis(20);
/// Nobody hands over as much as this; a device may never stop.
const LARGEST: u64 = 1024 * 1024;
/// For a program that has the pipe open and has yet to write.
const PATIENCE: Duration = Duration::from_secs(30);
/// For a program that has yet to open the pipe.
const PATIENCE_WITH_NOBODY: Duration = Duration::from_secs(1);

/// A device, a pipe or a socket, or a link to one.
pub(super) fn leads_to_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// All that it gives.
pub(super) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = open_at_once(OpenOptions::new().read(true), path)?;
    let is_pipe = is_pipe(&file);
    let (started, deadline) = (Stopwatch::start(), Deadline::after(PATIENCE));
    let mut bytes = Vec::new();
    loop {
        let left = LARGEST + 1 - bytes.len() as u64;
        match (&file).take(left).read_to_end(&mut bytes) {
            Ok(_) if bytes.len() as u64 > LARGEST => return Err(io::Error::other("more than 1 MiB comes from it")),
            Ok(_) if !is_pipe || !bytes.is_empty() => return Ok(bytes),
            Ok(_) if started.elapsed() > PATIENCE_WITH_NOBODY => {
                return Err(io::Error::other("it is a pipe, and nobody writes to it"));
            }
            Ok(_) => {}
            Err(cause) if cause.kind() == ErrorKind::WouldBlock && !deadline.has_passed() => {}
            Err(cause) if cause.kind() == ErrorKind::WouldBlock => {
                let seconds = PATIENCE.as_secs();
                return Err(io::Error::other(format!("nothing came from it for {seconds} seconds")));
            }
            Err(cause) => return Err(cause),
        }
        std::thread::sleep(POLL);
    }
}

/// A pipe that nobody reads from is an error, not something to wait for.
pub(super) fn open_to_write(path: &Path) -> io::Result<File> {
    open_at_once(OpenOptions::new().write(true), path)
}

#[cfg(unix)]
fn open_at_once(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    // A terminal in the place of a file does not become ours either.
    let flags = nix::fcntl::OFlag::O_NONBLOCK | nix::fcntl::OFlag::O_NOCTTY;
    options.custom_flags(flags.bits()).open(path)
}

#[cfg(not(unix))]
fn open_at_once(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

#[cfg(unix)]
fn is_pipe(file: &File) -> bool {
    use std::os::unix::fs::FileTypeExt;
    file.metadata().is_ok_and(|found| found.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_file: &File) -> bool {
    false
}

/// Not a link to one: a link can be removed without harm.
#[cfg(unix)]
pub(super) fn is_special(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    let kind = fs::symlink_metadata(path).map(|found| found.file_type());
    kind.is_ok_and(|kind| kind.is_char_device() || kind.is_block_device() || kind.is_fifo() || kind.is_socket())
}

#[cfg(not(unix))]
pub(super) fn is_special(_path: &Path) -> bool {
    false
}
