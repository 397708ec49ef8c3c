//! No whole answer: refused, unresolvable, silent, slow, endless, cut off, or not HTTP at all.

use std::net::TcpListener;
use std::time::Duration;

use super::super::support::{Answer, Sandbox, StubHub, at_once};
use super::{TOKEN, WHOAMI, complaint_about, complaint_of, identity, login};

const NETWORK_HINT: &str = "Hint: check your network and proxy, or set HF_HUB_DOWNLOAD_TIMEOUT to more seconds.\n";

#[test]
fn a_refused_connection_is_one_line_that_names_the_endpoint() {
    let sandbox = Sandbox::new();
    let free = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("http://{}", free.local_addr().unwrap());
    drop(free);

    let outcome = login(&sandbox).env("HF_ENDPOINT", &endpoint).run();

    let complaint = complaint_of(&sandbox, &outcome);
    assert_eq!(
        complaint,
        format!(
            "Error: Cannot reach {endpoint}: connection refused.\nHint: nothing listens there: check HF_ENDPOINT if it is set, and your network.\n"
        )
    );
}

#[test]
fn a_name_that_does_not_resolve_is_one_line_that_names_the_endpoint() {
    let sandbox = Sandbox::new();
    // Longer than a label of a name may be, so that no resolver needs to ask the network.
    let endpoint = format!("http://{}.invalid", "a".repeat(70));

    let outcome = login(&sandbox).env("HF_ENDPOINT", &endpoint).run();

    let complaint = complaint_of(&sandbox, &outcome);
    let cause = format!("Error: Cannot reach {endpoint}: its name cannot be resolved (");
    assert!(complaint.contains(&cause), "{complaint}");
    assert!(
        complaint.ends_with("\nHint: check your network, and HF_ENDPOINT if it is set.\n"),
        "{complaint}"
    );
}

#[test]
fn a_hub_that_never_finishes_its_answer_is_given_up_after_the_timeout() {
    let cases = [
        ("silent", Answer::hang()),
        ("dripping", Answer::drip(Duration::from_millis(300))),
        ("late", identity().delay(Duration::from_secs(20))),
    ];
    at_once(cases, |(name, answer)| {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, answer);

        let outcome = login(&sandbox).hub(&hub).env("HF_HUB_DOWNLOAD_TIMEOUT", "1").run();

        let complaint = complaint_of(&sandbox, &outcome);
        let endpoint = hub.url();
        // "1 seconds" or "1 second": both are clear.
        let complaint = complaint.replace("1 second.", "1 seconds.");
        assert_eq!(
            complaint,
            format!("Error: Cannot reach {endpoint}: no answer within 1 seconds.\n{NETWORK_HINT}"),
            "{name}"
        );
        assert!(
            outcome.elapsed < Duration::from_secs(8),
            "{name}: {:?}",
            outcome.elapsed
        );
    });
}

#[test]
fn a_hub_that_accepts_no_bytes_is_given_up_after_the_timeout() {
    let sandbox = Sandbox::new();
    // Connections wait in the backlog: the kernel accepts them, nobody reads.
    let deaf = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("http://{}", deaf.local_addr().unwrap());

    let outcome = login(&sandbox)
        .env("HF_ENDPOINT", &endpoint)
        .env("HF_HUB_DOWNLOAD_TIMEOUT", "1")
        .run();

    let complaint = complaint_of(&sandbox, &outcome);
    assert!(
        complaint.starts_with(&format!("Error: Cannot reach {endpoint}: no answer within 1 second")),
        "{complaint}"
    );
}

#[test]
fn an_answer_over_one_mebibyte_is_not_read_to_its_end() {
    let long = format!("{{\"name\": \"carol\", \"pad\": \"{}\"}}", "x".repeat(1024 * 1024));
    let cases = [
        ("endless", Answer::endless()),
        ("long", Answer::text(200, &long)),
        ("long error", Answer::text(500, &long)),
    ];
    for (name, answer) in cases {
        assert_eq!(
            complaint_about(answer),
            format!(
                "Error: Unexpected answer from {{hub}}{WHOAMI}: it is larger than 1 MiB.\nHint: check that HF_ENDPOINT is a Hugging Face Hub, and that no login page of a network is in between.\n"
            ),
            "{name}"
        );
    }
}

