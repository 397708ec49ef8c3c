//! Whether an agent harness runs us. The reference keeps a registry of harnesses that it downloads once a day; we use
//! its copy if there is one and never ask for one. Without it, `AI_AGENT` or `AGENT` say so.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Lookup, Paths};
use crate::fs;

const REGISTRY_FILE: &str = ".agent_harnesses.json";
const STANDARD_VARIABLES: [&str; 2] = ["AI_AGENT", "AGENT"];
const UNKNOWN: &str = "unknown";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registry {
    #[serde(default)]
    standard_env_vars: Vec<String>,
    #[serde(default)]
    harnesses: BTreeMap<String, Harness>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Harness {
    /// A variable and what it must be: `*` for anything but empty, else exactly this.
    #[serde(default)]
    env_vars: BTreeMap<String, String>,
}

impl Registry {
    /// The reference's cached copy, or, where there is none that can be read, the two variables that any harness may
    /// set.
    fn load(paths: Option<&Paths>) -> Self {
        let file = paths.map(|paths| paths.home.join(REGISTRY_FILE));
        let cached = file.and_then(|file| fs::read(&file).ok().flatten());
        cached
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .unwrap_or_else(|| Registry {
                standard_env_vars: STANDARD_VARIABLES.map(str::to_owned).to_vec(),
                harnesses: BTreeMap::new(),
            })
    }
}

/// The identifier of the harness that runs us, `unknown` for one that is not in the registry.
pub(super) fn detect(paths: Option<&Paths>, lookup: Lookup) -> Option<String> {
    let registry = Registry::load(paths);
    let value = |name: &String| lookup(name)?.into_string().ok().filter(|value| !value.is_empty());
    let standard: Vec<String> = registry
        .standard_env_vars
        .iter()
        .filter_map(value)
        .map(|v| v.trim().to_owned())
        .collect();

    let matches = |(id, harness): &(&String, &Harness)| {
        let by_variable = harness
            .env_vars
            .iter()
            .any(|(name, pattern)| value(name).is_some_and(|value| pattern == "*" || *pattern == value));
        by_variable || standard.contains(id)
    };
    if let Some((id, _)) = registry.harnesses.iter().find(matches) {
        return Some(id.clone());
    }
    let named = standard.into_iter().find(|value| !value.is_empty())?.to_lowercase();
    let known = registry.harnesses.keys().any(|id| id.to_lowercase() == named);
    Some(if known { named } else { UNKNOWN.to_owned() })
}
