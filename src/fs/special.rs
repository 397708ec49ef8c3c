//! What is neither a file nor a folder: a device (`/dev/null`, for a token that is to be kept nowhere), a pipe (a token
//! handed over by another program), a socket. It is never replaced or removed, and nobody waits for it for ever.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

use super::system::{is_pipe, open_to_write as open};
use crate::clock::{Deadline, Stopwatch};

const POLL: Duration = Duration::from_millis(20);
/// Nobody hands over as much as this; a device may never stop.
const LARGEST: u64 = 1024 * 1024;
/// For a program that has the pipe open and has yet to write.
const PATIENCE: Duration = Duration::from_secs(30);
/// For a program that has yet to open the pipe.
const PATIENCE_WITH_NOBODY: Duration = Duration::from_secs(1);

/// A device, a pipe or a socket.
pub(super) fn is_special(found: &Metadata) -> bool {
    let kind = found.file_type();
    !(kind.is_file() || kind.is_dir() || kind.is_symlink())
}

/// Not a link to one: a link can be removed without harm.
pub(super) fn is_at(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| is_special(&found))
}

/// All that it gives.
pub(super) fn read(file: &File, found: &Metadata) -> io::Result<Vec<u8>> {
    let is_pipe = is_pipe(found);
    let (started, deadline) = (Stopwatch::start(), Deadline::after(PATIENCE));
    let mut bytes = Vec::new();
    loop {
        let left = LARGEST + 1 - bytes.len() as u64;
        match file.take(left).read_to_end(&mut bytes) {
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
pub(super) fn write(path: &Path, content: &[u8]) -> io::Result<()> {
    open_to_write(path)?.write_all(content)
}

pub(super) fn open_to_write(path: &Path) -> io::Result<File> {
    let (file, _) = open(OpenOptions::new().write(true), path)?;
    Ok(file)
}
