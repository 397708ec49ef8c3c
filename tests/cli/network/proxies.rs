//! The usual proxy variables: which one counts for which endpoint, what the proxy sees, and what is said when it fails.

use std::net::TcpListener;

use super::super::support::{Answer, Run, Sandbox, StubHub, TlsHub};
use super::tunnel::{Tunnel, connect_handshake, socks_handshake};
use super::{FAR_HUB, TOKEN, WHOAMI, complaint_of, identity, login};

/// A Hub that nobody can resolve, so that only a proxy can have answered.
/// The same with encryption; no stub listens there.
const FAR_TLS_HUB: &str = "https://hub.test";

fn set(run: Run, variables: &[(&str, &str)]) -> Run {
    variables.iter().fold(run, |run, (name, value)| run.env(name, value))
}

#[test]
fn a_proxy_is_asked_with_the_whole_address() {
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let (sandbox, proxy) = (Sandbox::new(), StubHub::start());
        proxy.expect("GET", WHOAMI, identity());

        let outcome = login(&sandbox)
            .env("HF_ENDPOINT", FAR_HUB)
            .env(variable, proxy.url())
            .run();

        outcome.succeeds();
        let request = proxy.requests().remove(0);
        assert_eq!(request.path, format!("{FAR_HUB}{WHOAMI}"), "{variable}");
        assert_eq!(request.authorization(), Some(format!("Bearer {TOKEN}").as_str()));
        assert_eq!(request.header("proxy-authorization"), None);
    }
}

#[test]
fn a_proxy_without_a_scheme_is_an_http_proxy() {
    let (sandbox, proxy) = (Sandbox::new(), StubHub::start());
    proxy.expect("GET", WHOAMI, identity());

    let address = format!("127.0.0.1:{}", proxy.port());
    let outcome = login(&sandbox)
        .env("HF_ENDPOINT", FAR_HUB)
        .env("HTTP_PROXY", address)
        .run();

    outcome.succeeds();
}

#[test]
fn the_proxys_own_password_goes_to_the_proxy_and_not_on_the_screen() {
    let (sandbox, proxy) = (Sandbox::new(), StubHub::start());
    proxy.expect("GET", WHOAMI, Answer::text(502, "no"));

    let address = format!("http://alice:pr0xy-secret@127.0.0.1:{}", proxy.port());
    let outcome = login(&sandbox)
        .env("HF_ENDPOINT", FAR_HUB)
        .env("HTTP_PROXY", address)
        .env("HF_DEBUG", "1")
        .run();

    outcome
        .fails_with(1)
        .nowhere("pr0xy-secret")
        .nowhere("YWxpY2U6cHIweHktc2VjcmV0");
    let request = proxy.requests().remove(0);
    assert_eq!(
        request.header("proxy-authorization"),
        Some("Basic YWxpY2U6cHIweHktc2VjcmV0")
    );
}

#[test]
fn no_proxy_means_the_hub_itself() {
    for exception in ["127.0.0.1", "127.0.0.0/8", "other.test, 127.0.0.1"] {
        let (sandbox, hub, proxy) = (Sandbox::new(), StubHub::start(), StubHub::start());
        hub.expect("GET", WHOAMI, identity());

        let outcome = login(&sandbox)
            .hub(&hub)
            .env("HTTP_PROXY", proxy.url())
            .env("NO_PROXY", exception)
            .run();

        outcome.succeeds();
        assert!(proxy.requests().is_empty(), "{exception}");
    }
}

#[test]
fn an_asterisk_excepts_every_host_one_named_by_its_address_too() {
    let (sandbox, hub, proxy) = (Sandbox::new(), StubHub::start(), StubHub::start());
    hub.expect("GET", WHOAMI, identity());

    let outcome = login(&sandbox)
        .hub(&hub)
        .env("ALL_PROXY", proxy.url())
        .env("NO_PROXY", "*")
        .run();

    outcome.succeeds();
}

#[test]
fn an_exception_may_name_a_port() {
    let (sandbox, hub, proxy) = (Sandbox::new(), StubHub::start(), StubHub::start());
    hub.expect("GET", WHOAMI, identity());

    let outcome = login(&sandbox)
        .hub(&hub)
        .env("HTTP_PROXY", proxy.url())
        .env("NO_PROXY", format!("127.0.0.1:{}", hub.port()))
        .run();

    outcome.succeeds();
}

#[test]
fn an_exception_may_name_an_ipv6_address_in_brackets() {
    let asked_past_the_proxy = |exception: &str| {
        let (sandbox, proxy) = (Sandbox::new(), StubHub::start());
        proxy.always("GET", WHOAMI, identity());
        // Nobody listens there, with IPv6 or without.
        let outcome = login(&sandbox)
            .env("HF_ENDPOINT", "http://[::1]:1")
            .env("HTTP_PROXY", proxy.url())
            .env("NO_PROXY", exception)
            .run();
        if outcome.status == 1 {
            outcome
                .stderr_has("Error: Cannot reach http://[::1]:1: ")
                .stderr_lacks("HTTP_PROXY");
        }
        assert_eq!(outcome.status == 1, proxy.requests().is_empty(), "{exception}");
        outcome.status == 1
    };
    for exception in ["[::1]", "::1", "10.0.0.1, [::1]", "[::1]:1"] {
        assert!(asked_past_the_proxy(exception), "{exception}");
    }
    for exception in ["[::1]:2", "[::2]", "[::1"] {
        assert!(!asked_past_the_proxy(exception), "{exception}");
    }
}

