//! A crash writes no memory to a file.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitStatus};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::super::support::until;
use super::{Answer, CANARY, StubHub, WHOAMI, logged_in};

/// Runs a program where core dumps are allowed, ends it as a crash would once it is `ready`, and tells how it ended.
fn crash(mut command: Command, ready: impl Fn()) -> ExitStatus {
    let mut child = command.spawn().unwrap();
    ready();
    kill(Pid::from_raw(child.id().cast_signed()), Signal::SIGABRT).unwrap();
    child.wait().unwrap()
}

#[test]
#[ignore = "needs core dumps"]
fn a_crash_leaves_no_core_dump() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let with_dumps = |arguments: &[&str]| {
        let script = ["-c", "ulimit -c unlimited; exec \"$@\"", "sh"];
        sandbox.program("sh", &script).args(arguments).hub(&hub).command()
    };
    let started = sandbox.root().join("started");
    let script = "touch \"$0\"; exec sleep 60";
    let control = crash(with_dumps(&["sh", "-c", script, started.to_str().unwrap()]), || {
        assert!(until(|| started.exists()));
    });
    assert!(
        control.core_dumped(),
        "this test needs a machine that makes core dumps, and `sleep` left none: {control}"
    );
    hub.expect("GET", WHOAMI, Answer::hang());

    let status = crash(with_dumps(&[env!("CARGO_BIN_EXE_hf"), "auth", "whoami"]), || {
        hub.wait_for_requests(1)
    });

    assert_eq!(status.signal(), Some(Signal::SIGABRT as i32), "{status}");
    assert!(!status.core_dumped(), "{status}");
    let found = super::files_with(&sandbox, CANARY);
    assert!(found.iter().all(|path| path.starts_with("hf")), "{found:?}");
}
