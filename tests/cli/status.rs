//! `hf auth status`: which token counts and why; the Hub is asked only when that is wanted.

mod rights;

use serde_json::{Value, json};

use crate::support::hub::whoami;
use crate::support::{Answer, LAPTOP, Run, Sandbox, StubHub, WHOAMI, WORK};

fn with_two_accounts() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", LAPTOP), ("work", WORK)]);
    sandbox.activate(LAPTOP);
    sandbox
}

fn report(run: Run, status: i32) -> Value {
    let outcome = run.args(["--json"]).run();
    assert_eq!(outcome.status, status, "{outcome:?}");
    serde_json::from_str(&outcome.stdout).unwrap()
}

fn in_effect(report: &Value) -> Vec<&str> {
    let sources = report["sources"].as_array().unwrap();
    let counting = sources.iter().filter(|source| source["in_effect"] == true);
    counting.map(|source| source["source"].as_str().unwrap()).collect()
}

#[test]
fn it_makes_no_request_and_changes_nothing() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.write(
        "stored_tokens",
        format!("[oauth-carol]\nhf_token = {LAPTOP}\nrefresh_token = r\nexpires_at = 1700000000\n\n"),
    );
    sandbox.activate(LAPTOP);

    let outcome = sandbox.hf(&["auth", "status"]).hub(&hub).run();

    outcome
        .succeeds()
        .nowhere(LAPTOP)
        .stdout_has("✓ the token oauth-carol is in effect, from ")
        .stdout_has("token: hf_****0000 (oauth-carol, expires 2023-11-14 (expired))\n");
    assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
}

#[test]
fn the_first_place_that_has_a_token_counts() {
    let sandbox = with_two_accounts();
    let file = sandbox.path("token").display().to_string();
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[], &file),
        (&[("HF_TOKEN", WORK)], "HF_TOKEN"),
        (&[("HUGGING_FACE_HUB_TOKEN", WORK)], "HUGGING_FACE_HUB_TOKEN"),
        (&[("HF_TOKEN", LAPTOP), ("HUGGING_FACE_HUB_TOKEN", WORK)], "HF_TOKEN"),
        (
            &[("HF_OIDC_RESOURCE", "acme/model"), ("HF_TOKEN", WORK)],
            "HF_OIDC_RESOURCE",
        ),
    ];
    for (variables, place) in cases {
        let run = variables
            .iter()
            .fold(sandbox.hf(&["auth", "status"]), |run, (name, value)| {
                run.env(name, value)
            });
        assert_eq!(in_effect(&report(run, 0)), [place], "{variables:?}");
    }
    let report = report(sandbox.hf(&["auth", "status"]).env("HF_TOKEN", WORK), 0);
    assert_eq!(report["sources"][1]["token_name"], "work");
    assert_eq!(report["sources"][1]["token"], "hf_****0000");
    assert_eq!(report["sources"][3]["token_name"], "laptop");
}

#[test]
fn nobody_logged_in_is_status_1_in_every_mode() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.hf(&["auth", "status"]).run();
    outcome.fails_with(1).stdout_has("Not logged in\n").stderr_is("");
    let outcome = sandbox.hf(&["auth", "status", "-q"]).run();
    outcome.fails_with(1).stdout_is("not-logged-in\n");
    assert_eq!(report(sandbox.hf(&["auth", "status"]), 1)["logged_in"], false);
    let outcome = sandbox.hf(&["auth", "status", "--check", "-q"]).run();
    outcome.fails_with(1).stdout_is("not-logged-in\n");
}

