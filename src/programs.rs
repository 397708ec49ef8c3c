//! The door to other programs: where they are, which one this is, having one work for us, and handing this process over to
//! one, with the same streams, terminal and signals, and an exit status that becomes ours.

mod ask;
#[cfg(feature = "cli")]
pub(crate) mod browser;
mod own;
mod search;
pub(crate) mod tally;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::Command;

pub(crate) use ask::{Answer, Question, Reads, Running, Unanswered, ask, begin};
pub(crate) use own::{search_path, this_program, this_program_as_started};
pub(crate) use search::{is_same, named};
pub(crate) use system::{exec, is_called, startable};
#[cfg(unix)]
use unix as system;
#[cfg(windows)]
use windows as system;

/// What this program is called on older machines, where it is a link.
pub(crate) const OLD_NAME: &str = "huggingface-cli";

/// A program that is to take our place.
pub(crate) struct Handover<'a> {
    /// Its path, or a name to look for on PATH.
    pub(crate) program: &'a Path,
    pub(crate) arguments: &'a [OsString],
    /// The variables that it gets beside our own.
    pub(crate) variables: &'a [(&'a str, &'a OsStr)],
    /// The variables of ours that it does not get.
    pub(crate) removed: &'a [&'a str],
}

/// The program, with the variables that it is to have and no arguments yet.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door to programs that take our place"
)]
fn command(program: &Path, handover: &Handover) -> Command {
    let mut command = Command::new(program);
    command.envs(handover.variables.iter().copied());
    for name in handover.removed {
        command.env_remove(name);
    }
    command
}
