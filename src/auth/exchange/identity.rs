//! A job's identity token: had from where it is, and looked at before it is sent anywhere. One that the Hub cannot take is
//! an error that says what to set, and never a reason to look in the next place.

use std::path::Path;

use super::claims::Claims;
use super::setup::Setup;
use crate::auth::{Auth, clause};
use crate::clock;
use crate::error::{Error, ErrorKind, Result, reason};
use crate::fs;
use crate::programs::{self, Question, Reads, Unanswered, search_path};
use crate::secret::Secret;
use crate::secret::redaction::Secrets;
use crate::settings::{DEFAULT_ENDPOINT, IdentitySource, Provider};

const AGENT: &str = "buildkite-agent";
const NO_PERMISSION: &str = "Cannot request an OIDC id token from GitHub Actions. Make sure the workflow job sets `permissions: id-token: write`. See https://docs.github.com/en/actions/deployment/security-hardening-your-deployments/about-security-hardening-with-openid-connect";
/// One byte more than a token has, so that too much is seen to be.
const LARGEST_ANSWER: usize = 64 * 1024 + 2;
/// As much of another program's complaint, and of a strange audience, as a line has room for.
const LONGEST_QUOTE: usize = 200;

/// An identity token as it was had.
pub(crate) struct JobIdentity {
    pub(super) token: Secret,
    /// Where it is from: `in HF_ID_TOKEN`, `from buildkite-agent`.
    pub(crate) origin: String,
    /// What it says, where that can be read.
    pub(crate) claims: Option<Claims>,
}

impl JobIdentity {
    /// The variable, file or program that it is from.
    pub(crate) fn source(&self) -> &str {
        self.origin.split_once(' ').map_or("", |(_, source)| source)
    }
}

impl Auth<'_> {
    /// The job's identity token, as it is. GitHub and Buildkite are asked for one; the Hub is not asked anything.
    pub(crate) fn job_identity(&self) -> Result<JobIdentity> {
        self.identity_by(self.proof()?)
    }

    /// What proves who asks, as far as it lies here.
    pub(super) fn proof(&self) -> Result<Option<Secret>> {
        match &self.settings.identity_source() {
            IdentitySource::File(path) => self.identity_in(path).map(Some),
            source => Ok(source.secret().cloned()),
        }
    }

    /// The same with what [`Auth::proof`] gave.
    pub(super) fn identity_by(&self, proof: Option<Secret>) -> Result<JobIdentity> {
        let (origin, token) = match &self.settings.identity_source() {
            IdentitySource::Variable(name, _) => (format!("in {name}"), proof),
            IdentitySource::File(path) => (format!("in {}", path.display()), proof),
            IdentitySource::GithubActions(Some(request)) => {
                let asked = self.hub()?.github_identity(request);
                let token = asked.map_err(|error| super::failed("GitHub Actions gave no id token", error))?;
                ("from GitHub Actions".to_owned(), Some(token))
            }
            IdentitySource::BuildkiteAgent => (format!("from {AGENT}"), Some(self.identity_from_agent()?)),
            IdentitySource::GithubActions(None) | IdentitySource::None => ("".to_owned(), None),
        };
        let token = token.map_or_else(|| Err(self.no_identity()), Ok)?;
        Ok(JobIdentity {
            claims: Claims::of(token.expose()),
            token,
            origin,
        })
    }

    fn no_identity(&self) -> Error {
        let audience = self.audience();
        let missing = |sentence: String| {
            let error = Error::new(ErrorKind::Exchange, sentence);
            Setup::behind(Setup::of(&self.settings, &audience), error, &audience)
        };
        match self.settings.provider() {
            Some(Provider::Github) => missing(NO_PERMISSION.to_owned()),
            Some(provider) => missing(format!(
                "No OIDC id token is available: {} is set by this job's CI, and {} is not.",
                provider.marker(),
                provider.variables().join(" or ")
            )),
            None => missing("No OIDC id token is available: none of HF_OIDC_ID_TOKEN, HF_OIDC_ID_TOKEN_FILE and the variables of a CI that is known here is set.".to_owned()),
        }
    }

    /// Read anew each time: whoever keeps the file changes it before the token in it ends.
    fn identity_in(&self, path: &Path) -> Result<Secret> {
        let problem = |what: String| {
            let sentence = format!("HF_OIDC_ID_TOKEN_FILE gives no id token: {what}.");
            let audience = self.audience();
            let setup = Setup::of(&self.settings, &audience);
            Setup::behind(setup, Error::new(ErrorKind::Exchange, sentence), &audience)
        };
        let shown = path.display();
        let bytes = fs::read(path).map_err(|error| problem(clause(&error)).with_source(error))?;
        let bytes = bytes.ok_or_else(|| problem(format!("there is no file {shown}")))?;
        Secret::parse(&String::from_utf8_lossy(&bytes)).map_err(|malformed| problem(format!("{shown} {malformed}")))
    }

    fn identity_from_agent(&self) -> Result<Secret> {
        let audience = self.audience();
        let problem = |what: String| {
            let error = Error::new(ErrorKind::Exchange, format!("{AGENT} gave no id token: {what}."));
            Setup::behind(Setup::of(&self.settings, &audience), error, &audience)
        };
        if self.settings.is_offline() {
            return Err(problem("offline mode is enabled (HF_HUB_OFFLINE)".to_owned()));
        }
        let folders = search_path();
        let Some(agent) = programs::named(AGENT, &folders).next() else {
            return Err(problem("it is not on PATH".to_owned()));
        };
        let question = Question {
            arguments: &["oidc", "request-token", "--audience", &audience],
            reads: Reads::OutputAndComplaint,
            most: LARGEST_ANSWER,
            ..Question::default()
        };
        let answer = programs::ask(agent.as_os_str(), &question, self.settings.timeout()?).map_err(|unanswered| {
            problem(match unanswered {
                Unanswered::TimedOut(patience) => format!("it did not answer within {} seconds", patience.as_secs()),
                Unanswered::Broken(cause) => reason(&cause),
            })
        })?;
        if !answer.status.success() {
            let said = self.last_line_of(answer.complaint.expose());
            return Err(problem(said.unwrap_or_else(|| answer.status.to_string())));
        }
        let token = Secret::parse(answer.output.expose());
        token.map_err(|malformed| problem(format!("what it printed {malformed}")))
    }

    /// Of what a program complained about: the line in which it says why it ended.
    fn last_line_of(&self, complaint: &str) -> Option<String> {
        let secrets = Secrets::new(self.settings.secrets(), Vec::new);
        let mut lines = complaint.lines().map(str::trim).filter(|line| !line.is_empty());
        let line = secrets.redact(lines.next_back()?);
        Some(quoted(line.trim_end_matches('.')))
    }

    /// Who the token is to be for.
    fn audience(&self) -> String {
        let endpoint = self.settings.endpoint();
        endpoint.map_or_else(|_| DEFAULT_ENDPOINT.to_owned(), |endpoint| endpoint.to_string())
    }

    /// An error where the token says of itself that the Hub cannot take it.
    pub(crate) fn expect_usable(&self, identity: &JobIdentity) -> Result<()> {
        let Some(claims) = &identity.claims else {
            return Ok(());
        };
        let endpoint = self.settings.endpoint()?.to_string();
        let origin = &identity.origin;
        let problem = problem_with(claims, &endpoint, clock::now());
        problem.map_or(Ok(()), |problem| {
            let error = Error::new(ErrorKind::Exchange, format!("The id token {origin} {problem}."));
            Err(Setup::behind(Setup::of(&self.settings, &endpoint), error, &endpoint))
        })
    }
}

