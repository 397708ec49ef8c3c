//! Keyless login from CI ("trusted publishers"): a job proves who it is with an identity token of its CI provider, and
//! the Hub gives it a token for a short time. Nothing is stored. A failure is an error that says what to do: whoever set
//! `HF_OIDC_RESOURCE` does not want any other token instead.

use super::Auth;
use super::remembered::{self, ExchangePlace};
use crate::error::{Error, ErrorKind, Result};
use crate::hub::Grant;
use crate::secret::Secret;
use crate::settings::IdentitySource;

const TRUSTED_PUBLISHERS: &str = "https://huggingface.co/docs/hub/trusted-publishers";
const NO_IDENTITY: &str = "OIDC Exchange failed. HF_OIDC_RESOURCE is set but no OIDC id token is available: not running in a supported CI provider (github) and HF_OIDC_ID_TOKEN is not set. Set HF_OIDC_ID_TOKEN to the id token minted by your CI provider, or unset HF_OIDC_RESOURCE.";
const NO_PERMISSION: &str = "OIDC Exchange failed. Cannot request an OIDC id token from GitHub Actions. Make sure the workflow job sets `permissions: id-token: write`. See https://docs.github.com/en/actions/deployment/security-hardening-your-deployments/about-security-hardening-with-openid-connect";

impl Auth<'_> {
    /// A token that may act on `resource`, for the job's identity.
    pub(super) fn exchanged(&self, resource: &str) -> Result<Secret> {
        let settings = &self.settings;
        let endpoint = settings.endpoint()?.to_string();
        let place = ExchangePlace {
            store: settings.paths().ok().map(|paths| paths.stored_tokens.clone()),
            endpoint,
            resource: resource.to_owned(),
            identity: settings.identity_source.secret().cloned(),
        };
        remembered::exchange(place, || self.exchange(resource))
    }

    fn exchange(&self, resource: &str) -> Result<Grant> {
        let hub = self.hub()?;
        let identity = match &self.settings.identity_source {
            IdentitySource::Given(token) => token.clone(),
            IdentitySource::GithubActions(Some(request)) => hub
                .github_identity(request)
                .map_err(|error| failed("GitHub Actions gave no id token", error))?,
            IdentitySource::GithubActions(None) => {
                return Err(Error::new(ErrorKind::Exchange, NO_PERMISSION).without_hint());
            }
            IdentitySource::None => return Err(Error::new(ErrorKind::Exchange, NO_IDENTITY).without_hint()),
        };
        hub.exchange(&identity, resource).map_err(|error| {
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
    let sentence = format!("OIDC Exchange failed. {what}: {cause}");
    Error::new(ErrorKind::Exchange, sentence)
        .with_hint_of(&cause)
        .with_source(cause)
}
