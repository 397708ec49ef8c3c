//! `hf auth logout`: forgets one stored token, or all of them, and takes it back from git.

use clap::Args;

use crate::auth::session;
use crate::commands::arguments::{Formatting, TokenName};
use crate::commands::{Context, Report};
use crate::error::Result;

const EXAMPLES: &str = "Examples:
  $ hf auth logout laptop         forget the token named laptop
  $ hf auth logout                forget every stored token

The token itself stays valid on the Hub; revoke it at https://huggingface.co/settings/tokens.";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Logout {
    #[command(flatten)]
    name: TokenName,
    #[command(flatten)]
    pub(crate) formatting: Formatting,
}

impl Logout {
    pub(crate) fn run(&self, context: &Context) -> Result<()> {
        let name = self.name.get()?;
        let outcome = session::logout(name, &context.settings, &context.notify())?;
        let report = Report {
            token_name: name.filter(|_| outcome == session::Logout::Done),
            ..Report::default()
        };
        report.say(&context.output)
    }
}
