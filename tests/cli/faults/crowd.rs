//! Many at once, and one who never lets go: no token is lost, and every reader finds a whole file.

use std::fs::File;
use std::thread;
use std::time::Duration;

use super::super::support::{Answer, Outcome, Run, Sandbox, StubHub, hub};
use super::{COMMANDS, TOKEN, WHOAMI};

const LOGINS: usize = 50;
const OTHERS: usize = 10;

fn token(kind: &str, number: usize) -> String {
    format!("hf_test_crowd_{kind}_{number:02}")
}

/// Names that stay, names that will be logged out, and one to switch to.
fn settled() -> Sandbox {
    let sandbox = Sandbox::new();
    let numbers = (0..OTHERS).flat_map(|number| [("stays", number), ("leaves", number)]);
    let named: Vec<(String, String)> = numbers
        .map(|(kind, number)| (format!("{kind}-{number:02}"), token(kind, number)))
        .collect();
    let tokens: Vec<(&str, &str)> = named
        .iter()
        .map(|(name, token)| (name.as_str(), token.as_str()))
        .collect();
    sandbox.store(&tokens);
    sandbox
}

/// Fifty logins, among them switches, logouts and lists.
fn crowd(sandbox: &Sandbox, hub: &StubHub) -> Vec<Run> {
    let login = |number| sandbox.hf(&["auth", "login", "--token", &token("new", number)]);
    let logins = (0..LOGINS).map(login);
    let others = (0..OTHERS).flat_map(|number| {
        [
            sandbox.hf(&["auth", "switch", &format!("stays-{number:02}")]),
            sandbox.hf(&["auth", "logout", &format!("leaves-{number:02}")]),
            sandbox.hf(&["auth", "list", "--json"]),
        ]
    });
    let mut runs: Vec<Run> = others.collect();
    for (number, login) in logins.enumerate() {
        runs.insert((number * 7) % (runs.len() + 1), login);
    }
    runs.into_iter().map(|run| run.hub(hub)).collect()
}

/// What is stored, as our own list reads it; what Python reads is for `tests/reference`.
fn names(sandbox: &Sandbox) -> Vec<String> {
    let listed = sandbox.hf(&["auth", "list", "-q"]).run();
    listed.succeeds().stdout.lines().map(str::to_owned).collect()
}

#[test]
fn fifty_logins_among_switches_and_logouts_lose_no_token() {
    fifty_logins(1);
}

#[test]
#[ignore = "takes minutes"]
fn twenty_crowds_of_logins_lose_no_token() {
    fifty_logins(20);
}

fn fifty_logins(times: usize) {
    for _ in 0..times {
        let (sandbox, hub) = (settled(), StubHub::start());
        for number in 0..LOGINS {
            let identity = hub::whoami("carol", &format!("new-{number:02}"), "read");
            hub.expect("GET", WHOAMI, Answer::json(200, identity));
        }

        thread::scope(|scope| {
            for run in crowd(&sandbox, &hub) {
                scope.spawn(|| run.run().succeeds().status);
            }
        });

        let kinds = [("new", LOGINS), ("stays", OTHERS)];
        let expected = kinds
            .iter()
            .flat_map(|(kind, count)| (0..*count).map(move |number| (kind, number)));
        let (expected, tokens): (Vec<String>, Vec<String>) = expected
            .map(|(kind, number)| (format!("{kind}-{number:02}"), token(kind, number)))
            .unzip();
        assert_eq!(names(&sandbox), expected);
        let stored = sandbox.read("stored_tokens");
        assert!(
            tokens
                .iter()
                .all(|token| stored.contains(&format!("hf_token = {token}\n"))),
            "{stored}"
        );
        assert!(tokens.contains(&sandbox.read("token")), "{}", sandbox.read("token"));
        assert_eq!(sandbox.listing(), ["stored_tokens", "stored_tokens.lock", "token"]);
    }
}

#[test]
fn a_queue_that_gets_on_is_waited_for() {
    let (sandbox, hub) = (Sandbox::new(), super::hub_that_knows_carol());
    sandbox.store(&[("laptop", TOKEN)]);
    let lock = locked(&sandbox);

    thread::scope(|scope| {
        let login = sandbox.hf(COMMANDS[0]).hub(&hub).env("HF_AUTH_LOCK_TIMEOUT", "2");
        let login = scope.spawn(|| login.run());
        for name in ["one", "other"] {
            thread::sleep(Duration::from_millis(1_300));
            sandbox.store(&[("laptop", TOKEN), (name, &token(name, 0))]);
        }
        drop(lock);
        let outcome = login.join().unwrap();
        assert!(outcome.succeeds().elapsed > Duration::from_secs(2), "{outcome:?}");
    });

    assert!(names(&sandbox).contains(&"other".to_owned()));
}

/// A lock that another process holds, as it were.
fn locked(sandbox: &Sandbox) -> File {
    sandbox.write("stored_tokens.lock", "");
    let lock = File::open(sandbox.path("stored_tokens.lock")).unwrap();
    lock.lock().unwrap();
    lock
}

/// Every change, at once, while nobody lets go of the lock: what each said.
fn held_for_ever(timeout: Option<&str>) -> Vec<Outcome> {
    let (sandbox, hub) = (Sandbox::new(), super::hub_that_knows_carol());
    sandbox.store(&[("laptop", TOKEN)]);
    let (before, lock) = (sandbox.read("stored_tokens"), locked(&sandbox));
    let outcomes = thread::scope(|scope| {
        let running = COMMANDS[..4].iter().map(|command| {
            let run = sandbox.hf(command).hub(&hub);
            let run = timeout
                .into_iter()
                .fold(run, |run, seconds| run.env("HF_AUTH_LOCK_TIMEOUT", seconds));
            scope.spawn(|| run.run())
        });
        let running: Vec<_> = running.collect();
        running.into_iter().map(|run| run.join().unwrap()).collect::<Vec<_>>()
    });
    for outcome in &outcomes {
        let path = sandbox.path("stored_tokens.lock");
        outcome.fails_with(1).nowhere(TOKEN);
        outcome.stderr_has(&format!("Error: Cannot lock {}", path.display()));
        outcome.stderr_has(&format!(
            "Still waiting to acquire lock on {} (elapsed: ",
            path.display()
        ));
    }
    assert_eq!(sandbox.read("stored_tokens"), before);
    assert!(!sandbox.exists("token"));
    drop(lock);
    outcomes
}

#[test]
fn a_lock_held_for_ever_is_one_line_after_the_time_that_is_set() {
    for outcome in held_for_ever(Some("2")) {
        outcome.stderr_has("another process has held it for 2 seconds.\n");
        assert!((2..20).contains(&outcome.elapsed.as_secs()), "{outcome:?}");
    }
}

#[test]
#[ignore = "takes half a minute"]
fn a_lock_held_for_ever_is_one_line_after_half_a_minute() {
    for outcome in held_for_ever(None) {
        outcome.stderr_has("another process has held it for 30 seconds.\n");
        outcome
            .stderr_has("(elapsed: 10.0 seconds)\n")
            .stderr_has("(elapsed: 20.0 seconds)\n");
        assert!((30..60).contains(&outcome.elapsed.as_secs()), "{outcome:?}");
    }
}
