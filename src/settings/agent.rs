//! Whether an agent harness runs us. The reference keeps a registry of harnesses that it downloads once a day; we use
//! its copy if there is one and never ask for one. Without it, `AI_AGENT` or `AGENT` say so.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Lookup, Paths};
use crate::fs;

const REGISTRY_FILE: &str = ".agent_harnesses.json";
const STANDARD_VARIABLES: [&str; 2] = ["AI_AGENT", "AGENT"];
const UNKNOWN: &str = "unknown";

/// Anything in it may be missing or null.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registry {
    standard_env_vars: Option<Vec<String>>,
    harnesses: Option<BTreeMap<String, Option<Harness>>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Harness {
    /// A variable and what it must be: `*` for anything but empty, else exactly this.
    env_vars: Option<BTreeMap<String, String>>,
}

impl Registry {
    /// The reference's cached copy, or, where there is none that says anything, the two variables that any harness may
    /// set.
    fn load(paths: Option<&Paths>) -> Self {
        let file = paths.map(|paths| paths.home.join(REGISTRY_FILE));
        let cached = file.and_then(|file| fs::read(&file).ok().flatten());
        // serde would take a list for the struct's fields in order.
        let cached = cached.filter(|bytes| bytes.trim_ascii_start().starts_with(b"{"));
        let cached: Option<Registry> = cached.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        cached
            .filter(|registry| registry.standard_env_vars.is_some() || registry.harnesses.is_some())
            .unwrap_or_else(|| Registry {
                standard_env_vars: Some(STANDARD_VARIABLES.map(str::to_owned).to_vec()),
                harnesses: None,
            })
    }
}

/// The identifier of the harness that runs us, `unknown` for one that is not in the registry.
pub(super) fn detect(paths: Option<&Paths>, lookup: Lookup) -> Option<String> {
    let registry = Registry::load(paths);
    let harnesses = registry.harnesses.unwrap_or_default();
    let variables = registry.standard_env_vars.unwrap_or_default();
    let value = |name: &String| lookup(name)?.into_string().ok().filter(|value| !value.is_empty());
    let standard: Vec<String> = variables
        .iter()
        .filter_map(value)
        .map(|value| value.trim().to_owned())
        .collect();

    let says_so = |harness: &Harness| {
        let mut patterns = harness.env_vars.iter().flatten();
        patterns.any(|(name, pattern)| value(name).is_some_and(|value| pattern == "*" || *pattern == value))
    };
    let found = harnesses
        .iter()
        .find(|(id, harness)| harness.as_ref().is_some_and(says_so) || standard.contains(id));
    if let Some((id, _)) = found {
        return Some(id.clone());
    }
    let named = standard.into_iter().find(|value| !value.is_empty())?.to_lowercase();
    let known = harnesses.keys().any(|id| id.to_lowercase() == named);
    Some(if known { named } else { UNKNOWN.to_owned() })
}
