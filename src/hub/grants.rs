//! The ways in which the Hub grants a token: to a person with a browser, for a refresh token, for a CI job's identity.

use std::time::Duration;

use reqwest::{Method, Request, Url};
use serde::Serialize;
use serde_json::Value;

use super::{Answer, Body, Connections, DeviceCode, Grant, Hub, Refusal, Trust, authorized, client, curl, failure};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;
use crate::settings::IdentityRequest;

/// RFC 8628 §3.1, and the one place where tokens are granted.
const DEVICE: &str = "/oauth/device";
const TOKEN: &str = "/oauth/token";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
/// RFC 8693 §2.1.
const EXCHANGE_GRANT: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

/// What the Hub says to a question about a device code (RFC 8628 §3.5).
#[derive(Debug)]
pub(crate) enum Poll {
    /// The person agreed.
    Granted(Grant),
    /// The Hub answered with an OAuth error; `authorization_pending` is one.
    Refused(Refusal),
    /// Nothing that means anything: the network, a gateway, a page of HTML.
    Inconclusive,
}

/// Why a token was not renewed.
#[derive(Debug)]
pub(crate) enum Unrenewed {
    /// The Hub refused.
    Refused(Refusal),
    /// There was no answer that means anything.
    Failed(Error),
}

/// The fields in the reference's order.
#[derive(Serialize)]
struct Exchange<'a> {
    grant_type: &'a str,
    subject_token_type: &'a str,
    subject_token: &'a str,
    resource: &'a str,
}

impl Hub<'_> {
    /// Asks for a code with which a person can log this machine in (`POST /oauth/device`).
    pub(crate) fn device_code(&self) -> Result<DeviceCode> {
        let form = [("client_id", &*self.settings.device_client_id())];
        let answer = self
            .post_form(DEVICE, &form, self.timeout)
            .map_err(|error| self.redacted(error))?;
        let code = DeviceCode::from_json(&answer.json(), |words| answer.secrets.redact(words));
        match (code, refusal_in(&answer)) {
            (Some(code), _) if answer.status.is_success() => Ok(code),
            (_, Some(refusal)) if !answer.status.is_success() => {
                Err(self.redacted(failure::of_refusal(&answer, &refusal)))
            }
            _ if answer.status.is_success() => {
                Err(self.redacted(failure::of_oauth(&answer).hint(failure::NO_HUB_HINT)))
            }
            _ => Err(self.redacted(failure::of_oauth(&answer))),
        }
    }

    /// Asks once whether the person has agreed (`POST /oauth/token`). Nothing that goes wrong here ends a login.
    pub(crate) fn poll(&self, code: &DeviceCode) -> Poll {
        self.remember(&code.device_code);
        let form = [
            ("grant_type", DEVICE_GRANT),
            ("device_code", code.device_code.expose()),
            ("client_id", &self.settings.device_client_id()),
        ];
        let Ok(answer) = self.post_form(TOKEN, &form, self.timeout) else {
            return Poll::Inconclusive;
        };
        let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
        let Some(body) = body.filter(|_| !answer.status.is_server_error()) else {
            return Poll::Inconclusive;
        };
        match (Grant::from_json(&body), refusal_in(&answer)) {
            (Some(grant), _) => Poll::Granted(grant),
            (None, Some(refusal)) => Poll::Refused(refusal),
            (None, None) => Poll::Inconclusive,
        }
    }

    /// Renews a token, within the time given (`POST /oauth/token`, RFC 6749 §6).
    pub(crate) fn refresh(&self, refresh_token: &Secret, patience: Duration) -> Result<Grant, Unrenewed> {
        self.renewed(refresh_token, patience)
            .map_err(|unrenewed| match unrenewed {
                Unrenewed::Failed(error) => Unrenewed::Failed(self.redacted(error)),
                refused => refused,
            })
    }

    fn renewed(&self, refresh_token: &Secret, patience: Duration) -> Result<Grant, Unrenewed> {
        self.remember(refresh_token);
        let form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.expose()),
            ("client_id", &self.settings.device_client_id()),
        ];
        let answer = self.post_form(TOKEN, &form, patience).map_err(Unrenewed::Failed)?;
        match (Grant::from_json(&answer.json()), refusal_in(&answer)) {
            (Some(grant), _) if answer.status.is_success() => Ok(grant),
            (_, Some(refusal)) => Err(Unrenewed::Refused(refusal)),
            _ => Err(Unrenewed::Failed(failure::of_oauth(&answer))),
        }
    }

    /// Asks GitHub Actions for a token that says who this job is, made out for the endpoint.
    pub(crate) fn github_identity(&self, request: &IdentityRequest) -> Result<Secret> {
        self.remember(&request.token);
        self.identity_from_github(request).map_err(|error| self.redacted(error))
    }

    fn identity_from_github(&self, request: &IdentityRequest) -> Result<Secret> {
        let mut url = Url::parse(&request.url).map_err(|cause| {
            Error::new(ErrorKind::Settings, "ACTIONS_ID_TOKEN_REQUEST_URL is not a URL.").with_source(cause)
        })?;
        url.query_pairs_mut()
            .append_pair("audience", &self.endpoint.to_string());
        let trust = Trust::of(self.settings)?;
        let client = client(self.settings, &url, self.timeout, &trust, Connections::Once)?;
        let answer = self.send_through(
            &client,
            authorized(Request::new(Method::GET, url), &request.token)?,
            None,
        )?;
        let body = answer.json();
        let identity = body.get("value").and_then(Value::as_str).map(Secret::new);
        identity.iter().for_each(|identity| self.remember(identity));
        identity
            .filter(|_| answer.status.is_success())
            .ok_or_else(|| failure::of_oauth(&answer))
    }

    /// Exchanges a CI job's identity for a token that may act on a resource (`POST /oauth/token`, RFC 8693).
    pub(crate) fn exchange(&self, identity: &Secret, resource: &str) -> Result<Grant> {
        self.remember(identity);
        self.exchanged(identity, resource).map_err(|error| self.redacted(error))
    }

    fn exchanged(&self, identity: &Secret, resource: &str) -> Result<Grant> {
        let exchange = |subject_token: &str| {
            let exchange = Exchange {
                grant_type: EXCHANGE_GRANT,
                subject_token_type: ID_TOKEN,
                subject_token,
                resource,
            };
            serde_json::to_string(&exchange)
                .map_err(|cause| Error::new(ErrorKind::UnexpectedAnswer, "No request can be made.").with_source(cause))
        };
        let body = Body {
            kind: "application/json",
            text: exchange(identity.expose())?,
            shown: exchange(curl::REDACTED)?,
        };
        let answer = self.post(TOKEN, body, self.timeout)?;
        match (Grant::from_json(&answer.json()), refusal_in(&answer)) {
            (Some(grant), _) if answer.status.is_success() => Ok(grant),
            // The caller knows what the job is to check.
            (_, Some(refusal)) => Err(failure::of_refusal(&answer, &refusal).without_hint()),
            _ => Err(failure::of_oauth(&answer).without_hint()),
        }
    }

    fn post_form(&self, path: &str, form: &[(&str, &str)], patience: Duration) -> Result<Answer> {
        let body = Body {
            kind: "application/x-www-form-urlencoded",
            text: curl::encoded(form),
            shown: curl::form(form),
        };
        self.post(path, body, patience)
    }
}

fn refusal_in(answer: &Answer) -> Option<Refusal> {
    Refusal::from_json(&answer.json(), |words| answer.shown(words))
}
