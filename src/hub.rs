//! The door to the network: what the Hub is asked and what it answers. One request per question, only ever to the
//! endpoint, with a limit on time and size. Knows nothing of files, of the screen, or of why somebody asks.

mod access;
mod answer;
mod client;
mod curl;
mod failure;
mod grants;
mod identity;
mod limits;
mod names;
mod oauth;
#[cfg(test)]
mod properties;
mod repo;
mod revocation;
mod rights;
mod tls;
mod transport;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use reqwest::{Client, Method, Request, StatusCode, Url};

use crate::error::{Error, ErrorKind, Result};
use crate::notice::{Notice, Notify};
use crate::secret::Secret;
use crate::secret::redaction::Secrets;
use crate::settings::{Endpoint, Settings, is_this_machine};

pub use access::Access;
pub(crate) use access::Reply;
use answer::Answer;
pub(crate) use client::Trust;
use client::{Connections, client};
pub(crate) use grants::{Poll, Unrenewed};
pub use identity::Identity;
pub(crate) use oauth::{DeviceCode, Grant, Refusal};
pub use repo::{Repo, RepoType};
pub(crate) use revocation::Revoking;
pub use rights::{Membership, Rights, Scope};
use transport::{Interruption, Lane};

/// Where the Hub says whose token a token is.
const WHOAMI: &str = "/api/whoami-v2";
const LARGEST_ANSWER: usize = 1024 * 1024;
/// The header by which a request can be found again in the Hub's logs.
const REQUEST_ID: &str = "X-Amzn-Trace-Id";

/// A connection to the Hub. Making one opens no socket.
pub(crate) struct Hub<'a> {
    settings: &'a Settings,
    endpoint: Endpoint,
    timeout: Duration,
    notify: Notify<'a>,
    client: Client,
    /// What the person knows of ways that are not encrypted.
    warnings: RefCell<Vec<String>>,
    /// What was sent, granted or found on this machine, and may not be shown, whoever repeats it.
    secrets: Rc<Secrets>,
    /// Where connections are kept for the next request.
    lane: Option<Lane>,
}

/// What is posted, and what is shown of it.
struct Body {
    kind: &'static str,
    text: String,
    shown: String,
}

/// What the Hub says of a token, if it says anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is this account's.
    Valid(Identity),
    /// The Hub does not know it, or no longer.
    Rejected,
    /// The Hub has been asked too often; the sentence says more.
    RateLimited(String),
    /// There is no answer, or none that says; the sentence says why.
    Unreachable(String),
}

impl<'a> Hub<'a> {
    /// Prepares to talk to the endpoint.
    pub(crate) fn new(settings: &'a Settings, secrets: Secrets, notify: Notify<'a>) -> Result<Self> {
        let trust = Trust::of(settings)?;
        Hub::with(settings, secrets, notify, &trust, Connections::Once)
    }

    /// The same for many requests, one after the other on one connection.
    pub(crate) fn kept_open(
        settings: &'a Settings,
        secrets: Secrets,
        notify: Notify<'a>,
        trust: &Trust,
    ) -> Result<Self> {
        let lane = Lane::open().map_err(unusable)?;
        let connections = match lane {
            Some(_) => Connections::Kept,
            None => Connections::Once,
        };
        let hub = Hub::with(settings, secrets, notify, trust, connections)?;
        Ok(Hub { lane, ..hub })
    }

    fn with(
        settings: &'a Settings,
        secrets: Secrets,
        notify: Notify<'a>,
        trust: &Trust,
        connections: Connections,
    ) -> Result<Self> {
        let endpoint = settings.endpoint()?;
        let timeout = settings.timeout()?;
        let client = client(settings, endpoint.url(), timeout, trust, connections)?;
        Ok(Hub {
            settings,
            endpoint,
            timeout,
            notify,
            client,
            warnings: RefCell::default(),
            secrets: Rc::new(secrets),
            lane: None,
        })
    }

    /// Asks whose token this is (`GET /api/whoami-v2`).
    pub(crate) fn whoami(&self, token: &Secret) -> Result<Identity> {
        self.identity(token).map_err(|error| self.redacted(error))
    }