#[cfg(unix)]
#[test]
fn files_that_others_can_read_are_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = with_two_accounts();
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(sandbox.path("stored_tokens"), open).unwrap();

    let report = report(sandbox.hf(&["auth", "status"]), 0);
    assert_eq!(report["files"][0]["mode"], "0600");
    assert_eq!(report["files"][1]["mode"], "0644");
    assert_eq!(report["files"][1]["open_to_others"], true);
    let outcome = sandbox.hf(&["auth", "status"]).run();
    outcome.stdout_has("stored_tokens: 0644 Warning: others can read it; chmod 600 ");
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn what_git_and_the_network_are_set_to_is_shown_without_a_password() {
    let sandbox = with_two_accounts();
    sandbox
        .git(&["config", "--global", "credential.helper", "store"])
        .succeeds();
    let run = sandbox
        .hf(&["auth", "status"])
        .env("HTTPS_PROXY", "http://user:geheim@proxy.test:3128");
    let outcome = run.env("SSL_CERT_FILE", "/etc/ssl/mine.pem").run();
    outcome
        .succeeds()
        .nowhere("geheim")
        .stdout_has("git credential helpers\n  store\n")
        .stdout_has("  proxy: http://****@proxy.test:3128 (HTTPS_PROXY)\n")
        .stdout_has("  certificates: /etc/ssl/mine.pem (SSL_CERT_FILE)");
}

#[test]
fn a_store_that_cannot_be_read_is_a_line_of_the_report() {
    let sandbox = with_two_accounts();
    sandbox.write("stored_tokens", "hf_test_secret_line\n");
    let outcome = sandbox.hf(&["auth", "status"]).run();
    outcome
        .succeeds()
        .nowhere("secret_line")
        .stdout_has("line 1: it stands before the first [section]");
}

#[test]
fn a_check_tells_what_the_hub_says_and_its_status_too() {
    let cases = [
        (Answer::json(200, whoami("alice", "laptop", "write")), "valid", 0),
        (Answer::json(401, json!({"error": "no"})), "rejected", 1),
        (Answer::json(403, json!({"error": "no"})), "rejected", 1),
        (Answer::json(429, json!({"error": "slow down"})), "rate-limited", 3),
        (Answer::json(503, json!({"error": "oops"})), "unreachable", 3),
        (Answer::text(200, "<html>"), "unreachable", 3),
        (Answer::close(), "unreachable", 3),
    ];
    for (answer, state, status) in cases {
        let (sandbox, hub) = (with_two_accounts(), StubHub::start());
        hub.always("GET", WHOAMI, answer);
        let outcome = sandbox.hf(&["auth", "status", "--check", "-q"]).hub(&hub).run();
        assert_eq!(
            (outcome.status, outcome.stdout.as_str()),
            (status, format!("{state}\n").as_str())
        );
        assert_eq!(hub.take_requests().len(), 1);
        let report = report(sandbox.hf(&["auth", "status", "--check"]).hub(&hub), status);
        assert_eq!(report["checks"][0]["state"], state);
        assert_eq!(report["checks"][0]["name"], "laptop");
        let outcome = sandbox.hf(&["auth", "status", "--check"]).hub(&hub).run();
        outcome
            .nowhere(LAPTOP)
            .stdout_has(&format!("The Hub says\n  laptop: {state}"));
    }
}

#[test]
fn a_token_that_is_about_to_expire_is_renewed_before_it_is_checked() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let store = format!("[oauth-carol]\nhf_token = {LAPTOP}\nrefresh_token = r\nexpires_at = 1700000000\n\n");
    sandbox.write("stored_tokens", store);
    sandbox.activate(LAPTOP);
    hub.expect("POST", "/oauth/token", Answer::json(200, json!({"access_token": WORK})));
    hub.expect("GET", WHOAMI, Answer::json(200, whoami("carol", "x", "read")));

    let outcome = sandbox.hf(&["auth", "status", "--check", "-q"]).hub(&hub).run();

    outcome.succeeds().stdout_is("valid\n");
    let bearer = format!("Bearer {WORK}");
    assert_eq!(hub.requests()[1].authorization(), Some(bearer.as_str()));
}

#[test]
fn a_malformed_token_is_rejected_without_a_request() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.activate("hf test");
    let outcome = sandbox.hf(&["auth", "status", "--check"]).hub(&hub).run();
    outcome.fails_with(1).stdout_has("rejected, The token in ");
}

