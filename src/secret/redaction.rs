//! Secrets, taken out of what somebody else wrote before it is cut, joined or shown: a server may repeat what it was sent,
//! and what is cut first is not found any more. Found in any letter case (the name of a host is lower case) and
//! percent-encoded, in whole or in part. Also what looks like a token where a name should be.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;

use zeroize::Zeroizing;

use crate::secret::Secret;

/// No token of the Hub is as short as this. Anything shorter is left alone: blotting it out would make texts unreadable.
const SHORTEST_TOKEN: usize = 8;
/// No name is as long as this and starts like a token.
const LONGEST_NAME: usize = 19;
const TOKENS_START_WITH: [&str; 2] = ["hf_", "api_org_"];
/// So often may a text have been percent-encoded.
const DEEPEST_ENCODING: usize = 3;

/// The secrets that may turn up in an answer: those that are known, and those that can be found out, which is done when there
/// is a text that is long enough to hold one.
#[derive(Default)]
pub(crate) struct Secrets {
    known: RefCell<Vec<Secret>>,
    others: RefCell<Option<Search>>,
}

/// Finds the others.
type Search = Box<dyn FnOnce() -> Vec<Secret>>;

impl Secrets {
    pub(crate) fn new(known: Vec<Secret>, others: impl FnOnce() -> Vec<Secret> + 'static) -> Self {
        Secrets {
            known: RefCell::new(known),
            others: RefCell::new(Some(Box::new(others))),
        }
    }

    /// One that is about to be sent, or has come.
    pub(crate) fn add(&self, secret: Secret) {
        let mut known = self.known.borrow_mut();
        if !known.contains(&secret) {
            known.push(secret);
        }
    }

    /// Somebody else's text without any of them.
    pub(crate) fn redact(&self, text: &str) -> String {
        if text.len() > LONGEST_NAME
            && let Some(others) = self.others.take()
        {
            self.known.borrow_mut().extend(others());
        }
        self.redact_known(text)
    }

    /// A text of our own without those that were sent or have come. Reads no file.
    pub(crate) fn redact_known(&self, text: &str) -> String {
        redact(&*self.known.borrow(), text)
    }
}

/// The text with these secrets blotted out.
pub(super) fn redact<'s>(secrets: impl IntoIterator<Item = &'s Secret>, text: &str) -> String {
    let secrets = secrets.into_iter().map(Secret::expose);
    let secrets: Vec<Zeroizing<String>> = secrets
        .filter(|secret| secret.len() >= SHORTEST_TOKEN)
        .map(|secret| Zeroizing::new(secret.bytes().map(folded).collect()))
        .collect();
    let mut reading = Some(Reading::of(text)).filter(|_| !secrets.is_empty());
    let mut found = Vec::new();
    for _ in 0..=DEEPEST_ENCODING {
        let Some(current) = reading else { break };
        found.extend(secrets.iter().flat_map(|secret| current.places_of(secret)));
        reading = current.decoded();
    }
    blotted_out(text, found)
}

/// A text as it is searched: each of its bytes as one character in lower case, and where in the text that one stands.
struct Reading {
    characters: Zeroizing<String>,
    /// For every byte of `characters`, and for their end.
    origins: Vec<usize>,
}

impl Reading {
    fn of(text: &str) -> Self {
        Reading::from(text.len(), text.bytes().map(folded).enumerate())
    }

    fn from(end: usize, characters: impl Iterator<Item = (usize, char)>) -> Self {
        let (mut text, mut origins) = (Zeroizing::new(String::new()), Vec::new());
        for (origin, character) in characters {
            text.push(character);
            origins.resize(text.len(), origin);
        }
        origins.push(end);
        Reading {
            characters: text,
            origins,
        }
    }

    /// Where in the text a folded secret stands.
    fn places_of<'a>(&'a self, secret: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let places = self.characters.match_indices(secret);
        places.map(|(start, found)| self.origins[start]..self.origins[start + found.len()])
    }

    /// The same with every `%5F` as what it stands for; `None` where there is none.
    fn decoded(&self) -> Option<Self> {
        let (mut rest, mut decoded) = (self.characters.as_str(), Vec::new());
        let mut changed = false;
        while let Some(first) = rest.chars().next() {
            let origin = self.origins[self.characters.len() - rest.len()];
            let byte = rest.get(..3).and_then(encoded);
            changed |= byte.is_some();
            decoded.push((origin, byte.map_or(first, folded)));
            rest = &rest[byte.map_or(first.len_utf8(), |_| 3)..];
        }
        let end = self.origins.last().copied().unwrap_or_default();
        changed.then(|| Reading::from(end, decoded.into_iter()))
    }
}

