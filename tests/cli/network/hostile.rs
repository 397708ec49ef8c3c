//! A server that means harm, or is out of its mind.

use std::time::Duration;

use serde_json::json;

use super::{TOKEN, WHOAMI, login, login_answered, refused};
use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub};

/// The head of an answer that claims to be JSON.
const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

#[test]
fn an_answer_without_end_or_pace_is_cut_off() {
    for (answer, part) in [
        (Answer::endless(), "it is larger than 1 MiB"),
        (Answer::drip(Duration::from_millis(50)), "no answer within 1 seconds"),
        (Answer::hang(), "no answer within 1 seconds"),
    ] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, answer);
        let outcome = login(&sandbox, &hub).env("HF_HUB_DOWNLOAD_TIMEOUT", "1").run();
        refused(&sandbox, &outcome, &[part]);
        assert!(outcome.elapsed < Duration::from_secs(5), "{:?}", outcome.elapsed);
    }
}

#[test]
fn what_is_not_http_is_told_in_words() {
    let many_headers = format!("{HEAD}{}\r\n{{}}", "X-Flood: 1\r\n".repeat(10_000));
    for answer in [
        Answer::close(),
        Answer::raw("220 ftp.example ready\r\n"),
        Answer::raw(format!("{HEAD}Content-Length: 500\r\n\r\n{{")),
        Answer::raw(format!("{HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n")),
        Answer::raw(many_headers),
        Answer::raw(vec![0xff; 4096]),
    ] {
        let (sandbox, outcome) = login_answered(answer);
        refused(&sandbox, &outcome, &["Cannot reach http://127.0.0.1:"]);
    }
}

#[test]
fn deep_json_is_refused_where_it_is_read_and_skipped_where_it_is_not() {
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let read = format!("{{\"name\": \"alice\", \"orgs\": {nested}}}");
    let skipped = format!("{{\"name\": \"alice\", \"x\": {nested}}}");

    let (sandbox, outcome) = login_answered(Answer::text(200, &read));
    refused(&sandbox, &outcome, &["Unexpected answer from"]);
    let (_sandbox, outcome) = login_answered(Answer::text(200, &skipped));
    outcome.succeeds();
}

#[test]
fn a_server_that_repeats_the_token_does_not_get_it_shown() {
    for (status, mode) in [(403, "human"), (500, "json"), (429, "quiet"), (401, "agent")] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let repeated = format!("the token {TOKEN} is bad");
        let answer = Answer::json(status, json!({"error": repeated})).header("X-Error-Message", &repeated);
        let answer = answer.header("X-Request-Id", TOKEN).header("X-HF-Warning", &repeated);
        hub.expect("GET", WHOAMI, answer);
        let outcome = login(&sandbox, &hub)
            .args(["--format", mode])
            .env("HF_DEBUG", "1")
            .run();
        outcome.fails_with(1).nowhere(TOKEN);
    }
}

#[test]
fn nothing_from_the_server_drives_the_terminal() {
    let evil = "al\u{1b}[2Jice\r\nroot\u{202e}\u{9b}31m";
    let shown = "al\\x1b[2Jice\\r\\nroot\\u202e\\x9b31m";
    let identity = whoami(evil, "lap\u{1b}]0;title\u{7}top", "wr\u{1b}[31mite");
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.always(
        "GET",
        WHOAMI,
        Answer::json(200, identity).header("X-HF-Warning", "t; careful"),
    );

    let logged_in = login(&sandbox, &hub).run();
    let human = sandbox.hf(&["auth", "whoami"]).hub(&hub).run();
    let agent = sandbox.hf(&["auth", "whoami", "--format", "agent"]).hub(&hub).run();
    let quiet = sandbox.hf(&["auth", "whoami", "-q"]).hub(&hub).run();
    let json = sandbox.hf(&["auth", "whoami", "--json"]).hub(&hub).run();
    let list = sandbox.hf(&["auth", "list"]).run();

    human.succeeds().stdout_has(&format!("\n  user: {shown}\n"));
    agent.succeeds().stdout_has(&format!("user={shown} "));
    quiet.succeeds().stdout_is(&format!("{shown}\n"));
    for outcome in [logged_in, human, agent, quiet, json, list] {
        let text = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(
            !text.chars().any(|c| c.is_control() && c != '\n' || c == '\u{202e}'),
            "{text:?}"
        );
    }
}

#[test]
fn a_message_of_the_server_cannot_drive_the_terminal_or_fill_it() {
    let long = format!("\u{1b}[2J{}", "x".repeat(100_000));
    let (sandbox, outcome) = login_answered(Answer::json(500, json!({"error": long})));
    refused(&sandbox, &outcome, &["\\x1b[2Jxxx"]);
    assert!(outcome.stderr.len() < 2_000, "{}", outcome.stderr.len());
}
