//! Several logins at once: the lock that the reference takes too.

use std::thread;

use super::{TOKEN, hub_that_knows, section};
use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub, WHOAMI};

#[test]
fn eight_logins_at_once_lose_no_token() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    for number in 0..8 {
        let identity = whoami("alice", &format!("token-{number}"), "write");
        hub.expect("GET", WHOAMI, Answer::json(200, identity));
    }

    thread::scope(|scope| {
        for number in 0..8 {
            let token = format!("hf_test_{number}");
            let run = sandbox.hf(&["auth", "login", "--token", &token]).hub(&hub);
            scope.spawn(|| {
                run.run().succeeds();
            });
        }
    });

    let stored = sandbox.read("stored_tokens");
    for number in 0..8 {
        assert!(stored.contains(&format!("[token-{number}]\n")), "{stored}");
        assert!(stored.contains(&format!("hf_token = hf_test_{number}\n")), "{stored}");
    }
    assert_eq!(sandbox.listing(), ["stored_tokens", "stored_tokens.lock", "token"]);
}

#[test]
fn a_login_waits_for_the_lock_and_then_sees_what_the_other_wrote() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
    sandbox.store(&[("work", "hf_test_work")]);
    sandbox.write("stored_tokens.lock", "");
    let lock = std::fs::File::open(sandbox.path("stored_tokens.lock")).unwrap();
    lock.lock().unwrap();

    thread::scope(|scope| {
        let run = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub);
        let login = scope.spawn(|| run.run());
        hub.wait_for_requests(1);
        assert_eq!(sandbox.read("stored_tokens"), section("work", "hf_test_work"));
        sandbox.store(&[("work", "hf_test_changed")]);
        drop(lock);
        login.join().unwrap().succeeds();
    });

    assert_eq!(
        sandbox.read("stored_tokens"),
        section("laptop", TOKEN) + &section("work", "hf_test_changed")
    );
}

#[test]
fn what_a_killed_login_left_half_written_is_swept_up() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
    sandbox.write(".hf-auth-Ab12Cd.tmp", "[wo");
    sandbox.write(".hf-auth-notes", "not ours");

    let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

    outcome.succeeds();
    assert_eq!(
        sandbox.listing(),
        [".hf-auth-notes", "stored_tokens", "stored_tokens.lock", "token"]
    );
}
