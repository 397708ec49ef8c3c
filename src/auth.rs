//! What is true about tokens: which one counts and why, and logging in, out and over as whole acts, all through one handle.
//! Nothing in here prints or asks a person; what there is to tell comes back as a value or as a [`Notice`].

mod access;
pub(crate) mod account;
mod active;
pub(crate) mod browser;
mod device;
mod doors;
mod exchange;
mod git_copies;
mod lanes;
mod login;
mod logout;
mod refresh;
mod remembered;
mod revoke;
pub(crate) mod status;

use std::borrow::Cow;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::hub::{Hub, Trust};
use crate::notice::{Notice, Notify, silent};
use crate::secret::redaction::Secrets;
use crate::settings::Settings;
use crate::store::TokenStore;

pub(crate) use access::Question;
pub use access::{AccessState, Checked};
pub use active::ListedToken;
pub(crate) use active::LoggedInBy;
pub(crate) use active::Source;
pub use doors::{auth_list, auth_switch, get_token, login, logout};
pub(crate) use exchange::{Claims, JobIdentity};
pub use login::{GitCredential, Login};
pub use logout::Logout;
pub(crate) use revoke::Revocable;
pub use revoke::{Revocation, Revoke, Revoked};

/// The one way to ask: what the settings say, what is stored, what the Hub knows, and who is told meanwhile.
///
/// It can be shared between threads, and used within an asynchronous runtime and many times: what one process has learned
/// (a renewed token, that the Hub does not answer) it does not ask for again. It installs no signal handler and prints nothing.
///
/// ```no_run
/// # fn main() -> hf_auth::Result<()> {
/// let auth = hf_auth::Auth::from_environment();
/// match auth.token()? {
///     Some(token) => println!("Authorization: Bearer {}", token.expose()),
///     None => println!("not logged in"),
/// }
/// # Ok(())
/// # }
/// ```
pub struct Auth<'a> {
    settings: Cow<'a, Settings>,
    notify: Box<dyn Fn(Notice) + Send + Sync + 'a>,
    /// The folder that rules are looked up for; that of the process where there is none.
    folder: Option<PathBuf>,
}

impl Auth<'static> {
    /// As this process's environment has it.
    pub fn from_environment() -> Self {
        Auth::from(Settings::from_environment())
    }
}

impl From<Settings> for Auth<'static> {
    fn from(settings: Settings) -> Self {
        Auth {
            settings: Cow::Owned(settings),
            notify: Box::new(silent),
            folder: None,
        }
    }
}

impl<'a> Auth<'a> {
    /// For settings that somebody else keeps, and with somebody who is told.
    pub(crate) fn new(settings: &'a Settings, notify: Notify<'a>) -> Self {
        Auth {
            settings: Cow::Borrowed(settings),
            notify: Box::new(notify),
            folder: None,
        }
    }

    /// The same, and what there is to tell while the work goes on goes to `notify`. Without it nobody is told.
    #[must_use]
    pub fn with_notices(self, notify: impl Fn(Notice) + Send + Sync + 'a) -> Self {
        Auth {
            notify: Box::new(notify),
            ..self
        }
    }

    /// The same for somebody who works in that folder, whose rules then count (`hf auth use`).
    #[must_use]
    pub fn in_folder(self, folder: impl Into<PathBuf>) -> Self {
        Auth {
            folder: Some(folder.into()),
            ..self
        }
    }

    /// The same with other settings.
    pub(crate) fn with_settings(&self, settings: Settings) -> Auth<'_> {
        Auth {
            settings: Cow::Owned(settings),
            notify: Box::new(&self.notify),
            folder: self.folder.clone(),
        }
    }

    /// Where the files are, and which Hub is asked.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The two files.
    pub(crate) fn store(&self) -> Result<TokenStore<'_>> {
        TokenStore::open(&self.settings, &self.notify)
    }

    /// A connection to the Hub, which knows what its answers must not repeat.
    fn hub(&self) -> Result<Hub<'_>> {
        Hub::new(&self.settings, self.secrets(), &self.notify)
    }

    /// The same for many requests on one connection.
    fn hub_kept_open(&self, trust: &Trust) -> Result<Hub<'_>> {
        Hub::kept_open(&self.settings, self.secrets(), &self.notify, trust)
    }

    /// What is on this machine and must not be shown.
    fn secrets(&self) -> Secrets {
        let paths = self.settings.paths().ok().cloned();
        let stored = move || paths.map_or(Vec::new(), |paths| TokenStore::at(&paths, &silent).secrets());
        Secrets::new(self.settings.secrets(), stored)
    }

    fn tell(&self, notice: Notice) {
        (self.notify)(notice);
    }

    fn say(&self, text: impl Into<String>) {
        self.tell(Notice::Information(text.into()));
    }

    fn warn(&self, text: String) {
        self.tell(Notice::Warning(text));
    }
}

/// An error's sentence as the first part of another one.
fn clause(error: &Error) -> String {
    error.to_string().trim_end_matches('.').to_owned()
}
