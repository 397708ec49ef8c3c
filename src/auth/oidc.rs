//! Keyless login from CI ("trusted publishers"): a job proves who it is with an identity token of its CI provider, and
//! the Hub gives it a token for a short time. Nothing is stored. A failure is an error that says what to do: whoever set
//! `HF_OIDC_RESOURCE` does not want any other token instead.

use crate::error::{Error, Hint, Result};
use crate::hub::Hub;
use crate::notice::Notify;
use crate::secret::Secret;
use crate::settings::{IdentitySource, Settings};

const TRUSTED_PUBLISHERS: &str = "https://huggingface.co/docs/hub/trusted-publishers";
const NO_IDENTITY: &str = "OIDC Exchange failed. HF_OIDC_RESOURCE is set but no OIDC id token is available: not running in a supported CI provider (github) and HF_OIDC_ID_TOKEN is not set. Set HF_OIDC_ID_TOKEN to the id token minted by your CI provider, or unset HF_OIDC_RESOURCE.";
const NO_PERMISSION: &str = "OIDC Exchange failed. Cannot request an OIDC id token from GitHub Actions. Make sure the workflow job sets `permissions: id-token: write`. See https://docs.github.com/en/actions/deployment/security-hardening-your-deployments/about-security-hardening-with-openid-connect";

/// Exchanges the job's identity for a token that may act on `resource`.
pub(super) fn exchange(resource: &str, settings: &Settings, notify: Notify) -> Result<Secret> {
    let hub = Hub::new(settings, notify)?;
    let identity = match &settings.identity_source {
        IdentitySource::Given(token) => token.clone(),
        IdentitySource::GithubActions(Some(request)) => hub
            .github_identity(request)
            .map_err(|error| failed("GitHub Actions gave no id token", error))?,
        IdentitySource::GithubActions(None) => return Err(Error::failed(NO_PERMISSION).without_hint()),
        IdentitySource::None => return Err(Error::failed(NO_IDENTITY).without_hint()),
    };
    hub.exchange(&identity, resource).map_err(|error| {
        let failure = failed("The Hub gave no token", error);
        match failure.advice() {
            // It was not reached, and the cause says what to mend.
            Hint::Step(_) => failure,
            Hint::None | Hint::Debug => failure.hint(format!(
                "check that {resource} trusts this job as a publisher, and that the id token is for {}: see {TRUSTED_PUBLISHERS}",
                hub.endpoint()
            )),
        }
    })
}

fn failed(what: &str, cause: Error) -> Error {
    let sentence = format!("OIDC Exchange failed. {what}: {cause}");
    Error::failed(sentence).advised_by(&cause).because(cause)
}
