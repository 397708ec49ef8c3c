//! The names of repositories, as people write and paste them. Pure: no question is asked.

use std::fmt;

use url::Url;

use crate::error::{Error, ErrorKind, Result};
use crate::secret::redaction::masked_name;
use crate::settings::Endpoint;

/// The Hub's own limit, for each of the two parts.
const LONGEST_PART: usize = 96;
/// No name or address is longer, in bytes; more of it is not repeated either.
const LONGEST_TEXT: usize = 2048;
const MOST_SHOWN: usize = 120;
/// What stands behind a repository in the address of one of its pages.
const PAGES: [&str; 10] = [
    "blame",
    "blob",
    "commit",
    "commits",
    "discussions",
    "edit",
    "raw",
    "resolve",
    "tree",
    "viewer",
];
/// What stands in a repository's place and is none.
const ELSEWHERE: [&str; 8] = [
    "api",
    "buckets",
    "collections",
    "docs",
    "join",
    "organizations",
    "papers",
    "settings",
];

/// What kind of repository it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RepoType {
    /// A model.
    Model,
    /// A dataset.
    Dataset,
    /// A Space.
    Space,
}

impl RepoType {
    const ALL: [RepoType; 3] = [RepoType::Model, RepoType::Dataset, RepoType::Space];

    /// The word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            RepoType::Model => "model",
            RepoType::Dataset => "dataset",
            RepoType::Space => "space",
        }
    }

    /// What comes before the name, where the type is to be told from it: nothing for a model.
    fn prefix(self) -> &'static str {
        match self {
            RepoType::Model => "",
            RepoType::Dataset => "datasets/",
            RepoType::Space => "spaces/",
        }
    }

    fn of_prefix(word: &str) -> Option<Self> {
        RepoType::ALL
            .into_iter()
            .find(|kind| word.strip_suffix('s') == Some(kind.word()))
    }
}

/// A repository on the Hub, whether there is one of that name or not. It displays as `acme/x`, `datasets/acme/x`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Repo {
    kind: RepoType,
    id: String,
}

impl fmt::Display for Repo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.kind.prefix(), self.id)
    }
}

impl Repo {
    /// Reads `acme/x`, `gpt2`, `datasets/acme/x`, `spaces/acme/x`, `hf://…`, or the address of a repository or of one of its
    /// pages on this Hub. Without a prefix it is of this `kind`, else a model.
    ///
    /// ```
    /// # fn main() -> hf_auth::Result<()> {
    /// use hf_auth::{Repo, RepoType, Settings};
    /// let endpoint = Settings::from_variables([("HF_ENDPOINT", "https://hub.lan")]).endpoint()?;
    /// let repo = Repo::parse("https://hub.lan/datasets/acme/x/tree/main", None, &endpoint)?;
    /// assert_eq!((repo.kind(), repo.id()), (RepoType::Dataset, "acme/x"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When it is none, is on another host, or says another type than `kind`; the sentence says which.
    pub fn parse(text: &str, kind: Option<RepoType>, endpoint: &Endpoint) -> Result<Self> {
        Repo::read(text, kind, endpoint).map_err(|why| {
            let shown = shown(text);
            Error::new(ErrorKind::Malformed, format!("'{shown}' {why}.")).without_hint()
        })
    }

