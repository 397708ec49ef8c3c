//! Tokens that were found elsewhere, from standard input.

use serde_json::{Value, json};

use super::{LAPTOP, REVOKE, WHOAMI, WORK, logged_in, revoke, sent, taken, unknown};
use crate::support::{Sandbox, StubHub};

const LEAKED: &str = "hf_test_leaked_00000000";

#[test]
fn each_line_is_ended_once_and_what_is_stored_here_is_forgotten() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("POST", REVOKE, taken());
    hub.always("GET", WHOAMI, unknown());
    let text = format!("{LEAKED}\r\n\n  {WORK}\n{LEAKED}\n");

    let outcome = revoke(&sandbox, &hub, &["-", "--yes", "--json"]).stdin(text).run();

    let rows: Value = serde_json::from_str(&outcome.succeeds().nowhere(LEAKED).stdout).unwrap();
    assert_eq!(
        rows,
        json!([{"token_name": null, "token": "hf_****0000", "state": "revoked"},
            {"token_name": "work", "token": "hf_****0000", "state": "revoked"}])
    );
    assert_eq!(sent(&hub), [json!({"credentials": [LEAKED, WORK]})]);
    assert_eq!(
        sandbox.read("stored_tokens"),
        format!("[laptop]\nhf_token = {LAPTOP}\n\n")
    );
}

#[test]
fn a_token_without_a_name_is_shown_masked() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.always("POST", REVOKE, taken());
    hub.always("GET", WHOAMI, unknown());
    let run = |arguments: &[&str]| revoke(&sandbox, &hub, arguments).stdin(LEAKED).run();
    run(&["-", "-y", "-q"]).succeeds().stdout_is("revoked hf_****0000\n");
    run(&["-", "-y"]).succeeds().stdout_is("✓ hf_****0000: revoked\n");
    let agent = run(&["-", "-y", "--format", "agent"]);
    agent
        .succeeds()
        .stdout_is("token_name\ttoken\tstate\n\thf_****0000\trevoked\n");
    assert_eq!(sandbox.listing(), [""; 0]);
}

#[test]
fn a_store_that_cannot_be_read_keeps_no_leaked_token_alive() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.write("stored_tokens", "rubbish\n");
    hub.expect("POST", REVOKE, taken());
    hub.always("GET", WHOAMI, unknown());
    let outcome = revoke(&sandbox, &hub, &["-", "-y", "-q"]).stdin(LEAKED).run();
    outcome.succeeds().stdout_is("revoked hf_****0000\n");
}

#[test]
fn a_line_that_is_no_token_keeps_all_from_being_sent() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let text = format!("{LEAKED}\nhf_test_canary_0 with words\nok.py:3:{LEAKED}\n{LEAKED},\n\u{1b}[2J\n");

    let outcome = revoke(&sandbox, &hub, &["-", "--yes"]).stdin(text).run();

    outcome
        .fails_with(1)
        .stdout_is("")
        .stderr_has(
            "line 2 has white space in it; line 3 is no token of the Hub; line 4 is no token of the Hub; line 5 has",
        )
        .stderr_has("Nothing was sent.")
        .nowhere("canary")
        .nowhere("leaked")
        .nowhere("ok.py");
    let empty = revoke(&sandbox, &hub, &["-", "--yes"]).stdin("\n\n").run();
    empty.fails_with(1).stderr_has("There is no token on standard input.");
    assert!(hub.requests().is_empty());
}
