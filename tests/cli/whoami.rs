//! `hf auth whoami`: one question to the Hub, and its answer in four forms.

use serde_json::{Value, json};

use crate::support::hub::{whoami, whoami_with_orgs};
use crate::support::{Answer, NOT_LOGGED_IN, Run, Sandbox, StubHub, WHOAMI};

fn logged_in() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.activate("hf_test_laptop");
    sandbox
}

fn hub_that_answers(answer: Answer) -> StubHub {
    let hub = StubHub::start();
    hub.expect("GET", WHOAMI, answer);
    hub
}

fn hub_that_says(identity: Value) -> StubHub {
    hub_that_answers(Answer::json(200, identity))
}

fn ask(sandbox: &Sandbox, hub: &StubHub, arguments: &[&str]) -> Run {
    sandbox.hf(&["auth", "whoami"]).args(arguments).hub(hub)
}

#[test]
fn every_mode_says_who_the_token_belongs_to() {
    for format in ["human", "agent", "json", "quiet"] {
        let (sandbox, hub) = (
            logged_in(),
            hub_that_says(whoami_with_orgs("alice", "laptop", "write", &["o1", "o2"])),
        );

        let outcome = ask(&sandbox, &hub, &["--format", format]).run();

        let url = hub.url();
        let expected = match format {
            "human" => format!("✓ Logged in\n  user: alice\n  orgs: o1,o2\n  endpoint: {url}\n"),
            "agent" => format!("user=alice orgs=o1,o2 endpoint={url}\n"),
            "json" => format!("{{\"user\": \"alice\", \"orgs\": \"o1,o2\", \"endpoint\": \"{url}\"}}\n"),
            _ => "alice\n".to_owned(),
        };
        outcome.succeeds().stdout_is(&expected).stderr_is("");
        assert_eq!(sandbox.listing(), ["token"]);
    }
}

#[test]
fn without_organizations_there_is_nothing_to_say_of_them() {
    for format in ["human", "agent", "json"] {
        let (sandbox, hub) = (logged_in(), hub_that_says(whoami("alice", "laptop", "read")));

        let outcome = ask(&sandbox, &hub, &["--format", format]).run();

        let url = hub.url();
        let expected = match format {
            "human" => format!("✓ Logged in\n  user: alice\n  endpoint: {url}\n"),
            "agent" => format!("user=alice endpoint={url}\n"),
            _ => format!("{{\"user\": \"alice\", \"orgs\": null, \"endpoint\": \"{url}\"}}\n"),
        };
        outcome.succeeds().stdout_is(&expected);
    }
}

#[test]
fn trailing_slashes_of_the_endpoint_do_not_count() {
    let (sandbox, hub) = (logged_in(), hub_that_says(whoami("alice", "laptop", "read")));
    let endpoint = format!("{}///", hub.url());

    let outcome = ask(&sandbox, &hub, &["--format", "agent"])
        .env("HF_ENDPOINT", endpoint)
        .run();

    outcome
        .succeeds()
        .stdout_is(&format!("user=alice endpoint={}\n", hub.url()));
}

#[test]
fn one_request_carries_the_token_in_effect() {
    let cases = [
        ("", "", "Bearer hf_test_laptop"),
        ("hf_test_1\n", "hf_test_2", "Bearer hf_test_1"),
        ("", "hf_test_2", "Bearer hf_test_2"),
    ];
    for (first, second, header) in cases {
        let (sandbox, hub) = (logged_in(), hub_that_says(whoami("alice", "laptop", "read")));

        let outcome = ask(&sandbox, &hub, &[])
            .env("HF_TOKEN", first)
            .env("HUGGING_FACE_HUB_TOKEN", second)
            .run();

        outcome.succeeds();
        let requests = hub.take_requests();
        assert_eq!(requests.len(), 1, "{requests:?}");
        assert_eq!(requests[0].authorization(), Some(header));
    }
}

#[test]
fn nobody_logged_in_is_an_error_without_a_request() {
    for format in ["human", "agent", "json", "quiet"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());

        let outcome = ask(&sandbox, &hub, &["--format", format]).run();

        outcome.fails_with(1).stdout_is("").stderr_is(NOT_LOGGED_IN);
    }
}

#[test]
fn a_malformed_token_is_not_sent() {
    for malformed in ["hf_test_a b", "hf_test_a\u{1b}[2J", "hf_test_é"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.activate(malformed);

        let from_file = ask(&sandbox, &hub, &[]).run();
        let from_environment = ask(&sandbox, &hub, &[]).env("HF_TOKEN", malformed).run();

        for outcome in [from_file, from_environment] {
            outcome
                .fails_with(1)
                .stdout_is("")
                .stderr_has("Error: ")
                .nowhere("hf_test");
        }
    }
}

