//! Keyless login from CI: the job's identity is exchanged for a token, or the error says what to do.

mod agent;
mod given;
mod recipes;
mod shown;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::support::{Answer, Run, Sandbox, StubHub};

const IDENTITY: &str = "eyJ.hf_test_identity.sig";
const GRANTED: &str = "hf_jwt_test_granted_000";
const RESOURCE: &str = "datasets/acme/set";

fn token(sandbox: &Sandbox, hub: &StubHub) -> Run {
    sandbox
        .hf(&["auth", "token"])
        .hub(hub)
        .env("HF_OIDC_RESOURCE", RESOURCE)
}

fn hub_that_grants() -> StubHub {
    let hub = StubHub::start();
    hub.expect(
        "POST",
        "/oauth/token",
        Answer::json(200, json!({"access_token": GRANTED, "expires_in": 3600})),
    );
    hub
}

fn exchange_of(identity: &str) -> serde_json::Value {
    json!({
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "subject_token": identity,
        "resource": RESOURCE,
    })
}

/// What no JWT that [`jwt`] makes may show.
const SIGNATURE: &str = "c2lnbmF0dXJlLW9mLWEtdGVzdA";
/// Far away, and long ago, in seconds since 1970.
const FAR: i64 = 4_000_000_000;
const LONG_AGO: i64 = 1_700_000_000;
const THE_HUB: &str = "https://huggingface.co";

fn jwt(claims: Value) -> String {
    let part = |value: Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    format!("{}.{}.{SIGNATURE}", part(json!({"alg": "RS256"})), part(claims))
}

/// A token that the Hub takes.
fn good_jwt(subject: &str) -> String {
    jwt(json!({"iss": "https://ci.test", "sub": subject, "aud": THE_HUB, "exp": FAR}))
}

/// What was exchanged, request by request.
fn exchanged(hub: &StubHub) -> Vec<String> {
    let requests = hub.take_requests().into_iter();
    let subject = requests.map(|request| {
        let body: Value = serde_json::from_str(&request.body_text()).unwrap();
        body["subject_token"].as_str().unwrap().to_owned()
    });
    subject.collect()
}

/// GitHub's variables, its service being this stub.
fn in_github(run: Run, github: &StubHub) -> Run {
    run.env("GITHUB_ACTIONS", "true")
        .env(
            "ACTIONS_ID_TOKEN_REQUEST_URL",
            format!("{}/token?api-version=2.0", github.url()),
        )
        .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "gh_test_request_token")
}

#[test]
fn a_given_identity_is_exchanged_and_wins_over_every_other_token() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_grants());
    sandbox.activate("hf_test_in_file_00000");

    let run = token(&sandbox, &hub)
        .env("HF_OIDC_ID_TOKEN", IDENTITY)
        .env("HF_TOKEN", "hf_test_env");
    let outcome = run.env("HF_DEBUG", "1").run();

    outcome
        .succeeds()
        .stdout_is(&format!("{GRANTED}\n"))
        .nowhere(IDENTITY)
        .stderr_lacks(GRANTED);
    let requests = hub.requests();
    let body: serde_json::Value = serde_json::from_str(&requests[0].body_text()).unwrap();
    assert_eq!(body, exchange_of(IDENTITY));
    assert_eq!(requests[0].header("content-type"), Some("application/json"));
    assert_eq!(sandbox.listing(), ["token"]);
}

#[test]
fn github_makes_an_identity_for_the_endpoint() {
    let (sandbox, hub, github) = (Sandbox::new(), hub_that_grants(), StubHub::start());
    let audience = hub.url().replace(':', "%3A").replace('/', "%2F");
    let path = format!("/token?api-version=2.0&audience={audience}");
    github.expect("GET", &path, Answer::json(200, json!({"value": IDENTITY, "count": 1})));

    let outcome = in_github(token(&sandbox, &hub), &github).run();

    outcome.succeeds().stdout_is(&format!("{GRANTED}\n"));
    assert_eq!(
        github.requests()[0].authorization(),
        Some("Bearer gh_test_request_token")
    );
    let body: serde_json::Value = serde_json::from_str(&hub.requests()[0].body_text()).unwrap();
    assert_eq!(body, exchange_of(IDENTITY));
}

