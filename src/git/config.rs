//! Having git ask this program for the Hub's token, by `git config`: `credential.<endpoint>.helper` holds an empty value,
//! which drops the helpers set before it so that none of them keeps a copy, and then our command (gitcredentials(7)).
//!
//! An endpoint with a path needs `credential.<endpoint>.useHttpPath` beside it: git-lfs does not send the path otherwise, and
//! no setting for a path applies then.

use std::path::PathBuf;
use std::time::Duration;

use super::process::Git;
use super::{GitError, Registration};
use crate::clock::{self, Deadline};
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::settings::{self, DEFAULT_ENDPOINT, Endpoint};

/// Our name among the helpers.
pub(crate) const NAME: &str = "hf";
/// No change of git's configuration takes as long as this.
const PATIENCE_WITH_OTHERS: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);
const CLEARING: &str = "";
const TRUE: &str = "true";

/// Whose git is set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The user's, everywhere.
    Global,
    /// That of the repository one stands in.
    Local,
}

/// What was to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// It has been done.
    Made,
    /// Nothing: it was so already.
    Unneeded,
}

/// Has git ask this program for the endpoint's token: the program, and which token it is, are the registration's.
/// `by_owner`: git is to send the path of the repository too.
pub(crate) fn register(
    endpoint: &Endpoint,
    scope: Scope,
    registration: &Registration,
    by_owner: bool,
) -> Result<Change> {
    let helper = Setting::new(endpoint, scope, "helper");
    let path = Setting::new(endpoint, scope, "useHttpPath");
    if scope == Scope::Global {
        expect_a_file(scope)?;
    }
    let values = helper.values()?;
    let mut wanted = registration.clone();
    wanted.endpoint = named(endpoint);
    let path_is_needed = by_owner || has_path(endpoint);
    let path_is_sent = !path_is_needed || path.values()?.last().is_some_and(|value| value == TRUE);
    wanted.with_path = !path_is_sent || ours(&values).any(|(_, old)| old.with_path);
    let value = wanted.value();
    if values.windows(2).any(|pair| pair == [CLEARING, &value]) && ours(&values).count() == 1 && path_is_sent {
        return Ok(Change::Unneeded);
    }
    expect_a_file(scope)?;
    let places: Vec<usize> = ours(&values).map(|(place, _)| place).collect();
    match places[..] {
        [] => helper.add_behind(&values, &value)?,
        [place] if place > 0 && values[place - 1] == CLEARING => helper.replace(&ours_in(&values), &value)?,
        _ => {
            let others = without_ours(&values);
            helper.unset(None)?;
            others.iter().try_for_each(|value| helper.add(value))?;
            helper.add_behind(&others, &value)?;
        }
    }
    if !path_is_sent {
        path.add(TRUE)?;
    }
    Ok(Change::Made)
}

/// Has git ask as it did before. Other helpers that are set for the endpoint stay.
pub(crate) fn unregister(endpoint: &Endpoint, scope: Scope) -> Result<Change> {
    let helper = Setting::new(endpoint, scope, "helper");
    let values = helper.values()?;
    if ours(&values).next().is_none() {
        return Ok(Change::Unneeded);
    }
    expect_a_file(scope)?;
    if ours(&values).any(|(_, registration)| registration.with_path) {
        Setting::new(endpoint, scope, "useHttpPath").unset(Some(TRUE))?;
    }
    let others = without_ours(&values);
    if others.iter().any(|value| value == CLEARING) {
        // git can name all empty values at once, not the one of ours.
        helper.unset(None)?;
        others.iter().try_for_each(|value| helper.add(value))?;
    } else {
        helper.unset(Some(&ours_in(&values)))?;
        if values.iter().any(|value| value == CLEARING) {
            helper.unset(Some(CLEARING))?;
        }
    }
    Ok(Change::Made)
}

