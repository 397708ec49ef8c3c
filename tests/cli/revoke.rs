//! `hf auth revoke`: tokens end on the Hub, and what is said of them afterwards is true.

mod given;
#[cfg(unix)]
mod terminal;

use serde_json::{Value, json};

use crate::support::hub::whoami;
use crate::support::{Answer, Run, Sandbox, StubHub};

const LAPTOP: &str = "hf_test_laptop_00000000";
const WORK: &str = "hf_test_work_0000000000";
const REVOKE: &str = "/api/credentials/revoke";
const WHOAMI: &str = "/api/whoami-v2";

fn logged_in() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", LAPTOP), ("work", WORK)]);
    sandbox.activate(WORK);
    sandbox
}

/// In a hurry to look what has become of the tokens.
fn revoke(sandbox: &Sandbox, hub: &StubHub, arguments: &[&str]) -> Run {
    let run = sandbox.hf(&["auth", "revoke"]).args(arguments).hub(hub);
    run.env("HF_HUB_DOWNLOAD_TIMEOUT", "1")
}

fn taken() -> Answer {
    Answer::text(202, "")
}

fn known() -> Answer {
    Answer::json(200, whoami("alice", "work", "write"))
}

fn unknown() -> Answer {
    Answer::json(401, json!({"error": "Invalid credentials in Authorization header"}))
}

/// What was posted.
fn sent(hub: &StubHub) -> Vec<Value> {
    let posted = hub.requests().into_iter().filter(|request| request.method == "POST");
    posted
        .map(|request| {
            assert_eq!((request.path.as_str(), request.authorization()), (REVOKE, None));
            serde_json::from_slice(&request.body).unwrap()
        })
        .collect()
}

#[test]
fn a_token_that_the_hub_knows_no_longer_is_forgotten_here_too() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("GET", WHOAMI, known());
    hub.expect("POST", REVOKE, taken());
    hub.expect("GET", WHOAMI, unknown());

    let outcome = revoke(&sandbox, &hub, &["work", "--yes"]).run();

    outcome
        .succeeds()
        .stdout_is("✓ work (hf_****0000): revoked\n")
        .stderr_is(
            "To be ended on the Hub, for every machine; this cannot be undone:\n  work (hf_****0000): a token of alice\n\
             Active token 'work' has been deleted.\nSuccessfully logged out from access token: work.\n",
        );
    assert_eq!(sent(&hub), [json!({"credentials": [WORK]})]);
    assert_eq!(
        sandbox.read("stored_tokens"),
        format!("[laptop]\nhf_token = {LAPTOP}\n\n")
    );
    assert!(!sandbox.exists("token"));
}

#[test]
fn a_token_that_goes_on_for_a_while_is_looked_at_again() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("POST", REVOKE, taken());
    for answer in [known(), Answer::json(503, json!({})), unknown()] {
        hub.expect("GET", WHOAMI, answer);
    }

    let outcome = revoke(&sandbox, &hub, &["work", "-y", "-q"]).run();

    outcome.succeeds().stdout_is("revoked work\n");
}

#[test]
fn what_is_not_known_to_have_ended_is_kept() {
    for (answer, state, said) in [
        (known(), "still-valid", "(the Hub still takes it)\n  Next: end it at "),
        (
            Answer::json(403, json!({"error": "no"})),
            "unconfirmed",
            "(sent, not confirmed)\n  Next: ",
        ),
        (
            Answer::html(401, "<p>log in"),
            "unconfirmed",
            "(sent, not confirmed)\n  Next: ",
        ),
        (
            Answer::json(429, json!({"error": "no"})),
            "unconfirmed",
            "(sent, not confirmed)\n  Next: ",
        ),
        (Answer::close(), "unconfirmed", "(sent, not confirmed)\n  Next: "),
        (
            Answer::text(200, "ok"),
            "unconfirmed",
            "(sent, not confirmed)\n  Next: ",
        ),
    ] {
        let (sandbox, hub) = (logged_in(), StubHub::start());
        hub.expect("POST", REVOKE, taken());
        hub.always("GET", WHOAMI, answer);
        let before = sandbox.read("stored_tokens");

        let outcome = revoke(&sandbox, &hub, &["work", "--yes"]).run();

        outcome
            .fails_with(3)
            .stdout_has(&format!(
                "work (hf_****0000): {state} {said}{}",
                if state == "still-valid" {
                    hub.url()
                } else {
                    String::new()
                }
            ))
            .stdout_has(&format!("{}/settings/tokens\n", hub.url()));
        assert_eq!(
            (sandbox.read("stored_tokens"), sandbox.read("token")),
            (before, WORK.to_owned())
        );
    }
}

