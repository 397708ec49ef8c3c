//! What a wrong command line gets: the reference's few lines instead of clap's, since people and scripts know them.
//! A value that could be a token typed in the wrong place is never repeated.

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

use clap::CommandFactory;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{guess, help};
use crate::settings::Settings;
use crate::ui::failure::Failure;

/// No command or option is as long as this; a token is longer.
const LONGEST_WORD: usize = 30;

const INSTALL_PYTHON: &str =
    "install the Python one with `pip install -U huggingface_hub`, or `uv tool install huggingface_hub`.";

/// Why parsing ended without a command to run.
pub(super) enum Stop {
    /// Help was asked for.
    Help(StyledStr),
    /// Nothing was asked for at all; the help says what there is.
    HelpInstead(StyledStr),
    /// The version was asked for.
    Version,
    /// The command line is wrong: the usage line, if it helps, and what is wrong.
    Usage(Option<String>, Failure),
}

impl Stop {
    /// Says it and gives the exit status.
    pub(super) fn say(self, settings: &Settings) -> ExitCode {
        match self {
            Stop::Help(page) => {
                let output = super::screen(settings);
                super::end(output.help(&page).map(|()| ExitCode::SUCCESS), &output)
            }
            Stop::HelpInstead(page) => {
                super::screen(settings).help_instead(&page);
                ExitCode::from(Failure::usage("").exit_status())
            }
            Stop::Version => {
                let output = super::screen(settings);
                super::end(output.lines(super::VERSION).map(|()| ExitCode::SUCCESS), &output)
            }
            Stop::Usage(usage, failure) => {
                let output = super::screen(settings);
                if let Some(usage) = usage {
                    usage.lines().for_each(|line| output.say(line));
                }
                super::end(Err(failure), &output)
            }
        }
    }
}

impl Stop {
    /// Why the parser ended with an error.
    pub(super) fn of(error: clap::Error, arguments: &[OsString]) -> Self {
        match error.kind() {
            ErrorKind::DisplayVersion => Stop::Version,
            ErrorKind::DisplayHelp => Stop::Help(help::of_the_command_in(arguments)),
            ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
                Stop::HelpInstead(help::of_the_command_in(arguments))
            }
            _ => {
                let failure = Failure::usage(message(&error));
                let failure = match guess::advice(&error, arguments) {
                    Some(advice) => failure.hint(advice),
                    None => failure,
                };
                Stop::Usage(usage(&error), failure)
            }
        }
    }

    /// Help that was asked for as a command; the error is a word that there is no help for.
    pub(super) fn asked_for_help(page: Result<StyledStr, String>) -> Self {
        match page {
            Ok(page) => Stop::Help(page),
            Err(word) => {
                let unknown = Failure::usage(format!("No such command '{}'.", shown(&word)));
                Stop::Usage(None, unknown.hint(guess::commands()))
            }
        }
    }

    /// The same where the first word is none of ours and no other `hf` is there to take it. A slip is a usage error as
    /// ever; anything else is taken for a command of the Python `hf`.
    pub(super) fn of_foreign(error: clap::Error, arguments: &[OsString]) -> Self {
        let word = context(&error, ContextKind::InvalidSubcommand);
        if error.kind() != ErrorKind::InvalidSubcommand || !context(&error, ContextKind::SuggestedSubcommand).is_empty()
        {
            return Stop::of(error, arguments);
        }
        if is_auth_command(word) {
            let slip = Failure::usage(message(&error)).hint(format!("did you mean `hf auth {word}`?"));
            return Stop::Usage(usage(&error), slip);
        }
        let missing = format!(
            "`hf {}` is not a command of this program, and no other `hf` is on PATH to hand it on to.",
            shown(word)
        );
        Stop::Usage(None, Failure::failed(missing).hint(INSTALL_PYTHON))
    }
}

fn is_auth_command(word: &str) -> bool {
    let tree = super::Cli::command();
    let auth = tree.find_subcommand("auth");
    auth.is_some_and(|auth| auth.find_subcommand(word).is_some())
}

/// `--format`, `--json`, `-q` and `--quiet` choose one thing: two of them are one too many, even twice the same.
pub(super) fn conflicting_formats(arguments: &[OsString]) -> Option<Stop> {
    let flags = arguments
        .iter()
        .skip(1)
        .take_while(|argument| *argument != "--")
        .filter_map(|argument| format_flag(argument));
    let mut flags = flags.take(2);
    let (first, second) = (flags.next()?, flags.next()?);
    let error = Failure::usage(format!("'{first}' and '{second}' are mutually exclusive."));
    Some(Stop::Usage(None, error))
}

