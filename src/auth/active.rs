//! Which token counts now, and where it came from. The first that applies:
//!
//! 1. the exchange of a CI job's identity (`HF_OIDC_RESOURCE`), whose failure is an error and never a silent fallback;
//! 2. `HF_TOKEN`, else `HUGGING_FACE_HUB_TOKEN`;
//! 3. the active token's file, whose token is refreshed first when it is an OAuth token about to expire.

use crate::auth::{oidc, refresh};
use crate::error::Result;
use crate::notice::{Notify, silent};
use crate::secret::Secret;
use crate::settings::Settings;
use crate::store::TokenStore;

/// Where a token came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The exchange of a CI job's identity.
    Exchange,
    /// `HF_TOKEN` or `HUGGING_FACE_HUB_TOKEN`.
    Environment,
    /// The active token's file.
    File,
}

/// The token in effect.
#[derive(Debug, Clone)]
pub struct ActiveToken {
    /// The token, as it was found.
    pub token: Secret,
    /// Where it was found.
    pub source: Source,
}

impl ActiveToken {
    /// The token, if it is one that can be sent or printed.
    ///
    /// # Errors
    /// When it has white space, control or non-ASCII characters in it.
    pub fn usable(self, settings: &Settings) -> Result<Secret> {
        let place = match self.source {
            Source::Exchange => "from the OIDC exchange".to_owned(),
            Source::Environment => "in the environment (HF_TOKEN)".to_owned(),
            Source::File => format!("in {}", settings.paths()?.token.display()),
        };
        Secret::parse(self.token.expose()).map_err(|malformed| malformed.found(&place))
    }
}

/// The token in effect, `None` when there is none. What happens on the way (a refresh) goes to `notify`.
///
/// # Errors
/// When keyless login was asked for and fails, or the file is there but cannot be read.
pub fn effective(settings: &Settings, notify: Notify) -> Result<Option<ActiveToken>> {
    match before_the_file(settings, notify)? {
        None => in_file(&TokenStore::open(settings, notify)?, settings, notify),
        found => Ok(found),
    }
}

fn before_the_file(settings: &Settings, notify: Notify) -> Result<Option<ActiveToken>> {
    if let Some(resource) = &settings.oidc_resource {
        let token = oidc::exchange(resource, settings, notify)?;
        let source = Source::Exchange;
        return Ok(Some(ActiveToken { token, source }));
    }
    if let Some(token) = settings.environment_token.as_ref() {
        return Ok(Some(ActiveToken {
            token: token.clone(),
            source: Source::Environment,
        }));
    }
    Ok(None)
}

/// The same for somebody who reads the store anyway.
///
/// # Errors
/// See [`effective`].
pub fn effective_beside(store: &TokenStore, settings: &Settings, notify: Notify) -> Result<Option<ActiveToken>> {
    match before_the_file(settings, notify)? {
        None => in_file(store, settings, notify),
        found => Ok(found),
    }
}

fn in_file(store: &TokenStore, settings: &Settings, notify: Notify) -> Result<Option<ActiveToken>> {
    let Some(token) = store.active()? else {
        return Ok(None);
    };
    Ok(Some(ActiveToken {
        token: refresh::renewed(token, store, settings, notify),
        source: Source::File,
    }))
}

/// When a token expires, in seconds since 1970, if it is stored with that. A store that cannot be read knows nothing.
pub fn expiry_of(settings: &Settings, token: &Secret) -> Option<i64> {
    let stored = TokenStore::open(settings, &silent)
        .and_then(|store| store.tokens())
        .ok()?;
    let same = stored.iter().find(|stored| stored.token.as_ref() == Some(token))?;
    same.expiry()
}

/// Where a token that was sent to the Hub stands, by looking for it: the same token may have been given and be in the
/// environment too, and then the environment is what to mend. `None`: it is nowhere but where it was given.
pub fn source_of(settings: &Settings, token: &Secret) -> Option<Source> {
    if settings.environment_token.as_ref() == Some(token) {
        return Some(Source::Environment);
    }
    let in_file = TokenStore::open(settings, &silent).and_then(|store| store.active());
    match in_file {
        Ok(Some(active)) if active == *token => Some(Source::File),
        _ => None,
    }
}
