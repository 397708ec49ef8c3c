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

/// How a terminal is while a line editor reads keys: no lines, no echo.
const READS_KEYS: (bool, bool) = (false, false);

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

/// A terminal with the shell ready for a line.
///
/// # Panics
/// Where there is no such shell.
fn at_the_prompt(sandbox: &Sandbox, shell: &Shell) -> Terminal {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).any(|folder| folder.join(shell.name).exists());
    assert!(found, "this test needs {}", shell.name);
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
    terminal.wait_for_modes(READS_KEYS);
    terminal.send(&format!("{}\r", shell.load));
    clear(&terminal);
    terminal
}

/// Waits for the prompt, and takes everything else off the screen.
fn clear(terminal: &Terminal) {
    terminal.wait_until("a prompt in the last line", |screen| {
        screen.lines().last() == Some("ready>")
    });
    terminal.wait_for_modes(READS_KEYS);
    terminal.send("clear\r");
    terminal.wait_until("the prompt alone", |screen| screen == "ready>");
    terminal.wait_for_modes(READS_KEYS);
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
    let terminal = at_the_prompt(&sandbox, shell);
    for (typed, name) in beginnings {
        terminal.send(&format!("hf auth token {typed}\t\r"));
        terminal.wait_for(&token(name));
        clear(&terminal);
    }
}

fn completes_every_name(shell: &Shell, prefix: &str) {
    // The letter of a name that is not ASCII is more than one byte, and still one key.
    let typed = NAMES.map(|name| (prefix.chars().chain(name.chars().take(1)).collect::<String>(), name));
    let typed: Vec<(&str, &str)> = typed.iter().map(|(typed, name)| (typed.as_str(), *name)).collect();
    completes(shell, &typed);
}

/// One test a shell: only bash is everywhere.
macro_rules! in_each_shell {
    ($name:ident, $test:expr) => {
        mod $name {
            use super::*;

            #[test]
            fn in_bash() {
                $test(&BASH);
            }

            #[test]
            #[ignore = "needs zsh"]
            fn in_zsh() {
                $test(&ZSH);
            }

            #[test]
            #[ignore = "needs fish"]
            fn in_fish() {
                $test(&FISH);
            }
        }
    };
}

in_each_shell!(every_name_completes, |shell| completes_every_name(shell, ""));

in_each_shell!(every_name_completes_behind_an_option_in_one_word, |shell| {
    completes_every_name(shell, "--token-name=");
});

in_each_shell!(a_name_completes_in_the_quotes_that_were_begun, |shell| {
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
    completes(shell, &begun);
});

in_each_shell!(a_name_completes_behind_its_own_colon, |shell| {
    let begun = [("d:", "d:colon:s"), ("d:colon:", "d:colon:s"), ("j=", "j=k@l")];
    completes(shell, &begun);
});

in_each_shell!(the_shells_complete_commands_and_options, |shell| {
    let sandbox = stored();
    let terminal = at_the_prompt(&sandbox, shell);

    terminal.send("hf au\tli\t--fo\tq\t\r");
    terminal.wait_for("a laptop");
});
