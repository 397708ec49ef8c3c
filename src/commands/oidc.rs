//! `hf auth oidc`: what this job's identity token says, as it is to be entered on the Hub. The token itself and its signature
//! are never shown, and the Hub is asked nothing.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::auth::{Claims, JobIdentity};
use crate::clock;
use crate::commands::arguments::Formatting;
use crate::commands::{Command, Context};
use crate::error::{Error, ErrorKind};
use crate::settings::Settings;
use crate::ui::failure::{Failure, Result};
use crate::ui::output::{Mode, Output};
use crate::ui::text::escape;

const EXAMPLES: &str = r#"Examples:
  $ hf auth oidc                  who this job is, as the Hub is to know it
  $ hf auth oidc --json           {"source": …, "issuer": …, "subject": …, …}
  $ hf auth oidc -q               the subject

A job needs no secret. Trust its identity on the Hub: in the settings of one
repository (Trusted Publishers), or for your account at
https://huggingface.co/settings/authentication. HF_OIDC_RESOURCE then says what
the job is to act on: acme/model, datasets/acme/set, spaces/acme/app, or the
name of the account. Each command gets a token of its own, good for an hour.

Twenty commands make one exchange where HF_OIDC_RESOURCE is set for one of them:
  $ HF_OIDC_RESOURCE=acme/model hf auth run -- ./publish.sh
  $ eval "$(HF_OIDC_RESOURCE=acme/model hf auth export --as sh)"

What follows was tried against what each service documents, and not on the
service itself.

GitHub Actions, in the job:
  permissions: {id-token: write, contents: read}
  env: {HF_OIDC_RESOURCE: acme/model}

GitLab CI, in the job:
  id_tokens:
    HF_ID_TOKEN: {aud: "https://huggingface.co"}
  variables: {HF_OIDC_RESOURCE: acme/model}

CircleCI, in the step; CIRCLE_OIDC_TOKEN_V2 is for your organization:
  - run: |
      export HF_OIDC_RESOURCE=acme/model HF_OIDC_ID_TOKEN="$(
        circleci run oidc get --claims '{"aud":"https://huggingface.co"}')"
      hf auth run -- ./publish.sh

Bitbucket Pipelines, in the step:
  oidc:
    audiences: ["https://huggingface.co"]
  script:
    - HF_OIDC_RESOURCE=acme/model hf auth run -- ./publish.sh

Buildkite, in the step, where buildkite-agent is on PATH:
  env: {HF_OIDC_RESOURCE: acme/model}
  command: hf auth run -- ./publish.sh

Kubernetes, a pod that reads a gated model and holds no secret. The Hub has to
reach the cluster's issuer; have your account ACCOUNT trust it, with the subject
system:serviceaccount:NAMESPACE:NAME:
  spec:
    containers:
      - name: reader
        image: IMAGE
        command: [hf, auth, run, --, python, read.py]
        env:
          - {name: HF_OIDC_RESOURCE, value: ACCOUNT}
          - {name: HF_OIDC_ID_TOKEN_FILE, value: /var/run/hf/token}
        volumeMounts:
          - {name: hf-identity, mountPath: /var/run/hf, readOnly: true}
    volumes:
      - name: hf-identity
        projected:
          sources:
            - serviceAccountToken:
                {path: token, audience: "https://huggingface.co"}

Any other CI: put its token for https://huggingface.co into HF_OIDC_ID_TOKEN, or
keep a file fresh and name it in HF_OIDC_ID_TOKEN_FILE."#;

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct OidcArgs {
    #[command(flatten)]
    formatting: Formatting,
}

/// What a program reads.
#[derive(Serialize)]
struct Identity<'a> {
    /// Where the token is from.
    source: &'a str,
    issuer: Option<&'a str>,
    subject: Option<&'a str>,
    audience: Vec<&'a str>,
    /// Seconds since 1970.
    expires_at: Option<i64>,
    /// The others.
    claims: Map<String, Value>,
}

