//! The door to git: which credential helpers it would use for the Hub, and handing them the token or taking it back.
//! [`config`] makes this program one of them.
//!
//! The token goes through standard input as git-credential(1) defines it, never as an argument. git is kept from
//! prompting, is given a few seconds, and a machine without git is an answer, not an error.

pub(crate) mod config;
pub(crate) mod credential;
mod helpers;
mod process;
mod registration;
mod scope;

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::secret::Secret;
use crate::settings::{self, Endpoint};
use credential::USER;

pub(crate) use helpers::{Asked, Helpers, ask_for_helpers, helpers};
pub(crate) use process::ASKING;
use process::Git;
pub(crate) use registration::Registration;

/// The most for a question that nobody has asked for.
const SHORT_PATIENCE: Duration = Duration::from_secs(5);
/// How `git credential fill` ends where only a person could answer.
const WOULD_HAVE_TO_ASK: i32 = 128;
/// No machine has more helpers than this with a copy each.
const MOST_COPIES: usize = 8;

/// Why git could not help.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is no git on this machine.
    #[error("git is not installed")]
    Missing,
    /// git, or a helper it started, did not come back in this time.
    #[error("git did not finish within {} seconds", .0.as_secs())]
    TimedOut(Duration),
    /// git ended with an error, for a reason that it gave, or else with this status.
    #[error("git ended with an error ({reason})")]
    Failed {
        /// How it ended.
        status: ExitStatus,
        /// What it said, in a line.
        reason: String,
    },
    /// git could not be started or talked to.
    #[error("git could not be run")]
    Broken(#[from] io::Error),
}

impl From<GitError> for Error {
    fn from(problem: GitError) -> Self {
        Error::new(ErrorKind::Git, format!("{problem}."))
            .without_hint()
            .with_source(problem)
    }
}

/// Stores the token in every helper configured for the endpoint (`git credential approve`).
pub(crate) fn approve(endpoint: &Endpoint, token: &Secret) -> Result<(), GitError> {
    tell(Git::Here, "approve", endpoint, Some(token), settings::git_timeout())
}

/// Erases the endpoint's credential from every helper (`git credential reject`): the one with this token, or, without
/// a token, whichever is there. A repository's own helpers are not asked.
pub(crate) fn reject(endpoint: &Endpoint, token: Option<&Secret>) -> Result<(), GitError> {
    tell(
        Git::OutsideOfRepositories,
        "reject",
        endpoint,
        token,
        settings::git_timeout(),
    )
}

/// Erases what git has for the endpoint, unless it is a token that stays: an OAuth token is renewed now and then, and git
/// may have it from before. git is asked first, because one before 2.42 erases without a look at the token.
pub(crate) fn reject_all_but(endpoint: &Endpoint, token: &Secret, staying: &[Secret]) -> Result<(), GitError> {
    if helpers::outside_of_repositories(endpoint)?.names.is_empty() {
        return Ok(());
    }
    let Some(mut found) = fill(endpoint)? else {
        // A helper need not say what it has.
        return reject(endpoint, Some(token));
    };
    for _ in 0..MOST_COPIES {
        if staying.contains(&found) {
            break;
        }
        reject(endpoint, Some(&found))?;
        match fill(endpoint)? {
            Some(next) => found = next,
            None => break,
        }
    }
    Ok(())
}

/// Hands a renewed token to git where git has the one before.
pub(crate) fn replace(endpoint: &Endpoint, old: &Secret, new: &Secret) -> Result<(), GitError> {
    match fill(endpoint)? {
        Some(found) if found == *old => {
            let outside = Git::OutsideOfRepositories;
            tell(outside, "approve", endpoint, Some(new), short_patience())
        }
        _ => Ok(()),
    }
}

/// The token that git has for the endpoint, if any. No person is asked for one, and this program, where it is set up as a
/// helper, is silent: see [`process::ASKING`].
fn fill(endpoint: &Endpoint) -> Result<Option<Secret>, GitError> {
    let question = description(endpoint, None);
    let git = Git::OutsideOfRepositories;
    let answer = git.ask_with(&["credential", "fill"], question.expose(), short_patience());
    match answer {
        Ok(answer) => Ok(credential::password_in(answer.expose())),
        Err(GitError::Failed { status, .. }) if status.code() == Some(WOULD_HAVE_TO_ASK) => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn short_patience() -> Duration {
    SHORT_PATIENCE.min(settings::git_timeout())
}

fn tell(git: Git, verb: &str, endpoint: &Endpoint, token: Option<&Secret>, patience: Duration) -> Result<(), GitError> {
    let description = description(endpoint, token);
    git.tell(&["credential", verb], description.expose(), patience)
}

fn description(endpoint: &Endpoint, token: Option<&Secret>) -> Secret {
    let password = token.map_or(String::new(), |token| format!("password={}\n", token.expose()));
    Secret::new(format!("url={endpoint}\nusername={USER}\n{password}\n"))
}
