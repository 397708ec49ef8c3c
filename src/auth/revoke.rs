//! Ending tokens for every machine. The Hub says yes to whatever it is sent, so what has become of a token is asked for
//! afterwards; what is known to have ended is forgotten here too, and nothing else is.

use std::fmt;
use std::ops::ControlFlow;
use std::time::Duration;

use super::Auth;
use crate::clock;
use crate::error::{Error, ErrorKind, Result};
use crate::hub::{Identity, Revoking, Trust};
use crate::secret::Secret;
use crate::store::{StoredToken, TokenStore};

/// How long to wait before each look at what has become of the tokens, in twentieths of a request's time.
const LOOKS: [u32; 5] = [0, 1, 2, 4, 8];
/// The most that counts of a request's time here.
const LONGEST_LOOK: Duration = Duration::from_secs(10);

/// Which tokens to end.
#[derive(Debug, Clone, Copy)]
pub enum Revoke<'a> {
    /// The one stored under this name.
    Named(&'a str),
    /// All that are stored.
    All,
    /// These, wherever they were found.
    Given(&'a [Secret]),
}

/// What has become of a token. It displays as one word, such as `still-valid`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// The Hub does not know it any more.
    Revoked,
    /// The Hub still takes it.
    StillValid,
    /// The Hub was told, and has not said what became of it.
    Unconfirmed,
}

impl fmt::Display for Revocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Revocation::Revoked => "revoked",
            Revocation::StillValid => "still-valid",
            Revocation::Unconfirmed => "unconfirmed",
        })
    }
}

/// A token that was to be ended.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Revoked {
    /// The name it is, or was, stored under.
    pub token_name: Option<String>,
    /// The token.
    pub token: Secret,
    /// What has become of it.
    pub state: Revocation,
    /// It is stored here no longer, or never was.
    pub is_forgotten: bool,
}

/// A token that can be ended.
#[derive(Debug, Clone)]
pub(crate) struct Revocable {
    pub(crate) token_name: Option<String>,
    pub(crate) token: Secret,
    /// Would make a new one.
    pub(crate) renewed_with: Option<Secret>,
}

