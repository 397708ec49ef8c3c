//! What is different on Windows: endings, where names are looked for, waiting in place of becoming, whole exit codes.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use super::with_two_accounts;
use crate::support::{Run, Sandbox, Terminal, WORK};

/// A batch file that says where it lies and what it was given.
fn script(path: impl AsRef<Path>, name: &str) {
    fs::create_dir_all(path.as_ref().parent().unwrap()).unwrap();
    fs::write(path, format!("@echo {name}: %HF_TOKEN% %*\r\n")).unwrap();
}

fn run(sandbox: &Sandbox, command: &[&str]) -> Run {
    let path = format!(
        "{};{}",
        sandbox.root().join("bin").display(),
        std::env::var("PATH").unwrap()
    );
    sandbox
        .hf(&["auth", "run", "work", "--"])
        .args(command)
        .env("PATH", path)
}

#[test]
fn a_name_is_found_with_every_ending_of_pathext() {
    let sandbox = with_two_accounts();
    let bin = sandbox.root().join("bin");
    for name in ["npm.cmd", "tool.bat", "python3.11.cmd"] {
        script(bin.join(name), name);
    }
    for (typed, found) in [
        ("npm", "npm.cmd"),
        ("npm.cmd", "npm.cmd"),
        ("NPM.CMD", "npm.cmd"),
        ("tool", "tool.bat"),
        ("python3.11", "python3.11.cmd"),
    ] {
        let outcome = run(&sandbox, &[typed, "a", "b"])
            .env("PATHEXT", ".COM;.EXE;.BAT;.CMD")
            .run();
        outcome.succeeds().stdout_lines_are(&[&format!("{found}: {WORK} a b")]);
    }
    let path = bin.join("npm");
    let outcome = run(&sandbox, &[path.to_str().unwrap()]).run();
    outcome.succeeds().stdout_lines_are(&[&format!("npm.cmd: {WORK}")]);
    let outcome = run(&sandbox, &["npm"]).env("PATHEXT", ".EXE").run();
    outcome.fails_with(127).stderr_is("Error: There is no command npm.\n");
}

#[test]
fn a_name_is_never_found_in_the_current_folder_or_beside_hf() {
    let sandbox = with_two_accounts();
    script(sandbox.work().join("planted.cmd"), "current folder");
    let copy = sandbox.root().join("ours/hf.exe");
    fs::create_dir_all(copy.parent().unwrap()).unwrap();
    sandbox.copy_hf_to(&copy);
    sandbox.copy_hf_to(&sandbox.root().join("ours/planted.exe"));
    for path in [";", ";;C:\\none", "", "\"\";C:\\none"] {
        let outcome = sandbox
            .program(&copy, &["auth", "run", "work", "--", "planted"])
            .env("PATH", path)
            .run();
        outcome
            .fails_with(127)
            .stderr_is("Error: There is no command planted.\n");
    }
    let outcome = sandbox.hf(&["auth", "run", "work", "--", r".\planted"]).run();
    outcome
        .succeeds()
        .stdout_lines_are(&[&format!("current folder: {WORK}")]);
}

#[test]
fn git_is_not_found_there_either() {
    let sandbox = with_two_accounts();
    for folder in [sandbox.work(), sandbox.root().join("ours")] {
        fs::create_dir_all(&folder).unwrap();
        sandbox.copy_hf_to(&folder.join("git.exe"));
    }
    let copy = sandbox.root().join("ours/hf.exe");
    sandbox.copy_hf_to(&copy);
    let outcome = sandbox
        .program(&copy, &["auth", "status", "--json"])
        .env("PATH", ";")
        .run();
    outcome.succeeds().stdout_has("\"git_helpers\": null");
}

#[test]
fn the_whole_exit_code_is_handed_back() {
    let sandbox = with_two_accounts();
    for code in [0, 7, 255, 256, 65_536, 0xC000_013A_u32.cast_signed(), -1] {
        let outcome = sandbox
            .hf(&["auth", "run", "work", "--", "cmd", "/c", &format!("exit {code}")])
            .run();
        assert_eq!(outcome.status, code);
    }
}

#[test]
fn streams_are_the_commands_own() {
    let sandbox = with_two_accounts();
    let script = "set /p line=& echo got !line!& echo complaint>&2";
    let command = ["auth", "run", "work", "--", "cmd", "/v:on", "/c", script];
    let outcome = sandbox.hf(&command).stdin("from a pipe\r\n").run();
    outcome
        .succeeds()
        .stdout_lines_are(&["got from a pipe"])
        .stderr_has("complaint");
}

#[test]
fn ctrl_c_is_the_commands_and_we_stay_until_it_ends() {
    let sandbox = with_two_accounts();
    let own = std::env::current_exe().unwrap();
    let command = [
        own.to_str().unwrap(),
        "--exact",
        "run::windows::ends_a_while_after_ctrl_c",
        "--ignored",
        "--nocapture",
    ];
    let run = sandbox.hf(&["auth", "run", "work", "--"]).args(command);
    let mut terminal = Terminal::open(run, 24, 200);
    terminal.wait_for("ready");

    terminal.send("\x03");

    assert_eq!(terminal.close(), 0x1234_5678, "{}", terminal.screen());
    let screen = terminal.screen();
    assert!(screen.contains("cleaned up"), "{screen}");
    assert!(!screen.contains("Aborted!"), "{screen}");
}

#[test]
#[ignore = "needs to be started by another test, on a console"]
fn ends_a_while_after_ctrl_c() {
    let (sender, receiver) = std::sync::mpsc::channel();
    ctrlc::set_handler(move || sender.send(()).unwrap()).unwrap();
    println!("ready");
    receiver.recv().unwrap();
    thread::sleep(Duration::from_millis(500));
    println!("cleaned up");
    std::process::exit(0x1234_5678);
}
