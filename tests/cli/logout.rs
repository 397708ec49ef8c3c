//! `hf auth logout`: one token or all of them, from the disk and from git. It never asks the Hub anything.

use crate::support::{Run, Sandbox, StubHub};

const STILL_IN_THE_ENVIRONMENT: &str = "Error: Token has been deleted from your machine but you are still logged in.\n\
     To log out, you must clear out both `HF_TOKEN` and `HUGGING_FACE_HUB_TOKEN` environment variables.\n";
const LAPTOP: &str = "[laptop]\nhf_token = hf_test_laptop\n\n";
const WORK: &str = "[work]\nhf_token = hf_test_work\n\n";

/// Two tokens, `laptop` the active one.
fn with_two_tokens() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", "hf_test_laptop"), ("work", "hf_test_work")]);
    sandbox.activate("hf_test_laptop");
    sandbox
}

/// The command, with a Hub that fails the test when it is asked anything.
fn logout(sandbox: &Sandbox, hub: &StubHub, arguments: &[&str]) -> Run {
    sandbox.hf(&["auth", "logout"]).args(arguments).hub(hub)
}

#[test]
fn the_active_token_is_forgotten_in_both_files() {
    for arguments in [&["laptop"][..], &["--token-name", "laptop"], &["--token-name=laptop"]] {
        let (sandbox, hub) = (with_two_tokens(), StubHub::start());

        let outcome = logout(&sandbox, &hub, arguments).run();

        outcome
            .succeeds()
            .stdout_is("")
            .stderr_is("Active token 'laptop' has been deleted.\nSuccessfully logged out from access token: laptop.\n");
        assert_eq!(sandbox.read("stored_tokens"), WORK);
        assert_eq!(sandbox.listing(), ["stored_tokens", "stored_tokens.lock"]);
    }
}

#[test]
fn another_token_goes_and_the_active_one_stays() {
    let (sandbox, hub) = (with_two_tokens(), StubHub::start());

    let outcome = logout(&sandbox, &hub, &["work"]).run();

    outcome
        .succeeds()
        .stdout_is("")
        .stderr_is("Successfully logged out from access token: work.\n");
    assert_eq!(sandbox.read("stored_tokens"), LAPTOP);
    assert_eq!(sandbox.read("token"), "hf_test_laptop");
}

#[test]
fn the_last_token_leaves_an_empty_file_as_in_the_reference() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.store(&[("laptop", "hf_test_laptop")]);

    let outcome = logout(&sandbox, &hub, &["laptop"]).run();

    outcome.succeeds();
    assert_eq!(sandbox.read("stored_tokens"), "");
}

#[test]
fn without_a_name_every_token_is_forgotten() {
    let (sandbox, hub) = (with_two_tokens(), StubHub::start());

    let outcome = logout(&sandbox, &hub, &[]).run();

    outcome
        .succeeds()
        .stdout_is("")
        .stderr_is("Successfully logged out from all access tokens.\n");
    assert_eq!(sandbox.listing(), ["stored_tokens.lock"]);
}

#[test]
fn one_file_is_enough_to_be_logged_in() {
    let only_active = Sandbox::new();
    only_active.activate("hf_test_laptop");
    let only_stored = Sandbox::new();
    only_stored.store(&[("laptop", "hf_test_laptop")]);
    for sandbox in [only_active, only_stored] {
        let hub = StubHub::start();

        let outcome = logout(&sandbox, &hub, &[]).run();

        outcome
            .succeeds()
            .stderr_is("Successfully logged out from all access tokens.\n");
        assert_eq!(sandbox.listing(), ["stored_tokens.lock"]);
    }
}

#[test]
fn an_unknown_name_is_an_error_and_touches_nothing() {
    let (sandbox, hub) = (with_two_tokens(), StubHub::start());

    let outcome = logout(&sandbox, &hub, &["nope"]).run();

    outcome.fails_with(1).stdout_is("").stderr_has(&format!(
        "Error: Invalid value. Access token nope not found in {}\n",
        sandbox.path("stored_tokens").display()
    ));
    assert_eq!(sandbox.read("stored_tokens"), LAPTOP.to_owned() + WORK);
    assert_eq!(sandbox.read("token"), "hf_test_laptop");
    assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
}

#[test]
fn an_empty_name_does_not_mean_every_token() {
    let (sandbox, hub) = (with_two_tokens(), StubHub::start());

    let outcome = logout(&sandbox, &hub, &["--token-name", ""]).run();

    outcome.fails_with(1).stderr_has("Error: ");
    assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
}

#[test]
fn two_names_are_a_usage_error() {
    let (sandbox, hub) = (with_two_tokens(), StubHub::start());
    for arguments in [&["laptop", "--token-name", "work"][..], &["laptop", "work"]] {
        let outcome = logout(&sandbox, &hub, arguments).run();

        outcome.fails_with(2).stdout_is("").stderr_has("Error: ");
        assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
    }
}

#[test]
fn nobody_logged_in_is_no_error() {
    for arguments in [&[][..], &["laptop"]] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());

        let outcome = logout(&sandbox, &hub, arguments).run();

        outcome.succeeds().stdout_is("").stderr_is("Not logged in!\n");
        assert!(!sandbox.hf_home().exists());
    }
}

