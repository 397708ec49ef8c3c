//! Opening what is there: no link is followed and no pipe waited for before it is known whose it is.
#![expect(clippy::disallowed_methods, reason = "this is the disk's one door")]

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use nix::errno::Errno;
use nix::fcntl::OFlag;

use super::owners::{self, Use};
use crate::fs::links;

/// The file and what it is. Links are followed where they may be.
pub(in crate::fs) fn open_to_read(path: &Path) -> io::Result<(File, Metadata)> {
    let mut options = OpenOptions::new();
    options.read(true);
    match open_here(&mut options, path, OFlag::O_NOFOLLOW) {
        Err(cause) if is_link(&cause) => {
            let followed = links::follow(path)?;
            let flag = match followed.is_open_file {
                true => OFlag::empty(),
                false => OFlag::O_NOFOLLOW,
            };
            let opened = open_here(&mut options, &followed.target, flag);
            checked(opened, &followed.target, Use::Read)
        }
        opened => checked(opened, path, Use::Read),
    }
}

/// The same for what is no link any more.
pub(in crate::fs) fn open_to_write(options: &mut OpenOptions, target: &Path) -> io::Result<(File, Metadata)> {
    checked(open_here(options, target, OFlag::O_NOFOLLOW), target, Use::Overwrite)
}

/// Never through a link.
pub(in crate::fs) fn open_to_lock(options: &mut OpenOptions, path: &Path) -> io::Result<(File, Metadata)> {
    checked(open_here(options, path, OFlag::O_NOFOLLOW), path, Use::Lock)
}

fn open_here(options: &mut OpenOptions, path: &Path, flag: OFlag) -> io::Result<File> {
    // A terminal in the place of a file does not become ours either.
    let flags = flag | OFlag::O_NOCTTY;
    match options.custom_flags((flags | OFlag::O_NONBLOCK).bits()).open(path) {
        // No pipe: a file that is leased to a file server, which gives it back (fcntl(2), F_SETLEASE).
        Err(cause) if cause.kind() == ErrorKind::WouldBlock => options.custom_flags(flags.bits()).open(path),
        opened => opened,
    }
}

/// What a stranger has planted is named as that, whatever the system says about it.
fn checked(opened: io::Result<File>, place: &Path, purpose: Use) -> io::Result<(File, Metadata)> {
    let opened = opened.and_then(|file| file.metadata().map(|found| (file, found)));
    let found = match &opened {
        Ok((_, found)) => Some(found.clone()),
        Err(cause) if cause.kind() == ErrorKind::NotFound => None,
        Err(_) => fs::symlink_metadata(place).ok(),
    };
    if let Some(found) = found {
        owners::expect_not_planted(place, &found, purpose)?;
    }
    opened
}

fn is_link(cause: &io::Error) -> bool {
    // FreeBSD's word for it is the second.
    let code = cause.raw_os_error().map(Errno::from_raw);
    matches!(code, Some(Errno::ELOOP | Errno::EMLINK))
}
