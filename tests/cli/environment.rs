//! What the environment decides: where files are, which token counts, how long to wait; and that no secret shows.

use std::path::Path;

use serde_json::json;

use super::support::{Answer, Outcome, Run, Sandbox, StubHub, WHOAMI, hub, hub_that_knows_carol};

const TOKEN: &str = "hf_test_environment_canary_0123456789";

/// `{root}` stands for the sandbox in what these tables say.
fn set(sandbox: &Sandbox, run: Run, variables: &[(&str, &str)]) -> Run {
    let root = sandbox.root().to_str().unwrap();
    variables
        .iter()
        .fold(run, |run, (name, value)| run.env(name, value.replace("{root}", root)))
}

#[test]
fn the_files_are_where_the_variables_say() {
    // Every spelling is in the tests of the settings.
    let cases: [(&[(&str, &str)], &str); 5] = [
        (&[], "home/.cache/huggingface/token"),
        (&[("XDG_CACHE_HOME", "~/xdg")], "home/xdg/huggingface/token"),
        (&[("HF_HOME", "${BASE}/own"), ("BASE", "{root}/base")], "base/own/token"),
        (&[("HF_HOME", "relative")], "work/relative/token"),
        (
            &[
                ("HF_HOME", "{root}/own"),
                ("HF_TOKEN_PATH", "$BASE/mine"),
                ("BASE", "{root}/base"),
            ],
            "base/mine",
        ),
    ];
    for (variables, token) in cases {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, Answer::json(200, hub::whoami("carol", "laptop", "read")));
        let run = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub);

        let outcome = set(&sandbox, run.env_remove("HF_HOME"), variables).run();

        outcome.succeeds();
        let token = sandbox.root().join(token);
        assert_eq!(read(&token), TOKEN, "{variables:?}");
        assert!(
            read(&token.with_file_name("stored_tokens")).contains(TOKEN),
            "{variables:?}"
        );
    }
}

#[track_caller]
fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn staging_moves_the_active_token_and_the_endpoint_but_not_the_stored_tokens() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.store(&[("laptop", TOKEN)]);

    let switch = sandbox
        .hf(&["auth", "switch", "laptop"])
        .env("HUGGINGFACE_CO_STAGING", "True")
        .run();
    let whoami = sandbox
        .hf(&["auth", "whoami"])
        .hub(&hub)
        .env("HUGGINGFACE_CO_STAGING", "on");
    let whoami = whoami.env("HF_HUB_OFFLINE", "1").run();

    switch.succeeds();
    assert_eq!(read(&sandbox.home().join(".cache/huggingface_staging/token")), TOKEN);
    assert_eq!(sandbox.listing(), ["stored_tokens", "stored_tokens.lock"]);
    whoami
        .fails_with(1)
        .stderr_has("Cannot reach https://hub-ci.huggingface.co/api/whoami-v2: offline mode");
}

#[test]
fn a_word_that_means_yes_switches_something_on_and_no_other_does() {
    for (value, is_on) in [("oN", true), ("y", false)] {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
        sandbox.activate(TOKEN);

        let outcome = sandbox
            .hf(&["auth", "whoami"])
            .hub(&hub)
            .env("HF_HUB_OFFLINE", value)
            .run();

        outcome.fails_with(i32::from(is_on));
    }
}

#[test]
fn a_token_with_the_wrong_characters_is_refused_and_not_repeated() {
    let tokens = [
        ("hf_test canary", "white space"),
        ("hf_test\tcanary", "white space"),
        ("hf_test\u{1b}canary", "control"),
        ("hf_tést_canary", "not ASCII"),
        ("\u{feff}hf_test_canary", "not ASCII"),
    ];
    for (token, reason) in tokens {
        let sandbox = Sandbox::new();
        let run = |command: &str| sandbox.hf(&["auth", command]).env("HF_ENDPOINT", "http://127.0.0.1:9");

        let from_variable = run("token").env("HF_TOKEN", token).run();
        let asked_of_the_hub = run("whoami").env("HF_TOKEN", token).run();
        sandbox.activate(token);
        let from_file = run("token").run();
        sandbox.store(&[("laptop", token)]);
        let by_name = run("token").args(["laptop"]).run();

        for (outcome, place) in [
            (from_variable, "HF_TOKEN".to_owned()),
            (asked_of_the_hub, "HF_TOKEN".to_owned()),
            (from_file, sandbox.path("token").display().to_string()),
            (by_name, "laptop".to_owned()),
        ] {
            outcome
                .fails_with(1)
                .stdout_is("")
                .nowhere("canary")
                .stderr_has(reason)
                .stderr_has(&place);
            assert!(
                outcome.stderr.starts_with("Error: Invalid value. The token "),
                "{}",
                outcome.stderr
            );
            assert_eq!(outcome.stderr.lines().count(), 2, "{}", outcome.stderr);
        }
    }
}

