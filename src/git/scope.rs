//! Whether a setting of git's for some addresses applies to the Hub's. Pure.

use url::Url;

use super::credential::{USER, default_port, is_host};

/// Whether `credential.<scope>.*` applies to an address (gitcredentials(7), "Credential contexts"): the same scheme,
/// host and port, a path it starts with, and parts left out match anything. `*` stands for one label of the host.
pub(super) fn is_for(scope: &str, address: &Url) -> bool {
    let (scheme, rest) = scope
        .split_once("://")
        .map_or((None, scope), |(scheme, rest)| (Some(scheme), rest));
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (user, authority) = authority
        .rsplit_once('@')
        .map_or((None, authority), |(user, host)| (Some(user), host));
    let own_port = address.port_or_known_default();
    let (host, port) = match authority
        .rsplit_once(':')
        .map(|(host, port)| (host, port.parse::<u16>()))
    {
        Some((host, Ok(port))) => (host, Some(port)),
        _ => (
            authority,
            if authority.is_empty() {
                own_port
            } else {
                default_port(scheme.unwrap_or(address.scheme()))
            },
        ),
    };
    let path = path.trim_end_matches('/');
    let address_path = address.path().trim_matches('/');
    scheme.is_none_or(|scheme| scheme.eq_ignore_ascii_case(address.scheme()))
        && user.is_none_or(|user| user == USER)
        && (host.is_empty() || host_matches(host, address.host_str().unwrap_or_default()))
        && port == own_port
        && (path.is_empty() || address_path == path || address_path.starts_with(&format!("{path}/")))
}

fn host_matches(pattern: &str, host: &str) -> bool {
    let labels = |name: &str| name.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (patterns, names) = (labels(pattern), labels(host));
    let is_label = |(pattern, label): (&String, &String)| pattern == "*" || pattern.eq_ignore_ascii_case(label);
    is_host(pattern, host) || patterns.len() == names.len() && patterns.iter().zip(&names).all(is_label)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;
    use crate::settings::Endpoint;

    #[test]
    fn a_scope_applies_as_git_applies_it() {
        let hub = Endpoint::parse(OsStr::new("https://huggingface.co")).unwrap();
        for scope in [
            "https://huggingface.co",
            "https://huggingface.co/",
            "https://huggingface.co:443",
            "https://hf_user@huggingface.co",
            "https://HuggingFace.co",
            "huggingface.co",
            "https://*.co",
            "https://",
        ] {
            assert!(is_for(scope, hub.url()), "{scope}");
        }
        for scope in [
            "http://huggingface.co",
            "https://github.com",
            "https://huggingface.co:8443",
            "https://alice@huggingface.co",
            "https://huggingface.co/datasets",
            "https://co",
            "https://*",
        ] {
            assert!(!is_for(scope, hub.url()), "{scope}");
        }
    }
}