    /// Asks whose token this is, and makes a verdict of whatever comes of it.
    pub(crate) fn verdict(&self, token: &Secret) -> Verdict {
        let sentence = |error: Error| self.redacted(error).to_string();
        let answer = match self.get(WHOAMI, token) {
            Ok(answer) => answer,
            Err(error) => return Verdict::Unreachable(sentence(error)),
        };
        match answer.status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Verdict::Rejected,
            StatusCode::TOO_MANY_REQUESTS => Verdict::RateLimited(sentence(failure::of_whoami(&answer))),
            status if status.is_success() => match identity_in(&answer) {
                Ok(identity) => Verdict::Valid(identity),
                Err(error) => Verdict::Unreachable(sentence(error)),
            },
            _ => Verdict::Unreachable(sentence(failure::of_whoami(&answer))),
        }
    }

    fn identity(&self, token: &Secret) -> Result<Identity> {
        let answer = self.get(WHOAMI, token)?;
        match answer.status.is_success() {
            true => identity_in(&answer),
            false => Err(failure::of_whoami(&answer)),
        }
    }

    /// The Hub that is asked.
    pub(crate) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    fn post(&self, path: &str, body: Body, patience: Duration) -> Result<Answer> {
        let mut request = Request::new(Method::POST, self.endpoint.join(path)?);
        request
            .headers_mut()
            .insert(CONTENT_TYPE, HeaderValue::from_static(body.kind));
        *request.body_mut() = Some(body.text.into());
        *request.timeout_mut() = Some(patience);
        self.send(request, Some(&body.shown))
    }

    fn get(&self, path: &str, token: &Secret) -> Result<Answer> {
        self.get_as(path, Some(token))
    }

    /// As the token's owner, or as nobody.
    fn get_as(&self, path: &str, token: Option<&Secret>) -> Result<Answer> {
        let mut request = Request::new(Method::GET, self.endpoint.join(path)?);
        // Of several requests the later ones may have less.
        *request.timeout_mut() = Some(self.settings.patience(self.timeout));
        let request = match token {
            Some(token) => {
                self.remember(token);
                authorized(request, token)?
            }
            None => request,
        };
        self.send(request, None)
    }

    /// A secret that is about to be sent, or has come.
    fn remember(&self, secret: &Secret) {
        self.secrets.add(secret.clone());
    }

    /// The last guard; what a server says has been through [`Answer::shown`] already.
    fn redacted(&self, error: Error) -> Error {
        error.redacted(|text| self.secrets.redact(text))
    }

    /// Tells, once for each place, that what is sent there can be read on the way.
    pub(crate) fn warn_of_exposure(&self) {
        self.warn_of_exposure_at(self.endpoint.url());
    }

    fn warn_of_exposure_at(&self, address: &Url) {
        let warning = exposure(&self.place(address), address, self.settings);
        let Some(warning) = warning.filter(|_| !self.settings.is_offline()) else {
            return;
        };
        let mut warnings = self.warnings.borrow_mut();
        if !warnings.contains(&warning) {
            warnings.push(warning.clone());
            (self.notify)(Notice::Warning(warning));
        }
    }

    /// Who is asked there: the endpoint as the person wrote it; GitHub's service is known by its origin.
    fn place(&self, address: &Url) -> String {
        match address.origin() == self.endpoint.url().origin() {
            true => self.endpoint.to_string(),
            false => address.origin().ascii_serialization(),
        }
    }

    /// To the endpoint, and back only with an answer that the Hub may have given.
    fn send(&self, request: Request, shown_body: Option<&str>) -> Result<Answer> {
        let answer = self.send_through(&self.client, request, shown_body)?;
        self.pass_on_warnings(&answer);
        let is_behind_a_proxy = || matches!(self.settings.proxies().of(self.endpoint.url()), Ok(Some(_)));
        let is_of_proxy = answer.status == StatusCode::PROXY_AUTHENTICATION_REQUIRED && is_behind_a_proxy();
        match answer.may_be_the_hubs() && !is_of_proxy {
            true => Ok(answer),
            false => Err(failure::in_between(self, &answer)),
        }
    }

    fn send_through(&self, client: &Client, mut request: Request, shown_body: Option<&str>) -> Result<Answer> {
        let url = request.url().clone();
        let timeout = request.timeout().copied().unwrap_or(self.timeout);
        if self.settings.is_offline() {
            return Err(Error::new(
                ErrorKind::Offline,
                format!(
                    "Cannot reach {url}: offline mode is enabled. To disable it, please unset the `HF_HUB_OFFLINE` environment variable."
                ),
            ));
        }
        self.warn_of_exposure_at(&url);
        let request_id = uuid::Uuid::new_v4().to_string();
        if let Ok(value) = HeaderValue::try_from(request_id) {
            request.headers_mut().insert(REQUEST_ID, value);
        }
        self.log(|| {
            format!(
                "Send: {}",
                curl::command(&request, &self.settings.user_agent(), shown_body)
            )
        });
        // git has a person of its own.
        let asking = (!self.settings.answers_git).then(|| Asking::begin(self.notify, &url));
        let received = transport::send(client, request, self.lane.as_ref()).map_err(unusable)?;
        drop(asking);
        let received = received.map_err(|cause| failure::unreachable(self, &url, timeout, cause))?;
        let answer = Answer::of(received, Rc::clone(&self.secrets));
        answer
            .granted()
            .into_iter()
            .for_each(|secret| self.secrets.add(Secret::new(secret)));
        // Without its address: after a redirect the server has chosen it, and may have put a secret there.
        self.log(|| format!("< {} ({} bytes)", answer.status_line(), answer.body.len()));
        Ok(answer)
    }

    /// What was sent and what has come is taken out, whatever place it has got into.
    fn log(&self, line: impl FnOnce() -> String) {
        if self.settings.debug {
            (self.notify)(Notice::Debug(self.secrets.redact_known(&line())));
        }
    }

    /// `X-HF-Warning: topic; message`.
    fn pass_on_warnings(&self, answer: &Answer) {
        for warning in answer.headers.get_all("X-HF-Warning") {
            let warning = String::from_utf8_lossy(warning.as_bytes());
            let (topic, message) = warning.split_once(';').unwrap_or(("", &warning));
            let (topic, message) = (answer.shown(topic), answer.shown(message));
            if !message.is_empty() {
                (self.notify)(Notice::HubWarning { topic, message });
            }
        }
    }
}