impl Command for OidcArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let Context { auth, output } = context;
        let found = auth.job_identity()?;
        let Some(claims) = &found.claims else {
            return Err(unreadable(&found));
        };
        show(&identity(&found, claims), output)?;
        auth.expect_usable(&found)?;
        output.hint(&place_on_the_hub(auth.settings()));
        Ok(ExitCode::SUCCESS)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

fn unreadable(found: &JobIdentity) -> Failure {
    let sentence = format!("The id token {} is no JWT: nothing can be read from it.", found.origin);
    let step = "the Hub takes only tokens that a CI has signed (JWT): look at how this one is made.";
    Error::new(ErrorKind::Exchange, sentence).hint(step).into()
}

fn identity<'a>(found: &'a JobIdentity, claims: &'a Claims) -> Identity<'a> {
    let others = claims.others();
    Identity {
        source: found.source(),
        issuer: claims.issuer(),
        subject: claims.subject(),
        audience: claims.audiences().unwrap_or_default(),
        expires_at: claims.expires_at(),
        claims: others.map(|(name, value)| (name.to_owned(), value.clone())).collect(),
    }
}

/// Where to enter it.
fn place_on_the_hub(settings: &Settings) -> String {
    let endpoint = settings.endpoint();
    let endpoint = endpoint.map_or_else(|_| "the Hub".to_owned(), |endpoint| endpoint.to_string());
    let repository = settings
        .oidc_resource
        .as_deref()
        .filter(|resource| resource.contains('/'));
    let place = match repository {
        Some(repository) => format!("{endpoint}/{repository}/settings (Trusted Publishers)"),
        None => format!(
            "the settings of a repository (Trusted Publishers), or for your account at {endpoint}/settings/authentication"
        ),
    };
    format!("the Hub compares them letter by letter; enter the issuer, and the subject or other claims, in {place}.")
}

fn show(identity: &Identity, output: &Output) -> Result<()> {
    match output.mode() {
        Mode::Json => output.json(identity),
        Mode::Quiet => identity.subject.map_or(Ok(()), |subject| output.line(subject)),
        Mode::Agent => {
            let end = identity.expires_at.map(|end| end.to_string());
            let claims = identity.claims.iter();
            let claims = claims.map(|(name, value)| (format!("claims.{name}"), text(value)));
            let pairs = named(identity, "expires_at", end).chain(claims);
            let lines = pairs.map(|(name, value)| format!("{}={}", escape(&name), escape(&value)));
            output.lines(&lines.collect::<Vec<_>>().join("\n"))
        }
        Mode::Human => {
            let end = identity.expires_at.and_then(clock::date_and_time);
            let claims = identity.claims.iter().map(|(name, value)| (name.clone(), text(value)));
            let head = named(identity, "expires", end).map(|(name, value)| format!("{name:<9} {}", escape(&value)));
            let tail = claims.map(|(name, value)| format!("  {}: {}", escape(&name), escape(&value)));
            let title = (!identity.claims.is_empty()).then(|| "claims".to_owned());
            output.lines(&head.chain(title).chain(tail).collect::<Vec<_>>().join("\n"))
        }
    }
}

/// What has a place of its own, as far as it is there.
fn named(identity: &Identity, end_is: &str, end: Option<String>) -> impl Iterator<Item = (String, String)> {
    let audience = Some(identity.audience.join(", ")).filter(|audience| !audience.is_empty());
    let own = |text: Option<&str>| text.map(str::to_owned);
    let all = [
        ("source", own(Some(identity.source))),
        ("issuer", own(identity.issuer)),
        ("subject", own(identity.subject)),
        ("audience", audience),
        (end_is, end),
    ];
    let all = all.map(|(name, value)| Some((name.to_owned(), value?)));
    all.into_iter().flatten()
}

/// A claim as it is to be entered: a text without quotes, anything else as JSON.
fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