#[test]
fn an_exception_for_another_host_does_not_count() {
    for exception in ["", "hub.test.example", "ub.test", "10.0.0.0/8"] {
        let (sandbox, proxy) = (Sandbox::new(), StubHub::start());
        proxy.expect("GET", WHOAMI, identity());
        let url = proxy.url();
        let variables = [("HF_ENDPOINT", FAR_HUB), ("http_proxy", &*url), ("no_proxy", exception)];

        let outcome = set(login(&sandbox), &variables).run();

        outcome.succeeds();
    }
}

#[test]
fn a_proxy_for_https_does_not_count_for_http() {
    let (sandbox, hub, proxy) = (Sandbox::new(), StubHub::start(), StubHub::start());
    hub.expect("GET", WHOAMI, identity());

    let outcome = login(&sandbox).hub(&hub).env("HTTPS_PROXY", proxy.url()).run();

    outcome.succeeds();
    assert!(proxy.requests().is_empty());
}

#[test]
fn a_proxy_that_refuses_a_tunnel_never_sees_the_token() {
    for status in [403, 407, 502] {
        let (sandbox, proxy) = (Sandbox::new(), StubHub::start());
        proxy.expect("CONNECT", "hub.test:443", Answer::text(status, TOKEN));

        let outcome = login(&sandbox)
            .env("HF_ENDPOINT", FAR_TLS_HUB)
            .env("HTTPS_PROXY", proxy.url())
            .run();

        let complaint = complaint_of(&sandbox, &outcome);
        assert!(
            complaint.starts_with(&format!("Error: Cannot reach {FAR_TLS_HUB}: ")) && complaint.contains("proxy"),
            "{status}: {complaint}"
        );
        let request = proxy.requests().remove(0);
        assert!(!format!("{request:?}").contains(TOKEN), "{status}");
    }
}

#[test]
fn a_proxy_that_cannot_be_reached_is_named_as_the_cause() {
    let sandbox = Sandbox::new();
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let proxy = format!("http://{}", free.local_addr().unwrap());
    drop(free);
    for endpoint in [FAR_HUB, FAR_TLS_HUB] {
        let variables = [("HF_ENDPOINT", endpoint), ("ALL_PROXY", &*proxy)];

        let outcome = set(login(&sandbox), &variables).run();

        let complaint = complaint_of(&sandbox, &outcome);
        let complaint = complaint.lines().find(|line| line.starts_with("Error:")).unwrap();
        assert!(
            complaint.contains(endpoint) && complaint.contains("proxy") && complaint.contains("refused"),
            "the endpoint may be well, it is the proxy that is not: {complaint}"
        );
    }
}

#[test]
fn a_proxy_setting_that_makes_no_sense_is_an_error_and_not_passed_by() {
    let hub = StubHub::start();
    hub.always("GET", WHOAMI, identity());
    for proxy in [
        "ftp://127.0.0.1:9",
        "gopher://127.0.0.1:9",
        "http://",
        "http://127.0.0.1:99999",
        "http://[::1",
    ] {
        let sandbox = Sandbox::new();

        let outcome = login(&sandbox).hub(&hub).env("HTTP_PROXY", proxy).run();

        assert_eq!(
            outcome.status, 1,
            "{proxy}: whoever sets a proxy means it\n{}",
            outcome.stderr
        );
        assert!(complaint_of(&sandbox, &outcome).contains("HTTP_PROXY"), "{proxy}");
    }
}

#[test]
fn a_tunnel_carries_the_token_encrypted() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let tls = TlsHub::before(&hub);
    hub.expect("GET", WHOAMI, identity());
    sandbox.write("ca.pem", tls.ca_pem());
    let tunnel = Tunnel::start(connect_handshake);

    let outcome = login(&sandbox)
        .env("HF_ENDPOINT", tls.url())
        .env("HTTPS_PROXY", format!("http://127.0.0.1:{}", tunnel.port))
        .env("SSL_CERT_FILE", sandbox.path("ca.pem"))
        .run();

    outcome.succeeds();
    assert_eq!(
        hub.requests()[0].authorization(),
        Some(format!("Bearer {TOKEN}").as_str())
    );
    let seen = tunnel.finish();
    let authority = tls.url().replace("https://", "");
    assert!(
        seen.starts_with(&format!("CONNECT {authority} HTTP/1.1\r\n")),
        "{seen:?}"
    );
    assert!(!seen.contains(TOKEN), "{seen:?}");
}

#[test]
fn a_socks_proxy_is_spoken_to() {
    for (scheme, variable) in [
        ("socks5", "ALL_PROXY"),
        ("socks5h", "ALL_PROXY"),
        ("socks5h", "HTTP_PROXY"),
    ] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, identity());
        let tunnel = Tunnel::start(socks_handshake);

        let outcome = login(&sandbox)
            .hub(&hub)
            .env(variable, format!("{scheme}://127.0.0.1:{}", tunnel.port))
            .run();

        outcome.succeeds();
        tunnel.finish();
    }
}
