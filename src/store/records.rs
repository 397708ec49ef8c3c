//! What goes into the store and comes out of it, and how a token is written into the file's sections.

use std::path::PathBuf;

use crate::fs::Version;
use crate::secret::Secret;
use crate::settings::Endpoint;
use crate::store::ini::{self, Document, Section};

/// In seconds.
const SOON: i64 = 7 * 24 * 60 * 60;

pub(super) const TOKEN: &str = "hf_token";
pub(super) const REFRESH_TOKEN: &str = "refresh_token";
pub(super) const EXPIRES_AT: &str = "expires_at";
/// The Hub that the token is for, where that is neither everybody's nor on this machine. Ours: Python ignores the key.
pub(super) const ENDPOINT: &str = "endpoint";

/// One section of `stored_tokens`.
#[derive(Debug, Clone)]
pub struct StoredToken {
    /// The name it is stored under.
    pub name: String,
    /// The token; a section may lack one.
    pub token: Option<Secret>,
    /// When an OAuth token expires, in seconds since 1970, as it stands in the file.
    pub expires_at: Option<String>,
    /// There is something to renew it with.
    pub renews_itself: bool,
    /// The Hub that it is for, where that is neither everybody's nor on this machine.
    pub endpoint: Option<String>,
}

impl StoredToken {
    /// When it expires, in seconds since 1970, if the file says so in a number.
    pub fn expiry(&self) -> Option<i64> {
        self.expires_at.as_ref()?.trim().parse().ok()
    }

    /// It ends within a week from `now`, and somebody has to do something about it.
    pub(crate) fn ends_soon(&self, now: i64) -> bool {
        let is_near = |end: i64| (now..now.saturating_add(SOON)).contains(&end);
        !self.renews_itself && self.token.is_some() && self.expiry().is_some_and(is_near)
    }
}

/// A token to store, with what is known of its end.
#[derive(Debug, Clone)]
pub(crate) struct NewToken<'a> {
    /// The token.
    pub token: &'a Secret,
    /// What an OAuth token can be renewed with.
    pub refresh_token: Option<&'a Secret>,
    /// When it expires, in seconds since 1970.
    pub expires_at: Option<i64>,
    /// The Hub that has given it.
    pub endpoint: &'a Endpoint,
}

impl<'a> NewToken<'a> {
    /// One of which nothing more is known.
    pub(crate) fn new(token: &'a Secret, endpoint: &'a Endpoint) -> Self {
        NewToken {
            token,
            refresh_token: None,
            expires_at: None,
            endpoint,
        }
    }

    /// Whether a section holds this token, or one of the same Hub.
    fn may_replace(&self, section: &Section) -> bool {
        let is_of_this_hub = match (section.get(ENDPOINT), self.endpoint.binding()) {
            (Some(bound), _) => self.endpoint.is_at(bound),
            (None, binding) => binding.is_none(),
        };
        is_of_this_hub || section.get(TOKEN).is_none_or(|token| token == self.token.expose())
    }
}

/// A stored OAuth token that can be renewed.
#[derive(Debug)]
pub(crate) struct Renewable {
    /// The name it is stored under.
    pub name: String,
    /// What to renew it with.
    pub refresh_token: Secret,
    /// When it expires, in seconds since 1970.
    pub expires_at: i64,
}

/// What [`TokenStore::save`](super::TokenStore::save) did.
#[derive(Debug)]
pub(crate) struct Saved {
    /// The name the token is stored under: the one asked for, unless a section cannot have it, or one of another Hub has.
    pub name: String,
    /// A token of another Hub has the name that was asked for.
    pub is_beside_another_hub: bool,
    /// Where an unreadable `stored_tokens` was moved to first, and what was wrong with it.
    pub set_aside: Option<(PathBuf, ini::ParseError)>,
    pub(super) version: Version,
}

/// What [`TokenStore::remove`](super::TokenStore::remove) removed.
#[derive(Debug)]
pub(crate) struct Removed {
    /// The token that was stored under the name.
    pub token: Option<Secret>,
    /// It was the active one, and no token is active now.
    pub was_active: bool,
}

/// Puts a token under a name. What an earlier login under it stored of its end says nothing of this token; keys that
/// are not ours stay.
pub(super) fn put(document: &mut Document, name: &str, new: &NewToken) {
    document.edit(name, |properties| {
        // It keeps its place in the section; `insert` would move it to the end.
        match properties.iter_mut().find(|(key, _)| *key == TOKEN) {
            Some((_, token)) => new.token.expose().clone_into(token),
            None => properties.append(TOKEN, new.token.expose()),
        }
        properties.remove(REFRESH_TOKEN);
        properties.remove(EXPIRES_AT);
        if let Some(refresh_token) = new.refresh_token {
            properties.append(REFRESH_TOKEN, refresh_token.expose());
        }
        if let Some(expires_at) = new.expires_at {
            properties.append(EXPIRES_AT, expires_at.to_string());
        }
        properties.remove(ENDPOINT);
        if let Some(endpoint) = new.endpoint.binding() {
            properties.append(ENDPOINT, endpoint);
        }
    });
}

/// The name that a token gets: the one asked for, unless a token of another Hub has it.
pub(super) fn name_for(document: &Document, wanted: &str, new: &NewToken) -> String {
    let is_free = |name: &String| document.section(name).is_none_or(|section| new.may_replace(section));
    let name = storable_name(document, wanted, new.token);
    if is_free(&name) {
        return name;
    }
    let with_host = format!("{name}@{}", new.endpoint.host());
    let numbered = (2..).map(|number| format!("{with_host}-{number}"));
    let mut candidates = [with_host.clone()].into_iter().chain(numbered);
    candidates.find(is_free).unwrap_or(with_host)
}

/// The name itself if a section can have it, else one made from it. A made-up name never takes the place of another
/// token's.
pub(super) fn storable_name(document: &Document, name: &str, token: &Secret) -> String {
    if ini::can_name_a_section(name) {
        return name.to_owned();
    }
    let base = match name.replace(['\r', '\n'], " ").trim() {
        "" => "token".to_owned(),
        "DEFAULT" => "DEFAULT-token".to_owned(),
        other => other.to_owned(),
    };
    let numbered = (1..).map(|number| {
        if number == 1 {
            base.clone()
        } else {
            format!("{base}-{number}")
        }
    });
    let is_free = |name: &String| match document.section(name) {
        None => true,
        Some(section) => section.get(TOKEN) == Some(token.expose()),
    };
    numbered
        .filter(|name| ini::can_name_a_section(name))
        .find(is_free)
        .unwrap_or(base)
}
