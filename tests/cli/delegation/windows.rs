//! What is different on Windows: batch files, names without their endings, waiting for the other program.

use std::fs;
use std::path::Path;

use super::with_path;
use crate::support::{LAPTOP, Run, Sandbox, Terminal};

/// Says what it was given, and that it was here.
pub(super) const OTHER: &str = "echo other: %*\r\nset /p line=\r\necho got %line%\r\necho on error>&2\r\nexit /b 7";

/// A batch file in the sandbox.
pub(super) fn script(sandbox: &Sandbox, path: &str, body: &str) {
    let path = sandbox.root().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, format!("@echo off\r\n{body}\r\n")).unwrap();
}

fn copy(sandbox: &Sandbox, path: impl AsRef<Path>) {
    let path = sandbox.root().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    sandbox.copy_hf_to(&path);
}

/// As a shell starts what is typed without its ending.
fn typed(sandbox: &Sandbox, path: &str, arguments: &[&str]) -> Run {
    sandbox.program(sandbox.root().join(path), arguments)
}

#[test]
fn another_command_reaches_the_next_hf_with_its_streams_and_exit_code() {
    let sandbox = Sandbox::new();
    script(&sandbox, "python/hf.cmd", OTHER);
    let run = sandbox.hf(&["download", "gpt2", "two words", "--json"]);
    let outcome = with_path(run, &sandbox, &["python"]).stdin("from a pipe\r\n").run();
    outcome
        .fails_with(7)
        .stdout_lines_are(&["other: download gpt2 \"two words\" --json", "got from a pipe"])
        .stderr_has("on error");
    script(&sandbox, "python/hf.cmd", "exit /b 256");
    with_path(sandbox.hf(&["download"]), &sandbox, &["python"])
        .run()
        .fails_with(256);
}

#[test]
fn a_second_copy_hands_on_to_the_one_that_is_meant() {
    let sandbox = Sandbox::new();
    copy(&sandbox, "ours/hf.exe");
    copy(&sandbox, "second/hf.exe");
    script(&sandbox, "python/hf.bat", "echo meant: %*");
    let run = typed(&sandbox, "ours/hf", &["download", "gpt2"]);
    let outcome = with_path(run, &sandbox, &["ours", "second", "python"]).run();
    outcome.succeeds().stdout_lines_are(&["meant: download gpt2"]);
}

#[test]
fn a_wrapper_that_leads_back_is_passed_by() {
    let sandbox = Sandbox::new();
    copy(&sandbox, "ours/hf.exe");
    let ours = sandbox.root().join("ours/hf.exe");
    script(&sandbox, "shim/hf.cmd", &format!("\"{}\" %*", ours.display()));
    script(&sandbox, "python/hf.cmd", "echo meant: %*");
    let run = typed(&sandbox, "ours/hf", &["download"]);
    let outcome = with_path(run, &sandbox, &["ours", "shim", "python"]).run();
    outcome.succeeds().stdout_lines_are(&["meant: download"]);
    let run = typed(&sandbox, "ours/hf", &["download"]);
    let outcome = with_path(run, &sandbox, &["ours", "shim"]).run();
    outcome
        .fails_with(1)
        .stderr_has("Error: `hf download` is not a command of this program");
}

#[test]
fn one_in_the_current_folder_is_none() {
    let sandbox = Sandbox::new();
    script(&sandbox, "work/hf.cmd", "echo planted");
    let outcome = sandbox.hf(&["download"]).env("PATH", ";").run();
    outcome
        .fails_with(1)
        .stdout_is("")
        .stderr_has("no other `hf` is on PATH");
}

#[test]
fn the_old_name_is_known_with_its_ending_and_without() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", LAPTOP)]);
    sandbox.activate(LAPTOP);
    for name in ["huggingface-cli.exe", "HuggingFace-CLI.EXE"] {
        copy(&sandbox, Path::new("old").join(name));
        for typed_name in ["old/huggingface-cli", "old/huggingface-cli.exe"] {
            let outcome = typed(&sandbox, typed_name, &["logout", "--help"]).run();
            outcome
                .succeeds()
                .stderr_has("`huggingface-cli logout` is the old name of `hf auth logout`");
        }
    }
}

#[test]
fn it_has_the_console_to_itself() {
    let sandbox = Sandbox::new();
    script(
        &sandbox,
        "python/hf.cmd",
        "echo ready\r\nset /p answer=\r\necho done\r\nexit /b 9",
    );
    let mut terminal = Terminal::open(with_path(sandbox.hf(&["download"]), &sandbox, &["python"]), 24, 120);
    terminal.wait_for("ready");

    terminal.send("go\r");

    assert_eq!(terminal.close(), 9, "{}", terminal.screen());
}
