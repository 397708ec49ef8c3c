//! What a command costs the machine, beyond its time: threads, processes, connections, and files read twice.

use crate::faults::strace;
use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub, WHOAMI};

const TOKEN: &str = "hf_test_costs";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", TOKEN), ("work", "hf_test_costs_second")]);
    sandbox.activate(TOKEN);
    sandbox
}

/// How many threads were started; a C library may use either call for them and for processes.
fn threads(log: &[String]) -> usize {
    log.iter().filter(|line| line.contains("CLONE_THREAD")).count()
}

fn processes(log: &[String]) -> usize {
    count(log, &["fork(", "vfork(", "clone(", "clone3("]) - threads(log)
}

/// How many calls began like this.
fn count(log: &[String], beginnings: &[&str]) -> usize {
    let begins = |line: &&String| beginnings.iter().any(|beginning| line.starts_with(beginning));
    log.iter().filter(begins).count()
}

fn reads(log: &[String], file: &str) -> usize {
    let is_read = |line: &&String| line.starts_with("open") && line.contains("O_RDONLY") && !line.contains("ENOENT");
    let ends = format!("/{file}\"");
    log.iter().filter(is_read).filter(|line| line.contains(&ends)).count()
}

#[test]
#[ignore = "needs strace"]
fn a_local_command_starts_nothing_and_reads_a_file_once() {
    let sandbox = sandbox();
    for command in [
        &["--version"][..],
        &["auth", "token"],
        &["auth", "token", "work"],
        &["auth", "list"],
        &["auth", "switch", "work"],
    ] {
        strace::hf(&sandbox, &[], command).run().succeeds();

        let log = strace::log(&sandbox);
        assert_eq!(threads(&log) + processes(&log), 0, "{command:?}");
        assert_eq!(count(&log, &["socket(", "epoll_create"]), 0, "{command:?}");
        assert_eq!(count(&log, &["execve("]), 1, "{command:?}");
        for file in ["token", "stored_tokens"] {
            assert!(reads(&log, file) <= 1, "{command:?} reads {file} again: {log:#?}");
        }
    }
}

#[test]
#[ignore = "needs strace"]
fn git_is_asked_by_one_process_and_only_where_its_answer_is_shown() {
    let sandbox = sandbox();
    for (arguments, needed) in [
        (&["auth", "status"][..], 1),
        (&["auth", "status", "--json"], 1),
        (&["auth", "status", "-q"], 0),
        (&["auth", "status", "--format", "agent"], 0),
    ] {
        strace::hf(&sandbox, &[], arguments).run().succeeds();

        let log = strace::log(&sandbox);
        // The thread hears signals, for git to end with us.
        assert_eq!((processes(&log), threads(&log)), (needed, needed), "{arguments:?}");
    }
}

#[test]
#[ignore = "needs strace"]
fn a_request_needs_no_process_and_one_thread_that_hears_signals() {
    let (sandbox, hub) = (sandbox(), StubHub::start());
    for command in [&["auth", "whoami"][..], &["auth", "login", "--token", TOKEN]] {
        hub.expect("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "write")));

        strace::hf(&sandbox, &[], command).hub(&hub).run().succeeds();

        let log = strace::log(&sandbox);
        assert_eq!(processes(&log), 0, "{command:?}");
        assert_eq!(count(&log, &["execve("]), 1, "{command:?}");
        assert_eq!(threads(&log), 1, "{command:?}");
        assert!(!log.iter().any(|line| line.contains("/etc/ssl")), "{command:?}");
        for file in ["token", "stored_tokens"] {
            assert!(reads(&log, file) <= 1, "{command:?} reads {file} again: {log:#?}");
        }
    }
    assert_eq!(hub.requests().len(), 2);
}
