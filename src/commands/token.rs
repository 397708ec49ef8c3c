//! `hf auth token`: prints a token, the one in effect or a stored one, on standard output and nothing else there.

use clap::Args;

use crate::auth::{active, session};
use crate::commands::Context;
use crate::commands::arguments::{Formatting, TokenName};
use crate::error::Result;

const EXAMPLES: &str = "Examples:
  $ hf auth token                 the token in effect
  $ hf auth token work            the stored token named work
  $ HF_TOKEN=$(hf auth token work) python train.py
                                  one command as another account";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Token {
    #[command(flatten)]
    name: TokenName,
    #[command(flatten)]
    pub(crate) formatting: Formatting,
}

impl Token {
    pub(crate) fn run(&self, context: &Context) -> Result<()> {
        if let Some(name) = self.name.get()? {
            let token = session::stored_token(name, &context.settings, &context.notify())?;
            return context.output.line(token.expose());
        }
        let active = active::effective(&context.settings, &context.notify())?.ok_or_else(|| context.not_logged_in())?;
        context.output.line(active.usable(&context.settings)?.expose())?;
        context
            .output
            .hint("Run `hf auth whoami` to see which account this token belongs to.");
        Ok(())
    }
}
