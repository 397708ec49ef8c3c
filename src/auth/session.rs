//! Logging in and out and changing accounts: what a command or a program asks for in one call. Each does the whole of it
//! (the Hub, the files, git) in the reference's order, and tells what has been done as it goes; nothing is printed.

use crate::auth::active::{self, ActiveToken};
use crate::auth::refresh;
use crate::error::{Error, Result};
use crate::git::{self, GitError};
use crate::hub::{Hub, Identity};
use crate::notice::{Notice, Notify, silent};
use crate::secret::Secret;
use crate::secret::redaction::masked_name;
use crate::settings::{Endpoint, Settings};
use crate::store::{NewToken, Saved, StoredToken, TokenStore};

const ENVIRONMENT_COUNTS: &str = "Note: Environment variable`HF_TOKEN` is set and is the current active token independently from the token you've just configured.";
const ENVIRONMENT_OVERRIDES: &str =
    "The environment variable `HF_TOKEN` is set and will override the access token you've just switched to.";
const STILL_IN_THE_ENVIRONMENT: &str = "Token has been deleted from your machine but you are still logged in.";
const CLEAR_THE_ENVIRONMENT: &str =
    "To log out, you must clear out both `HF_TOKEN` and `HUGGING_FACE_HUB_TOKEN` environment variables.";
const NO_HELPER: &str = "Cannot authenticate through git-credential as no helper is defined on your machine.
You might have to re-authenticate when pushing to the Hugging Face Hub.
Run the following command in your terminal in case you want to set the 'store' credential helper as default.

git config --global credential.helper store

Read https://git-scm.com/book/en/v2/Git-Tools-Credential-Storage for more details.";

const BETTER_THAN_A_HELPER: &str =
    "Better: `hf auth setup-git`, once. git then asks hf for the token, and no copy of it is kept.";

/// Whether git is to have the token too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GitCredential {
    /// Hand it to the credential helpers that are configured for the endpoint.
    Save,
    /// Leave git alone.
    Leave,
}

/// Who has logged in, and under which name the token is stored.
#[derive(Debug, Clone)]
pub struct Login {
    /// What the Hub knows of the token.
    pub identity: Identity,
    /// The name the token is stored under.
    pub token_name: String,
}

/// What a logout forgot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logout {
    /// The token that was named, or every one.
    Done,
    /// There was nothing to forget.
    NotLoggedIn,
}

/// One stored token, and whether it is the one in effect.
#[derive(Debug, Clone)]
pub struct ListedToken {
    /// What is stored.
    pub stored: StoredToken,
    /// It is the token in effect.
    pub is_active: bool,
}

/// The token in effect: what `HF_OIDC_RESOURCE` gives, else `HF_TOKEN`, else the active token's file, renewed first if it is
/// about to expire. `None` when there is none.
///
/// # Errors
/// When keyless login was asked for and fails, or the token cannot be read, or could not be sent as it is.
pub fn get_token(settings: &Settings, notify: Notify) -> Result<Option<Secret>> {
    let active = active::effective(settings, notify)?;
    active.map(|active| active.usable(settings)).transpose()
}

/// A stored token, renewed first if it is about to expire.
///
/// # Errors
/// When none has that name, the file cannot be read, or the token could not be sent as it is.
pub fn stored_token(name: &str, settings: &Settings, notify: Notify) -> Result<Secret> {
    let store = TokenStore::open(settings, notify)?;
    let token = refresh::renewed(store.find(name)?, &store, settings, notify);
    Secret::parse(token.expose()).map_err(|malformed| malformed.found(&format!("stored as {name}")))
}

/// Whether a token is stored under a name.
///
/// # Errors
/// When the file cannot be read.
pub(crate) fn is_stored(name: &str, settings: &Settings) -> Result<bool> {
    let stored = TokenStore::open(settings, &silent)?.tokens()?;
    Ok(stored
        .iter()
        .any(|stored| stored.name == name && stored.token.is_some()))
}

/// Has the Hub check a token, stores it under the name that the Hub knows it by, and makes it the active one.
///
/// # Errors
/// When the token is malformed or an organization's, the Hub cannot be reached or refuses it, or a file cannot be written.
/// Nothing has changed then, but for what the notices told.
pub fn login(token: &Secret, git: GitCredential, settings: &Settings, notify: Notify) -> Result<Login> {
    let token = Secret::parse(token.expose()).map_err(|malformed| malformed.found("given"))?;
    let hub = Hub::new(settings, notify)?;
    accept(&NewToken::from(&token), git, &hub, settings, notify)
}

