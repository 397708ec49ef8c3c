//! `hf` under strace, which can end it or let a call fail at any system call. What needs it
//! is ignored unless it is asked for (`-- --include-ignored`), and then fails where strace is not there or may not trace.

use std::collections::HashMap;
use std::fs;

use super::super::support::{Run, Sandbox};

/// What changes something on the disk, or the moments around it: killed before each of these, `hf` leaves every state
/// behind that it can leave.
const CHANGING: [&str; 12] = [
    "O_CREAT", "O_RDWR", "write(", "write64(", "chmod", "chown", "fsync(", "rename", "unlink", "truncate", "flock(",
    "mkdir",
];

/// One system call that named something in the sandbox.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) name: String,
    /// It was this many-th call of its name; the first is 1.
    pub(super) number: usize,
    /// As strace shows it.
    pub(super) line: String,
}

impl Call {
    pub(super) fn changes_something(&self) -> bool {
        CHANGING.iter().any(|sign| self.line.contains(sign))
    }

    /// strace's option that lets this happen (`signal=SIGKILL`, `error=EIO`) when the call is made again.
    pub(super) fn inject(&self, what: &str) -> String {
        format!("inject={}:{what}:when={}", self.name, self.number)
    }
}

/// `hf` keeps its memory to itself, so that no tracer of the same user reads the paths that it names; the root of a user
/// namespace of its own does.
fn strace(sandbox: &Sandbox) -> Run {
    match nix::unistd::geteuid().is_root() {
        true => sandbox.program("strace", &[]),
        false => sandbox.program("unshare", &["--map-root-user", "strace"]),
    }
}

/// Said once, before the first thing that depends on it.
fn is_needed() {
    static TRIED: std::sync::Once = std::sync::Once::new();
    TRIED.call_once(|| {
        let tried = strace(&Sandbox::new())
            .args(["-f", "-o", "/dev/null", "true"])
            .command()
            .output();
        let may_trace = tried.is_ok_and(|output| output.status.success());
        assert!(may_trace, "this test needs strace, and a system that lets it trace");
    });
}

/// `hf` with these arguments under strace with these options.
///
/// # Panics
/// Where there is no strace.
pub(crate) fn hf(sandbox: &Sandbox, options: &[&str], arguments: &[&str]) -> Run {
    is_needed();
    let log = sandbox.root().join("strace.log");
    let run = strace(sandbox).args(["-f", "-y", "-s", "200", "-o", log.to_str().unwrap()]);
    run.args(options).args([env!("CARGO_BIN_EXE_hf")]).args(arguments)
}

/// Every line that the last run left.
pub(crate) fn log(sandbox: &Sandbox) -> Vec<String> {
    let log = fs::read_to_string(sandbox.root().join("strace.log")).unwrap();
    let without_process = |line: &str| {
        line.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ')
            .to_owned()
    };
    log.lines().map(without_process).collect()
}

/// The calls of the last run that named something in `HF_HOME`.
pub(super) fn calls(sandbox: &Sandbox) -> Vec<Call> {
    let home = sandbox.hf_home().to_str().unwrap().to_owned();
    let mut counts: HashMap<String, usize> = HashMap::new();
    let mut calls = Vec::new();
    for line in log(sandbox) {
        let Some((name, _)) = line.split_once('(') else {
            continue;
        };
        let name = name.to_owned();
        let number = counts.entry(name.clone()).or_default();
        *number += 1;
        let is_program = name == "execve" || line.contains("strace.log");
        // What is said to the person names the files too.
        let is_said = line.starts_with("write(2<") || line.starts_with("write(1<");
        if line.contains(&home) && !is_program && !is_said {
            let number = *number;
            calls.push(Call { name, number, line });
        }
    }
    calls
}
