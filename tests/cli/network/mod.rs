//! The Hub and everything between: what is asked, what is sent with it, and one clear line for whatever goes wrong.

mod answers;
mod hostile;
mod proxies;
mod redirects;
mod requests;
mod unreachable;

use crate::support::{Answer, Outcome, Run, Sandbox, StubHub};

const TOKEN: &str = "hf_test_canary_000000000";
const WHOAMI: &str = "/api/whoami-v2";

/// `hf auth login --token` against this Hub.
fn login(sandbox: &Sandbox, hub: &StubHub) -> Run {
    sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(hub)
}

/// Logs in where the Hub gives this answer.
#[track_caller]
fn login_answered(answer: Answer) -> (Sandbox, Outcome) {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, answer);
    let outcome = login(&sandbox, &hub).run();
    (sandbox, outcome)
}

/// The error is one line that contains each of `parts`; nothing was stored and no token was shown.
#[track_caller]
fn refused(sandbox: &Sandbox, outcome: &Outcome, parts: &[&str]) {
    outcome.fails_with(1).stdout_is("").nowhere(TOKEN);
    let errors: Vec<&str> = outcome
        .stderr
        .lines()
        .filter(|line| line.starts_with("Error: "))
        .collect();
    assert_eq!(errors.len(), 1, "{}", outcome.stderr);
    for part in parts {
        assert!(errors[0].contains(part), "no {part:?} in {}", outcome.stderr);
    }
    let behind = outcome
        .stderr
        .lines()
        .skip_while(|line| !line.starts_with("Error: "))
        .skip(1);
    assert!(
        behind.clone().all(|line| line.starts_with("Hint: ")),
        "{}",
        outcome.stderr
    );
    assert_eq!(sandbox.listing(), [""; 0], "{}", outcome.stderr);
}
