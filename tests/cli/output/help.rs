//! `--help` and `--version`.

use super::logged_in;
use crate::support::Sandbox;

const COMMANDS: [&str; 16] = [
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
    "use",
    "hook",
    "export",
    "oidc",
    "setup-git",
    "git-credential",
];
/// Those that a person types; git types the last one.
const LISTED: &[&str] = COMMANDS.split_at(15).0;

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
    for command in LISTED {
        outcome.stdout_has(&format!("\n  {command} "));
    }
    outcome.nowhere("git-credential");
    Sandbox::new().hf(&["--help"]).run().succeeds().stdout_has("\n  auth ");
}

#[test]
fn a_command_says_of_itself_what_its_group_says_of_it() {
    let group = Sandbox::new().hf(&["auth", "--help"]).run();

    for command in LISTED {
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

#[test]
fn help_keeps_to_the_width_there_is() {
    for width in [20, 40, 60, 79, 80, 81, 120] {
        for command in COMMANDS {
            let outcome = Sandbox::new()
                .hf(&["auth", command, "--help"])
                .env("COLUMNS", width.to_string())
                .run();

            let is_one_word = |line: &str| !line.trim().contains(' ');
            let is_too_wide = |line: &&str| line.chars().count() > width && !is_one_word(line);
            // An option and its value stay together.
            let is_option = |line: &str| line.trim().starts_with('-');
            let wide = outcome.stdout.lines().filter(is_too_wide).find(|line| !is_option(line));
            assert_eq!(wide, None, "{command} at {width}");
            let wide = outcome.stdout.lines().find(is_too_wide);
            assert!(width < 40 || wide.is_none(), "{command} at {width}: {wide:?}");
        }
    }
}

#[test]
fn help_is_a_command_too() {
    let sandbox = logged_in();
    let help = |arguments: &[&str]| sandbox.hf(arguments).run().succeeds().stdout.clone();

    assert_eq!(help(&["help"]), help(&["--help"]));
    assert_eq!(help(&["auth", "help"]), help(&["auth", "--help"]));
    assert_eq!(help(&["help", "auth"]), help(&["auth", "--help"]));
    for command in COMMANDS {
        assert_eq!(help(&["auth", "help", command]), help(&["auth", command, "--help"]));
    }
    for variable in ["HF_TOKEN", "HF_HOME", "HTTPS_PROXY", "NO_COLOR"] {
        assert!(help(&["auth", "help", "environment"]).contains(variable), "{variable}");
    }
    sandbox
        .hf(&["auth", "help", "nope"])
        .run()
        .fails_with(2)
        .stderr_has("Error: No such command 'nope'.\nHint: the commands are login, logout,");
}
