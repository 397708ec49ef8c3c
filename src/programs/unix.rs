//! The program becomes this process, so there is nobody in between to pass on signals and the exit status.
//!
//! A file that cannot be started is an error here, another machine's binary too. C libraries differ in that: glibc gives
//! whatever the system refuses to a shell, which makes commands of its bytes, and musl nothing, not even a script that
//! does not name its interpreter. Here, as in a shell, a text is a script.

use std::ffi::{CString, OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::Path;

use nix::errno::Errno;

use super::{Handover, command, found, is_text, search_path};
use crate::settings;
use crate::signals;

const SHELL: &str = "/bin/sh";

/// Returns only if it cannot be started, and says why.
pub(super) fn exec(handover: &Handover) -> io::Error {
    let Some(file) = found(handover.program, &search_path()) else {
        return Errno::ENOENT.into();
    };
    match exec_file(&file, handover) {
        Ok(Errno::ENOEXEC) if is_text(&file) => command(Path::new(SHELL), handover)
            .arg(file)
            .args(handover.arguments)
            .exec(),
        Ok(Errno::ENOENT) => io::Error::other(MissingInterpreter),
        Ok(cause) => cause.into(),
        Err(cause) => cause,
    }
}

/// Why the system does not start it, unless it cannot even be asked.
fn exec_file(file: &Path, handover: &Handover) -> io::Result<Errno> {
    let file = text(file.as_os_str())?;
    let arguments = handover.arguments.iter().map(|argument| text(argument));
    let arguments = [text(handover.program.as_os_str())].into_iter().chain(arguments);
    let arguments = arguments.collect::<io::Result<Vec<CString>>>()?;
    let environment = environment(handover)?;
    signals::restore_broken_pipe_signal();
    let Err(cause) = nix::unistd::execve(&file, &arguments, &environment);
    Ok(cause)
}

/// The file is there, and the system says that something is not.
#[derive(Debug, thiserror::Error)]
#[error("its interpreter is missing")]
struct MissingInterpreter;

/// Ours, but for what the program is to have and not to have.
fn environment(handover: &Handover) -> io::Result<Vec<CString>> {
    let own = handover.variables.iter().map(|(name, _)| name);
    let replaced: Vec<&OsStr> = own.chain(handover.removed).map(|name| OsStr::new(*name)).collect();
    let ours = settings::whole_environment().filter(|(name, _)| !replaced.contains(&name.as_os_str()));
    let own = handover.variables.iter();
    let own = own.map(|(name, value)| (OsString::from(name), OsString::from(value)));
    ours.chain(own)
        .map(|(mut variable, value)| {
            variable.push("=");
            variable.push(value);
            text(&variable)
        })
        .collect()
}

/// Arguments and variables came to us in this form, so they have it.
fn text(text: &OsStr) -> io::Result<CString> {
    Ok(CString::new(text.as_bytes())?)
}
