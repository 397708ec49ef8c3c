//! Completion in the person's shell. It speaks the protocol of the reference (the shell asks through `_HF_COMPLETE` and
//! `COMP_…`, the answer is lines of kind, value and help), so that what the reference has installed goes on working, and
//! a question about a command of the Python `hf` can be handed on as it is.
//!
//! An answer costs a start of this program and one look into `stored_tokens`: no request, no file, no error message.

mod candidates;
mod install;
mod words;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory, ValueEnum};

use super::Cli;
use crate::delegate;
use crate::notice::silent;
use crate::settings::{Settings, environment};
use crate::store::TokenStore;
use crate::ui::failure::{Failure, Result};
use crate::ui::output::Output;
use crate::ui::text::escape;
use candidates::{Candidate, Kind};
use words::{Line, Word};

pub(super) use install::install;

/// Set by a shell that wants to know: `bash_source`, `bash_complete` and so on.
const QUESTION: &str = "_HF_COMPLETE";

/// The shells that can ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Shell {
    Bash,
    Zsh,
    Fish,
    #[value(alias = "pwsh")]
    Powershell,
}

impl Shell {
    /// The one in `SHELL`, as in the reference; where that is not set, the one that the system comes with.
    fn of_person() -> Result<Shell> {
        let Some(path) = environment("SHELL").filter(|path| !path.is_empty()) else {
            return Ok(if cfg!(windows) { Shell::Powershell } else { Shell::Bash });
        };
        let name = std::path::Path::new(&path)
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        Shell::from_str(&name, true).map_err(|_| {
            Failure::failed(format!("Shell '{name}' is not supported for completion."))
                .hint("name the shell: `hf --show-completion bash`, `zsh`, `fish` or `powershell`.")
        })
    }

    fn script(self) -> &'static str {
        match self {
            Shell::Bash => include_str!("completion/hf.bash"),
            Shell::Zsh => include_str!("completion/hf.zsh"),
            Shell::Fish => include_str!("completion/hf.fish"),
            Shell::Powershell => include_str!("completion/hf.ps1"),
        }
    }
}

/// Prints the script that makes a shell ask.
pub(super) fn show(shell: Option<Shell>, output: &Output) -> Result<()> {
    output.lines(shell.map_or_else(Shell::of_person, Ok)?.script().trim_end())
}

/// If a shell asks, answers; what came of it is the exit status.
pub(super) fn answer(arguments: &[OsString]) -> Option<ExitCode> {
    let question = environment(QUESTION).filter(|question| !question.is_empty())?;
    let question = question.to_string_lossy();
    let Some((shell, wanted)) = question.split_once('_') else {
        return Some(ExitCode::FAILURE);
    };
    let Ok(shell) = Shell::from_str(shell, false) else {
        return Some(ExitCode::FAILURE);
    };
    let settings = Settings::from_environment();
    let output = super::screen(&settings);
    let said = match wanted {
        "source" => output.lines(shell.script().trim_end()),
        "complete" => complete(shell, arguments, &settings, &output),
        _ => return Some(ExitCode::FAILURE),
    };
    Some(if said.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn complete(shell: Shell, arguments: &[OsString], settings: &Settings, output: &Output) -> Result<()> {
    let line = Line::from_environment(shell);
    if let Some(first) = line.before.get(1)
        && !delegate::is_ours(first)
    {
        return delegate::exec_next(arguments).map(drop);
    }
    let found = candidates::candidates(Cli::command(), &line, &|| stored_names(settings));
    let lines: Vec<String> = found
        .iter()
        // A line cannot hold a name with a line break, nor would a terminal be safe with one that drives or turns it.
        .filter(|candidate| escape(&candidate.value) == candidate.value)
        .filter_map(|candidate| rendered(shell, candidate, &line.current))
        .collect();
    match lines.is_empty() {
        true => Ok(()),
        false => output.lines(&lines.join("\n")),
    }
}

fn stored_names(settings: &Settings) -> Vec<String> {
    let tokens = TokenStore::open(settings, &silent).and_then(|store| store.tokens());
    tokens.into_iter().flatten().map(|stored| stored.name).collect()
}

/// One candidate in the shell's own format. bash puts what it gets on the line as it is and compares nothing; zsh and
/// fish do the quoting and the choosing.
fn rendered(shell: Shell, candidate: &Candidate, current: &Word) -> Option<String> {
    let Candidate { kind, value, help } = candidate;
    let fits = value.starts_with(&current.text) || *kind == Kind::File;
    let kind = match kind {
        Kind::Plain => "plain",
        Kind::File => "file",
    };
    match shell {
        Shell::Bash if fits => Some(format!("{kind},{}", words::for_bash(value, current))),
        Shell::Zsh | Shell::Powershell if fits => Some(format!("{kind}\n{value}\n{}", help.as_deref().unwrap_or("_"))),
        Shell::Fish => Some(match help {
            Some(help) => format!("{kind},{value}\t{help}"),
            None => format!("{kind},{value}"),
        }),
        Shell::Bash | Shell::Zsh | Shell::Powershell => None,
    }
}
