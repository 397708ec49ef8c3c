//! Standing in front of the Python command line: what is not ours goes to the next program of our name on PATH, before
//! anything else is set up, so that it costs next to nothing and the other program finds the world as we found it.
//!
//! "Next" is counted from our own place on PATH, and then from its start. Our own file is skipped under every name it has.
//! The next one may be a shim or a wrapper that leads back to us (pyenv, mise, a second copy of this program): then the one
//! after it gets the command, and so on. How that is known, and why it comes to an end, is told in [`trail`]. A program
//! that clears the environment takes the trail away, so the hand-overs are counted a second time in [`tally`].
//!
//! A program that cannot be started is passed by. Nobody being left is no error of this module: the caller answers.
//!
//! [`tally`]: crate::programs::tally

mod trail;

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use crate::auth::Auth;
use crate::error::reason;
use crate::fs;
use crate::programs::OLD_NAME;
use crate::programs::{self, Handover, search_path, tally, this_program};
use crate::secret::Secret;
use crate::settings::{OWN_MARK, environment};
use crate::ui::failure::{Failure, Result};
use trail::{Call, DEEPEST, Record, Trail};

/// The variable that holds the record of the last hand-over.
const RECORD: &str = "_HF_AUTH_HANDED_ON";

const NAME: &str = "hf";
/// What the old name takes that is `hf auth …` today.
const OLD_COMMANDS: [&str; 3] = ["login", "logout", "whoami"];

/// Whose command line it is.
pub(crate) enum Owner {
    /// Ours: the whole command line, as `hf` is given it.
    Us(Vec<OsString>),
    /// Ours under its old name; the command's own name is given too.
    UsAsBefore(Vec<OsString>, &'static str),
    /// That of the next program.
    Other,
}

/// Nobody is left who could take a command that is not ours.
pub(crate) struct Nobody {
    /// The command line, for an answer of our own.
    pub(crate) arguments: Vec<OsString>,
    /// Those who would have got it, with a sentence on each.
    pub(crate) unstartable: Vec<String>,
}

/// A program that may get the command.
struct Candidate {
    path: PathBuf,
    identity: Option<String>,
    name: &'static str,
}

impl Candidate {
    /// How the trail names it. One file may be a shim for many names.
    fn key(&self) -> Option<String> {
        Some(key(self.name, self.identity.as_deref()?))
    }
}

impl Owner {
    /// Whose command line this is.
    pub(crate) fn of(arguments: &[OsString]) -> Owner {
        if is_old_name(arguments) {
            return Owner::of_old(arguments);
        }
        let ours = without_separator(arguments);
        match ours.get(1).is_none_or(|first| is_our_word(first)) {
            true => Owner::Us(ours),
            false => Owner::Other,
        }
    }

