//! Python's own logins among fifty of ours.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::json;

use super::Sections;
use super::python::Python;
use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub, WHOAMI};

const OURS: usize = 50;
const PYTHONS: usize = 25;

/// Who asks is told by the token, so each login has a Hub of its own.
fn hub_that_knows(name: &str) -> StubHub {
    let hub = StubHub::start();
    hub.expect("GET", WHOAMI, Answer::json(200, whoami("alice", name, "read")));
    hub
}

/// Fifty logins of ours while Python logs in one time after the other; gives what Python reads in the end.
fn crowd(sandbox: &Sandbox, hub: &StubHub, python: &Python, function: &str) -> BTreeMap<String, String> {
    hub.always("GET", "/api/agent-harnesses", Answer::json(404, json!({})));
    let numbers = Mutex::new(0..OURS);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(number) = { numbers.lock().unwrap().next() } {
                    let hub = hub_that_knows(&format!("ours-{number:02}"));
                    let token = format!("hf_test_ours_{number:02}");
                    let login = sandbox.hf(&["auth", "login", "--token", &token]);
                    login.hub(&hub).run().succeeds();
                }
            });
        }
        for number in 0..PYTHONS {
            let identity = whoami("bob", &format!("python-{number:02}"), "read");
            hub.expect("GET", WHOAMI, Answer::json(200, identity));
            let token = format!("hf_test_python_{number:02}");
            // Where ours overtakes it, Python's login may not find its own token again.
            let _ = python.call(function, &[token.into()]);
        }
    });
    let sections = python.call("read", &[]).unwrap();
    let sections: Option<Sections> = serde_json::from_value(sections).unwrap();
    let sections = sections.expect("Python can read the file").into_iter();
    sections.map(|(name, fields)| (name, fields[0].1.clone())).collect()
}

fn expected() -> BTreeMap<String, String> {
    let named = |kind: &'static str, count| {
        (0..count).map(move |number| (format!("{kind}-{number:02}"), format!("hf_test_{kind}_{number:02}")))
    };
    named("ours", OURS).chain(named("python", PYTHONS)).collect()
}

#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn no_token_is_lost_where_python_takes_the_lock() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let python = Python::start_with(&sandbox, |run| run.hub(&hub));
    assert_eq!(crowd(&sandbox, &hub, &python, "locked_login"), expected());
}

/// Python's login reads, changes and writes without a lock. What it sweeps away of ours in that moment cannot be kept from
/// it, but the file is whole, and nothing in it is wrong.
#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn the_file_is_whole_where_python_takes_no_lock() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let python = Python::start_with(&sandbox, |run| run.hub(&hub));
    let (stored, expected) = (crowd(&sandbox, &hub, &python, "login"), expected());
    println!(
        "{} of {} tokens are left among logins without a lock",
        stored.len(),
        expected.len()
    );
    assert!(stored.iter().all(|(name, token)| expected.get(name) == Some(token)));
    assert!(stored.len() > expected.len() / 2, "{} are left", stored.len());
    let listed = sandbox.hf(&["auth", "list", "-q"]).run();
    assert_eq!(listed.succeeds().stdout.lines().count(), stored.len());
}
