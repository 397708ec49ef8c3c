//! What a person is told when the Hub does not answer, or does not answer with what was asked for: one line that names
//! the endpoint and the cause. The sentences that people search for are the reference's.

use std::error::Error as StdError;
use std::io;
use std::time::Duration;

use reqwest::header::LOCATION;
use reqwest::{StatusCode, Url};
use serde_json::Value;

use super::answer::{Answer, single_line};
use super::{Hub, Interruption, LARGEST_ANSWER, Refusal, limits};
use crate::clock::{self, Zone};
use crate::error::{Error, ErrorKind, reason};

const PROXY_HINT: &str = "check that the proxy works and may be used for this, or add the host to NO_PROXY.";

/// What the library says of a proxy that lets nobody through without a password (407).
const PROXY_REFUSES: &str = "proxy authorization required";

fn proxy_password(variable: &str) -> String {
    format!("the proxy wants a user name and a password: {variable}=http://USER:PASSWORD@HOST:PORT.")
}

/// Somebody answered who is no Hub.
pub(super) const NO_HUB_HINT: &str =
    "check that HF_ENDPOINT is a Hugging Face Hub, and that no login page of a network is in between.";

/// There is no whole answer.
pub(super) fn unreachable(hub: &Hub, asked: &Url, timeout: Duration, interruption: Interruption) -> Error {
    let cause = match interruption {
        Interruption::Transport(cause) => cause,
        Interruption::TooLarge(url) => {
            let limit = LARGEST_ANSWER / 1024 / 1024;
            return Error::new(
                ErrorKind::UnexpectedAnswer,
                format!("Unexpected answer from {url}: it is larger than {limit} MiB."),
            )
            .hint(NO_HUB_HINT);
        }
    };
    let (what, hint) = explain(&cause, timeout);
    let (what, hint) = match hub.settings.proxies().of(asked) {
        Ok(Some(proxy)) => {
            let wants_a_password = chain(&cause).any(|link| link.to_string().contains(PROXY_REFUSES));
            let hint = if wants_a_password {
                proxy_password(proxy.variable())
            } else {
                PROXY_HINT.to_owned()
            };
            (format!("{what} (a proxy is set in {})", proxy.place), Some(hint))
        }
        _ => (what, hint),
    };
    let place = hub.place(asked);
    let error =
        Error::new(ErrorKind::Unreachable, format!("Cannot reach {place}: {what}.")).with_source(cause.without_url());
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// Something on the way answered in the Hub's place.
pub(super) fn in_between(hub: &Hub, answer: &Answer) -> Error {
    let endpoint = &hub.endpoint;
    let what = format!("something in between answered {}", answer.status_line());
    match hub.settings.proxies().of(endpoint.url()) {
        Ok(Some(proxy)) => Error::new(
            ErrorKind::Unreachable,
            format!("Cannot reach {endpoint}: {what} (a proxy is set in {}).", proxy.place),
        )
        .hint(match answer.status {
            StatusCode::PROXY_AUTHENTICATION_REQUIRED => proxy_password(proxy.variable()),
            _ => PROXY_HINT.to_owned(),
        }),
        _ => Error::new(ErrorKind::Unreachable, format!("Cannot reach {endpoint}: {what}.")).hint(format!(
            "your network's filter, proxy or login page may be in the way: open {endpoint} in a browser to see it."
        )),
    }
}

/// What happened, and what to do about it.
fn explain(cause: &reqwest::Error, timeout: Duration) -> (String, Option<String>) {
    if let Some(problem) = find::<rustls::Error>(cause) {
        return explain_tls(problem);
    }
    if cause.is_timeout() {
        let hint = "check your network and proxy, or set HF_HUB_DOWNLOAD_TIMEOUT to more seconds.";
        return (
            format!("no answer within {} seconds", timeout.as_secs()),
            Some(hint.to_owned()),
        );
    }
    if chain(cause).any(|link| link.to_string().contains("dns error")) {
        let hint = "check your network, and HF_ENDPOINT if it is set.";
        return (
            format!("its name cannot be resolved ({})", deepest(cause)),
            Some(hint.to_owned()),
        );
    }
    match find::<io::Error>(cause) {
        Some(problem) => {
            let is_refused = problem.kind() == io::ErrorKind::ConnectionRefused;
            let hint = is_refused
                .then(|| "nothing listens there: check HF_ENDPOINT if it is set, and your network.".to_owned());
            (reason(problem).to_lowercase(), hint)
        }
        None => (deepest(cause), None),
    }
}

fn explain_tls(problem: &rustls::Error) -> (String, Option<String>) {
    use rustls::CertificateError::{Expired, ExpiredContext, NotValidYet, NotValidYetContext};
    let (problem, hint) = match problem {
        // Our own: see `tls`.
        rustls::Error::General(problem) => (
            problem.clone(),
            "correct the variable that names the certificates, or unset it to trust the system's.".to_owned(),
        ),
        rustls::Error::InvalidCertificate(
            Expired | ExpiredContext { .. } | NotValidYet | NotValidYetContext { .. },
        ) => {
            let today = clock::date(clock::now(), Zone::Utc).unwrap_or_default();
            (
                problem.to_string(),
                format!("this machine thinks it is {today}: set its clock, should that be wrong."),
            )
        }
        problem => (
            problem.to_string(),
            "behind a company's proxy, set SSL_CERT_FILE to the file with its CA certificate.".to_owned(),
        ),
    };
    let what = format!("its certificate or TLS connection was not accepted ({problem})");
    (what, Some(hint))
}

/// The causes of an error, itself first. An `io::Error` that wraps another error is looked into.
fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |link| cause_of(*link))
}

