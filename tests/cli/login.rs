//! `hf auth login`: what it says, what it asks the Hub, what it leaves alone. The ways to give a token, the names it is
//! stored under and the files it writes are in the modules below.

mod browser;
mod files;
mod git;
mod given;
mod names;
#[cfg(unix)]
mod opening;
#[cfg(unix)]
mod second;
mod terminal;
mod together;
#[cfg(unix)]
mod waiting;

use serde_json::{Value, json};

use crate::support::hub::{whoami, whoami_oauth};
use crate::support::{Answer, Sandbox, StubHub, WHOAMI};

const TOKEN: &str = "hf_test_laptop_0001";
const GIT_NOTE: &str = "The token has not been saved to the git credentials helper. Pass `add_to_git_credential=True` in this function directly or `--add-to-git-credential` if using via `hf`CLI if you want to set the git credential as well.\n";

/// A Hub that is asked once whose token this is, and says this.
fn hub_that_says(identity: Value) -> StubHub {
    let hub = StubHub::start();
    hub.expect("GET", WHOAMI, Answer::json(200, identity));
    hub
}

/// A Hub that is asked once, and knows the token as `name`.
fn hub_that_knows(name: &str) -> StubHub {
    hub_that_says(whoami("alice", name, "write"))
}

fn section(name: &str, token: &str) -> String {
    format!("[{name}]\nhf_token = {token}\n\n")
}

#[test]
fn a_login_stores_and_activates_the_token_and_says_so() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));

    let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

    let [stored_tokens, token] = ["stored_tokens", "token"].map(|name| sandbox.path(name).display().to_string());
    outcome.succeeds().stdout_is("").stderr_is(&format!(
        "{GIT_NOTE}Token is valid (permission: write).\n\
         The token `laptop` has been saved to {stored_tokens}\n\
         Your token has been saved to {token}\n\
         Login successful.\n\
         The current active token is: `laptop`\n"
    ));
    assert_eq!(sandbox.read("stored_tokens"), section("laptop", TOKEN));
    assert_eq!(sandbox.read("token"), TOKEN);
    assert_eq!(sandbox.listing(), ["stored_tokens", "stored_tokens.lock", "token"]);
}

#[test]
fn a_login_makes_one_request_that_carries_the_token() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));

    let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

    outcome.succeeds();
    let requests = hub.take_requests();
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert_eq!(
        (requests[0].method.as_str(), requests[0].path.as_str()),
        ("GET", WHOAMI)
    );
    assert_eq!(requests[0].authorization(), Some("Bearer hf_test_laptop_0001"));
    assert_eq!(requests[0].body_text(), "");
}

#[test]
fn every_mode_gives_its_own_answer_on_standard_output() {
    let cases = [
        (&["--format", "human"][..], ""),
        (&["--format", "agent"], ""),
        (
            &["--json"],
            "{\"user\": \"alice\", \"token_name\": \"laptop\", \"role\": \"write\"}\n",
        ),
        (&["-q"], "laptop\n"),
    ];
    for (flags, stdout) in cases {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));

        let outcome = sandbox
            .hf(&["auth", "login", "--token", TOKEN])
            .args(flags)
            .hub(&hub)
            .run();

        outcome.succeeds().stdout_is(stdout).stderr_has("Login successful.\n");
        assert_eq!(sandbox.read("token"), TOKEN, "{flags:?}");
    }
}

#[test]
fn a_token_without_name_and_role_is_stored_under_the_users_name() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_says(whoami_oauth("carol")));

    let outcome = sandbox
        .hf(&["auth", "login", "--token", TOKEN, "--json"])
        .hub(&hub)
        .run();

    outcome
        .succeeds()
        .stdout_is("{\"user\": \"carol\", \"token_name\": \"oauth-carol\", \"role\": null}\n")
        .stderr_has("\nToken is valid.\n")
        .stderr_lacks("permission");
    assert_eq!(sandbox.read("stored_tokens"), section("oauth-carol", TOKEN));
}

