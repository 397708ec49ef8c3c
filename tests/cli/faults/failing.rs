//! System calls that fail, one after another: one line that names a path and the cause, and every file old or new, whole.

use std::io;

use nix::errno::Errno;

use super::super::support::{Outcome, Sandbox};
use super::change::{Change, FIRST_LOGIN, LOGIN, LOGOUT, LOGOUT_OF_ALL, REFRESH, SWITCH};
use super::change::{found, next_change_clears_up, obliging_hub, temporary_files};
use super::{TOKEN, strace};

/// At most one error, which names something in the sandbox.
#[track_caller]
fn is_one_line_at_most(outcome: &Outcome, sandbox: &Sandbox, moment: &str) {
    let errors = outcome.stderr.lines().filter(|line| line.starts_with("Error: "));
    let errors: Vec<&str> = errors.collect();
    let named = errors
        .iter()
        .all(|error| error.contains(sandbox.root().to_str().unwrap()));
    let expected = match outcome.status {
        0 => errors.is_empty(),
        1 => errors.len() == 1 && named,
        _ => false,
    };
    assert!(expected, "{moment}: {outcome:?}");
    outcome.stderr_lacks("hf met a bug");
}

#[test]
#[ignore = "needs strace"]
fn any_call_may_fail_and_the_files_are_the_old_or_the_new_ones() {
    fail_at_calls(strace::Call::changes_something);
}

#[test]
#[ignore = "needs strace, and takes minutes"]
fn calls_that_change_nothing_may_fail_and_the_files_are_the_old_or_the_new_ones() {
    fail_at_calls(|call| !call.changes_something());
}

/// Fails one system call after another, of those that count.
fn fail_at_calls(counts: impl Fn(&strace::Call) -> bool) {
    let hub = obliging_hub();
    for change in [LOGIN, FIRST_LOGIN, SWITCH, LOGOUT, LOGOUT_OF_ALL, REFRESH] {
        let sandbox = change.sandbox();
        strace::hf(&sandbox, &[], change.arguments).hub(&hub).run().succeeds();
        let calls = strace::calls(&sandbox).into_iter();
        // The standard library takes it for impossible that a folder cannot be closed, and Linux never refuses it.
        let calls: Vec<_> = calls.filter(|call| call.name != "close" && counts(call)).collect();
        assert!(calls.len() > 3, "{calls:?}");
        for call in calls {
            let sandbox = change.sandbox();
            let inject = call.inject("error=EIO");

            let outcome = strace::hf(&sandbox, &["-e", &inject], change.arguments).hub(&hub).run();

            is_one_line_at_most(&outcome, &sandbox, &call.line);
            change.is_old_or_new(&sandbox, &call.line);
            if call.name.starts_with("unlink") {
                next_change_clears_up(&sandbox, &hub, &call.line);
            }
            assert!(temporary_files(sandbox.root()).is_empty(), "{}", call.line);
        }
    }
}

/// Fails every call of this name.
fn fail_all(change: &Change, call: &str, error: &str) -> (Sandbox, Outcome) {
    let (hub, sandbox) = (obliging_hub(), change.sandbox());
    let inject = format!("inject={call}:error={error}");
    let run = strace::hf(&sandbox, &["-e", &inject], change.arguments).hub(&hub);
    let outcome = run.run();
    (sandbox, outcome)
}

#[test]
#[ignore = "needs strace"]
fn the_cause_is_named_and_nothing_is_changed() {
    for (call, error, action) in [
        ("flock", Errno::EIO, "lock"),
        ("fsync", Errno::EDQUOT, "write"),
        ("fsync", Errno::EIO, "write"),
        ("/^rename", Errno::EDQUOT, "write"),
    ] {
        // In the C library's words, which are not the same in each.
        let cause = io::Error::from(error).to_string();
        let (cause, _) = cause.split_once(" (os error").unwrap();
        let error = format!("{error:?}");
        for change in [LOGIN, SWITCH] {
            let (sandbox, outcome) = fail_all(&change, call, &error);
            outcome.fails_with(1).nowhere(TOKEN);
            outcome.stderr_has(&format!("Error: Cannot {action} {}", sandbox.hf_home().display()));
            outcome.stderr_has(&format!(": {cause}.\n"));
            assert_eq!(found(&sandbox), change.before(), "{call} {error}");
            assert!(temporary_files(sandbox.root()).is_empty(), "{call} {error}");
        }
    }
}

/// The last step: the files have their names already.
#[test]
#[ignore = "needs strace"]
fn a_folder_that_fails_to_be_flushed_is_an_error_and_no_success() {
    let (hub, broken) = (obliging_hub(), "no section\n");
    let run = |options: &[&str]| {
        let sandbox = LOGIN.sandbox();
        sandbox.write("stored_tokens", broken);
        let outcome = strace::hf(&sandbox, options, LOGIN.arguments).hub(&hub).run();
        (sandbox, outcome)
    };
    let (sandbox, _) = run(&[]);
    let folder = format!("<{}>", sandbox.hf_home().display());
    let mut calls = strace::calls(&sandbox).into_iter();
    let flush = calls.rfind(|call| call.name == "fsync" && call.line.contains(&folder));

    let (sandbox, outcome) = run(&["-e", &flush.unwrap().inject("error=EIO")]);

    outcome.fails_with(1).nowhere(TOKEN);
    let told = format!("Error: Cannot write {}: ", sandbox.hf_home().display());
    outcome.stderr_has(&told).stderr_has("It was kept as ");
    outcome.stderr_lacks("has been saved").stderr_lacks("Login successful.");
}

#[test]
fn a_file_larger_than_the_limit_is_one_line_and_nothing_is_changed() {
    let hub = obliging_hub();
    for change in [LOGIN, SWITCH, LOGOUT] {
        let sandbox = change.sandbox();
        let limited = ["-c", "ulimit -f 0; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_hf")];
        let run = sandbox.program("sh", &limited).args(change.arguments);

        let outcome = run.hub(&hub).run();

        outcome
            .fails_with(1)
            .stderr_has("Error: Cannot write ")
            .stderr_has(": File too large.\n");
        is_one_line_at_most(&outcome, &sandbox, "the limit");
        assert_eq!(found(&sandbox), change.before());
        assert!(temporary_files(sandbox.root()).is_empty());
    }
}

#[test]
fn a_refresh_that_could_not_be_stored_is_not_asked_for() {
    let (hub, sandbox) = (obliging_hub(), REFRESH.sandbox());
    let limited = ["-c", "ulimit -f 0; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_hf")];

    let outcome = sandbox.program("sh", &limited).args(REFRESH.arguments).hub(&hub).run();

    outcome.succeeds().stdout_is("hf_test_faults_old_0123456789\n");
    outcome.stderr_has("Could not refresh your Hugging Face access token: Cannot write ");
    outcome.stderr_has(": File too large. Will retry later.\n");
    assert!(hub.requests().is_empty());
    assert_eq!(found(&sandbox), REFRESH.before());
}

#[test]
#[ignore = "needs strace"]
fn a_refreshed_token_that_cannot_be_stored_is_used_and_the_person_told() {
    let (sandbox, outcome) = fail_all(&REFRESH, "/^rename", "EIO");

    outcome.succeeds().stdout_is(&format!("{TOKEN}\n"));
    outcome.stderr_has("Access token `old` has been refreshed, but not stored: Cannot write ");
    outcome.stderr_has("run `hf auth login` to log in again.\n");
    assert_eq!(found(&sandbox), REFRESH.before());
}