/// The same with what is known of the token's end, and through a Hub that has been talked to.
pub(crate) fn accept(
    new: &NewToken,
    git: GitCredential,
    hub: &Hub,
    settings: &Settings,
    notify: Notify,
) -> Result<Login> {
    if new.token.expose().starts_with("api_org") {
        let sentence = "You must use your personal account token, not an organization token.";
        return Err(Error::invalid(sentence));
    }
    let say = |text: String| notify(Notice::Information(text));
    let identity = hub.whoami(new.token)?;
    say(match &identity.role {
        Some(role) => format!("Token is valid (permission: {}).", masked_name(role)),
        None => "Token is valid.".to_owned(),
    });
    let store = TokenStore::open(settings, notify)?;
    let saved = store.save(&identity.token_name(), new.clone())?;
    tell_where(&saved, &identity, &store, notify);
    if git == GitCredential::Save {
        save_to_git(new.token, settings, notify);
    }
    store.activate(new.token)?;
    store.save_again_if_lost(&saved, new.clone())?;
    say(format!("Your token has been saved to {}", store.token_path().display()));
    say("Login successful.".to_owned());
    say(match settings.environment_token {
        Some(_) => ENVIRONMENT_COUNTS.to_owned(),
        None => format!("The current active token is: `{}`", masked_name(&saved.name)),
    });
    Ok(Login {
        identity,
        token_name: saved.name,
    })
}

fn tell_where(saved: &Saved, identity: &Identity, store: &TokenStore, notify: Notify) {
    let path = store.stored_tokens_path().display();
    if let Some((aside, problem)) = &saved.set_aside {
        notify(Notice::Warning(format!(
            "{path} cannot be read ({problem}). It was kept as {}.",
            aside.display()
        )));
    }
    let wanted = identity.token_name();
    if saved.name != wanted {
        notify(Notice::Warning(format!(
            "No token can be stored under the name `{}`; it gets another one.",
            masked_name(&wanted)
        )));
    }
    notify(Notice::Information(format!(
        "The token `{}` has been saved to {path}",
        masked_name(&saved.name)
    )));
}

/// Makes a stored token the active one.
///
/// # Errors
/// When none has that name, or a file cannot be read or written; then nothing has changed.
pub fn auth_switch(name: &str, git: GitCredential, settings: &Settings, notify: Notify) -> Result<()> {
    let store = TokenStore::open(settings, notify)?;
    let mut token = store.find(name)?;
    if git == GitCredential::Save {
        // git keeps what it gets, and knows no way to renew it.
        token = refresh::renewed(token, &store, settings, notify);
        save_to_git(&token, settings, notify);
    }
    store.activate(&token)?;
    let say = |text: String| notify(Notice::Information(text));
    say(format!("Your token has been saved to {}", store.token_path().display()));
    say(format!("The current active token is: {name}"));
    let in_environment = settings.environment_token.as_ref();
    if in_environment.is_some_and(|in_environment| *in_environment != token) {
        say(ENVIRONMENT_OVERRIDES.to_owned());
    }
    Ok(())
}

/// Forgets the token stored under a name, and the active one if it is the same, or every token; git forgets it too.
///
/// # Errors
/// When none has that name, or a file cannot be read or removed. Also when `HF_TOKEN` is set: then all is forgotten, but
/// the token in the environment is still in effect.
pub fn logout(name: Option<&str>, settings: &Settings, notify: Notify) -> Result<Logout> {
    let store = TokenStore::open(settings, notify)?;
    if !something_to_forget(settings, &store)? {
        notify(Notice::Information("Not logged in!".to_owned()));
        return Ok(Logout::NotLoggedIn);
    }
    match name {
        Some(name) => forget(name, &store, settings, notify)?,
        None => {
            store.remove_all()?;
            let sentence = "Successfully logged out from all access tokens.";
            notify(Notice::Information(sentence.to_owned()));
            remove_all_from_git(settings, notify);
        }
    }
    match settings.environment_token {
        Some(_) => Err(Error::failed(STILL_IN_THE_ENVIRONMENT)
            .then(CLEAR_THE_ENVIRONMENT)
            .without_hint()),
        None => Ok(Logout::Done),
    }
}

/// Anything that makes the person logged in. No request is made to find out, and a file full of rubbish can be
/// forgotten too.
fn something_to_forget(settings: &Settings, store: &TokenStore) -> Result<bool> {
    let in_effect =
        settings.oidc_resource.is_some() || settings.environment_token.is_some() || !matches!(store.active(), Ok(None));
    Ok(in_effect || !store.tokens()?.is_empty())
}

