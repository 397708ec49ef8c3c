//! Which account counts at a place: the one that `HF_ACCOUNT` names, else that of the rule for the folder; for git, that of the
//! rule for a repository's owner. A name that is not stored is an error, and never another account.

use super::{Auth, Source};
use crate::error::{Error, ErrorKind, Result};
use crate::fs;
use crate::secret::Secret;
use crate::settings::current_folder;
use crate::store::{Place, Rule, TokenStore, rule_for_folder, rule_for_owner};

/// An account that was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Account {
    /// By `HF_ACCOUNT`.
    Named(String),
    /// By a rule.
    Of(Rule),
}

impl Account {
    pub(crate) fn token_name(&self) -> &str {
        match self {
            Account::Named(name) => name,
            Account::Of(rule) => &rule.token_name,
        }
    }

    pub(super) fn source(&self) -> Source {
        match self {
            Account::Named(_) => Source::Account,
            Account::Of(_) => Source::Rule,
        }
    }

    /// Who has chosen it.
    pub(crate) fn chosen_by(&self) -> String {
        match self {
            Account::Named(_) => "HF_ACCOUNT".to_owned(),
            Account::Of(rule) => format!("the rule for {}", described(&rule.place)),
        }
    }

    pub(super) fn token(&self, store: &TokenStore) -> Result<Secret> {
        store.find(self.token_name()).map_err(|error| match error.kind() {
            ErrorKind::UnknownName => self.not_stored(error),
            _ => error,
        })
    }

    fn not_stored(&self, unknown: Error) -> Error {
        let (name, chosen_by) = (self.token_name(), self.chosen_by());
        let sentence = format!("No token is stored as {name}, which {chosen_by} names.");
        let unset = match self {
            Account::Named(_) => "unset HF_ACCOUNT".to_owned(),
            Account::Of(rule) => format!("take the rule away with `hf auth use --unset {}`", option(&rule.place)),
        };
        Error::new(ErrorKind::UnknownName, sentence)
            .hint(format!("log in with that token, or {unset}."))
            .with_source(unknown)
    }
}

/// A place as a person reads it.
pub(crate) fn described(place: &Place) -> String {
    match place {
        Place::Dir(path) => path.display().to_string(),
        Place::Owner(owner) => format!("the repositories of {owner}"),
    }
}

/// The option of `hf auth use` that means a place.
pub(crate) fn option(place: &Place) -> String {
    match place {
        Place::Dir(path) => format!("--dir '{}'", path.display()),
        Place::Owner(owner) => format!("--owner {owner}"),
    }
}

impl Auth<'_> {
    /// The account that is chosen for this place, before the active token is looked at.
    pub(crate) fn account(&self, store: &TokenStore) -> Result<Option<Account>> {
        if let Some(name) = &self.settings.account {
            return Ok(Some(Account::Named(name.clone())));
        }
        let rules = store.rules()?;
        if rules.is_empty() {
            return Ok(None);
        }
        let folder = self.folder.clone().or_else(current_folder);
        let rule = folder.and_then(|folder| rule_for_folder(&rules, &fs::real_path(&folder)).cloned());
        Ok(rule.map(Account::Of))
    }

    /// The token of the account that is chosen for this place, if nothing comes before it and one is: what a program that
    /// knows nothing of accounts is to get in `HF_TOKEN`.
    ///
    /// # Errors
    /// When it is not stored, or for another Hub, or the rules cannot be read.
    pub(crate) fn account_token(&self) -> Result<Option<Secret>> {
        if self.settings.oidc_resource.is_some() || self.settings.environment_token.is_some() {
            return Ok(None);
        }
        let store = self.store()?;
        let account = self.account(&store)?;
        account.map(|account| self.token_of(&account, &store)).transpose()
    }

    /// The token that the rule for an owner of repositories names.
    pub(crate) fn token_for_owner(&self, owner: &str) -> Result<Option<Secret>> {
        let store = self.store()?;
        let account = rule_for_owner(&store.rules()?, owner).cloned().map(Account::Of);
        account.map(|account| self.token_of(&account, &store)).transpose()
    }

    /// The rules that name a token.
    pub(super) fn rules_naming(&self, name: &str, store: &TokenStore) -> Vec<Rule> {
        let rules = store.rules().unwrap_or_default().into_iter();
        rules.filter(|rule| rule.token_name == name).collect()
    }
}
