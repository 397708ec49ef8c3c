//! `hf auth switch`: makes another stored token the active one, by name or from a menu.

use std::process::ExitCode;

use clap::Args;

use crate::commands::arguments::{ForGit, Formatting, TokenName};
use crate::commands::{Changed, Command, Context};
use crate::ui::failure::{Failure, Result};
use crate::ui::output::{Mode, Output};
use crate::ui::prompt;

const EXAMPLES: &str = "Examples:
  $ hf auth switch                choose from a menu
  $ hf auth switch work           make the token named work the active one
  $ hf auth switch work --add-to-git-credential
                                  and let git use it too";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct SwitchArgs {
    #[command(flatten)]
    name: TokenName,
    #[command(flatten)]
    git: ForGit,
    #[command(flatten)]
    formatting: Formatting,
}

impl Command for SwitchArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let name = match self.name.get()? {
            Some(name) => name.to_owned(),
            None => match choose(context)? {
                Some(name) => name,
                None => return nothing_chosen(context.output),
            },
        };
        context.auth.switch(&name, self.git.wanted())?;
        let changed = Changed {
            token_name: Some(&name),
            ..Changed::default()
        };
        changed.say(context.output)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

/// Asks which one; `None` when there is none to choose from.
fn choose(context: &Context) -> Result<Option<String>> {
    let store = context.auth.store()?;
    let stored = store.tokens()?;
    // Which one is active only helps to choose: a file that cannot be read is no reason not to.
    let active = store.active().unwrap_or_default();
    let active = stored.iter().position(|it| it.token.is_some() && it.token == active);
    let names: Vec<String> = stored.into_iter().map(|stored| stored.name).collect();
    if names.is_empty() {
        context.output.say("No stored tokens found. Please login first.");
        return Ok(None);
    }
    if context.output.mode() != Mode::Human {
        return Err(
            Failure::failed("Use --token-name to select a token in non-interactive mode.")
                .hint("`hf auth list` shows the names; `hf auth switch NAME` switches."),
        );
    }
    let chosen = prompt::choose(context.output, "Select a token to switch to:", &names, active)?;
    Ok(names.into_iter().nth(chosen))
}

fn nothing_chosen(output: &Output) -> Result<ExitCode> {
    if matches!(output.mode(), Mode::Human | Mode::Agent) {
        output.line("No token name provided. Aborting.")?;
    }
    Changed::default().say(output)
}
