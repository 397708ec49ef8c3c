//! Which credential helpers git would ask for the Hub, by its configuration.

use std::collections::BTreeSet;

use super::process::{Git, Running};
use super::{GitError, Registration, config, scope};
use crate::programs::Reads;
use crate::settings::{self, Endpoint};

/// Who git asks for the endpoint's credential.
#[derive(Debug, Default)]
pub(crate) struct Helpers {
    /// By name, sorted.
    pub names: Vec<String>,
    /// This program is one of them, set up so.
    pub ours: Option<Registration>,
}

/// The credential helpers that git would ask for the endpoint: those set for every address and those set for one that
/// matches (`credential.<url>.helper`). An empty value resets the list, as in git.
pub(crate) fn helpers(endpoint: &Endpoint) -> Result<Helpers, GitError> {
    ask_for_helpers(endpoint)?.helpers()
}

/// The same question, for something else to be done until git has answered it.
pub(crate) fn ask_for_helpers(endpoint: &Endpoint) -> Result<Asked, GitError> {
    ask(Git::Here, endpoint)
}

/// The same question, but not about the repository that one stands in.
pub(super) fn outside_of_repositories(endpoint: &Endpoint) -> Result<Helpers, GitError> {
    ask(Git::OutsideOfRepositories, endpoint)?.helpers()
}

fn ask(git: Git, endpoint: &Endpoint) -> Result<Asked, GitError> {
    Ok(Asked {
        running: git.begin(&["config", "--null", "--list"], None, Reads::OutputAndComplaint)?,
        endpoint: endpoint.clone(),
    })
}

/// git has been asked for its helpers.
pub(crate) struct Asked {
    running: Running,
    endpoint: Endpoint,
}

impl Asked {
    /// What git says.
    pub(crate) fn helpers(self) -> Result<Helpers, GitError> {
        let answer = self.running.answer(settings::git_timeout())?;
        Ok(helpers_in(answer.output.expose(), &self.endpoint))
    }
}

fn helpers_in(configuration: &str, endpoint: &Endpoint) -> Helpers {
    let (mut names, mut ours) = (BTreeSet::new(), None);
    for entry in configuration.split_terminator('\0') {
        let (key, value) = entry.split_once('\n').unwrap_or((entry, ""));
        let Some(scope) = key
            .strip_prefix("credential.")
            .and_then(|rest| rest.strip_suffix("helper"))
        else {
            continue;
        };
        if !scope.is_empty()
            && !scope
                .strip_suffix('.')
                .is_some_and(|scope| scope::is_for(scope, endpoint.url()))
        {
            continue;
        }
        match (Registration::parse(value), value.split_whitespace().next()) {
            (Some(registration), _) => {
                names.insert(config::NAME.to_owned());
                ours = Some(registration);
            }
            (None, Some(name)) => drop(names.insert(name.to_owned())),
            (None, None) => (names, ours) = (BTreeSet::new(), None),
        }
    }
    let names = names.into_iter().collect();
    Helpers { names, ours }
}