    fn read(text: &str, kind: Option<RepoType>, endpoint: &Endpoint) -> Result<Self, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("is empty".to_owned());
        }
        if text.len() > LONGEST_TEXT {
            return Err("is too long for a repository's name".to_owned());
        }
        if text.contains("://") && !text.starts_with("hf://") {
            let path = path_on(text, endpoint)?;
            return Repo::in_path(&path, kind);
        }
        match text.strip_prefix("hf://") {
            Some(path) => Repo::in_path(path, kind),
            None => {
                let (said, id) = split_prefix(text);
                Repo::of(said, kind, id)
            }
        }
    }

    /// The repository that the path leads into, however deep.
    fn in_path(path: &str, kind: Option<RepoType>) -> Result<Self, String> {
        let (said, path) = split_prefix(path.trim_matches('/'));
        // `hf://acme/x@main/file`: a revision is none of the name.
        let (path, has_revision) = match path.split_once('@') {
            Some((path, _)) => (path, true),
            None => (path, false),
        };
        let parts: Vec<&str> = path.split('/').collect();
        if said.is_none() && ELSEWHERE.contains(&parts[0]) {
            return Err("is no repository's address".to_owned());
        }
        let id = match parts[..] {
            [name] => name.to_owned(),
            [name, page, ..] if PAGES.contains(&page) && !has_revision => name.to_owned(),
            [owner, name, ..] => format!("{owner}/{}", name.strip_suffix(".git").unwrap_or(name)),
            [] => String::new(),
        };
        Repo::of(said, kind, &id)
    }

    fn of(said: Option<RepoType>, wanted: Option<RepoType>, id: &str) -> Result<Self, String> {
        if let (Some(said), Some(wanted)) = (said, wanted)
            && said != wanted
        {
            return Err(format!("is a {}, and --type says {}", said.word(), wanted.word()));
        }
        check_name(id)?;
        Ok(Repo {
            kind: said.or(wanted).unwrap_or(RepoType::Model),
            id: id.to_owned(),
        })
    }

    /// What kind of repository it is.
    pub fn kind(&self) -> RepoType {
        self.kind
    }

    /// Its name, with its owner's: `acme/x`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whose it is; the oldest repositories are nobody's.
    pub(crate) fn owner(&self) -> Option<&str> {
        self.id.split_once('/').map(|(owner, _)| owner)
    }

    /// The address of its page.
    pub(crate) fn page(&self, endpoint: &Endpoint) -> String {
        format!("{endpoint}/{self}")
    }
}

