//! Standing in front of another `hf`: what is not ours reaches it whole, and nothing goes round in circles.

#[cfg(unix)]
mod circles;
#[cfg(unix)]
mod extensions;
#[cfg(unix)]
mod next;
#[cfg(unix)]
mod old_name;
#[cfg(unix)]
mod shims;
#[cfg(unix)]
mod unstartable;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use std::os::unix::ffi::OsStrExt;

use std::path::PathBuf;

#[cfg(unix)]
use crate::support::Outcome;
use crate::support::{Run, Sandbox};

/// Says what it was given, and that it was here.
#[cfg(unix)]
const OTHER: &str = r#"printf 'other:'; printf ' <%s>' "$@"; echo; cat; echo 'on error' >&2; exit 7"#;

/// The program that is meant, in a file of its own for everybody who looks: one line with its arguments for each run.
#[cfg(unix)]
const MEANT: &str = r#"echo "$@" >> "$HOME/runs"; exit 7"#;

/// What [`MEANT`] has noted.
#[cfg(unix)]
fn runs(sandbox: &Sandbox) -> String {
    std::fs::read_to_string(sandbox.home().join("runs")).unwrap_or_default()
}

/// Runs ours, which is in `ours/hf`, with these folders on PATH.
#[cfg(unix)]
fn ours(sandbox: &Sandbox, arguments: &[&str], folders: &[&str]) -> Outcome {
    let run = sandbox.program(sandbox.root().join("ours/hf"), arguments);
    with_path(run, sandbox, folders).run()
}

/// The answer where nobody is left.
#[cfg(unix)]
#[track_caller]
fn is_advice(outcome: &Outcome) {
    outcome
        .fails_with(1)
        .stdout_is("")
        .stderr_has("Error: `hf download` is not a command of this program, and no other `hf` is on PATH")
        .stderr_has("pip install -U huggingface_hub");
}

/// A shell script in the sandbox that can be started.
#[cfg(unix)]
fn script(sandbox: &Sandbox, path: &str, body: &str) {
    program(sandbox, path, format!("#!/bin/sh\n{body}\n").as_bytes());
}

