//! Which proxy is in the way to the Hub: the variables that every HTTP program knows, in the order in which Python's
//! libraries read them, and the system's own settings where none of them is set.

mod exceptions;
mod system;

use std::sync::OnceLock;

use url::Url;

use self::exceptions::Exceptions;
use self::system::SystemProxies;
use super::{Lookup, is_this_machine};
use crate::error::{Error, ErrorKind, Result};
use crate::secret::Secret;

/// The kinds of proxy that the network library speaks to.
const KINDS: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Where a proxy is set that no variable names.
const SYSTEM: &str = "the system's settings";

/// A proxy. Its address may hold a password.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    /// Where it is set: the variable, or the system.
    pub place: &'static str,
    /// The proxy's address.
    pub address: Secret,
}

impl Proxy {
    /// Whether it runs on another machine.
    pub(crate) fn is_elsewhere(&self) -> bool {
        parsed(self.address.expose()).is_none_or(|address| !is_this_machine(&address))
    }

    /// The variable to set it in.
    pub(crate) fn variable(&self) -> &'static str {
        match self.place {
            SYSTEM => "HTTPS_PROXY",
            variable => variable,
        }
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

/// The proxies of the environment, or else of the system.
#[derive(Debug, Clone)]
pub(crate) struct Proxies {
    http: Option<Proxy>,
    https: Option<Proxy>,
    exceptions: Exceptions,
    /// Read when it is first asked for, and only where no variable is set.
    system: OnceLock<FromSystem>,
}

#[derive(Debug, Clone, Default)]
struct FromSystem {
    http: Option<Proxy>,
    https: Option<Proxy>,
    said: SystemProxies,
}

impl FromSystem {
    fn of(said: SystemProxies) -> Self {
        let proxy = |address: &Option<String>| {
            let address = Secret::clean(address.as_deref()?)?;
            Some(Proxy { place: SYSTEM, address })
        };
        FromSystem {
            http: proxy(&said.http),
            https: proxy(&said.https),
            said,
        }
    }
}

impl Proxies {
    pub(super) fn from(lookup: Lookup) -> Self {
        // Lower case wins, and an empty one switches the other off. Windows knows no case, so there it is named as people do.
        let in_order = |[lower, upper]: [&'static str; 2]| match cfg!(windows) {
            true => [upper, lower],
            false => [lower, upper],
        };
        let first_set = |names: [&'static str; 2]| {
            let found = in_order(names).into_iter().find_map(|name| Some((name, lookup(name)?)));
            found.and_then(|(place, value)| {
                let address = Secret::clean(&value.to_string_lossy())?;
                Some(Proxy { place, address })
            })
        };
        let is_any_set = VARIABLES
            .iter()
            .any(|name| lookup(name).is_some_and(|value| !value.is_empty()));
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
            system: match is_any_set {
                true => OnceLock::from(FromSystem::default()),
                false => OnceLock::new(),
            },
        }
    }

    /// The system is not asked.
    pub(super) fn without_the_system(lookup: Lookup) -> Self {
        Proxies {
            system: OnceLock::from(FromSystem::default()),
            ..Proxies::from(lookup)
        }
    }

    /// The proxy that is in the way to an address.
    pub(crate) fn of(&self, address: &Url) -> Result<Option<&Proxy>> {
        let is_https = address.scheme() == "https";
        let set = if is_https { &self.https } else { &self.http };
        let set = set.as_ref().filter(|_| !self.exceptions.hold(address));
        let Some(proxy) = set.or_else(|| self.of_the_system(address, is_https)) else {
            return Ok(None);
        };
        if !is_usable(proxy.address.expose()) {
            let variable = proxy.variable();
            let (what, step) = match proxy.place {
                SYSTEM => (
                    "The proxy in the system's settings",
                    "correct it there, or set HTTPS_PROXY".to_owned(),
                ),
                _ => (variable, format!("unset {variable}, or set it")),
            };
            let sentence = format!("{what} is not the address of a proxy.");
            return Err(Error::new(ErrorKind::Settings, sentence)
                .hint(format!("{step} to an address such as http://proxy.example:3128.")));
        }
        Ok(Some(proxy))
    }

    fn of_the_system(&self, address: &Url, is_https: bool) -> Option<&Proxy> {
        let system = self.system.get_or_init(|| FromSystem::of(system::read()));
        let proxy = if is_https { &system.https } else { &system.http };
        proxy.as_ref().filter(|_| !system.said.except(address))
    }
}

/// Any of them that is set, and not empty, makes Python leave the system's settings alone.
const VARIABLES: [&str; 8] = [
    "http_proxy",
    "HTTP_PROXY",
    "https_proxy",
    "HTTPS_PROXY",
    "all_proxy",
    "ALL_PROXY",
    "no_proxy",
    "NO_PROXY",
];

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
