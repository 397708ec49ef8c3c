//! Keyless login from CI ("trusted publishers"): a job proves who it is with an identity token of its CI provider, and
//! the Hub gives it a token for a short time. Nothing is stored. A failure is an error that says what to do: whoever set
//! `HF_OIDC_RESOURCE` does not want any other token instead.

mod claims;
mod identity;
mod setup;

use super::Auth;
use super::remembered::{self, ExchangePlace};
use crate::error::{Error, ErrorKind, Result};
use crate::hub::Grant;
use crate::secret::Secret;
use crate::settings::IdentitySource;

pub(crate) use claims::Claims;
pub(crate) use identity::JobIdentity;

const TRUSTED_PUBLISHERS: &str = "https://huggingface.co/docs/hub/trusted-publishers";
/// What every failure here is part of.
const EXCHANGE: &str = "OIDC Exchange failed.";
const NO_IDENTITY: &str = "HF_OIDC_RESOURCE is set but no OIDC id token is available: not running in a supported CI provider (github) and HF_OIDC_ID_TOKEN is not set. Set HF_OIDC_ID_TOKEN to the id token minted by your CI provider, or unset HF_OIDC_RESOURCE.";

impl Auth<'_> {
    /// A token that may act on `resource`, for the job's identity.
    pub(super) fn exchanged(&self, resource: &str) -> Result<Secret> {
        let settings = &self.settings;
        let endpoint = settings.endpoint()?.to_string();
        let proof = self.proof().map_err(in_exchange)?;
        let place = ExchangePlace {
            store: settings.paths().ok().map(|paths| paths.stored_tokens.clone()),
            endpoint,
            resource: resource.to_owned(),
            identity: proof.clone(),
        };
        remembered::exchange(place, || self.exchange(resource, proof).map_err(in_exchange))
    }

    /// When a token that was exchanged in this process ends, or a stored one, in seconds since 1970; `None` where it has no
    /// end that is known.
    pub(crate) fn end_of(&self, token: &Secret) -> Option<i64> {
        remembered::end_of_exchanged(token).or_else(|| self.expiry_of(token))
    }

    fn exchange(&self, resource: &str, proof: Option<Secret>) -> Result<Grant> {
        // The reference's sentence, where no service is known here either.
        if matches!(self.settings.identity_source(), IdentitySource::None) && self.settings.provider().is_none() {
            return Err(Error::new(ErrorKind::Exchange, NO_IDENTITY).without_hint());
        }
        let identity = self.identity_by(proof)?;
        self.expect_usable(&identity)?;
        let hub = self.hub()?;
        hub.exchange(&identity.token, resource).map_err(|error| {
            let failure = failed("The Hub gave no token", error);
            match failure.next_step() {
                // It was not reached, and the cause says what to mend.
                Some(_) => failure,
                None => failure.hint(format!(
                    "check that {resource} trusts this job as a publisher, and that the id token is for {}: see {TRUSTED_PUBLISHERS}",
                    hub.endpoint()
                )),
            }
        })
    }
}

fn failed(what: &str, cause: Error) -> Error {
    let sentence = format!("{what}: {cause}");
    Error::new(ErrorKind::Exchange, sentence)
        .with_hint_of(&cause)
        .with_source(cause)
}

/// Settings that make no sense are wrong for every command, and said as ever.
fn in_exchange(error: Error) -> Error {
    match error.kind() {
        ErrorKind::Exchange => error.within(EXCHANGE),
        _ => error,
    }
}
