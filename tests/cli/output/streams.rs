//! Standard output that nobody reads, that is full, or that is not there.
#![cfg(unix)]

use std::io;
use std::process::Stdio;

use super::logged_in;
use crate::support::hub::whoami;
use crate::support::{Answer, Outcome, Run, Sandbox, StubHub, WHOAMI};

const DATA: [&[&str]; 7] = [
    &["auth", "token"],
    &["auth", "token", "laptop", "-q"],
    &["auth", "list"],
    &["auth", "list", "--json"],
    &["auth", "list", "--format", "agent"],
    &["auth", "switch", "laptop", "-q"],
    &["--version"],
];

/// The program with its streams redirected by a shell.
fn redirected(sandbox: &Sandbox, redirection: &str, arguments: &[&str]) -> Run {
    let script = format!("exec \"$0\" \"$@\" {redirection}");
    let run = sandbox.program("sh", &["-c", &script, env!("CARGO_BIN_EXE_hf")]);
    run.args(arguments)
}

/// Runs it with a standard output that its reader has closed.
fn unread(run: &Run) -> (Option<i32>, String) {
    let (reader, writer) = io::pipe().unwrap();
    drop(reader);
    let mut command = run.command();
    command.stdin(Stdio::null()).stdout(writer).stderr(Stdio::piped());
    let output = command.output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_reader_that_went_away_ends_it_quietly() {
    for arguments in DATA {
        let (status, stderr) = unread(&logged_in().hf(arguments));

        assert_eq!(status, Some(1), "{arguments:?}");
        assert!(!stderr.contains("Error") && !stderr.contains("panic"), "{stderr}");
    }
}

#[test]
fn a_reader_that_went_away_does_not_undo_a_login() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "write")));

    let (status, stderr) = unread(
        &sandbox
            .hf(&["auth", "login", "--token", "hf_test_laptop", "--json"])
            .hub(&hub),
    );

    assert_eq!(status, Some(1));
    assert!(!stderr.contains("Error") && !stderr.contains("panic"), "{stderr}");
    assert_eq!(sandbox.read("token"), "hf_test_laptop");
}

#[test]
fn help_for_nobody_does_not_panic() {
    let (_, stderr) = unread(&Sandbox::new().hf(&["auth", "login", "--help"]));

    assert_eq!(stderr, "");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    for arguments in DATA {
        let outcome = redirected(&logged_in(), ">/dev/full", arguments).run();

        outcome
            .fails_with(1)
            .stderr_has("Error: Cannot write to standard output: No space left on device.\n")
            .nowhere("hf_test");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_standard_error_is_not() {
    let outcome = redirected(&logged_in(), "2>/dev/full", &["auth", "token"]).run();

    outcome.succeeds().stdout_is("hf_test_laptop\n");
}

#[test]
fn closed_streams_never_end_up_in_a_file() {
    for redirection in [">&-", "<&- >&-", "<&- >&- 2>&-", "2>&-"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.expect("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "write")));
        let login = &["auth", "login", "--token", "hf_test_laptop", "--json"];

        let outcome: Outcome = redirected(&sandbox, redirection, login).hub(&hub).run();

        outcome.succeeds();
        assert_eq!(sandbox.read("token"), "hf_test_laptop", "{redirection}");
        assert_eq!(
            sandbox.read("stored_tokens"),
            "[laptop]\nhf_token = hf_test_laptop\n\n",
            "{redirection}"
        );
    }
}

#[test]
fn a_closed_standard_output_is_not_an_error_as_in_the_reference() {
    for arguments in [&["auth", "token"][..], &["auth", "list"]] {
        let outcome = redirected(&logged_in(), ">&-", arguments).run();

        outcome.succeeds().stdout_is("");
    }
}