/// A file that this user may start. Another program writes it: see [`Sandbox::copy_hf_to`].
#[cfg(unix)]
fn program(sandbox: &Sandbox, path: &str, content: &[u8]) {
    let path = sandbox.root().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let write = sandbox
        .program("sh", &["-c", r#"cat > "$0"; chmod 755 "$0""#])
        .args([&path]);
    write.stdin(content).run().succeeds();
}

/// This program under another name, as a link.
#[cfg(unix)]
fn link(sandbox: &Sandbox, path: &str) {
    let path = sandbox.root().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_hf"), path).unwrap();
}

/// A second copy of this program.
#[cfg(unix)]
fn copy(sandbox: &Sandbox, path: &str) {
    let path = sandbox.root().join(path);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    sandbox.copy_hf_to(&path);
}

/// With these folders of the sandbox on PATH, and what shell scripts need.
fn with_path(run: Run, sandbox: &Sandbox, folders: &[&str]) -> Run {
    let folders = folders.iter().map(|folder| sandbox.root().join(folder));
    let systems = ["/usr/bin", "/bin"].iter().filter(|_| cfg!(unix)).map(Into::into);
    let path = std::env::join_paths(folders.chain(systems)).unwrap();
    run.env("PATH", path)
}

/// Another `hf`, in `python`; its path.
fn other(sandbox: &Sandbox) -> PathBuf {
    #[cfg(unix)]
    script(sandbox, "python/hf", OTHER);
    #[cfg(windows)]
    windows::script(sandbox, "python/hf.cmd", windows::OTHER);
    sandbox
        .root()
        .join("python")
        .join(if cfg!(windows) { "hf.cmd" } else { "hf" })
}

#[test]
#[cfg(unix)]
fn another_command_reaches_the_next_hf_with_its_arguments_and_streams() {
    let sandbox = Sandbox::new();
    script(&sandbox, "python/hf", OTHER);

    let arguments = ["download", "a b", "", "--token", "x'y\"$z", "line\nbreak", "--", "auth"];
    let run = with_path(sandbox.hf(&arguments), &sandbox, &["python"]);
    let outcome = run.stdin("from a pipe\n").run();

    outcome
        .fails_with(7)
        .stdout_is("other: <download> <a b> <> <--token> <x'y\"$z> <line\nbreak> <--> <auth>\nfrom a pipe\n")
        .stderr_is("on error\n");
    assert!(!sandbox.hf_home().exists());
}

#[test]
#[cfg(unix)]
fn arguments_need_not_be_text() {
    let sandbox = Sandbox::new();
    script(&sandbox, "python/hf", r#"printf %s "$@" | od -An -tx1"#);

    for arguments in [[&b"upload"[..], b"\xff\xfe"], [b"\xff\xfe", b"upload"]] {
        let run = sandbox.hf(&[]).args(arguments.map(std::ffi::OsStr::from_bytes));
        let outcome = with_path(run, &sandbox, &["python"]).run();

        outcome.succeeds().stderr_is("").stdout_has("ff fe");
    }
}

#[test]
#[cfg(unix)]
fn it_becomes_the_other_program_so_that_signals_are_its_own() {
    let sandbox = Sandbox::new();
    script(&sandbox, "python/hf", "echo $$; kill -TERM $$");

    let run = sandbox.program("sh", &["-c", "hf download & echo $!; wait $!"]);
    link(&sandbox, "ours/hf");
    let outcome = with_path(run, &sandbox, &["ours", "python"]).run();

    outcome.fails_with(143);
    let (replaced, started) = outcome.stdout.split_once('\n').unwrap();
    assert_eq!(replaced, started.trim_end(), "one process, named twice");
}

#[test]
fn what_is_ours_stays_ours() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", "hf_test_laptop_00")]);
    other(&sandbox);
    let cases = [
        (&["auth", "list"][..], 0, "laptop"),
        (&["--", "auth", "list"], 0, "laptop"),
        (&["auth", "bogus"], 2, ""),
        (&["auth"], 2, ""),
        (&[], 2, ""),
        (&["--"], 2, ""),
        (&["--help"], 0, "Usage: hf"),
        (&["-h", "download"], 0, "Usage: hf"),
        (&["-hv"], 0, "Usage: hf"),
        (&["--version"], 0, "2.4.0 (hf-auth"),
        (&["-v"], 0, "2.4.0 (hf-auth"),
    ];
    for (arguments, status, shown) in cases {
        let outcome = with_path(sandbox.hf(arguments), &sandbox, &["python"]).run();

        outcome.fails_with(status).stdout_has(shown).nowhere("other\n");
    }
}

#[test]
fn an_option_before_the_command_that_is_not_ours_goes_too() {
    let sandbox = Sandbox::new();
    other(&sandbox);
    for arguments in [
        &["--skills"][..],
        &["--json", "auth", "list"],
        &["version"],
        &[""],
        &["-"],
    ] {
        let outcome = with_path(sandbox.hf(arguments), &sandbox, &["python"]).run();

        outcome.fails_with(7).stdout_has("other:");
    }
}

#[test]
fn the_help_says_who_gets_the_other_commands() {
    let sandbox = Sandbox::new();
    let other = other(&sandbox);

    let outcome = with_path(sandbox.hf(&["--help"]), &sandbox, &["python"]).run();
    outcome
        .succeeds()
        .stdout_has(&format!("Every other command is handed on to {}.", other.display()));

    let outcome = with_path(sandbox.hf(&["--help"]), &sandbox, &[]).run();
    outcome.succeeds().nowhere("handed on");
}

#[test]
fn with_nobody_to_hand_on_to_it_says_how_to_install_it() {
    let sandbox = Sandbox::new();
    for (run, shown) in [
        (
            with_path(sandbox.hf(&["download", "gpt2"]), &sandbox, &[]),
            "`hf download`",
        ),
        (sandbox.hf(&["download"]).env_remove("PATH"), "`hf download`"),
        (sandbox.hf(&["download"]).env("PATH", ""), "`hf download`"),
        (with_path(sandbox.hf(&["hf_test_secret"]), &sandbox, &[]), "`hf ****`"),
    ] {
        let outcome = run.run();

        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has(&format!("Error: {shown} is not a command of this program"))
            .stderr_has("pip install -U huggingface_hub")
            .stderr_has("uv tool install huggingface_hub");
    }
}

#[test]
fn with_nobody_to_hand_on_to_a_slip_is_a_slip() {
    let sandbox = Sandbox::new();
    for (arguments, error, meant) in [
        (&["aut", "login"][..], "No such command 'aut'.", "did you mean `auth`?"),
        (&["login"], "No such command 'login'.", "did you mean `hf auth login`?"),
        (&["ls", "-q"], "No such command 'ls'.", "did you mean `hf auth ls`?"),
    ] {
        let outcome = with_path(sandbox.hf(arguments), &sandbox, &[]).run();

        outcome.fails_with(2).stdout_is("").stderr_has(error).stderr_has(meant);
    }
    let outcome = with_path(sandbox.hf(&["--bogus"]), &sandbox, &[]).run();
    outcome.fails_with(2).stderr_has("Error: No such option '--bogus'.\n");
}
