//! What is asked, how often, and what goes along.

use super::{TOKEN, WHOAMI, login, refused};
use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub};

fn hub_of_alice() -> StubHub {
    let hub = StubHub::start();
    hub.always("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "write")));
    hub
}

#[test]
fn a_login_is_one_request_with_the_token_in_its_header() {
    let (sandbox, hub) = (Sandbox::new(), hub_of_alice());

    login(&sandbox, &hub).run().succeeds();

    let requests = hub.requests();
    assert_eq!(requests.len(), 1);
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("GET", WHOAMI)
    );
    assert_eq!(requests[0].authorization(), Some(format!("Bearer {TOKEN}").as_str()));
    assert!(requests[0].body.is_empty());
    assert_eq!(requests[0].header("x-amzn-trace-id").map(str::len), Some(36));
}

#[test]
fn an_endpoint_may_have_trailing_slashes_and_a_path() {
    for (suffix, path) in [("///", "/api/whoami-v2"), ("/mirror/hub/", "/mirror/hub/api/whoami-v2")] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", path, Answer::json(200, whoami("alice", "laptop", "write")));
        let run = sandbox
            .hf(&["auth", "login", "--token", TOKEN])
            .env("HF_ENDPOINT", format!("{}{suffix}", hub.url()));
        run.run().succeeds();
    }
}

#[test]
fn the_user_agent_says_who_asks_as_far_as_telemetry_is_allowed() {
    let origin = [("HF_HUB_USER_AGENT_ORIGIN", "my\u{1b}[1mtool")];
    let cases: [(&[(&str, &str)], &str); 6] = [
        (&[], ""),
        (&[("AI_AGENT", "robby")], "; agent/unknown"),
        (&[("AI_AGENT", "robby"), ("DO_NOT_TRACK", "1")], ""),
        (&[("AI_AGENT", "robby"), ("HF_HUB_DISABLE_TELEMETRY", "yes")], ""),
        (&[("AI_AGENT", "robby"), ("DISABLE_TELEMETRY", "ON")], ""),
        (&origin, "; origin/my?[1mtool"),
    ];
    for (variables, rest) in cases {
        let (sandbox, hub) = (Sandbox::new(), hub_of_alice());
        let run = variables
            .iter()
            .fold(login(&sandbox, &hub), |run, (name, value)| run.env(name, value));
        run.run().succeeds();
        let expected = format!("hf-auth/{}; hf_hub/2.4.0{rest}", env!("CARGO_PKG_VERSION"));
        assert_eq!(hub.requests()[0].header("user-agent"), Some(expected.as_str()));
    }
}

#[test]
fn offline_means_no_request() {
    let hub = StubHub::start();
    for (name, value) in [("HF_HUB_OFFLINE", "1"), ("TRANSFORMERS_OFFLINE", "true")] {
        let sandbox = Sandbox::new();
        let outcome = login(&sandbox, &hub).env(name, value).run();
        let text = "api/whoami-v2: offline mode is enabled. To disable it, please unset the `HF_HUB_OFFLINE` environment variable.";
        refused(&sandbox, &outcome, &["Error: Cannot reach http://127.0.0.1:", text]);
    }
}

#[test]
fn commands_that_need_no_answer_ask_nothing() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.store(&[("laptop", TOKEN), ("work", "hf_test_work_00000")]);
    sandbox.activate(TOKEN);
    for command in [
        &["token"][..],
        &["token", "work"],
        &["list"],
        &["switch", "work"],
        &["login"],
        &["logout", "work"],
        &["logout"],
    ] {
        sandbox.hf(&["auth"]).args(command).hub(&hub).run().succeeds();
    }
    assert!(hub.requests().is_empty());
}

#[test]
fn an_endpoint_that_is_no_place_for_a_token_is_refused() {
    let cases = [
        ("", "is not a URL"),
        ("huggingface.co", "is not a URL"),
        ("ftp://127.0.0.1", "is not an http:// or https:// URL"),
        ("http://alice:pw@127.0.0.1:9", "has a user name or password in it"),
        (
            "http://127.0.0.1:9\nhost=evil.example",
            "white space or control characters",
        ),
        ("http://127.0.0.1:9?x=1", "has a query or a fragment in it"),
    ];
    for (endpoint, part) in cases {
        let sandbox = Sandbox::new();
        let outcome = sandbox
            .hf(&["auth", "login", "--token", TOKEN])
            .env("HF_ENDPOINT", endpoint)
            .run();
        refused(&sandbox, &outcome, &["Error: Invalid value. HF_ENDPOINT", part]);
        outcome.stderr_lacks("pw@");
    }
}

#[test]
fn debug_shows_the_request_and_the_causes_but_no_secret() {
    let (sandbox, hub) = (Sandbox::new(), hub_of_alice());
    let url = format!("> GET {}{WHOAMI} authorization: ****;", hub.url());

    let success = login(&sandbox, &hub).env("HF_DEBUG", "1").run();
    let failure = login(&sandbox, &hub)
        .env("HF_DEBUG", "true")
        .env("HF_ENDPOINT", "http://127.0.0.1:1")
        .run();

    success
        .succeeds()
        .stderr_has(&url)
        .stderr_has("< 200 OK")
        .nowhere(TOKEN);
    failure.fails_with(1).stderr_has("Caused by: ").nowhere(TOKEN);
}
