//! Which token counts now, and where it came from. The first that applies:
//!
//! 1. the exchange of a CI job's identity (`HF_OIDC_RESOURCE`), whose failure is an error and never a silent fallback;
//! 2. `HF_TOKEN`, else `HUGGING_FACE_HUB_TOKEN`;
//! 3. the account of this place: `HF_ACCOUNT`, else the rule for the folder (see [`account`](super::account));
//! 4. the active token's file.
//!
//! A stored token is renewed first when it is an OAuth token about to expire, and never used at another Hub than its own.

use std::path::PathBuf;

use super::Auth;
use super::account::Account;
use super::remembered::renewals;
use crate::clock;
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
    /// The stored token that `HF_ACCOUNT` names.
    Account,
    /// The stored token that the rule for the folder names.
    Rule,
    /// The active token's file.
    File,
}

/// What makes one logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum LoggedInBy {
    /// The exchange of a CI job's identity.
    Exchange,
    /// The token in this variable.
    Variable(&'static str),
    /// The active token, which is stored under this name.
    Stored(String),
    /// The active token, which stands in this file and nowhere else.
    File(PathBuf),
    /// The active token only in name: it has expired, or its renewal was refused for good.
    Expired,
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
    /// The Hub that it is for, where that is another one, and the name it is stored under.
    other_hub: Option<(String, String)>,
}

