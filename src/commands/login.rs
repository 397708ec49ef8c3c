//! `hf auth login`: a token, given, pasted or granted in the browser, is checked with the Hub, stored under its name and
//! made the active one.

mod browser;

use std::convert::Infallible;
use std::process::ExitCode;

use clap::Args;

use crate::auth::GitCredential;
use crate::commands::arguments::{ForGit, Formatting};
use crate::commands::{Changed, Command, Context};
use crate::secret::{Malformed, Secret};
use crate::ui::failure::{Failure, Result};
use crate::ui::output::Mode;
use crate::ui::prompt;

const EXAMPLES: &str = "Examples:
  $ hf auth login
      choose: log in with your browser, here or on another machine, or paste a token
  $ hf auth login --token hf_…
      log in with a token from huggingface.co/settings/tokens
  $ hf auth login --token - < token.txt
      the same from a file: no secret in the list of processes or the shell's history
  $ hf auth login --token \"$HF_TOKEN\" --add-to-git-credential
      and let git clone and push with it
  $ hf auth login --token - --json < token.txt
      for scripts: {\"user\": …, \"token_name\": …, \"role\": …}

The token is checked before anything is written. If it is refused, nothing changes.";

const NOT_SAVED_TO_GIT: &str = "The token has not been saved to the git credentials helper. Pass `add_to_git_credential=True` in this function directly or `--add-to-git-credential` if using via `hf`CLI if you want to set the git credential as well.";

const NOT_FOR_PROGRAMS: &str = "`hf auth login` is interactive and does not support --format json/quiet. Pass --token for a non-interactive login.";
const GIT_IS_FOR_GIVEN_TOKENS: &str = "`add_to_git_credential=True` is only supported when a token is passed directly. It is ignored by the browser-based login.";
const WILL_BE_REPLACED: &str =
    "Note: a token is already saved on this machine. Logging in again will replace the active token.";
const TOKENS_COME_FROM: &str =
    "    To log in, `huggingface_hub` requires a token generated from https://huggingface.co/settings/tokens .";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LoginArgs {
    /// Access token to log in with; `-` reads it from standard input
    #[arg(long, value_name = "TOKEN", value_parser = |text: &str| Ok::<_, Infallible>(Secret::new(text)))]
    token: Option<Secret>,
    /// The spellings that people try for `--token -`
    #[arg(long, hide = true, alias = "with-token", conflicts_with = "token")]
    token_stdin: bool,
    #[command(flatten)]
    git: ForGit,
    /// Log in again even if a token is in effect already
    #[arg(long, overrides_with = "no_force")]
    force: bool,
    /// Keep the token that is in effect (the default)
    #[arg(long, overrides_with = "force")]
    no_force: bool,
    #[command(flatten)]
    formatting: Formatting,
}

impl Command for LoginArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        match &self.token {
            _ if self.reads_standard_input() => self.log_in_with(&prompt::token_from_standard_input()?, context),
            Some(token) => self.log_in_with(token, context),
            None => self.log_in_without_a_token(context),
        }
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

impl LoginArgs {
    fn reads_standard_input(&self) -> bool {
        self.token_stdin || self.token.as_ref().is_some_and(|token| token.expose() == "-")
    }

    fn log_in_with(&self, given: &Secret, context: &Context) -> Result<ExitCode> {
        let git = self.git.wanted();
        let token =
            Secret::parse(given.expose()).map_err(|malformed| match (malformed, self.reads_standard_input()) {
                (Malformed::Empty, true) => malformed
                    .found("given")
                    .hint("standard input was empty: is the secret set?"),
                _ => malformed.found("given"),
            })?;
        if git == GitCredential::Leave {
            context.output.say(NOT_SAVED_TO_GIT);
        }
        let login = prompt::while_waiting(|| context.auth.login(&token, git))?;
        let changed = Changed {
            user: Some(&login.identity.user),
            token_name: Some(&login.token_name),
            role: login.identity.role.as_deref(),
        };
        changed.say(context.output)
    }

    fn log_in_without_a_token(&self, context: &Context) -> Result<ExitCode> {
        let Context { auth, output } = context;
        if matches!(output.mode(), Mode::Json | Mode::Quiet) {
            return Err(Failure::failed(NOT_FOR_PROGRAMS));
        }
        if self.git.wanted() == GitCredential::Save && output.mode() == Mode::Human {
            output.say(GIT_IS_FOR_GIVEN_TOKENS);
        }
        let logged_in = match auth.is_logged_in() {
            Err(error) if !self.force => return Err(error.into()),
            answer => answer.unwrap_or(false),
        };
        let is_agent = output.mode() == Mode::Agent;
        match (logged_in, self.force) {
            (true, false) if is_agent => output.line("Already logged in. Use `hf auth login --force` to re-login.")?,
            (true, false) => output.say("User is already logged in. Use `hf auth login --force` to force re-login."),
            _ if is_agent => browser::log_in_through_an_agent(context)?,
            (true, true) => {
                output.say(WILL_BE_REPLACED);
                self.log_in_at_the_terminal(context)?;
            }
            (false, _) => self.log_in_at_the_terminal(context)?,
        }
        Ok(ExitCode::SUCCESS)
    }

    /// A choice where somebody can choose, the browser where nobody can.
    fn log_in_at_the_terminal(&self, context: &Context) -> Result<()> {
        let ways = ["Log in with your browser", "Paste an access token"].map(str::to_owned);
        let question = "How would you like to log in?";
        if prompt::is_interactive() && prompt::choose(context.output, question, &ways)? == 1 {
            return self.paste(context);
        }
        browser::log_in(context)
    }

    fn paste(&self, context: &Context) -> Result<()> {
        context.output.say(TOKENS_COME_FROM);
        if cfg!(windows) {
            context.output.say("Token can be pasted using 'Right-Click'.");
        }
        let pasted = prompt::token_from_standard_input()?;
        let token = Secret::parse(pasted.expose()).map_err(|malformed| malformed.found("given"))?;
        let git = match self.git.choice() {
            Some(choice) => choice,
            None => match prompt::confirm(context.output, "Add token as git credential?")? {
                true => GitCredential::Save,
                false => GitCredential::Leave,
            },
        };
        prompt::while_waiting(|| context.auth.login(&token, git))?;
        Ok(())
    }
}
