//! `hf auth run`: one command with another account's token, and nothing changed on disk. Two accounts can work side by
//! side this way.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use clap::Args;

use crate::commands::arguments::{Formatting, TokenName};
use crate::commands::{Command, Context};
use crate::git::{Registration, config};
use crate::memory;
use crate::programs::{self, Handover, this_program_as_started};
use crate::settings::{OWN_MARK, Settings};
use crate::ui::failure::{Failure, Result};

const EXAMPLES: &str = "Examples:
  $ hf auth run work -- python train.py
      train.py runs as the account whose token is stored as work
  $ hf auth run -- docker run -e HF_TOKEN image
      the token in effect, for programs that know HF_TOKEN and nothing of stored tokens

git in it gets the same token for the Hub, whatever else it is set up to use.

The command gets the token in HF_TOKEN and takes the place of hf, so its exit status is that of
the whole: 127 if there is no such command, 126 if it cannot be run. Nothing is changed on disk.";

/// The variables that would count before the token, or beside it.
const RIVALS: [&str; 3] = ["HF_OIDC_RESOURCE", "HUGGING_FACE_HUB_TOKEN", OWN_MARK];

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct RunArgs {
    #[command(flatten)]
    name: TokenName,
    /// The command and its arguments, as they are
    #[arg(last = true, required = true, value_name = "CMD")]
    command: Vec<OsString>,
    #[command(flatten)]
    formatting: Formatting,
}

impl Command for RunArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let auth = &context.auth;
        let token = match self.name.get()? {
            Some(name) => auth.token_named(name)?,
            None => auth.require_token().map_err(|error| context.with_advice(error))?,
        };
        let Some((program, arguments)) = self.command.split_first() else {
            return Err(Failure::usage("Missing argument 'CMD'."));
        };
        let for_git = git_asks_us(auth.settings());
        let for_git = for_git.iter().map(|(name, value)| (name.as_str(), value.as_ref()));
        let variables: Vec<_> = [("HF_TOKEN", token.expose().as_ref())]
            .into_iter()
            .chain(for_git)
            .collect();
        let handover = Handover {
            program: Path::new(program),
            arguments,
            variables: &variables,
            removed: &RIVALS,
        };
        memory::restore_limits();
        let cause = programs::exec(&handover);
        Err(Failure::unstartable(&program.to_string_lossy(), cause))
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

/// git within the command gets the same token, whatever helpers it has: the variables that make it ask this program first,
/// which then gives what is in `HF_TOKEN`.
fn git_asks_us(settings: &Settings) -> Vec<(String, String)> {
    let (Some(program), Ok(endpoint)) = (this_program_as_started(), settings.endpoint()) else {
        return Vec::new();
    };
    let registration = Registration {
        endpoint: config::named(&endpoint),
        from_environment: true,
        ..Registration::of(program)
    };
    config::as_variables(&endpoint, &registration)
}
