//! The proxies of the system's own settings, which count where no variable is set: as Python's `urllib.request` reads them
//! from the registry of Windows and from the System Configuration of macOS. A script that chooses a proxy (PAC) is not read,
//! there as here.

#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "macos")]
pub(super) use macos::read;
#[cfg(windows)]
pub(super) use windows::read;

use std::net::Ipv4Addr;

use url::Url;

/// What the system says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct SystemProxies {
    pub(super) http: Option<String>,
    pub(super) https: Option<String>,
    exceptions: Vec<Exception>,
}

/// What is reached without a proxy.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Exception {
    /// Every name without a dot.
    PlainNames,
    /// A pattern with `*` and `?`.
    Pattern(String),
    /// The addresses that begin with these bits, so many of them.
    Network(u32, u32),
}

/// Other systems have no such settings.
#[cfg(not(any(windows, target_os = "macos")))]
pub(super) fn read() -> SystemProxies {
    SystemProxies::default()
}

impl SystemProxies {
    /// What two values of the registry mean: `proxy:3128` or `http=proxy:3128;https=…;socks=…`, and `*.acme.test;<local>`.
    #[cfg_attr(not(windows), allow(dead_code, reason = "it is Windows that has a registry"))]
    fn of_registry(server: &str, exceptions: &str) -> Self {
        let each: Vec<(&str, &str)> = match server.contains(['=', ';']) {
            true => server.split(';').map_while(|part| part.split_once('=')).collect(),
            false => vec![("http", server), ("https", server)],
        };
        let named = |name: &str| {
            each.iter()
                .rev()
                .find(|(scheme, _)| *scheme == name)
                .map(|(_, address)| *address)
        };
        let named = |name: &str| named(name).filter(|address| !address.is_empty());
        let socks = named("socks").map(|address| match address.strip_prefix("socks://") {
            Some(rest) => format!("socks4://{rest}"),
            None if address.contains("://") => address.to_owned(),
            None => format!("socks4://{address}"),
        });
        let of = |scheme: &str| named(scheme).map(str::to_owned).or_else(|| socks.clone());
        let exceptions = exceptions
            .split(';')
            .map(str::trim)
            .filter(|exception| !exception.is_empty());
        SystemProxies {
            http: of("http"),
            https: of("https"),
            exceptions: exceptions
                .map(|exception| match exception {
                    "<local>" => Exception::PlainNames,
                    pattern => Exception::Pattern(pattern.to_owned()),
                })
                .collect(),
        }
    }

    /// What the System Configuration means: a host and a port each, names without a dot, and a list such as `*.local`,
    /// `169.254/16`, `10.1`.
    #[cfg_attr(not(target_os = "macos"), allow(dead_code, reason = "it is macOS that has it"))]
    fn of_configuration(
        http: Option<(String, i64)>,
        https: Option<(String, i64)>,
        no_plain_names: bool,
        exceptions: &[String],
    ) -> Self {
        let address = |(host, port): (String, i64)| match port {
            0 => format!("http://{host}"),
            port => format!("http://{host}:{port}"),
        };
        let plain_names = no_plain_names.then_some(Exception::PlainNames);
        let listed = exceptions.iter().filter(|exception| !exception.is_empty());
        let listed =
            listed.map(|exception| network(exception).unwrap_or_else(|| Exception::Pattern(exception.clone())));
        SystemProxies {
            http: http.map(address),
            https: https.map(address),
            exceptions: plain_names.into_iter().chain(listed).collect(),
        }
    }

    /// Whether an address is reached without a proxy.
    pub(super) fn except(&self, address: &Url) -> bool {
        let host = address.host_str().unwrap_or_default();
        let number = host.parse::<Ipv4Addr>().map(u32::from).ok();
        self.exceptions.iter().any(|exception| match exception {
            Exception::PlainNames => !host.contains('.'),
            Exception::Pattern(pattern) => fits(host.as_bytes(), pattern.as_bytes()),
            Exception::Network(base, bits) => number.is_some_and(|number| {
                let rest = 32 - bits;
                number.checked_shr(rest) == base.checked_shr(rest)
            }),
        })
    }
}

