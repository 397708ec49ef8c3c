//! `hf auth switch`: makes another stored token the active one, by name or from a menu.

use clap::Args;

use crate::auth::session;
use crate::commands::arguments::{ForGit, Formatting, TokenName};
use crate::commands::{Context, Report};
use crate::error::{Error, Result};
use crate::store::TokenStore;
use crate::ui::output::Mode;
use crate::ui::prompt;

const EXAMPLES: &str = "Examples:
  $ hf auth switch                choose from a menu
  $ hf auth switch work           make the token named work the active one
  $ hf auth switch work --add-to-git-credential
                                  and let git use it too";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Switch {
    #[command(flatten)]
    name: TokenName,
    #[command(flatten)]
    git: ForGit,
    #[command(flatten)]
    pub(crate) formatting: Formatting,
}

impl Switch {
    pub(crate) fn run(&self, context: &Context) -> Result<()> {
        let Context { settings, output } = context;
        let notify = context.notify();
        let store = TokenStore::open(settings, &notify)?;
        let name = match self.name.get()? {
            Some(name) => name.to_owned(),
            None => match choose(context, &store)? {
                Some(name) => name,
                None => return nothing_chosen(context),
            },
        };
        session::auth_switch(&name, self.git.wanted(), settings, &notify)?;
        let report = Report {
            token_name: Some(&name),
            ..Report::default()
        };
        report.say(output)
    }
}

/// Asks which one; `None` when there is none to choose from.
fn choose(context: &Context, store: &TokenStore) -> Result<Option<String>> {
    let names: Vec<String> = store.tokens()?.into_iter().map(|stored| stored.name).collect();
    if names.is_empty() {
        context.output.say("No stored tokens found. Please login first.");
        return Ok(None);
    }
    if context.output.mode() != Mode::Human {
        return Err(
            Error::failed("Use --token-name to select a token in non-interactive mode.")
                .hint("`hf auth list` shows the names; `hf auth switch NAME` switches."),
        );
    }
    let chosen = prompt::choose(
        &context.settings,
        &context.output,
        "Select a token to switch to:",
        &names,
    )?;
    Ok(names.into_iter().nth(chosen))
}

fn nothing_chosen(context: &Context) -> Result<()> {
    match context.output.mode() {
        Mode::Human | Mode::Agent => context.output.line("No token name provided. Aborting."),
        Mode::Json | Mode::Quiet => Report::default().say(&context.output),
    }
}
