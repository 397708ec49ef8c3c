//! Whether an agent harness runs us: by the variables that each harness sets, or by `AI_AGENT` or `AGENT`, which any may set.
//! The reference keeps a registry of harnesses that it downloads once a day; its copy counts first if there is one, and what
//! it lacks is looked for in the list that was compiled in. Nothing is ever asked for.

mod harnesses;

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::{Lookup, Paths};
use crate::fs;
use harnesses::HARNESSES;

const REGISTRY_FILE: &str = ".agent_harnesses.json";
const STANDARD_VARIABLES: [&str; 2] = ["AI_AGENT", "AGENT"];
const UNKNOWN: &str = "unknown";

/// Anything in it may be missing or null.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Registry {
    standard_env_vars: Option<Vec<String>>,
    harnesses: Option<Harnesses>,
}

/// What the registry knows of each harness, under its identifier, in the order of the file: the first that matches counts.
#[derive(Default)]
struct Harnesses(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Harnesses {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(InOrder)
    }
}

/// The library's own map would sort them.
struct InOrder;

impl<'de> Visitor<'de> for InOrder {
    type Value = Harnesses;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("harnesses by identifier")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Harnesses, A::Error> {
        let mut harnesses = Vec::new();
        while let Some(harness) = map.next_entry()? {
            harnesses.push(harness);
        }
        Ok(Harnesses(harnesses))
    }
}

impl Registry {
    /// The reference's cached copy, or, where there is none that says anything, the two variables that any harness may
    /// set.
    fn load(paths: Option<&Paths>) -> Self {
        let file = paths.map(|paths| paths.home.join(REGISTRY_FILE));
        let cached = file.and_then(|file| fs::read_if_regular(&file));
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

/// The identifier of the harness that runs us, `unknown` for one that nobody knows.
pub(super) fn detect(paths: Option<&Paths>, lookup: Lookup) -> Option<String> {
    let registry = Registry::load(paths);
    let Harnesses(listed) = registry.harnesses.unwrap_or_default();
    let variables = registry.standard_env_vars.unwrap_or_default();
    let value = |name: &str| lookup(name)?.into_string().ok().filter(|value| !value.is_empty());
    let standard: Vec<String> = variables
        .iter()
        .filter_map(|name| value(name))
        .map(|value| value.trim().to_owned())
        .collect();

    let fits = |name: &str, pattern: &str| value(name).is_some_and(|value| is_like(&value, pattern));
    let listed_fits = |harness: &Value| {
        let patterns = harness.get("envVars").and_then(Value::as_object);
        let mut patterns = patterns.into_iter().flatten();
        patterns.any(|(name, pattern)| pattern.as_str().is_some_and(|pattern| fits(name, pattern)))
    };
    let in_registry = listed
        .iter()
        .find(|(id, harness)| listed_fits(harness) || standard.contains(id))
        .map(|(id, _)| id.as_str());
    let is_listed = |id: &str| listed.iter().any(|(known, _)| known.eq_ignore_ascii_case(id));
    let compiled_in = || {
        let mut others = HARNESSES.iter().filter(|(id, _)| !is_listed(id));
        others.find(|(id, patterns)| {
            patterns.iter().any(|(name, pattern)| fits(name, pattern)) || standard.iter().any(|named| named == id)
        })
    };
    if let Some(id) = in_registry.or_else(|| compiled_in().map(|(id, _)| *id)) {
        return Some(id.to_owned());
    }
    let named = standard.into_iter().find(|value| !value.is_empty())?.to_lowercase();
    let is_known = is_listed(&named) || HARNESSES.iter().any(|(id, _)| *id == named);
    Some(if is_known { named } else { UNKNOWN.to_owned() })
}

/// `*` stands for anything, `x*` for what begins with x.
fn is_like(value: &str, pattern: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(beginning) => value.starts_with(beginning),
        None => value == pattern,
    }
}
