//! A token in memory: it cannot be printed by accident, is wiped when dropped, and is handed out in one place only.
//! Also the rules of what a token may look like. Knows nothing of where tokens come from.

pub(crate) mod redaction;

use std::fmt;

use zeroize::Zeroizing;

use crate::error::{Error, ErrorKind};

/// No server takes a header that is longer, in bytes.
const LONGEST_TOKEN: usize = 64 * 1024;

/// A token, or any other text that must not be seen.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps a text as it is.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(Zeroizing::new(text.into()))
    }

    /// A token as somebody gave it: white space around it (a pasted newline) is dropped.
    ///
    /// # Errors
    /// [`Malformed`] when nothing is left, or when it could not be part of an HTTP header or a line of a file.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let token = text.trim();
        if token.is_empty() {
            return Err(Malformed::Empty);
        }
        if token.len() > LONGEST_TOKEN {
            return Err(Malformed::TooLong);
        }
        match token.chars().find(|c| !c.is_ascii_graphic()) {
            None => Ok(Secret::new(token)),
            Some(c) if c.is_whitespace() => Err(Malformed::WhiteSpace),
            Some(c) if c.is_control() => Err(Malformed::Control),
            Some(_) => Err(Malformed::NotAscii),
        }
    }

    /// A token as a variable or a file holds it: line breaks anywhere and white space around it are dropped, and
    /// nothing left means no token. The reference reads both this way.
    pub(crate) fn clean(text: &str) -> Option<Self> {
        let one_line: Zeroizing<String> = Zeroizing::new(text.replace(['\r', '\n'], ""));
        let token = one_line.trim();
        (!token.is_empty()).then(|| Secret::new(token))
    }

    /// The text itself. Search for this name to see every place where a token leaves our hands.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// By which it can be recognised, and from which it cannot be found out (FNV-1a, 64 bits).
    pub(crate) fn fingerprint(&self) -> String {
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        format!("{:016x}", self.0.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
    }

    /// Enough of it to recognise one's own token: the first 3 and the last 4 characters, and nothing at all of one
    /// that is under 12 characters long.
    pub fn masked(&self) -> String {
        let starts = || self.0.char_indices().map(|(start, _)| start);
        match (starts().nth(11), starts().nth(3), starts().nth_back(3)) {
            (Some(_), Some(head), Some(tail)) => format!("{}****{}", &self.0[..head], &self.0[tail..]),
            _ => "****".to_owned(),
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(****)")
    }
}

/// Why a text cannot be a token. The text itself is never part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// Nothing but white space.
    #[error("is empty")]
    Empty,
    /// Longer than a header can be.
    #[error("is longer than 64 KiB")]
    TooLong,
    /// White space within.
    #[error("has white space in it")]
    WhiteSpace,
    /// Control characters within.
    #[error("has control characters in it")]
    Control,
    /// Characters outside ASCII within.
    #[error("has characters in it that are not ASCII")]
    NotAscii,
}

impl Malformed {
    /// The error for the token found in `place` ("given", "in HF_TOKEN", …).
    pub(crate) fn found(self, place: &str) -> Error {
        Error::new(ErrorKind::Malformed, format!("The token {place} {self}.")).hint(
            "copy it again from https://huggingface.co/settings/tokens: a token is one word such as hf_…, without spaces or quotes.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_trimmed_and_checked() {
        assert_eq!(
            Secret::parse(" hf_test\n").map(|t| t.expose().to_owned()),
            Ok("hf_test".to_owned())
        );
        let refused = [
            ("", Malformed::Empty),
            ("\r\n ", Malformed::Empty),
            ("hf a", Malformed::WhiteSpace),
            ("hf\u{a0}a", Malformed::WhiteSpace),
            ("hf\u{7f}a", Malformed::Control),
            ("hf\u{1b}[2J", Malformed::Control),
            ("hf_tést", Malformed::NotAscii),
            ("\u{feff}hf_test", Malformed::NotAscii),
        ];
        for (text, reason) in refused {
            assert_eq!(Secret::parse(text), Err(reason), "{text:?}");
        }
        let long = "a".repeat(LONGEST_TOKEN);
        assert!(Secret::parse(&long).is_ok());
        assert_eq!(Secret::parse(&format!("{long}a")), Err(Malformed::TooLong));
    }

    #[test]
    fn a_short_token_is_masked_whole() {
        assert_eq!(Secret::new("hf_testtoken").masked(), "hf_****oken");
        assert_eq!(Secret::new("hf_testtoke").masked(), "****");
        assert_eq!(Secret::new("").masked(), "****");
    }

    #[test]
    fn debug_shows_nothing() {
        assert_eq!(format!("{:?}", Secret::new("hf_test")), "Secret(****)");
    }
}
