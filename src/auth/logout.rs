//! Forgetting tokens: here and with git. The Hub is not told.

use super::Auth;
use super::account::{described, option};
use crate::error::{Error, ErrorKind, Result};
use crate::store::{Removed, TokenStore};

const STILL_IN_THE_ENVIRONMENT: &str = "Token has been deleted from your machine but you are still logged in.";
const CLEAR_THE_ENVIRONMENT: &str =
    "To log out, you must clear out both `HF_TOKEN` and `HUGGING_FACE_HUB_TOKEN` environment variables.";

/// What a logout forgot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logout {
    /// The token that was named, or every one.
    Done,
    /// There was nothing to forget.
    NotLoggedIn,
}

impl Auth<'_> {
    /// Forgets the token stored under a name, and the active one if it is the same, or every token; git forgets it too.
    ///
    /// # Errors
    /// When none has that name, or a file cannot be read or removed. Also when `HF_TOKEN` is set: then all is forgotten,
    /// but the token in the environment is still in effect.
    pub fn logout(&self, name: Option<&str>) -> Result<Logout> {
        let store = self.store()?;
        if !self.has_something_to_forget(&store)? {
            self.say("Not logged in!");
            return Ok(Logout::NotLoggedIn);
        }
        match name {
            Some(name) => self.forget(name, &store)?,
            None => {
                store.remove_all()?;
                self.say("Successfully logged out from all access tokens.");
                self.take_all_from_git();
            }
        }
        match self.settings.environment_token {
            Some(_) => Err(Error::new(ErrorKind::StillInEnvironment, STILL_IN_THE_ENVIRONMENT)
                .then(CLEAR_THE_ENVIRONMENT)
                .without_hint()),
            None => Ok(Logout::Done),
        }
    }

    /// Anything that makes the person logged in. No request is made to find out, and a file full of rubbish can be
    /// forgotten too.
    fn has_something_to_forget(&self, store: &TokenStore) -> Result<bool> {
        let outside = self.settings.oidc_resource.is_some() || self.settings.environment_token.is_some();
        let in_effect = outside || !matches!(store.active(), Ok(None));
        Ok(in_effect || !store.tokens()?.is_empty())
    }

    fn forget(&self, name: &str, store: &TokenStore) -> Result<()> {
        self.after_removing(name, &store.remove(name)?, store);
        Ok(())
    }

    /// What follows when a token is no longer stored.
    pub(super) fn after_removing(&self, name: &str, removed: &Removed, store: &TokenStore) {
        if removed.was_active {
            self.say(format!("Active token '{name}' has been deleted."));
        }
        self.say(format!("Successfully logged out from access token: {name}."));
        if let Some(token) = &removed.token {
            self.take_from_git(token, store);
        }
        for rule in self.rules_naming(name, store) {
            self.warn(format!(
                "The rule for {} still names {name}, and is an error now: `hf auth use --unset {}` takes it away.",
                described(&rule.place),
                option(&rule.place)
            ));
        }
    }
}
