//! The door to other programs: where they are, which one this is, and handing this process over to one, with the same
//! streams, terminal and signals, and an exit status that becomes ours. (git, which works for us, has a door of its own.)

mod ask;
#[cfg(feature = "cli")]
pub(crate) mod browser;
mod own;
mod search;
pub(crate) mod tally;
#[cfg(unix)]
mod unix;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::Command;

pub(crate) use ask::{Unanswered, ask};
pub(crate) use own::{search_path, this_program, this_program_as_started};
#[cfg(unix)]
use search::{found, is_text};
pub(crate) use search::{is_same, named};

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

/// Gives this process over to a program; where the system cannot do that, waits for it and gives its exit status.
pub(crate) fn exec(handover: &Handover) -> io::Result<u8> {
    #[cfg(unix)]
    return Err(unix::exec(handover));
    #[cfg(not(unix))]
    wait_for(command(handover.program, handover).args(handover.arguments))
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

/// Waits for the program. Ctrl-C reaches every program of the console by itself.
#[cfg(not(unix))]
fn wait_for(command: &mut Command) -> io::Result<u8> {
    let status = command.status()?.code().unwrap_or(1);
    // A status that does not fit is a failure, and must not be cut down to success.
    Ok(u8::try_from(status).unwrap_or(1))
}