/// Why the Hub cannot take a token that says this of itself.
fn problem_with(claims: &Claims, endpoint: &str, now: i64) -> Option<String> {
    let is_the_hubs = |audience: &&str| [endpoint, DEFAULT_ENDPOINT].contains(&audience.trim_end_matches('/'));
    if let Some(audiences) = claims.audiences()
        && !audiences.iter().any(is_the_hubs)
    {
        let others = match audiences.as_slice() {
            [] => "nobody".to_owned(),
            others => quoted(&others.join(", ")),
        };
        return Some(format!("is for {others}, and not for {endpoint}"));
    }
    let end = claims.expires_at().filter(|end| *end <= now)?;
    let moment = |seconds| clock::date_and_time(seconds).unwrap_or_else(|| "a moment beyond the calendar".to_owned());
    Some(format!("ended at {} (here it is {})", moment(end), moment(now)))
}

/// The beginning of a text that may be long.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(LONGEST_QUOTE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD;
    use serde_json::{Value, json};

    use super::*;

    const NOW: i64 = 1_800_000_000;

    fn problem(endpoint: &str, claims: Value) -> Option<String> {
        let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let token = format!("{}.{}.s", part(json!({})), part(claims));
        problem_with(&Claims::of(&token).unwrap(), endpoint, NOW)
    }

    #[test]
    fn a_token_for_the_endpoint_or_the_hub_is_sent_until_its_end() {
        for claims in [
            json!({}),
            json!({"aud": "https://huggingface.co"}),
            json!({"aud": "https://huggingface.co/"}),
            json!({"aud": "https://hub.lan/x"}),
            json!({"aud": ["sts.amazonaws.com", "https://hub.lan/x"], "exp": NOW + 1}),
            json!({"exp": "never"}),
        ] {
            assert_eq!(problem("https://hub.lan/x", claims.clone()), None, "{claims}");
        }
    }

    #[test]
    fn one_for_others_or_past_its_end_is_not() {
        for (claims, expected) in [
            (
                json!({"aud": "org-1"}),
                "is for org-1, and not for https://huggingface.co",
            ),
            (
                json!({"aud": ["a", "b"]}),
                "is for a, b, and not for https://huggingface.co",
            ),
            (json!({"aud": []}), "is for nobody, and not for https://huggingface.co"),
            (
                json!({"aud": "https://huggingface.co.evil.example"}),
                "is for https://huggingface.co.evil.example, and not for https://huggingface.co",
            ),
            (
                json!({"aud": "HTTPS://HUGGINGFACE.CO"}),
                "is for HTTPS://HUGGINGFACE.CO, and not for https://huggingface.co",
            ),
            (
                json!({"exp": NOW}),
                "ended at 2027-01-15 08:00:00 UTC (here it is 2027-01-15 08:00:00 UTC)",
            ),
            (
                json!({"aud": "https://huggingface.co", "exp": i64::MIN}),
                "ended at a moment beyond the calendar (here it is 2027-01-15 08:00:00 UTC)",
            ),
        ] {
            assert_eq!(
                problem("https://huggingface.co", claims.clone()).as_deref(),
                Some(expected),
                "{claims}"
            );
        }
        let long = problem("https://huggingface.co", json!({"aud": "é".repeat(5000)})).unwrap();
        assert_eq!(long.chars().filter(|c| *c == 'é').count(), LONGEST_QUOTE);
    }
}
