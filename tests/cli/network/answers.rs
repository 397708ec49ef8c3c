//! The Hub answers, but not with an identity.

use serde_json::json;

use super::{TOKEN, WHOAMI, login_answered, refused};
use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub};

fn error(status: u16, text: &str) -> Answer {
    Answer::json(status, json!({"error": text})).header("X-Request-Id", "req-42")
}

#[test]
fn a_refusal_is_told_with_status_message_and_request_id() {
    let cases = [
        (
            error(403, "no entry"),
            &["403 Forbidden", "no entry", "(Request ID: req-42)", "permissions"][..],
        ),
        (
            error(404, "not here"),
            &["Client error '404 Not Found'", "not here", "req-42"],
        ),
        (
            error(500, "broken"),
            &["Server error '500 Internal Server Error'", "broken", "req-42"],
        ),
        (Answer::text(502, "bad\ngateway"), &["502 Bad Gateway", "bad gateway"]),
        (
            Answer::text(500, "").header("x-amz-cf-id", "cf-1"),
            &["500", "(Amz CF ID: cf-1)"],
        ),
        (
            Answer::text(500, "").header("X-Error-Message", "from the header"),
            &["from the header"],
        ),
        (
            Answer::json(400, json!({"error": "invalid", "error_description": "why"})),
            &["invalid: why"],
        ),
        (Answer::json(400, json!({"error": ["one", "two"]})), &["one two"]),
        (Answer::json(400, json!({"errors": [{"message": "three"}]})), &["three"]),
        (Answer::json(400, json!(["what", 1])), &["400 Bad Request"]),
    ];
    for (answer, parts) in cases {
        let (sandbox, outcome) = login_answered(answer);
        refused(&sandbox, &outcome, parts);
    }
}

#[test]
fn a_page_of_html_is_not_shown() {
    let (sandbox, outcome) = login_answered(Answer::html(503, "<html><h1>Maintenance</h1>"));
    refused(
        &sandbox,
        &outcome,
        &["Server error '503 Service Unavailable' for url 'http://127.0.0.1:"],
    );
    outcome.stderr_lacks("Maintenance");
}

#[test]
fn a_rate_limit_tells_when_to_come_back() {
    let limited = error(429, "slow down")
        .header("RateLimit", "\"api\";r=0;t=55")
        .header("RateLimit-Policy", "\"fixed window\";\"api\";q=500;w=300");
    let (sandbox, outcome) = login_answered(limited);
    let window = "Retry after 55 seconds (0/500 requests remaining in current 300s window).";
    let sentence =
        "You've hit the rate limit for the /whoami-v2 endpoint, which is intentionally strict for security reasons.";
    refused(
        &sandbox,
        &outcome,
        &["429 Too Many Requests", sentence, window, "slow down", "req-42"],
    );

    let (sandbox, outcome) = login_answered(error(429, "slow down").header("Retry-After", "7"));
    refused(&sandbox, &outcome, &["Retry after 7 seconds."]);
}

#[test]
fn a_rejected_token_is_told_by_where_it_came_from() {
    let stored = "Error: Invalid user token. The token stored is invalid. Please run `hf auth login --force` to set a new token.\n";
    let in_environment = "Error: Invalid user token. The token from HF_TOKEN environment variable is invalid. Note that HF_TOKEN takes precedence over `hf auth login`.\n";
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.always("GET", WHOAMI, error(401, "Invalid username or password."));

    let given = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();
    sandbox.activate(TOKEN);
    let from_file = sandbox.hf(&["auth", "whoami"]).hub(&hub).run();
    let from_environment = sandbox
        .hf(&["auth", "whoami"])
        .hub(&hub)
        .env("HF_TOKEN", "hf_test_other")
        .run();

    given.fails_with(1).stderr_has("Error: Invalid user token.\n");
    from_file.fails_with(1).stdout_is("").stderr_has(stored);
    from_environment.fails_with(1).stdout_is("").stderr_has(in_environment);
}

#[test]
fn what_is_not_an_identity_is_told_in_words() {
    let not_json = "it is not JSON (content type: text/html; charset=utf-8)";
    let no_identity = "it does not say whose token this is";
    let cases = [
        (Answer::html(200, "<h1>Log in to the guest network</h1>"), not_json),
        (Answer::text(200, ""), "it is not JSON"),
        (Answer::text(200, "{\"name\": \"al"), "it is not JSON"),
        (Answer::json(200, json!([])), no_identity),
        (Answer::json(200, json!(["alice", [], null])), no_identity),
        (Answer::json(200, json!({"orgs": []})), no_identity),
        (Answer::json(200, json!({"name": 5})), no_identity),
        (
            Answer::json(
                200,
                json!({"name": "alice", "auth": {"accessToken": {"displayName": {}}}}),
            ),
            no_identity,
        ),
    ];
    for (answer, part) in cases {
        let (sandbox, outcome) = login_answered(answer);
        refused(&sandbox, &outcome, &["Unexpected answer from http://127.0.0.1:", part]);
    }
}

#[test]
fn what_is_optional_may_be_missing_or_null() {
    for identity in [
        json!({"name": "alice"}),
        json!({"name": "alice", "orgs": null, "auth": null}),
        json!({"name": "alice", "orgs": "all"}),
        json!({"name": "alice", "orgs": ["a", {}, {"name": 1}, null]}),
        json!({"name": "alice", "auth": {"accessToken": null}}),
        json!({"name": "alice", "auth": {"accessToken": {"displayName": "", "role": null}}}),
    ] {
        let (sandbox, outcome) = login_answered(Answer::json(200, identity));
        outcome
            .succeeds()
            .stderr_has("Token is valid.\nThe token `oauth-alice` has been saved to");
        assert!(sandbox.read("stored_tokens").starts_with("[oauth-alice]\n"));
    }
}

#[test]
fn a_warning_of_the_hub_is_shown_once_a_topic() {
    let answer = Answer::json(200, whoami("alice", "laptop", "read"))
        .header("X-HF-Warning", "deprecation; this token is old")
        .header("X-HF-Warning", "deprecation; this token is very old")
        .header("X-HF-Warning", "no topic here")
        .header("X-HF-Warning", "quiet;");
    let (_sandbox, outcome) = login_answered(answer);
    outcome
        .succeeds()
        .stderr_has("this token is old\nno topic here\nToken is valid")
        .stderr_lacks("very old");
}
