//! `hf auth check`: what a token can do with repositories, in the Hub's answers as they are.

mod given;
mod pace;
#[cfg(unix)]
mod terminal;

use serde_json::{Value, json};

use crate::support::hub::whoami;
use crate::support::{Answer, Outcome, Run, Sandbox, StubHub};

const WORK: &str = "hf_test_work_0000000000";
const LAPTOP: &str = "hf_test_laptop_00000000";
const WHOAMI: &str = "/api/whoami-v2";

/// Logged in as work.
fn logged_in() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", LAPTOP), ("work", WORK)]);
    sandbox.activate(WORK);
    sandbox
}

fn check(sandbox: &Sandbox, hub: &StubHub, arguments: &[&str]) -> Run {
    sandbox.hf(&["auth", "check"]).args(arguments).hub(hub)
}

fn path(repo: &str) -> String {
    format!("/api/models/{repo}/auth-check")
}

fn allowed() -> Answer {
    Answer::text(200, "OK")
}

/// A refusal as the Hub words it.
fn refused(status: u16, code: &str, message: &str) -> Answer {
    let answer = Answer::json(status, json!({"error": message})).header("X-Request-Id", "Root=1-abc");
    match code {
        "" => answer,
        code => answer.header("X-Error-Code", code).header("X-Error-Message", message),
    }
}

fn rows(outcome: &Outcome) -> Vec<Value> {
    serde_json::from_str(&outcome.stdout).unwrap()
}

const NOT_REQUESTED: &str = "Access to model acme/x is restricted and you are not in the authorized list. Visit https://huggingface.co/acme/x to ask for access.";
const FINE_GRAINED: &str =
    "Please enable access to public gated repositories in your fine-grained token settings to view this repository.";

#[test]
fn each_answer_of_the_hub_is_a_state_and_has_a_next_step() {
    let pending = "Your request to access model acme/x is awaiting a review from the repo authors.";
    let rejected = "Your request to access model acme/x has been rejected by the repo's authors.";
    let revoked = "Your token has been revoked by the organization administrator of acme.";
    for (answer, state, status, next) in [
        (allowed(), "ok", 0, ""),
        (
            refused(403, "GatedRepo", NOT_REQUESTED),
            "not-requested",
            1,
            "ask for access at http",
        ),
        (refused(403, "GatedRepo", pending), "pending", 1, "wait for its authors"),
        (refused(403, "GatedRepo", rejected), "rejected", 1, "ask its authors"),
        (
            refused(403, "GatedRepo", FINE_GRAINED),
            "token-scope",
            1,
            "/settings/tokens",
        ),
        (refused(403, "", FINE_GRAINED), "token-scope", 1, "/settings/tokens"),
        (refused(403, "", revoked), "org-policy", 1, "administrator of acme"),
        (
            refused(403, "GatedRepo", "a new kind of gate"),
            "denied",
            1,
            "in a browser",
        ),
        (refused(403, "", "because"), "denied", 1, "in a browser"),
        (
            refused(404, "RepoNotFound", "Repository not found"),
            "not-found",
            1,
            "check its name",
        ),
        (refused(404, "", "Sorry"), "not-found", 1, "check its name"),
        (refused(418, "", "teapot"), "denied", 1, "in a browser"),
        (refused(500, "", "oops"), "unreachable", 3, "try again"),
        (Answer::close(), "unreachable", 3, ""),
        (Answer::html(403, "<p>blocked"), "unreachable", 3, "filter"),
        (Answer::html(200, "<p>please log in"), "unreachable", 3, "filter"),
        (
            Answer::redirect(302, "https://elsewhere.example/x"),
            "unreachable",
            3,
            "HF_ENDPOINT",
        ),
        (refused(429, "", "slow down"), "rate-limited", 3, "ask again later"),
    ] {
        let (sandbox, hub) = (logged_in(), StubHub::start());
        hub.expect("GET", &path("acme/x"), answer);

        let outcome = check(&sandbox, &hub, &["acme/x", "--json"]).run();

        outcome.fails_with(status);
        let [row] = &rows(&outcome)[..] else {
            panic!("{outcome:?}")
        };
        assert_eq!(row["state"], state, "{row}");
        let said = row["next"].as_str().unwrap_or_default();
        assert!(said.contains(next) && said.is_empty() == (state == "ok"), "{row}");
    }
}

#[test]
fn a_401_is_told_apart_by_one_question_about_the_token() {
    for (whoami_answer, state, status) in [
        (Answer::json(401, json!({"error": "no"})), "bad-token", 1),
        (Answer::json(200, whoami("alice", "work", "read")), "not-found", 1),
        (Answer::json(503, json!({"error": "oops"})), "unreachable", 3),
        (Answer::json(429, json!({"error": "slow"})), "rate-limited", 3),
        (Answer::html(401, "<p>log in"), "unreachable", 3),
    ] {
        let (sandbox, hub) = (logged_in(), StubHub::start());
        hub.expect(
            "GET",
            &path("acme/x"),
            refused(401, "", "Invalid username or password."),
        );
        hub.expect("GET", WHOAMI, whoami_answer);

        let outcome = check(&sandbox, &hub, &["acme/x", "-q"]).run();

        outcome.fails_with(status).stdout_is(&format!("{state} acme/x\n"));
    }
}

