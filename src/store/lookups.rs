//! What there is to say of one token by looking for it: whether it can be renewed, when it expires, which Hub it is for, and whether a renewal is
//! in the middle of replacing it.

use std::time::Duration;

use super::TokenStore;
use super::ini::{self, Section};
use super::records::{ENDPOINT, EXPIRES_AT, REFRESH_TOKEN, Renewable, TOKEN};
use crate::clock;
use crate::error::Result;
use crate::fs::Version;
use crate::secret::Secret;

/// A renewal writes two files, one behind the other, and takes no longer for it than this.
const JUST_NOW: Duration = Duration::from_secs(2);
const MOST_LOOKS: usize = 20;
const BETWEEN_LOOKS: Duration = Duration::from_millis(10);

impl TokenStore<'_> {
    /// The active token for whoever is going to use it. Between the two writes of a renewal its file still holds the old one,
    /// which is stored no more; then it is looked at again.
    pub(crate) fn settled_active(&self) -> Result<Option<Secret>> {
        let mut active = self.active()?;
        for _ in 0..MOST_LOOKS {
            match &active {
                Some(token) if self.is_between_two_writes(token)? => {}
                _ => break,
            }
            clock::pause(BETWEEN_LOOKS);
            self.text.replace(None);
            active = self.active()?;
        }
        Ok(active)
    }

    fn is_between_two_writes(&self, active: &Secret) -> Result<bool> {
        let bytes = self.read()?;
        if !has_key(&bytes, REFRESH_TOKEN) {
            return Ok(false);
        }
        let document = ini::parse(&bytes).unwrap_or_default();
        let mut tokens = document.sections().iter().filter_map(|section| section.get(TOKEN));
        Ok(tokens.all(|token| token != active.expose())
            && Version::of(&self.paths.stored_tokens).is_younger_than(JUST_NOW))
    }

    /// The stored token that equals this one, if it can be renewed. A store that cannot be read holds none.
    pub(crate) fn renewable(&self, token: &Secret) -> Result<Option<Renewable>> {
        self.of_section_with(REFRESH_TOKEN, token, |section| {
            Some(Renewable {
                name: section.name.clone().into_owned(),
                refresh_token: Secret::clean(section.get(REFRESH_TOKEN)?)?,
                expires_at: section.get(EXPIRES_AT)?.trim().parse().ok()?,
            })
        })
    }

    /// When this token expires, in seconds since 1970.
    pub(crate) fn expiry_of(&self, token: &Secret) -> Result<Option<i64>> {
        self.of_section_with(EXPIRES_AT, token, |section| {
            section.get(EXPIRES_AT)?.trim().parse().ok()
        })
    }

    /// The Hub that this token is bound to, and the name it is stored under.
    pub(crate) fn bound(&self, token: &Secret) -> Result<Option<(String, String)>> {
        self.of_section_with(ENDPOINT, token, |section| {
            Some((section.get(ENDPOINT)?.to_owned(), section.name.clone().into_owned()))
        })
    }

    /// What there is to say of the section of this token that has a key.
    fn of_section_with<T>(&self, key: &str, token: &Secret, said: impl Fn(&Section) -> Option<T>) -> Result<Option<T>> {
        let bytes = self.read()?;
        // Most stores have no such key; then there is nothing to understand.
        if !has_key(&bytes, key) {
            return Ok(None);
        }
        let document = ini::parse(&bytes).unwrap_or_default();
        let mut sections = document.sections().iter();
        Ok(
            sections.find_map(|section| match section.get(TOKEN) == Some(token.expose()) {
                true => said(section),
                false => None,
            }),
        )
    }
}

/// Whether a key may be in a file, in any case.
fn has_key(bytes: &[u8], key: &str) -> bool {
    let wanted = key.as_bytes();
    let is_key = |window: &[u8]| window[0] | 0x20 == wanted[0] && window.eq_ignore_ascii_case(wanted);
    bytes.windows(wanted.len()).any(is_key)
}