fn forget(name: &str, store: &TokenStore, settings: &Settings, notify: Notify) -> Result<()> {
    let removed = store.remove(name)?;
    let say = |text: String| notify(Notice::Information(text));
    if removed.was_active {
        say(format!("Active token '{name}' has been deleted."));
    }
    say(format!("Successfully logged out from access token: {name}."));
    if let Some(token) = &removed.token {
        remove_from_git(token, store, settings, notify);
    }
    Ok(())
}

/// The stored tokens, in the order of the file. One that is about to expire and in effect is renewed first.
///
/// # Errors
/// When keyless login was asked for and fails, or a file cannot be read.
pub fn auth_list(settings: &Settings, notify: Notify) -> Result<Vec<ListedToken>> {
    let store = TokenStore::open(settings, notify)?;
    let in_effect = active::effective_beside(&store, settings, notify)?.map(|ActiveToken { token, .. }| token);
    let listed = |stored: StoredToken| ListedToken {
        is_active: stored.token.is_some() && stored.token == in_effect,
        stored,
    };
    let stored = store.tokens()?;
    Ok(stored.into_iter().map(listed).collect())
}

/// Hands the token to git. Whatever git does, the login goes on.
fn save_to_git(token: &Secret, settings: &Settings, notify: Notify) {
    let say = |text: &str| notify(Notice::Information(text.to_owned()));
    match approve(token, settings) {
        Ok(Handed::NobodyToKeepIt) => {
            notify(Notice::Advice(NO_HELPER));
            say("Token has not been saved to git credential helper.");
            say(BETTER_THAN_A_HELPER);
        }
        Ok(Handed::AsksUs) => say("git asks hf for the token already (hf auth setup-git)."),
        Ok(Handed::To(helpers)) => say(&format!(
            "Your token has been saved in your configured git credential helpers ({}).",
            helpers.join(",")
        )),
        Err(problem) => notify(Notice::Warning(format!(
            "{problem}. Token has not been saved to git credential helper."
        ))),
    }
}

/// Who has a token that git was to get.
enum Handed {
    /// These helpers, by name.
    To(Vec<String>),
    /// Nobody new: git asks this program whenever it needs the token.
    AsksUs,
    /// Nobody: git has no helper.
    NobodyToKeepIt,
}

fn approve(token: &Secret, settings: &Settings) -> Result<Handed, GitFailure> {
    let endpoint = settings.endpoint()?;
    let mut helpers = git::helpers(&endpoint)?;
    if helpers.names.is_empty() && settings.on_colab {
        git::config::use_the_store_helper()?;
        helpers = git::helpers(&endpoint)?;
    }
    if let Some(ours) = helpers.ours {
        return match ours.problem() {
            None => Ok(Handed::AsksUs),
            Some(problem) => Err(GitFailure::Registration(problem)),
        };
    }
    if helpers.names.is_empty() {
        return Ok(Handed::NobodyToKeepIt);
    }
    git::approve(&endpoint, token)?;
    Ok(Handed::To(helpers.names))
}

/// Takes every token back from git. Nobody asked for git here, so a machine without it is not worth a word.
fn remove_all_from_git(settings: &Settings, notify: Notify) {
    take_from_git(settings, notify, |endpoint| git::reject(endpoint, None));
}

/// The same for one token, in whatever version git has it. Those that stay stored stay with git too.
fn remove_from_git(token: &Secret, store: &TokenStore, settings: &Settings, notify: Notify) {
    let stored = store.tokens().unwrap_or_default().into_iter();
    let staying = stored
        .filter_map(|stored| stored.token)
        .chain(store.active().ok().flatten());
    let staying: Vec<Secret> = staying.collect();
    take_from_git(settings, notify, |endpoint| {
        git::reject_all_but(endpoint, token, &staying)
    });
}

fn take_from_git(settings: &Settings, notify: Notify, take: impl FnOnce(&Endpoint) -> Result<(), GitError>) {
    let removed = settings.endpoint().map_err(GitFailure::from);
    let removed = removed.and_then(|endpoint| Ok(take(&endpoint)?));
    match removed {
        Ok(()) | Err(GitFailure::Git(GitError::Missing)) => {}
        Err(problem) => notify(Notice::Warning(format!("{problem}. git may still remember the token."))),
    }
}

/// git was not told, for a reason of git's or of ours.
#[derive(Debug, thiserror::Error)]
enum GitFailure {
    #[error(transparent)]
    Git(#[from] GitError),
    #[error("{}", .0.to_string().trim_end_matches('.'))]
    Other(#[from] Error),
    #[error("{0}; run `hf auth setup-git` again")]
    Registration(String),
}