fn cause_of<'a>(link: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    match link.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => link.source(),
    }
}

/// The innermost error of a type that is not merely a wrapper.
fn find<'a, E: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a E> {
    chain(error).filter_map(|link| link.downcast_ref::<E>()).last()
}

fn deepest(error: &(dyn StdError + 'static)) -> String {
    let last = chain(error).last().map(ToString::to_string);
    single_line(&last.unwrap_or_default())
}

/// The Hub answered, but not with what was asked for.
pub(super) fn unexpected_answer(answer: &Answer, cause: serde_json::Error) -> Error {
    let content_type = answer.header("content-type").unwrap_or_else(|| "unknown".to_owned());
    let what = match cause.classify() {
        serde_json::error::Category::Data => "it does not say whose token this is".to_owned(),
        _ => format!("it is not JSON (content type: {content_type})"),
    };
    Error::new(
        ErrorKind::UnexpectedAnswer,
        format!("Unexpected answer from {}: {what}.", answer.address()),
    )
    .hint(NO_HUB_HINT)
    .with_source(cause)
}

/// The Hub refused to say whose token this is.
pub(super) fn of_whoami(answer: &Answer) -> Error {
    let said = server_message(answer);
    match answer.status {
        StatusCode::UNAUTHORIZED => Error::new(ErrorKind::Rejected, "Invalid user token."),
        StatusCode::TOO_MANY_REQUESTS => Error::new(
            kind_of(answer),
            with_details(
                &format!(
                    "You've hit the rate limit for the /whoami-v2 endpoint, which is intentionally strict for security reasons.{}",
                    rate_limit(answer)
                ),
                &format!("{}{}", answer.status_line(), request_id(answer)),
                &said,
            ),
        )
        .hint(match limit(answer) {
            Some((wait, _)) => format!("wait {} seconds, then try again.", wait.as_secs()),
            None => "wait a few minutes, then try again.".to_owned(),
        }),
        StatusCode::FORBIDDEN => Error::new(
            ErrorKind::Denied,
            with_details(
                "Make sure your token has the correct permissions.",
                &format!(
                    "{}: Cannot access content at: {}{}",
                    answer.status_line(),
                    answer.address(),
                    request_id(answer)
                ),
                &said,
            ),
        ),
        status if status.is_server_error() || status.is_redirection() => unsuccessful(answer, &said),
        _ => unsuccessful(answer, &said).hint(NO_HUB_HINT),
    }
}

/// An OAuth request was not answered as it should have been. What the server sent is not repeated: it may be a grant.
pub(super) fn of_oauth(answer: &Answer) -> Error {
    if answer.status.is_success() {
        return Error::new(
            ErrorKind::UnexpectedAnswer,
            format!("Unexpected answer from {}: it cannot be understood.", answer.address()),
        );
    }
    unsuccessful(answer, "")
}

/// An OAuth request was refused in words that may be repeated.
pub(super) fn of_refusal(answer: &Answer, refusal: &Refusal) -> Error {
    let Refusal { error, description } = refusal;
    let said = [error.as_str(), description].join(": ");
    unsuccessful(answer, said.trim_end_matches(": "))
}

fn unsuccessful(answer: &Answer, said: &str) -> Error {
    match answer.status {
        status if status.is_redirection() => redirected(answer),
        status => {
            let side = if status.is_server_error() { "Server" } else { "Client" };
            let headline = format!(
                "{side} error '{}' for url '{}'{}",
                answer.status_line(),
                answer.address(),
                request_id(answer)
            );
            let error = Error::new(kind_of(answer), with_details("", &headline, said));
            match status.is_server_error() {
                true => error.hint("the Hub has a problem, and the token need not: try again in a few minutes."),
                false => error,
            }
        }
    }
}

/// What a status that is no success says of the token and the Hub.
fn kind_of(answer: &Answer) -> ErrorKind {
    match answer.status {
        StatusCode::UNAUTHORIZED => ErrorKind::Rejected,
        StatusCode::FORBIDDEN => ErrorKind::Denied,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::RateLimited {
            wait: limit(answer).map(|(wait, _)| wait),
        },
        status if status.is_server_error() => ErrorKind::Unreachable,
        _ => ErrorKind::UnexpectedAnswer,
    }
}

fn redirected(answer: &Answer) -> Error {
    let location = answer.headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let target = location.and_then(|location| answer.url.join(location).ok());
    let Some(target) = target.filter(|target| target.origin() != answer.url.origin()) else {
        return Error::new(
            ErrorKind::UnexpectedAnswer,
            format!(
                "Unexpected answer from {}: {} without a usable address.",
                answer.address(),
                answer.status
            ),
        )
        .hint(NO_HUB_HINT);
    };
    let origin = answer.shown(&target.origin().ascii_serialization());
    Error::new(
        ErrorKind::UnexpectedAnswer,
        format!(
            "{} redirects to {origin}, where your token is not sent.",
            answer.address()
        ),
    )
    .hint(format!("if that is your Hub, set HF_ENDPOINT={origin}."))
}

/// "headline: what the server said. advice" in one line.
fn with_details(advice: &str, headline: &str, said: &str) -> String {
    let mut text = headline.to_owned();
    if !said.is_empty() {
        text.push_str(&format!(": {}", said.trim_end_matches('.')));
    }
    if !advice.is_empty() {
        text.push_str(&format!(". {advice}"));
    }
    text
}

/// ` Retry after 55 seconds (0/500 requests remaining in current 300s window).`
fn rate_limit(answer: &Answer) -> String {
    let Some((wait, policy)) = limit(answer) else {
        return String::new();
    };
    let window = match policy {
        Some((quota, window)) => format!(" (0/{quota} requests remaining in current {window}s window)"),
        None => String::new(),
    };
    format!(" Retry after {} seconds{window}.", wait.as_secs())
}

/// How long to wait, and the quota and the window in seconds: of the limit that is used up, else from `Retry-After`.
pub(super) fn limit(answer: &Answer) -> Option<(Duration, Option<(u64, u64)>)> {
    let header = |name: &str| {
        let value = answer.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    };
    let used_up = limits::used_up(header("ratelimit"), header("ratelimit-policy"));
    let reset = used_up.as_ref().map(|limit| limit.reset);
    let reset = reset.or_else(|| header("retry-after").trim().parse().ok())?;
    Some((Duration::from_secs(reset), used_up.and_then(|limit| limit.policy)))
}

/// Another question was not answered.
pub(super) fn of_question(answer: &Answer) -> Error {
    unsuccessful(answer, &server_message(answer))
}

fn request_id(answer: &Answer) -> String {
    let id = identified(answer).map(|(label, id)| format!(" ({label}: {id})"));
    id.unwrap_or_default()
}

/// What a request can be found again by, and what that is called.
pub(super) fn identified(answer: &Answer) -> Option<(&'static str, String)> {
    let labels = [
        ("x-request-id", "Request ID"),
        ("x-amzn-trace-id", "Amzn Trace ID"),
        ("x-amz-cf-id", "Amz CF ID"),
    ];
    let mut found = labels
        .into_iter()
        .filter_map(|(name, label)| Some((label, answer.header(name)?)));
    found.next()
}

/// What the server says is wrong: its header and the usual places in its JSON, or its text if that is no HTML page.
pub(super) fn server_message(answer: &Answer) -> String {
    let mut messages: Vec<String> = answer.header("x-error-message").into_iter().collect();
    match serde_json::from_slice::<Value>(&answer.body) {
        Ok(body) => messages.extend(json_messages(&body, &|words| answer.shown(words))),
        Err(_) => {
            let content_type = answer.header("content-type").unwrap_or_default();
            if !content_type.to_lowercase().contains("html") {
                messages.push(answer.shown(&String::from_utf8_lossy(&answer.body)));
            }
        }
    }
    let mut said: Vec<String> = Vec::new();
    for message in messages {
        if !message.is_empty() && !said.contains(&message) {
            said.push(message);
        }
    }
    said.join(" ")
}

fn json_messages(body: &Value, shown: &dyn Fn(&str) -> String) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(shown);
    let description = body.get("error_description").and_then(text);
    let mut messages = match (body.get("error"), description) {
        (Some(Value::Array(errors)), _) => errors.iter().filter_map(text).collect(),
        (Some(Value::String(error)), Some(description)) => vec![format!("{}: {description}", shown(error))],
        (Some(Value::String(error)), None) => vec![shown(error)],
        (_, description) => description.into_iter().collect(),
    };
    let errors = body.get("errors").and_then(Value::as_array).into_iter().flatten();
    messages.extend(errors.filter_map(|error| error.get("message").and_then(text)));
    messages
}