fn folded(byte: u8) -> char {
    char::from(byte.to_ascii_lowercase())
}

/// The byte that `%5f` stands for.
fn encoded(text: &str) -> Option<u8> {
    let digits = text.strip_prefix('%')?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then(|| u8::from_str_radix(digits, 16).ok())?
}

fn blotted_out(text: &str, mut found: Vec<Range<usize>>) -> String {
    found.sort_by_key(|range| (range.start, range.end));
    let (mut redacted, mut behind) = (String::new(), 0);
    for Range { start, end } in found {
        // One secret may be part of another.
        if start >= behind {
            redacted.push_str(text.get(behind..start).unwrap_or_default());
            redacted.push_str("****");
        }
        behind = behind.max(end);
    }
    redacted.push_str(text.get(behind..).unwrap_or_default());
    redacted
}

/// A name from a server as a person is shown it: what looks like a token is masked, for somebody may have put one there.
pub(crate) fn masked_name(text: &str) -> Cow<'_, str> {
    let is_of_a_token = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let mut masked = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(is_of_a_token) {
        let (before, from_word) = rest.split_at(start);
        let end = from_word.find(|c| !is_of_a_token(c)).unwrap_or(from_word.len());
        let (word, behind) = from_word.split_at(end);
        masked.push_str(before);
        match looks_like_a_token(word) {
            true => masked.push_str(&Secret::new(word).masked()),
            false => masked.push_str(word),
        }
        rest = behind;
    }
    masked.push_str(rest);
    match masked == text {
        true => Cow::Borrowed(text),
        false => Cow::Owned(masked),
    }
}

fn looks_like_a_token(word: &str) -> bool {
    let starts_like_one = |start: &str| word.get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start));
    word.len() > LONGEST_NAME && TOKENS_START_WITH.iter().any(|start| starts_like_one(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(secrets: &[&str], text: &str) -> String {
        let secrets: Vec<Secret> = secrets.iter().copied().map(Secret::new).collect();
        redact(&secrets, text)
    }

    #[test]
    fn a_secret_is_blotted_out_in_any_case_and_as_often_as_it_is_there() {
        let secret = ["hf_testTest"];
        assert_eq!(
            redacted(&secret, "é hf_testTest, http://HF_TESTTEST.é"),
            "é ****, http://****.é"
        );
        assert_eq!(redacted(&secret, "hf_testTes"), "hf_testTes");
        assert_eq!(redacted(&["short"], "short"), "short");
        assert_eq!(redacted(&[], "é"), "é");
    }

    #[test]
    fn a_secret_is_found_however_it_is_percent_encoded() {
        let secret = ["hf_testTest"];
        for text in [
            "hf%5FtestTest",
            "hf%5ftesttest",
            "%68%66%5F%74%65%73%74%54%65%73%74",
            "hf%255FtestTest",
            "HF%25255FTESTTEST",
        ] {
            assert_eq!(redacted(&secret, &format!("ü?x={text}&y=%")), "ü?x=****&y=%", "{text}");
        }
        assert_eq!(redacted(&["abcd1234efgh"], "100%abcd1234efgh"), "100%****");
        assert_eq!(redacted(&["hf_te%41st"], "a hf_te%41st, hf_te%2541st"), "a ****, ****");
        assert_eq!(
            redacted(&["hf_tést_é"], "é hf_tést_é; hf_t%C3%A9st_%c3%a9"),
            "é ****; ****"
        );
    }

    #[test]
    fn of_secrets_within_each_other_nothing_is_left() {
        let (short, long) = ("hf_test_0000", "hf_test_0000_and_more");
        for secrets in [[short, long], [long, short]] {
            assert_eq!(redacted(&secrets, &format!("{long} {short}")), "**** ****");
        }
        assert_eq!(redacted(&["abcdefgh1", "h1234567"], "abcdefgh1234567."), "****.");
    }

    #[test]
    fn a_name_that_looks_like_a_token_is_masked() {
        let cases = [
            ("carol", "carol"),
            ("hf_internal", "hf_internal"),
            ("hf_abcdefghijklmnopqrst", "hf_****qrst"),
            ("HF_ABCDEFGHIJKLMNOPQRST", "HF_****QRST"),
            ("api_org_abcdefghijklmn", "api****klmn"),
            ("a,hf_abcdefghijklmnopqrst; é", "a,hf_****qrst; é"),
            ("my-hf_abcdefghijklmnopqrst", "my-hf_abcdefghijklmnopqrst"),
        ];
        for (name, shown) in cases {
            assert_eq!(masked_name(name), shown, "{name}");
        }
    }
}
