//! A whole answer. What is in it is read as it came; what a person is shown of it goes through one door, where secrets that
//! the server repeats are taken out before anything is cut or joined.

use std::rc::Rc;

use reqwest::header::HeaderMap;
use reqwest::{StatusCode, Url};
use serde_json::Value;

use super::transport::Received;
use crate::secret::redaction::{Secrets, masked_name};

/// More of the server's words than this help nobody.
const LONGEST_SERVER_MESSAGE: usize = 400;
/// What a grant or a device code is found under (RFC 6749 §5.1, RFC 8628 §3.2).
const SECRET_FIELDS: [&str; 3] = ["access_token", "refresh_token", "device_code"];

/// What a server answered.
pub(super) struct Answer {
    pub(super) url: Url,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    /// What must not be shown of it.
    pub(super) secrets: Rc<Secrets>,
}

impl Answer {
    /// What was received, with what must not be shown of it.
    pub(super) fn of(received: Received, secrets: Rc<Secrets>) -> Self {
        let Received {
            url,
            status,
            headers,
            body,
        } = received;
        Answer {
            url,
            status,
            headers,
            body,
            secrets,
        }
    }

    /// The body as JSON, null where it is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Whether the Hub may have said this. It refuses in JSON or with a header of its own; a refusal without either comes
    /// from a filter or a login page in between, which knows nothing of tokens.
    pub(super) fn may_be_the_hubs(&self) -> bool {
        let refuses = [
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
            StatusCode::NETWORK_AUTHENTICATION_REQUIRED,
        ];
        let has_a_mark = ["x-error-code", "x-error-message"]
            .iter()
            .any(|name| self.headers.contains_key(*name));
        !refuses.contains(&self.status) || has_a_mark || matches!(self.json(), Value::Object(_) | Value::Array(_))
    }

    /// The secrets that it grants, which it may repeat elsewhere.
    pub(super) fn granted(&self) -> Vec<String> {
        let body = self.json();
        let granted = SECRET_FIELDS.into_iter().filter_map(|field| body.get(field)?.as_str());
        granted.map(str::to_owned).collect()
    }

    /// Words of the server as a part of a sentence: no secret, one line, bearable length.
    pub(super) fn shown(&self, words: &str) -> String {
        single_line(&masked_name(&self.secrets.redact(words)))
    }

    /// A header's words, if it has any; for a sentence too.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let words = String::from_utf8_lossy(self.headers.get(name)?.as_bytes());
        Some(self.shown(&words)).filter(|words| !words.is_empty())
    }

    /// Who answered, which after a redirect the server has chosen.
    pub(super) fn address(&self) -> String {
        self.shown(self.url.as_str())
    }

    /// `503 Service Unavailable`.
    pub(super) fn status_line(&self) -> String {
        let reason = self.status.canonical_reason().unwrap_or_default();
        format!("{} {reason}", self.status.as_u16()).trim_end().to_owned()
    }
}

/// One line of bearable length: white space folded, the rest cut off.
pub(super) fn single_line(text: &str) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.char_indices().nth(LONGEST_SERVER_MESSAGE) {
        Some((end, _)) => format!("{}…", &folded[..end]),
        None => folded,
    }
}
