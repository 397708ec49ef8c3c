//! `--help` and `--version`.

use super::logged_in;
use crate::support::Sandbox;

const COMMANDS: [&str; 12] = [
    "login",
    "logout",
    "switch",
    "list",
    "token",
    "whoami",
    "status",
    "check",
    "revoke",
    "run",
    "setup-git",
    "git-credential",
];

#[test]
fn every_command_helps_with_examples_and_its_options() {
    for command in COMMANDS {
        for flag in ["--help", "-h"] {
            let sandbox = Sandbox::new();

            let outcome = sandbox.hf(&["auth", command, flag]).run();

            outcome
                .succeeds()
                .stderr_is("")
                .stdout_has(&format!("Usage: hf auth {command}"))
                .stdout_has("Examples:\n")
                .stdout_has(&format!("  $ hf auth {command}"))
                .stdout_has("--format")
                .stdout_has("--json")
                .stdout_has("--quiet")
                .stdout_has("--no-truncate")
                .nowhere("\u{1b}");
            assert!(!sandbox.hf_home().exists());
        }
    }
}

#[test]
fn the_groups_help_too_and_name_their_commands() {
    let outcome = Sandbox::new().hf(&["auth", "--help"]).run();

    outcome.succeeds().stderr_is("").stdout_has("Examples:\n");
    for command in COMMANDS {
        outcome.stdout_has(&format!("\n  {command} "));
    }
    Sandbox::new().hf(&["--help"]).run().succeeds().stdout_has("\n  auth ");
}

#[test]
fn a_command_says_of_itself_what_its_group_says_of_it() {
    let group = Sandbox::new().hf(&["auth", "--help"]).run();

    for command in COMMANDS {
        let mut lines = group.stdout.lines();
        let description = lines.find_map(|line| line.strip_prefix(&format!("  {command} ")));

        let own = Sandbox::new().hf(&["auth", command, "--help"]).run();

        assert_eq!(own.stdout.lines().next(), description.map(str::trim));
    }
}

#[test]
fn no_command_at_all_is_help_on_standard_error() {
    for arguments in [&[][..], &["auth"]] {
        let outcome = Sandbox::new().hf(arguments).run();

        outcome.fails_with(2).stdout_is("").stderr_has("Usage: hf");
    }
}

#[test]
fn the_version_starts_with_the_references() {
    let version = format!("2.4.0 (hf-auth {})\n", env!("CARGO_PKG_VERSION"));
    for flag in ["--version", "-v"] {
        let outcome = logged_in().hf(&[flag]).run();

        outcome.succeeds().stdout_is(&version).stderr_is("");
    }
}
