//! The token store: `stored_tokens`, which holds every token by name, and `token`, which holds the active one, as one
//! thing. Every change happens under the lock that the reference takes too; readers take none, because a file is
//! always whole.

mod changes;
pub mod ini;
mod lookups;
mod records;
mod rules;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use crate::clock;
use crate::error::{Error, ErrorKind, Result};
use crate::fs::{self, Lock, Version};
use crate::notice::Notify;
use crate::secret::Secret;
use crate::settings::{DEFAULT_LOCK_TIMEOUT, Paths, Settings};

use ini::{Document, Section};
pub use records::StoredToken;
use records::{ENDPOINT, EXPIRES_AT, REFRESH_TOKEN, TOKEN, name_for, put, storable_name};
pub(crate) use records::{NewToken, Removed, Renewable, Saved};
pub use rules::{Place, Rule};
pub(crate) use rules::{RuleChange, rule_for_folder, rule_for_owner};

/// A name that starts like a token and is longer than this is taken for one.
const LONGEST_NAME: usize = 30;

/// What a renewed token may take more than the old one, in bytes.
const ROOM_FOR_A_TOKEN: usize = 16 * 1024;

/// The two files of one `HF_HOME`.
pub(crate) struct TokenStore<'a> {
    paths: &'a Paths,
    /// Who is told that a change has to wait.
    notify: Notify<'a>,
    /// How long a lock is waited for that nobody gives up.
    lock_timeout: Duration,
    /// The same, or less where all must be done by some moment.
    patience: Duration,
    /// What `stored_tokens` held when it was last looked at, for those who only read.
    text: RefCell<Option<Rc<Vec<u8>>>>,
    /// What the person has been warned of.
    warned: RefCell<BTreeSet<String>>,
}

/// The text may hold tokens.
impl fmt::Debug for TokenStore<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenStore({})", self.paths.stored_tokens.display())
    }
}

impl<'a> TokenStore<'a> {
    /// The store that the settings name. Touches no file.
    pub(crate) fn open(settings: &'a Settings, notify: Notify<'a>) -> Result<Self> {
        let store = TokenStore::at(settings.paths()?, notify);
        Ok(TokenStore {
            lock_timeout: settings.lock_timeout(),
            patience: settings.patience(settings.lock_timeout()),
            ..store
        })
    }

    /// The store of these files.
    pub(crate) fn at(paths: &'a Paths, notify: Notify<'a>) -> Self {
        TokenStore {
            paths,
            notify,
            lock_timeout: DEFAULT_LOCK_TIMEOUT,
            patience: DEFAULT_LOCK_TIMEOUT,
            text: RefCell::default(),
            warned: RefCell::default(),
        }
    }

    /// The file of all tokens.
    pub(crate) fn stored_tokens_path(&self) -> &Path {
        &self.paths.stored_tokens
    }

    /// The file of the active token.
    pub(crate) fn token_path(&self) -> &Path {
        &self.paths.token
    }

    /// The stored tokens in the order of the file.
    pub(crate) fn tokens(&self) -> Result<Vec<StoredToken>> {
        self.tokens_as(|stored| stored)
    }

    /// The same, each made into something else at once: a hundred thousand are not to be held twice.
    pub(crate) fn tokens_as<T>(&self, make: impl Fn(StoredToken) -> T) -> Result<Vec<T>> {
        let text = self.read()?;
        let mut tokens = Vec::with_capacity(ini::most_sections(&text));
        let add = |section: Section| {
            tokens.push(make(StoredToken {
                token: section.get(TOKEN).map(Secret::new),
                expires_at: section.get(EXPIRES_AT).map(str::to_owned),
                renews_itself: section.get(REFRESH_TOKEN).and_then(Secret::clean).is_some(),
                endpoint: section.get(ENDPOINT).map(str::to_owned),
                name: section.name.into_owned(),
            }));
        };
        ini::parse_each(&text, add).map_err(|problem| self.unreadable(problem))?;
        Ok(tokens)
    }

