//! Where the files are that the environment names: ours, git's, and the home folder that both lie in.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{Lookup, environment, expand};
use crate::fs;

/// The files and folders in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// `HF_HOME`.
    pub home: PathBuf,
    /// The file that holds the active token.
    pub token: PathBuf,
    /// The file that holds every stored token.
    pub stored_tokens: PathBuf,
    /// The file of which account counts where.
    pub account_rules: PathBuf,
}

impl Paths {
    /// The reference's order of evaluation: staging moves the active token only, and only after the place of
    /// `stored_tokens` was taken from it. What stands in for an `HF_TOKEN_PATH` is expanded as if it had been written there: of
    /// a value in `HF_HOME` a second time. A variable that is empty, or becomes so, counts as unset: the reference's tokens would
    /// lie in whatever folder it is started in.
    pub(super) fn of(lookup: Lookup, staging: bool) -> Option<Self> {
        let cache = || Some(home_folder(lookup)?.join(".cache"));
        let expanded = |path: OsString| Some(expand::expand(&path, lookup)).filter(|path| !path.is_empty());
        let named = |name: &str| lookup(name).and_then(expanded).map(PathBuf::from);
        let home = match named("HF_HOME") {
            Some(home) => home,
            None => {
                let in_home = || cache().and_then(|cache| expanded(cache.into())).map(PathBuf::from);
                named("XDG_CACHE_HOME").or_else(in_home)?.join("huggingface")
            }
        };
        let default = || expanded(home.join("token").into()).map(PathBuf::from);
        let token = named("HF_TOKEN_PATH").or_else(default)?;
        let stored_tokens = token.parent().unwrap_or(Path::new("")).join("stored_tokens");
        let token = if staging {
            cache()?.join("huggingface_staging").join("token")
        } else {
            token
        };
        Some(Paths {
            home,
            token,
            account_rules: stored_tokens.with_file_name("account_rules"),
            stored_tokens,
        })
    }

    /// Why the active token cannot be kept there, if it cannot: it would be written over every stored one, or the two
    /// files would lie in different folders.
    pub(super) fn problem(&self) -> Option<&'static str> {
        let text = self.token.as_os_str().to_string_lossy();
        let (token, stored) = (self.token.file_name(), self.stored_tokens.file_name());
        let is_stored_tokens = self.token.parent() == self.stored_tokens.parent()
            && token
                .zip(stored)
                .is_some_and(|(token, stored)| fs::is_same_name(token, stored));
        if is_stored_tokens {
            Some("that file holds the stored tokens")
        } else if fs::is_device(&self.token) {
            Some("it names a device")
        } else if text.ends_with(std::path::is_separator) {
            Some("it names a folder")
        } else {
            None
        }
    }
}

/// The files that are git's configuration for this user, the one that it writes first (git-config(1), "FILES").
pub(crate) fn git_configuration() -> Vec<PathBuf> {
    if let Some(path) = environment("GIT_CONFIG_GLOBAL") {
        return vec![path.into()];
    }
    let home = environment("HOME").map(PathBuf::from).or_else(dirs::home_dir);
    let in_home = home.iter().map(|home| home.join(".gitconfig"));
    let folder = environment("XDG_CONFIG_HOME")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from);
    let folder = folder.or_else(|| Some(home.as_ref()?.join(".config")));
    in_home
        .chain(folder.map(|folder| folder.join("git").join("config")))
        .collect()
}

/// The home folder as Python's `expanduser` finds it: the variable, even an empty one, else the system's records.
pub(crate) fn home_folder(lookup: Lookup) -> Option<PathBuf> {
    let variable = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    match lookup(variable) {
        // `~` followed by `/.cache` is then `/.cache`.
        Some(home) if home.is_empty() => Some(PathBuf::from("/")),
        Some(home) => Some(PathBuf::from(home)),
        None => dirs::home_dir(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(token: &str) -> Option<&'static str> {
        let lookup = |name: &str| (name == "HF_TOKEN_PATH").then(|| OsString::from(token));
        let lookup = |name: &str| {
            if name == "HF_HOME" {
                Some("home".into())
            } else {
                lookup(name)
            }
        };
        Paths::of(&lookup, false).unwrap().problem()
    }

    #[test]
    fn the_stored_tokens_are_not_the_active_one_in_any_spelling() {
        let is_refused = |token: &str| problem(token) == Some("that file holds the stored tokens");
        assert!(is_refused("a/stored_tokens") && is_refused("a/./stored_tokens") && !is_refused("a/token"));
        assert_eq!(is_refused("a/Stored_Tokens"), cfg!(any(windows, target_os = "macos")));
        for token in [
            "a/stored_tokens.",
            "a/stored_tokens ",
            "STORED_TOKENS. .",
            "a/stored_tokens::$DATA",
        ] {
            assert_eq!(is_refused(token), cfg!(windows), "{token}");
        }
    }

    #[test]
    fn a_device_of_windows_is_no_file_for_a_token() {
        for token in ["NUL", "a/nul.txt", "COM1", "con ."] {
            assert_eq!(problem(token), cfg!(windows).then_some("it names a device"), "{token}");
        }
    }
}