#[test]
fn a_hub_that_was_not_told_has_changed_nothing() {
    for answer in [
        Answer::json(500, json!({"error": "oops"})),
        Answer::json(429, json!({"error": "slow"})),
        Answer::html(403, "<p>blocked"),
        Answer::redirect(307, "https://elsewhere.example/api/credentials/revoke"),
        Answer::close(),
        Answer::hang(),
    ] {
        let (sandbox, hub) = (logged_in(), StubHub::start());
        hub.expect("POST", REVOKE, answer);
        let before = sandbox.read("stored_tokens");

        let outcome = revoke(&sandbox, &hub, &["work", "--yes", "-q"]).run();

        outcome
            .fails_with(3)
            .stdout_is("")
            .nowhere(WORK)
            .stderr_has("Error: ")
            .stderr_has("Nothing has changed here. To try again does no harm.\n");
        assert_eq!(sandbox.read("stored_tokens"), before);
    }
    let offline = logged_in();
    let run = offline
        .hf(&["auth", "revoke", "work", "--yes", "-q"])
        .env("HF_HUB_OFFLINE", "1");
    run.run().fails_with(3).stderr_has("offline mode is enabled");
}

#[test]
fn a_hub_without_the_address_is_said() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("POST", REVOKE, Answer::json(404, json!({"error": "not found"})));

    hub.expect("GET", WHOAMI, known());

    let outcome = revoke(&sandbox, &hub, &["work", "--yes"]).run();

    outcome
        .fails_with(1)
        .stdout_is("")
        .stderr_has("has no address at which tokens can be revoked. Nothing has changed.")
        .stderr_has(&format!("{}/settings/tokens", hub.url()));
    assert!(sandbox.read("stored_tokens").contains(WORK));
}

#[test]
fn all_ends_every_stored_token_and_keeps_those_that_live() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let third = "hf_test_third_000000000";
    sandbox.store(&[("laptop", LAPTOP), ("same", WORK), ("third", third), ("work", WORK)]);
    hub.expect("POST", REVOKE, taken());
    hub.always("GET", WHOAMI, unknown());

    let outcome = revoke(&sandbox, &hub, &["--all", "--yes", "--json"]).run();

    let row = |name: &str| json!({"token_name": name, "token": "hf_****0000", "state": "revoked"});
    let rows: Value = serde_json::from_str(&outcome.succeeds().stdout).unwrap();
    assert_eq!(rows, json!([row("laptop"), row("same"), row("third"), row("work")]));
    assert_eq!(sent(&hub), [json!({"credentials": [LAPTOP, WORK, third]})]);
    assert_eq!(sandbox.read("stored_tokens"), "");

    let outcome = revoke(&sandbox, &hub, &["--all", "--yes", "--json"]).run();
    outcome
        .succeeds()
        .stdout_is("[]\n")
        .stderr_is("No access tokens found.\n");
}

#[test]
fn what_an_oauth_token_is_renewed_with_ends_too_and_nothing_is_renewed_first() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let text = format!("[oauth-carol]\nhf_token = {WORK}\nrefresh_token = hf_test_refresh_0\nexpires_at = 1\n\n");
    sandbox.write("stored_tokens", text);
    sandbox.activate(WORK);
    hub.expect("POST", REVOKE, taken());
    hub.always("GET", WHOAMI, unknown());

    let outcome = revoke(&sandbox, &hub, &["oauth-carol", "--yes"]).run();

    outcome
        .succeeds()
        .nowhere("hf_test_refresh_0")
        .stderr_has("the Hub does not know it, and what it is renewed with\n");
    assert_eq!(sent(&hub), [json!({"credentials": [WORK, "hf_test_refresh_0"]})]);
    assert_eq!(sandbox.read("stored_tokens"), "");
}

