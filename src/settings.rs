//! The door to the environment: every variable the program honours, read once, with the reference's order of
//! evaluation. Nothing here touches the network, and only [`Settings::agent`] looks into a file.

mod agent;
mod certificates;
mod desktop;
mod endpoint;
mod expand;
mod identity;
mod paths;
mod proxy;
mod variables;
mod zone;

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use crate::clock::Deadline;
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

pub(crate) use certificates::CertificateSource;
pub(crate) use desktop::Desktop;
pub use endpoint::Endpoint;
pub(crate) use endpoint::is_this_machine;
pub(crate) use identity::{IdentityRequest, IdentitySource, Provider};
pub use paths::Paths;
pub(crate) use paths::{git_configuration, home_folder};
pub(crate) use proxy::Proxies;
use variables::Variables;
pub(crate) use zone::zone;

/// The version of `huggingface_hub` whose behaviour this crate mirrors.
pub const REFERENCE_VERSION: &str = "2.4.0";
pub(crate) const DEFAULT_ENDPOINT: &str = "https://huggingface.co";
const STAGING_ENDPOINT: &str = "https://hub-ci.huggingface.co";
/// The reference's application.
const DEVICE_CLIENT_ID: &str = "26be6b09-91c5-47da-9861-d2d2bb7a7e36";
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// The reference's own patience with the lock.
pub(crate) const DEFAULT_LOCK_TIMEOUT: Duration = Duration::from_secs(30);
/// A helper that asks a key ring may take a moment; one that hangs must not hold up a login for long.
const DEFAULT_GIT_TIMEOUT: Duration = Duration::from_secs(15);

/// In the order in which they count.
const TOKEN_VARIABLES: [&str; 2] = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"];

/// The variables that hold secrets, which no program that we start needs.
pub(crate) const SECRET_VARIABLES: [&str; 8] = [
    "HF_TOKEN",
    "HUGGING_FACE_HUB_TOKEN",
    "HF_OIDC_ID_TOKEN",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
    "HF_ID_TOKEN",
    "CIRCLE_OIDC_TOKEN_V2",
    "CIRCLE_OIDC_TOKEN",
    "BITBUCKET_STEP_OIDC_TOKEN",
];

/// Beside an `HF_TOKEN` that was set by us: the fingerprint of that very token. A token that the person sets has none.
pub(crate) const OWN_MARK: &str = "_HF_AUTH_TOKEN_SET";