/// `169.254/16`; without a length, as many bits as are written.
fn network(text: &str) -> Option<Exception> {
    let (base, length) = match text.split_once('/') {
        Some((base, length)) => (base, Some(length.parse().ok()?)),
        None => (text, None),
    };
    let parts = base.split('.').map(|part| part.parse::<u8>().ok());
    let parts = parts.collect::<Option<Vec<_>>>()?;
    let written = u32::try_from(8 * parts.len()).ok().filter(|written| *written <= 32)?;
    let mut base = [0; 4];
    base[..parts.len()].copy_from_slice(&parts);
    let bits = Some(length.unwrap_or(written)).filter(|bits| *bits <= 32)?;
    Some(Exception::Network(u32::from_be_bytes(base), bits))
}

/// Whether a name, in any case, is what the pattern says: `*` for any text, `?` for one character.
fn fits(name: &[u8], pattern: &[u8]) -> bool {
    match pattern.split_first() {
        None => name.is_empty(),
        Some((b'*', rest)) => (0..=name.len()).any(|start| fits(&name[start..], rest)),
        Some((one, rest)) => name
            .split_first()
            .is_some_and(|(first, behind)| (*one == b'?' || one.eq_ignore_ascii_case(first)) && fits(behind, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excepts(proxies: &SystemProxies, address: &str) -> bool {
        proxies.except(&Url::parse(address).unwrap())
    }

    #[test]
    fn the_registry_names_one_proxy_for_all_or_one_for_each() {
        let cases = [
            ("proxy:3128", Some("proxy:3128"), Some("proxy:3128")),
            (
                "http://proxy:3128",
                Some("http://proxy:3128"),
                Some("http://proxy:3128"),
            ),
            ("http=one:1;https=two:2;ftp=three:3", Some("one:1"), Some("two:2")),
            ("https=two:2", None, Some("two:2")),
            ("http=one:1;socks=four:4", Some("one:1"), Some("socks4://four:4")),
            ("socks=socks://four:4", Some("socks4://four:4"), Some("socks4://four:4")),
            (
                "socks=socks5://four:4",
                Some("socks5://four:4"),
                Some("socks5://four:4"),
            ),
            ("http=one:1;rubbish;https=two:2", Some("one:1"), None),
            ("", None, None),
            ("http=;https=two:2", None, Some("two:2")),
        ];
        for (server, http, https) in cases {
            let found = SystemProxies::of_registry(server, "");
            assert_eq!(
                (found.http.as_deref(), found.https.as_deref()),
                (http, https),
                "{server:?}"
            );
        }
    }

    #[test]
    fn the_registrys_exceptions_are_patterns_and_names_without_a_dot() {
        let proxies = SystemProxies::of_registry("proxy:1", " *.acme.test ;10.*;hub?.test;<local>;");
        for (address, excepted) in [
            ("https://a.ACME.test", true),
            ("https://acme.test", false),
            ("http://10.1.2.3:80", true),
            ("http://110.1.2.3", false),
            ("http://hub1.test", true),
            ("http://hub.test", false),
            ("http://localhost:8080", true),
            ("http://127.0.0.1", false),
        ] {
            assert_eq!(excepts(&proxies, address), excepted, "{address}");
        }
        assert!(!excepts(&SystemProxies::of_registry("proxy:1", ""), "http://localhost"));
    }

    #[test]
    fn the_system_configuration_has_networks_too() {
        let proxy = |host: &str, port| Some((host.to_owned(), port));
        let listed = ["*.local", "169.254/16", "10.1", "192.168.1.0/33", ""].map(str::to_owned);
        let proxies = SystemProxies::of_configuration(proxy("one", 1), proxy("two", 0), true, &listed);
        assert_eq!(proxies.http.as_deref(), Some("http://one:1"));
        assert_eq!(proxies.https.as_deref(), Some("http://two"));
        for (address, excepted) in [
            ("https://printer.local", true),
            ("http://169.254.7.7", true),
            ("http://169.255.7.7", false),
            ("http://10.1.9.9", true),
            ("http://10.2.9.9", false),
            ("http://192.168.1.0", false),
            ("http://hub", true),
            ("http://hub.test", false),
        ] {
            assert_eq!(excepts(&proxies, address), excepted, "{address}");
        }
        assert!(!excepts(
            &SystemProxies::of_configuration(None, None, false, &[]),
            "http://hub"
        ));
    }
}
