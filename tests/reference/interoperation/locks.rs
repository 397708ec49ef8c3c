//! The lock on `stored_tokens.lock` is one lock for Python and for us.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use super::python::Python;
use crate::support::{Answer, Sandbox, StubHub};

const OLD: &str = "hf_test_oauth_old_00000";
const NEW: &str = "hf_test_oauth_new_00000";

/// A token that must be renewed before it is used; the renewal holds the lock as long as the Hub takes.
fn with_an_expiring_token() -> Sandbox {
    let sandbox = Sandbox::new();
    let store =
        format!("[oauth-carol]\nhf_token = {OLD}\nrefresh_token = hf_test_refresh\nexpires_at = 1700000000\n\n");
    sandbox.write("stored_tokens", store);
    sandbox.activate(OLD);
    sandbox
}

fn renewed_after(delay: Duration) -> Answer {
    let grant = json!({"access_token": NEW, "refresh_token": "hf_test_refresh_2", "expires_in": 2_592_000});
    Answer::json(200, grant).delay(delay)
}

#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn we_wait_for_python() {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", "hf_test_laptop_0000000")]);
    let python = Python::start(&sandbox);
    python.call("lock", &[json!(1)]).unwrap();

    let mut ours = sandbox
        .hf(&["auth", "switch", "laptop"])
        .env("HF_AUTH_LOCK_TIMEOUT", "6")
        .command()
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(ours.stderr.take().unwrap()).lines();
    let first = said.next().unwrap().unwrap();

    assert!(first.starts_with("Still waiting to acquire lock on "), "{first}");
    assert!(sandbox.exists("stored_tokens.lock"));
    python.call("unlock", &[]).unwrap();
    assert!(ours.wait().unwrap().success());
    assert_eq!(sandbox.read("token"), "hf_test_laptop_0000000");
}

#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn python_waits_for_us() {
    let (sandbox, hub) = (with_an_expiring_token(), StubHub::start());
    let python = Python::start(&sandbox);
    python.call("get_stored_tokens", &[]).unwrap();
    hub.expect("POST", "/oauth/token", renewed_after(Duration::from_secs(5)));

    let mut ours = sandbox
        .hf(&["auth", "token"])
        .hub(&hub)
        .command()
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    hub.wait_for_requests(1);

    let error = python.call("lock", &[json!(0.3)]).unwrap_err();
    assert!(error.starts_with("Timeout"), "{error}");
    assert!(ours.wait().unwrap().success());
    python.call("lock", &[json!(1)]).unwrap();
}

#[test]
#[ignore = "needs the Python reference: tests/reference/run"]
fn a_token_that_both_want_to_renew_is_renewed_once() {
    let (sandbox, hub) = (with_an_expiring_token(), StubHub::start());
    let python = Python::start_with(&sandbox, |run| run.hub(&hub));
    python.call("get_stored_tokens", &[]).unwrap();
    hub.expect("POST", "/oauth/token", renewed_after(Duration::from_secs(1)));

    let (theirs, ours) = std::thread::scope(|scope| {
        let ours = scope.spawn(|| sandbox.hf(&["auth", "token"]).hub(&hub).run());
        let theirs = python.call("get_token", &[]).unwrap();
        (theirs, ours.join().unwrap())
    });

    ours.succeeds().stdout_is(&format!("{NEW}\n"));
    assert_eq!(theirs, NEW);
    assert_eq!(hub.requests().len(), 1);
    assert_eq!(sandbox.read("token"), NEW);
}
