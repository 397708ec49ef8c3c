//! The changes that `hf` makes to its files, each with the files before and after it, for the tests that disturb them.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::super::support::{Answer, Sandbox, StubHub, hub_that_knows_carol};
use super::TOKEN;

pub(super) const OLD: &str = "hf_test_faults_old_0123456789";
const LAPTOP: &str = "[laptop]\nhf_token = hf_test_faults_canary_0123456789\n\n";
const STORED: &str = "[old]\nhf_token = hf_test_faults_old_0123456789\n\n";
const BOTH: &str =
    "[laptop]\nhf_token = hf_test_faults_canary_0123456789\n\n[old]\nhf_token = hf_test_faults_old_0123456789\n\n";
const EXPIRING: &str =
    "[old]\nhf_token = hf_test_faults_old_0123456789\nrefresh_token = hf_test_refresh_1\nexpires_at = 1000\n\n";
const RENEWED: &str = "[old]\nhf_token = hf_test_faults_canary_0123456789\nrefresh_token = hf_test_refresh_2\n\n";

/// `stored_tokens` and `token`.
pub(super) type Files = (Option<String>, Option<String>);

pub(super) struct Change {
    pub(super) arguments: &'static [&'static str],
    before: (&'static str, &'static str),
    after: (&'static str, &'static str),
}

pub(super) const LOGIN: Change = Change {
    arguments: &["auth", "login", "--token", TOKEN],
    before: (STORED, OLD),
    after: (BOTH, TOKEN),
};
pub(super) const FIRST_LOGIN: Change = Change {
    arguments: LOGIN.arguments,
    before: ("", ""),
    after: (LAPTOP, TOKEN),
};
pub(super) const SWITCH: Change = Change {
    arguments: &["auth", "switch", "laptop"],
    before: (BOTH, OLD),
    after: (BOTH, TOKEN),
};
pub(super) const LOGOUT: Change = Change {
    arguments: &["auth", "logout", "old"],
    before: (BOTH, OLD),
    after: (LAPTOP, ""),
};
pub(super) const LOGOUT_OF_ALL: Change = Change {
    arguments: &["auth", "logout"],
    before: (BOTH, OLD),
    after: ("", ""),
};
pub(super) const REFRESH: Change = Change {
    arguments: &["auth", "token"],
    before: (EXPIRING, OLD),
    after: (RENEWED, TOKEN),
};

impl Change {
    /// A sandbox with the files as they are before it.
    pub(super) fn sandbox(&self) -> Sandbox {
        let sandbox = Sandbox::new();
        for (name, content) in [("stored_tokens", self.before.0), ("token", self.before.1)] {
            if !content.is_empty() {
                sandbox.write(name, content);
            }
        }
        sandbox
    }

    pub(super) fn before(&self) -> Files {
        files(self.before)
    }

    pub(super) fn after(&self) -> Files {
        files(self.after)
    }

    /// Each file is the old one or the new one, whole.
    #[track_caller]
    pub(super) fn is_old_or_new(&self, sandbox: &Sandbox, moment: &str) {
        let (found, before, after) = (found(sandbox), self.before(), self.after());
        let whole = [&before.0, &after.0].contains(&&found.0) && [&before.1, &after.1].contains(&&found.1);
        assert!(whole, "{:?} at {moment}: {found:?}", self.arguments);
    }
}

/// A hub that takes every token, and renews every one.
pub(super) fn obliging_hub() -> StubHub {
    let hub = hub_that_knows_carol();
    let grant = json!({"access_token": TOKEN, "refresh_token": "hf_test_refresh_2"});
    hub.always("POST", "/oauth/token", Answer::json(200, grant));
    hub
}

pub(super) fn found(sandbox: &Sandbox) -> Files {
    let read = |name: &str| sandbox.exists(name).then(|| sandbox.read(name));
    (read("stored_tokens"), read("token"))
}

/// A change made afterwards goes well and leaves no temporary file of an earlier one anywhere.
#[track_caller]
pub(super) fn next_change_clears_up(sandbox: &Sandbox, hub: &StubHub, moment: &str) {
    sandbox.hf(LOGIN.arguments).hub(hub).run().succeeds();
    let temporary = temporary_files(sandbox.root());
    assert!(temporary.is_empty(), "after {moment}: {temporary:?}");
}

/// Every temporary file in the tree.
pub(super) fn temporary_files(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            names.extend(temporary_files(&entry.path()));
        } else if name.starts_with(".hf-auth-") || name.starts_with(".tmp") {
            names.push(name);
        }
    }
    names
}

fn files((stored, token): (&str, &str)) -> Files {
    let file = |content: &str| Some(content.to_owned()).filter(|content| !content.is_empty());
    (file(stored), file(token))
}
