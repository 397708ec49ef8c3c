//! `hf auth switch`: by name here, by menu and by number in the modules below. It never asks the Hub anything.

#[cfg(unix)]
mod long;
#[cfg(unix)]
mod menu;
#[cfg(unix)]
mod narrow;
mod numbered;

use crate::support::{Run, Sandbox, StubHub};

const OVERRIDDEN: &str =
    "The environment variable `HF_TOKEN` is set and will override the access token you've just switched to.\n";

/// Stores `hf_test_<name>` under each name; none is active.
fn with_tokens(names: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    let tokens: Vec<(&str, String)> = names.iter().map(|name| (*name, format!("hf_test_{name}"))).collect();
    let tokens: Vec<(&str, &str)> = tokens.iter().map(|(name, token)| (*name, token.as_str())).collect();
    sandbox.store(&tokens);
    sandbox
}

fn switch(sandbox: &Sandbox, hub: &StubHub, arguments: &[&str]) -> Run {
    sandbox.hf(&["auth", "switch"]).args(arguments).hub(hub)
}

/// What a switch without git says.
fn said(sandbox: &Sandbox, name: &str) -> String {
    format!(
        "Your token has been saved to {}\nThe current active token is: {name}\n",
        sandbox.path("token").display()
    )
}

#[test]
fn a_named_token_becomes_the_active_one() {
    for arguments in [&["work"][..], &["--token-name", "work"], &["--token-name=work"]] {
        let (sandbox, hub) = (with_tokens(&["laptop", "work"]), StubHub::start());
        sandbox.activate("hf_test_laptop");
        let stored = sandbox.read("stored_tokens");

        let outcome = switch(&sandbox, &hub, arguments).run();

        outcome.succeeds().stdout_is("").stderr_is(&said(&sandbox, "work"));
        assert_eq!(sandbox.read("token"), "hf_test_work");
        assert_eq!(sandbox.read("stored_tokens"), stored);
        assert_eq!(sandbox.listing(), ["stored_tokens", "stored_tokens.lock", "token"]);
    }
}

#[test]
fn every_mode_gives_its_own_answer_on_standard_output() {
    let cases = [
        ("human", ""),
        ("agent", ""),
        ("json", "{\"user\": null, \"token_name\": \"work\", \"role\": null}\n"),
        ("quiet", "work\n"),
    ];
    for (format, stdout) in cases {
        let (sandbox, hub) = (with_tokens(&["work"]), StubHub::start());

        let outcome = switch(&sandbox, &hub, &["work", "--format", format]).run();

        outcome.succeeds().stdout_is(stdout).stderr_is(&said(&sandbox, "work"));
        assert_eq!(sandbox.read("token"), "hf_test_work");
    }
}

#[test]
fn an_unknown_name_is_an_error_and_touches_nothing() {
    for name in ["nope", "Work", "note"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.write("stored_tokens", "[note]\nx = y\n\n[work]\nhf_token = hf_test_work\n\n");
        sandbox.activate("hf_test_laptop");

        let outcome = switch(&sandbox, &hub, &[name]).run();

        outcome.fails_with(1).stdout_is("").stderr_has(&format!(
            "Error: Invalid value. Access token {name} not found in {}\n",
            sandbox.path("stored_tokens").display()
        ));
        assert_eq!(sandbox.read("token"), "hf_test_laptop");
        assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
    }
}

#[test]
fn two_names_are_a_usage_error() {
    let (sandbox, hub) = (with_tokens(&["work"]), StubHub::start());

    let outcome = switch(&sandbox, &hub, &["work", "--token-name", "work"]).run();

    outcome.fails_with(2).stdout_is("");
    assert!(!sandbox.exists("token"));
}

#[test]
fn a_token_in_the_environment_is_pointed_out_if_it_is_another_one() {
    let cases = [
        ("HF_TOKEN", "hf_test_environment", OVERRIDDEN),
        ("HUGGING_FACE_HUB_TOKEN", "hf_test_environment", OVERRIDDEN),
        ("HF_TOKEN", "hf_test_work", ""),
        ("HF_TOKEN", "", ""),
    ];
    for (variable, value, note) in cases {
        let (sandbox, hub) = (with_tokens(&["work"]), StubHub::start());

        let outcome = switch(&sandbox, &hub, &["work"]).env(variable, value).run();

        outcome.succeeds().stderr_is(&(said(&sandbox, "work") + note));
        assert_eq!(sandbox.read("token"), "hf_test_work");
    }
}

#[test]
fn nothing_stored_is_no_error() {
    let cases = [
        ("human", "No token name provided. Aborting.\n"),
        ("agent", "No token name provided. Aborting.\n"),
        ("json", "{\"user\": null, \"token_name\": null, \"role\": null}\n"),
        ("quiet", ""),
    ];
    for (format, stdout) in cases {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());

        let outcome = switch(&sandbox, &hub, &["--format", format]).run();

        outcome
            .succeeds()
            .stdout_is(stdout)
            .stderr_is("No stored tokens found. Please login first.\n");
        assert!(!sandbox.hf_home().exists());
    }
}

#[test]
fn only_a_person_is_asked() {
    for format in ["agent", "json", "quiet"] {
        let (sandbox, hub) = (with_tokens(&["work"]), StubHub::start());

        let outcome = switch(&sandbox, &hub, &["--format", format]).stdin("1\n").run();

        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has("Error: Use --token-name to select a token in non-interactive mode.\n");
        assert!(!sandbox.exists("token"));
    }
}

#[test]
fn an_unreadable_file_is_named_with_its_line() {
    for arguments in [&["work"][..], &[]] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.write("stored_tokens", "[work]\nhf_test_rubbish\n");

        let outcome = switch(&sandbox, &hub, arguments).run();

        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has(&format!(
                "Error: Cannot read {}: line 2: ",
                sandbox.path("stored_tokens").display()
            ))
            .nowhere("hf_test");
        assert_eq!(sandbox.listing(), ["stored_tokens"]);
    }
}

#[test]
#[cfg_attr(windows, ignore = "needs git")]
fn git_gets_the_token_if_asked() {
    for (flags, saved) in [
        (&["--add-to-git-credential"][..], true),
        (&["--add-to-git-credential", "--no-add-to-git-credential"], false),
        (&[], false),
    ] {
        let (sandbox, hub) = (with_tokens(&["work"]), StubHub::start());
        sandbox
            .git(&["config", "--global", "credential.helper", "store"])
            .succeeds();

        let outcome = switch(&sandbox, &hub, &["work"]).args(flags).run();

        let line = "Your token has been saved in your configured git credential helpers (store).\n";
        let git = if saved { line } else { "" };
        outcome
            .succeeds()
            .stderr_is(&(git.to_owned() + &said(&sandbox, "work")));
        assert_eq!(sandbox.home().join(".git-credentials").exists(), saved);
    }
}

#[cfg(unix)]
#[test]
fn the_active_file_is_private_and_a_link_to_it_stays() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let (sandbox, hub) = (with_tokens(&["work"]), StubHub::start());
    let target = sandbox.root().join("elsewhere");
    std::fs::write(&target, "hf_test_old").unwrap();
    std::fs::set_permissions(&target, std::fs::Permissions::from_mode(0o666)).unwrap();
    symlink(&target, sandbox.path("token")).unwrap();

    let outcome = switch(&sandbox, &hub, &["work"]).run();

    outcome.succeeds();
    assert!(sandbox.path("token").is_symlink());
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "hf_test_work");
    assert_eq!(sandbox.mode("token"), 0o600);
}
