//! Logging in, and making another stored token the active one. Each does the whole of it (the Hub, the files, git) in the
//! reference's order, and tells what has been done as it goes.

use super::Auth;
use crate::error::{Error, ErrorKind, Result};
use crate::hub::{Hub, Identity};
use crate::secret::Secret;
use crate::secret::redaction::masked_name;
use crate::store::{NewToken, Saved, TokenStore};

const ENVIRONMENT_COUNTS: &str = "Note: Environment variable`HF_TOKEN` is set and is the current active token independently from the token you've just configured.";
const ENVIRONMENT_OVERRIDES: &str =
    "The environment variable `HF_TOKEN` is set and will override the access token you've just switched to.";

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

impl Auth<'_> {
    /// Has the Hub check a token, stores it under the name that the Hub knows it by, and makes it the active one.
    ///
    /// # Errors
    /// When the token is malformed or an organization's, the Hub cannot be reached or refuses it, or a file cannot be
    /// written. Nothing has changed then, but for what the notices told.
    pub fn login(&self, token: &Secret, git: GitCredential) -> Result<Login> {
        let token = Secret::parse(token.expose()).map_err(|malformed| malformed.found("given"))?;
        let identity = self.look_at(&token)?;
        self.keep(&token, identity, git)
    }

    /// The first half of a login: has the Hub check a token, and changes nothing.
    pub(crate) fn look_at(&self, token: &Secret) -> Result<Identity> {
        self.identify(token, &self.hub()?)
    }

    /// The second half: stores a token that has been looked at, and makes it the active one.
    pub(crate) fn keep(&self, token: &Secret, identity: Identity, git: GitCredential) -> Result<Login> {
        let endpoint = self.settings.endpoint()?;
        self.store_as(&NewToken::new(token, &endpoint), identity, git)
    }

    /// Both with what is known of the token's end, and through a Hub that has been talked to.
    pub(super) fn accept(&self, new: &NewToken, git: GitCredential, hub: &Hub) -> Result<Login> {
        let identity = self.identify(new.token, hub)?;
        self.store_as(new, identity, git)
    }

    fn identify(&self, token: &Secret, hub: &Hub) -> Result<Identity> {
        if token.expose().starts_with("api_org") {
            let sentence = "You must use your personal account token, not an organization token.";
            return Err(Error::new(ErrorKind::Malformed, sentence));
        }
        let whoami = hub.whoami(token);
        let identity = whoami.map_err(|error| self.with_advice(token, error))?;
        self.say(match &identity.role {
            Some(role) => format!("Token is valid (permission: {}).", masked_name(role)),
            None => "Token is valid.".to_owned(),
        });
        Ok(identity)
    }

    fn store_as(&self, new: &NewToken, identity: Identity, git: GitCredential) -> Result<Login> {
        let store = self.store()?;
        store.expect_replaceable()?;
        let held = store.lock()?;
        let saved = store.save(&held, &identity.token_name(), new)?;
        // git, and whoever is told, may take their time, and nobody is to wait for the lock meanwhile.
        let with_git = git == GitCredential::Save;
        let activated = (!with_git).then(|| store.activate_under(&held, new.token));
        let released = held.release();
        self.tell_what_was_in_the_way(&saved, &identity, &store);
        released?;
        self.say(format!(
            "The token `{}` has been saved to {}",
            masked_name(&saved.name),
            store.stored_tokens_path().display()
        ));
        match activated {
            Some(activated) => activated?,
            None => {
                self.hand_to_git(new.token);
                store.activate(new.token)?;
            }
        }
        store.save_again_if_lost(&saved, new)?;
        self.say(format!("Your token has been saved to {}", store.token_path().display()));
        self.say("Login successful.");
        self.say(match self.settings.environment_token {
            Some(_) => ENVIRONMENT_COUNTS.to_owned(),
            None => format!("The current active token is: `{}`", masked_name(&saved.name)),
        });
        Ok(Login {
            identity,
            token_name: saved.name,
        })
    }

    fn tell_what_was_in_the_way(&self, saved: &Saved, identity: &Identity, store: &TokenStore) {
        if let Some((aside, problem)) = &saved.set_aside {
            let (path, aside) = (store.stored_tokens_path().display(), aside.display());
            self.warn(format!("{path} cannot be read ({problem}). It was kept as {aside}."));
        }
        let wanted = identity.token_name();
        if saved.is_beside_another_hub {
            self.warn(format!(
                "The token `{}` is of another Hub, and stays: this one gets another name.",
                masked_name(&wanted)
            ));
        } else if saved.name != wanted {
            self.warn(format!(
                "No token can be stored under the name `{}`; it gets another one.",
                masked_name(&wanted)
            ));
        }
    }

    /// Makes a stored token the active one.
    ///
    /// # Errors
    /// When none has that name, or a file cannot be read or written; then nothing has changed.
    pub fn switch(&self, name: &str, git: GitCredential) -> Result<()> {
        let store = self.store()?;
        let mut token = store.find(name)?;
        let other_hub = self.other_hub(&store, &token)?;
        if git == GitCredential::Save {
            if let Some(bound) = &other_hub {
                return Err(self.of_another_hub(bound));
            }
            // git keeps what it gets, and knows no way to renew it.
            token = self.renewed(token, &store);
            self.hand_to_git(&token);
        }
        store.activate(&token)?;
        self.say(format!("Your token has been saved to {}", store.token_path().display()));
        self.say(format!("The current active token is: {name}"));
        let in_environment = self.settings.environment_token.as_ref();
        if in_environment.is_some_and(|in_environment| *in_environment != token) {
            self.say(ENVIRONMENT_OVERRIDES);
        }
        if let Some((hub, _)) = other_hub {
            self.say(format!("It is for {hub}: it is used where HF_ENDPOINT={hub}."));
        }
        if let Ok(Some(account)) = self.account(&store)
            && account.token_name() != name
        {
            let (by, other) = (account.chosen_by(), account.token_name());
            self.say(format!("Here {by} counts before it, and names `{other}`."));
        }
        Ok(())
    }
}
