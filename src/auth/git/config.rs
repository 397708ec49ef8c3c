//! Having git ask this program for the Hub's token, by `git config`: `credential.<endpoint>.helper` holds an empty value,
//! which drops the helpers set before it so that none of them keeps a copy, and then our command (gitcredentials(7)).

use super::{GitError, ask, look_up};
use crate::settings::Endpoint;

/// What git runs, with the operation behind it. A shell finds `hf` on `PATH`.
pub const HELPER: &str = "!hf auth git-credential";
/// Its name among the helpers.
pub const NAME: &str = "hf";
const CLEARING: &str = "";

/// Whose git is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The user's, everywhere.
    Global,
    /// That of the repository one stands in.
    Local,
}

/// What was to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It has been done.
    Made,
    /// Nothing: it was so already.
    Unneeded,
}

/// Has git ask this program for the endpoint's token.
///
/// # Errors
/// See [`GitError`].
pub fn register(endpoint: &Endpoint, scope: Scope) -> Result<Change, GitError> {
    let setting = Setting::new(endpoint, scope);
    let values = setting.values()?;
    if holds_ours(&values) {
        return Ok(Change::Unneeded);
    }
    if values.last().map(String::as_str) != Some(CLEARING) {
        setting.add(CLEARING)?;
    }
    setting.add(HELPER)?;
    Ok(Change::Made)
}

/// Has git ask as it did before. Other helpers that are set for the endpoint stay.
///
/// # Errors
/// See [`GitError`].
pub fn unregister(endpoint: &Endpoint, scope: Scope) -> Result<Change, GitError> {
    let setting = Setting::new(endpoint, scope);
    let values = setting.values()?;
    if !values.iter().any(|value| value == HELPER) {
        return Ok(Change::Unneeded);
    }
    let others = without_ours(&values);
    if others.iter().any(|value| value == CLEARING) {
        // git can name all empty values at once, not the one of ours.
        setting.unset(None)?;
        others.iter().try_for_each(|value| setting.add(value))?;
    } else {
        setting.unset(Some("^!hf auth git-credential$"))?;
        if holds_ours(&values) {
            setting.unset(Some("^$"))?;
        }
    }
    Ok(Change::Made)
}

fn holds_ours(values: &[String]) -> bool {
    values.windows(2).any(|pair| pair == [CLEARING, HELPER])
}

/// What stays when our command goes, and the empty value before it.
fn without_ours(values: &[String]) -> Vec<String> {
    let mut others: Vec<String> = Vec::new();
    for value in values {
        if value != HELPER {
            others.push(value.clone());
        } else if others.last().is_some_and(|last| last == CLEARING) {
            others.pop();
        }
    }
    others
}

/// The one key in one of git's files.
struct Setting {
    scope: &'static str,
    key: String,
}

impl Setting {
    /// The key has the endpoint's canonical spelling, so that another spelling of the same place is the same setting.
    fn new(endpoint: &Endpoint, scope: Scope) -> Self {
        let address = endpoint.url().as_str().trim_end_matches('/');
        Setting {
            scope: match scope {
                Scope::Global => "--global",
                Scope::Local => "--local",
            },
            key: format!("credential.{address}.helper"),
        }
    }

    fn values(&self) -> Result<Vec<String>, GitError> {
        let output = look_up(&[self.scope, "--get-all", &self.key])?;
        Ok(output.split_terminator('\0').map(str::to_owned).collect())
    }

    fn add(&self, value: &str) -> Result<(), GitError> {
        ask(&["config", self.scope, "--add", &self.key, value]).map(drop)
    }

    /// Takes away the values that match, or all.
    fn unset(&self, pattern: Option<&str>) -> Result<(), GitError> {
        let arguments = ["config", self.scope, "--unset-all", &self.key];
        ask(&[&arguments, pattern.as_slice()].concat()).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_have_set_stays_when_ours_goes() {
        let cases: [(&[&str], &[&str]); 6] = [
            (&["", HELPER], &[]),
            (&[HELPER], &[]),
            (&["store", "", HELPER], &["store"]),
            (&["", "store", "", HELPER, "cache"], &["", "store", "cache"]),
            (&["", "store", HELPER], &["", "store"]),
            (&[HELPER, "", HELPER], &[]),
        ];
        for (values, others) in cases {
            let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
            assert_eq!(without_ours(&values), others, "{values:?}");
        }
    }
}
