//! The part of the Hub's answer to "whose token is this?" that we use. Whatever else it holds is skipped unread (a name
//! that a server cut in the middle of an emoji is no JSON text any more), and what is optional may be absent or null.

use serde::Deserialize;
use serde::de::Error;
use serde_json::value::RawValue;

use super::rights::{self, Rights};

/// No name on the Hub comes near this, in bytes; what does would only flood screens and files.
const LONGEST_NAME: usize = 4096;

/// Who a token belongs to, and how the Hub knows the token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account's name.
    pub user: String,
    /// The names of its organizations.
    pub organizations: Vec<String>,
    /// The name that the person gave the token on the Hub; an OAuth token has none.
    pub display_name: Option<String>,
    /// What the token may do: `read`, `write`, `fineGrained`.
    pub role: Option<String>,
    /// The rest of what the Hub says of it.
    pub rights: Rights,
}

impl Identity {
    pub(super) fn from_json(body: &[u8]) -> serde_json::Result<Self> {
        // serde would take a list for the struct's fields in order.
        let is_list = body.trim_ascii_start().starts_with(b"[");
        let whoami: Whoami = match is_list {
            true => Err(serde_json::Error::custom("a list instead of an object")),
            false => serde_json::from_slice(body),
        }?;
        if whoami.name.is_empty() {
            return Err(serde_json::Error::custom("an account without a name"));
        }
        let expires_at = whoami.auth.as_ref().and_then(|auth| auth.expires_at);
        let access_token = whoami.auth.and_then(|auth| auth.access_token);
        let rights = Rights {
            is_listed: access_token.is_some(),
            expires_at: rights::moment(expires_at),
            orgs: rights::memberships(whoami.orgs),
            ..access_token.as_ref().map_or_else(Rights::default, |token| {
                Rights::of(token.created_at, token.fine_grained)
            })
        };
        let access_token = access_token.unwrap_or_default();
        let names = [Some(&whoami.name), access_token.display_name.as_ref()];
        if names.into_iter().flatten().any(|name| !is_short(name)) {
            return Err(serde_json::Error::custom("a name of more than 4096 bytes"));
        }
        let not_empty = |text: &String| !text.is_empty();
        let role: Option<String> = lenient(access_token.role);
        Ok(Identity {
            user: whoami.name,
            organizations: names_of(whoami.orgs),
            display_name: access_token.display_name.filter(not_empty),
            role: role.filter(not_empty).filter(is_short),
            rights,
        })
    }

    /// The same with every name redacted, should the server repeat a secret in one.
    pub(super) fn redacted(self, redact: impl Fn(&str) -> String) -> Self {
        Identity {
            user: redact(&self.user),
            organizations: self.organizations.iter().map(|name| redact(name)).collect(),
            display_name: self.display_name.as_deref().map(&redact),
            role: self.role.as_deref().map(&redact),
            rights: self.rights.redacted(&redact),
        }
    }

    /// The name to store the token under: its own, else `oauth-<user name>`.
    pub fn token_name(&self) -> String {
        self.display_name
            .clone()
            .unwrap_or_else(|| format!("oauth-{}", self.user))
    }
}

#[derive(Deserialize)]
struct Whoami<'a> {
    name: String,
    #[serde(borrow)]
    orgs: Shown<'a>,
    #[serde(borrow)]
    auth: Option<Auth<'a>>,
}

/// A value that is shown and nothing else: nothing odd in it may stand in the way of a login.
pub(super) type Shown<'a> = Option<&'a RawValue>;

/// The value, if it is one of the kind that it should be.
pub(super) fn lenient<'a, T: Deserialize<'a>>(value: Shown<'a>) -> Option<T> {
    serde_json::from_str(value?.get()).ok()
}

fn names_of(organizations: Shown) -> Vec<String> {
    let organizations: Vec<Shown> = lenient(organizations).unwrap_or_default();
    let organizations = organizations.into_iter().filter_map(lenient::<Organization>);
    let names = organizations.map(|organization| organization.name);
    names.filter(is_short).collect()
}

#[expect(clippy::ptr_arg, reason = "filters hand it over so")]
pub(super) fn is_short(name: &String) -> bool {
    name.len() <= LONGEST_NAME
}

#[derive(Deserialize)]
struct Organization {
    name: String,
}

#[derive(Deserialize)]
struct Auth<'a> {
    #[serde(rename = "accessToken", borrow)]
    access_token: Option<AccessToken<'a>>,
    #[serde(rename = "expiresAt", borrow)]
    expires_at: Shown<'a>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct AccessToken<'a> {
    /// The token is stored under it, so it is not guessed at.
    display_name: Option<String>,
    #[serde(borrow)]
    role: Shown<'a>,
    #[serde(borrow)]
    created_at: Shown<'a>,
    #[serde(borrow)]
    fine_grained: Shown<'a>,
}