/// As much of it as may be repeated.
fn shown(text: &str) -> String {
    // A user name and a password may stand before the host.
    if text.contains("://") && text.contains('@') && !text.starts_with("hf://") {
        return "****".to_owned();
    }
    let text = masked_name(text);
    match text.char_indices().nth(MOST_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}

fn split_prefix(text: &str) -> (Option<RepoType>, &str) {
    let split = text.split_once('/');
    let known = split.and_then(|(word, rest)| Some((RepoType::of_prefix(word)?, rest)));
    match known {
        Some((kind, rest)) => (Some(kind), rest),
        None => (None, text),
    }
}

/// The path of an address below the endpoint.
fn path_on(text: &str, endpoint: &Endpoint) -> Result<String, String> {
    let address = Url::parse(text).map_err(|_| "is no address".to_owned())?;
    if !address.username().is_empty() || address.password().is_some() {
        return Err("has a user name or a password in it".to_owned());
    }
    let own = endpoint.url();
    let below = address.path().strip_prefix(own.path().trim_end_matches('/'));
    match below.filter(|below| address.origin() == own.origin() && below.starts_with('/')) {
        Some(below) => Ok(below.to_owned()),
        None => Err(format!("is not on {endpoint}")),
    }
}

/// The Hub's rules for names.
fn check_name(id: &str) -> Result<(), String> {
    let parts: Vec<&str> = id.split('/').collect();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if parts.len() > 2 {
        return Err("has more than two parts".to_owned());
    }
    for part in &parts {
        if part.is_empty() {
            return Err("lacks a name".to_owned());
        }
        if let Some(odd) = part.chars().find(|c| !is_part(*c)) {
            let what = if odd.is_whitespace() {
                "white space"
            } else {
                "a character"
            };
            return Err(format!("has {what} in it that no repository's name has"));
        }
        if part.starts_with(['-', '.']) || part.ends_with(['-', '.']) {
            return Err("begins or ends with - or .".to_owned());
        }
        if part.len() > LONGEST_PART {
            return Err(format!("has a part of more than {LONGEST_PART} characters"));
        }
    }
    if id.contains("--") || id.contains("..") {
        return Err("has -- or .. in it".to_owned());
    }
    if id.ends_with(".git") {
        return Err("ends with .git".to_owned());
    }
    // The name is about to be shown in every line.
    match masked_name(id) == id {
        true => Ok(()),
        false => Err("looks like a token".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;
    use crate::properties::{for_all, spoilt};

    fn read(text: &str, kind: Option<RepoType>) -> Result<String, String> {
        let endpoint = Endpoint::parse(OsStr::new("https://hub.lan/mirror")).unwrap();
        let repo = Repo::parse(text, kind, &endpoint).map_err(|error| error.to_string())?;
        Ok(format!("{} {}", repo.kind.word(), repo.id))
    }

    #[test]
    fn a_repository_is_known_however_it_is_written() {
        for (text, expected) in [
            ("acme/x", "model acme/x"),
            ("gpt2", "model gpt2"),
            (" acme/x\r", "model acme/x"),
            ("models/acme/x", "model acme/x"),
            ("datasets/acme/x.y_z-1", "dataset acme/x.y_z-1"),
            ("datasets/squad", "dataset squad"),
            ("spaces/acme/x", "space acme/x"),
            ("hf://acme/x", "model acme/x"),
            ("hf://datasets/acme/x@refs%2Fpr%2F1/data/a.csv", "dataset acme/x"),
            ("hf://gpt2", "model gpt2"),
            ("https://hub.lan/mirror/acme/x", "model acme/x"),
            ("https://HUB.lan:443/mirror/spaces/acme/x/", "space acme/x"),
            (
                "https://hub.lan/mirror/datasets/acme/x/tree/main/a?b=1#c",
                "dataset acme/x",
            ),
            ("https://hub.lan/mirror/gpt2/resolve/main/config.json", "model gpt2"),
            ("https://hub.lan/mirror/acme/x.git", "model acme/x"),
        ] {
            assert_eq!(read(text, None).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_repository_is_refused_with_a_reason() {
        for (text, why) in [
            ("", "is empty"),
            ("a b", "white space"),
            ("acme/x/y", "more than two parts"),
            ("hub.lan/acme/x", "more than two parts"),
            ("acme/", "lacks a name"),
            ("/x", "lacks a name"),
            ("datasets/", "lacks a name"),
            ("-x", "begins or ends"),
            ("a/x.", "begins or ends"),
            ("a--b", "-- or .."),
            ("a/x..y", "-- or .."),
            ("acme/x.git", ".git"),
            ("é/x", "a character"),
            ("acme/x\u{1b}[2J", "a character"),
            ("acme/x?y", "a character"),
            ("https://other.example/acme/x", "is not on https://hub.lan/mirror"),
            ("http://hub.lan/mirror/acme/x", "is not on"),
            ("https://hub.lan/acme/x", "is not on"),
            ("https://hub.lan/mirrored/acme/x", "is not on"),
            ("https://hub.lan.evil.example/mirror/acme/x", "is not on"),
            ("https://hub.lan/mirror/settings/tokens", "no repository's address"),
            ("https://hub.lan/mirror/", "lacks a name"),
            ("hf://buckets/acme/x", "no repository's address"),
            ("hf://", "lacks a name"),
            ("ftp://", "is no address"),
        ] {
            let refused = read(text, None).unwrap_err();
            assert!(refused.contains(why), "{text:?}: {refused}");
        }
        assert!(read(&"a".repeat(96), None).is_ok());
        assert!(read(&"a".repeat(97), None).is_err());
    }

    #[test]
    fn a_type_counts_where_nothing_says_another() {
        let dataset = Some(RepoType::Dataset);
        assert_eq!(read("acme/x", dataset).as_deref(), Ok("dataset acme/x"));
        assert_eq!(read("datasets/acme/x", dataset).as_deref(), Ok("dataset acme/x"));
        let refused = read("spaces/acme/x", dataset).unwrap_err();
        assert_eq!(refused, "'spaces/acme/x' is a space, and --type says dataset.");
        assert!(read("models/acme/x", dataset).is_err());
    }

    #[test]
    fn a_secret_in_its_place_is_not_repeated() {
        for text in [
            "hf_test_canary_0123456789abcdef",
            "acme/hf_test_canary_0123456789abcdef",
            "https://user:hf_test_canary_0123456789abcdef@hub.lan/mirror/acme/x",
            "https://hf_test_canary_0123456789abcdef@hub.lan/mirror/acme/x",
        ] {
            let refused = read(text, None).unwrap_err();
            assert!(!refused.contains("canary"), "{refused}");
        }
    }

    #[test]
    fn no_text_gets_out_of_the_address() {
        let holds = |text: &str| {
            if let Ok(named) = read(text, None) {
                let (_, id) = named.split_once(' ').unwrap();
                assert!(id.split('/').count() <= 2 && !id.contains(".."), "{id}");
                assert!(
                    id.bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte))
                );
            }
        };
        for_all(
            "(hf://|https://hub.lan/mirror/)?(datasets/)?[ -~é]{0,20}",
            |text: String| holds(&text),
        );
        let corpus = ["hf://datasets/acme/x@main", "https://hub.lan/mirror/acme/x"];
        let corpus = corpus.map(|text| text.as_bytes().to_vec()).to_vec();
        for_all(spoilt(corpus), |bytes| holds(&String::from_utf8_lossy(&bytes)));
    }
}