#[test]
fn a_token_in_the_environment_makes_it_an_error_after_the_deed() {
    for variable in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
        let (sandbox, hub) = (with_two_tokens(), StubHub::start());
        let outcome = logout(&sandbox, &hub, &["work"])
            .env(variable, "hf_test_environment")
            .run();
        outcome.fails_with(1).stdout_is("").stderr_is(&format!(
            "Successfully logged out from access token: work.\n{STILL_IN_THE_ENVIRONMENT}"
        ));
        assert_eq!(sandbox.read("stored_tokens"), LAPTOP);

        let outcome = logout(&sandbox, &hub, &[]).env(variable, "hf_test_environment").run();
        outcome.fails_with(1).stdout_is("").stderr_is(&format!(
            "Successfully logged out from all access tokens.\n{STILL_IN_THE_ENVIRONMENT}"
        ));
        assert_eq!(sandbox.listing(), ["stored_tokens.lock"]);
    }
}

#[test]
fn every_mode_gives_its_own_answer_on_standard_output() {
    let cases = [
        ("human", "", ""),
        ("agent", "", ""),
        (
            "json",
            "{\"user\": null, \"token_name\": \"work\", \"role\": null}\n",
            "{\"user\": null, \"token_name\": null, \"role\": null}\n",
        ),
        ("quiet", "work\n", ""),
    ];
    for (format, for_one, for_all) in cases {
        let (sandbox, hub) = (with_two_tokens(), StubHub::start());

        let one = logout(&sandbox, &hub, &["work", "--format", format]).run();
        let all = logout(&sandbox, &hub, &["--format", format]).run();
        let none = logout(&sandbox, &hub, &["--format", format]).run();

        one.succeeds().stdout_is(for_one);
        all.succeeds().stdout_is(for_all);
        none.succeeds().stdout_is(for_all).stderr_is("Not logged in!\n");
    }
}

#[test]
fn an_unreadable_file_is_left_as_it_is() {
    for arguments in [&["laptop"][..], &[]] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.write("stored_tokens", "[laptop]\nhf_token = hf_test_lost\nhf_test_rubbish\n");
        sandbox.activate("hf_test_lost");

        let outcome = logout(&sandbox, &hub, arguments).run();

        outcome
            .fails_with(1)
            .stderr_has(&format!(
                "Error: Cannot read {}: line 3: ",
                sandbox.path("stored_tokens").display()
            ))
            .nowhere("hf_test");
        assert_eq!(
            sandbox.read("stored_tokens"),
            "[laptop]\nhf_token = hf_test_lost\nhf_test_rubbish\n"
        );
        assert_eq!(sandbox.read("token"), "hf_test_lost");
    }
}

#[test]
fn sections_we_do_not_know_stay() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.write(
        "stored_tokens",
        "[note]\nlines = one\n\ttwo\n\n[work]\nhf_token = hf_test_work\nnote = x\n\n",
    );

    let outcome = logout(&sandbox, &hub, &["work"]).run();

    outcome.succeeds();
    assert_eq!(sandbox.read("stored_tokens"), "[note]\nlines = one\n\ttwo\n\n");
}

#[cfg(unix)]
#[test]
fn the_rewritten_file_is_private() {
    use std::os::unix::fs::PermissionsExt;
    let (sandbox, hub) = (with_two_tokens(), StubHub::start());
    let readable = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(sandbox.path("stored_tokens"), readable).unwrap();

    let outcome = logout(&sandbox, &hub, &["work"]).run();

    outcome.succeeds();
    assert_eq!(sandbox.mode("stored_tokens"), 0o600);
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn git_forgets_this_token_and_no_other() {
    let cases = [
        (&["laptop"][..], "hf_test_laptop", false),
        (&["work"], "hf_test_laptop", true),
        (&["nope"], "hf_test_laptop", true),
        (&[], "hf_test_laptop", false),
    ];
    for (arguments, remembered, stays) in cases {
        let (sandbox, hub) = (with_two_tokens(), StubHub::start());
        sandbox
            .git(&["config", "--global", "credential.helper", "store"])
            .succeeds();
        let credential = format!("url={}\nusername=hf_user\npassword={remembered}\n\n", hub.url());
        let approve = sandbox.program("git", &["credential", "approve"]);
        approve.stdin(credential).run().succeeds();

        logout(&sandbox, &hub, arguments).run();

        let credentials = std::fs::read_to_string(sandbox.home().join(".git-credentials")).unwrap();
        assert_eq!(credentials.contains(remembered), stays, "{arguments:?}: {credentials}");
    }
}

#[test]
fn a_machine_without_git_is_not_worth_a_word() {
    let (sandbox, hub) = (with_two_tokens(), StubHub::start());

    let outcome = logout(&sandbox, &hub, &[]).env("PATH", "/nowhere").run();

    outcome
        .succeeds()
        .stderr_is("Successfully logged out from all access tokens.\n");
}

#[test]
fn a_token_is_forgotten_beside_an_active_one_that_cannot_be_read() {
    let (sandbox, hub) = (with_two_tokens(), StubHub::start());
    sandbox.write("token", b"\xff\xfe");

    let outcome = logout(&sandbox, &hub, &["laptop"]).run();

    outcome.succeeds();
    assert_eq!(sandbox.read("stored_tokens"), WORK);
    assert!(sandbox.exists("token"));
}
