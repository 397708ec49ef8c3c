//! Which account counts where: `account_rules`, beside the stored tokens and in the same dialect, changed under the same lock.
//! A section a place (`dir /home/a/work`, `owner acme`), with the name of the token that counts there. Nothing in a folder that
//! somebody has checked out can choose an account.

use std::path::{Path, PathBuf};

use super::TokenStore;
use super::ini::{self, Document, Section};
use crate::error::{Error, ErrorKind, Result};
use crate::fs::{self, Lock, Replaced, Version};

const ACCOUNT: &str = "account";
const DIR: &str = "dir ";
const OWNER: &str = "owner ";

/// Where a rule holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In a folder and all below it, under its real path.
    Dir(PathBuf),
    /// For git, in the repositories of one owner on the Hub.
    Owner(String),
}

/// At a place, a stored token's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Where it holds.
    pub place: Place,
    /// The token that counts there.
    pub token_name: String,
}

impl Place {
    fn of(section: &str) -> Option<Self> {
        let dir = section.strip_prefix(DIR).map(|path| Place::Dir(path.into()));
        dir.or_else(|| section.strip_prefix(OWNER).map(|owner| Place::Owner(owner.to_owned())))
    }

    /// The name of its section. A path that is not UTF-8 has none.
    fn section(&self) -> Option<String> {
        match self {
            Place::Dir(path) => Some(format!("{DIR}{}", path.to_str()?)),
            Place::Owner(owner) => Some(format!("{OWNER}{owner}")),
        }
    }

    /// Owners compare without case.
    pub(crate) fn is(&self, other: &Place) -> bool {
        match (self, other) {
            (Place::Owner(one), Place::Owner(other)) => one.eq_ignore_ascii_case(other),
            _ => self == other,
        }
    }
}

/// The rule for a folder: of those for it and for the folders above it the deepest.
pub(crate) fn rule_for_folder<'r>(rules: &'r [Rule], folder: &Path) -> Option<&'r Rule> {
    let depth = |rule: &&Rule| match &rule.place {
        Place::Dir(path) if folder.starts_with(path) => Some(path.components().count()),
        _ => None,
    };
    let fitting = rules.iter().filter_map(|rule| Some((depth(&rule)?, rule)));
    fitting.max_by_key(|(depth, _)| *depth).map(|(_, rule)| rule)
}

/// The rule for the repositories of an owner.
pub(crate) fn rule_for_owner<'r>(rules: &'r [Rule], owner: &str) -> Option<&'r Rule> {
    let wanted = Place::Owner(owner.to_owned());
    rules.iter().find(|rule| rule.place.is(&wanted))
}

/// What a change of the rules came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleChange {
    Made,
    /// It was so already.
    Unneeded,
}

