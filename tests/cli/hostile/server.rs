//! A server that floods, starves or confuses. The slow ones are in `network/failures` too.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::support::{Answer, Run, Sandbox, StubHub, hub};
use super::{TOKEN, WHOAMI, WORK, bears_it, is_harmless, with_another_token};

const MEGABYTE: usize = 1024 * 1024;

fn login(sandbox: &Sandbox) -> Run {
    let run = sandbox.hf(&["auth", "login", "--token", TOKEN]);
    run.env("HF_HUB_DOWNLOAD_TIMEOUT", "2")
}

/// A gigabyte of blanks, as gzip sends it (the pattern of a deflate stream that repeats one byte).
fn gzip_bomb() -> Answer {
    let block = b"\xec\xc1\x01\x01\x00\x00\x00\x80\x90\xfe\xaf\xee\x08\x0a";
    let body = [
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03".as_slice(),
        &block.repeat(60_000),
    ]
    .concat();
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    Answer::raw([head.into_bytes(), body].concat())
}

fn floods() -> Vec<(&'static str, Answer)> {
    let name = "x".repeat(MEGABYTE - 1000);
    let identity = |user: &str, token: &str, role: &str| Answer::json(200, hub::whoami(user, token, role));
    let mut warnings = Answer::json(500, json!({"error": name}));
    for number in 0..90 {
        warnings = warnings.header("X-HF-Warning", &format!("{number}; {}", "w".repeat(3000)));
    }
    vec![
        ("user", identity(&name, "laptop", "read")),
        ("token name", identity("carol", &name, "read")),
        ("role", identity("carol", "laptop", &name)),
        ("message", Answer::json(500, json!({"error": name}))),
        ("text", Answer::text(403, &name)),
        ("warnings", warnings),
        ("endless", Answer::endless()),
        ("gzip bomb", gzip_bomb()),
        ("brackets", Answer::text(200, &"[".repeat(MEGABYTE - 1))),
        ("objects", Answer::text(200, &"{\"a\":".repeat(200_000))),
        (
            "many small values",
            Answer::text(200, &format!("{{\"name\":\"c\",\"orgs\":[{}1]}}", "1,".repeat(500_000))),
        ),
        (
            "trailers",
            Answer::raw(format!("{CHUNKED}0\r\n{}", "a: b\r\n".repeat(MEGABYTE))),
        ),
        (
            "chunk extension",
            Answer::raw(format!("{CHUNKED}1;{}", "a".repeat(8 * MEGABYTE))),
        ),
        (
            "chunks of one byte",
            Answer::raw(format!("{CHUNKED}{}", "1\r\n \r\n".repeat(MEGABYTE))),
        ),
        (
            "first line",
            Answer::raw(format!("HTTP/1.1 200 {}", "a".repeat(8 * MEGABYTE))),
        ),
    ]
}

const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

#[test]
fn a_flood_is_one_line_and_leaves_the_other_tokens_alone() {
    for (name, answer) in floods() {
        let (sandbox, hub) = (with_another_token(), StubHub::start());
        hub.expect("GET", WHOAMI, answer);

        let outcome = bears_it(name, login(&sandbox).hub(&hub));

        let shown = format!("{name}: {:.400}", outcome.stderr);
        // What is only shown is left out where it is too much.
        if !["many small values", "role"].contains(&name) {
            assert_eq!(outcome.status, 1, "{shown}");
            assert_eq!(outcome.stderr.matches("\nError: ").count(), 1, "{shown}");
        }
        assert!(
            outcome.stderr.len() < 64 * 1024,
            "{name}: {} bytes",
            outcome.stderr.len()
        );
        assert!(sandbox.read("stored_tokens").contains(WORK), "{name}");
        sandbox.hf(&["auth", "list"]).run().succeeds();
    }
}

#[test]
fn names_of_every_kind_are_stored_so_that_they_read_back() {
    let names = [
        "a\nhf_token = hf_test_forged\n[work]",
        "\r[work]\rhf_token = x",
        "\u{1b}]0;title\u{7}\u{202e}\u{2066}\u{200f}\u{9b}2J",
        "]\n[",
        "\u{0}",
        "DEFAULT",
        "\u{2028}forged\u{85}",
        "work]",
        " work ",
        "x = y : z # ; %(a)s",
    ];
    for name in names {
        let (sandbox, hub) = (with_another_token(), StubHub::start());
        hub.always("GET", WHOAMI, Answer::json(200, hub::whoami(name, name, name)));

        let outcomes = [
            login(&sandbox).hub(&hub).run(),
            sandbox.hf(&["auth", "list"]).hub(&hub).run(),
            sandbox.hf(&["auth", "list", "-q"]).hub(&hub).run(),
            sandbox.hf(&["auth", "whoami"]).hub(&hub).run(),
        ];

        for outcome in &outcomes {
            is_harmless(name, outcome.succeeds());
        }
        let work = sandbox.hf(&["auth", "token", "work", "-q"]).run();
        work.succeeds().stdout_is("hf_test_work_0123456789\n");
    }
}

#[test]
fn a_browser_login_bears_values_of_every_kind() {
    let long = "x".repeat(MEGABYTE / 2);
    let odd: [Value; 9] = [
        Value::Null,
        json!(-1),
        json!(1e300),
        json!("99999999999999999999"),
        json!([[[]]]),
        json!({"a": {}}),
        json!("\u{1b}[2J\nforged\u{202e}"),
        json!(long),
        json!(true),
    ];
    for value in &odd {
        let (sandbox, hub) = (with_another_token(), StubHub::start());
        let code = json!({"device_code": "d", "user_code": "u", "verification_uri": "https://hub.test",
            "verification_uri_complete": value, "interval": 0, "expires_in": 1});
        hub.expect("POST", "/oauth/device", Answer::json(200, code));
        let refusal = json!({"error": "odd", "error_description": value, "access_token": value});
        hub.always("POST", "/oauth/token", Answer::json(400, refusal));
        hub.always("GET", WHOAMI, Answer::json(401, json!({"error": value})));

        let outcome = bears_it(&format!("{value:.40}"), sandbox.hf(&["auth", "login"]).hub(&hub));

        outcome.fails_with(1);
        assert_eq!(sandbox.read("stored_tokens"), WORK, "{value:.40}");
    }
}

#[test]
fn a_server_that_sends_its_head_byte_by_byte_is_given_up() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        let head = "HTTP/1.1 200 OK\r\nX-Slow: ".bytes().chain(std::iter::repeat(b'x'));
        for byte in head {
            std::thread::sleep(Duration::from_millis(50));
            if stream.write_all(&[byte]).is_err() {
                break;
            }
        }
    });

    let outcome = bears_it("slow head", login(&Sandbox::new()).env("HF_ENDPOINT", endpoint));

    outcome.fails_with(1).stderr_has("no answer within 2 seconds");
}
