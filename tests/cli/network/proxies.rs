//! Through a proxy, or past it.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use super::{TOKEN, WHOAMI, refused};
use crate::support::hub::whoami;
use crate::support::{Answer, Run, Sandbox, StubHub};

/// No name server is asked: only a proxy could find this.
const FAR_HUB: &str = "http://hub.test";

fn login(sandbox: &Sandbox) -> Run {
    sandbox
        .hf(&["auth", "login", "--token", TOKEN])
        .env("HF_ENDPOINT", FAR_HUB)
}

fn identity() -> Answer {
    Answer::json(200, whoami("alice", "laptop", "read"))
}

#[test]
fn a_proxy_is_used_and_the_unencrypted_way_is_warned_of() {
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let (sandbox, proxy) = (Sandbox::new(), StubHub::start());
        proxy.expect("GET", WHOAMI, identity());

        let outcome = login(&sandbox).env(variable, proxy.url()).run();

        outcome
            .succeeds()
            .stderr_has("Warning: http://hub.test is not encrypted");
        assert_eq!(proxy.requests()[0].path, format!("{FAR_HUB}{WHOAMI}"), "{variable}");
    }
}

#[test]
fn no_proxy_goes_past_it() {
    let (sandbox, proxy, hub) = (Sandbox::new(), StubHub::start(), StubHub::start());
    hub.expect("GET", WHOAMI, identity());
    let run = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub);

    let outcome = run.env("HTTP_PROXY", proxy.url()).env("NO_PROXY", "127.0.0.1").run();

    outcome.succeeds().stderr_lacks("not encrypted");
    assert!(proxy.requests().is_empty());
}

#[test]
fn a_proxy_in_the_way_is_named() {
    let (sandbox, proxy) = (Sandbox::new(), StubHub::start());
    proxy.expect("CONNECT", "hub.test:443", Answer::text(403, "not for you"));

    let dead = login(&sandbox).env("HTTP_PROXY", "http://127.0.0.1:1").run();
    let forbidding = login(&sandbox)
        .env("HF_ENDPOINT", "https://hub.test")
        .env("HTTPS_PROXY", proxy.url())
        .run();

    refused(&sandbox, &dead, &["Cannot reach http://hub.test: connection refused"]);
    dead.stderr_has("Hint: a proxy is set in HTTP_PROXY");
    refused(&sandbox, &forbidding, &["Cannot reach https://hub.test: "]);
    forbidding.stderr_has("Hint: a proxy is set in HTTPS_PROXY");
}

#[test]
fn a_socks_proxy_is_not_bypassed() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, identity());
    let proxy = socks_proxy_to(hub.port());

    let outcome = login(&sandbox).env("ALL_PROXY", format!("socks5h://{proxy}")).run();

    outcome.succeeds();
    assert_eq!(hub.requests()[0].header("host"), Some("hub.test"));
}

/// A SOCKS 5 proxy (RFC 1928) for one connection, which leads to the port whatever was asked for.
fn socks_proxy_to(port: u16) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut greeting = [0; 2];
        client.read_exact(&mut greeting).unwrap();
        client.read_exact(&mut vec![0; greeting[1].into()]).unwrap();
        client.write_all(&[5, 0]).unwrap();
        let mut head = [0; 5];
        client.read_exact(&mut head).unwrap();
        assert_eq!(head[3], 3, "the name is to be resolved by the proxy");
        client.read_exact(&mut vec![0; usize::from(head[4]) + 2]).unwrap();
        client.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).unwrap();
        let mut hub = std::net::TcpStream::connect(("127.0.0.1", port)).unwrap();
        let (mut from_client, mut to_hub) = (client.try_clone().unwrap(), hub.try_clone().unwrap());
        thread::spawn(move || std::io::copy(&mut from_client, &mut to_hub));
        let _ = std::io::copy(&mut hub, &mut client);
    });
    address
}
