//! A helper that never comes back: a login waits for it a while, and takes it along when it goes.

use std::fs;
use std::path::PathBuf;

use super::super::support::{Answer, Sandbox, StubHub, Terminal, WHOAMI, until};
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

/// A login that git holds up for as long as it is given.
fn is_cut_off_after(seconds: u64, timeout: Option<&str>) {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    let pid = hanging_helper(&sandbox);
    let run = login(&sandbox, &hub);

    let outcome = timeout
        .into_iter()
        .fold(run, |run, seconds| run.env("HF_AUTH_GIT_TIMEOUT", seconds))
        .run();

    outcome
        .succeeds()
        .stderr_has(&format!(
            "Warning: git did not finish within {seconds} seconds. Token has not been saved to git credential helper.\n"
        ))
        .stderr_has("Login successful.\n");
    assert!(
        (seconds..seconds + 10).contains(&outcome.elapsed.as_secs()),
        "{:?}",
        outcome.elapsed
    );
    let pid = noted(&pid).trim().parse().unwrap();
    // A process that has been killed is still seen for a moment.
    assert!(until(|| !is_running(pid)), "the helper is left running");
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn a_helper_that_hangs_is_cut_off_and_nothing_is_left_running() {
    is_cut_off_after(2, Some("2"));
}

#[test]
#[ignore = "takes a quarter of a minute"]
fn git_is_given_a_quarter_of_a_minute() {
    is_cut_off_after(15, None);
}

#[test]
fn ctrl_c_ends_a_helper_that_hangs() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows_carol());
    let file = hanging_helper(&sandbox);
    let terminal = Terminal::open(login(&sandbox, &hub), 24, 100);
    assert!(until(|| file.exists()), "{}", terminal.screen());
    let pid = noted(&file).trim().parse().unwrap();

    terminal.send("\x03");

    let ended = until(|| !is_running(pid));
    if !ended {
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
    }
    assert!(ended, "the helper outlived the Ctrl-C");
}

/// `status` asks git while it does other things, and may come to its end before git does.
#[test]
fn git_does_not_outlive_a_status_that_ends_without_its_answer() {
    for is_interrupted in [true, false] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.always("GET", WHOAMI, Answer::hang());
        sandbox.store(&[("laptop", TOKEN)]);
        sandbox.activate(TOKEN);
        let pid = sandbox.root().join("pid");
        let body = format!("echo $$ > {0}.new && mv {0}.new {0} && exec sleep 300", pid.display());
        let git = script(&sandbox, "bin/git", &body);
        let path = format!("{}:/usr/bin:/bin", git.parent().unwrap().display());
        let run = sandbox.hf(&["auth", "status", "--check"]).hub(&hub).env("PATH", path);
        if is_interrupted {
            let mut terminal = Terminal::open(run, 24, 100);
            hub.wait_for_requests(1);
            assert!(until(|| pid.exists()), "{}", terminal.screen());
            terminal.send("\x03");
            assert_eq!(terminal.close(), 1, "{}", terminal.screen());
        } else {
            run.env("HF_HUB_DOWNLOAD_TIMEOUT", "soon").run().fails_with(1);
        }
        // It may have been ended before it could say who it is.
        let pid = noted(&pid).trim().parse();

        let ended = pid.clone().is_err() || until(|| !is_running(pid.clone().unwrap()));
        if let (false, Ok(pid)) = (ended, pid) {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
        }
        assert!(ended, "git outlived us; interrupted: {is_interrupted}");
    }
}
