//! The part of the Hub's answer to "whose token is this?" that we use. Whatever else it holds is skipped, and what is
//! optional may be absent or null.

use serde::Deserialize;
use serde::de::Error;
use serde_json::Value;

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
        let access_token = whoami.auth.and_then(|auth| auth.access_token).unwrap_or_default();
        let names = [
            Some(&whoami.name),
            access_token.display_name.as_ref(),
            access_token.role.as_ref(),
        ];
        if names.into_iter().flatten().any(|name| name.len() > LONGEST_NAME) {
            return Err(serde_json::Error::custom("a name of more than 4096 bytes"));
        }
        let not_empty = |text: &String| !text.is_empty();
        Ok(Identity {
            user: whoami.name,
            organizations: whoami
                .orgs
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(name_of)
                .collect(),
            display_name: access_token.display_name.filter(not_empty),
            role: access_token.role.filter(not_empty),
        })
    }

    /// The name to store the token under: its own, else `oauth-<user name>`.
    pub fn token_name(&self) -> String {
        self.display_name
            .clone()
            .unwrap_or_else(|| format!("oauth-{}", self.user))
    }
}

#[derive(Deserialize)]
struct Whoami {
    name: String,
    /// Shown by one command only: nothing odd in it may stand in the way of a login.
    #[serde(default)]
    orgs: Value,
    auth: Option<Auth>,
}

fn name_of(organization: &Value) -> Option<String> {
    let name = organization.get("name")?.as_str()?;
    (name.len() <= LONGEST_NAME).then(|| name.to_owned())
}

#[derive(Deserialize)]
struct Auth {
    #[serde(rename = "accessToken")]
    access_token: Option<AccessToken>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct AccessToken {
    display_name: Option<String>,
    role: Option<String>,
}
