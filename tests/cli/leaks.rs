//! Where a token must not show up: on the screen, in files others can read, in what other programs are given or can look
//! at. A canary goes through every command and is then looked for everywhere.

#[cfg(target_os = "linux")]
mod crashes;
#[cfg(target_os = "linux")]
mod created;
#[cfg(unix)]
mod programs;
mod renewal;
mod repeated;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::support::{Answer, Outcome, Run, Sandbox, StubHub, WHOAMI, hub};

const CANARY: &str = "hf_test_canary_0123456789abcdef";
const FORMATS: [&str; 5] = ["auto", "human", "agent", "json", "quiet"];
const COMMANDS: [&[&str]; 9] = [
    &["auth", "login", "--token", "-"],
    &["auth", "login", "--token", CANARY, "--add-to-git-credential"],
    &["auth", "login"],
    &["auth", "whoami"],
    &["auth", "list"],
    &["auth", "token"],
    &["auth", "switch", "laptop"],
    &["auth", "logout", "laptop"],
    &["auth", "logout"],
];

/// The Hub's answers to a canary: it takes it, it refuses it, it is broken and repeats it.
fn answers() -> [Answer; 3] {
    let echo = format!("no such token: {CANARY}");
    [
        Answer::json(200, hub::whoami("carol", "laptop", "read")),
        Answer::json(401, json!({"error": echo})),
        Answer::json(500, json!({"error": echo})).header("X-Request-Id", CANARY),
    ]
}

fn logged_in() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", CANARY), ("work", "hf_test_another_0123456789")]);
    sandbox.activate(CANARY);
    sandbox
}

/// Every file of the sandbox that holds the text, by its path in it.
fn files_with(sandbox: &Sandbox, text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![sandbox.root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.symlink_metadata().unwrap().is_dir() {
                true => folders.push(path),
                false if holds(&path, text) => found.push(path.strip_prefix(sandbox.root()).unwrap().to_owned()),
                false => {}
            }
        }
    }
    found.sort();
    found
}

fn holds(path: &Path, text: &str) -> bool {
    let bytes = fs::read(path).unwrap_or_default();
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// The requests carry it in one header and nowhere else.
#[track_caller]
fn only_authorization_carries_it(hub: &StubHub) {
    for request in hub.requests() {
        let others = request
            .headers
            .iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("authorization"));
        let others: Vec<String> = others.map(|(name, value)| format!("{name}: {value}")).collect();
        let rest = format!(
            "{} {}\n{}\n{}",
            request.method,
            request.path,
            others.join("\n"),
            request.body_text()
        );
        assert!(!rest.contains(CANARY), "{rest}");
    }
}

/// Runs one command in a world where the canary is logged in, and looks for it everywhere.
#[track_caller]
fn shows_nowhere(command: &[&str], answer: Answer, arrange: impl Fn(Run) -> Run) {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.always("GET", WHOAMI, answer);
    let run = sandbox.hf(command).hub(&hub).stdin(CANARY);

    let outcome: Outcome = arrange(run).run();

    let told = if command[1] == "token" {
        format!("{CANARY}\n")
    } else {
        String::new()
    };
    let stdout = outcome.stdout.strip_prefix(&told).unwrap_or(&outcome.stdout);
    let said = format!("{stdout}\n{}", outcome.stderr);
    assert!(!said.contains(CANARY), "{command:?}: {said}");
    assert!(!said.contains("panicked"), "{command:?}: {said}");
    let known = ["hf/stored_tokens", "hf/token"].map(PathBuf::from);
    let found = files_with(&sandbox, CANARY);
    assert!(found.iter().all(|path| known.contains(path)), "{command:?}: {found:?}");
    only_authorization_carries_it(&hub);
}

#[test]
fn a_canary_token_shows_nowhere_else() {
    for command in COMMANDS {
        for format in FORMATS {
            let formatted = |run: Run| run.args(["--format", format]).env("HF_DEBUG", "1");
            for answer in answers() {
                shows_nowhere(command, answer, formatted);
            }
        }
    }
}

#[test]
fn a_canary_token_in_the_environment_shows_nowhere_else() {
    for command in COMMANDS {
        for answer in answers() {
            let from_environment = |run: Run| run.env("HF_TOKEN", CANARY).env("HF_DEBUG", "1");
            shows_nowhere(command, answer, from_environment);
        }
    }
}
