//! Killed in the middle: every file is the old or the new one, whole, and the next change clears up.

use std::time::{Duration, Instant};

use super::super::support::StubHub;
use super::change::{Change, FIRST_LOGIN, LOGIN, LOGOUT, LOGOUT_OF_ALL, REFRESH, SWITCH};
use super::change::{found, next_change_clears_up, obliging_hub};
use super::strace;

const KILLED: i32 = 128 + 9;

/// Kills the change before one system call after another that changes something.
fn kill_at_every_call(change: &Change) {
    kill_at_calls(change, strace::Call::changes_something);
}

fn kill_at_calls(change: &Change, counts: impl Fn(&strace::Call) -> bool) {
    let (hub, sandbox) = (obliging_hub(), change.sandbox());
    let whole = strace::hf(&sandbox, &[], change.arguments).hub(&hub).run();
    whole.succeeds();
    assert_eq!(found(&sandbox), change.after());
    let calls = strace::calls(&sandbox).into_iter();
    let calls: Vec<_> = calls.filter(counts).collect();
    assert!(calls.len() > 3, "{calls:?}");

    let killed = calls.iter().filter(|call| is_killed_at(call, change, &hub)).count();

    // The network may take a call more or less than it did the first time.
    assert!(killed * 10 >= calls.len() * 9, "{killed} of {}", calls.len());
}

fn is_killed_at(call: &strace::Call, change: &Change, hub: &StubHub) -> bool {
    let sandbox = change.sandbox();
    let inject = call.inject("signal=SIGKILL");

    let run = strace::hf(&sandbox, &["-e", &inject], change.arguments).hub(hub).run();

    change.is_old_or_new(&sandbox, &call.line);
    next_change_clears_up(&sandbox, hub, &call.line);
    run.status == KILLED
}

#[test]
#[ignore = "needs strace"]
fn a_login_killed_at_any_call_leaves_the_old_or_the_new_files() {
    kill_at_every_call(&LOGIN);
}

#[test]
#[ignore = "needs strace"]
fn a_first_login_killed_at_any_call_leaves_nothing_or_the_new_files() {
    kill_at_every_call(&FIRST_LOGIN);
}

#[test]
#[ignore = "needs strace"]
fn a_switch_killed_at_any_call_leaves_the_old_or_the_new_files() {
    kill_at_every_call(&SWITCH);
}

#[test]
#[ignore = "needs strace"]
fn a_logout_killed_at_any_call_leaves_the_old_or_the_new_files() {
    kill_at_every_call(&LOGOUT);
    kill_at_every_call(&LOGOUT_OF_ALL);
}

#[test]
#[ignore = "needs strace"]
fn a_refresh_killed_at_any_call_leaves_the_old_or_the_new_files() {
    kill_at_every_call(&REFRESH);
}

#[test]
#[ignore = "needs strace, and takes minutes"]
fn changes_killed_at_calls_that_change_nothing_leave_the_old_or_the_new_files() {
    for change in [LOGIN, FIRST_LOGIN, SWITCH, LOGOUT, LOGOUT_OF_ALL, REFRESH] {
        kill_at_calls(&change, |call| !call.changes_something());
    }
}

#[test]
fn changes_killed_at_any_moment_leave_the_old_or_the_new_files() {
    kill_at_moments(40);
}

#[test]
#[ignore = "takes minutes"]
fn changes_killed_at_five_hundred_moments_leave_the_old_or_the_new_files() {
    kill_at_moments(500);
}

fn kill_at_moments(rounds: u32) {
    let hub = obliging_hub();
    let changes = [LOGIN, FIRST_LOGIN, SWITCH, LOGOUT, REFRESH];
    let mut killed = 0;
    for change in &changes {
        let in_full = || change.sandbox().hf(change.arguments).hub(&hub).run().succeeds().elapsed;
        let in_full = in_full().min(in_full()).min(in_full());
        let rounds = rounds / u32::try_from(changes.len()).unwrap();
        for round in 0..rounds {
            killed += u32::from(is_killed_after(in_full * round / rounds, change, &hub));
        }
    }
    assert!(killed >= rounds / 10, "{killed} of {rounds}");
}

fn is_killed_after(delay: Duration, change: &Change, hub: &StubHub) -> bool {
    let sandbox = change.sandbox();
    let mut command = sandbox.hf(change.arguments).hub(hub).command();
    let null = std::process::Stdio::null;
    command.stdin(null()).stdout(null()).stderr(null());
    let started = Instant::now();

    let mut child = command.spawn().unwrap();
    std::thread::sleep(delay.saturating_sub(started.elapsed()));
    child.kill().unwrap();
    let status = child.wait().unwrap();

    change.is_old_or_new(&sandbox, &format!("{delay:?}"));
    next_change_clears_up(&sandbox, hub, &format!("{delay:?}"));
    !status.success()
}