    fn of_old(arguments: &[OsString]) -> Owner {
        let command = arguments.get(1).and_then(|first| first.to_str());
        let Some(command) = OLD_COMMANDS.into_iter().find(|name| command == Some(name)) else {
            return Owner::Other;
        };
        let mut ours = arguments.to_vec();
        ours.insert(1, "auth".into());
        Owner::UsAsBefore(ours, command)
    }
}

/// The `hf` that gets what is not ours first.
pub(crate) fn follower() -> Option<PathBuf> {
    let next = candidates(NAME, own_identity().as_deref()).into_iter().next()?;
    Some(next.path)
}

/// A command of ours that lacks its `auth`.
pub(crate) fn word_behind_auth(arguments: &[OsString]) -> Option<&str> {
    let word = arguments.get(1)?.to_str()?;
    (OLD_COMMANDS.contains(&word) && !is_old_name(arguments)).then_some(word)
}

/// Gives this process over to the next program that can be started and has not led back to us. Returns only if there is none.
pub(crate) fn exec_next(arguments: &[OsString]) -> Result<Nobody> {
    let own = own_identity();
    let mut left = all_candidates(arguments, own.as_deref());
    let given = arguments.get(1..).unwrap_or_default();
    let counted = tally::read(DEEPEST);
    let mut trail = Call::this(given).follow(last_record(), counted.unwrap_or(0));
    let mut unstartable = Vec::new();
    let token = if left.is_empty() {
        TokenByPlace::Untouched
    } else {
        token_by_place()?
    };
    while let Some(candidate) = take_next(&mut left, &mut trail) {
        let path = candidate.path.display();
        // A second copy of this program is to skip this one.
        let ours = own.as_ref().map(|own| key(NAME, own));
        let record = trail.record_with([ours, candidate.key()]);
        if record.depth > DEEPEST {
            let circle = Failure::failed(format!("{path} leads back to this program, again and again."));
            return Err(circle.hint("take it off PATH, or let it start the Python `hf` by its full path."));
        }
        if counted.is_some() {
            tally::write(record.depth);
        }
        let cause = start(&candidate.path, given, &record, &token);
        unstartable.push(format!("{path} cannot be started ({}).", reason(&cause)));
    }
    Ok(Nobody {
        arguments: without_separator(arguments),
        unstartable,
    })
}

fn take_next(left: &mut Vec<Candidate>, trail: &mut Trail) -> Option<Candidate> {
    let is_untried = |candidate: &Candidate| candidate.key().is_none_or(|key| !trail.has_tried(&key));
    let place = match left.iter().position(is_untried) {
        Some(place) => place,
        None if !left.is_empty() && trail.start_over() => 0,
        None => return None,
    };
    Some(left.remove(place))
}

/// What becomes of the next program's `HF_TOKEN`.
enum TokenByPlace {
    /// It is as it was.
    Untouched,
    /// An account is chosen here by rule or by `HF_ACCOUNT`, of which the next program knows nothing.
    Set(Secret),
    /// The job's identity was exchanged for it, which the next program would not find.
    Exchanged(Secret),
    /// It was set by us for another place.
    TakenBack,
}

fn token_by_place() -> Result<TokenByPlace> {
    let auth = Auth::from_environment();
    let settings = auth.settings();
    if settings.oidc_resource.is_some() && !settings.identity_source().is_known_to_python() {
        // Should it fail, the next program fails too as soon as it needs a token; not every command does.
        let exchanged = auth.token().ok().flatten();
        return Ok(exchanged.map_or(TokenByPlace::Untouched, TokenByPlace::Exchanged));
    }
    Ok(match auth.account_token()? {
        Some(token) => TokenByPlace::Set(token),
        None if settings.token_is_set_by_us => TokenByPlace::TakenBack,
        None => TokenByPlace::Untouched,
    })
}

fn start(program: &Path, arguments: &[OsString], record: &Record, token: &TokenByPlace) -> io::Error {
    let record = record.text();
    let mut variables: Vec<(&str, &OsStr)> = vec![(RECORD, record.as_ref())];
    let fingerprint;
    let mut removed: &[&str] = &[];
    match token {
        TokenByPlace::Untouched => {}
        TokenByPlace::TakenBack => removed = &["HF_TOKEN", OWN_MARK],
        TokenByPlace::Exchanged(token) => {
            removed = &["HF_OIDC_RESOURCE", OWN_MARK];
            variables.push(("HF_TOKEN", token.expose().as_ref()));
        }
        TokenByPlace::Set(token) => {
            fingerprint = token.fingerprint();
            variables.push(("HF_TOKEN", token.expose().as_ref()));
            variables.push((OWN_MARK, fingerprint.as_ref()));
        }
    }
    programs::exec(&Handover {
        program,
        arguments,
        variables: &variables,
        removed,
    })
}

fn is_old_name(arguments: &[OsString]) -> bool {
    let name = arguments.first();
    name.is_some_and(|name| programs::is_called(name, OLD_NAME))
}

/// `hf -- auth …` is `hf auth …`, as in the reference.
fn without_separator(arguments: &[OsString]) -> Vec<OsString> {
    let mut arguments = arguments.to_vec();
    if arguments.get(1).is_some_and(|first| first == "--") {
        arguments.remove(1);
    }
    arguments
}

pub(crate) fn is_our_word(first: &OsStr) -> bool {
    first.to_str().is_some_and(is_ours)
}

/// Whether a command line that begins with this word is ours. Flags in one word (`-hv`) are left to the parser.
pub(crate) fn is_ours(first: &str) -> bool {
    match first.split_once('=').map_or(first, |(option, _)| option) {
        "auth" | "help" | "--help" | "--version" | "--show-completion" | "--install-completion" => true,
        flags => flags.starts_with("-h") || flags.starts_with("-v"),
    }
}

fn all_candidates(arguments: &[OsString], own: Option<&str>) -> Vec<Candidate> {
    let mut all = Vec::new();
    if is_old_name(arguments) {
        all = candidates(OLD_NAME, own);
    }
    all.extend(candidates(NAME, own));
    all
}

/// The programs of this name on PATH that are not us, the next one first.
fn candidates(name: &'static str, own: Option<&str>) -> Vec<Candidate> {
    let folders = search_path();
    let found = programs::named(name, &folders).map(|path| Candidate {
        identity: fs::identity(&path),
        path,
        name,
    });
    let mut found: Vec<Candidate> = found.collect();
    let is_us = |candidate: &Candidate| candidate.identity.is_some() && candidate.identity.as_deref() == own;
    if let Some(place) = found.iter().position(is_us) {
        found.rotate_left(place);
    }
    found.retain(|candidate| !is_us(candidate));
    found
}

fn key(name: &str, identity: &str) -> String {
    format!("{name}@{identity}")
}

fn own_identity() -> Option<String> {
    fs::identity(&this_program()?)
}

fn last_record() -> Option<Record> {
    Record::parse(environment(RECORD)?.to_str()?)
}