#[test]
fn a_token_stored_meanwhile_under_the_name_stays() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("POST", REVOKE, taken().delay(std::time::Duration::from_millis(500)));
    hub.always("GET", WHOAMI, unknown());
    let run = revoke(&sandbox, &hub, &["work", "--yes", "-q"]);

    let outcome = std::thread::scope(|scope| {
        let running = scope.spawn(|| run.run());
        hub.wait_for_requests(1);
        sandbox.store(&[("work", "hf_test_new_00000000000")]);
        running.join().unwrap()
    });

    outcome
        .fails_with(1)
        .stdout_is("revoked work\n")
        .stderr_has("Another token has been stored as work meanwhile");
    assert!(sandbox.read("stored_tokens").contains("hf_test_new_00000000000"));
}

#[test]
fn a_token_that_is_in_the_environment_too_is_warned_of() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("POST", REVOKE, taken());
    hub.always("GET", WHOAMI, unknown());
    let run = revoke(&sandbox, &hub, &["work", "--yes", "-q"]).env("HF_TOKEN", WORK);
    run.run()
        .succeeds()
        .stderr_has("HF_TOKEN still holds a token that has ended");
}

#[test]
fn without_a_yes_nothing_is_asked_or_sent() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    for arguments in [&["work"][..], &["--all"], &["-"], &["work", "--json"], &["work", "-q"]] {
        let outcome = revoke(&sandbox, &hub, arguments).stdin(format!("{LAPTOP}\n")).run();
        outcome.fails_with(2).stdout_is("").stderr_has("give `--yes`");
    }
    let agent = revoke(&sandbox, &hub, &["work"]).env("AI_AGENT", "robot");
    agent.run().fails_with(2);
    assert!(hub.requests().is_empty());
}

#[test]
fn a_wrong_command_line_sends_nothing() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let token = "hf_test_canary_0123456789abcdef";
    for (arguments, status, said) in [
        (&["--yes"][..], 2, "Missing argument 'NAME'"),
        (&["work", "--all", "--yes"], 2, "mutually exclusive"),
        (&["gone", "--yes"], 1, "gone not found"),
        (&[token, "--yes"], 1, "a token itself is read from standard input"),
    ] {
        let outcome = revoke(&sandbox, &hub, arguments).run();
        outcome.fails_with(status).stdout_is("").stderr_has(said).nowhere(token);
    }
    assert!(hub.requests().is_empty());
}

#[test]
fn no_secret_shows_whatever_the_hub_repeats() {
    let echo = format!("no: {WORK} hf_test_refresh_0");
    for answer in [
        taken(),
        Answer::json(500, json!({"error": echo})).header("X-Request-Id", WORK),
    ] {
        for format in ["human", "agent", "json", "quiet"] {
            let (sandbox, hub) = (Sandbox::new(), StubHub::start());
            let text = format!("[work]\nhf_token = {WORK}\nrefresh_token = hf_test_refresh_0\nexpires_at = 1\n\n");
            sandbox.write("stored_tokens", text);
            hub.expect("POST", REVOKE, answer.clone());
            hub.always("GET", WHOAMI, Answer::json(401, json!({"error": echo})));

            let run = revoke(&sandbox, &hub, &["work", "--yes", "--format", format]);
            let outcome = run.env("HF_DEBUG", "1").run();

            outcome
                .nowhere(WORK)
                .nowhere("hf_test_refresh_0")
                .stderr_has("{\"credentials\":[\"<REDACTED>\",\"<REDACTED>\"]}");
        }
    }
}

#[test]
fn a_token_of_another_hub_is_not_sent_to_this_one() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let bound = format!("[other]\nhf_token = {LAPTOP}\nendpoint = https://hub.other\n\n[work]\nhf_token = {WORK}\n\n");
    sandbox.write("stored_tokens", bound);
    let said = "The token `other` is for https://hub.other, and is not sent to ";

    let named = revoke(&sandbox, &hub, &["other", "--yes"]).run();
    let given = revoke(&sandbox, &hub, &["-", "--yes"]).stdin(LAPTOP).run();
    named.fails_with(1).stdout_is("").stderr_has(said);
    given.fails_with(1).stdout_is("").stderr_has(said);
    assert!(hub.requests().is_empty());

    hub.expect("POST", REVOKE, taken());
    hub.expect("GET", WHOAMI, unknown());
    let all = revoke(&sandbox, &hub, &["--all", "--yes", "-q"]).run();
    all.succeeds().stdout_is("revoked work\n").stderr_has(said);
    assert_eq!(sent(&hub), [json!({"credentials": [WORK]})]);
}
