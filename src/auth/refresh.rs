//! Renewing an OAuth token before it expires, so that nobody notices that it does. It never fails a command: whatever goes
//! wrong is said once, and the old token is used on. A copy that git has is renewed with it.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::clock;
use crate::error::{Error, Result};
use crate::git;
use crate::hub::{Hub, Refusal, Unrenewed};
use crate::notice::{Notice, Notify};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::store::{NewToken, Renewable, TokenStore};

/// A token with less than this left is renewed, in seconds.
const MARGIN: i64 = 24 * 60 * 60;
/// How long a command that has renewed a token waits for git to take it. git goes on by itself if it needs longer.
const WAIT_FOR_GIT: Duration = Duration::from_secs(1);
/// What is worth beginning with.
const MOMENT: Duration = Duration::from_millis(1);
/// The Hub's word for a refresh token that has expired or was revoked (RFC 6749 §5.2).
const INVALID_GRANT: &str = "invalid_grant";

/// The token to use: a renewed one if `token` is about to expire, else `token`.
pub(super) fn renewed(token: Secret, store: &TokenStore, settings: &Settings, notify: Notify) -> Secret {
    let renewable = match store.renewable(&token) {
        Ok(Some(renewable)) if renewable.expires_at.saturating_sub(MARGIN) <= clock::now() => renewable,
        // Not an OAuth token, not yet time, or a store that is of no use here.
        _ => return token,
    };
    if settings.patience(MOMENT).is_zero() {
        return token;
    }
    match renew(&token, &renewable, store, settings, notify) {
        Ok(renewed) => renewed,
        Err(problem) => {
            notify(Notice::Information(problem.sentence()));
            token
        }
    }
}

/// Why there is no new token.
enum Problem {
    Refused(Refusal),
    Failed(Error),
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Problem::Failed(error)
    }
}

impl From<Unrenewed> for Problem {
    fn from(unrenewed: Unrenewed) -> Self {
        match unrenewed {
            Unrenewed::Refused(refusal) => Problem::Refused(refusal),
            Unrenewed::Failed(error) => Problem::Failed(error),
        }
    }
}

impl Problem {
    /// The reference's two sentences.
    fn sentence(&self) -> String {
        match self {
            Problem::Refused(Refusal { error, description }) => {
                let cause = format!("Failed to refresh access token: {error} - {description}");
                match error == INVALID_GRANT {
                    true => format!(
                        "Your Hugging Face access token has expired and could not be refreshed (session expired or revoked). Run `hf auth login` to re-authenticate. ({cause})"
                    ),
                    false => format!("Could not refresh your Hugging Face access token: {cause}. Will retry later."),
                }
            }
            Problem::Failed(error) => {
                let cause = error.to_string();
                let cause = cause.trim_end_matches('.');
                format!("Could not refresh your Hugging Face access token: {cause}. Will retry later.")
            }
        }
    }
}

/// Renews it under the store's lock: were two processes to use one refresh token at once, the Hub might refuse both.
fn renew(
    token: &Secret,
    renewable: &Renewable,
    store: &TokenStore,
    settings: &Settings,
    notify: Notify,
) -> Result<Secret, Problem> {
    let patience = settings.timeout()?;
    let hub = Hub::new(settings, notify)?;
    let lock = store.lock()?;
    let name = &renewable.name;
    // Another process may have been here while we waited.
    let Some(current) = store.renewable(token)? else {
        return Ok(store.find(name).unwrap_or_else(|_| token.clone()));
    };
    // Asking spends the refresh token: what cannot be stored must not be asked for.
    store.rehearse_renewal(&lock, token)?;
    let grant = hub.refresh(&current.refresh_token, patience)?;
    let new = NewToken {
        token: &grant.access_token,
        // The Hub may keep the refresh token as it is.
        refresh_token: grant.refresh_token.as_ref().or(Some(&current.refresh_token)),
        expires_at: grant.expires_at(clock::now()),
    };
    for line in report(name, store, store.renew(&lock, name, token, &new)) {
        notify(Notice::Information(line));
    }
    drop(lock);
    hand_to_git(token, &grant.access_token, settings);
    Ok(grant.access_token)
}

/// Where git has a copy of the old token it gets the new one. Whatever becomes of that, the command goes on.
fn hand_to_git(old: &Secret, new: &Secret, settings: &Settings) {
    // git waits for our answer and would wait for itself.
    let Some(endpoint) = settings.endpoint().ok().filter(|_| !settings.answers_git) else {
        return;
    };
    let (old, new) = (old.clone(), new.clone());
    let (done, is_done) = mpsc::channel();
    let started = thread::Builder::new().spawn(move || {
        let _ = git::replace(&endpoint, &old, &new);
        done.send(())
    });
    if started.is_ok() {
        let _ = is_done.recv_timeout(WAIT_FOR_GIT);
    }
}

/// What is to be said of a renewed token that was stored, or was not.
fn report(name: &str, store: &TokenStore, stored: Result<()>) -> Vec<String> {
    match stored {
        Ok(()) => {
            let path = store.stored_tokens_path().display();
            vec![
                format!("The token `{name}` has been saved to {path}"),
                format!("Access token `{name}` has been refreshed."),
            ]
        }
        // The Hub may accept neither the old token nor what it was renewed with any more.
        Err(error) => {
            let cause = error.to_string();
            let cause = cause.trim_end_matches('.');
            vec![format!(
                "Access token `{name}` has been refreshed, but not stored: {cause}. It is used this once; run `hf auth login` to log in again."
            )]
        }
    }
}
