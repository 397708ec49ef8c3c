//! Where a CI job's identity token comes from: a variable or a file of ours, or what the CI that runs the job has for it.

use std::ffi::OsString;
use std::path::PathBuf;

use super::Lookup;
use crate::secret::Secret;

/// A service that runs jobs and says who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Provider {
    Github,
    Gitlab,
    CircleCi,
    Bitbucket,
    Buildkite,
}

/// The variables in which each service puts a token, behind the one by which the service is known. GitHub and Buildkite
/// make one on request.
const PROVIDERS: [(Provider, &str, &[&str]); 5] = [
    (Provider::Github, "GITHUB_ACTIONS", &[]),
    (Provider::Gitlab, "GITLAB_CI", &["HF_ID_TOKEN"]),
    (
        Provider::CircleCi,
        "CIRCLECI",
        &["CIRCLE_OIDC_TOKEN_V2", "CIRCLE_OIDC_TOKEN"],
    ),
    (
        Provider::Bitbucket,
        "BITBUCKET_BUILD_NUMBER",
        &["BITBUCKET_STEP_OIDC_TOKEN"],
    ),
    (Provider::Buildkite, "BUILDKITE", &[]),
];

/// The first of the places that an identity token can come from.
#[derive(Debug, Clone)]
pub(crate) enum IdentitySource {
    /// This variable: `HF_OIDC_ID_TOKEN`, from any service, or the service's own.
    Variable(&'static str, Secret),
    /// `HF_OIDC_ID_TOKEN_FILE`, which somebody keeps fresh.
    File(PathBuf),
    /// We run in GitHub Actions, which makes one on request, if the job may ask for it.
    GithubActions(Option<IdentityRequest>),
    /// We run in Buildkite, whose agent makes one on request.
    BuildkiteAgent,
    /// Nowhere.
    None,
}

/// How to ask GitHub Actions for an identity token.
#[derive(Debug, Clone)]
pub(crate) struct IdentityRequest {
    /// `ACTIONS_ID_TOKEN_REQUEST_URL`.
    pub(crate) url: String,
    /// `ACTIONS_ID_TOKEN_REQUEST_TOKEN`.
    pub(crate) token: Secret,
}

impl IdentitySource {
    /// `provider` is the first service that we seem to run in.
    pub(super) fn of(provider: Option<Provider>, lookup: Lookup) -> Self {
        let in_variable = |name| Some(IdentitySource::Variable(name, secret(lookup, name)?));
        in_variable("HF_OIDC_ID_TOKEN")
            .or_else(|| non_empty(lookup, "HF_OIDC_ID_TOKEN_FILE").map(|path| IdentitySource::File(path.into())))
            .or_else(|| {
                provider?;
                let running = PROVIDERS
                    .into_iter()
                    .filter(|(provider, ..)| is_here(*provider, lookup));
                let mut found = running.filter_map(|(provider, _, variables)| match provider {
                    Provider::Github => Some(IdentitySource::GithubActions(github(lookup))),
                    Provider::Buildkite => Some(IdentitySource::BuildkiteAgent),
                    _ => variables.iter().find_map(|name| in_variable(name)),
                });
                found.next()
            })
            .unwrap_or(IdentitySource::None)
    }

    /// Python's own command finds its token too, and asks for a new one by itself when it needs one.
    pub(crate) fn is_known_to_python(&self) -> bool {
        match self {
            IdentitySource::Variable(name, _) => *name == "HF_OIDC_ID_TOKEN",
            IdentitySource::GithubActions(_) | IdentitySource::None => true,
            IdentitySource::File(_) | IdentitySource::BuildkiteAgent => false,
        }
    }

    /// The secret in the environment that proves who asks, if there is one there.
    pub(crate) fn secret(&self) -> Option<&Secret> {
        match self {
            IdentitySource::Variable(_, token) => Some(token),
            IdentitySource::GithubActions(request) => request.as_ref().map(|request| &request.token),
            IdentitySource::File(_) | IdentitySource::BuildkiteAgent | IdentitySource::None => None,
        }
    }
}

impl Provider {
    /// The service that we run in, by the variable that it sets.
    pub(super) fn of(lookup: Lookup) -> Option<Self> {
        PROVIDERS
            .into_iter()
            .map(|(provider, ..)| provider)
            .find(|provider| is_here(*provider, lookup))
    }

    /// The variable by which it is known.
    pub(crate) fn marker(self) -> &'static str {
        let mut all = PROVIDERS.into_iter();
        all.find(|(provider, ..)| *provider == self)
            .map_or("", |(_, marker, _)| marker)
    }

    /// The variables in which it puts a token.
    pub(crate) fn variables(self) -> &'static [&'static str] {
        let mut all = PROVIDERS.into_iter();
        all.find(|(provider, ..)| *provider == self)
            .map_or(&[], |(_, _, variables)| variables)
    }
}

