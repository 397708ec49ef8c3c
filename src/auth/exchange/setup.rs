//! What to write where so that a job has an identity token for the Hub: two lines of each service's own configuration.

use crate::error::Error;
use crate::settings::{IdentitySource, Provider, Settings};

/// Where to write it, and what.
pub(super) struct Setup {
    place: &'static str,
    lines: [String; 2],
}

impl Setup {
    /// For the service that we run in, or the pod that keeps a token in a file. `None` where neither is known.
    pub(super) fn of(settings: &Settings, audience: &str) -> Option<Self> {
        match &settings.identity_source() {
            IdentitySource::File(_) => Some(in_kubernetes(audience)),
            IdentitySource::Variable(name, _) => Some(in_service(settings.provider()?, name, audience)),
            _ => Some(in_service(settings.provider()?, "HF_ID_TOKEN", audience)),
        }
    }

    /// Says so behind an error.
    pub(super) fn behind(setup: Option<Self>, error: Error, audience: &str) -> Error {
        match setup {
            Some(setup) => error.hint(setup.place).example(setup.lines),
            None => error.hint(format!(
                "have an id token for {audience} made, and set HF_OIDC_ID_TOKEN to it: `hf auth oidc --help` shows how."
            )),
        }
    }
}

fn in_service(provider: Provider, variable: &str, audience: &str) -> Setup {
    let (place, first, second) = match provider {
        Provider::Github => (
            match variable {
                "HF_OIDC_ID_TOKEN" => "without HF_OIDC_ID_TOKEN, in the job, in .github/workflows:",
                _ => "in the job, in .github/workflows:",
            },
            "permissions:".to_owned(),
            "  id-token: write".to_owned(),
        ),
        Provider::Gitlab => (
            "in the job, in .gitlab-ci.yml:",
            "id_tokens:".to_owned(),
            format!("  {variable}: {{aud: \"{audience}\"}}"),
        ),
        Provider::CircleCi => (
            "in the step that runs hf, in .circleci/config.yml:",
            "- run: |".to_owned(),
            format!("    export HF_OIDC_ID_TOKEN=\"$(circleci run oidc get --claims '{{\"aud\":\"{audience}\"}}')\""),
        ),
        Provider::Bitbucket => (
            "in the step, in bitbucket-pipelines.yml:",
            "oidc:".to_owned(),
            format!("  audiences: [\"{audience}\"]"),
        ),
        Provider::Buildkite => (
            "in the step, in pipeline.yml, where buildkite-agent is on PATH:",
            "command: |".to_owned(),
            format!("  export HF_OIDC_ID_TOKEN=\"$$(buildkite-agent oidc request-token --audience {audience})\""),
        ),
    };
    let lines = [first, second];
    Setup { place, lines }
}

fn in_kubernetes(audience: &str) -> Setup {
    Setup {
        place: "among the volumes of the pod, which then keeps the file fresh:",
        lines: [
            "- name: hf-identity".to_owned(),
            format!("  projected: {{sources: [{{serviceAccountToken: {{path: token, audience: \"{audience}\"}}}}]}}"),
        ],
    }
}