/// Whether git asks this program for the default endpoint, whatever `HF_ENDPOINT` says here. Its registration names no
/// endpoint, so it cannot be told from a question that was asked by hand.
pub(crate) fn is_registered_for_the_default() -> bool {
    let Ok(endpoint) = Endpoint::parse(DEFAULT_ENDPOINT.as_ref()) else {
        return false;
    };
    super::helpers(&endpoint).is_ok_and(|helpers| helpers.ours.is_some_and(|ours| ours.endpoint.is_none()))
}

/// Makes `store` the helper for everything, as the reference does on Google Colab, where nobody could.
pub(crate) fn use_the_store_helper() -> Result<()> {
    expect_a_file(Scope::Global)?;
    Git::Here.ask(&["config", "--global", "credential.helper", "store"])?;
    Ok(())
}

/// The same settings for one command and what it starts, by variables of git's own: whatever helpers are configured, this
/// one is asked. They come behind those that are there already (git-config(1), "GIT_CONFIG_COUNT").
pub(crate) fn as_variables(endpoint: &Endpoint, registration: &Registration) -> Vec<(String, String)> {
    let already = settings::environment("GIT_CONFIG_COUNT").unwrap_or_default();
    let already = already.to_string_lossy();
    let Some(already) = Some(already.trim().parse::<usize>()).filter(|_| !already.is_empty()) else {
        return variables(0, endpoint, registration);
    };
    // What git itself cannot read is not ours to mend.
    already.map_or(Vec::new(), |count| variables(count, endpoint, registration))
}

fn variables(first: usize, endpoint: &Endpoint, registration: &Registration) -> Vec<(String, String)> {
    let key = |name: &str| format!("credential.{}.{name}", address(endpoint));
    let mut settings = vec![
        (key("helper"), CLEARING.to_owned()),
        (key("helper"), registration.value()),
    ];
    if has_path(endpoint) {
        settings.push((key("useHttpPath"), TRUE.to_owned()));
    }
    let mut variables = vec![("GIT_CONFIG_COUNT".to_owned(), (first + settings.len()).to_string())];
    for (index, (key, value)) in settings.into_iter().enumerate() {
        variables.push((format!("GIT_CONFIG_KEY_{}", first + index), key));
        variables.push((format!("GIT_CONFIG_VALUE_{}", first + index), value));
    }
    variables
}

/// The registrations of this program among the values, with their places.
fn ours(values: &[String]) -> impl Iterator<Item = (usize, Registration)> + '_ {
    let parsed = values.iter().map(|value| Registration::parse(value)).enumerate();
    parsed.filter_map(|(place, registration)| Some((place, registration?)))
}

/// All that is ours, for git to find.
fn ours_in(values: &[String]) -> String {
    let ours: Vec<String> = ours(values).map(|(place, _)| literally(&values[place])).collect();
    ours.join("|")
}

