//! The environment's variables as they were at one moment. Dozens of names are asked for, and each question to the system
//! walks through all that a shell exports.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::sync::Arc;

use super::Lookup;

type Find = dyn Fn(&str) -> Option<OsString> + Send + Sync;

/// Cheap to copy.
#[derive(Clone)]
pub(super) struct Variables(Arc<Find>);

impl Variables {
    #[expect(clippy::disallowed_methods, reason = "this is the environment's one door")]
    pub(super) fn of_this_process() -> Self {
        std::env::vars_os().collect()
    }

    pub(super) fn found_by(lookup: impl Fn(&str) -> Option<OsString> + Send + Sync + 'static) -> Self {
        Variables(Arc::new(lookup))
    }

    pub(super) fn lookup(&self) -> Lookup<'_> {
        &*self.0
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        (self.0)(name).map(|value| value.to_string_lossy().into_owned())
    }

    pub(super) fn non_empty(&self, name: &str) -> Option<String> {
        self.text(name).filter(|value| !value.is_empty())
    }
}

/// Of a name that is there twice the first counts, as for getenv(3).
impl FromIterator<(OsString, OsString)> for Variables {
    fn from_iter<I: IntoIterator<Item = (OsString, OsString)>>(all: I) -> Self {
        let all: Vec<(OsString, OsString)> = all.into_iter().collect();
        Variables::found_by(move |name| {
            let found = all.iter().find(|(known, _)| is_same(known, name));
            found.map(|(_, value)| value.clone())
        })
    }
}

/// They hold secrets.
impl fmt::Debug for Variables {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("Variables(..)")
    }
}

/// Windows does not tell `Path` from `PATH`.
fn is_same(known: &OsStr, name: &str) -> bool {
    if cfg!(windows) {
        known.eq_ignore_ascii_case(name)
    } else {
        known == name
    }
}
