//! `NO_PROXY`: what is reached without a proxy. Names with everything below them, addresses, networks, each with a port
//! or without, as curl and the reference read them.

use std::net::IpAddr;

use url::{Host, Url};

/// The entries, separated by commas.
#[derive(Debug, Clone)]
pub(super) struct Exceptions(String);

/// One entry, taken apart.
#[derive(Debug, PartialEq, Eq)]
struct Exception<'a> {
    scheme: Option<&'a str>,
    host: &'a str,
    port: Option<u16>,
}

impl Exceptions {
    pub(super) fn new(text: String) -> Self {
        Exceptions(text)
    }

    /// Whether an address is among them.
    pub(super) fn hold(&self, address: &Url) -> bool {
        let entries = self.0.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        let mut exceptions = entries.filter_map(Exception::parse);
        exceptions.any(|exception| exception.holds(address))
    }
}

impl<'a> Exception<'a> {
    /// `*`, `host`, `.host`, `*.host`, `10.0.0.0/8`, `::1`, `[::1]`, each with a scheme before and a port behind it. What
    /// makes no sense excepts nothing.
    fn parse(entry: &'a str) -> Option<Self> {
        let (scheme, entry) = match entry.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, entry),
        };
        let whole = |host| {
            Some(Exception {
                scheme,
                host,
                port: None,
            })
        };
        if let Some(bracketed) = entry.strip_prefix('[') {
            let (host, behind) = bracketed.split_once(']')?;
            return match behind.strip_prefix(':') {
                Some(port) => Some(Exception {
                    scheme,
                    host,
                    port: Some(port.parse().ok()?),
                }),
                None => whole(host).filter(|_| behind.is_empty()),
            };
        }
        match entry.rsplit_once(':') {
            // Of several colons, the last stands in an IPv6 address.
            Some((host, port)) if !host.contains(':') => Some(Exception {
                scheme,
                host,
                port: Some(port.parse().ok()?),
            }),
            _ => whole(entry),
        }
    }

    fn holds(&self, address: &Url) -> bool {
        let same_scheme = self
            .scheme
            .is_none_or(|scheme| scheme.eq_ignore_ascii_case(address.scheme()));
        let same_port = self
            .port
            .is_none_or(|port| address.port_or_known_default() == Some(port));
        same_scheme && same_port && self.holds_host(address)
    }

    fn holds_host(&self, address: &Url) -> bool {
        match address.host() {
            _ if self.host == "*" => true,
            Some(Host::Domain(name)) => is_below(name, self.host),
            Some(Host::Ipv4(ip)) => is_in(ip.into(), self.host),
            Some(Host::Ipv6(ip)) => is_in(ip.into(), self.host),
            None => false,
        }
    }
}

/// A name is its own exception and that of all names below it.
fn is_below(name: &str, domain: &str) -> bool {
    let domain = domain.strip_prefix('*').unwrap_or(domain);
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    let Some(start) = name.len().checked_sub(domain.len()).filter(|_| !domain.is_empty()) else {
        return false;
    };
    let same_end = name.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(domain));
    same_end && (start == 0 || name[..start].ends_with('.'))
}

/// The address itself, or a network that it lies in.
fn is_in(address: IpAddr, network: &str) -> bool {
    let Some((base, length)) = network.split_once('/') else {
        return network.parse() == Ok(address);
    };
    let same_prefix = |one: u128, other: u128, width: u32| {
        let kept = length.parse::<u32>().ok().filter(|kept| *kept <= width);
        kept.is_some_and(|kept| (one ^ other).checked_shr(width - kept).unwrap_or(0) == 0)
    };
    match (address, base.parse()) {
        (IpAddr::V4(one), Ok(IpAddr::V4(other))) => same_prefix(one.to_bits().into(), other.to_bits().into(), 32),
        (IpAddr::V6(one), Ok(IpAddr::V6(other))) => same_prefix(one.to_bits(), other.to_bits(), 128),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_holds_what_it_names_and_what_is_below_it() {
        let cases = [
            ("*", "http://hub.test", true),
            ("x, *", "https://[::1]", true),
            ("[::1]", "http://[::1]:8080", true),
            ("[::1]:8080", "http://[::1]:8080", true),
            ("[::1]:8080", "http://[::1]:81", false),
            ("[::1", "http://[::1]", false),
            ("[::1]x", "http://[::1]", false),
            ("::1", "http://[::1]", true),
            ("0:0::1", "http://[::1]", true),
            ("::2", "http://[::1]", false),
            ("fe80::/10", "http://[fe80::7]", true),
            ("fe80::/10", "http://[fec0::7]", false),
            ("::/0", "http://[fec0::7]", true),
            ("127.0.0.1", "http://127.0.0.1:81", true),
            ("127.0.0.1:81", "http://127.0.0.1:81", true),
            ("127.0.0.1:81", "http://127.0.0.1:82", false),
            ("127.0.0.0/8", "http://127.9.9.9", true),
            ("127.0.0.0/33", "http://127.0.0.0", false),
            ("0.0.0.0/0", "http://10.0.0.1", true),
            ("10.0.0.1", "http://110.0.0.1", false),
            ("10.0.0.0/8", "http://hub.test", false),
            ("hub.test", "http://HUB.test", true),
            ("HUB.test", "http://a.hub.test", true),
            (".hub.test", "http://hub.test", true),
            ("*.hub.test", "http://a.hub.test", true),
            ("ub.test", "http://hub.test", false),
            ("hub.test.example", "http://hub.test", false),
            ("hub.test:443", "https://hub.test", true),
            ("hub.test:443", "http://hub.test", false),
            ("http://hub.test", "http://hub.test", true),
            ("https://hub.test", "http://hub.test", false),
            ("hub.test:x", "http://hub.test", false),
            (" ,, ", "http://hub.test", false),
            (".", "http://hub.test", false),
            ("hübsch", "http://hub.test", false),
        ];
        for (exceptions, address, held) in cases {
            let address = Url::parse(address).unwrap();
            let exceptions = Exceptions::new(exceptions.to_owned());
            assert_eq!(exceptions.hold(&address), held, "{exceptions:?} {address}");
        }
    }
}