impl Auth<'_> {
    /// Ends tokens on the Hub, for every machine: this cannot be undone. What an OAuth token is renewed with ends with it.
    /// Those that the Hub then does not know any more are forgotten here too, as a logout does; this takes some seconds
    /// where the Hub still takes one.
    ///
    /// # Errors
    /// When none has that name, a file cannot be read, the Hub was not told (nothing has changed then), or cannot do it.
    pub fn revoke(&self, which: Revoke) -> Result<Vec<Revoked>> {
        self.end(&self.revocable(which)?)
    }

    /// The tokens as they are, with what they are renewed with. Nothing is renewed, and nobody asked.
    pub(crate) fn revocable(&self, which: Revoke) -> Result<Vec<Revocable>> {
        let store = self.store()?;
        match which {
            Revoke::Named(name) => {
                let token = store.find(name)?;
                let token = Secret::parse(token.expose());
                let token = token.map_err(|malformed| malformed.found(&format!("stored as {name}")))?;
                Ok(vec![self.stored_under(name, token, &store)?])
            }
            Revoke::All => self.every_stored_one(&store),
            Revoke::Given(tokens) => self.given(tokens, &store),
        }
    }

    /// What cannot be a token, or is another Hub's, is said and left.
    fn every_stored_one(&self, store: &TokenStore) -> Result<Vec<Revocable>> {
        let mut all = Vec::new();
        for StoredToken { name, token, .. } in store.tokens()? {
            let Some(token) = token else { continue };
            let token = Secret::parse(token.expose());
            let token = token.map_err(|malformed| malformed.found(&format!("stored as {name}")));
            match token.and_then(|token| self.stored_under(&name, token, store)) {
                Ok(it) => all.push(it),
                Err(error) => self.warn(error.to_string()),
            }
        }
        Ok(all)
    }

    /// Each once; one that is stored here is known by its name. A store that cannot be read is no reason to leave a leaked
    /// token alive.
    fn given(&self, tokens: &[Secret], store: &TokenStore) -> Result<Vec<Revocable>> {
        let stored = store.tokens().unwrap_or_default();
        let mut all: Vec<Revocable> = Vec::new();
        for token in tokens {
            if all.iter().any(|known| known.token == *token) {
                continue;
            }
            let is_same = |it: &Secret| Secret::clean(it.expose()).as_ref() == Some(token);
            let same = stored.iter().find(|it| it.token.as_ref().is_some_and(is_same));
            all.push(match same {
                Some(same) => self.stored_under(&same.name, token.clone(), store)?,
                None => Revocable {
                    token_name: None,
                    token: token.clone(),
                    renewed_with: None,
                },
            });
        }
        Ok(all)
    }

    /// An error where it is another Hub's, which it is not sent to.
    fn stored_under(&self, name: &str, token: Secret, store: &TokenStore) -> Result<Revocable> {
        if let Some(bound) = self.other_hub(store, &token)? {
            return Err(self.of_another_hub(&bound));
        }
        Ok(Revocable {
            token_name: Some(name.to_owned()),
            token,
            renewed_with: store.renewal_of(name)?,
        })
    }

    /// Whose they are, as far as the Hub says so.
    pub(crate) fn owners(&self, tokens: &[Revocable]) -> Result<Vec<Result<Identity>>> {
        let all: Vec<usize> = (0..tokens.len()).collect();
        let mut owners: Vec<Result<Identity>> = Vec::new();
        owners.resize_with(tokens.len(), || Err(Error::not_logged_in()));
        self.ask_whose(tokens, &all, |number, owner| owners[number] = owner)?;
        Ok(owners)
    }

    /// Has the Hub end them, and looks whether it has.
    pub(crate) fn end(&self, tokens: &[Revocable]) -> Result<Vec<Revoked>> {
        if tokens.is_empty() {
            return Ok(Vec::new());
        }
        let hub = self.hub()?;
        match hub.revoke(&credentials(tokens))? {
            Revoking::Taken => {}
            Revoking::Unknown => return Err(unsupported(&hub.endpoint().to_string())),
        }
        let states = self.look_after(tokens, hub.timeout())?;
        let store = self.store()?;
        let end_of = |(it, state): (&Revocable, Revocation)| Revoked {
            is_forgotten: state == Revocation::Revoked && self.forget_ended(it, &store),
            token_name: it.token_name.clone(),
            token: it.token.clone(),
            state,
        };
        Ok(tokens.iter().zip(states).map(end_of).collect())
    }

    /// What the Hub says of each now: soon after, it may not have heard of it everywhere.
    fn look_after(&self, tokens: &[Revocable], timeout: Duration) -> Result<Vec<Revocation>> {
        let mut states = vec![Revocation::Unconfirmed; tokens.len()];
        for twentieths in LOOKS {
            let left: Vec<usize> = (0..tokens.len())
                .filter(|number| states[*number] != Revocation::Revoked)
                .collect();
            if left.is_empty() {
                break;
            }
            // Whoever stops it from here on knows what was done.
            if twentieths == LOOKS[1] {
                self.say("The Hub has been told, and has not confirmed it yet. Looking again for some seconds.");
            }
            clock::pause(timeout.min(LONGEST_LOOK) * twentieths / 20);
            self.ask_whose(tokens, &left, |number, owner| {
                states[number] = match owner {
                    Ok(_) => Revocation::StillValid,
                    Err(error) if error.kind() == ErrorKind::Rejected => Revocation::Revoked,
                    Err(_) => Revocation::Unconfirmed,
                };
            })?;
        }
        Ok(states)
    }

    /// Asks for the owners of those with these numbers, a few at a time.
    fn ask_whose(
        &self,
        tokens: &[Revocable],
        numbers: &[usize],
        mut on_answer: impl FnMut(usize, Result<Identity>),
    ) -> Result<()> {
        let trust = Trust::of(&self.settings)?;
        self.hub()?.warn_of_exposure();
        self.in_lanes(
            numbers.len(),
            |auth, questions, give| {
                let hub = auth.hub_kept_open(&trust);
                for question in questions {
                    let token = &tokens[numbers[question]].token;
                    let owner = hub.as_ref().map_err(Clone::clone);
                    give(question, owner.and_then(|hub| hub.whoami(token)));
                }
            },
            |question, owner| {
                on_answer(numbers[question], owner);
                ControlFlow::Continue(())
            },
        );
        Ok(())
    }

    /// As a logout does, unless another token has taken its place meanwhile.
    fn forget_ended(&self, ended: &Revocable, store: &TokenStore) -> bool {
        let Some(name) = &ended.token_name else {
            return true;
        };
        match store.remove_exactly(name, &ended.token) {
            Ok(Some(removed)) => {
                self.after_removing(name, &removed, store);
                true
            }
            Ok(None) => {
                self.warn(format!(
                    "Another token has been stored as {name} meanwhile: it has not been ended, and stays."
                ));
                false
            }
            Err(error) if error.kind() == ErrorKind::UnknownName => true,
            Err(error) => {
                self.warn(format!("The token {name} has ended, and is still stored: {error}"));
                false
            }
        }
    }
}

/// All that is to be sent, each once.
fn credentials(tokens: &[Revocable]) -> Vec<Secret> {
    let mut all: Vec<Secret> = Vec::new();
    let secrets = tokens.iter().flat_map(|it| [Some(&it.token), it.renewed_with.as_ref()]);
    for secret in secrets.flatten() {
        if !all.contains(secret) {
            all.push(secret.clone());
        }
    }
    all
}

fn unsupported(endpoint: &str) -> Error {
    Error::new(
        ErrorKind::Unsupported,
        format!("{endpoint} has no address at which tokens can be revoked. Nothing has changed."),
    )
    .hint(format!("end them in a browser: {endpoint}/settings/tokens"))
}