#[test]
fn offline_it_could_not_be_checked() {
    let sandbox = with_two_accounts();
    let outcome = sandbox
        .hf(&["auth", "status", "--check", "-q"])
        .env("HF_HUB_OFFLINE", "1")
        .run();
    outcome.fails_with(3).stdout_is("unreachable\n");
}

#[test]
fn all_asks_about_every_token_and_at_most_four_at_a_time() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let names: Vec<String> = (0..10).map(|number| format!("name-{number}")).collect();
    let tokens: Vec<String> = (0..10).map(|number| format!("hf_test_token_{number:06}")).collect();
    let stored: Vec<(&str, &str)> = names
        .iter()
        .map(String::as_str)
        .zip(tokens.iter().map(String::as_str))
        .collect();
    sandbox.store(&stored);
    sandbox.activate(&tokens[3]);
    let slow = Answer::json(200, whoami("alice", "x", "read")).delay(std::time::Duration::from_millis(300));
    hub.always("GET", WHOAMI, slow);

    let outcome = sandbox.hf(&["auth", "status", "--all", "-q"]).hub(&hub).run();

    let lines: Vec<&str> = outcome.succeeds().stdout.lines().collect();
    assert_eq!(lines.len(), 10);
    assert_eq!(lines[0], "valid name-3");
    assert_eq!(lines[1], "valid name-0");
    let requests = hub.requests();
    let mut asked: Vec<&str> = requests.iter().filter_map(|request| request.authorization()).collect();
    asked.sort_unstable();
    let expected: Vec<String> = tokens.iter().map(|token| format!("Bearer {token}")).collect();
    assert_eq!(asked, expected);
    let first = requests[0].received;
    let early = requests
        .iter()
        .filter(|request| request.received - first < std::time::Duration::from_millis(150));
    assert!(early.count() <= 4, "more than four at a time");
    // One after the other would take three seconds.
    assert!(
        outcome.elapsed < std::time::Duration::from_millis(2500),
        "{:?}",
        outcome.elapsed
    );
}

#[test]
fn one_rejected_token_among_all_is_status_1() {
    let (sandbox, hub) = (with_two_accounts(), StubHub::start());
    hub.expect("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "write")));
    hub.expect("GET", WHOAMI, Answer::json(401, json!({"error": "no"})));
    let outcome = sandbox.hf(&["auth", "status", "--all", "-q"]).hub(&hub).run();
    assert_eq!(outcome.status, 1);
    assert_eq!(outcome.stdout.matches("valid ").count(), 1);
    assert_eq!(outcome.stdout.matches("rejected ").count(), 1);
}

#[test]
fn what_a_file_holds_cannot_drive_the_terminal() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("evil\u{1b}[2J", LAPTOP)]);
    sandbox.activate(LAPTOP);
    let outcome = sandbox.hf(&["auth", "status"]).run();
    outcome.succeeds().nowhere("\u{1b}").stdout_has("evil\\x1b[2J");
}

#[test]
fn a_hub_that_hangs_takes_three_times_the_limit_of_a_request_at_most_renewals_included() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let oauth =
        |number| format!("[oauth-{number}]\nhf_token = hf_test_oauth_{number}\nrefresh_token = r\nexpires_at = 1\n\n");
    let plain = |number| format!("[plain-{number}]\nhf_token = hf_test_plain_{number}\n\n");
    let stored: String = (0..5).map(oauth).chain((0..20).map(plain)).collect();
    sandbox.write("stored_tokens", stored);
    sandbox.activate("hf_test_oauth_0");
    hub.always("GET", WHOAMI, Answer::hang());
    hub.always("POST", "/oauth/token", Answer::hang());

    let outcome = sandbox
        .hf(&["auth", "status", "--all", "-q"])
        .hub(&hub)
        .env("HF_HUB_DOWNLOAD_TIMEOUT", "1")
        .run();

    outcome.fails_with(3);
    let lines: Vec<&str> = outcome.stdout.lines().collect();
    assert_eq!(lines.len(), 25, "{lines:?}");
    assert!(lines.iter().all(|line| line.starts_with("unreachable ")), "{lines:?}");
    assert!(
        outcome.elapsed < std::time::Duration::from_millis(3900),
        "{:?}",
        outcome.elapsed
    );
}

