//! `hf auth whoami`: asks the Hub whose token is in effect.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use crate::commands::arguments::Formatting;
use crate::commands::{Command, Context};
use crate::secret::redaction::masked_name;
use crate::ui::failure::Result;
use crate::ui::output::{Mode, Output, Style};
use crate::ui::prompt;
use crate::ui::text::escape;

const EXAMPLES: &str = "Examples:
  $ hf auth whoami                the account, its organizations
  $ hf auth whoami --json         {\"user\": …, \"orgs\": …, \"endpoint\": …}
  $ hf auth whoami -q             the account's name";

#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct WhoamiArgs {
    #[command(flatten)]
    formatting: Formatting,
}

/// What a program reads: `orgs` is one comma-joined text or null, never an array.
#[derive(Serialize)]
struct Account {
    user: String,
    orgs: Option<String>,
    endpoint: Option<String>,
}

impl Command for WhoamiArgs {
    fn run(&self, context: &Context) -> Result<ExitCode> {
        let Context { auth, output } = context;
        let identity = prompt::while_waiting(|| auth.whoami()).map_err(|error| context.with_advice(error))?;
        let endpoint = auth.settings().endpoint()?;
        let account = Account {
            user: identity.user,
            orgs: Some(identity.organizations.join(",")).filter(|names| !names.is_empty()),
            endpoint: (!endpoint.is_default()).then(|| endpoint.to_string()),
        };
        show(&account, output)?;
        Ok(ExitCode::SUCCESS)
    }

    fn formatting(&self) -> &Formatting {
        &self.formatting
    }
}

fn show(account: &Account, output: &Output) -> Result<()> {
    match output.mode() {
        Mode::Json => output.json(account),
        Mode::Quiet => output.line(&account.user),
        Mode::Agent => {
            let pairs = fields(account).map(|(key, value)| format!("{key}={value}"));
            output.lines(&pairs.collect::<Vec<_>>().join(" "))
        }
        Mode::Human => {
            let lines = fields(account).map(|(key, value)| format!("\n  {key}: {value}"));
            output.lines(&format!(
                "{}{}",
                output.styled(Style::Green, "✓ Logged in"),
                lines.collect::<String>()
            ))
        }
    }
}

/// What there is to read, with names that look like tokens masked; programs get them as they are.
fn fields(account: &Account) -> impl Iterator<Item = (&'static str, String)> {
    let name = |name: &String| escape(&masked_name(name)).into_owned();
    let user = Some(("user", name(&account.user)));
    let orgs = account.orgs.as_ref().map(|orgs| ("orgs", name(orgs)));
    let endpoint = account
        .endpoint
        .as_ref()
        .map(|it| ("endpoint", escape(it).into_owned()));
    [user, orgs, endpoint].into_iter().flatten()
}
