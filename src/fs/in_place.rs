//! Writing a file where it is, because nothing can take its place: it is a mount point, its folder is closed to us, or the
//! file system knows no rename. The best that is left: a copy of what is to be written stays beside it until all is done.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use super::privacy::Privacy;
use super::refusals::Step;
use super::system::{self, flush_folder, make_new_private, make_private, open_to_write};
use super::{LARGEST_FILE, flush, folder_of, temporary};
use crate::error::reason;

/// A file that is not there yet.
pub(super) fn create(target: &Path, content: &[u8]) -> io::Result<Privacy> {
    let (mut file, _) = open_to_write(system::create_new().write(true), target)?;
    let mut write = || {
        let privacy = make_new_private(target, &file)?;
        file.write_all(content)?;
        flush(&file)?;
        flush_folder(folder_of(target))?;
        Ok(privacy)
    };
    write().inspect_err(|_| {
        // Half a file is worth less than none.
        let _ = fs::remove_file(target);
    })
}

/// One that is there: after a failure it is as it was, or the copy stays and the error names it.
pub(super) fn write(target: &Path, content: &[u8]) -> io::Result<Privacy> {
    let copy = match temporary::copy_beside(target, content) {
        Ok(copy) => Some(copy),
        // The folder takes nothing.
        Err(cause) if Step::Create.is_refused(&cause) => None,
        Err(cause) => return Err(cause),
    };
    let outcome = overwrite_or_restore(target, content);
    let Some(copy) = copy else {
        return outcome.map_err(Failed::cause);
    };
    match outcome {
        Err(Failed::Damaged(cause)) => Err(with_copy(cause, copy)),
        outcome => {
            temporary::discard(copy);
            outcome.map_err(Failed::cause)
        }
    }
}

/// The cause, with the place where to find what was to be written.
fn with_copy(cause: io::Error, copy: NamedTempFile) -> io::Error {
    match copy.keep() {
        Ok((_, kept)) => {
            let sentence = format!("{}; what it was to hold is in {}", reason(&cause), kept.display());
            io::Error::new(cause.kind(), sentence)
        }
        Err(_) => cause,
    }
}

/// For a file that should go and cannot.
pub(super) fn empty(target: &Path) -> io::Result<()> {
    overwrite_or_restore(target, b"").map(drop).map_err(Failed::cause)
}

/// How the file was left.
enum Failed {
    AsItWas(io::Error),
    Damaged(io::Error),
}

impl Failed {
    fn cause(self) -> io::Error {
        let (Failed::AsItWas(cause) | Failed::Damaged(cause)) = self;
        cause
    }
}

fn overwrite_or_restore(target: &Path, content: &[u8]) -> Result<Privacy, Failed> {
    let (mut file, before, privacy) = match open_whole(target) {
        Ok(opened) => opened,
        Err(cause) if Step::Overwrite.is_refused(&cause) || cause.kind() == ErrorKind::FileTooLarge => {
            return write_anew(target, content);
        }
        Err(cause) => return Err(Failed::AsItWas(cause)),
    };
    let Err(cause) = overwrite(&mut file, content, before.len()) else {
        return Ok(privacy);
    };
    if Step::Overwrite.is_refused(&cause) {
        return write_anew(target, content);
    }
    // No longer than it is by now: there may be no room for more.
    let length = file.metadata().map_or(0, |found| found.len() as usize);
    match overwrite(&mut file, &before, length) {
        Ok(()) => Err(Failed::AsItWas(cause)),
        // Nothing more can be done; the first error is the one to report.
        Err(_) => Err(Failed::Damaged(cause)),
    }
}

/// The file, what it holds, and who can read it.
fn open_whole(target: &Path) -> io::Result<(File, Vec<u8>, Privacy)> {
    let (file, _) = open_to_write(OpenOptions::new().read(true).write(true), target)?;
    let mut before = Vec::new();
    (&file).take(LARGEST_FILE + 1).read_to_end(&mut before)?;
    if before.len() as u64 > LARGEST_FILE {
        // No file of ours, and not worth keeping in memory.
        return Err(ErrorKind::FileTooLarge.into());
    }
    let privacy = make_private(target, &file)?;
    Ok((file, before, privacy))
}

/// Grows or overwrites first and cuts last. In one call, with line breaks over the rest of the old content: to whoever reads
/// it before it is cut, or after a kill, they mean nothing, while half an old line would.
fn overwrite(file: &mut File, content: &[u8], old_length: usize) -> io::Result<()> {
    let mut padded = content.to_vec();
    padded.resize(content.len().max(old_length), b'\n');
    file.rewind()?;
    file.write_all(&padded)?;
    file.set_len(content.len() as u64)?;
    flush(file)
}

/// Where only a new beginning is taken (an object store), as the reference writes: cut first, and written then.
fn write_anew(target: &Path, content: &[u8]) -> Result<Privacy, Failed> {
    let found = fs::symlink_metadata(target).map_err(Failed::AsItWas)?;
    // Cutting must not come before the look at whose it is.
    system::expect_safe_to_overwrite(target, &found).map_err(Failed::AsItWas)?;
    let opened = open_to_write(OpenOptions::new().write(true).truncate(true), target);
    let (mut file, _) = opened.map_err(Failed::AsItWas)?;
    let mut write = || {
        let privacy = make_private(target, &file)?;
        file.write_all(content)?;
        flush(&file)?;
        Ok(privacy)
    };
    write().map_err(Failed::Damaged)
}
