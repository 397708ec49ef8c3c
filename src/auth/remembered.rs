//! What this process has learned from the Hub and does not ask for again, for each store: renewals, renewals that failed, and
//! tokens that a CI job's identity was exchanged for. Whoever asks for the token before every request makes no storm of
//! requests, and waits for no dead Hub twice. Nothing of this outlives the process.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::{self, Deadline};
use crate::error::Result;
use crate::hub::Grant;
use crate::secret::Secret;
use crate::store::TokenStore;

/// What could not be done is tried again after this.
const RETRY: Duration = Duration::from_secs(60);
/// A token is not used up to its very end, in seconds.
const MARGIN: i64 = 60;
/// How long a token is taken to be good for whose end the Hub does not say.
const UNKNOWN_LIFETIME: i64 = 10 * 60;
/// A process that runs for years forgets the oldest.
const MOST_RENEWALS: usize = 64;
const MOST_EXCHANGES: usize = 64;

/// An attempt to renew a token.
pub(super) struct Renewal {
    old: Secret,
    outcome: Outcome,
}

enum Outcome {
    /// The new token, and when it ends, in seconds since 1970.
    Made(Secret, Option<i64>),
    /// The Hub will say so again.
    Refused,
    /// It may go better after this.
    Failed(Deadline),
}

impl Renewal {
    pub(super) fn made(old: &Secret, new: &Secret, expires_at: Option<i64>) -> Self {
        Renewal {
            old: old.clone(),
            outcome: Outcome::Made(new.clone(), expires_at),
        }
    }

    pub(super) fn refused(old: &Secret) -> Self {
        Renewal {
            old: old.clone(),
            outcome: Outcome::Refused,
        }
    }

    pub(super) fn failed(old: &Secret) -> Self {
        Renewal {
            old: old.clone(),
            outcome: Outcome::Failed(Deadline::after(RETRY)),
        }
    }

    /// What to use instead of asking for a renewal of `token`.
    fn instead_of(&self, token: &Secret) -> Option<Secret> {
        let known = match &self.outcome {
            // It may not have been stored, or end so soon that it looks as if it had to be renewed at once.
            Outcome::Made(new, expires_at) if [new, &self.old].contains(&token) => {
                let is_good = expires_at.is_none_or(|moment| clock::now() < moment - MARGIN);
                return is_good.then(|| new.clone());
            }
            Outcome::Refused => true,
            Outcome::Failed(until) => !until.has_passed(),
            Outcome::Made(..) => false,
        };
        (known && self.old == *token).then(|| token.clone())
    }
}

/// The renewals of one store.
pub(super) struct Renewals<'a> {
    store: &'a Path,
    all: MutexGuard<'static, Vec<(PathBuf, Renewal)>>,
}

/// To be held for a moment only.
pub(super) fn renewals<'a>(store: &'a TokenStore) -> Renewals<'a> {
    static ALL: Mutex<Vec<(PathBuf, Renewal)>> = Mutex::new(Vec::new());
    Renewals {
        store: store.stored_tokens_path(),
        all: ALL.lock().unwrap_or_else(PoisonError::into_inner),
    }
}

impl Renewals<'_> {
    /// The token to use instead of asking for a renewal of `token`, where that is known. The latest attempt counts.
    pub(super) fn of(&self, token: &Secret) -> Option<Secret> {
        let own = self.all.iter().rev().filter(|(store, _)| store == self.store);
        own.filter_map(|(_, renewal)| renewal.instead_of(token)).next()
    }

    /// Whether the Hub has said that it will never renew `token`.
    pub(super) fn is_refused(&self, token: &Secret) -> bool {
        let mut own = self.all.iter().filter(|(store, _)| store == self.store);
        own.any(|(_, renewal)| renewal.old == *token && matches!(renewal.outcome, Outcome::Refused))
    }

    pub(super) fn add(mut self, renewal: Renewal) {
        if self.all.len() == MOST_RENEWALS {
            self.all.remove(0);
        }
        self.all.push((self.store.to_owned(), renewal));
    }
}

/// What an exchange is made of.
#[derive(PartialEq, Eq)]
pub(super) struct ExchangePlace {
    pub(super) store: Option<PathBuf>,
    pub(super) endpoint: String,
    pub(super) resource: String,
    /// What proves who asks.
    pub(super) identity: Option<Secret>,
}

/// What came of it.
#[derive(Default)]
enum Exchanged {
    #[default]
    Never,
    /// When it ends, in seconds since 1970, as far as can be told.
    Made(Secret, i64),
    /// Until then it would not go better.
    Failed(crate::error::Error, Deadline),
}

type Known = Arc<Mutex<Exchanged>>;
static EXCHANGES: Mutex<Vec<(ExchangePlace, Known)>> = Mutex::new(Vec::new());

/// The token of an earlier exchange, if there was one and it is still good, else what `exchange` gives. Two that ask at once
/// make one exchange.
pub(super) fn exchange(place: ExchangePlace, exchange: impl FnOnce() -> Result<Grant>) -> Result<Secret> {
    let known = {
        let mut all = EXCHANGES.lock().unwrap_or_else(PoisonError::into_inner);
        let found = all
            .iter()
            .find(|(known, _)| *known == place)
            .map(|(_, known)| Arc::clone(known));
        found.unwrap_or_else(|| {
            let new = Known::default();
            // An identity in a file is another one every hour.
            if all.len() == MOST_EXCHANGES {
                all.remove(0);
            }
            all.push((place, Arc::clone(&new)));
            new
        })
    };
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    match &*known {
        Exchanged::Made(token, end) if clock::now() < end - MARGIN => return Ok(token.clone()),
        Exchanged::Failed(error, until) if !until.has_passed() => return Err(error.clone()),
        _ => {}
    }
    match exchange() {
        Ok(grant) => {
            let now = clock::now();
            let end = grant.expires_at(now).unwrap_or(now + UNKNOWN_LIFETIME);
            *known = Exchanged::Made(grant.access_token.clone(), end);
            Ok(grant.access_token)
        }
        Err(error) => {
            *known = Exchanged::Failed(error.clone(), Deadline::after(RETRY));
            Err(error)
        }
    }
}

/// When a token of an exchange in this process ends, in seconds since 1970.
pub(super) fn end_of_exchanged(token: &Secret) -> Option<i64> {
    let all: Vec<Known> = {
        let all = EXCHANGES.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(_, known)| Arc::clone(known)).collect()
    };
    let ends = all
        .iter()
        .map(|known| match &*known.lock().unwrap_or_else(PoisonError::into_inner) {
            Exchanged::Made(made, end) if made == token => Some(*end),
            _ => None,
        });
    ends.flatten().next()
}
