//! What Windows alone knows of programs: endings that a name is typed without, and waiting in place of becoming another one.
//! `unix.rs` has the same names.
//!
//! The system would look beside this program and in the current folder first. Only PATH counts here, as in a shell of Unix,
//! so that a folder that one stands in cannot slip a program in.

mod streams;

use std::ffi::{OsStr, OsString};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

use super::{Handover, command, named, search_path};
use crate::fs;
use crate::settings::environment;
use crate::signals;

pub(crate) use streams::Streams;

/// Where PATHEXT is not set.
const USUAL_ENDINGS: &str = ".COM;.EXE;.BAT;.CMD";

/// Waits for a program, and ends as it ended. Returns only if it cannot be started, and says why.
pub(crate) fn exec(handover: &Handover) -> io::Error {
    let Some(file) = found(handover.program) else {
        return ErrorKind::NotFound.into();
    };
    let _left = signals::leave_to_the_child();
    match command(&file, handover).args(handover.arguments).status() {
        // All 32 bits of it.
        Ok(status) => exit(status.code().unwrap_or(1)),
        Err(cause) => cause,
    }
}

/// Where a program is: at its path if it has one, else by its name along PATH.
fn found(program: &Path) -> Option<PathBuf> {
    if program.parent() == Some(Path::new("")) {
        return named(program.to_str()?, &search_path()).next();
    }
    let files = files_of(program, Path::new("."));
    let found = files
        .into_iter()
        .chain([program.to_owned()])
        .find(|path| fs::is_file(path));
    std::path::absolute(found?).ok()
}

/// What a program of this name would be in a folder: the name itself where it has one of the endings, then with each of
/// them. An empty folder in PATH is none.
pub(super) fn files_of(name: &Path, folder: &Path) -> Vec<PathBuf> {
    if folder.as_os_str().is_empty() {
        return Vec::new();
    }
    let endings = environment("PATHEXT").filter(|endings| !endings.is_empty());
    let endings = endings.unwrap_or_else(|| USUAL_ENDINGS.into());
    let endings = endings.to_string_lossy().into_owned();
    let endings: Vec<&str> = endings.split(';').filter(|ending| !ending.is_empty()).collect();
    let is_whole = endings.iter().any(|ending| ends_in(name.as_os_str(), ending));
    let whole = is_whole.then(|| folder.join(name));
    let with_ending = endings.iter().map(|ending| {
        let mut name = name.as_os_str().to_owned();
        name.push(ending.to_lowercase());
        folder.join(name)
    });
    whole.into_iter().chain(with_ending).collect()
}

fn ends_in(name: &OsStr, ending: &str) -> bool {
    let name = name.to_string_lossy();
    let start = name.len().checked_sub(ending.len()).filter(|start| *start > 0);
    start
        .and_then(|start| name.get(start..))
        .is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

/// The ending decides.
pub(super) fn may_start(_path: &Path) -> bool {
    true
}

/// What git, and every other program that works for us, is started as: its whole path, for the reason that the module tells.
pub(crate) fn startable(name: &str) -> io::Result<OsString> {
    let found = named(name, &search_path()).next();
    found.map(OsString::from).ok_or_else(|| ErrorKind::NotFound.into())
}

/// Whether what we were started as is this name, with its ending or without, in any case.
pub(crate) fn is_called(started_as: &OsStr, name: &str) -> bool {
    let file = Path::new(started_as)
        .file_name()
        .and_then(OsStr::to_str)
        .unwrap_or_default();
    let end = file.len().saturating_sub(std::env::consts::EXE_SUFFIX.len());
    let stem = match ends_in(file.as_ref(), std::env::consts::EXE_SUFFIX) {
        true => file.get(..end).unwrap_or(file),
        false => file,
    };
    stem.eq_ignore_ascii_case(name)
}

/// There are no groups that end at once; Ctrl-C reaches every program of the console by itself.
pub(super) fn own_group(_command: &mut Command) {}

pub(super) fn end_group(_group: u32) {}

#[cfg(test)]
mod tests;
