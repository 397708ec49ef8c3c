//! git's words about a credential, as git-credential(1) defines them: what git asks for, whether that is the Hub, and
//! the answer. Pure text in and out; the token comes from elsewhere.

use std::collections::HashSet;

use percent_encoding::percent_decode_str;
use url::Host;

use crate::secret::Secret;
use crate::settings::Endpoint;

/// The user name that the Hub expects beside a token.
pub(crate) const USER: &str = "hf_user";

/// What stands before the owner in the address of a repository that is no model.
const KINDS_IN_PATHS: [&str; 2] = ["datasets", "spaces"];

/// No question of git's comes near this, in bytes.
const LONGEST: usize = 64 * 1024;

/// What git tells of the credential it is looking for. Keys that say nothing about where it is for are left out.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Description {
    protocol: String,
    host: String,
    path: String,
    username: String,
}

/// Why a description cannot be read. No part of it is repeated: it may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    /// A line that is not `key=value`.
    #[error("line {0} has no `=` in it")]
    NoEqualsSign(usize),
    /// A zero byte or a carriage return, which no value can have: some readers would take it for the end of the line.
    #[error("line {0} has a NUL or a carriage return in it")]
    Control(usize),
    /// An attribute that was there already: two readers would not agree on which one counts.
    #[error("line {0} has an attribute that was there before")]
    Twice(usize),
    /// A path that leads out of where it starts.
    #[error("line {0} has a path with `..` in it")]
    Path(usize),
    /// More than any question needs.
    #[error("it is longer than 64 KiB")]
    TooLong,
    /// `url=` without a scheme, or with a line break in one of its parts.
    #[error("line {0} has a `url` that cannot be read")]
    Url(usize),
}

impl Description {
    /// Reads `key=value` lines, up to an empty one. `url` sets all parts anew and unknown keys are ignored, as git itself
    /// reads them. git never writes an attribute twice, but for lists (`wwwauth[]`): who does hopes for another reading.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let (mut description, mut seen) = (Description::default(), HashSet::new());
        for (index, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
            let number = index + 1;
            if bytes.len() > LONGEST {
                return Err(Malformed::TooLong);
            }
            if line.is_empty() {
                break;
            }
            if line.contains(&0) || line.contains(&b'\r') {
                return Err(Malformed::Control(number));
            }
            // What is not UTF-8 cannot be the Hub's, and stays different from it.
            let line = String::from_utf8_lossy(line);
            let (key, value) = line.split_once('=').ok_or(Malformed::NoEqualsSign(number))?;
            if !key.ends_with("[]") && !seen.insert(key.to_owned()) {
                return Err(Malformed::Twice(number));
            }
            description.set(key, value, number)?;
        }
        Ok(description)
    }

    fn set(&mut self, key: &str, value: &str, number: usize) -> Result<(), Malformed> {
        match key {
            "protocol" => self.protocol = value.to_owned(),
            "host" => self.host = value.to_owned(),
            "path" => self.path = value.to_owned(),
            "username" => self.username = value.to_owned(),
            "url" => *self = Description::from_url(value).ok_or(Malformed::Url(number))?,
            _ => {}
        }
        let path = percent_decode_str(&self.path).decode_utf8_lossy();
        match path.split(['/', '\\']).any(|part| part == "..") {
            true => Err(Malformed::Path(number)),
            false => Ok(()),
        }
    }

    /// The parts of a URL as git takes it apart: nothing is required but the scheme, everything is percent-decoded.
    fn from_url(url: &str) -> Option<Self> {
        let (protocol, rest) = url.split_once("://").filter(|(protocol, _)| !protocol.is_empty())?;
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let (user, host) = authority.split_once('@').unwrap_or(("", authority));
        let user = user.split_once(':').map_or(user, |(user, _)| user);
        let decoded = |part: &str| {
            let text = percent_decode_str(part).decode_utf8_lossy().into_owned();
            (!text.contains(['\n', '\r', '\0'])).then_some(text)
        };
        Some(Description {
            protocol: protocol.to_owned(),
            host: decoded(host)?,
            path: decoded(path.trim_matches('/'))?,
            username: decoded(user)?,
        })
    }

    /// The user whose credential git wants, if it says so.
    pub(crate) fn username(&self) -> Option<&str> {
        Some(self.username.as_str()).filter(|name| !name.is_empty())
    }

    /// Whose repository it is about on that Hub, where git says so (`credential.<url>.useHttpPath`).
    pub(crate) fn owner_at(&self, endpoint: &Endpoint) -> Option<String> {
        let own_path = endpoint.url().path().trim_matches('/');
        let path = self.path.trim_matches('/').strip_prefix(own_path)?.trim_matches('/');
        let mut parts = path.split('/');
        let first = parts.next()?;
        let owner = match KINDS_IN_PATHS.contains(&first) {
            true => parts.next()?,
            false => first,
        };
        // A repository of nobody's, such as gpt2, has no owner.
        parts.next().map(|_| owner.to_owned())
    }

    /// Whether it is the Hub's token that git wants: the endpoint's scheme, host and port, and, where both name a path, one
    /// below the endpoint's. The Hub takes any user name beside a token.
    pub(crate) fn is_for(&self, endpoint: &Endpoint) -> bool {
        let url = endpoint.url();
        let own_path = url.path().trim_matches('/');
        let path = self.path.trim_matches('/');
        let is_below = path
            .strip_prefix(own_path)
            .is_some_and(|rest| own_path.is_empty() || rest.is_empty() || rest.starts_with('/'));
        self.protocol.eq_ignore_ascii_case(url.scheme())
            && self.is_at(url.host_str(), url.port_or_known_default())
            && (path.is_empty() || is_below)
    }

    fn is_at(&self, host: Option<&str>, port: Option<u16>) -> bool {
        let (named, named_port) = match self.host.rsplit_once(':') {
            Some((name, digits)) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                (name, digits.parse().ok())
            }
            _ => (self.host.as_str(), default_port(&self.protocol)),
        };
        host.is_some_and(|host| is_host(named, host)) && named_port.is_some() && named_port == port
    }
}

/// Whether a host is the endpoint's, which is in ASCII: a name in other letters has an ASCII spelling (RFC 5890), and either
/// means it. Letters that merely look like ASCII ones never do.
pub(crate) fn is_host(named: &str, host: &str) -> bool {
    let is_international = host.split('.').any(|label| label.starts_with("xn--"));
    let in_ascii = || Host::parse(named).is_ok_and(|named| named.to_string() == host);
    named.eq_ignore_ascii_case(host) || is_international && in_ascii()
}

pub(super) fn default_port(protocol: &str) -> Option<u16> {
    match protocol.to_ascii_lowercase().as_str() {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}

/// What git gets: the user name that goes with a token, the token, and its end in seconds since 1970 if that is known.
/// A git before 2.40 skips the last line.
pub(crate) fn answer(token: &Secret, expires_at: Option<i64>) -> Secret {
    let expiry = expires_at.map_or(String::new(), |seconds| format!("password_expiry_utc={seconds}\n"));
    Secret::new(format!("username={USER}\npassword={}\n{expiry}", token.expose()))
}

/// The password in an answer of git's (git-credential(1)).
pub(crate) fn password_in(answer: &str) -> Option<Secret> {
    let password = answer.lines().find_map(|line| line.strip_prefix("password="))?;
    Some(Secret::new(password)).filter(|password| !password.expose().is_empty())
}

#[cfg(test)]
mod tests;
