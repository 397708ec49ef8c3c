//! `hf auth logout`: forgets one stored token, or all of them, and takes it back from git.

use std::process::ExitCode;

use clap::Args;

use crate::auth;
use crate::commands::arguments::{Formatting, TokenName};
use crate::commands::{Changed, Command, Context};
use crate::ui::failure::Result;

const EXAMPLES: &str = "Examples:
  $ hf auth logout laptop         forget the token named laptop
  $ hf auth logout                forget every stored token

The token itself stays valid on the Hub: `hf auth revoke NAME` ends it, for every machine.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LogoutArgs {
    #[command(flatten)]
    name: TokenName,
    #[command(flatten)]
    formatting: Formatting,
}

impl Command for LogoutArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let name = self.name.get()?;
        let outcome = context.auth.logout(name)?;
        let changed = Changed {
            token_name: name.filter(|_| outcome == auth::Logout::Done),
            ..Changed::default()
        };
        changed.say(context.output)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}