    /// Every secret in the two files, as far as they can be read.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        let text = self.read().unwrap_or_default();
        let document = ini::parse(&text).unwrap_or_default();
        let stored = document.sections().iter().flat_map(|section| {
            let values = [TOKEN, REFRESH_TOKEN].into_iter().filter_map(|key| section.get(key));
            values.filter_map(Secret::clean)
        });
        stored.chain(self.active().ok().flatten()).collect()
    }

    /// The token stored under a name.
    pub(crate) fn find(&self, name: &str) -> Result<Secret> {
        let text = self.read()?;
        let document = self.understand(&text)?;
        let value = document.section(name).and_then(|section| section.get(TOKEN));
        value.and_then(Secret::clean).ok_or_else(|| self.unknown(name))
    }

    /// The token in the active token's file.
    pub(crate) fn active(&self) -> Result<Option<Secret>> {
        let Some(bytes) = fs::read(&self.paths.token)? else {
            return Ok(None);
        };
        let text = String::from_utf8(bytes).map_err(|_| {
            Error::new(
                ErrorKind::Damaged,
                format!("Cannot read {}: it is not UTF-8 text.", self.paths.token.display()),
            )
            .hint("run `hf auth switch NAME` or `hf auth login --force` to write it anew.")
        })?;
        Ok(Secret::clean(&text))
    }

    /// The active token's file could be written, as far as that can be known: asked before either is.
    pub(crate) fn expect_replaceable(&self) -> Result<()> {
        fs::expect_replaceable(&self.paths.token)
    }

    /// Stores a token under a name, in place of what had that name.
    ///
    /// An unreadable file is moved aside first. A name that would not read back (none, `DEFAULT`, one with a line
    /// break) is replaced by a safe one that no other token has.
    pub(crate) fn save(&self, held: &Lock, name: &str, new: &NewToken) -> Result<Saved> {
        let put_it = |document: &mut Document| {
            let storable = storable_name(document, name, new.token);
            let name = name_for(document, name, new);
            put(document, &name, new);
            Ok((storable != name, name))
        };
        let ((is_beside_another_hub, name), set_aside) = match self.change(held, put_it)? {
            Ok(saved) => (saved, None),
            Err(problem) => {
                let aside = fs::move_aside(&self.paths.stored_tokens, &format!(".bak-{}", clock::stamp()))?;
                let kept = format!("the unreadable file was kept as {}.", aside.display());
                let saved = self.change(held, put_it).map_err(|error| error.hint(kept))?;
                (
                    saved.map_err(|problem| self.unreadable(problem))?,
                    Some((aside, problem)),
                )
            }
        };
        Ok(Saved {
            name,
            is_beside_another_hub,
            set_aside,
            version: Version::of(&self.paths.stored_tokens),
        })
    }

    /// Stores a token once more that another program's change has swept away: the reference reads, changes and writes
    /// without a lock. To be called when all else is done.
    pub(crate) fn save_again_if_lost(&self, saved: &Saved, new: &NewToken) -> Result<()> {
        if saved.version == Version::of(&self.paths.stored_tokens) || self.is_stored_now(&saved.name) {
            return Ok(());
        }
        let held = self.lock()?;
        let put_it = |document: &mut Document| {
            if document.section(&saved.name).is_none() {
                put(document, &saved.name, new);
            }
            Ok(())
        };
        self.change(&held, put_it)?
            .map_err(|problem| self.unreadable(problem))?;
        held.release()
    }

    /// Whether a token is stored under this name, by the file as it is now.
    fn is_stored_now(&self, name: &str) -> bool {
        self.text.replace(None);
        let text = self.read().unwrap_or_default();
        ini::parse(&text).is_ok_and(|document| document.section(name).is_some())
    }

    /// Whether a renewed token could be stored, as far as that can be known before there is one.
    pub(crate) fn check_writable(&self, _held: &Lock, old: &Secret) -> Result<()> {
        let stored = self.read()?;
        fs::check_writable(&self.paths.stored_tokens, stored.len() + ROOM_FOR_A_TOKEN)?;
        match self.active()?.as_ref() == Some(old) {
            true => fs::check_writable(&self.paths.token, ROOM_FOR_A_TOKEN),
            false => Ok(()),
        }
    }

    /// Puts a renewed token in the place of the old one, and makes it active if the old one was.
    pub(crate) fn renew(&self, held: &Lock, name: &str, old: &Secret, new: &NewToken) -> Result<()> {
        let put_it = |document: &mut Document| {
            put(document, name, new);
            Ok(())
        };
        self.change(held, put_it)?.map_err(|problem| self.unreadable(problem))?;
        match self.active()?.as_ref() == Some(old) {
            true => self.activate_under(held, new.token),
            false => Ok(()),
        }
    }

    /// What the token under a name is renewed with, if it can be.
    pub(crate) fn renewal_of(&self, name: &str) -> Result<Option<Secret>> {
        let text = self.read()?;
        let document = self.understand(&text)?;
        let value = document.section(name).and_then(|section| section.get(REFRESH_TOKEN));
        Ok(value.and_then(Secret::clean))
    }

    /// Forgets the token stored under a name, and the active token if it is the same one.
    pub(crate) fn remove(&self, name: &str) -> Result<Removed> {
        self.remove_where(name, |_| true)?.ok_or_else(|| self.unknown(name))
    }

    /// The same if that token is still the one that is stored there.
    pub(crate) fn remove_exactly(&self, name: &str, token: &Secret) -> Result<Option<Removed>> {
        self.remove_where(name, |stored| stored == Some(token))
    }

    fn remove_where(&self, name: &str, is_meant: impl Fn(Option<&Secret>) -> bool) -> Result<Option<Removed>> {
        // Asked first without the lock: a name that is not there must not even make a lock file.
        let text = self.read()?;
        let token = self.token_under(name, &self.understand(&text)?)?;
        if self.is_active(token.as_ref()) {
            fs::expect_removable(&self.paths.token)?;
        }
        let held = self.lock()?;
        let take_it = |document: &mut Document| {
            let token = self.token_under(name, document)?;
            let is_meant = is_meant(token.as_ref());
            if is_meant {
                document.take(name);
            }
            Ok((token, is_meant))
        };
        let (token, is_gone) = self
            .change(&held, take_it)?
            .map_err(|problem| self.unreadable(problem))?;
        if !is_gone {
            return Ok(None);
        }
        let was_active = self.is_active(token.as_ref());
        if was_active {
            self.remove_file(&held, &self.paths.token)?;
        }
        held.release()?;
        Ok(Some(Removed { token, was_active }))
    }

    fn token_under(&self, name: &str, document: &Document) -> Result<Option<Secret>> {
        let section = document.section(name).ok_or_else(|| self.unknown(name))?;
        Ok(section.get(TOKEN).and_then(Secret::clean))
    }

    /// An active token that cannot be read is none of ours.
    fn is_active(&self, token: Option<&Secret>) -> bool {
        token.is_some() && self.active().is_ok_and(|active| active.as_ref() == token)
    }

    /// Forgets every token.
    pub(crate) fn remove_all(&self) -> Result<()> {
        let nothing_there = fs::read(&self.paths.token)?.is_none() && fs::read(&self.paths.stored_tokens)?.is_none();
        if nothing_there {
            return Ok(());
        }
        let held = self.lock()?;
        self.understand(&self.read()?)?;
        let files = [&self.paths.token, &self.paths.stored_tokens];
        files.iter().try_for_each(|file| fs::expect_removable(file))?;
        files.iter().try_for_each(|file| self.remove_file(&held, file))?;
        held.release()
    }

    /// The text of `stored_tokens`, read once until somebody takes the lock to change it, or looks for what others did.
    fn read(&self) -> Result<Rc<Vec<u8>>> {
        if let Some(text) = &*self.text.borrow() {
            return Ok(Rc::clone(text));
        }
        let text = Rc::new(fs::read(&self.paths.stored_tokens)?.unwrap_or_default());
        *self.text.borrow_mut() = Some(Rc::clone(&text));
        Ok(text)
    }

    fn understand<'t>(&self, text: &'t [u8]) -> Result<Document<'t>> {
        ini::parse(text).map_err(|problem| self.unreadable(problem))
    }

    fn unknown(&self, name: &str) -> Error {
        // Somebody may have given a token where its name was asked for.
        let name = if name.starts_with("hf_") && name.len() > LONGEST_NAME {
            &Secret::new(name).masked()
        } else {
            name
        };
        Error::new(
            ErrorKind::UnknownName,
            format!(
                "Access token {name} not found in {}",
                self.paths.stored_tokens.display()
            ),
        )
        .hint(match self.nearest_to(name) {
            Some(near) => format!("did you mean `{near}`? Run `hf auth list` to see the names of the stored tokens."),
            None => "run `hf auth list` to see the names of the stored tokens.".to_owned(),
        })
    }

    /// The stored name that may have been meant: one that a slip or two of the finger lead to.
    fn nearest_to(&self, name: &str) -> Option<String> {
        let most = 1 + name.chars().count() / 4;
        let distance = |known: &String| strsim::damerau_levenshtein(&known.to_lowercase(), &name.to_lowercase());
        let names = self.tokens().ok()?.into_iter().map(|stored| stored.name);
        let (distance, nearest) = names.map(|known| (distance(&known), known)).min()?;
        (distance <= most && distance < name.chars().count()).then_some(nearest)
    }

    fn unreadable(&self, problem: ini::ParseError) -> Error {
        Error::new(
            ErrorKind::Damaged,
            format!("Cannot read {}: {problem}.", self.paths.stored_tokens.display()),
        )
        .hint("mend that line, or run `hf auth login --force` to have the file kept aside and a new one started.")
        .with_source(problem)
    }
}
