//! Where a person's shell or git waits: the hook of a prompt, an answer to the Tab key, git's question, `status`. Each
//! beside the command that does the least, or beside the git process that it needs.

use std::process::{Command, Stdio};
use std::time::Duration;

use crate::world::{QUESTION, World, completing, found, medians, medians_of, ratio, shown};

const ROUNDS: usize = 201;

pub(crate) fn measure(world: &World) {
    world.store(3);
    let question = world.path("question");
    std::fs::write(&question, QUESTION).unwrap();
    let ours = |arguments: &[&str]| world.command(&world.ours, arguments);
    let completed = |line: &str, word: &str| {
        let mut command = ours(&[]);
        completing(&mut command, line, word);
        command
    };
    let mut token = ours(&["auth", "token"]);
    let mut rows = [
        (
            "`hf auth hook bash --apply`, in another folder",
            ours(&["auth", "hook", "bash", "--apply"]),
        ),
        ("completion of a command, `hf auth s`", completed("hf auth s", "2")),
        (
            "completion of a name, `hf auth switch t`",
            completed("hf auth switch t", "3"),
        ),
        ("`hf auth git-credential get`", ours(&["auth", "git-credential", "get"])),
        ("`hf auth status -q`", ours(&["auth", "status", "-q"])),
    ];
    rows[3].1.env_remove("HF_ENDPOINT");
    let mut beside: Vec<Vec<Duration>> = Vec::new();
    for (_, command) in &mut rows {
        let opened = || Stdio::from(std::fs::File::open(&question).unwrap());
        beside.push(medians_of(ROUNDS, &mut [command, &mut token], |command| {
            command.stdin(opened());
        }));
    }
    println!("\n| at the prompt | time | ÷ `hf auth token` |\n| --- | --- | --- |");
    for ((name, _), times) in rows.iter().zip(&beside) {
        println!("| {name} | {} | {:.2} |", shown(times[0]), ratio(times[0], times[1]));
    }

    let question = ["config", "--null", "--list"];
    let mut git = world.command(&found("git"), &question);
    let mut asking = world.command(&world.asks_another, &["git"]);
    asking.args(question);
    let times = medians(ROUNDS, &mut [&mut git, &mut ours(&["auth", "status"]), &mut asking]);
    println!("\n| git's answer | time | ÷ git |\n| --- | --- | --- |");
    let names = [
        "the git process that `status` asks",
        "`hf auth status`",
        "a C program that asks git, and does nothing else",
    ];
    for (name, time) in names.iter().zip(&times) {
        println!("| {name} | {} | {:.2} |", shown(*time), ratio(*time, times[0]));
    }
    prompts(world);
}

/// A prompt with the hook in it, when nothing has changed, beside one without: a hundred of them in one shell.
fn prompts(world: &World) {
    let hooked = r#"eval "$("$0" auth hook bash)"; for i in {1..1000}; do _hf_auth_hook; done"#;
    let bare = r#"eval "$("$0" auth hook bash)"; for i in {1..1000}; do :; done"#;
    let mut shells = [hooked, bare].map(|script| {
        let mut command = Command::new("bash");
        command.args(["--norc", "-c", script]).arg(&world.ours);
        command
            .env_clear()
            .env("HF_HOME", world.home())
            .env("HOME", world.path("."));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    });
    let [hooked, bare] = &mut shells;
    let times = medians(11, &mut [hooked, bare]);
    println!(
        "\nA prompt with the hook, nothing having changed: {} more.",
        shown(times[0].saturating_sub(times[1]) / 1000)
    );
}
