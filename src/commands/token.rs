//! `hf auth token`: prints a token, the one in effect or a stored one, on standard output and nothing else there.

use std::process::ExitCode;

use clap::Args;

use crate::commands::arguments::{Formatting, TokenName};
use crate::commands::{Command, Context};
use crate::ui::failure::Result;

const EXAMPLES: &str = "Examples:
  $ hf auth token                 the token in effect
  $ hf auth token work            the stored token named work
  $ HF_TOKEN=$(hf auth token work) python train.py
                                  one command as another account";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct TokenArgs {
    #[command(flatten)]
    name: TokenName,
    #[command(flatten)]
    formatting: Formatting,
}

impl Command for TokenArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let Context { auth, output } = context;
        if let Some(name) = self.name.get()? {
            output.line(auth.named_for_any_hub(name)?.expose())?;
            return Ok(ExitCode::SUCCESS);
        }
        let token = auth.require_token().map_err(|error| context.with_advice(error))?;
        output.line(token.expose())?;
        output.hint("Run `hf auth whoami` to see which account this token belongs to.");
        Ok(ExitCode::SUCCESS)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}