#[test]
fn every_answer_without_a_display_name_falls_back_to_the_users_name() {
    let cases = [
        json!({"name": "carol"}),
        json!({"name": "carol", "auth": null}),
        json!({"name": "carol", "auth": {"accessToken": null}}),
        json!({"name": "carol", "auth": {"accessToken": {"displayName": null, "role": null}}}),
        json!({"name": "carol", "auth": {"accessToken": {"displayName": "", "role": ""}}}),
    ];
    for identity in cases {
        let (sandbox, hub) = (Sandbox::new(), hub_that_says(identity));

        let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

        outcome
            .succeeds()
            .stderr_has("Token is valid.\n")
            .stderr_lacks("Warning");
        assert_eq!(sandbox.read("stored_tokens"), section("oauth-carol", TOKEN));
    }
}

#[test]
fn a_token_in_the_environment_is_pointed_out() {
    for variable in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));

        let outcome = sandbox
            .hf(&["auth", "login", "--token", TOKEN])
            .env(variable, "hf_test_environment")
            .hub(&hub)
            .run();

        outcome
            .succeeds()
            .stderr_has("Login successful.\nNote: Environment variable`HF_TOKEN` is set and is the current active token independently from the token you've just configured.\n")
            .stderr_lacks("The current active token is")
            .nowhere("hf_test_environment");
        assert_eq!(sandbox.read("token"), TOKEN);
    }
}

#[test]
fn a_refused_token_changes_nothing() {
    for status in [401, 403, 404, 429, 500, 503] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, Answer::json(status, json!({"error": "no"})));
        sandbox.store(&[("work", "hf_test_work")]);
        sandbox.activate("hf_test_work");

        let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has("\nError: ")
            .nowhere(TOKEN);
        assert_eq!(sandbox.read("stored_tokens"), section("work", "hf_test_work"));
        assert_eq!(sandbox.read("token"), "hf_test_work");
        assert_eq!(sandbox.listing(), ["stored_tokens", "token"], "{status}");
    }
}

#[test]
fn a_refused_first_token_leaves_no_folder_behind() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, Answer::json(401, json!({"error": "no"})));

    let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

    outcome.fails_with(1).stderr_has("Error: Invalid user token.\n");
    assert!(!sandbox.hf_home().exists());
}

#[test]
fn a_second_login_under_one_name_replaces_the_whole_section() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
    sandbox.write(
        "stored_tokens",
        "[laptop]\nhf_token = hf_test_old\nrefresh_token = hf_test_refresh\nexpires_at = 1797935782\n\n",
    );

    let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

    outcome.succeeds();
    assert_eq!(sandbox.read("stored_tokens"), section("laptop", TOKEN));
}

#[test]
fn without_a_token_somebody_who_is_logged_in_stays_so() {
    let cases = [
        (
            "human",
            "",
            "User is already logged in. Use `hf auth login --force` to force re-login.\n",
        ),
        (
            "agent",
            "Already logged in. Use `hf auth login --force` to re-login.\n",
            "",
        ),
    ];
    for (format, stdout, stderr) in cases {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.activate(TOKEN);

        let outcome = sandbox.hf(&["auth", "login", "--format", format]).hub(&hub).run();

        outcome.succeeds().stdout_is(stdout).stderr_is(stderr);
        assert_eq!(sandbox.listing(), ["token"]);
    }
}

#[test]
fn without_a_token_nothing_is_asked_for_a_program() {
    for format in ["json", "quiet"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.activate(TOKEN);

        let outcome = sandbox.hf(&["auth", "login", "--format", format]).hub(&hub).run();

        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has("Error: `hf auth login` is interactive and does not support --format json/quiet. Pass --token for a non-interactive login.\n");
    }
}

#[test]
fn of_two_opposite_flags_the_last_one_counts() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.activate(TOKEN);

    let outcome = sandbox.hf(&["auth", "login", "--force", "--no-force"]).hub(&hub).run();

    outcome.succeeds().stderr_has("already logged in");
}
