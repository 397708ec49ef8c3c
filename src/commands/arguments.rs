//! Arguments that several commands share.

use clap::{Args, ValueEnum};

use crate::auth::GitCredential;
use crate::settings::Settings;
use crate::ui::failure::{Failure, Result};
use crate::ui::output::Mode;

// Of the groups below clap would take doc comments for the descriptions of the commands that they become part of.

// The flags that decide what the output looks like; every command takes them, anywhere among its own.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Formatting {
    /// Who the output is for: `human`, `agent`, `json` or `quiet`; `auto`, the default, tells a person from an agent
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Auto, hide_default_value = true, hide_possible_values = true)]
    format: Format,
    /// The same as `--format json`
    #[arg(long)]
    json: bool,
    /// The same as `--format quiet`: one name a line
    #[arg(short, long)]
    quiet: bool,
    /// Accepted for compatibility: nothing is cut short here
    #[arg(long)]
    no_truncate: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Agent,
    Auto,
    Human,
    Json,
    Quiet,
}

impl Formatting {
    pub(crate) fn mode(&self, settings: &Settings) -> Mode {
        match self.format {
            _ if self.json => Mode::Json,
            _ if self.quiet => Mode::Quiet,
            Format::Json => Mode::Json,
            Format::Quiet => Mode::Quiet,
            Format::Human => Mode::Human,
            Format::Agent => Mode::Agent,
            Format::Auto if settings.agent().is_some() => Mode::Agent,
            Format::Auto => Mode::Human,
        }
    }
}

// A stored token's name, on its own or behind `--token-name`, which is how the reference takes it.
#[derive(Debug, Args)]
pub(crate) struct TokenName {
    /// Name of a stored token, as `hf auth list` shows it
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The same
    #[arg(
        long,
        value_name = "NAME",
        allow_hyphen_values = true,
        conflicts_with = "name",
        alias = "user",
        short_alias = 'u'
    )]
    token_name: Option<String>,
}

impl TokenName {
    /// The name, if one was given.
    pub(crate) fn get(&self) -> Result<Option<&str>> {
        match self.name.as_deref().or(self.token_name.as_deref()) {
            Some("") => Err(Failure::invalid("The token name is empty.")
                .hint("leave the name away, or give one that `hf auth list` shows.")),
            name => Ok(name),
        }
    }
}

// Whether git is to get the token too.
#[derive(Debug, Args)]
pub(crate) struct ForGit {
    /// Hand the token to git's credential helpers as well, for `git clone` and `git push` on the Hub
    #[arg(long, overrides_with = "no_add_to_git_credential")]
    add_to_git_credential: bool,
    /// Leave git alone (the default)
    #[arg(long, overrides_with = "add_to_git_credential")]
    no_add_to_git_credential: bool,
}

impl ForGit {
    /// What was asked for; git is left alone unless it was asked for.
    pub(crate) fn wanted(&self) -> GitCredential {
        self.choice().unwrap_or(GitCredential::Leave)
    }

    /// What was said about git, if anything was.
    pub(crate) fn choice(&self) -> Option<GitCredential> {
        match (self.add_to_git_credential, self.no_add_to_git_credential) {
            (true, _) => Some(GitCredential::Save),
            (false, true) => Some(GitCredential::Leave),
            (false, false) => None,
        }
    }
}
