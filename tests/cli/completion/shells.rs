//! Real shells on a terminal: a person types the beginning of a name, Tab and Enter, and `hf` gets the whole name.
#![cfg(unix)]

use crate::support::{Sandbox, Terminal};

/// Each begins with a letter of its own.
const NAMES: [&str; 12] = [
    "a laptop",
    "b'quote",
    "c\"double",
    "d:colon:s",
    "e$HOME",
    "fünf 日本",
    "g\\back",
    "i*[glob]?",
    "j=k@l",
    "m;&|#<>",
    "n`tick`",
    "p~(x){y}",
];

/// How a shell is started so that it reads nothing of its own, and told about `hf`.
struct Shell {
    name: &'static str,
    flags: &'static [&'static str],
    load: &'static str,
}

const BASH: Shell = Shell {
    name: "bash",
    flags: &["--norc", "--noprofile", "-i"],
    load: "PS1='ready> '; bind 'set bell-style none'; set +H; eval \"$(hf --show-completion bash)\"",
};
const ZSH: Shell = Shell {
    name: "zsh",
    flags: &["-f", "-i"],
    load: "PS1='ready> '; unsetopt BEEP; eval \"$(hf --show-completion zsh)\"",
};
const FISH: Shell = Shell {
    name: "fish",
    flags: &["--no-config", "-i"],
    load: "function fish_prompt; echo -n 'ready> '; end; hf --show-completion fish | source",
};

/// A terminal with the shell ready for a line; `None`, said aloud, when there is no such shell here.
fn at_the_prompt(sandbox: &Sandbox, shell: &Shell) -> Option<Terminal> {
    let found = std::env::split_paths(&std::env::var_os("PATH")?).any(|folder| folder.join(shell.name).exists());
    if !found {
        println!("skipped: there is no {} here", shell.name);
        return None;
    }
    let ours = std::path::Path::new(env!("CARGO_BIN_EXE_hf"))
        .parent()
        .unwrap()
        .to_owned();
    let path = std::env::join_paths([ours, "/usr/bin".into(), "/bin".into()]).unwrap();
    let run = sandbox
        .program(shell.name, shell.flags)
        .env("PATH", path)
        .env("LC_ALL", "C.UTF-8");
    let terminal = Terminal::open(run, 40, 120);
    terminal.settle();
    terminal.send(&format!("{}\r", shell.load));
    terminal.wait_for("ready> ");
    terminal.settle();
    terminal.send("clear\r");
    terminal.settle();
    Some(terminal)
}

fn stored() -> Sandbox {
    let sandbox = Sandbox::new();
    let tokens: Vec<String> = NAMES.iter().map(|name| token(name)).collect();
    let pairs: Vec<(&str, &str)> = NAMES.into_iter().zip(tokens.iter().map(String::as_str)).collect();
    sandbox.store(&pairs);
    sandbox
}

fn token(name: &str) -> String {
    format!("hf_test_the_token_of_{}", &name[..1])
}

/// Types what stands before each name and its beginning, completes it, and lets `hf` print the token of that name.
fn completes(shell: &Shell, beginnings: &[(&str, &str)]) {
    let sandbox = stored();
    let Some(terminal) = at_the_prompt(&sandbox, shell) else {
        return;
    };
    for (typed, name) in beginnings {
        terminal.send(&format!("hf auth token {typed}\t"));
        terminal.settle();
        terminal.send("\r");
        terminal.wait_for(&token(name));
        terminal.send("clear\r");
        terminal.settle();
    }
}

/// At the same time: most of it is waiting for a screen to come to rest.
fn in_every_shell(test: impl Fn(&Shell) + Sync) {
    std::thread::scope(|scope| {
        for shell in [&BASH, &ZSH, &FISH] {
            scope.spawn(|| test(shell));
        }
    });
}

fn by_first_letter() -> Vec<(String, &'static str)> {
    // The letter of a name that is not ASCII is more than one byte, and still one key.
    NAMES
        .iter()
        .map(|name| (name.chars().take(1).collect(), *name))
        .collect()
}

fn completes_every_name(shell: &Shell, prefix: &str) {
    let typed: Vec<(String, &str)> = by_first_letter()
        .into_iter()
        .map(|(letter, name)| (format!("{prefix}{letter}"), name))
        .collect();
    let typed: Vec<(&str, &str)> = typed.iter().map(|(typed, name)| (typed.as_str(), *name)).collect();
    completes(shell, &typed);
}

#[test]
fn every_name_completes_in_bash() {
    completes_every_name(&BASH, "");
}

#[test]
fn every_name_completes_in_zsh() {
    completes_every_name(&ZSH, "");
}

#[test]
fn every_name_completes_in_fish() {
    completes_every_name(&FISH, "");
}

#[test]
fn every_name_completes_behind_an_option_in_one_word() {
    in_every_shell(|shell| completes_every_name(shell, "--token-name="));
}

#[test]
fn a_name_completes_in_the_quotes_that_were_begun() {
    let begun = [
        ("\"a ", "a laptop"),
        ("'a l", "a laptop"),
        ("a\\ l", "a laptop"),
        ("\"b", "b'quote"),
        ("'e", "e$HOME"),
        ("\"e", "e$HOME"),
        ("'n", "n`tick`"),
        ("\"d:c", "d:colon:s"),
        ("--token-name=\"a l", "a laptop"),
    ];
    in_every_shell(|shell| completes(shell, &begun));
}

#[test]
fn a_name_completes_behind_its_own_colon() {
    let begun = [("d:", "d:colon:s"), ("d:colon:", "d:colon:s"), ("j=", "j=k@l")];
    in_every_shell(|shell| completes(shell, &begun));
}

#[test]
fn the_shells_complete_commands_and_options() {
    for shell in [&BASH, &ZSH, &FISH] {
        let sandbox = stored();
        let Some(terminal) = at_the_prompt(&sandbox, shell) else {
            continue;
        };

        terminal.send("hf au\tli\t--fo\tq\t\r");
        terminal.wait_for("a laptop");
    }
}
