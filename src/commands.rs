//! What a person types: one file a command, with its arguments, its help and what it does. A command reads, decides,
//! acts and says; what is true about tokens is in `auth`, and no command knows another.

pub(crate) mod arguments;
pub(crate) mod check;
pub(crate) mod export;
pub(crate) mod git_credential;
pub(crate) mod hook;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod oidc;
pub(crate) mod revoke;
pub(crate) mod run;
pub(crate) mod setup_git;
pub(crate) mod status;
pub(crate) mod switch;
pub(crate) mod token;
pub(crate) mod use_account;
pub(crate) mod whoami;

use std::process::ExitCode;

use serde::Serialize;

use crate::auth::Auth;
use crate::clock;
use crate::error::{Error, ErrorKind};
use crate::secret::redaction::masked_name;
use crate::settings::{self, Settings};
use crate::store::StoredToken;
use crate::ui::failure::{Failure, Result};
use crate::ui::output::{Mode, Output};
use arguments::Formatting;

/// What somebody can type behind `hf auth`.
pub(crate) trait Command {
    /// Does it, and gives the exit status.
    fn run(&self, context: &Context) -> Result<ExitCode>;

    fn formatting(&self) -> &Formatting;

    /// Who the output is for.
    fn mode(&self, settings: &Settings) -> Mode {
        self.formatting().mode(settings)
    }
}

/// What every command works with.
pub(crate) struct Context<'a> {
    pub(crate) auth: Auth<'a>,
    pub(crate) output: &'a Output,
}

impl Context<'_> {
    fn settings(&self) -> &Settings {
        self.auth.settings()
    }

    /// On Colab, the way out for whoever is not logged in.
    fn with_advice(&self, error: Error) -> Failure {
        match error.kind() {
            ErrorKind::NotLoggedIn if self.settings().is_on_colab() => error.hint(EXPORT_ON_COLAB).into(),
            _ => error.into(),
        }
    }
}

/// What a command that changes the login tells a program: always the same keys, null where it is not known.
#[derive(Default, Serialize)]
struct Changed<'a> {
    user: Option<&'a str>,
    token_name: Option<&'a str>,
    role: Option<&'a str>,
}

impl Changed<'_> {
    /// JSON gets the object, a script the name; a person and an agent have read it on standard error.
    fn say(&self, output: &Output) -> Result<ExitCode> {
        match output.mode() {
            Mode::Json => output.json(self)?,
            Mode::Quiet => self.token_name.map_or(Ok(()), |name| output.line(name))?,
            Mode::Human | Mode::Agent => {}
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The vault opens for the notebook's own kernel only, and what is set there we see.
const EXPORT_ON_COLAB: &str = "on Google Colab, run this in a cell first: import os; from google.colab import userdata; os.environ[\"HF_TOKEN\"] = userdata.get(\"HF_TOKEN\")";

/// What to say of a token that is about to end and does not renew itself.
fn warning_of_the_end(stored: &StoredToken) -> Option<String> {
    let end = stored.expiry().filter(|_| stored.ends_soon(clock::now()))?;
    let name = masked_name(&stored.name);
    Some(format!(
        "the token {name} ends on {} and does not renew itself; log in with a new one before.",
        expiry(end)
    ))
}

/// The local day on which a token expires, and whether it has.
fn expiry(moment: i64) -> String {
    match clock::date(moment, settings::zone()) {
        Some(date) if moment < clock::now() => format!("{date} (expired)"),
        date => date.unwrap_or_default(),
    }
}
