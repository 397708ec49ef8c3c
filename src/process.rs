//! The door to other programs that take our place: same streams, same terminal, same signals, and an exit status that
//! becomes ours. (git, which works for us, has a door of its own in `auth::git`.)

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitCode};

use crate::error::{Error, Result, reason};

/// Gives this process over to `program`, with one variable more in its environment.
///
/// # Errors
/// When it cannot be started.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the door to programs that take our place"
)]
pub(crate) fn give_over_to(program: &Path, arguments: &[OsString], variable: (&str, &OsStr)) -> Result<ExitCode> {
    let mut command = Command::new(program);
    command.args(arguments).env(variable.0, variable.1);
    replace_us(command).map_err(|cause| {
        Error::failed(format!("Cannot start {}: {}.", program.display(), reason(&cause)))
            .without_hint()
            .because(cause)
    })
}

/// The program becomes this process, so there is nobody in between to pass on signals and the exit status.
#[cfg(unix)]
fn replace_us(mut command: Command) -> std::io::Result<ExitCode> {
    Err(std::os::unix::process::CommandExt::exec(&mut command))
}

/// Waits for the program. Ctrl-C reaches every program of the console by itself.
#[cfg(not(unix))]
fn replace_us(mut command: Command) -> std::io::Result<ExitCode> {
    let status = command.status()?.code().unwrap_or(1);
    // A status that does not fit is a failure, and must not be cut down to success.
    let status = u8::try_from(status).unwrap_or(1);
    Ok(ExitCode::from(status))
}
