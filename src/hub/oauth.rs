//! The Hub's OAuth answers: token grants, device codes and refusals. They are read one value at a time, because servers
//! and gateways in between are free with types, and whatever makes no sense counts as not there.

use std::time::Duration;

use serde_json::Value;

use crate::secret::Secret;

/// RFC 8628 §3.2: what to wait between two questions when the server does not say.
const DEFAULT_INTERVAL: Duration = Duration::from_secs(5);
const DEFAULT_LIFETIME: Duration = Duration::from_secs(900);
/// Longer than any address that a person could open, in bytes.
const LONGEST_ADDRESS: usize = 4096;
/// Nobody waits longer than this for a person to press a button.
const LONGEST_LIFETIME: u64 = 24 * 60 * 60;

/// A token that the Hub grants (RFC 6749 §5.1).
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    /// The token.
    pub access_token: Secret,
    /// What to renew it with.
    pub refresh_token: Option<Secret>,
    /// How long it is valid, in seconds from now.
    pub expires_in: Option<i64>,
}

/// Why the Hub grants none (RFC 6749 §5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The code, such as `invalid_grant`.
    pub error: String,
    /// The server's words, if any.
    pub description: String,
}

/// What a person is shown, and what to poll with (RFC 8628 §3.2).
#[derive(Debug, Clone)]
pub(crate) struct DeviceCode {
    pub(super) device_code: Secret,
    /// What to type in the browser.
    pub user_code: String,
    /// Where to type it; with the code filled in already if the server can do that.
    pub address: String,
    /// How long to wait between two questions.
    pub interval: Duration,
    /// How long the code is valid.
    pub expires_in: Duration,
}

impl Grant {
    /// A grant, if the answer is one with a token that can be used.
    pub(super) fn from_json(body: &Value) -> Option<Self> {
        Some(Grant {
            access_token: Secret::parse(text(body, "access_token")?).ok()?,
            refresh_token: text(body, "refresh_token").and_then(|token| Secret::parse(token).ok()),
            expires_in: seconds(body, "expires_in"),
        })
    }

    /// When it expires, in seconds since 1970, for one that was granted at `now`.
    pub(crate) fn expires_at(&self, now: i64) -> Option<i64> {
        self.expires_in.map(|seconds| now.saturating_add(seconds))
    }
}

impl Refusal {
    /// A refusal, if the answer is one; its words are made fit to be shown.
    pub(super) fn from_json(body: &Value, shown: impl Fn(&str) -> String) -> Option<Self> {
        Some(Refusal {
            error: shown(text(body, "error")?),
            description: shown(text(body, "error_description").unwrap_or_default()),
        })
    }
}

impl DeviceCode {
    /// A code, if the answer is one. What a person is shown of it is redacted.
    pub(super) fn from_json(body: &Value, redact: impl Fn(&str) -> String) -> Option<Self> {
        let shown = |key| {
            let text = text(body, key).filter(|text| text.len() <= LONGEST_ADDRESS);
            text.map(&redact)
        };
        let complete = shown("verification_uri_complete").filter(|address| !address.is_empty());
        let duration = |key| {
            seconds(body, key)
                .and_then(|seconds| u64::try_from(seconds).ok())
                .map(Duration::from_secs)
        };
        let expires_in = duration("expires_in")
            .unwrap_or(DEFAULT_LIFETIME)
            .min(Duration::from_secs(LONGEST_LIFETIME));
        Some(DeviceCode {
            device_code: Secret::new(text(body, "device_code")?),
            user_code: shown("user_code")?,
            address: complete.or_else(|| shown("verification_uri"))?,
            interval: duration("interval").unwrap_or(DEFAULT_INTERVAL).min(expires_in),
            expires_in,
        })
    }
}

fn text<'a>(body: &'a Value, key: &str) -> Option<&'a str> {
    body.get(key)?.as_str()
}

/// A whole number of seconds, also as `3600.0` or `"3600"`.
fn seconds(body: &Value, key: &str) -> Option<i64> {
    match body.get(key)? {
        Value::Number(number) => number
            .as_i64()
            .or_else(|| number.as_f64().map(|seconds| seconds as i64)),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_device_code_has_defaults_and_limits() {
        let code = |body: Value| DeviceCode::from_json(&body, str::to_owned);
        let minimal = json!({"device_code": "d", "user_code": "u", "verification_uri": "https://x"});
        let minimal = code(minimal).unwrap();
        assert_eq!((minimal.interval.as_secs(), minimal.expires_in.as_secs()), (5, 900));
        assert_eq!(minimal.address, "https://x");
        let odd = json!({"device_code": "d", "user_code": "u", "verification_uri": "a", "verification_uri_complete": "",
            "interval": "1e9", "expires_in": 1e18});
        let odd = code(odd).unwrap();
        assert_eq!(
            (odd.interval.as_secs(), odd.expires_in.as_secs()),
            (5, LONGEST_LIFETIME)
        );
        assert_eq!(odd.address, "a");
        assert!(code(json!({"user_code": "u", "verification_uri": "a"})).is_none());
    }

    #[test]
    fn a_grant_needs_a_usable_token() {
        let grant = Grant::from_json(&json!({"access_token": "hf_test", "expires_in": "60", "refresh_token": "a\nb"}));
        let grant = grant.unwrap();
        assert_eq!(
            (grant.expires_at(100), grant.refresh_token.is_none()),
            (Some(160), true)
        );
        assert!(Grant::from_json(&json!({"access_token": "a\nb"})).is_none());
        assert!(Grant::from_json(&json!(["hf_test"])).is_none());
    }
}