#[test]
fn the_hub_is_asked_about_a_token_once_however_many_repositories_it_does_not_know() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    for repo in ["a/b", "c/d", "e/f"] {
        hub.expect("GET", &path(repo), refused(401, "", "Invalid username or password."));
    }
    hub.expect("GET", WHOAMI, Answer::json(401, json!({"error": "no"})));

    let outcome = check(&sandbox, &hub, &["a/b", "c/d", "e/f", "-q"]).run();

    outcome
        .fails_with(1)
        .stdout_is("bad-token a/b\nbad-token c/d\nbad-token e/f\n");
}

#[test]
fn without_a_token_it_asks_as_nobody() {
    for (sandbox, arguments) in [(Sandbox::new(), &["-q"][..]), (logged_in(), &["-q", "--anonymous"])] {
        let hub = StubHub::start();
        hub.expect("GET", &path("acme/open"), allowed());
        hub.expect("GET", &path("acme/gated"), refused(401, "GatedRepo", "restricted"));
        hub.expect(
            "GET",
            &path("acme/hidden"),
            refused(401, "", "Invalid username or password."),
        );
        hub.expect("GET", &path("acme/none"), refused(404, "RepoNotFound", "no"));
        let repos = ["acme/open", "acme/gated", "acme/hidden", "acme/none"];

        let outcome = check(&sandbox, &hub, &repos).args(arguments).run();

        outcome
            .fails_with(1)
            .stdout_is("ok acme/open\nnot-logged-in acme/gated\nnot-logged-in acme/hidden\nnot-found acme/none\n");
        assert!(hub.requests().iter().all(|request| request.authorization().is_none()));
    }
}

#[test]
fn a_refused_write_is_followed_by_the_question_whether_reading_is_allowed() {
    let gated = || refused(403, "GatedRepo", NOT_REQUESTED);
    let not_here = || {
        refused(
            403,
            "",
            "You have read access but not the required permissions for this operation",
        )
    };
    for (write, read, state) in [
        (allowed(), None, "ok"),
        (refused(404, "RepoNotFound", "no"), None, "not-found"),
        (not_here(), Some(allowed()), "read-only"),
        (gated(), Some(gated()), "not-requested"),
        (not_here(), Some(refused(404, "RepoNotFound", "no")), "not-found"),
        (not_here(), Some(refused(403, "", "because")), "denied"),
        (not_here(), Some(refused(503, "", "oops")), "denied"),
    ] {
        let (sandbox, hub) = (logged_in(), StubHub::start());
        hub.expect("GET", &format!("{}/write", path("acme/x")), write);
        if let Some(read) = read {
            hub.expect("GET", &path("acme/x"), read);
        }

        let outcome = check(&sandbox, &hub, &["acme/x", "--write", "-q"]).run();

        outcome.stdout_is(&format!("{state} acme/x\n"));
        assert_eq!(outcome.status, i32::from(state != "ok"));
    }
}

#[test]
fn every_mode_has_its_own_answer() {
    let hub_with_two = || {
        let hub = StubHub::start();
        hub.expect("GET", "/api/datasets/acme/set/auth-check", allowed());
        hub.expect("GET", &path("acme/x"), refused(403, "GatedRepo", NOT_REQUESTED));
        hub
    };
    let repos = ["datasets/acme/set", "acme/x"];
    let ran = |format: &str| {
        let (sandbox, hub) = (logged_in(), hub_with_two());
        let outcome = check(&sandbox, &hub, &repos).args(["--format", format]).run();
        outcome.fails_with(1).stderr_is("");
        (outcome.stdout, hub.url())
    };

    let (human, hub) = ran("human");
    assert_eq!(
        human,
        format!(
            "✓ datasets/acme/set: ok\n✗ acme/x: not-requested ({})\n  Next: ask for access at {hub}/acme/x\n",
            NOT_REQUESTED.trim_end_matches('.')
        )
    );
    let (agent, hub) = ran("agent");
    assert_eq!(
        agent,
        format!(
            "repo\ttype\taccess\tstate\ttoken_name\tnext\nacme/set\tdataset\tread\tok\twork\t\n\
             acme/x\tmodel\tread\tnot-requested\twork\task for access at {hub}/acme/x\n"
        )
    );
    assert_eq!(ran("quiet").0, "ok datasets/acme/set\nnot-requested acme/x\n");
    let (json, hub) = ran("json");
    let expected = json!([
        {"repo": "acme/set", "type": "dataset", "access": "read", "state": "ok", "token_name": "work", "message": null,
            "next": null, "request_id": null},
        {"repo": "acme/x", "type": "model", "access": "read", "state": "not-requested", "token_name": "work",
            "message": NOT_REQUESTED, "next": format!("ask for access at {hub}/acme/x"), "request_id": "Root=1-abc"},
    ]);
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), expected);
}