fn is_here(provider: Provider, lookup: Lookup) -> bool {
    non_empty(lookup, provider.marker()).is_some_and(|value| match provider {
        // As the reference has it.
        Provider::Github => value == "true",
        _ => value != "false",
    })
}

fn github(lookup: Lookup) -> Option<IdentityRequest> {
    let url = non_empty(lookup, "ACTIONS_ID_TOKEN_REQUEST_URL")?;
    let token = secret(lookup, "ACTIONS_ID_TOKEN_REQUEST_TOKEN")?;
    let url = url.to_string_lossy().into_owned();
    Some(IdentityRequest { url, token })
}

/// White space around it (the line break of `$(cat file)`'s neighbours) is no part of a token.
fn secret(lookup: Lookup, name: &str) -> Option<Secret> {
    let value = non_empty(lookup, name)?;
    let value = value.to_string_lossy();
    let token = value.trim();
    (!token.is_empty()).then(|| Secret::new(token))
}

fn non_empty(lookup: Lookup, name: &str) -> Option<OsString> {
    lookup(name).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found, in a word.
    fn found(variables: &[(&str, &str)]) -> String {
        let lookup = |name: &str| {
            let found = variables.iter().find(|(variable, _)| *variable == name);
            found.map(|(_, value)| OsString::from(value))
        };
        match IdentitySource::of(Provider::of(&lookup), &lookup) {
            IdentitySource::Variable(name, token) => format!("{name}={}", token.expose()),
            IdentitySource::File(path) => format!("file {}", path.display()),
            IdentitySource::GithubActions(request) => format!("github {}", request.is_some()),
            IdentitySource::BuildkiteAgent => "agent".to_owned(),
            IdentitySource::None => format!("none, in {:?}", Provider::of(&lookup)),
        }
    }

    #[test]
    fn the_first_that_is_there_counts() {
        let all = [
            ("HF_OIDC_ID_TOKEN", "a"),
            ("HF_OIDC_ID_TOKEN_FILE", "/b"),
            ("GITHUB_ACTIONS", "true"),
            ("GITLAB_CI", "true"),
            ("HF_ID_TOKEN", "d"),
            ("CIRCLECI", "true"),
            ("CIRCLE_OIDC_TOKEN_V2", "e"),
            ("CIRCLE_OIDC_TOKEN", "f"),
            ("BITBUCKET_BUILD_NUMBER", "7"),
            ("BITBUCKET_STEP_OIDC_TOKEN", "g"),
            ("BUILDKITE", "true"),
        ];
        for (without, expected) in [
            (0, "HF_OIDC_ID_TOKEN=a"),
            (1, "file /b"),
            (2, "github false"),
            (3, "HF_ID_TOKEN=d"),
            (5, "CIRCLE_OIDC_TOKEN_V2=e"),
            (7, "CIRCLE_OIDC_TOKEN=f"),
            (8, "BITBUCKET_STEP_OIDC_TOKEN=g"),
            (10, "agent"),
            (11, "none, in None"),
        ] {
            // The marker of CircleCI is needed for both of its variables.
            let with_marker = [&all[without..], &[("CIRCLECI", "true")][..usize::from(without == 7)]].concat();
            assert_eq!(found(&with_marker), expected);
        }
    }

    #[test]
    fn a_variable_of_a_service_counts_in_that_service_only() {
        for (variables, expected) in [
            (&[("HF_ID_TOKEN", "d")][..], "none, in None"),
            (
                &[("CIRCLE_OIDC_TOKEN_V2", "e"), ("GITLAB_CI", "true")],
                "none, in Some(Gitlab)",
            ),
            (
                &[("BITBUCKET_STEP_OIDC_TOKEN", "g"), ("BITBUCKET_BUILD_NUMBER", "")],
                "none, in None",
            ),
            (&[("GITHUB_ACTIONS", "yes")], "none, in None"),
            (&[("BUILDKITE", "false")], "none, in None"),
            (
                &[
                    ("CIRCLECI", "true"),
                    ("CIRCLE_OIDC_TOKEN_V2", ""),
                    ("CIRCLE_OIDC_TOKEN", "f"),
                ],
                "CIRCLE_OIDC_TOKEN=f",
            ),
            (
                &[("HF_OIDC_ID_TOKEN", " \n"), ("HF_OIDC_ID_TOKEN_FILE", "")],
                "none, in None",
            ),
            (&[("HF_OIDC_ID_TOKEN", "a\n")], "HF_OIDC_ID_TOKEN=a"),
            (
                &[
                    ("GITHUB_ACTIONS", "true"),
                    ("ACTIONS_ID_TOKEN_REQUEST_URL", "u"),
                    ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "t"),
                ],
                "github true",
            ),
        ] {
            assert_eq!(found(variables), expected, "{variables:?}");
        }
    }
}
