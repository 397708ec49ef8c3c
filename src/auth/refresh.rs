//! Renewing an OAuth token before it expires, so that nobody notices that it does. It never fails a command: whatever goes
//! wrong is said once, and the old token is used on. A copy that git has is renewed with it.

use std::time::Duration;

use super::remembered::{Renewal, renewals};
use super::{Auth, clause};
use crate::clock;
use crate::error::{Error, Result};
use crate::hub::{Refusal, Unrenewed};
use crate::secret::Secret;
use crate::store::{NewToken, Renewable, TokenStore};

/// A token with less than this left is renewed, in seconds.
const MARGIN: i64 = 24 * 60 * 60;
/// What is worth beginning with.
const MOMENT: Duration = Duration::from_millis(1);
/// The Hub's word for a refresh token that has expired or was revoked (RFC 6749 §5.2).
const INVALID_GRANT: &str = "invalid_grant";

impl Auth<'_> {
    /// The token to use: a renewed one if `token` is about to expire, else `token`.
    pub(super) fn renewed(&self, token: Secret, store: &TokenStore) -> Secret {
        let renewable = match store.renewable(&token) {
            Ok(Some(renewable)) if renewable.expires_at.saturating_sub(MARGIN) <= clock::now() => renewable,
            // Not an OAuth token, not yet time, or a store that is of no use here.
            _ => return token,
        };
        if let Some(known) = renewals(store).of(&token) {
            return known;
        }
        // Nothing of another Hub's is sent to this one.
        if !matches!(self.other_hub(store, &token), Ok(None)) {
            return token;
        }
        if self.settings.patience(MOMENT).is_zero() {
            return token;
        }
        match self.renew(&token, &renewable, store) {
            Ok(renewed) => renewed,
            Err(problem) => {
                renewals(store).add(match problem.is_final() {
                    true => Renewal::refused(&token),
                    false => Renewal::failed(&token),
                });
                self.say(problem.sentence());
                token
            }
        }
    }

    /// Renews it under the store's lock: were two processes to use one refresh token at once, the Hub might refuse both.
    fn renew(&self, token: &Secret, renewable: &Renewable, store: &TokenStore) -> Result<Secret, Problem> {
        let patience = self.settings.timeout()?;
        let hub = self.hub()?;
        let held = store.lock()?;
        let name = &renewable.name;
        // Another process may have been here while we waited, or another thread.
        let Some(current) = store.renewable(token)? else {
            return Ok(store.find(name).unwrap_or_else(|_| token.clone()));
        };
        if let Some(known) = renewals(store).of(token) {
            return Ok(known);
        }
        // Asking spends the refresh token: what cannot be stored must not be asked for.
        store.check_writable(&held, token)?;
        let grant = hub.refresh(&current.refresh_token, patience)?;
        let new = NewToken {
            token: &grant.access_token,
            // The Hub may keep the refresh token as it is.
            refresh_token: grant.refresh_token.as_ref().or(Some(&current.refresh_token)),
            expires_at: grant.expires_at(clock::now()),
            endpoint: hub.endpoint(),
        };
        renewals(store).add(Renewal::made(token, &grant.access_token, new.expires_at));
        let stored = store.renew(&held, name, token, &new).and_then(|()| held.release());
        for line in sentences(name, store, stored) {
            self.say(line);
        }
        self.replace_in_git(token, &grant.access_token);
        Ok(grant.access_token)
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
    /// Asking again would bring the same answer.
    fn is_final(&self) -> bool {
        matches!(self, Problem::Refused(Refusal { error, .. }) if error == INVALID_GRANT)
    }

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
                let cause = clause(error);
                format!("Could not refresh your Hugging Face access token: {cause}. Will retry later.")
            }
        }
    }
}

/// What is to be said of a renewed token that was stored, or was not.
fn sentences(name: &str, store: &TokenStore, stored: Result<()>) -> Vec<String> {
    match stored {
        Ok(()) => {
            let path = store.stored_tokens_path().display();
            vec![
                format!("The token `{name}` has been saved to {path}"),
                format!("Access token `{name}` has been refreshed."),
            ]
        }
        // The Hub may accept neither the old token nor what it was renewed with any more.
        Err(error) => vec![format!(
            "Access token `{name}` has been refreshed, but not stored: {}. It is used this once; run `hf auth login` to log in again.",
            clause(&error)
        )],
    }
}
