//! The Python library reads what we wrote, and we read what it wrote.

use crate::reference;
use crate::support::hub::whoami;
use crate::support::{Answer, Outcome, Sandbox, StubHub};

const TOKEN: &str = "hf_test_shared_0000000";
/// Names that Python can write, chosen to hurt.
const NAMES: [&str; 12] = [
    "plain",
    "two words",
    " led by a blank",
    "a]",
    "[b",
    "k = v",
    "c: d",
    "# no comment",
    "%(x)s",
    "back\\slash",
    "\"quoted\"",
    "日本 😀",
];

/// A program for the library in the sandbox; skipped without the reference.
fn python(sandbox: &Sandbox, program: &str) -> Option<Outcome> {
    let run = sandbox.program(reference()?.join("python"), &["-c", program]);
    Some(run.run())
}

#[test]
fn python_reads_every_name_that_we_wrote() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    for name in NAMES {
        hub.expect(
            "GET",
            "/api/whoami-v2",
            Answer::json(200, whoami("alice", name, "read")),
        );
        sandbox
            .hf(&["auth", "login", "--token", TOKEN])
            .hub(&hub)
            .run()
            .succeeds();
    }
    let program = "import json; from huggingface_hub.utils import get_token, get_stored_tokens
print(json.dumps([get_token(), get_stored_tokens()]))";
    let Some(outcome) = python(&sandbox, program) else {
        return;
    };
    let (active, stored): (String, std::collections::BTreeMap<String, String>) =
        serde_json::from_str(&outcome.succeeds().stdout).unwrap();
    assert_eq!(active, TOKEN);
    let mut names = NAMES.to_vec();
    names.sort_unstable();
    assert_eq!(stored.keys().collect::<Vec<_>>(), names);
    assert!(stored.values().all(|token| token == TOKEN));
}

#[test]
fn we_read_every_name_that_python_wrote() {
    let sandbox = Sandbox::new();
    let program = format!(
        "import json; from huggingface_hub.utils._auth import _save_token
for name in json.loads({:?}): _save_token({TOKEN:?}, name)",
        serde_json::to_string(&NAMES).unwrap()
    );
    let Some(outcome) = python(&sandbox, &program) else {
        return;
    };
    outcome.succeeds();
    for name in NAMES {
        sandbox
            .hf(&["auth", "token", "--", name])
            .run()
            .succeeds()
            .stdout_is(&format!("{TOKEN}\n"));
    }
}