#[test]
fn an_answer_of_just_under_one_mebibyte_is_taken() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let pad = "x".repeat(1024 * 1024 - 100);
    hub.expect(
        "GET",
        WHOAMI,
        Answer::text(200, &format!("{{\"name\": \"carol\", \"pad\": \"{pad}\"}}")),
    );

    let outcome = login(&sandbox).hub(&hub).run();

    outcome.succeeds();
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn a_broken_connection_or_broken_http_is_one_line_that_names_the_endpoint() {
    let cases = [
        ("closed at once", Answer::close()),
        ("cut off in the body", identity().header("Content-Length", "5000")),
        ("cut off in the head", Answer::raw("HTTP/1.1 200 OK\r\nContent-Ty")),
        ("another protocol", Answer::raw("SSH-2.0-OpenSSH_9.9\r\n")),
        ("a TLS alert", Answer::raw(b"\x15\x03\x01\x00\x02\x02\x46".to_vec())),
        ("bytes of any kind", Answer::raw(vec![0xff; 4096])),
        ("no status", Answer::raw("HTTP/1.1 \r\n\r\n")),
        ("a status out of range", Answer::raw("HTTP/1.1 99999 What\r\n\r\n")),
        (
            "two lengths",
            identity().header("Content-Length", "1").header("Content-Length", "2"),
        ),
        ("a negative length", identity().header("Content-Length", "-1")),
        (
            "a length beyond memory",
            identity().header("Content-Length", "18446744073709551615"),
        ),
        (
            "a control character in a header",
            identity().header("X-Note", "a\u{1b}[2Jb"),
        ),
        (
            "a bad chunk",
            Answer::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"),
        ),
        (
            "a chunk beyond memory",
            Answer::raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}"),
        ),
        (
            "a switch of protocols",
            Answer::raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
        ),
    ];
    for (name, answer) in cases {
        let complaint = complaint_about(answer);
        assert!(complaint.starts_with("Error: "), "{name}: {complaint}");
        assert!(
            complaint.lines().next().unwrap().contains("{hub}"),
            "{name}: {complaint}"
        );
    }
}

#[test]
fn a_flood_of_headers_or_of_interim_answers_ends_in_one_line() {
    let mut many = Answer::text(200, "{}");
    for number in 0..5000 {
        many = many.header(&format!("X-Flood-{number}"), "x");
    }
    let interim = "HTTP/1.1 100 Continue\r\n\r\n".repeat(50_000);
    let cases = [
        ("many headers", many),
        (
            "one long header",
            Answer::text(200, "{}").header("X-Flood", &"x".repeat(2 * 1024 * 1024)),
        ),
        ("interim answers", Answer::raw(interim)),
    ];
    for (name, answer) in cases {
        let complaint = complaint_about(answer);
        assert!(
            complaint.starts_with("Error: Cannot reach {hub}: "),
            "{name}: {complaint}"
        );
    }
}

#[test]
fn offline_mode_asks_nobody_and_says_so() {
    for variable in ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());

        let outcome = login(&sandbox).hub(&hub).env(variable, "yes").run();

        let sentence =
            "offline mode is enabled. To disable it, please unset the `HF_HUB_OFFLINE` environment variable.";
        let complaint = format!("Error: Cannot reach {}{WHOAMI}: {sentence}\n", hub.url());
        outcome.fails_with(1).stdout_is("").nowhere(TOKEN);
        assert!(outcome.stderr.ends_with(&complaint), "{}", outcome.stderr);
        assert!(hub.requests().is_empty(), "{variable}");
    }
}

#[test]
fn offline_mode_does_not_warn_of_a_request_that_is_never_made() {
    let sandbox = Sandbox::new();

    let outcome = login(&sandbox)
        .env("HF_ENDPOINT", "http://hub.invalid")
        .env("HF_HUB_OFFLINE", "1")
        .run();

    outcome.fails_with(1).stderr_lacks("Warning:");
}
