//! The Hub's address: a URL that a token can be sent to, and as the person wrote it.

use std::ffi::OsStr;
use std::fmt;
use std::net::IpAddr;

use url::{Host, Url};

use crate::error::{Error, ErrorKind, Result};

/// The Hub in use. [`fmt::Display`] gives it as it was written, without trailing slashes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    text: String,
    url: Url,
}

impl Endpoint {
    /// Reads `HF_ENDPOINT`.
    pub(crate) fn parse(text: &OsStr) -> Result<Self> {
        let refused = |reason: &str| {
            Error::new(ErrorKind::Settings, format!("HF_ENDPOINT {reason}."))
                .hint("unset HF_ENDPOINT, or set it to a URL such as https://huggingface.co.")
        };
        let text = text
            .to_str()
            .ok_or_else(|| refused("is not a URL"))?
            .trim_end_matches('/');
        // The parser would quietly drop tabs and line breaks.
        if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(refused("is not a URL: it has white space or control characters in it"));
        }
        let url = Url::parse(text).map_err(|cause| refused("is not a URL").with_source(cause))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused("is not an http:// or https:// URL"));
        }
        if !url.username().is_empty() || url.password().is_some() || text.contains('@') {
            return Err(refused("has a user name or password in it"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(refused("has a query or a fragment in it"));
        }
        Ok(Endpoint {
            text: text.to_owned(),
            url,
        })
    }

    /// The address of `path` (which starts with a slash) on this Hub.
    pub(crate) fn join(&self, path: &str) -> Result<Url> {
        let address = format!("{self}{path}");
        Url::parse(&address).map_err(|cause| {
            Error::new(ErrorKind::UnexpectedAnswer, format!("{address} is not a URL.")).with_source(cause)
        })
    }

    /// The parsed URL.
    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether this is the Hub everybody uses, which needs no mention.
    pub fn is_default(&self) -> bool {
        self.text == super::DEFAULT_ENDPOINT
    }

    /// Whether it is the Hub at this address: the same scheme, host, port and path, however they are spelt.
    pub(crate) fn is_at(&self, address: &str) -> bool {
        Url::parse(address).is_ok_and(|other| normalized(&other) == normalized(&self.url))
    }

    /// What a token that is made here is bound to: nothing where everybody's Hub or this machine is asked.
    pub(crate) fn binding(&self) -> Option<&str> {
        let is_bound = !self.is_at(super::DEFAULT_ENDPOINT) && !is_this_machine(&self.url);
        is_bound.then_some(self.text.as_str())
    }

    /// The host, with its port where it is not the scheme's own.
    pub(crate) fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or_default();
        match self.url.port() {
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }

    /// What to tell whoever is about to send a token there, if anything.
    pub(crate) fn exposure(&self) -> Option<String> {
        self.is_exposed().then(|| {
            format!("{self} is not encrypted: whoever is on the way can read your token. Use an https:// endpoint.")
        })
    }

    /// Whether a token sent there crosses a network unencrypted.
    pub(crate) fn is_exposed(&self) -> bool {
        self.url.scheme() == "http" && !is_this_machine(&self.url)
    }
}

/// What tells one Hub from another.
fn normalized(url: &Url) -> (&str, String, Option<u16>, &str) {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    (
        url.scheme(),
        host,
        url.port_or_known_default(),
        url.path().trim_matches('/'),
    )
}

/// Whether an address leads nowhere but to this machine.
pub(crate) fn is_this_machine(address: &Url) -> bool {
    match address.host() {
        Some(Host::Domain(name)) => is_local(name),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The library takes the address of a SOCKS proxy for a name.
fn is_local(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_loopback = name.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    is_loopback || name == "localhost" || name.ends_with(".localhost")
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_that_could_leak_or_mislead_is_refused() {
        for text in [
            "",
            "huggingface.co",
            "https://",
            "ftp://huggingface.co",
            "https://user@huggingface.co",
            "https://:pw@huggingface.co",
            "https://huggingface.co?x=1",
            "https://huggingface.co/#x",
            "https://huggingface.co\nhost=evil.example",
            " https://huggingface.co",
        ] {
            assert!(Endpoint::parse(OsStr::new(text)).is_err(), "{text:?}");
        }
    }

    #[test]
    fn only_plain_http_beyond_this_machine_is_exposed() {
        let exposed = |text: &str| {
            Endpoint::parse(OsStr::new(text))
                .map(|endpoint| endpoint.is_exposed())
                .ok()
        };
        for text in [
            "http://127.0.0.1:80",
            "http://127.8.8.8",
            "http://[::1]:9",
            "http://LOCALHOST",
            "https://hub.lan",
        ] {
            assert_eq!(exposed(text), Some(false), "{text}");
        }
        for text in ["http://hub.lan", "http://10.0.0.1", "http://localhost.evil.example"] {
            assert_eq!(exposed(text), Some(true), "{text}");
        }
    }

    #[test]
    fn trailing_slashes_go_and_a_path_stays() {
        let endpoint = Endpoint::parse(OsStr::new("https://hub.lan/mirror//")).unwrap();
        assert_eq!(endpoint.to_string(), "https://hub.lan/mirror");
        assert_eq!(
            endpoint.join("/api/x").unwrap().as_str(),
            "https://hub.lan/mirror/api/x"
        );
    }

    #[test]
    fn a_hub_is_itself_in_every_spelling_and_no_other() {
        let hub = Endpoint::parse(OsStr::new("https://Hub.lan/mirror/")).unwrap();
        for same in ["https://hub.lan/mirror", "https://HUB.LAN.:443/mirror//"] {
            assert!(hub.is_at(same), "{same}");
        }
        for other in [
            "http://hub.lan/mirror",
            "https://hub.lan",
            "https://hub.lan:8443/mirror",
            "https://hub.lan.evil/mirror",
            "nonsense",
            "",
        ] {
            assert!(!hub.is_at(other), "{other}");
        }
        let binding = |text: &str| Endpoint::parse(OsStr::new(text)).unwrap().binding().map(str::to_owned);
        assert_eq!(
            binding("https://hub.lan/mirror").as_deref(),
            Some("https://hub.lan/mirror")
        );
        for unbound in [
            "https://HuggingFace.co:443",
            "http://127.0.0.1:8000",
            "http://localhost",
        ] {
            assert_eq!(binding(unbound), None, "{unbound}");
        }
        assert_eq!(
            Endpoint::parse(OsStr::new("https://hub.lan:8443")).unwrap().host(),
            "hub.lan:8443"
        );
    }
}
