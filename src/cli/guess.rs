//! What somebody meant who typed something that is not there, where it can be guessed: the nearest command, a neighbour's word
//! for one of ours, a command without its `--`.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::usage::{context, shown};

/// The words that other programs have for what is done here, and ours.
const NEIGHBOURS: [(&[&str], &str); 5] = [
    (
        &["current", "show", "me"],
        "`hf auth status` shows which token is in effect, and why.",
    ),
    (
        &["refresh", "renew"],
        "there is no need to: a token is renewed by itself when it is time.",
    ),
    (
        &["rename"],
        "names come from the Hub: rename the token at https://huggingface.co/settings/tokens, and log in with it again.",
    ),
    (&["remove", "delete", "rm"], "`hf auth logout NAME` forgets a token."),
    (&["add"], "`hf auth login --force` adds another account."),
];
const LOGIN_TAKES_NO_NAME: &str =
    "`hf auth switch NAME` changes to a stored token; `hf auth login --token TOKEN` logs in with another.";

/// The next step for whoever typed this.
pub(super) fn advice(error: &clap::Error, arguments: &[OsString]) -> Option<String> {
    let behind = |command: &str| {
        let words = arguments.iter().position(|word| word == "auth")? + 1;
        (arguments.get(words)? == command).then(|| &arguments[words + 1..])
    };
    match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let word = context(error, ContextKind::InvalidSubcommand);
            let neighbour = NEIGHBOURS.iter().find(|(words, _)| words.contains(&word));
            let nearest = || nearest(error, ContextKind::SuggestedSubcommand).map(did_you_mean);
            Some(match neighbour {
                Some((_, advice)) => (*advice).to_owned(),
                None => nearest().unwrap_or_else(commands),
            })
        }
        ErrorKind::MissingRequiredArgument | ErrorKind::UnknownArgument
            if let Some(words) = behind("run")
                && !words.iter().any(|word| word == "--") =>
        {
            Some(with_separator(words))
        }
        ErrorKind::UnknownArgument => match nearest(error, ContextKind::SuggestedArg) {
            Some(option) => Some(did_you_mean(option)),
            None if context(error, ContextKind::InvalidArg).starts_with('-') => None,
            None => behind("login").map(|_| LOGIN_TAKES_NO_NAME.to_owned()),
        },
        _ => None,
    }
}

fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// The commands that there are.
pub(super) fn commands() -> String {
    let tree = super::command();
    let auth = tree.find_subcommand("auth").into_iter();
    let commands = auth
        .flat_map(|auth| auth.get_subcommands())
        .filter(|command| !command.is_hide_set());
    let names: Vec<&str> = commands.map(|command| command.get_name()).collect();
    format!(
        "the commands are {}; `hf auth --help` says what they do.",
        names.join(", ")
    )
}

/// clap lists what it suggests from the worst to the best.
fn nearest(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(name) => Some(name),
        ContextValue::Strings(names) => names.last().map(String::as_str),
        _ => None,
    }
}

/// The command with what was forgotten in front of it.
fn with_separator(words: &[OsString]) -> String {
    let words: Vec<&str> = words.iter().map(|word| word.to_str().unwrap_or("…")).collect();
    let is_secret = words.iter().any(|word| shown(word) != *word);
    let command = match is_secret || words.is_empty() {
        true => "CMD".to_owned(),
        false => shell_words::join(words),
    };
    format!("put `--` before the command: hf auth run -- {command}")
}
