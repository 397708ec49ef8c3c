//! Any name that the Hub may give a token: stored by us as Python stores it, found by Python, and by us.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::Value;

use super::python::Python;
use super::{holds_for_all, same};
use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub, WHOAMI};

const PIECES: [&str; 36] = [
    "a", "B", "z", "0", " ", "  ", "\t", "[", "]", "=", ":", "#", ";", "%", "%(x)s", "\\", "\"", "'", "`", "$", "{",
    "}", "é", "İ", "ß", "日本", "😀", "e\u{301}", "\u{a0}", "\u{3000}", "\u{200f}", "DEFAULT", "default", "\u{1f}",
    "\u{85}", "-",
];

fn name() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(&PIECES[..]).prop_map(str::to_owned);
    let part = prop_oneof![6 => piece, 1 => "\\PC{0,3}", 1 => any::<char>().prop_map(String::from)];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

/// Names are the program's arguments and messages too; those cannot hold a NUL.
fn names_and_tokens() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = name().prop_filter("no argument", |name| !name.is_empty() && !name.contains('\0'));
    prop::collection::vec((name, "hf_test_[!-~]{1,30}"), 1..4)
}

fn stored(python: &Python) -> BTreeMap<String, String> {
    serde_json::from_value(python.call("get_stored_tokens", &[]).unwrap()).unwrap()
}

fn log_in(sandbox: &Sandbox, hub: &StubHub, name: &str, token: &str) {
    let identity = whoami("alice", name, "read");
    hub.expect("GET", WHOAMI, Answer::json(200, identity));
    let run = sandbox.hf(&["auth", "login", "--token", token]).hub(hub).run();
    run.succeeds();
}

#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn names_and_values_are_the_same_to_both() {
    let (theirs, ours, hub) = (Sandbox::new(), Sandbox::new(), StubHub::start());
    let (python, reader) = (Python::start(&theirs), Python::start(&ours));
    holds_for_all(
        "generated sets of names and tokens, stored by both, byte for byte",
        1_000,
        names_and_tokens(),
        |tokens| {
            theirs.write("stored_tokens", "");
            ours.write("stored_tokens", "");
            for (name, token) in &tokens {
                let arguments: [Value; 2] = [name.as_str().into(), token.as_str().into()];
                let saved = python.call("save", &arguments);
                if saved.is_err() || stored(&python).get(name) != Some(token) {
                    // Python loses this name, and often every other one with it. Ours keeps the token under another name.
                    log_in(&ours, &hub, name, token);
                    let kept = stored(&reader).values().any(|known| known == token);
                    return same("kept under a substitute", &true, &kept);
                }
                log_in(&ours, &hub, name, token);
            }
            same("bytes", &theirs.read("stored_tokens"), &ours.read("stored_tokens"))?;
            let expected: BTreeMap<String, String> = tokens.into_iter().collect();
            same("read back", &expected, &stored(&reader))?;
            let (name, token) = expected.first_key_value().unwrap();
            let shown = ours.hf(&["auth", "token", "--token-name", name]).run().stdout;
            same("shown", &format!("{token}\n"), &shown)
        },
    );
}