/// Looks up one environment variable; tests hand in their own.
type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What the environment says; `manual` has a table of the variables. What few commands need, and what may make no sense, is
/// a method, which looks or says so when it is needed.
#[derive(Debug, Clone)]
pub struct Settings {
    variables: Variables,
    paths: Option<Paths>,
    endpoint: OsString,
    /// The token in `HF_TOKEN`, else in `HUGGING_FACE_HUB_TOKEN`.
    pub(crate) environment_token: Option<Secret>,
    /// Both variables, in the order in which they count, with what is in them.
    pub(crate) environment_tokens: [(&'static str, Option<Secret>); 2],
    /// `HF_ACCOUNT`: the stored token that is to be in effect.
    pub(crate) account: Option<String>,
    /// `HF_TOKEN` was set by a shell's hook or by a hand-over of ours, and says nothing of its own.
    pub(crate) token_is_set_by_us: bool,
    proxies: OnceLock<Proxies>,
    agent: OnceLock<Option<String>>,
    /// `HF_OIDC_RESOURCE`: what a CI job wants a token for, when keyless login was asked for.
    pub(crate) oidc_resource: Option<String>,
    /// `HF_DEBUG`: say what is requested and why things failed.
    pub(crate) debug: bool,
    /// `NO_COLOR` is set and not empty, or the terminal is a dumb one.
    pub(crate) no_color: bool,
    /// `TERM` says that the terminal cannot move its cursor.
    pub(crate) dumb_terminal: bool,
    /// Nothing may take longer than until then.
    deadline: Option<Deadline>,
    /// It is git that asks, so it must not be asked or told anything meanwhile.
    pub(crate) answers_git: bool,
}

impl Settings {
    /// Reads this process's environment.
    pub fn from_environment() -> Self {
        Settings::of(Variables::of_this_process())
    }

    /// Settings as these variables would make them, and nothing of this process's environment. Of two with one name the
    /// last counts.
    ///
    /// ```
    /// let settings = hf_auth::Settings::from_variables([("HF_HOME", "/srv/hf")]);
    /// assert_eq!(settings.paths()?.token, std::path::Path::new("/srv/hf/token"));
    /// # Ok::<(), hf_auth::Error>(())
    /// ```
    pub fn from_variables<N: Into<String>, V: Into<OsString>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        let variables = variables.into_iter();
        let mut variables: Vec<(OsString, OsString)> = variables
            .map(|(name, value)| (name.into().into(), value.into()))
            .collect();
        variables.reverse();
        let settings = Settings::of(variables.into_iter().collect());
        let proxies = Proxies::without_the_system(settings.variables.lookup());
        Settings {
            proxies: OnceLock::from(proxies),
            ..settings
        }
    }

    fn of(variables: Variables) -> Self {
        let staging = is_true(variables.text("HUGGINGFACE_CO_STAGING"));
        let endpoint = match variables.lookup()("HF_ENDPOINT") {
            _ if staging => STAGING_ENDPOINT.into(),
            Some(value) => value,
            None => DEFAULT_ENDPOINT.into(),
        };
        let token = |value: &Option<String>| value.as_deref().and_then(Secret::clean);
        let mut given = TOKEN_VARIABLES.map(|name| (name, variables.non_empty(name)));
        let own_mark = variables.non_empty(OWN_MARK);
        let token_is_set_by_us = own_mark.is_some() && own_mark == token(&given[0].1).map(|token| token.fingerprint());
        if token_is_set_by_us {
            given[0].1 = None;
        }
        let dumb_terminal = variables.text("TERM").is_some_and(|value| value == "dumb");
        Settings {
            paths: Paths::of(variables.lookup(), staging),
            endpoint,
            environment_token: given
                .iter()
                .find(|(_, value)| value.is_some())
                .and_then(|(_, value)| token(value)),
            environment_tokens: given.map(|(name, value)| (name, token(&value))),
            account: variables.non_empty("HF_ACCOUNT"),
            token_is_set_by_us,
            proxies: OnceLock::new(),
            agent: OnceLock::new(),
            oidc_resource: variables.non_empty("HF_OIDC_RESOURCE"),
            debug: is_true(variables.text("HF_DEBUG")),
            no_color: dumb_terminal || variables.non_empty("NO_COLOR").is_some(),
            dumb_terminal,
            deadline: None,
            answers_git: false,
            variables,
        }
    }

    /// The files in use.
    ///
    /// # Errors
    /// When they would lie in the home folder and there is none, or `HF_TOKEN_PATH` cannot be the active token's file.
    pub fn paths(&self) -> Result<&Paths> {
        let paths = self.paths.as_ref().ok_or_else(|| {
            Error::new(
                ErrorKind::Files,
                "There is no home folder: HOME is not set and the system knows none for this user.",
            )
            .hint("set HF_HOME to the folder that is to hold the tokens.")
        })?;
        match paths.problem() {
            None => Ok(paths),
            Some(problem) => Err(Error::new(
                ErrorKind::Settings,
                format!("HF_TOKEN_PATH cannot be {}: {problem}.", paths.token.display()),
            )
            .hint("set HF_TOKEN_PATH to the file that is to hold the active token alone, or unset it.")),
        }
    }

    /// The secrets in the environment.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let tokens = self.environment_tokens.iter().filter_map(|(_, token)| token.clone());
        tokens.chain(self.identity_source().secret().cloned()).collect()
    }

    /// The Hub in use.
    ///
    /// # Errors
    /// When `HF_ENDPOINT` is not a URL that a token can be sent to.
    pub fn endpoint(&self) -> Result<Endpoint> {
        Endpoint::parse(&self.endpoint)
    }

    /// The same for git's question about this endpoint, whatever `HF_ENDPOINT` says.
    pub(crate) fn for_git(&self, endpoint: Option<&str>) -> Self {
        let mut settings = self.clone();
        settings.answers_git = true;
        if let Some(endpoint) = endpoint {
            settings.endpoint = endpoint.into();
        }
        settings
    }

    /// The same for something that must be done by then, however long a request may take.
    pub(crate) fn until(&self, deadline: Deadline) -> Self {
        let mut settings = self.clone();
        settings.deadline = Some(deadline);
        settings
    }

    /// The most that may be waited for what would take this long; nothing when it is too late.
    pub(crate) fn patience(&self, most: Duration) -> Duration {
        self.deadline.map_or(most, |deadline| deadline.left().min(most))
    }

    /// How long one request may take.
    pub(crate) fn timeout(&self) -> Result<Duration> {
        let given = self.variables.lookup()("HF_HUB_DOWNLOAD_TIMEOUT");
        let given = given.as_ref().and_then(|value| value.to_str()).map(str::trim);
        let seconds = match given.unwrap_or_default() {
            "" => None,
            value => Some(value.parse::<u32>().map_err(|_| {
                Error::new(
                    ErrorKind::Settings,
                    format!("HF_HUB_DOWNLOAD_TIMEOUT is not a whole number of seconds: {value}"),
                )
                .hint("unset HF_HUB_DOWNLOAD_TIMEOUT, or set it to 10.")
            })?),
        };
        // The reference reads 0 as "not set".
        let seconds = seconds.filter(|seconds| *seconds > 0);
        let timeout = seconds.map_or(DEFAULT_TIMEOUT, |seconds| Duration::from_secs(seconds.into()));
        Ok(self.patience(timeout))
    }

