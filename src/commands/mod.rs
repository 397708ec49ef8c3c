//! What a person types: one file a command, with its arguments, its help and what it does. A command reads, decides,
//! acts and says; what is true about tokens is in `auth`, and no command knows another.

pub(crate) mod arguments;
pub(crate) mod list;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod switch;
pub(crate) mod token;
pub(crate) mod whoami;

use serde::Serialize;

use crate::auth::git::{self, GitError};
use crate::auth::secret::Secret;
use crate::error::{Error, Result};
use crate::settings::Settings;
use crate::ui::output::{Mode, Output, Style};

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

const NO_HELPER: &str = "Cannot authenticate through git-credential as no helper is defined on your machine.
You might have to re-authenticate when pushing to the Hugging Face Hub.
Run the following command in your terminal in case you want to set the 'store' credential helper as default.

git config --global credential.helper store

Read https://git-scm.com/book/en/v2/Git-Tools-Credential-Storage for more details.";

/// The vault opens for the notebook's own kernel only, and what is set there we see.
const EXPORT_ON_COLAB: &str = "on Google Colab, run this in a cell first: import os; from google.colab import userdata; os.environ[\"HF_TOKEN\"] = userdata.get(\"HF_TOKEN\")";

impl Context {
    /// No token is in effect.
    fn not_logged_in(&self) -> Error {
        match self.settings.on_colab {
            true => Error::not_logged_in().hint(EXPORT_ON_COLAB),
            false => Error::not_logged_in(),
        }
    }

    /// Hands the token to git. Whatever git does, the login goes on.
    fn save_to_git(&self, token: &Secret) -> Result<()> {
        match self.approve(token) {
            Ok(helpers) if helpers.is_empty() => {
                self.advise_a_helper()?;
                self.output.say("Token has not been saved to git credential helper.");
            }
            Ok(helpers) => {
                let helpers = helpers.join(",");
                self.output.say(&format!(
                    "Your token has been saved in your configured git credential helpers ({helpers})."
                ));
            }
            Err(problem) => {
                self.output.warn(&format!(
                    "{problem}. Token has not been saved to git credential helper."
                ));
            }
        }
        Ok(())
    }

    /// The helpers that were given the token; none if there are none.
    fn approve(&self, token: &Secret) -> Result<Vec<String>, GitFailure> {
        let endpoint = self.settings.endpoint()?;
        let mut helpers = git::helpers(&endpoint)?;
        if helpers.is_empty() && self.settings.on_colab {
            git::use_the_store_helper()?;
            helpers = git::helpers(&endpoint)?;
        }
        if !helpers.is_empty() {
            git::approve(&endpoint, token)?;
        }
        Ok(helpers)
    }

    /// On standard output, where the reference prints it, unless that is for a program.
    fn advise_a_helper(&self) -> Result<()> {
        match self.output.mode() {
            Mode::Human | Mode::Agent => self.output.lines(&self.output.styled(Style::Red, NO_HELPER)),
            Mode::Json | Mode::Quiet => {
                self.output.say_lines(NO_HELPER);
                Ok(())
            }
        }
    }

    /// Takes the token back from git: that one, or any without one. Nobody asked for git here, so a machine without it
    /// is not worth a word.
    fn remove_from_git(&self, token: Option<&Secret>) {
        let removed = self.settings.endpoint().map_err(GitFailure::from);
        let removed = removed.and_then(|endpoint| Ok(git::reject(&endpoint, token)?));
        match removed {
            Ok(()) | Err(GitFailure::Git(GitError::Missing)) => {}
            Err(problem) => self
                .output
                .warn(&format!("{problem}. git may still remember the token.")),
        }
    }
}

/// git was not told, for a reason of git's or of ours.
#[derive(Debug, thiserror::Error)]
enum GitFailure {
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{}", .0.to_string().trim_end_matches('.'))]
    Other(#[from] crate::error::Error),
}
