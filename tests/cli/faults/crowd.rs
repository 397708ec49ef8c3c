//! Many at once, and one who never lets go: no token is lost, and every reader finds a whole file.

use std::fs::File;
use std::thread;
use std::time::Duration;

use super::super::support::{Answer, Run, Sandbox, StubHub, hub};
use super::{COMMANDS, TOKEN, WHOAMI, is_long};

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

/// What is stored, as our own list and, where it is there, the reference reads it.
fn names(sandbox: &Sandbox) -> Vec<String> {
    let listed = sandbox.hf(&["auth", "list", "-q"]).run();
    let names: Vec<String> = listed.succeeds().stdout.lines().map(str::to_owned).collect();
    if let Some(folder) = std::env::var_os("HF_REFERENCE") {
        let python = std::path::Path::new(&folder).join("python");
        let script = "import configparser, sys; c = configparser.ConfigParser(interpolation=None); \
            c.read(sys.argv[1], encoding='utf-8'); [print(n) for n in c.sections() if c[n]['hf_token']]";
        let path = sandbox.path("stored_tokens");
        let read = sandbox.program(python, &["-c", script, path.to_str().unwrap()]).run();
        read.succeeds().stdout_is(&listed.stdout);
    }
    names
}

#[test]
fn fifty_logins_among_switches_and_logouts_lose_no_token() {
    for _ in 0..if is_long() { 20 } else { 1 } {
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
    if !is_long() {
        eprintln!("skipped: takes more than half a minute; HF_TEST_LONG=1 asks for it");
        return;
    }
    let (sandbox, hub) = (Sandbox::new(), super::hub_that_knows_carol());
    sandbox.store(&[("laptop", TOKEN)]);
    sandbox.write("stored_tokens.lock", "");
    let lock = File::open(sandbox.path("stored_tokens.lock")).unwrap();
    lock.lock().unwrap();

    thread::scope(|scope| {
        let login = scope.spawn(|| sandbox.hf(COMMANDS[0]).hub(&hub).run());
        for name in ["one", "other"] {
            thread::sleep(Duration::from_secs(17));
            sandbox.store(&[("laptop", TOKEN), (name, &token(name, 0))]);
        }
        drop(lock);
        let outcome = login.join().unwrap();
        assert!(outcome.succeeds().elapsed.as_secs() > 30, "{outcome:?}");
    });

    assert!(names(&sandbox).contains(&"other".to_owned()));
}

#[test]
fn a_lock_held_for_ever_is_one_line_after_half_a_minute() {
    if !is_long() {
        eprintln!("skipped: takes half a minute; HF_TEST_LONG=1 asks for it");
        return;
    }
    let (sandbox, hub) = (Sandbox::new(), super::hub_that_knows_carol());
    sandbox.store(&[("laptop", TOKEN)]);
    sandbox.write("stored_tokens.lock", "");
    let before = sandbox.read("stored_tokens");
    let lock = File::open(sandbox.path("stored_tokens.lock")).unwrap();
    lock.lock().unwrap();

    thread::scope(|scope| {
        for command in &COMMANDS[..4] {
            let run = sandbox.hf(command).hub(&hub);
            scope.spawn(|| {
                let outcome = run.run();
                let named = format!("Error: Cannot lock {}", sandbox.path("stored_tokens.lock").display());
                outcome.fails_with(1).nowhere(TOKEN).stderr_has(&named);
                outcome.stderr_has("another process has held it for 30 seconds.\n");
                assert!((30..60).contains(&outcome.elapsed.as_secs()), "{outcome:?}");
            });
        }
    });

    assert_eq!(sandbox.read("stored_tokens"), before);
    assert!(!sandbox.exists("token"));
    drop(lock);
}