    /// How long the store's lock is waited for that nobody gives up: `HF_AUTH_LOCK_TIMEOUT`, and half a minute where that
    /// is no positive number.
    pub(crate) fn lock_timeout(&self) -> Duration {
        seconds(self.variables.lookup()("HF_AUTH_LOCK_TIMEOUT")).unwrap_or(DEFAULT_LOCK_TIMEOUT)
    }

    /// The agent harness that runs us, if one does: its identifier, or `unknown`. Looked up when first asked for.
    pub(crate) fn agent(&self) -> Option<&str> {
        self.agent
            .get_or_init(|| agent::detect(self.paths.as_ref(), self.variables.lookup()))
            .as_deref()
    }

    /// No request may be made.
    pub(crate) fn is_offline(&self) -> bool {
        let named = self.variables.non_empty("HF_HUB_OFFLINE");
        is_true(named.or_else(|| self.variables.text("TRANSFORMERS_OFFLINE")))
    }

    /// Certificates to trust instead of the system's.
    pub(crate) fn certificates(&self) -> Option<CertificateSource> {
        CertificateSource::of(self.variables.lookup())
    }

    /// The proxies that are set.
    pub(crate) fn proxies(&self) -> &Proxies {
        self.proxies.get_or_init(|| Proxies::from(self.variables.lookup()))
    }

    /// As which OAuth application we log in.
    pub(crate) fn device_client_id(&self) -> String {
        let named = self.variables.text("HF_DEVICE_CODE_OAUTH_CLIENT_ID");
        named.unwrap_or_else(|| DEVICE_CLIENT_ID.to_owned())
    }

    /// How a CI job can prove who it is.
    pub(crate) fn identity_source(&self) -> IdentitySource {
        IdentitySource::of(self.provider(), self.variables.lookup())
    }

    /// The CI that runs us.
    pub(crate) fn provider(&self) -> Option<Provider> {
        Provider::of(self.variables.lookup())
    }

    /// Whether a browser can be opened for the person.
    pub(crate) fn desktop(&self) -> Desktop {
        Desktop::of(self.variables.lookup())
    }

    /// We run on Google Colab (not Colab Enterprise).
    pub(crate) fn is_on_colab(&self) -> bool {
        let is_set = |name| self.variables.non_empty(name).is_some();
        ["COLAB_RELEASE_TAG", "COLAB_BACKEND_VERSION"].into_iter().any(is_set)
            && self.variables.text("VERTEX_PRODUCT").as_deref() != Some("COLAB_ENTERPRISE")
    }

    /// The `User-Agent` header: ourselves, the version of the reference we stand in for, and, as far as telemetry is
    /// allowed, who runs us.
    pub(crate) fn user_agent(&self) -> String {
        let mut parts = vec![
            format!("hf-auth/{}", env!("CARGO_PKG_VERSION")),
            format!("hf_hub/{}", REFERENCE_VERSION),
        ];
        let is_on = |name| is_true(self.variables.text(name));
        let mut refusals = ["HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY", "DO_NOT_TRACK"].into_iter();
        if !refusals.any(is_on) {
            parts.extend(self.agent().map(|agent| format!("agent/{agent}")));
        }
        let origin = self.variables.text("HF_HUB_USER_AGENT_ORIGIN");
        parts.extend(origin.map(|origin| format!("origin/{origin}")));
        parts
            .join("; ")
            .replace(|c: char| !c.is_ascii_graphic() && c != ' ', "?")
    }
}

/// The folder that the program was started in: its real path, or, where it is gone, as the shell calls it.
pub(crate) fn current_folder() -> Option<PathBuf> {
    let named = || {
        environment("PWD")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
    };
    std::env::current_dir().ok().or_else(named)
}

/// This process's environment.
#[expect(clippy::disallowed_methods, reason = "this is the environment's one door")]
pub(crate) fn environment(name: &str) -> Option<OsString> {
    std::env::var_os(name)
}

/// All of it, for a program that takes our place.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "this is the environment's one door")]
pub(crate) fn whole_environment() -> std::env::VarsOs {
    std::env::vars_os()
}

/// How long git may take to answer: `HF_AUTH_GIT_TIMEOUT`, and a quarter of a minute where that is no positive number.
pub(crate) fn git_timeout() -> Duration {
    seconds(environment("HF_AUTH_GIT_TIMEOUT")).unwrap_or(DEFAULT_GIT_TIMEOUT)
}

/// A positive number of seconds; anything else counts as unset.
fn seconds(value: Option<OsString>) -> Option<Duration> {
    let seconds: f64 = value?.to_str()?.trim().parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok().filter(|time| !time.is_zero())
}

/// `1`, `ON`, `YES` and `TRUE`, in any case.
fn is_true(value: Option<String>) -> bool {
    value.is_some_and(|value| ["1", "ON", "YES", "TRUE"].contains(&value.to_uppercase().as_str()))
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