/// The lines that a status begins with, up to the first part.
fn beginning(run: Run, status: i32) -> Vec<String> {
    let outcome = run.run();
    outcome.fails_with(status);
    let lines = outcome.stdout.lines().take_while(|line| *line != "Token");
    lines.map(str::to_owned).collect()
}

#[test]
fn it_begins_with_the_answer_and_the_next_step() {
    let (sandbox, hub) = (with_two_accounts(), StubHub::start());
    let status = |arguments: &[&str]| sandbox.hf(&["auth", "status"]).args(arguments).hub(&hub);
    let file = sandbox.path("token").display().to_string();

    assert_eq!(
        beginning(status(&[]), 0),
        [format!("✓ the token laptop is in effect, from {file}")]
    );
    assert_eq!(
        beginning(status(&[]).env("HF_TOKEN", "hf_test_variable_00"), 0),
        [
            "✓ the token in HF_TOKEN is in effect",
            "  HF_TOKEN hides the stored token laptop."
        ]
    );
    hub.expect("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "read")));
    assert_eq!(
        beginning(status(&["--check"]), 0),
        [format!("✓ alice's token laptop is in effect, from {file}")]
    );
    hub.expect("GET", WHOAMI, Answer::json(401, json!({"error": "no"})));
    assert_eq!(
        beginning(status(&["--check"]).env("HF_TOKEN", "hf_test_variable_00"), 1),
        [
            "✗ HF_TOKEN is set, but the Hub rejects it",
            "  `unset HF_TOKEN` to use what is stored, or set it to another token.",
            "  HF_TOKEN hides the stored token laptop."
        ]
    );
    hub.expect("GET", WHOAMI, Answer::html(403, "<h1>Blocked</h1>"));
    let unknown = beginning(status(&["--check"]), 3);
    assert!(
        unknown[0].starts_with("? the token laptop is in effect, but could not be checked: "),
        "{unknown:?}"
    );
}

#[test]
fn a_token_that_has_ended_for_good_is_no_login() {
    let sandbox = Sandbox::new();
    sandbox.write(
        "stored_tokens",
        format!("[carol]\nhf_token = {LAPTOP}\nexpires_at = 1700000000\n\n"),
    );
    sandbox.activate(LAPTOP);

    let lines = beginning(sandbox.hf(&["auth", "status"]), 1);

    assert_eq!(
        lines,
        [
            "✗ the token carol expired on 2023-11-14, and cannot be renewed",
            "  log in again with `hf auth login --force`."
        ]
    );
    assert_eq!(report(sandbox.hf(&["auth", "status"]), 1)["logged_in"], false);
}

#[test]
fn nobody_active_among_stored_tokens_is_said_with_the_way_out() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("work", WORK)]);
    assert_eq!(
        beginning(sandbox.hf(&["auth", "status"]), 1),
        [
            "✗ Not logged in",
            "  tokens are stored, and none is active: `hf auth switch` makes one so."
        ]
    );
}

#[test]
fn an_agent_reads_pairs() {
    let (sandbox, hub) = (with_two_accounts(), StubHub::start());
    hub.expect("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "read")));
    let outcome = sandbox
        .hf(&["auth", "status", "--check"])
        .env("AI_AGENT", "1")
        .hub(&hub)
        .run();
    let file = sandbox.path("token").display().to_string();
    outcome.succeeds().stdout_is(&format!(
        "logged_in=true source={file} token_name=laptop token=hf_****0000 endpoint={}\ncheck=laptop state=valid user=alice\n",
        hub.url()
    ));
}

#[test]
#[cfg(windows)]
fn who_can_read_a_file_is_null_where_that_is_not_known() {
    let sandbox = Sandbox::new();
    sandbox.activate("hf_test_laptop_00");
    let outcome = sandbox.hf(&["auth", "status", "--json"]).run();
    outcome
        .succeeds()
        .stdout_has("\"exists\": true, \"mode\": null, \"open_to_others\": null");
}
