//! `hf auth revoke`: ends tokens on the Hub, for every machine. Nothing is sent without a yes, and what is said of a token
//! afterwards is what the Hub says of it then.

mod given;
mod screen;

use std::process::ExitCode;

use clap::Args;

use crate::auth::{Auth, Revocable, Revocation, Revoke, Revoked};
use crate::commands::arguments::{Formatting, TokenName};
use crate::commands::{Command, Context};
use crate::error::{Error, ErrorKind};
use crate::secret::redaction::masked_name;
use crate::ui::failure::{Failure, Result};
use crate::ui::output::{Mode, Output};
use crate::ui::prompt;

const EXAMPLES: &str = "Examples:
  $ hf auth revoke laptop         end the token named laptop, wherever it is used
  $ hf auth revoke --all --yes    end every stored token, without a question
  $ hf auth revoke - --yes < leaked.txt
                                  end tokens that were found elsewhere, one a line
  $ hf auth revoke laptop --yes --json
                                  [{\"token_name\": …, \"token\": …, \"state\": …}], masked

The Hub is asked afterwards what became of each: revoked (it is forgotten here too),
still-valid or unconfirmed (it is kept).

Exit status: 0 all are revoked, 3 not all, or the Hub could not be told and nothing changed.";

const FAILED: u8 = 1;
const UNCONFIRMED: u8 = 3;
const FROM_STANDARD_INPUT: &str = "-";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RevokeArgs {
    #[command(flatten)]
    name: TokenName,
    /// End every stored token
    #[arg(long, conflicts_with_all = ["name", "token_name"])]
    all: bool,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
    #[command(flatten)]
    formatting: Formatting,
}

impl Command for RevokeArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let name = self.name.get()?;
        if name.is_none() && !self.all {
            let missing = "Missing argument 'NAME': which token is to be ended?";
            return Err(Failure::usage(missing).hint("name a stored token, or give `--all` or `-`."));
        }
        self.expect_a_yes(name, context.output)?;
        let tokens = revocable(name, &context.auth)?;
        if tokens.is_empty() {
            context.output.say("No access tokens found.");
            screen::show(&[], context)?;
            return Ok(ExitCode::SUCCESS);
        }
        if matches!(context.output.mode(), Mode::Human | Mode::Agent) {
            screen::say_which(&tokens, context)?;
        }
        if !self.yes && !prompt::confirm(context.output, question(&tokens))? {
            return Err(Failure::aborted());
        }
        match prompt::while_waiting(|| context.auth.end(&tokens)) {
            Ok(ended) => end_with(&ended, context),
            Err(error) => end_without(error, context.output),
        }
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

impl RevokeArgs {
    /// Before anything is read or sent.
    fn expect_a_yes(&self, name: Option<&str>, output: &Output) -> Result<()> {
        let is_asked = output.mode() == Mode::Human && prompt::both_ends_are_a_terminal();
        if self.yes || (is_asked && name != Some(FROM_STANDARD_INPUT)) {
            return Ok(());
        }
        Err(Failure::usage(
            "Tokens that are revoked cannot be brought back, and nobody can be asked here: give `--yes` if that is meant.",
        ))
    }
}

fn revocable(name: Option<&str>, auth: &Auth) -> Result<Vec<Revocable>> {
    match name {
        None => Ok(auth.revocable(Revoke::All)?),
        Some(FROM_STANDARD_INPUT) => Ok(auth.revocable(Revoke::Given(&given::tokens()?))?),
        Some(name) => auth.revocable(Revoke::Named(name)).map_err(|error| {
            let is_a_token = error.kind() == ErrorKind::UnknownName && masked_name(name) != name;
            match is_a_token {
                true => error
                    .hint("a token itself is read from standard input: `hf auth revoke - --yes`.")
                    .into(),
                false => error.into(),
            }
        }),
    }
}

fn question(tokens: &[Revocable]) -> &'static str {
    match tokens.len() {
        1 => "End this token?",
        _ => "End these tokens?",
    }
}

/// The Hub was told.
fn end_with(ended: &[Revoked], context: &Context) -> Result<ExitCode> {
    screen::show(ended, context)?;
    let is_in_environment = |it: &Revoked| context.settings().environment_token.as_ref() == Some(&it.token);
    if ended
        .iter()
        .any(|it| it.state == Revocation::Revoked && is_in_environment(it))
    {
        context
            .output
            .warn("HF_TOKEN still holds a token that has ended: unset it.");
    }
    let some_may_live = ended.iter().any(|it| it.state != Revocation::Revoked);
    if some_may_live && context.output.mode() != Mode::Human {
        context
            .output
            .hint(&format!("see what is left at {}", screen::settings_page(context)?));
    }
    Ok(ExitCode::from(if some_may_live {
        UNCONFIRMED
    } else if ended.iter().any(|it| !it.is_forgotten) {
        FAILED
    } else {
        0
    }))
}

/// The Hub was not told, as far as is known.
fn end_without(error: Error, output: &Output) -> Result<ExitCode> {
    if matches!(
        error.kind(),
        ErrorKind::Unsupported | ErrorKind::Settings | ErrorKind::Files
    ) {
        return Err(error.into());
    }
    output.failure(&Failure::from(error));
    output.say("Nothing has changed here. To try again does no harm.");
    Ok(ExitCode::from(UNCONFIRMED))
}
