//! Files that never end, or that nobody ever writes to: bounded in size and time before they are read.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use super::super::support::{Outcome, Sandbox};
use super::{TOKEN, hub_that_knows_carol};

const EXPIRING: &str = "[carol]\nhf_token = hf_test_faults_canary_0123456789\nexpires_at = 1797935782\n\n";

/// What may be in the place of a file, and how it comes there.
type Kind = (&'static str, fn(&Path));

const KINDS: [Kind; 4] = [
    ("a pipe", |path| {
        let made = std::process::Command::new("mkfifo").arg(path).status();
        assert!(made.unwrap().success());
    }),
    ("zeros", |path| symlink("/dev/zero", path).unwrap()),
    ("a terabyte", |path| {
        let file = std::fs::File::create(path).unwrap();
        file.set_len(1 << 40).unwrap();
    }),
    ("a folder", |path| std::fs::create_dir(path).unwrap()),
];

#[track_caller]
fn is_soon(outcome: &Outcome, case: &str) {
    assert!(outcome.elapsed < Duration::from_secs(1), "{case}: {outcome:?}");
}

#[test]
fn a_registry_of_agents_that_is_no_file_is_not_waited_for() {
    let hub = hub_that_knows_carol();
    for (kind, put) in KINDS {
        let sandbox = Sandbox::new();
        sandbox.activate(TOKEN);
        put(&sandbox.path(".agent_harnesses.json"));
        for command in [&["auth", "token"][..], &["auth", "whoami"], &["auth", "list"]] {
            let outcome = sandbox.hf(command).hub(&hub).env("AI_AGENT", "robot").run();

            outcome.succeeds();
            is_soon(&outcome, kind);
        }
    }
}

#[test]
fn a_registry_that_somebody_holds_open_is_not_waited_for() {
    let sandbox = Sandbox::new();
    sandbox.activate(TOKEN);
    let script = format!(
        "mkfifo \"$HF_HOME/.agent_harnesses.json\"; exec 9<> \"$HF_HOME/.agent_harnesses.json\"; {} auth token",
        env!("CARGO_BIN_EXE_hf")
    );

    let outcome = sandbox.program("sh", &["-c", &script]).run();

    outcome.succeeds().stdout_is(&format!("{TOKEN}\n"));
    is_soon(&outcome, "a pipe");
}

#[test]
fn a_time_zone_that_is_no_file_is_utc() {
    for (kind, put) in KINDS {
        let sandbox = Sandbox::new();
        sandbox.write("stored_tokens", EXPIRING);
        let zone = sandbox.root().join("zone");
        put(&zone);
        let relative = format!("../../..{}", zone.display());
        let zone = zone.to_str().unwrap();
        for value in [
            zone.to_owned(),
            format!(":{zone}"),
            relative.clone(),
            format!(":{relative}"),
        ] {
            let outcome = sandbox.hf(&["auth", "list"]).env("TZ", &value).run();

            outcome.succeeds().stdout_has("2026-12-22");
            is_soon(&outcome, &format!("{kind} {value}"));
        }
    }
}

#[test]
fn a_time_zone_that_can_be_read_counts() {
    for (value, day) in [
        ("", "2026-12-22"),
        ("UTC0", "2026-12-22"),
        ("AAA-14", "2026-12-23"),
        ("AAA+14", "2026-12-21"),
        ("nonsense/of no kind", "2026-12-22"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.write("stored_tokens", EXPIRING);

        let outcome = sandbox.hf(&["auth", "list"]).env("TZ", value).run();

        outcome.succeeds().stdout_has(day);
    }
}

#[test]
fn a_store_that_never_ends_is_one_line() {
    for (file, command) in [("token", "token"), ("token", "whoami"), ("stored_tokens", "list")] {
        for (kind, put) in &KINDS[1..3] {
            let sandbox = Sandbox::new();
            std::fs::create_dir(sandbox.hf_home()).unwrap();
            put(&sandbox.path(file));

            let outcome = sandbox.hf(&["auth", command]).run();

            super::is_one_error_about(&outcome, sandbox.path(file).to_str().unwrap());
            is_soon(&outcome, kind);
        }
    }
}