/// A request that is out.
struct Asking<'a>(Notify<'a>);

impl<'a> Asking<'a> {
    fn begin(notify: Notify<'a>, url: &Url) -> Self {
        notify(Notice::Asking(url.host_str().unwrap_or_default().to_owned()));
        Asking(notify)
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        (self.0)(Notice::Answered);
    }
}

fn identity_in(answer: &Answer) -> Result<Identity> {
    let identity = Identity::from_json(&answer.body).map_err(|cause| failure::unexpected_answer(answer, cause))?;
    Ok(identity.redacted(|name| answer.secrets.redact(name)))
}

/// What to tell whoever is about to send a secret to an address over a way that is not encrypted and leads beyond this
/// machine; a proxy elsewhere makes it lead there.
fn exposure(place: &str, address: &Url, settings: &Settings) -> Option<String> {
    if address.scheme() != "http" {
        return None;
    }
    if !is_this_machine(address) {
        let advice = match settings.endpoint() {
            Ok(endpoint) if endpoint.url().origin() == address.origin() => "Use an https:// endpoint.",
            _ => "Use an https:// address.",
        };
        return Some(format!(
            "{place} is not encrypted: whoever is on the way can read your token. {advice}"
        ));
    }
    let proxy = settings.proxies().of(address).ok().flatten()?;
    proxy.is_elsewhere().then(|| {
        format!(
            "{place} is asked through the proxy in {}, and not encrypted: whoever is on the way there can read your token. Add {} to NO_PROXY.",
            proxy.place,
            address.host_str().unwrap_or_default()
        )
    })
}

fn authorized(mut request: Request, token: &Secret) -> Result<Request> {
    let bearer = HeaderValue::try_from(format!("Bearer {}", token.expose()));
    let mut bearer =
        bearer.map_err(|_| Error::new(ErrorKind::Malformed, "The token cannot be part of an HTTP header."))?;
    bearer.set_sensitive(true);
    request.headers_mut().insert(AUTHORIZATION, bearer);
    Ok(request)
}

fn unusable(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::new(ErrorKind::Unreachable, "The network cannot be used.").with_source(cause)
}
