//! A helper that never comes back: a login waits for it a while, and takes it along when it goes.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use super::super::support::{Sandbox, Terminal};
use super::{TOKEN, hub_that_knows_carol, login, noted, script, set_helper};

/// Whether a process is there and not merely waiting to be collected.
fn is_running(pid: i32) -> bool {
    let there = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), None).is_ok();
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    there && !status.contains("State:\tZ")
}

/// A helper that never comes back, and the file that will hold its process id.
fn hanging_helper(sandbox: &Sandbox) -> PathBuf {
    let pid = sandbox.root().join("pid");
    let body = format!("echo $$ > {0}.new && mv {0}.new {0} && exec sleep 300", pid.display());
    let helper = script(sandbox, "helper", &body);
    set_helper(sandbox, "--global", "credential.helper", helper.to_str().unwrap());
    pid
}

#[test]
fn a_helper_that_hangs_is_cut_off_and_nothing_is_left_running() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    let pid = hanging_helper(&sandbox);

    let outcome = login(&sandbox, &hub).run();

    outcome
        .succeeds()
        .stderr_has(
            "Warning: git did not finish within 15 seconds. Token has not been saved to git credential helper.\n",
        )
        .stderr_has("Login successful.\n");
    assert!(outcome.elapsed < Duration::from_secs(25), "{:?}", outcome.elapsed);
    // A process that has been killed is still seen for a moment.
    let (pid, ended) = (noted(&pid).trim().parse().unwrap(), std::time::Instant::now());
    while is_running(pid) && ended.elapsed() < Duration::from_secs(3) {
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(!is_running(pid));
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn ctrl_c_ends_a_helper_that_hangs() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    let file = hanging_helper(&sandbox);
    let terminal = Terminal::open(login(&sandbox, &hub), 24, 100);
    let started = std::time::Instant::now();
    while !file.exists() && started.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let pid = noted(&file).trim().parse().unwrap();

    terminal.send("\x03");

    let pressed = std::time::Instant::now();
    while is_running(pid) && pressed.elapsed() < Duration::from_secs(3) {
        std::thread::sleep(Duration::from_millis(10));
    }
    let left = is_running(pid);
    if left {
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
    }
    assert!(!left, "the helper outlived the Ctrl-C");
}
