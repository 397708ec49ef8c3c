//! Standing in front of the Python command line: what is not ours goes to the next program of our name on PATH, before
//! anything else is set up, so that it costs next to nothing and the other program finds the world as we found it.
//!
//! No loop is possible. "Next" is counted from our own place on PATH, and then from its start. Our own file is skipped
//! under every name it has. A second copy of us is told through [`CHAIN`] who has handed on before it and skips them too
//! (only copies of this program are ever named there, so that an inherited value never hides another program). What is
//! left are scripts that lead back to us in a way that nobody can see beforehand: each round makes the chain longer, and
//! its length is limited.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::error::{Error, Result, reason};
use crate::fs::programs;
use crate::process::{self, Handover};
use crate::settings::environment;
use crate::settings::programs::{search_path, this_program};

/// The variable that names the copies of this program that have handed on, one entry for each time.
const CHAIN: &str = "_HF_AUTH_HANDED_ON";
const LONGEST_CHAIN: usize = 16;
const SEPARATOR: &str = "|";

const OLD_NAME: &str = "huggingface-cli";
const NAME: &str = "hf";
/// What the old name takes that is `hf auth …` today.
const OLD_COMMANDS: [&str; 3] = ["login", "logout", "whoami"];

/// Whose command line it is.
pub(crate) enum Owner {
    /// Ours: the whole command line, as `hf` is given it.
    Us(Vec<OsString>),
    /// Ours under its old name; the command's own name is given too.
    UsAsBefore(Vec<OsString>, &'static str),
    /// That of the program at this path.
    Other(PathBuf),
    /// Not ours, and there is no other program.
    Nobody(Vec<OsString>),
}

impl Owner {
    /// Whose command line this is.
    pub(crate) fn of(arguments: &[OsString]) -> Owner {
        if is_old_name(arguments) {
            return Owner::of_old(arguments);
        }
        let ours = without_separator(arguments);
        if ours.get(1).is_none_or(|first| is_our_word(first)) {
            return Owner::Us(ours);
        }
        match follower() {
            Some(program) => Owner::Other(program),
            None => Owner::Nobody(ours),
        }
    }

    fn of_old(arguments: &[OsString]) -> Owner {
        let command = arguments.get(1).and_then(|first| first.to_str());
        if let Some(command) = OLD_COMMANDS.into_iter().find(|name| command == Some(name)) {
            let mut ours = arguments.to_vec();
            ours.insert(1, "auth".into());
            return Owner::UsAsBefore(ours, command);
        }
        match next(OLD_NAME).or_else(follower) {
            Some(program) => Owner::Other(program),
            None if arguments.get(1).is_none_or(|first| is_our_word(first)) => Owner::Us(arguments.to_vec()),
            None => Owner::Nobody(arguments.to_vec()),
        }
    }
}

/// The `hf` that gets what is not ours.
pub(crate) fn follower() -> Option<PathBuf> {
    next(NAME)
}

/// Gives this process over to the program.
///
/// # Errors
/// When it cannot be started, or keeps coming back to us.
pub(crate) fn hand_on(program: &Path, arguments: &[OsString]) -> Result<ExitCode> {
    let mut chain = chain();
    if chain.len() >= LONGEST_CHAIN {
        let message = format!("{} leads back to this program, again and again.", program.display());
        return Err(Error::failed(message).hint("take it off PATH, or let it start the Python `hf` by its full path."));
    }
    chain.extend(own_identity());
    let arguments = arguments.get(1..).unwrap_or_default();
    let chain = chain.join(SEPARATOR);
    let handover = Handover {
        program,
        arguments,
        variables: &[(CHAIN, OsStr::new(&chain))],
        removed: &[],
    };
    process::give_over_to(&handover).map(ExitCode::from).map_err(|cause| {
        Error::failed(format!("Cannot start {}: {}.", program.display(), reason(&cause)))
            .without_hint()
            .because(cause)
    })
}

fn is_old_name(arguments: &[OsString]) -> bool {
    let name = arguments.first().and_then(|name| Path::new(name).file_name()?.to_str());
    name.is_some_and(|name| name.strip_suffix(std::env::consts::EXE_SUFFIX) == Some(OLD_NAME))
}

/// `hf -- auth …` is `hf auth …`, as in the reference.
fn without_separator(arguments: &[OsString]) -> Vec<OsString> {
    let mut arguments = arguments.to_vec();
    if arguments.get(1).is_some_and(|first| first == "--") {
        arguments.remove(1);
    }
    arguments
}

fn is_our_word(first: &OsStr) -> bool {
    first.to_str().is_some_and(is_ours)
}

/// Whether a command line that begins with this word is ours. Flags in one word (`-hv`) are left to the parser.
pub(crate) fn is_ours(first: &str) -> bool {
    match first.split_once('=').map_or(first, |(option, _)| option) {
        "auth" | "--help" | "--version" | "--show-completion" | "--install-completion" => true,
        flags => flags.starts_with("-h") || flags.starts_with("-v"),
    }
}

/// The next program of this name on PATH that is not us.
fn next(name: &str) -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = programs::named(name, &search_path()).collect();
    let us = own_identity();
    let ours = chain();
    if let Some(place) = us
        .as_ref()
        .and_then(|us| found.iter().position(|it| programs::identity(it).as_ref() == Some(us)))
    {
        found.rotate_left(place);
    }
    let is_us = |it: &Option<String>| *it == us || it.as_ref().is_some_and(|it| ours.contains(it));
    found.into_iter().find(|program| !is_us(&programs::identity(program)))
}

fn own_identity() -> Option<String> {
    programs::identity(&this_program()?)
}

fn chain() -> Vec<String> {
    let value = environment(CHAIN).unwrap_or_default();
    let entries = value.to_str().unwrap_or_default().split(SEPARATOR);
    entries.filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}
