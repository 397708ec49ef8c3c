//! Which token counts now, and where it came from. The first that applies:
//!
//! 1. the exchange of a CI job's identity (`HF_OIDC_RESOURCE`), whose failure is an error and never a silent fallback;
//! 2. `HF_TOKEN`, else `HUGGING_FACE_HUB_TOKEN`;
//! 3. the active token's file, whose token is refreshed first when it is an OAuth token about to expire.

use super::Auth;
use crate::error::{Error, ErrorKind, Result};
use crate::hub::{Identity, Verdict};
use crate::secret::Secret;
use crate::store::{StoredToken, TokenStore};

/// Where a token came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// The exchange of a CI job's identity.
    Exchange,
    /// `HF_TOKEN` or `HUGGING_FACE_HUB_TOKEN`.
    Environment,
    /// The active token's file.
    File,
}

/// One stored token, and whether it is the one in effect.
#[derive(Debug, Clone)]
pub struct ListedToken {
    /// What is stored.
    pub stored: StoredToken,
    /// It is the token in effect.
    pub is_active: bool,
}

/// The token in effect, as it was found.
#[derive(Debug, Clone)]
struct Found {
    token: Secret,
    source: Source,
}

impl Auth<'_> {
    /// The token in effect: what `HF_OIDC_RESOURCE` gives, else `HF_TOKEN`, else the active token's file, renewed first if
    /// it is about to expire. `None` when there is none.
    ///
    /// # Errors
    /// When keyless login was asked for and fails, or the token cannot be read, or could not be sent as it is.
    pub fn token(&self) -> Result<Option<Secret>> {
        let found = match self.before_the_file()? {
            None => self.in_file(&self.store()?)?,
            found => found,
        };
        found.map(|found| self.usable(&found)).transpose()
    }

    /// The same, where none is an error.
    pub(crate) fn require_token(&self) -> Result<Secret> {
        self.token()?.ok_or_else(Error::not_logged_in)
    }

    /// Whether a token is in effect, of whatever kind.
    pub(crate) fn is_logged_in(&self) -> Result<bool> {
        Ok(match self.before_the_file()? {
            None => self.in_file(&self.store()?)?.is_some(),
            Some(_) => true,
        })
    }

    /// A stored token, renewed first if it is about to expire.
    ///
    /// # Errors
    /// When none has that name, the file cannot be read, or the token could not be sent as it is.
    pub fn token_named(&self, name: &str) -> Result<Secret> {
        let store = self.store()?;
        let token = self.renewed(store.find(name)?, &store);
        Secret::parse(token.expose()).map_err(|malformed| malformed.found(&format!("stored as {name}")))
    }

    /// The stored tokens, in the order of the file. One that is about to expire and in effect is renewed first.
    ///
    /// # Errors
    /// When keyless login was asked for and fails, or a file cannot be read.
    pub fn list(&self) -> Result<Vec<ListedToken>> {
        let store = self.store()?;
        let in_effect = match self.before_the_file()? {
            None => self.in_file(&store)?,
            found => found,
        };
        let in_effect = in_effect.map(|found| found.token);
        let listed = |stored: StoredToken| ListedToken {
            is_active: stored.token.is_some() && stored.token == in_effect,
            stored,
        };
        Ok(store.tokens()?.into_iter().map(listed).collect())
    }

    /// Asks the Hub whose token is in effect.
    ///
    /// # Errors
    /// When there is none, the Hub cannot be reached, rejects it, or answers with anything but an identity.
    pub fn whoami(&self) -> Result<Identity> {
        let token = self.require_token()?;
        self.hub()?
            .whoami(&token)
            .map_err(|error| self.naming_the_place_of(&token, error))
    }

    /// Asks the Hub about a token, and makes a verdict of whatever comes of it.
    ///
    /// # Errors
    /// When the environment forbids it or makes no sense.
    pub fn verdict(&self, token: &Secret) -> Result<Verdict> {
        Ok(self.hub()?.verdict(token))
    }

    /// Whether a token is stored under a name.
    pub(crate) fn is_stored(&self, name: &str) -> Result<bool> {
        let stored = self.store()?.tokens()?;
        Ok(stored
            .iter()
            .any(|stored| stored.name == name && stored.token.is_some()))
    }

    /// When a token expires, in seconds since 1970, if it is stored with that. A store that cannot be read knows nothing.
    pub(crate) fn expiry_of(&self, token: &Secret) -> Option<i64> {
        let stored = self.store().and_then(|store| store.tokens()).ok()?;
        let same = stored.iter().find(|stored| stored.token.as_ref() == Some(token))?;
        same.expiry()
    }

    /// The name that a token is stored under, if it is. A store that cannot be read knows none.
    pub(crate) fn name_of(&self, token: &Secret) -> Option<String> {
        let stored = self.store().and_then(|store| store.tokens()).ok()?;
        let same = stored.into_iter().find(|stored| stored.token.as_ref() == Some(token))?;
        Some(same.name)
    }

    fn before_the_file(&self) -> Result<Option<Found>> {
        if let Some(resource) = &self.settings.oidc_resource {
            let token = self.exchanged(resource)?;
            let source = Source::Exchange;
            return Ok(Some(Found { token, source }));
        }
        Ok(self.settings.environment_token.clone().map(|token| Found {
            token,
            source: Source::Environment,
        }))
    }

    fn in_file(&self, store: &TokenStore) -> Result<Option<Found>> {
        Ok(store.active()?.map(|token| Found {
            token: self.renewed(token, store),
            source: Source::File,
        }))
    }

    /// The token, if it is one that can be sent or printed.
    fn usable(&self, found: &Found) -> Result<Secret> {
        let place = match found.source {
            Source::Exchange => "from the OIDC exchange".to_owned(),
            Source::Environment => "in the environment (HF_TOKEN)".to_owned(),
            Source::File => format!("in {}", self.settings.paths()?.token.display()),
        };
        Secret::parse(found.token.expose()).map_err(|malformed| malformed.found(&place))
    }

    /// The reference's three texts for a token that the Hub rejects, by where it stands.
    pub(super) fn naming_the_place_of(&self, token: &Secret, error: Error) -> Error {
        let place = Some(error.kind()).filter(|kind| *kind == ErrorKind::Rejected);
        let text = match place.and_then(|_| self.place_of(token)) {
            Some(Source::Environment) => {
                "Invalid user token. The token from HF_TOKEN environment variable is invalid. Note that HF_TOKEN takes precedence over `hf auth login`."
            }
            Some(Source::File) => {
                "Invalid user token. The token stored is invalid. Please run `hf auth login --force` to set a new token."
            }
            Some(Source::Exchange) | None => return error,
        };
        Error::new(ErrorKind::Rejected, text)
    }

    /// Where a token that was sent to the Hub stands, by looking for it: the same token may have been given and be in the
    /// environment too, and then the environment is what to mend. `None`: it is nowhere but where it was given.
    pub(super) fn place_of(&self, token: &Secret) -> Option<Source> {
        if self.settings.environment_token.as_ref() == Some(token) {
            return Some(Source::Environment);
        }
        match self.store().and_then(|store| store.active()) {
            Ok(Some(active)) if active == *token => Some(Source::File),
            _ => None,
        }
    }
}
