//! `~` and `$VAR` in a path, as Python's `os.path.expandvars(os.path.expanduser(path))` expands them: an unknown user
//! or variable stays as it was written, a value is not expanded again, and only ASCII letters, digits and `_` make a
//! name. Values that are not Unicode pass through whole.

use std::ffi::{OsStr, OsString};

use super::{Lookup, home_folder};

/// No system takes a path as long as this, in bytes. What grows beyond it names nothing and grows no further.
const LONGEST_PATH: usize = 64 * 1024;

/// The path that `path` stands for.
pub(super) fn expand(path: &OsStr, lookup: Lookup) -> OsString {
    let Some(text) = path.to_str().filter(|text| text.len() <= LONGEST_PATH) else {
        return path.to_owned();
    };
    let (mut expanded, rest) = expand_user(text, lookup);
    expand_variables(rest, lookup, &mut expanded);
    expanded
}

/// The expanded `~` or `~user`, and the text behind it.
fn expand_user<'a>(text: &'a str, lookup: Lookup) -> (OsString, &'a str) {
    let unchanged = (OsString::new(), text);
    let Some(behind_tilde) = text.strip_prefix('~') else {
        return unchanged;
    };
    let end = behind_tilde.find(std::path::is_separator).unwrap_or(behind_tilde.len());
    let (user, rest) = behind_tilde.split_at(end);
    let home = if user.is_empty() {
        home_folder(lookup).map(OsString::from)
    } else {
        home_of(user)
    };
    let Some(home) = home else {
        return unchanged;
    };
    match home.to_str().map(|home| home.trim_end_matches('/')) {
        Some("") if rest.is_empty() => ("/".into(), rest),
        Some(trimmed) => (trimmed.into(), rest),
        None => (home, rest),
    }
}

#[cfg(unix)]
fn home_of(user: &str) -> Option<OsString> {
    let record = nix::unistd::User::from_name(user).ok().flatten()?;
    Some(record.dir.into_os_string())
}

/// Windows keeps no record that maps a user to a folder; Python guesses beside our own profile, and so would be wrong
/// for anybody else's. Left as it was written.
#[cfg(not(unix))]
fn home_of(_user: &str) -> Option<OsString> {
    None
}

fn expand_variables(mut text: &str, lookup: Lookup, expanded: &mut OsString) {
    let starts_variable: &[char] = if cfg!(windows) { &['$', '%'] } else { &['$'] };
    while let Some(start) = text.find(starts_variable)
        && expanded.len() <= LONGEST_PATH
    {
        let (before, from_sign) = text.split_at(start);
        expanded.push(before);
        match variable_at(from_sign).and_then(|(name, length)| Some((lookup(name)?, length))) {
            Some((value, length)) => {
                expanded.push(value);
                text = &from_sign[length..];
            }
            None => {
                expanded.push(&from_sign[..1]);
                text = &from_sign[1..];
            }
        }
    }
    expanded.push(text);
}

/// The name that the reference at the start of `text` names, and the length of the whole reference.
fn variable_at(text: &str) -> Option<(&str, usize)> {
    let behind_sign = &text[1..];
    if text.starts_with('%') {
        let end = behind_sign.find('%').filter(|end| *end > 0)?;
        return Some((&behind_sign[..end], end + 2));
    }
    if let Some(braced) = behind_sign.strip_prefix('{') {
        let end = braced.find('}').filter(|end| *end > 0)?;
        return Some((&braced[..end], end + 3));
    }
    let end = behind_sign
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(behind_sign.len());
    (end > 0).then(|| (&behind_sign[..end], end + 1))
}
