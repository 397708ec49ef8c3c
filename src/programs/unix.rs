//! The program becomes this process, so there is nobody in between to pass on signals and the exit status.
//!
//! A file that cannot be started is an error here, another machine's binary too. C libraries differ in that: glibc gives
//! whatever the system refuses to a shell, which makes commands of its bytes, and musl nothing, not even a script that
//! does not name its interpreter. Here, as in a shell, a text is a script.

mod streams;

use std::ffi::{CString, OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use nix::errno::Errno;

use super::{Handover, command, search_path};
use crate::fs;
use crate::settings;
use crate::signals;

pub(crate) use streams::Streams;

const SHELL: &str = "/bin/sh";

/// Gives this process over to a program. Returns only if it cannot be started, and says why.
pub(crate) fn exec(handover: &Handover) -> io::Error {
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

/// What a program of this name would be in a folder. An empty folder, as PATH may have one, is the current one.
pub(super) fn files_of(name: &Path, folder: &Path) -> [PathBuf; 1] {
    let is_empty = folder.as_os_str().is_empty();
    let folder = if is_empty { Path::new(".") } else { folder };
    [folder.join(name)]
}

/// Where a shell finds a program: at its path if it has one, else by its name in these folders, one that may be started
/// before one that may not.
fn found(program: &Path, folders: &[PathBuf]) -> Option<PathBuf> {
    if program.parent() != Some(Path::new("")) {
        return Some(program.to_owned()).filter(|path| fs::exists(path));
    }
    let here = |folder: &PathBuf| Path::new(".").join(folder).join(program);
    let mut all = folders.iter().map(here).filter(|path| fs::is_file(path));
    let first = all.next()?;
    let mut startable = [first.clone()].into_iter().chain(all).filter(|path| may_start(path));
    startable.next().or(Some(first))
}

/// Whether a shell would take the file for a script: no NUL in its first line, as far as that is worth looking at.
fn is_text(path: &Path) -> bool {
    let Ok(beginning) = fs::beginning(path, 256) else {
        return false;
    };
    let first_line = beginning.split(|byte| *byte == b'\n').next();
    !first_line.unwrap_or_default().contains(&0)
}

pub(super) fn may_start(path: &Path) -> bool {
    nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
}

/// What git, and every other program that works for us, is started as: the system looks for the name as a shell does.
pub(crate) fn startable(name: &str) -> io::Result<OsString> {
    Ok(name.into())
}

/// Whether what we were started as is this name.
pub(crate) fn is_called(started_as: &OsStr, name: &str) -> bool {
    Path::new(started_as).file_name() == Some(name.as_ref())
}

/// A group of its own, so that what the program has started ends with it. Ctrl-C does not reach it then.
pub(super) fn own_group(command: &mut Command) {
    command.process_group(0);
}

/// Ends a program that has such a group, and all of the group.
pub(super) fn end_group(group: u32) {
    if let Ok(group) = i32::try_from(group) {
        let _ = nix::sys::signal::killpg(nix::unistd::Pid::from_raw(group), nix::sys::signal::Signal::SIGKILL);
    }
}