impl TokenStore<'_> {
    /// Every rule, in the order of the file; none where there is no file.
    pub(crate) fn rules(&self) -> Result<Vec<Rule>> {
        let Some(text) = fs::read(&self.paths.account_rules)? else {
            return Ok(Vec::new());
        };
        let document = ini::parse(&text).map_err(|problem| self.unreadable_rules(problem))?;
        let rule = |section: &Section| {
            Some(Rule {
                place: Place::of(&section.name)?,
                token_name: section.get(ACCOUNT)?.to_owned(),
            })
        };
        Ok(document.sections().iter().filter_map(rule).collect())
    }

    /// Has a token count at a place, instead of one that may count there already.
    pub(crate) fn set_rule(&self, held: &Lock, rule: &Rule) -> Result<RuleChange> {
        let section = rule.place.section();
        let section = section.filter(|name| ini::can_name_a_section(name)).ok_or_else(|| {
            let sentence = "No rule can be made for that place: its name has a line break or is not UTF-8.";
            Error::new(ErrorKind::Settings, sentence)
        })?;
        self.change_rules(held, |document| {
            let others = same_place(document, &rule.place);
            if others == [section.as_str()]
                && document.section(&section).and_then(|known| known.get(ACCOUNT)) == Some(&rule.token_name)
            {
                return RuleChange::Unneeded;
            }
            for other in others.iter().filter(|other| **other != section) {
                document.take(other);
            }
            document.edit(&section, |properties| {
                properties.insert(ACCOUNT, rule.token_name.as_str())
            });
            RuleChange::Made
        })
    }

    /// Takes the rule for a place away, or every rule.
    pub(crate) fn unset_rule(&self, held: &Lock, place: Option<&Place>) -> Result<RuleChange> {
        self.change_rules(held, |document| {
            let taken = match place {
                Some(place) => same_place(document, place),
                None => document
                    .sections()
                    .iter()
                    .map(|section| section.name.to_string())
                    .collect(),
            };
            taken.iter().for_each(|name| drop(document.take(name)));
            match taken.is_empty() {
                true => RuleChange::Unneeded,
                false => RuleChange::Made,
            }
        })
    }

    fn change_rules(&self, held: &Lock, change: impl FnOnce(&mut Document) -> RuleChange) -> Result<RuleChange> {
        let path = &self.paths.account_rules;
        let text = fs::read(path)?.unwrap_or_default();
        let version = Version::of(path);
        let mut document = ini::parse(&text).map_err(|problem| self.unreadable_rules(problem))?;
        let outcome = change(&mut document);
        if outcome == RuleChange::Unneeded {
            return Ok(outcome);
        }
        let cannot_write = |cause: ini::Unwritable| {
            Error::new(ErrorKind::Files, format!("Cannot write {}: {cause}.", path.display())).with_source(cause)
        };
        let text = document.to_text().map_err(cannot_write)?;
        // Only we write it, under the lock; an editor may be open on it all the same.
        match held.replace_version(path, text.as_bytes(), version)? {
            Replaced::Done(_) => Ok(outcome),
            Replaced::Overtaken => Err(Error::new(
                ErrorKind::Files,
                format!("Cannot change {}: another program has just written it.", path.display()),
            )
            .hint("try again.")),
        }
    }

    fn unreadable_rules(&self, problem: ini::ParseError) -> Error {
        let path = self.paths.account_rules.display();
        Error::new(ErrorKind::Damaged, format!("Cannot read {path}: {problem}."))
            .hint("mend that line; until then nobody knows which account counts here.")
            .with_source(problem)
    }
}

fn same_place(document: &Document, place: &Place) -> Vec<String> {
    let names = document.sections().iter().map(|section| section.name.to_string());
    names
        .filter(|name| Place::of(name).is_some_and(|known| known.is(place)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(place: Place, token_name: &str) -> Rule {
        Rule {
            place,
            token_name: token_name.to_owned(),
        }
    }

    #[test]
    fn the_deepest_folder_counts_and_a_name_that_merely_begins_alike_does_not() {
        let dir = |path: &str| Place::Dir(path.into());
        let rules = [
            rule(dir("/home/a"), "own"),
            rule(dir("/home/a/work/robot"), "robot"),
            rule(dir("/home/a/work"), "work"),
            rule(Place::Owner("acme".to_owned()), "acme"),
        ];
        let cases = [
            ("/home/a", Some("own")),
            ("/home/a/work", Some("work")),
            ("/home/a/work/x/y", Some("work")),
            ("/home/a/work/robot/x", Some("robot")),
            ("/home/a/workshop", Some("own")),
            ("/home/b", None),
            ("/", None),
        ];
        for (folder, expected) in cases {
            let found = rule_for_folder(&rules, Path::new(folder)).map(|rule| rule.token_name.as_str());
            assert_eq!(found, expected, "{folder}");
        }
        assert!(rule_for_owner(&rules, "ACME").is_some());
        assert!(rule_for_owner(&rules, "acme2").is_none());
    }
}
