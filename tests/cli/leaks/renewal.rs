//! The secrets that only the Hub's OAuth addresses are sent: what renews a token, the code of a login with the browser,
//! the identity of a CI job. A Hub that repeats them, in whatever place, does not get them shown.

use serde_json::{Value, json};

use super::super::support::{Answer, Run, Sandbox, StubHub, at_once};
use super::CANARY;

const TOKEN: &str = "/oauth/token";

/// The places in which a server can repeat what it was sent.
fn echoes() -> Vec<(&'static str, Vec<(&'static str, Answer)>)> {
    let there = format!("/there?x={CANARY}");
    let refusal = json!({"error": CANARY, "error_description": format!("bad {CANARY}")});
    let redirected = |answer| vec![(TOKEN, Answer::redirect(307, &there)), ("/there", answer)];
    vec![
        ("refusal", vec![(TOKEN, Answer::json(400, refusal.clone()))]),
        ("text", vec![(TOKEN, Answer::text(400, CANARY))]),
        (
            "request id",
            vec![(TOKEN, Answer::text(400, "x").header("X-Request-Id", CANARY))],
        ),
        ("redirect", redirected(Answer::text(403, "no"))),
        ("redirect and no grant", redirected(Answer::json(200, json!({})))),
        ("redirect and refusal", redirected(Answer::json(400, refusal))),
        ("redirect and too much", redirected(Answer::endless())),
        (
            "host",
            vec![(TOKEN, Answer::redirect(307, &format!("http://{CANARY}.invalid/")))],
        ),
    ]
}

fn hub_that_answers(answers: Vec<(&str, Answer)>) -> StubHub {
    let hub = StubHub::start();
    for (path, answer) in answers {
        hub.expect("POST", path, answer);
    }
    hub
}

/// With and without `HF_DEBUG`, the command shows the canary nowhere, whatever the Hub says.
fn shows_it_nowhere(prepare: impl Fn(&Sandbox, &StubHub) -> Run + Sync) {
    for debug in ["0", "1"] {
        at_once(echoes(), |(name, answers)| {
            let (sandbox, hub) = (Sandbox::new(), hub_that_answers(answers));

            let outcome = prepare(&sandbox, &hub).hub(&hub).env("HF_DEBUG", debug).run();

            let said = format!("{}\n{}", outcome.stdout, outcome.stderr);
            assert!(
                !said.to_lowercase().contains(CANARY),
                "{name}, HF_DEBUG={debug}: {said}"
            );
        });
    }
}

#[test]
fn what_renews_a_token_shows_nowhere() {
    shows_it_nowhere(|sandbox, _| {
        let section = format!("[a]\nhf_token = hf_test_old\nrefresh_token = {CANARY}\nexpires_at = 1\n\n");
        sandbox.write("stored_tokens", section);
        sandbox.activate("hf_test_old");
        sandbox.hf(&["auth", "token"])
    });
}

#[test]
fn the_secret_half_of_a_device_code_shows_nowhere() {
    let code: Value = json!({"device_code": CANARY, "user_code": "A", "verification_uri": "https://hub.test",
        "interval": 0, "expires_in": 1});
    shows_it_nowhere(|sandbox, hub| {
        hub.expect("POST", "/oauth/device", Answer::json(200, code.clone()));
        hub.always("POST", TOKEN, Answer::json(400, json!({"error": "access_denied"})));
        sandbox.hf(&["auth", "login"])
    });
}

#[test]
fn the_identity_of_a_job_shows_nowhere() {
    shows_it_nowhere(|sandbox, _| {
        let run = sandbox.hf(&["auth", "token"]).env("HF_OIDC_RESOURCE", "acme/model");
        run.env("HF_OIDC_ID_TOKEN", CANARY)
    });
}