#[test]
fn an_unreadable_store_does_not_matter() {
    let (sandbox, hub) = (logged_in(), hub_that_says(whoami("alice", "laptop", "read")));
    sandbox.write("stored_tokens", "rubbish");

    let outcome = ask(&sandbox, &hub, &["-q"]).run();

    outcome.succeeds().stdout_is("alice\n");
}

#[test]
fn a_rejected_token_is_traced_to_where_it_came_from() {
    let from_environment = "Error: Invalid user token. The token from HF_TOKEN environment variable is invalid. Note that HF_TOKEN takes precedence over `hf auth login`.\n";
    let from_file = "Error: Invalid user token. The token stored is invalid. Please run `hf auth login --force` to set a new token.\n";
    for (environment, text) in [("hf_test_env", from_environment), ("", from_file)] {
        let (sandbox, hub) = (
            logged_in(),
            hub_that_answers(Answer::json(401, json!({"error": "Invalid username or password."}))),
        );

        let outcome = ask(&sandbox, &hub, &[]).env("HF_TOKEN", environment).run();

        outcome.fails_with(1).stdout_is("").stderr_has(text).nowhere("hf_test");
    }
}

#[test]
fn offline_nothing_is_asked() {
    for variable in ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"] {
        let (sandbox, hub) = (logged_in(), StubHub::start());

        let outcome = ask(&sandbox, &hub, &[]).env(variable, "1").run();

        outcome.fails_with(1).stdout_is("").stderr_has(&format!(
            "Error: Cannot reach {}{WHOAMI}: offline mode is enabled. To disable it, please unset the `HF_HUB_OFFLINE` environment variable.\n",
            hub.url()
        ));
    }
}

#[test]
fn what_the_server_says_cannot_drive_the_terminal_or_forge_a_line() {
    let name = "evil\u{1b}[2J\u{9b}31m\nuser: root";
    for format in ["human", "agent", "json", "quiet"] {
        let (sandbox, hub) = (logged_in(), hub_that_says(whoami_with_orgs(name, "x", "read", &[name])));

        let outcome = ask(&sandbox, &hub, &["--format", format]).run();

        outcome
            .succeeds()
            .stdout_has("evil\\")
            .nowhere("\u{1b}")
            .nowhere("\u{9b}")
            .nowhere("\nuser: root");
    }
}

#[test]
fn a_warning_of_the_hub_is_shown_once_per_topic() {
    let answer = Answer::json(200, whoami("alice", "laptop", "read"))
        .header("X-HF-Warning", "tokens; be careful")
        .header("X-HF-Warning", "tokens; be careful again")
        .header("X-HF-Warning", "other; look here");
    let (sandbox, hub) = (logged_in(), hub_that_answers(answer));

    let outcome = ask(&sandbox, &hub, &["-q"]).run();

    outcome
        .succeeds()
        .stdout_is("alice\n")
        .stderr_is("be careful\nlook here\n");
}

#[test]
fn an_unhappy_hub_is_one_error_that_says_why() {
    let limited = Answer::json(429, json!({"error": "slow"}))
        .header("RateLimit", "\"api\";r=0;t=55")
        .header("RateLimit-Policy", "\"fixed window\";\"api\";q=500;w=300");
    let failing = Answer::html(503, "<html>oops</html>").header("X-Request-Id", "req-1");
    let cases = [
        (Answer::json(403, json!({"error": "nope"})), "403 Forbidden"),
        (
            limited,
            "Retry after 55 seconds (0/500 requests remaining in current 300s window).",
        ),
        (failing, "(Request ID: req-1)"),
        (
            Answer::text(500, "token hf_test_laptop is broken"),
            "token **** is broken",
        ),
        (Answer::html(200, "<html>log in</html>"), "it is not JSON"),
        (
            Answer::json(200, json!({"user": "alice"})),
            "it does not say whose token this is",
        ),
        (Answer::close(), "Cannot reach http://127.0.0.1:"),
        (
            Answer::redirect(302, "http://elsewhere.invalid/"),
            "where your token is not sent",
        ),
    ];
    for (answer, said) in cases {
        let (sandbox, hub) = (logged_in(), hub_that_answers(answer));

        let outcome = ask(&sandbox, &hub, &[]).run();

        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has("Error: ")
            .stderr_has(said)
            .stderr_lacks("<html>")
            .nowhere("hf_test_laptop");
    }
}

#[test]
fn debug_shows_requests_and_no_secret() {
    let (sandbox, hub) = (logged_in(), hub_that_says(whoami("alice", "laptop", "read")));

    let outcome = ask(&sandbox, &hub, &["-q"]).env("HF_DEBUG", "1").run();

    outcome
        .succeeds()
        .stdout_is("alice\n")
        .stderr_has(WHOAMI)
        .stderr_has("authorization: <TOKEN>")
        .nowhere("hf_test");
}
