//! Standard streams that are closed or that nobody reads, on every command.

use std::io;
use std::process::Stdio;

use super::super::support::{Answer, Run, Sandbox, StubHub, hub, until};
use super::{COMMANDS, TOKEN, WHOAMI, WORK, with_another_token};

const CLOSED: [&str; 7] = ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"];

fn world() -> (Sandbox, StubHub) {
    let (sandbox, hub) = (with_another_token(), StubHub::start());
    sandbox.activate("hf_test_work_0123456789");
    hub.always("GET", WHOAMI, Answer::json(200, hub::whoami("carol", "laptop", "read")));
    (sandbox, hub)
}

/// What every file may hold: tokens, and nothing that was said.
#[track_caller]
fn holds_no_messages(sandbox: &Sandbox, name: &str) {
    let laptop = format!("[laptop]\nhf_token = {TOKEN}\n\n");
    let stores = [String::new(), WORK.to_owned(), format!("{laptop}{WORK}"), laptop];
    let tokens = [TOKEN, "hf_test_work_0123456789"];
    for file in sandbox.listing() {
        let text = sandbox.read(&file);
        let as_expected = match file.as_str() {
            "stored_tokens" => stores.contains(&text),
            "token" => tokens.contains(&text.as_str()),
            "stored_tokens.lock" => text.is_empty(),
            _ => false,
        };
        assert!(as_expected, "{name}: {file}: {text:?}");
    }
}

#[test]
fn closed_streams_never_end_up_in_a_file_whatever_the_command() {
    for redirection in CLOSED {
        for command in COMMANDS
            .into_iter()
            .chain([&["auth", "login", "--token", "-"][..], &["--help"], &["nonsense"]])
        {
            let (sandbox, hub) = world();
            let script = format!("exec \"$0\" \"$@\" {redirection}");
            let run = sandbox.program("sh", &["-c", &script, env!("CARGO_BIN_EXE_hf")]);

            let outcome = run.args(command).env("HF_DEBUG", "1").hub(&hub).run();

            let name = format!("{command:?} {redirection}");
            assert!((0..=2).contains(&outcome.status), "{name}: {}", outcome.status);
            outcome.stderr_lacks("panicked");
            holds_no_messages(&sandbox, &name);
        }
    }
}

/// Runs it with one or both of its outputs closed by their reader.
fn unread(run: &Run, both: bool) -> Option<i32> {
    let broken = || {
        let (reader, writer) = io::pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    let mut command = run.command();
    command.stdin(Stdio::null()).stderr(broken());
    command.stdout(if both { broken() } else { Stdio::null() });
    command.status().unwrap().code()
}

#[test]
fn nobody_reading_is_never_a_crash() {
    for command in COMMANDS {
        for both in [false, true] {
            let (sandbox, hub) = world();

            let status = unread(&sandbox.hf(command).env("HF_DEBUG", "1").hub(&hub), both);

            assert!(matches!(status, Some(0 | 1)), "{command:?}: {status:?}");
            holds_no_messages(&sandbox, &format!("{command:?}"));
        }
    }
}

/// Whether a process waits for something, where that can be seen.
fn is_asleep(process: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    cfg!(not(target_os = "linux")) || status.contains("State:\tS")
}

#[test]
fn streams_that_do_not_wait_are_waited_for() {
    use std::io::{Read, Write};
    use std::os::fd::AsFd;

    use nix::fcntl::{FcntlArg, OFlag, fcntl};

    let does_not_wait = |stream: &dyn AsFd| {
        fcntl(stream.as_fd(), FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).unwrap();
    };
    let sandbox = Sandbox::new();
    // Far more than a pipe holds.
    let names: Vec<String> = (0..5000)
        .map(|number| format!("name-{number:05}-{}", "x".repeat(40)))
        .collect();
    let stored: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), TOKEN)).collect();
    sandbox.store(&stored);
    let (mut output, stdout) = io::pipe().unwrap();
    does_not_wait(&stdout);
    let mut command = sandbox.hf(&["auth", "list", "-q"]).command();
    let mut child = command.stdout(Stdio::from(stdout)).spawn().unwrap();
    drop(command);
    let mut shown = String::new();
    assert!(until(|| is_asleep(child.id())), "it did not fill the pipe");
    output.read_to_string(&mut shown).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(shown.lines().count(), names.len());

    let (sandbox, hub) = world();
    let (stdin, mut input) = io::pipe().unwrap();
    does_not_wait(&stdin);
    let mut command = sandbox.hf(&["auth", "login", "--token", "-"]).hub(&hub).command();
    let mut child = command.stdin(Stdio::from(stdin)).stderr(Stdio::null()).spawn().unwrap();
    drop(command);
    for part in [&TOKEN[..7], &TOKEN[7..], "\n"] {
        assert!(until(|| is_asleep(child.id())), "it does not wait for its input");
        input.write_all(part.as_bytes()).unwrap();
    }
    assert!(child.wait().unwrap().success());
    assert_eq!(sandbox.read("token"), TOKEN);
}
