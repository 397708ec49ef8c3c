//! The stub judges the program, so a few tests judge the stub: were it lenient, every other test would be worth less.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde_json::json;

use super::{Answer, StubHub};

/// Sends bytes, closes our side of the connection, and reads to the end.
fn exchange(hub: &StubHub, bytes: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", hub.port())).unwrap();
    stream.write_all(bytes.as_bytes()).unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// What the hub says when it is dropped.
fn verdict(hub: StubHub) -> Result<(), String> {
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(hub)));
    dropped.map_err(|message| *message.downcast::<String>().unwrap())
}

#[test]
fn an_answer_nobody_fetched_fails_the_test() {
    let hub = StubHub::start();
    hub.always("GET", "/never", Answer::text(200, ""));
    hub.expect("GET", "/once", Answer::text(200, ""));

    let complaint = verdict(hub).unwrap_err();

    assert!(complaint.contains("never asked for: GET /once"), "{complaint}");
    assert!(!complaint.contains("/never"), "{complaint}");
}

#[test]
fn a_request_nobody_foresaw_fails_the_test() {
    let hub = StubHub::start();
    hub.expect("GET", "/once", Answer::text(200, "first"));

    let answer = exchange(&hub, "GET /once HTTP/1.1\r\n\r\nGET /once?again=1 HTTP/1.1\r\n\r\n");

    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains("HTTP/1.1 599 "), "{answer}");
    assert!(verdict(hub).unwrap_err().contains("not scripted: GET /once?again=1"));
}

#[test]
fn answers_come_in_order_on_one_connection_and_bodies_are_unpacked() {
    let hub = StubHub::start();
    hub.expect("POST", "/token", Answer::json(400, json!({"error": "slow_down"})));
    hub.expect("POST", "/token", Answer::text(200, "granted"));
    let counted = "POST /token HTTP/1.1\r\nContent-Length: 15\r\n\r\na=b+c%21&d=%zz&";
    let chunked = "POST http://hub.test/token?x=1 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n\
                   3;extension\r\na=b\r\n2\r\n&c\r\n0\r\nTrailer: 1\r\n\r\n";

    let answer = exchange(&hub, &format!("{counted}{chunked}"));

    let (first, second) = answer.split_once("HTTP/1.1 200 OK").unwrap();
    assert!(
        first.contains("Content-Length: 21\r\n\r\n{\"error\":\"slow_down\"}"),
        "{first}"
    );
    assert!(second.ends_with("\r\n\r\ngranted"), "{second}");
    let forms: Vec<_> = hub.take_requests().iter().map(super::Request::form).collect();
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(forms[0], [field("a", "b c!"), field("d", "%zz")]);
    assert_eq!(forms[1], [field("a", "b"), field("c", "")]);
    assert_eq!(verdict(hub), Ok(()));
}
