//! What can stand at the cursor: a walk through the command tree along the words before it.

use clap::{Arg, Command, ValueHint};

use super::words::Line;
use crate::delegate;

/// What the reference has besides `auth`, offered where there is one to hand them on to. Asking it would cost half a
/// second at every key.
const COMMANDS_OF_THE_REFERENCE: [&str; 22] = [
    "buckets",
    "cache",
    "collections",
    "cp",
    "datasets",
    "discussions",
    "download",
    "endpoints",
    "env",
    "extensions",
    "jobs",
    "models",
    "papers",
    "repos",
    "sandbox",
    "skills",
    "spaces",
    "sync",
    "update",
    "upload",
    "version",
    "webhooks",
];

/// The arguments that take the name of a stored token.
const NAMES: [&str; 2] = ["name", "token_name"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The value itself.
    Plain,
    /// The shell is to complete the name of a file.
    File,
}

/// Something that can stand at the cursor.
#[derive(Debug)]
pub(super) struct Candidate {
    pub(super) kind: Kind,
    pub(super) value: String,
    pub(super) help: Option<String>,
}

impl Candidate {
    fn plain(value: impl Into<String>, help: Option<String>) -> Self {
        Candidate {
            kind: Kind::Plain,
            value: value.into(),
            help: help.and_then(|help| Some(help.lines().next()?.to_owned())),
        }
    }
}

/// Where the words before the cursor lead to.
struct Place {
    command: Command,
    /// The arguments of the command, and of those below it, are described. That is most of the work, and none of it for a
    /// command that is only passed through.
    is_described: bool,
    /// The option that waits for its value.
    waiting: Option<Arg>,
    positionals: usize,
    /// `--` was among the words.
    only_positionals: bool,
}

/// What can stand at the cursor; `names` gives the names of the stored tokens.
pub(super) fn candidates(root: Command, line: &Line, names: &dyn Fn() -> Vec<String>) -> Vec<Candidate> {
    let Some(mut place) = Place::behind(root, line.before.get(1..).unwrap_or_default()) else {
        return Vec::new();
    };
    let current = line.current.text.as_str();
    if let Some(waiting) = &place.waiting {
        return values(waiting, names);
    }
    if current.starts_with('-') || !place.command.has_subcommands() {
        place.describe();
    }
    if !place.only_positionals && current.starts_with('-') {
        return match current.split_once('=') {
            Some((option, _)) => place.option(option).map_or_else(Vec::new, |arg| {
                let mut values = values(arg, names);
                values
                    .iter_mut()
                    .for_each(|it| it.value = format!("{option}={}", it.value));
                values
            }),
            None => place.options(),
        };
    }
    if place.command.has_subcommands() {
        return place.commands();
    }
    place.positional().map_or_else(Vec::new, |arg| values(arg, names))
}

impl Place {
    /// `None` when the words lead nowhere.
    fn behind(root: Command, words: &[String]) -> Option<Self> {
        let mut place = Place {
            command: root,
            is_described: false,
            waiting: None,
            positionals: 0,
            only_positionals: false,
        };
        for word in words {
            if place.waiting.take().is_some() {
                continue;
            }
            if place.only_positionals {
                place.positionals += 1;
            } else if word == "--" {
                place.only_positionals = true;
            } else if word.starts_with('-') && word.len() > 1 {
                place.describe();
                place.waiting = place
                    .option(word)
                    .filter(|arg| arg.get_action().takes_values())
                    .cloned();
            } else if place.command.has_subcommands() {
                place.command = place.command.find_subcommand(word)?.clone();
            } else {
                place.positionals += 1;
            }
        }
        Some(place)
    }

    fn describe(&mut self) {
        if !self.is_described {
            self.command.build();
            self.is_described = true;
        }
    }

    /// The option of this name; one with its value in the same word waits for nothing and is not found.
    fn option(&self, word: &str) -> Option<&Arg> {
        self.command.get_opts().chain(self.command.get_arguments()).find(|arg| {
            let long = arg.get_long().is_some_and(|long| word.strip_prefix("--") == Some(long));
            long || arg
                .get_short()
                .is_some_and(|short| word.strip_prefix('-') == Some(&short.to_string()))
        })
    }

    fn options(&self) -> Vec<Candidate> {
        let shown = self.command.get_arguments().filter(|arg| !arg.is_hide_set());
        let named = shown.filter_map(|arg| Some((arg.get_long()?, arg)));
        named
            .map(|(long, arg)| Candidate::plain(format!("--{long}"), arg.get_help().map(ToString::to_string)))
            .collect()
    }

    fn commands(&self) -> Vec<Candidate> {
        let ours = self.command.get_subcommands().filter(|command| !command.is_hide_set());
        let mut commands: Vec<Candidate> = ours
            .map(|command| Candidate::plain(command.get_name(), command.get_about().map(ToString::to_string)))
            .collect();
        let is_root = self.command.find_subcommand("auth").is_some();
        if is_root && delegate::follower().is_some() {
            commands.extend(COMMANDS_OF_THE_REFERENCE.map(|name| Candidate::plain(name, None)));
        }
        commands
    }

    /// The positional argument at the cursor: behind `--` the last one, if the command has one that belongs there.
    fn positional(&self) -> Option<&Arg> {
        let last = self.command.get_positionals().find(|arg| arg.is_last_set());
        match self.only_positionals {
            true if last.is_some() => last,
            _ => self
                .command
                .get_positionals()
                .nth(self.positionals)
                .filter(|arg| !arg.is_last_set()),
        }
    }
}

fn values(arg: &Arg, names: &dyn Fn() -> Vec<String>) -> Vec<Candidate> {
    if NAMES.contains(&arg.get_id().as_str()) {
        return names().into_iter().map(|name| Candidate::plain(name, None)).collect();
    }
    let possible = arg.get_possible_values();
    if possible.is_empty() && (arg.is_last_set() || arg.get_value_hint() != ValueHint::Unknown) {
        return vec![Candidate {
            kind: Kind::File,
            value: String::new(),
            help: None,
        }];
    }
    let shown = possible.iter().filter(|value| !value.is_hide_set());
    shown
        .map(|value| Candidate::plain(value.get_name(), value.get_help().map(ToString::to_string)))
        .collect()
}