/// A text as an extended regular expression for itself.
fn literally(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if r".[]*^$()+?{}|\".contains(c) {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// What stays when our command goes, and the empty value before it.
fn without_ours(values: &[String]) -> Vec<String> {
    let mut others: Vec<String> = Vec::new();
    for value in values {
        if Registration::parse(value).is_none() {
            others.push(value.clone());
        } else if others.last().is_some_and(|last| last == CLEARING) {
            others.pop();
        }
    }
    others
}

/// What a registration says of its endpoint: nothing where it is everybody's.
pub(crate) fn named(endpoint: &Endpoint) -> Option<String> {
    Some(address(endpoint).to_owned()).filter(|address| address != DEFAULT_ENDPOINT)
}

fn has_path(endpoint: &Endpoint) -> bool {
    !endpoint.url().path().trim_matches('/').is_empty()
}

/// The endpoint's canonical spelling, so that another spelling of the same place is the same setting.
fn address(endpoint: &Endpoint) -> &str {
    endpoint.url().as_str().trim_end_matches('/')
}

/// git replaces whatever is in the place of its file, `/dev/null` too if it may.
fn expect_a_file(scope: Scope) -> Result<()> {
    let Some(path) = file_of(scope)? else {
        return Ok(());
    };
    if !fs::exists(&path) || fs::is_file(&path) {
        return Ok(());
    }
    let hint = match scope {
        Scope::Global => "unset GIT_CONFIG_GLOBAL, or set up one repository with `hf auth setup-git --local`.",
        Scope::Local => "put a file in its place.",
    };
    let message = format!(
        "git's configuration cannot be written into {}: it is not a regular file.",
        path.display()
    );
    Err(Error::new(ErrorKind::Git, message).hint(hint))
}

/// The file that git writes (git-config(1), "FILES"), if it can be known.
fn file_of(scope: Scope) -> Result<Option<PathBuf>> {
    match scope {
        Scope::Global => Ok(settings::git_configuration().into_iter().find(|path| fs::exists(path))),
        Scope::Local => {
            let path = Git::Here.ask(&["rev-parse", "--git-path", "config"])?;
            Ok(Some(PathBuf::from(path.trim_end_matches(['\r', '\n']))))
        }
    }
}

/// One key in one of git's files.
struct Setting {
    scope: &'static str,
    key: String,
}

impl Setting {
    fn new(endpoint: &Endpoint, scope: Scope, name: &str) -> Self {
        Setting {
            scope: match scope {
                Scope::Global => "--global",
                Scope::Local => "--local",
            },
            key: format!("credential.{}.{name}", address(endpoint)),
        }
    }

    fn values(&self) -> Result<Vec<String>, GitError> {
        let output = Git::Here.look_up(&[self.scope, "--get-all", &self.key])?;
        Ok(output.split_terminator('\0').map(str::to_owned).collect())
    }

    fn add(&self, value: &str) -> Result<(), GitError> {
        self.write(&["--add", &self.key, value])
    }

    /// Adds our command, and what drops the helpers before it.
    fn add_behind(&self, values: &[String], value: &str) -> Result<(), GitError> {
        if values.last().map(String::as_str) != Some(CLEARING) {
            self.add(CLEARING)?;
        }
        self.add(value)
    }

    /// Puts one value in the place of those that match.
    fn replace(&self, pattern: &str, value: &str) -> Result<(), GitError> {
        let pattern = format!("^({pattern})$");
        self.write(&["--replace-all", &self.key, value, &pattern])
    }

    /// Takes away the values that match, or all.
    fn unset(&self, pattern: Option<&str>) -> Result<(), GitError> {
        let pattern = pattern.map(|pattern| format!("^({pattern})$"));
        self.write(&[&["--unset-all", &self.key], pattern.as_deref().as_slice()].concat())
    }

    /// Changes the file, once whoever changes it just now has done so: git itself does not wait.
    fn write(&self, arguments: &[&str]) -> Result<(), GitError> {
        let deadline = Deadline::after(PATIENCE_WITH_OTHERS);
        loop {
            match Git::Here.ask(&[&["config", self.scope], arguments].concat()) {
                Err(GitError::Failed { reason, .. }) if is_locked(&reason) && !deadline.has_passed() => {
                    clock::pause(PAUSE);
                }
                outcome => return outcome.map(drop),
            }
        }
    }
}

fn is_locked(reason: &str) -> bool {
    reason.starts_with("could not lock config file") && reason.ends_with("File exists")
}

#[cfg(test)]
mod tests {
    use super::*;

    const EARLY: &str = "!hf auth git-credential";
    const OURS: &str = "!'/opt/hf' auth git-credential --token-name='work'";

    #[test]
    fn what_others_have_set_stays_when_ours_goes() {
        let cases: [(&[&str], &[&str]); 6] = [
            (&["", OURS], &[]),
            (&[EARLY], &[]),
            (&["store", "", OURS], &["store"]),
            (&["", "store", "", EARLY, "cache"], &["", "store", "cache"]),
            (&["", "store", OURS], &["", "store"]),
            (&[EARLY, "", OURS], &[]),
        ];
        for (values, others) in cases {
            let values: Vec<String> = values.iter().map(|value| (*value).to_owned()).collect();
            assert_eq!(without_ours(&values), others, "{values:?}");
        }
    }
}
