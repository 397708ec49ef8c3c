//! What the Hub wants everybody to know who asks it: `X-HF-Warning`, on whatever it answers, once per topic and command.

use serde_json::json;

use super::super::support::{Answer, Outcome, Sandbox, StubHub, hub};
use super::{REFRESH, TOKEN, WHOAMI, identity};

const NEW: &str = "hf_test_new_canary_0123456789abc";

/// The same answer with a warning of each kind: one topic that every answer has, one of its own.
fn warned(answer: Answer, own: &str) -> Answer {
    answer
        .header("X-HF-Warning", "moving; We are moving.")
        .header("X-HF-Warning", &format!("{own}; About {own}."))
}

#[track_caller]
fn warns_of(outcome: &Outcome, topics: &[&str]) {
    assert_eq!(
        outcome.stderr.matches("We are moving.").count(),
        1,
        "{}",
        outcome.stderr
    );
    for topic in topics {
        let sentence = format!("About {topic}.\n");
        assert_eq!(outcome.stderr.matches(&sentence).count(), 1, "{}", outcome.stderr);
    }
    assert_eq!(
        outcome.stderr.matches("About ").count(),
        topics.len(),
        "{}",
        outcome.stderr
    );
}

#[test]
fn a_browser_login_shows_what_every_answer_warns_of_once() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let code = json!({"device_code": "d", "user_code": "AB-12", "verification_uri": "https://hub.test/device",
        "interval": 0, "expires_in": 60});
    hub.expect("POST", "/oauth/device", warned(Answer::json(200, code), "codes"));
    let pending = || Answer::json(400, json!({"error": "authorization_pending"}));
    for _ in 0..2 {
        hub.expect("POST", "/oauth/token", warned(pending(), "polling"));
    }
    hub.expect("POST", "/oauth/token", warned(Answer::html(502, "<p>"), "gateways"));
    let granted = Answer::json(200, json!({"access_token": TOKEN}));
    hub.expect("POST", "/oauth/token", warned(granted, "grants"));
    hub.expect("GET", WHOAMI, warned(identity(), "tokens"));

    let outcome = sandbox.hf(&["auth", "login"]).hub(&hub).run();

    warns_of(
        outcome.succeeds(),
        &["codes", "polling", "gateways", "grants", "tokens"],
    );
}

#[test]
fn a_renewal_and_the_question_behind_it_share_their_topics() {
    for (granted, own) in [(200, "renewal"), (400, "refusal")] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.write(
            "stored_tokens",
            format!("[a]\nhf_token = {TOKEN}\nrefresh_token = {REFRESH}\nexpires_at = 1700000000\n\n"),
        );
        sandbox.activate(TOKEN);
        let answer = match granted {
            200 => Answer::json(200, json!({"access_token": NEW})),
            _ => Answer::json(400, json!({"error": "invalid_grant"})),
        };
        hub.expect("POST", "/oauth/token", warned(answer, own));
        hub.expect("GET", WHOAMI, warned(identity(), "tokens"));

        let outcome = sandbox.hf(&["auth", "whoami", "-q"]).hub(&hub).run();

        warns_of(outcome.succeeds().stdout_is("carol\n"), &[own, "tokens"]);
    }
}

#[test]
fn an_exchange_shows_what_the_hub_warns_of_and_not_what_github_sends() {
    let (sandbox, hub, github) = (Sandbox::new(), StubHub::start(), StubHub::start());
    github.expect(
        "GET",
        "/token",
        warned(Answer::json(200, json!({"value": NEW})), "github"),
    );
    hub.expect(
        "POST",
        "/oauth/token",
        warned(Answer::json(200, json!({"access_token": TOKEN})), "exchange"),
    );
    let run = sandbox
        .hf(&["auth", "token"])
        .hub(&hub)
        .env("HF_OIDC_RESOURCE", "acme/x")
        .env("GITHUB_ACTIONS", "true")
        .env("ACTIONS_ID_TOKEN_REQUEST_URL", format!("{}/token?x=1", github.url()))
        .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "gh_test_request_token");

    warns_of(run.run().succeeds(), &["exchange"]);
}

#[test]
fn checks_show_what_every_answer_warns_of_once() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let tokens: Vec<String> = (0..9).map(|number| format!("hf_test_warned_{number:06}")).collect();
    let stored: Vec<(&str, &str)> = tokens.iter().map(|token| (&**token, &**token)).collect();
    sandbox.store(&stored);
    sandbox.activate(&tokens[0]);
    hub.expect(
        "GET",
        WHOAMI,
        warned(Answer::json(401, json!({"error": "no"})), "refusals"),
    );
    hub.always("GET", WHOAMI, warned(identity(), "tokens"));
    for format in ["human", "json", "quiet"] {
        let arguments = ["auth", "status", "--check", "--all", "--format", format];
        let outcome = sandbox.hf(&arguments).hub(&hub).run();
        match format {
            "human" => warns_of(outcome.fails_with(1), &["refusals", "tokens"]),
            _ => warns_of(outcome.succeeds(), &["tokens"]),
        }
    }
    let outcome = sandbox.hf(&["auth", "status", "--check", "-q"]).hub(&hub).run();
    warns_of(outcome.succeeds().stdout_is("valid\n"), &["tokens"]);
}

#[test]
fn a_warning_that_repeats_what_was_sent_is_shown_without_it() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.write(
        "stored_tokens",
        format!("[a]\nhf_token = {TOKEN}\nrefresh_token = {REFRESH}\nexpires_at = 1700000000\n\n"),
    );
    sandbox.activate(TOKEN);
    let long = "x".repeat(390);
    let answer = Answer::json(200, json!({"access_token": NEW}))
        .header(
            "X-HF-Warning",
            &format!("a; sent {REFRESH}, granted {NEW}, old {TOKEN}."),
        )
        .header("X-HF-Warning", &format!("b; {long} {REFRESH}"));
    hub.expect("POST", "/oauth/token", answer);
    let identity = Answer::json(200, hub::whoami("carol", "laptop", "read"));
    hub.expect(
        "GET",
        WHOAMI,
        identity.header("X-HF-Warning", &format!("c; {}", NEW.to_uppercase())),
    );

    let outcome = sandbox.hf(&["auth", "status", "--check"]).hub(&hub).run();

    outcome
        .succeeds()
        .stderr_has("sent ****, granted ****, old ****.\n")
        .stderr_has(&format!("{long} ****\n"))
        .stderr_has("\n****\n")
        .nowhere("canary");
}