#[test]
fn a_job_without_permission_is_told_which() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let outcome = token(&sandbox, &hub)
        .env("GITHUB_ACTIONS", "true")
        .env("HF_TOKEN", "hf_test_env")
        .run();
    outcome.fails_with(1).stdout_is("").stderr_has("Error: OIDC Exchange failed. Cannot request an OIDC id token from GitHub Actions. Make sure the workflow job sets `permissions: id-token: write`.");
}

#[test]
fn without_any_identity_it_is_an_error_and_not_another_token() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.activate("hf_test_in_file_00000");
    for command in ["token", "whoami", "list"] {
        let run = sandbox
            .hf(&["auth", command])
            .hub(&hub)
            .env("HF_OIDC_RESOURCE", RESOURCE)
            .env("HF_TOKEN", "hf_test_env");
        let outcome = run.run();
        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has("Error: OIDC Exchange failed. HF_OIDC_RESOURCE is set but no OIDC id token is available");
    }
    sandbox
        .hf(&["auth", "token"])
        .env("HF_OIDC_RESOURCE", "")
        .run()
        .stdout_is("hf_test_in_file_00000\n");
}

#[test]
fn a_refusal_of_the_hub_says_why_and_what_to_check() {
    let cases = [
        (
            Answer::json(
                403,
                json!({"error": "invalid_target", "error_description": "not trusted"}),
            ),
            "invalid_target: not trusted",
        ),
        (
            Answer::json(400, json!({"error": "invalid_request", "error_description": IDENTITY})),
            "invalid_request: ****",
        ),
        (Answer::html(502, "<h1>oops</h1>"), "502 Bad Gateway"),
        (Answer::text(200, "not json"), "it cannot be understood"),
        (
            Answer::json(200, json!({"access_token": "a b"})),
            "it cannot be understood",
        ),
        (Answer::close(), "Cannot reach http://127.0.0.1:"),
        (
            Answer::redirect(307, "http://127.0.0.1:1/"),
            "where your token is not sent",
        ),
    ];
    for (answer, part) in cases {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("POST", "/oauth/token", answer);
        let outcome = token(&sandbox, &hub)
            .env("HF_OIDC_ID_TOKEN", IDENTITY)
            .env("HF_TOKEN", "hf_test_env")
            .run();
        outcome
            .fails_with(1)
            .stdout_is("")
            .nowhere(IDENTITY)
            .stderr_has("Error: OIDC Exchange failed. The Hub gave no token: ");
        outcome
            .stderr_has(part)
            .stderr_has("\nHint: check that datasets/acme/set trusts this job as a publisher");
        assert_eq!(outcome.stderr.lines().count(), 2, "{}", outcome.stderr);
    }
}

#[test]
fn a_refusal_of_github_is_told_too() {
    for (answer, part) in [
        (Answer::text(403, "no"), "403 Forbidden"),
        (Answer::json(200, json!({"count": 0})), "it cannot be understood"),
        (Answer::redirect(302, "http://localhost:1/"), "redirects to"),
    ] {
        let (sandbox, hub, github) = (Sandbox::new(), StubHub::start(), StubHub::start());
        github.expect("GET", "/token", answer);
        let outcome = in_github(token(&sandbox, &hub), &github).run();
        outcome
            .fails_with(1)
            .stderr_has("Error: OIDC Exchange failed. GitHub Actions gave no id token: ")
            .stderr_has(part);
        outcome.nowhere("gh_test_request_token");
    }
}

#[test]
fn logging_out_exchanges_nothing() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.store(&[("laptop", "hf_test_laptop_0001")]);
    let run = sandbox
        .hf(&["auth", "logout"])
        .hub(&hub)
        .env("HF_OIDC_RESOURCE", RESOURCE);
    run.env("HF_OIDC_ID_TOKEN", IDENTITY).run().succeeds();
}

#[test]
fn github_and_not_the_hub_is_named_when_it_cannot_be_reached() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let run = token(&sandbox, &hub)
        .env("GITHUB_ACTIONS", "true")
        .env("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "gh_test");
    let outcome = run
        .env("ACTIONS_ID_TOKEN_REQUEST_URL", "http://127.0.0.1:1/token?x=1")
        .run();
    outcome
        .fails_with(1)
        .stderr_has("Cannot reach http://127.0.0.1:1: connection refused")
        .stderr_lacks(&hub.url());
}
