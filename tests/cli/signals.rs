//! Signals: what was ignored when we were started stays ignored, for us and for what we start, and a parent that wants to
//! hear of nobody does no harm.

#[cfg(unix)]
mod jobs;

#[cfg(target_os = "linux")]
use std::process::Stdio;
use std::time::Duration;

#[cfg(target_os = "linux")]
use nix::sys::signal::{Signal, kill};
#[cfg(target_os = "linux")]
use nix::unistd::Pid;

use crate::support::{Answer, Run, Sandbox, StubHub, WHOAMI, hub};

const TOKEN: &str = "hf_test_signals_0123456789";

/// Started by a shell that ignores these signals.
fn ignoring(run: Run, signals: &str) -> Run {
    run.through("sh", &["-c", &format!("trap '' {signals}; exec \"$@\""), "sh"])
}

fn hub_that_takes(delay: Duration) -> StubHub {
    let hub = StubHub::start();
    let identity = Answer::json(200, hub::whoami("carol", "laptop", "read"));
    hub.always("GET", WHOAMI, identity.delay(delay));
    hub
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_ignored_does_not_end_a_login() {
    for signal in ["HUP", "INT", "TERM", "QUIT", "USR1", "ALRM", "XCPU"] {
        let (sandbox, hub) = (Sandbox::new(), hub_that_takes(Duration::from_millis(200)));
        let login = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub);
        let mut command = ignoring(login, signal).command();
        let child = command.stderr(Stdio::piped()).spawn().unwrap();
        hub.wait_for_requests(1);

        let number = format!("SIG{signal}").parse::<Signal>().unwrap();
        kill(Pid::from_raw(child.id().cast_signed()), number).unwrap();

        let ended = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert!(
            ended.status.success() && said.contains("Login successful."),
            "{signal}: {said}"
        );
        assert_eq!(sandbox.read("token"), TOKEN, "{signal}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn what_is_ignored_is_ignored_by_what_we_start() {
    let sandbox = Sandbox::new();
    sandbox.activate(TOKEN);
    let ignored = ["grep", "SigIgn", "/proc/self/status"];
    let plain = |signals: &str| {
        ignoring(sandbox.program(ignored[0], &ignored[1..]), signals)
            .run()
            .stdout
    };
    for signals in ["HUP", "INT QUIT", "TERM", "HUP USR1 XFSZ CHLD"] {
        let run = sandbox.hf(&[&["auth", "run", "--"], &ignored[..]].concat());

        ignoring(run, signals).run().succeeds().stdout_is(&plain(signals));
    }
}

#[test]
fn a_parent_that_ignores_the_end_of_its_children_does_no_harm() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_takes(Duration::ZERO));
    sandbox
        .git(&["config", "--global", "credential.helper", "store"])
        .succeeds();
    let login = sandbox.hf(&["auth", "login", "--token", TOKEN, "--add-to-git-credential"]);

    let outcome = ignoring(login.hub(&hub), "CHLD").run();

    outcome.succeeds().stderr_has("git credential helpers (store).");
    let copies = std::fs::read_to_string(sandbox.home().join(".git-credentials")).unwrap();
    assert!(copies.contains(TOKEN), "{copies}");
    ignoring(sandbox.hf(&["auth", "logout", "laptop"]).hub(&hub), "CHLD")
        .run()
        .succeeds();
    let copies = std::fs::read_to_string(sandbox.home().join(".git-credentials")).unwrap();
    assert!(!copies.contains(TOKEN), "{copies}");
}