impl Auth<'_> {
    /// The token in effect: what `HF_OIDC_RESOURCE` gives, else `HF_TOKEN`, else the active token's file, renewed first if
    /// it is about to expire. `None` when there is none.
    ///
    /// # Errors
    /// When keyless login was asked for and fails, or the token cannot be read, or could not be sent as it is.
    pub fn token(&self) -> Result<Option<Secret>> {
        self.found()?.map(|found| self.usable(&found)).transpose()
    }

    /// The same, where none is an error.
    pub(crate) fn require_token(&self) -> Result<Secret> {
        self.token()?.ok_or_else(|| self.not_logged_in())
    }

    /// Nobody is logged in; with tokens that are stored there is a shorter way than a login.
    fn not_logged_in(&self) -> Error {
        let stored = self.store().and_then(|store| store.tokens()).unwrap_or_default();
        match stored.iter().any(|stored| stored.token.is_some()) {
            true => Error::not_logged_in().hint("`hf auth switch` makes one of the stored tokens the active one."),
            false => Error::not_logged_in(),
        }
    }

    /// What makes one logged in, if anything does; nothing is asked but for a renewal that is due.
    pub(crate) fn logged_in_by(&self) -> Result<Option<LoggedInBy>> {
        let found = match self.found() {
            // The account of this place is to be logged in.
            Err(error) if error.kind() == ErrorKind::UnknownName => return Ok(None),
            found => found?,
        };
        // A token of another Hub is no login at this one.
        let Some(found) = found.filter(|found| found.other_hub.is_none()) else {
            return Ok(None);
        };
        let variables = self.settings.environment_tokens.iter();
        Ok(Some(match found.source {
            Source::Exchange => LoggedInBy::Exchange,
            Source::Environment => {
                let mut set = variables.filter(|(_, token)| token.is_some());
                LoggedInBy::Variable(set.next().map_or("HF_TOKEN", |(name, _)| *name))
            }
            Source::Account | Source::Rule | Source::File => self.logged_in_by_file(&found.token)?,
        }))
    }

    fn logged_in_by_file(&self, token: &Secret) -> Result<LoggedInBy> {
        let store = self.store()?;
        // The active file counts by itself, whatever state the other one is in.
        let stored = store.tokens().unwrap_or_default();
        let Some(stored) = stored.into_iter().find(|it| it.token.as_ref() == Some(token)) else {
            return Ok(LoggedInBy::File(store.token_path().to_owned()));
        };
        let is_past = stored.expiry().is_some_and(|moment| moment <= clock::now());
        let cannot_be_renewed = is_past && !matches!(store.renewable(token), Ok(Some(_)));
        Ok(match cannot_be_renewed || renewals(&store).is_refused(token) {
            true => LoggedInBy::Expired,
            false => LoggedInBy::Stored(stored.name),
        })
    }

    /// A stored token, renewed first if it is about to expire.
    ///
    /// # Errors
    /// When none has that name, it is for another Hub, the file cannot be read, or the token could not be sent as it is.
    pub fn token_named(&self, name: &str) -> Result<Secret> {
        let store = self.store()?;
        if let Some(bound) = self.other_hub(&store, &store.find(name)?)? {
            return Err(self.of_another_hub(&bound));
        }
        self.named_in(&store, name)
    }

    /// The same for whoever wants to see it, and not to use it.
    pub(crate) fn named_for_any_hub(&self, name: &str) -> Result<Secret> {
        self.named_in(&self.store()?, name)
    }

    fn named_in(&self, store: &TokenStore, name: &str) -> Result<Secret> {
        let token = self.renewed(store.find(name)?, store);
        Secret::parse(token.expose()).map_err(|malformed| malformed.found(&format!("stored as {name}")))
    }

    /// The stored tokens, in the order of the file. One that is about to expire and in effect is renewed first.
    ///
    /// # Errors
    /// When keyless login was asked for and fails, or a file cannot be read.
    pub fn list(&self) -> Result<Vec<ListedToken>> {
        let store = self.store()?;
        let in_effect = self.found_beside(&store)?.map(|found| found.token);
        let listed = |stored: StoredToken| ListedToken {
            is_active: stored.token.is_some() && stored.token == in_effect,
            stored,
        };
        store.tokens_as(listed)
    }

    /// Asks the Hub whose token is in effect.
    ///
    /// # Errors
    /// When there is none, the Hub cannot be reached, rejects it, or answers with anything but an identity.
    pub fn whoami(&self) -> Result<Identity> {
        let token = self.require_token()?;
        self.hub()?
            .whoami(&token)
            .map_err(|error| self.with_advice(&token, error))
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
        self.store().and_then(|store| store.expiry_of(token)).ok()?
    }

    /// The name that a token is stored under, if it is. A store that cannot be read knows none.
    pub(crate) fn name_of(&self, token: &Secret) -> Option<String> {
        let stored = self.store().and_then(|store| store.tokens()).ok()?;
        let same = stored.into_iter().find(|stored| stored.token.as_ref() == Some(token))?;
        Some(same.name)
    }

    /// The token in effect, as it was found, wherever it may be used.
    fn found(&self) -> Result<Option<Found>> {
        match self.before_the_store()? {
            Some(found) => Ok(Some(found)),
            None => self.in_store(&self.store()?),
        }
    }

    /// The same for somebody who reads the store anyway.
    fn found_beside(&self, store: &TokenStore) -> Result<Option<Found>> {
        match self.before_the_store()? {
            Some(found) => Ok(Some(found)),
            None => self.in_store(store),
        }
    }

    fn before_the_store(&self) -> Result<Option<Found>> {
        let found = |(token, source)| Found {
            token,
            source,
            other_hub: None,
        };
        if let Some(resource) = &self.settings.oidc_resource {
            return Ok(Some(found((self.exchanged(resource)?, Source::Exchange))));
        }
        let token = self.settings.environment_token.clone();
        Ok(token.map(|token| found((token, Source::Environment))))
    }

    fn in_store(&self, store: &TokenStore) -> Result<Option<Found>> {
        let (token, source) = match self.account(store)? {
            Some(account) => (Some(account.token(store)?), account.source()),
            None => (store.settled_active()?, Source::File),
        };
        token.map(|token| self.stored(token, source, store)).transpose()
    }

    fn stored(&self, token: Secret, source: Source, store: &TokenStore) -> Result<Found> {
        Ok(Found {
            other_hub: self.other_hub(store, &token)?,
            token: self.renewed(token, store),
            source,
        })
    }

    /// The token of an account that was chosen.
    pub(super) fn token_of(&self, account: &Account, store: &TokenStore) -> Result<Secret> {
        self.usable(&self.stored(account.token(store)?, account.source(), store)?)
    }

    /// The Hub that a stored token is for, where that is another one than is asked here, and the token's name.
    pub(super) fn other_hub(&self, store: &TokenStore, token: &Secret) -> Result<Option<(String, String)>> {
        let Some(bound) = store.bound(token)? else {
            return Ok(None);
        };
        Ok((!self.settings.endpoint()?.is_at(&bound.0)).then_some(bound))
    }

    pub(super) fn of_another_hub(&self, (hub, name): &(String, String)) -> Error {
        let asked = self
            .settings
            .endpoint()
            .map(|endpoint| endpoint.to_string())
            .unwrap_or_default();
        Error::new(
            ErrorKind::OtherHub,
            format!("The token `{name}` is for {hub}, and is not sent to {asked}."),
        )
        .hint(format!(
            "HF_ENDPOINT={hub} uses it there; `hf auth login` logs in at {asked}."
        ))
    }

    /// The token, if it is one that can be sent or printed.
    fn usable(&self, found: &Found) -> Result<Secret> {
        if let Some(bound) = &found.other_hub {
            return Err(self.of_another_hub(bound));
        }
        let place = match found.source {
            Source::Exchange => "from the OIDC exchange".to_owned(),
            Source::Environment => "in the environment (HF_TOKEN)".to_owned(),
            Source::Account | Source::Rule => "of this account".to_owned(),
            Source::File => format!("in {}", self.settings.paths()?.token.display()),
        };
        Secret::parse(found.token.expose()).map_err(|malformed| malformed.found(&place))
    }

    /// What the Hub refused, with the next step. For a token that it rejects, the reference's three texts, by where it stands.
    pub(super) fn with_advice(&self, token: &Secret, error: Error) -> Error {
        let Ok(endpoint) = self.settings.endpoint() else {
            return error;
        };
        let page = format!("{endpoint}/settings/tokens");
        if error.kind() == ErrorKind::Denied {
            return error.hint(format!("{page} shows what the token may do."));
        }
        if error.kind() != ErrorKind::Rejected {
            return error;
        }
        let rejected = |text| Error::new(ErrorKind::Rejected, text);
        match self.place_of(token) {
            Some(Source::Environment) => rejected("Invalid user token. The token from HF_TOKEN environment variable is invalid. Note that HF_TOKEN takes precedence over `hf auth login`.").hint(self.without_the_variable()),
            Some(Source::File | Source::Account | Source::Rule) => rejected("Invalid user token. The token stored is invalid. Please run `hf auth login --force` to set a new token.").hint(format!("make one at {page}.")),
            Some(Source::Exchange) | None => error.hint(format!("make a new one at {page}.")),
        }
    }

    /// How to go on without the token in the environment.
    fn without_the_variable(&self) -> String {
        let set = self
            .settings
            .environment_tokens
            .iter()
            .find(|(_, token)| token.is_some());
        let variable = set.map_or("HF_TOKEN", |(name, _)| name);
        match self.stored_active_name() {
            Some(name) => format!("`unset {variable}` to use the stored `{name}`."),
            None => format!("`unset {variable}`, and log in with `hf auth login`."),
        }
    }

    /// The name of the token in the active token's file.
    fn stored_active_name(&self) -> Option<String> {
        let store = self.store().ok()?;
        let active = store.active().ok()?;
        let mut stored = store.tokens().ok()?.into_iter();
        Some(
            stored
                .find(|stored| stored.token.is_some() && stored.token == active)?
                .name,
        )
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
