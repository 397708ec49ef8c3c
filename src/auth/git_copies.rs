//! The copies of tokens that git's credential helpers keep: handed over where somebody asks for it, replaced when a token is
//! renewed, taken back at a logout. Whatever git does, the command goes on.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use super::Auth;
use crate::error::Error;
use crate::git::{self, GitError};
use crate::notice::Notice;
use crate::secret::Secret;
use crate::settings::Endpoint;
use crate::store::TokenStore;

const NO_HELPER: &str = "Cannot authenticate through git-credential as no helper is defined on your machine.
You might have to re-authenticate when pushing to the Hugging Face Hub.
Run the following command in your terminal in case you want to set the 'store' credential helper as default.

git config --global credential.helper store

Read https://git-scm.com/book/en/v2/Git-Tools-Credential-Storage for more details.";

const BETTER_THAN_A_HELPER: &str =
    "Better: `hf auth setup-git`, once. git then asks hf for the token, and no copy of it is kept.";

/// How long a command that has renewed a token waits for git to take it. git goes on by itself if it needs longer.
const WAIT_FOR_GIT: Duration = Duration::from_secs(1);

impl Auth<'_> {
    /// Hands the token to git.
    pub(super) fn hand_to_git(&self, token: &Secret) {
        match self.approve(token) {
            Ok(Approved::NobodyToKeepIt) => {
                self.tell(Notice::Advice(NO_HELPER));
                self.say("Token has not been saved to git credential helper.");
                self.say(BETTER_THAN_A_HELPER);
            }
            Ok(Approved::AsksUs) => self.say("git asks hf for the token already (hf auth setup-git)."),
            Ok(Approved::By(helpers)) => self.say(format!(
                "Your token has been saved in your configured git credential helpers ({}).",
                helpers.join(",")
            )),
            Err(problem) => self.warn(format!("{problem}. Token has not been saved to git credential helper.")),
        }
    }

    fn approve(&self, token: &Secret) -> Result<Approved, GitFailure> {
        let endpoint = self.settings.endpoint()?;
        let mut helpers = git::helpers(&endpoint)?;
        if helpers.names.is_empty() && self.settings.is_on_colab() {
            git::config::use_the_store_helper()?;
            helpers = git::helpers(&endpoint)?;
        }
        if let Some(ours) = helpers.ours {
            return match ours.problem() {
                None => Ok(Approved::AsksUs),
                Some(problem) => Err(GitFailure::Registration(problem)),
            };
        }
        if helpers.names.is_empty() {
            return Ok(Approved::NobodyToKeepIt);
        }
        git::approve(&endpoint, token)?;
        Ok(Approved::By(helpers.names))
    }

    /// Where git has a copy of the old token it gets the new one.
    pub(super) fn replace_in_git(&self, old: &Secret, new: &Secret) {
        // git waits for our answer and would wait for itself.
        let Some(endpoint) = self.settings.endpoint().ok().filter(|_| !self.settings.answers_git) else {
            return;
        };
        let (old, new) = (old.clone(), new.clone());
        let (done, is_done) = mpsc::channel();
        let started = thread::Builder::new().spawn(move || {
            let _ = git::replace(&endpoint, &old, &new);
            done.send(())
        });
        if started.is_ok() {
            let _ = is_done.recv_timeout(WAIT_FOR_GIT);
        }
    }

    /// Takes every token back.
    pub(super) fn take_all_from_git(&self) {
        self.taken_from_git(|endpoint| git::reject(endpoint, None));
    }

    /// The same for one token, in whatever version git has it. Those that stay stored stay with git too.
    pub(super) fn take_from_git(&self, token: &Secret, store: &TokenStore) {
        let stored = store.tokens().unwrap_or_default().into_iter();
        let stored = stored.filter_map(|stored| stored.token);
        let staying: Vec<Secret> = stored.chain(store.active().ok().flatten()).collect();
        self.taken_from_git(|endpoint| git::reject_all_but(endpoint, token, &staying));
    }

    /// Nobody asked for git here, so a machine without it is not worth a word.
    fn taken_from_git(&self, take: impl FnOnce(&Endpoint) -> Result<(), GitError>) {
        let endpoint = self.settings.endpoint().map_err(GitFailure::from);
        match endpoint.and_then(|endpoint| Ok(take(&endpoint)?)) {
            Ok(()) | Err(GitFailure::Git(GitError::Missing)) => {}
            Err(problem) => self.warn(format!("{problem}. git may still remember the token.")),
        }
    }
}

/// Who has a token that git was to get.
enum Approved {
    /// These helpers, by name.
    By(Vec<String>),
    /// Nobody new: git asks this program whenever it needs the token.
    AsksUs,
    /// Nobody: git has no helper.
    NobodyToKeepIt,
}

/// git was not told, for a reason of git's or of ours.
#[derive(Debug, thiserror::Error)]
enum GitFailure {
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{}", super::clause(.0))]
    Other(#[from] Error),
    #[error("{0}; run `hf auth setup-git` again")]
    Registration(String),
}
