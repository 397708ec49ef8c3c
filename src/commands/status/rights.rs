//! What the Hub says that a token may do, for a program and for a person. In the Hub's own words.

use serde::Serialize;

use crate::commands::expiry;
use crate::hub::{Membership, Rights, Scope};
use crate::secret::redaction::masked_name;

const ROLE_OF_A_FINE_GRAINED_ONE: &str = "fineGrained";

/// Always the same keys, null or empty where the Hub says nothing.
#[derive(Default, Serialize)]
pub(super) struct RightsRow {
    role: Option<String>,
    /// Seconds since 1970, as are all moments here.
    created_at: Option<i64>,
    /// As the Hub says, else as it is stored.
    expires_at: Option<i64>,
    reads_gated: Option<bool>,
    /// What it may do everywhere.
    global: Vec<String>,
    /// What it may do in single places.
    grants: Vec<Scope>,
    orgs: Vec<Membership>,
    #[serde(skip)]
    is_listed: bool,
}

impl RightsRow {
    pub(super) fn new(role: Option<String>, rights: Rights) -> Self {
        RightsRow {
            role,
            created_at: rights.created_at,
            expires_at: rights.expires_at,
            reads_gated: rights.reads_gated,
            global: rights.global,
            grants: rights.grants,
            orgs: rights.orgs,
            is_listed: rights.is_listed,
        }
    }

    /// Where the Hub does not say when it ends.
    pub(super) fn expect_an_end(&mut self, stored: Option<i64>) {
        self.expires_at = self.expires_at.or(stored);
    }

    /// For a person; what a server chose is not escaped yet.
    pub(super) fn lines(&self) -> Vec<String> {
        let role = self.role.as_ref().map(|role| format!("role {}", masked_name(role)));
        let created = self.created_at.map(|moment| format!("created {}", day_of(moment)));
        let end = self.expires_at.map(|moment| format!("expires {}", expiry(moment)));
        let facts: Vec<String> = [role, created, end].into_iter().flatten().collect();
        let facts = Some(facts.join(", ")).filter(|facts| !facts.is_empty());
        let orgs = self.orgs.iter().map(|org| match &org.role {
            Some(role) => format!("organization {}: {}", masked_name(&org.name), masked_name(role)),
            None => format!("organization {}", masked_name(&org.name)),
        });
        facts.into_iter().chain(self.permissions()).chain(orgs).collect()
    }

    fn permissions(&self) -> Vec<String> {
        if !self.is_listed {
            return vec!["the Hub lists no permissions for this kind".to_owned()];
        }
        let gated = self.reads_gated.map(|reads| match reads {
            true => "reads gated repositories".to_owned(),
            false => "does not read gated repositories".to_owned(),
        });
        let global = Some(&self.global).filter(|global| !global.is_empty());
        let global = global.map(|global| format!("everywhere: {}", joined(global)));
        let grants = self.grants.iter().map(|scope| {
            let Scope {
                kind,
                name,
                permissions,
            } = scope;
            let permissions = match permissions.is_empty() {
                true => "nothing".to_owned(),
                false => joined(permissions),
            };
            format!("{} {}: {permissions}", masked_name(kind), masked_name(name))
        });
        let mut lines: Vec<String> = gated.into_iter().chain(global).chain(grants).collect();
        let is_fine_grained = self.role.as_deref() == Some(ROLE_OF_A_FINE_GRAINED_ONE);
        if is_fine_grained && self.global.is_empty() && self.grants.is_empty() {
            lines.push("no further permissions".to_owned());
        }
        lines
    }
}

fn joined(words: &[String]) -> String {
    let words = words.iter().map(|word| masked_name(word).into_owned());
    words.collect::<Vec<_>>().join(", ")
}

/// The day of a moment that is over.
fn day_of(moment: i64) -> String {
    expiry(moment).trim_end_matches(" (expired)").to_owned()
}
