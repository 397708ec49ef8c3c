//! Which proxy is in the way to the Hub: the variables that every HTTP program knows, in the order in which Python's
//! libraries read them.

mod exceptions;

use url::Url;

use self::exceptions::Exceptions;
use super::{Lookup, is_this_machine};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

/// The kinds of proxy that the network library speaks to.
const KINDS: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// A proxy that a variable names. Its address may hold a password.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    /// The variable.
    pub variable: &'static str,
    /// The proxy's address.
    pub address: Secret,
}

impl Proxy {
    /// Whether it runs on another machine.
    pub(crate) fn is_elsewhere(&self) -> bool {
        parsed(self.address.expose()).is_none_or(|address| !is_this_machine(&address))
    }

    /// The address without its password.
    pub(crate) fn shown(&self) -> String {
        let address = self.address.expose();
        let Some((credentials, rest)) = address.rsplit_once('@') else {
            return address.to_owned();
        };
        let scheme = credentials.find("://").map_or("", |end| &credentials[..end + 3]);
        format!("{scheme}****@{rest}")
    }
}

/// The proxies of the environment.
#[derive(Debug, Clone)]
pub(crate) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    exceptions: Exceptions,
}

impl Proxies {
    pub(super) fn from(lookup: Lookup) -> Self {
        // Lower case wins, and an empty one switches the other off.
        let first_set = |names: [&'static str; 2]| {
            let found = names.into_iter().find_map(|name| Some((name, lookup(name)?)));
            found.and_then(|(variable, value)| {
                let address = Secret::clean(&value.to_string_lossy())?;
                Some(Proxy { variable, address })
            })
        };
        let all = first_set(["all_proxy", "ALL_PROXY"]);
        // On a web server, HTTP_PROXY is what a visitor sends in a header named Proxy.
        let http = match lookup("REQUEST_METHOD") {
            Some(_) => None,
            None => first_set(["http_proxy", "HTTP_PROXY"]),
        };
        let exceptions = ["no_proxy", "NO_PROXY"]
            .into_iter()
            .find_map(lookup)
            .unwrap_or_default();
        Proxies {
            http: http.or_else(|| all.clone()),
            https: first_set(["https_proxy", "HTTPS_PROXY"]).or(all),
            exceptions: Exceptions::new(exceptions.to_string_lossy().into_owned()),
        }
    }

    /// The proxy that is in the way to an address.
    pub(crate) fn of(&self, address: &Url) -> Result<Option<&Proxy>> {
        let set = if address.scheme() == "https" {
            &self.https
        } else {
            &self.http
        };
        let Some(proxy) = set.as_ref().filter(|_| !self.exceptions.hold(address)) else {
            return Ok(None);
        };
        if !is_usable(proxy.address.expose()) {
            let variable = proxy.variable;
            return Err(Error::new(
                ErrorKind::Settings,
                format!("{variable} is not the address of a proxy."),
            )
            .hint(format!(
                "unset {variable}, or set it to an address such as http://proxy.example:3128."
            )));
        }
        Ok(Some(proxy))
    }
}

fn is_usable(address: &str) -> bool {
    parsed(address).is_some_and(|url| KINDS.contains(&url.scheme()) && url.has_host())
}

/// Without a scheme it is an HTTP proxy.
fn parsed(address: &str) -> Option<Url> {
    match address.contains("://") {
        true => Url::parse(address).ok(),
        false => Url::parse(&format!("http://{address}")).ok(),
    }
}
