//! What a person types: one file a command, with its arguments, its help and what it does. A command reads, decides,
//! acts and says; what is true about tokens is in `auth`, and no command knows another.

pub(crate) mod arguments;
pub(crate) mod git_credential;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod run;
pub(crate) mod setup_git;
pub(crate) mod status;
pub(crate) mod switch;
pub(crate) mod token;
pub(crate) mod whoami;

use serde::Serialize;

use crate::clock;
use crate::error::{Error, Result};
use crate::notice::Notice;
use crate::settings::{self, Settings};
use crate::ui::output::{Mode, Output};

/// What every command works with.
pub(crate) struct Context {
    pub(crate) settings: Settings,
    pub(crate) output: Output,
}

/// What a command that changes the login tells a program: always the same keys, null where it is not known.
#[derive(Default, Serialize)]
struct Report<'a> {
    user: Option<&'a str>,
    token_name: Option<&'a str>,
    role: Option<&'a str>,
}

impl Report<'_> {
    /// JSON gets the object, a script the name; a person and an agent have read it on standard error.
    fn say(&self, output: &Output) -> Result<()> {
        match output.mode() {
            Mode::Json => output.json(self),
            Mode::Quiet => self.token_name.map_or(Ok(()), |name| output.line(name)),
            Mode::Human | Mode::Agent => Ok(()),
        }
    }
}

/// The vault opens for the notebook's own kernel only, and what is set there we see.
const EXPORT_ON_COLAB: &str = "on Google Colab, run this in a cell first: import os; from google.colab import userdata; os.environ[\"HF_TOKEN\"] = userdata.get(\"HF_TOKEN\")";

impl Context {
    /// Where the library's notices go: the screen.
    pub(crate) fn notify(&self) -> impl Fn(Notice) {
        |notice| self.output.notice(notice)
    }

    /// No token is in effect.
    fn not_logged_in(&self) -> Error {
        match self.settings.on_colab {
            true => Error::not_logged_in().hint(EXPORT_ON_COLAB),
            false => Error::not_logged_in(),
        }
    }
}

/// The local day on which a token expires, and whether it has.
fn expiry(moment: i64) -> String {
    match clock::date(moment, settings::zone()) {
        Some(date) if moment < clock::now() => format!("{date} (expired)"),
        date => date.unwrap_or_default(),
    }
}