fn format_flag(argument: &OsStr) -> Option<&str> {
    match argument.to_str()? {
        flag @ ("--json" | "-q" | "--quiet") => Some(flag),
        flag if flag == "--format" || flag.starts_with("--format=") => Some("--format"),
        _ => None,
    }
}

/// The usage line of the command that was meant, and where to read more.
fn usage(error: &clap::Error) -> Option<String> {
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else {
        return None;
    };
    let usage = usage.to_string();
    let mut words = usage.strip_prefix("Usage: ")?.split_whitespace();
    let mut path = vec![words.next()?.to_owned()];
    let mut command = super::command();
    while let Some(inner) = words.next().and_then(|word| command.find_subcommand(word)) {
        path.push(inner.get_name().to_owned());
        command = inner.clone();
    }
    // clap's own line is shortened to the options that were used.
    let line = command.render_usage();
    Some(format!("{line}\nTry '{} --help' for help.\n\n", path.join(" ")))
}

/// The first text that clap gives for a part of what went wrong.
pub(super) fn context(error: &clap::Error, kind: ContextKind) -> &str {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text,
        Some(ContextValue::Strings(texts)) => texts.first().map_or("", String::as_str),
        _ => "",
    }
}

/// A word that was typed in the wrong place, unless it could be a token.
pub(super) fn shown(word: &str) -> &str {
    let could_be_a_token = word.contains("hf_") || word.contains("api_") || word.len() > LONGEST_WORD;
    if could_be_a_token { "****" } else { word }
}

/// The same for a word that nothing was expected for. On `login` it is most likely a token whose `--token` was
/// forgotten, whatever it looks like.
fn shown_extra<'a>(word: &'a str, error: &clap::Error) -> &'a str {
    let is_login = error
        .get(ContextKind::Usage)
        .is_some_and(|usage| usage.to_string().contains(" login "));
    if is_login { "****" } else { shown(word) }
}

fn message(error: &clap::Error) -> String {
    let text = |kind| context(error, kind);
    let argument = text(ContextKind::InvalidArg);
    let option = option_name(argument);
    match error.kind() {
        ErrorKind::InvalidSubcommand => format!("No such command '{}'.", shown(text(ContextKind::InvalidSubcommand))),
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            format!("No such option '{}'.", shown(option))
        }
        ErrorKind::UnknownArgument => format!("Got unexpected extra argument ({})", shown_extra(argument, error)),
        ErrorKind::InvalidValue if option == "--format" && !text(ContextKind::InvalidValue).is_empty() => {
            let given = shown(text(ContextKind::InvalidValue));
            format!("Invalid value for '--format': '{given}'. Valid values: agent, auto, human, json, quiet.")
        }
        ErrorKind::InvalidValue | ErrorKind::TooFewValues if option == "--format" => {
            "Option '--format' requires a value.".to_owned()
        }
        ErrorKind::InvalidValue if option == "--as" && !text(ContextKind::InvalidValue).is_empty() => {
            let given = shown(text(ContextKind::InvalidValue));
            format!(
                "Invalid value for '--as': '{given}'. Valid values: {}.",
                valid_values(error)
            )
        }
        ErrorKind::InvalidValue if option.ends_with("-completion") => {
            let given = shown(text(ContextKind::InvalidValue));
            format!("Shell '{given}' is not supported for completion. Valid values: bash, zsh, fish, powershell.")
        }
        ErrorKind::InvalidValue | ErrorKind::TooFewValues => format!("Option '{option}' requires an argument."),
        ErrorKind::TooManyValues => format!("Option '{option}' does not take a value."),
        ErrorKind::ArgumentConflict => {
            format!(
                "'{option}' and '{}' are mutually exclusive.",
                option_name(text(ContextKind::PriorArg))
            )
        }
        ErrorKind::MissingRequiredArgument => format!(
            "Missing argument '{}'.",
            option_name(argument).trim_end_matches('.').trim_matches(['<', '>'])
        ),
        ErrorKind::InvalidUtf8 => "An argument is not valid UTF-8.".to_owned(),
        kind => format!(
            "The command line is wrong: {}.",
            kind.as_str().unwrap_or("it cannot be understood")
        ),
    }
}

/// The values that an option takes.
fn valid_values(error: &clap::Error) -> String {
    match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => values.join(", "),
        _ => String::new(),
    }
}

/// `--token` of `--token <TOKEN>` and of `--tokn=hf_…`.
fn option_name(argument: &str) -> &str {
    let end = argument.find([' ', '=']).unwrap_or(argument.len());
    argument[..end].trim_matches(['[', ']', '<', '>'])
}
