//! The functions that `huggingface_hub` has under these names: each is one call of [`Auth`].

use super::{Auth, GitCredential, ListedToken, Login, Logout};
use crate::error::Result;
use crate::notice::Notify;
use crate::secret::Secret;
use crate::settings::Settings;

/// See [`Auth::token`].
///
/// # Errors
/// See there.
pub fn get_token(settings: &Settings, notify: Notify) -> Result<Option<Secret>> {
    Auth::new(settings, notify).token()
}

/// See [`Auth::login`].
///
/// # Errors
/// See there.
pub fn login(token: &Secret, git: GitCredential, settings: &Settings, notify: Notify) -> Result<Login> {
    Auth::new(settings, notify).login(token, git)
}

/// See [`Auth::logout`].
///
/// # Errors
/// See there.
pub fn logout(name: Option<&str>, settings: &Settings, notify: Notify) -> Result<Logout> {
    Auth::new(settings, notify).logout(name)
}

/// See [`Auth::switch`].
///
/// # Errors
/// See there.
pub fn auth_switch(name: &str, git: GitCredential, settings: &Settings, notify: Notify) -> Result<()> {
    Auth::new(settings, notify).switch(name, git)
}

/// See [`Auth::list`].
///
/// # Errors
/// See there.
pub fn auth_list(settings: &Settings, notify: Notify) -> Result<Vec<ListedToken>> {
    Auth::new(settings, notify).list()
}