#[test]
fn all_says_which_of_the_stored_tokens_can() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    sandbox.store(&[("laptop", LAPTOP), ("odd", "hf test"), ("work", WORK)]);
    hub.always("GET", &path("acme/x"), allowed());
    hub.always("GET", &path("acme/y"), refused(404, "RepoNotFound", "no"));

    let outcome = check(&sandbox, &hub, &["acme/x", "acme/y", "acme/x", "--all", "-q"]).run();

    let lines = "ok acme/x laptop\nbad-token acme/x odd\nok acme/x work\n";
    outcome.fails_with(1).stdout_is(&format!(
        "{lines}not-found acme/y laptop\nbad-token acme/y odd\nnot-found acme/y work\n{lines}"
    ));
    let mut asked: Vec<String> = hub
        .requests()
        .iter()
        .map(|request| format!("{} {}", request.path, request.authorization().unwrap()))
        .collect();
    asked.sort();
    assert_eq!(asked.len(), 4, "{asked:?}");
    asked.dedup();
    assert_eq!(asked.len(), 4, "each token is asked for once");

    let nobody = check(&Sandbox::new(), &hub, &["acme/x", "--all"]).run();
    nobody.fails_with(1).stdout_is("").stderr_has("No access tokens found.");
}

#[test]
fn a_named_token_asks_and_an_unknown_name_asks_nothing() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("GET", &path("gpt2"), allowed());

    let outcome = check(&sandbox, &hub, &["gpt2", "--token-name", "laptop", "--json"]).run();

    assert_eq!(rows(outcome.succeeds())[0]["token_name"], "laptop");
    let bearer = format!("Bearer {LAPTOP}");
    assert_eq!(hub.take_requests()[0].authorization(), Some(bearer.as_str()));
    let unknown = check(&sandbox, &hub, &["gpt2", "--token-name", "gone"]).run();
    unknown.fails_with(1).stdout_is("").stderr_has("gone not found");
    assert!(hub.requests().is_empty());
}

#[test]
fn a_bad_token_in_the_environment_has_a_next_step_of_its_own() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("GET", &path("acme/x"), refused(401, "", "no"));
    hub.expect("GET", WHOAMI, Answer::json(401, json!({"error": "no"})));

    let run = check(&sandbox, &hub, &["acme/x", "--json"]).env("HF_TOKEN", "hf_test_environment_0");
    let outcome = run.run();

    let row = &rows(outcome.fails_with(1))[0];
    assert_eq!((&row["state"], &row["token_name"]), (&json!("bad-token"), &Value::Null));
    assert!(row["next"].as_str().unwrap().starts_with("unset HF_TOKEN"), "{row}");
}

#[test]
fn offline_nothing_can_be_checked() {
    let sandbox = logged_in();
    let outcome = sandbox
        .hf(&["auth", "check", "acme/x"])
        .env("HF_HUB_OFFLINE", "1")
        .run();
    outcome
        .fails_with(3)
        .stdout_has("? acme/x: unreachable (Cannot reach ")
        .stdout_has("HF_HUB_OFFLINE");
}

#[test]
fn what_a_server_says_cannot_drive_the_terminal_or_repeat_the_token() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let evil = format!("\u{1b}[2J {WORK} \u{202e}");
    hub.always(
        "GET",
        &path("acme/x"),
        refused(403, "", &evil).header("X-HF-Warning", &format!("t; {WORK}")),
    );
    for format in ["human", "agent", "json", "quiet"] {
        let run = check(&sandbox, &hub, &["acme/x", "--format", format]).env("HF_DEBUG", "1");
        let outcome = run.run();
        outcome
            .fails_with(1)
            .nowhere(WORK)
            .nowhere("\u{1b}")
            .nowhere("\u{202e}");
        outcome.stderr_has("authorization: <TOKEN>");
    }
}

#[test]
fn a_token_of_another_hub_is_not_asked_for_here() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let bound = format!("[other]\nhf_token = {LAPTOP}\nendpoint = https://hub.other\n\n[work]\nhf_token = {WORK}\n\n");
    sandbox.write("stored_tokens", bound);
    hub.expect("GET", &path("acme/x"), allowed());

    let all = check(&sandbox, &hub, &["acme/x", "--all", "-q"]).run();
    let named = check(&sandbox, &hub, &["acme/x", "--token-name", "other"]).run();

    let said = "The token `other` is for https://hub.other, and is not sent to ";
    all.succeeds().stdout_is("ok acme/x work\n").stderr_has(said);
    named.fails_with(1).stdout_is("").stderr_has(said);
}
