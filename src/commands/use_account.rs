//! `hf auth use`: which stored token counts in a folder, or for the repositories of one owner.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::auth::account::described;
use crate::commands::arguments::Formatting;
use crate::commands::{Command, Context};
use crate::fs;
use crate::settings::current_folder;
use crate::store::{Place, Rule, RuleChange};
use crate::ui::failure::{Failure, Result};
use crate::ui::output::{Mode, Output};
use crate::ui::text::escape;

const EXAMPLES: &str = "Examples:
  $ hf auth use work              in this folder and all below it, the stored token work
  $ hf auth use robot --dir ~/ci  in that folder
  $ hf auth use acme --owner acme-corp
                                  for git, in the repositories of acme-corp: see `setup-git --by-owner`
  $ hf auth use                   the rules
  $ hf auth use --unset           no rule for this folder any more

What counts: HF_OIDC_RESOURCE, then HF_TOKEN, then HF_ACCOUNT, then the deepest rule, then the active token.
Other programs get the token from `hf auth run`, or from a hook in your shell: see `hf auth hook --help`.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct UseAccountArgs {
    /// Name of the stored token that is to count; without it the rules are shown
    #[arg(value_name = "NAME", conflicts_with = "unset")]
    name: Option<String>,
    /// The same
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, conflicts_with_all = ["name", "unset"])]
    token_name: Option<String>,
    /// The folder; the current one if none is given
    #[arg(long, value_name = "PATH", value_hint = clap::ValueHint::DirPath)]
    dir: Option<PathBuf>,
    /// For git: the user or organization whose repositories are meant
    #[arg(long, value_name = "OWNER", conflicts_with = "dir")]
    owner: Option<String>,
    /// Take the rule away
    #[arg(long)]
    unset: bool,
    /// With --unset: every rule
    #[arg(long, requires = "unset", conflicts_with_all = ["dir", "owner"])]
    all: bool,
    #[command(flatten)]
    formatting: Formatting,
}

/// One rule, as a program reads it.
#[derive(Serialize)]
struct Row {
    dir: Option<String>,
    owner: Option<String>,
    token_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<bool>,
}

impl Row {
    fn of(place: &Place, token_name: Option<&str>, changed: Option<bool>) -> Self {
        let (dir, owner) = match place {
            Place::Dir(path) => (Some(path.display().to_string()), None),
            Place::Owner(owner) => (None, Some(owner.clone())),
        };
        Row {
            dir,
            owner,
            token_name: token_name.map(str::to_owned),
            changed,
        }
    }

    fn place(&self) -> &str {
        self.dir.as_deref().or(self.owner.as_deref()).unwrap_or_default()
    }
}

impl Command for UseAccountArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        match self.name.as_deref().or(self.token_name.as_deref()) {
            Some("") => {
                let empty = Failure::invalid("The token name is empty.");
                return Err(empty.hint("leave the name away, or give one that `hf auth list` shows."));
            }
            Some(name) => self.set(name, context)?,
            None if self.unset => self.unset(context)?,
            None if self.dir.is_some() || self.owner.is_some() => {
                return Err(
                    Failure::usage("Missing argument 'NAME'.").hint("name the stored token that is to count there.")
                );
            }
            None => show(context)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

impl UseAccountArgs {
    fn set(&self, name: &str, context: &Context) -> Result<()> {
        let store = context.auth.store()?;
        store.find(name)?;
        let rule = Rule {
            place: self.place()?,
            token_name: name.to_owned(),
        };
        let held = store.lock()?;
        let change = store.set_rule(&held, &rule)?;
        held.release()?;
        say(&rule.place, Some(name), change, context.output)
    }

    fn unset(&self, context: &Context) -> Result<()> {
        let store = context.auth.store()?;
        if store.rules()?.is_empty() {
            context.output.say("There are no rules.");
            return Ok(());
        }
        let place = if self.all { None } else { Some(self.place()?) };
        let held = store.lock()?;
        let change = store.unset_rule(&held, place.as_ref())?;
        held.release()?;
        match place {
            Some(place) => say(&place, None, change, context.output),
            None => {
                context.output.say("No account is chosen by rule any more.");
                Ok(())
            }
        }
    }

    fn place(&self) -> Result<Place> {
        if let Some(owner) = &self.owner {
            let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            return match !owner.is_empty() && owner.chars().all(is_name) {
                true => Ok(Place::Owner(owner.clone())),
                false => Err(Failure::usage(
                    "Invalid value for '--owner': a user or an organization on the Hub is a name such as acme-corp.",
                )),
            };
        }
        let given = self.dir.clone().filter(|path| !path.as_os_str().is_empty());
        let folder = given.or_else(current_folder);
        let folder =
            folder.ok_or_else(|| Failure::failed("The current folder is not known.").hint("name one with --dir."))?;
        Ok(Place::Dir(fs::real_path(&folder)))
    }
}

fn say(place: &Place, name: Option<&str>, change: RuleChange, output: &Output) -> Result<()> {
    let changed = change == RuleChange::Made;
    let row = Row::of(place, name, Some(changed));
    match output.mode() {
        Mode::Json => return output.json(&row),
        Mode::Quiet => return output.line(row.place()),
        Mode::Agent => {
            return output.lines(&format!(
                "place={} token_name={} changed={changed}",
                escape(row.place()),
                escape(name.unwrap_or("-"))
            ));
        }
        Mode::Human => {}
    }
    let here = described(place);
    output.say(&match (name, changed) {
        (Some(name), true) => format!("For {here} the token `{name}` counts now."),
        (Some(name), false) => format!("For {here} the token `{name}` counts already. Nothing has changed."),
        (None, true) => format!("For {here} there is no rule any more."),
        (None, false) => format!("For {here} there is no rule. Nothing has changed."),
    });
    Ok(())
}

fn show(context: &Context) -> Result<()> {
    let output = context.output;
    let store = context.auth.store()?;
    let rules = store.rules()?;
    let stored = store.tokens().unwrap_or_default();
    let rows: Vec<Row> = rules
        .iter()
        .map(|rule| Row::of(&rule.place, Some(&rule.token_name), None))
        .collect();
    match output.mode() {
        Mode::Json => return output.json(&rows),
        Mode::Quiet => {
            let line = |row: &Row| {
                output.line(&format!(
                    "{} {}",
                    row.token_name.as_deref().unwrap_or_default(),
                    row.place()
                ))
            };
            return rows.iter().try_for_each(line);
        }
        Mode::Human | Mode::Agent if rows.is_empty() => {
            output.say("There are no rules. `hf auth use NAME` makes one for the folder you are in.");
            return Ok(());
        }
        Mode::Agent => {
            output.lines("kind\tplace\ttoken_name")?;
            return rows.iter().try_for_each(|row| {
                let kind = if row.dir.is_some() { "dir" } else { "owner" };
                let name = row.token_name.as_deref().unwrap_or_default();
                output.lines(&format!("{kind}\t{}\t{}", escape(row.place()), escape(name)))
            });
        }
        Mode::Human => {}
    }
    let cells = |rule: &Rule| {
        vec![
            escape(&described(&rule.place)).into_owned(),
            escape(&rule.token_name).into_owned(),
        ]
    };
    output.table(&["where", "token"], rules.iter().map(cells))?;
    let is_stored = |rule: &&Rule| {
        stored
            .iter()
            .any(|known| known.name == rule.token_name && known.token.is_some())
    };
    for rule in rules.iter().filter(|rule| !is_stored(rule)) {
        output.warn(&format!(
            "No token is stored as {}: where its rule counts there is none.",
            rule.token_name
        ));
    }
    Ok(())
}
