//! Everything that decides who one is: the places a token can come from, the one that counts, the files, git, the
//! network's settings. Read without a request and without a change; only the checks ask the Hub.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::{Auth, Source};
use crate::clock::Deadline;
use crate::error::Result;
use crate::fs;
use crate::hub::{Trust, Verdict};
use crate::notice::silent;
use crate::secret::Secret;
use crate::settings::Settings;
use crate::store::{StoredToken, TokenStore};

const NOT_ASKED: &str = "The Hub was not asked: the answers before took too long.";

/// A place that a token can come from.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The variable, or the file's path.
    pub name: String,
    /// What kind of place it is.
    pub source: Source,
    /// The token that is there; the exchange has none before it is made.
    pub token: Option<Secret>,
    /// The stored token that it equals.
    pub stored: Option<StoredToken>,
    /// It counts: nothing that comes before it does.
    pub is_in_effect: bool,
    /// Why it cannot be read.
    pub problem: Option<String>,
}

/// One of the two files.
#[derive(Debug, Clone)]
pub(crate) struct TokenFile {
    /// Where it is.
    pub path: PathBuf,
    /// It is there.
    pub exists: bool,
    /// Its permission bits, on Unix.
    pub mode: Option<u32>,
}

impl TokenFile {
    fn at(path: &Path) -> Self {
        TokenFile {
            path: path.to_owned(),
            exists: fs::exists(path),
            mode: fs::mode(path),
        }
    }

    /// Others than its owner can read it; `None` where that is not known.
    pub(crate) fn is_open_to_others(&self) -> Option<bool> {
        match self.exists {
            true => self.mode.map(|mode| mode & 0o044 != 0),
            false => Some(false),
        }
    }
}

/// What [`gather`] found.
#[derive(Debug)]
pub(crate) struct Status {
    /// In the order in which they count.
    pub places: Vec<Place>,
    /// The active token's file, and that of the stored ones.
    pub files: [TokenFile; 2],
    /// Every stored token.
    pub stored: Vec<StoredToken>,
    /// Why the stored tokens cannot be read.
    pub store_problem: Option<String>,
}

impl Status {
    /// The place that counts.
    pub(crate) fn in_effect(&self) -> Option<&Place> {
        self.places.iter().find(|place| place.is_in_effect)
    }
}

impl Auth<'_> {
    /// Looks everywhere, and asks nobody.
    pub(crate) fn status(&self) -> Result<Status> {
        let store = TokenStore::open(&self.settings, &silent)?;
        let (stored, store_problem) = match store.tokens() {
            Ok(stored) => (stored, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        Ok(Status {
            places: self.places(&store, &stored),
            files: [store.token_path(), store.stored_tokens_path()].map(TokenFile::at),
            stored,
            store_problem,
        })
    }

    fn places(&self, store: &TokenStore, stored: &[StoredToken]) -> Vec<Place> {
        let settings = &self.settings;
        let place = |name: String, source, token: Option<Secret>| Place {
            stored: stored
                .iter()
                .find(|it| it.token.is_some() && it.token == token)
                .cloned(),
            name,
            source,
            token,
            is_in_effect: false,
            problem: None,
        };
        let mut places = vec![place("HF_OIDC_RESOURCE".to_owned(), Source::Exchange, None)];
        places[0].is_in_effect = settings.oidc_resource.is_some();
        for (name, token) in &settings.environment_tokens {
            places.push(place((*name).to_owned(), Source::Environment, token.clone()));
        }
        match self.account(store) {
            Ok(None) => {}
            Ok(Some(account)) => {
                let token = account.token(store);
                let problem = token.as_ref().err().map(ToString::to_string);
                let mut found = place(account.chosen_by(), account.source(), token.ok());
                found.problem = problem;
                places.push(found);
            }
            Err(error) => {
                let mut found = place("account_rules".to_owned(), Source::Rule, None);
                found.problem = Some(error.to_string());
                places.push(found);
            }
        }
        let (token, problem) = match store.active() {
            Ok(token) => (token, None),
            Err(error) => (None, Some(error.to_string())),
        };
        let mut file = place(store.token_path().display().to_string(), Source::File, token);
        file.problem = problem;
        places.push(file);
        if !places[0].is_in_effect {
            let counts = |place: &&mut Place| match place.source {
                // An empty-handed HF_TOKEN hides the other variable; what counts has been settled already.
                Source::Environment => place.token.is_some() && place.token == settings.environment_token,
                // A name that is not stored is no way to another account.
                Source::Account | Source::Rule => true,
                _ => place.token.is_some(),
            };
            if let Some(first) = places.iter_mut().find(counts) {
                first.is_in_effect = first.token.is_some();
            }
        }
        places
    }

    /// Asks the Hub about tokens, a few at a time; the verdicts come in the order of the tokens. What there is to tell comes
    /// from all of them, so that a notice may come more than once.
    pub(crate) fn verdicts(&self, tokens: &[Secret], limits: Limits) -> Result<Vec<Verdict>> {
        if tokens.is_empty() {
            return Ok(Vec::new());
        }
        let trust = Trust::of(&self.settings)?;
        // Before the first of them sends anything.
        self.hub()?.warn_of_exposure();
        let mut verdicts: Vec<Verdict> = Vec::new();
        verdicts.resize_with(tokens.len(), || Verdict::Rejected);
        self.in_lanes(
            tokens.len(),
            |auth, questions, give| {
                let auth = auth.with_settings(self.settings.until(limits.checks));
                let hub = auth.hub_kept_open(&trust);
                for number in questions {
                    give(
                        number,
                        match &hub {
                            Ok(_) if limits.checks.has_passed() => Verdict::Unreachable(NOT_ASKED.to_owned()),
                            Ok(hub) => hub.verdict(&tokens[number]),
                            Err(error) => Verdict::Unreachable(error.to_string()),
                        },
                    );
                }
            },
            |number, verdict| {
                verdicts[number] = verdict;
                ControlFlow::Continue(())
            },
        );
        Ok(verdicts)
    }

    /// The same, in a hurry to renew.
    pub(crate) fn renewing_within(&self, limits: Limits) -> Auth<'_> {
        self.with_settings(self.settings.until(limits.renewals))
    }
}

/// By when everything has to be asked: renewals within the time of one request, all of it within that of three.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    renewals: Deadline,
    checks: Deadline,
}

impl Limits {
    /// From now on.
    pub(crate) fn from_now(settings: &Settings) -> Result<Self> {
        let timeout = settings.timeout()?;
        Ok(Limits {
            renewals: Deadline::after(timeout),
            checks: Deadline::after(3 * timeout),
        })
    }
}