fn whoami_with_timeout(value: &str) -> Outcome {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    sandbox.activate(TOKEN);
    let run = sandbox.hf(&["auth", "whoami", "-q"]).hub(&hub);
    run.env("HF_HUB_DOWNLOAD_TIMEOUT", value).run()
}

#[test]
fn a_timeout_that_is_no_number_of_seconds_is_refused() {
    whoami_with_timeout("1.5")
        .fails_with(1)
        .stdout_is("")
        .stderr_is("Error: Invalid value. HF_HUB_DOWNLOAD_TIMEOUT is not a whole number of seconds: 1.5\n");
}

#[test]
fn a_timeout_that_is_a_number_is_taken() {
    whoami_with_timeout(" 5 ").succeeds().stdout_is("carol\n");
}

#[test]
fn a_bad_timeout_does_not_stop_what_needs_no_network() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN)]);
    for command in [
        &["auth", "switch", "laptop"][..],
        &["auth", "list"],
        &["auth", "token"],
        &["auth", "logout"],
    ] {
        sandbox
            .hf(command)
            .env("HF_HUB_DOWNLOAD_TIMEOUT", "ten")
            .run()
            .succeeds();
    }
}

#[test]
fn debugging_shows_the_requests_without_their_secrets() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, Answer::json(500, json!({"error": "boom"})));
    sandbox.activate(TOKEN);

    let outcome = sandbox.hf(&["auth", "whoami"]).hub(&hub).env("HF_DEBUG", "1").run();

    let url = format!("{}{WHOAMI}", hub.url());
    outcome
        .fails_with(1)
        .nowhere(TOKEN)
        .stderr_has("Send: curl -X GET -H 'accept: */*' -H 'authorization: <TOKEN>' -H 'user-agent: hf-auth/")
        .stderr_has(&format!("' {url}\n"))
        .stderr_has("< 500 Internal Server Error (")
        .stderr_lacks("full traceback");
}

#[test]
fn debugging_shows_why_something_failed() {
    let sandbox = Sandbox::new();
    sandbox.activate(TOKEN);

    let outcome = sandbox
        .hf(&["auth", "whoami"])
        .env("HF_ENDPOINT", "http://127.0.0.1:9")
        .env("HF_DEBUG", "1")
        .run();

    outcome.fails_with(1).stderr_has("\nCaused by: ").nowhere(TOKEN);
}

#[test]
fn no_command_and_no_error_shows_a_token_even_when_debugging() {
    let commands: [&[&str]; 18] = [
        &["auth", "login", "--token", TOKEN],
        &["auth", "login", "--token", TOKEN, "--json"],
        &["auth", "login", "--token", TOKEN, "--add-to-git-credential"],
        &["auth", "login"],
        &["auth", "login", TOKEN],
        &["auth", "login", "--tokn", TOKEN],
        &["auth", "login", "--token", TOKEN, "--nonsense"],
        &["auth", TOKEN],
        &[TOKEN],
        &["auth", "whoami"],
        &["auth", "whoami", "--json"],
        &["auth", "list"],
        &["auth", "list", "--json"],
        &["auth", "ls", "--format", "agent"],
        &["auth", "switch", "laptop"],
        &["auth", "switch", "unknown"],
        &["auth", "logout", "laptop"],
        &["auth", "logout"],
    ];
    let good = format!(
        "[laptop]\nhf_token = {TOKEN}\nrefresh_token = {TOKEN}\nexpires_at = {TOKEN}\n\n[short]\nhf_token = x\n\n"
    );
    let files = [
        good.clone(),
        format!("{TOKEN}\n"),
        format!("{good}{TOKEN}\n[{TOKEN}"),
        format!("{good}{good}"),
    ];
    for stored_tokens in &files {
        for command in commands {
            let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
            sandbox.write("stored_tokens", stored_tokens);
            sandbox.activate(TOKEN);

            let outcome = sandbox.hf(command).hub(&hub).env("HF_DEBUG", "1").run();

            outcome.nowhere(TOKEN).stderr_lacks("hf met a bug");
        }
    }
}
