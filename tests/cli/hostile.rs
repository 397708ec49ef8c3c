//! Input that means harm: a server, a store, an environment, a git configuration. Whatever it is, the program ends in
//! time, stays small, does not let the terminal be driven, and does not damage the store.

mod environment;
#[cfg(unix)]
mod git;
mod server;
mod store;
#[cfg(unix)]
mod streams;
#[cfg(unix)]
mod windows;

use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use super::support::{Outcome, Run, Sandbox, WHOAMI};

const TOKEN: &str = "hf_test_hostile_0123456789";
const WORK: &str = "[work]\nhf_token = hf_test_work_0123456789\n\n";
/// What the program may take, in KiB.
const MOST_MEMORY: u64 = 64 * 1024;
/// And how long it may take at its worst, on a machine that is busy with other tests.
const MOST_TIME: Duration = Duration::from_secs(20);
const COMMANDS: [&[&str]; 7] = [
    &["auth", "login", "--token", TOKEN],
    &["auth", "whoami"],
    &["auth", "list"],
    &["auth", "token"],
    &["auth", "switch", "work"],
    &["auth", "logout", "work"],
    &["auth", "logout"],
];

/// Somebody else's token is stored too: it must outlive whatever happens.
fn with_another_token() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("stored_tokens", WORK);
    sandbox
}

/// The command's outcome and the most memory it took, in KiB, which Linux tells; elsewhere 0. The system keeps the books of
/// a child that has ended, but Rust's standard library does not read them: Python does.
#[track_caller]
fn measured(run: Run) -> (Outcome, u64) {
    const WATCH: &str = "import os, resource, subprocess, sys
status = subprocess.call(sys.argv[2:])
with open(sys.argv[1], 'w') as file:
    file.write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status)";
    let Some(python) = python() else {
        return (run.run(), 0);
    };
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("most");
    let watch = ["-I", "-S", "-c", WATCH, report.to_str().unwrap()];
    let outcome = run.through(python, &watch).run();
    let most = std::fs::read_to_string(report).unwrap();
    (outcome, most.parse().unwrap())
}

/// The interpreter itself: what is on `PATH` may be a script that takes its time. Only where it counts in KiB.
fn python() -> Option<&'static str> {
    static PYTHON: OnceLock<String> = OnceLock::new();
    let find = || {
        let question = ["-c", "import sys; print(sys.executable, end='')"];
        let answer = Command::new("python3").args(question).output();
        let answer = answer.expect("these tests need python3, to see how much memory a program took");
        String::from_utf8(answer.stdout).unwrap()
    };
    cfg!(target_os = "linux").then(|| PYTHON.get_or_init(find).as_str())
}

/// Claims what is true of every command that was given harmful input.
#[track_caller]
fn bears_it(name: &str, run: Run) -> Outcome {
    let (outcome, memory) = measured(run);
    assert!(memory < MOST_MEMORY, "{name}: {memory} KiB");
    is_harmless(name, &outcome);
    outcome
}

/// It ended by itself and said nothing that drives a terminal, forges a line or floods the screen.
#[track_caller]
fn is_harmless(name: &str, outcome: &Outcome) {
    assert!(outcome.elapsed < MOST_TIME, "{name}: {:?}", outcome.elapsed);
    assert!((0..=2).contains(&outcome.status), "{name}: {}", outcome.status);
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.contains("panicked"), "{name}: {text:.400}");
        let drives =
            |c: char| (c.is_control() && c != '\n' && c != '\t') || "\u{202e}\u{2066}\u{200f}\u{2028}".contains(c);
        assert!(!text.contains(drives), "{name}: {text:.400?}");
        assert!(
            !text.lines().any(|line| line.starts_with("forged")),
            "{name}: {text:.400}"
        );
        assert!(text.len() < 256 * 1024, "{name}: {} bytes were shown", text.len());
    }
}
