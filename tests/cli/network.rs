//! What every command that talks to the Hub shares: what it sends, where it sends it, and what a person reads when
//! nothing usable comes back.

mod answers;
mod between;
#[cfg(unix)]
mod debugging;
mod endpoints;
mod exposure;
mod failures;
mod hostile;
mod proxies;
mod redirects;
mod requests;
mod tunnel;
mod warnings;

use super::support::{Answer, Outcome, Run, Sandbox, StubHub, WHOAMI, hub};

/// Where the Hub says whose token a token is.
/// The token of every login here; no stream may ever show it.
const REFRESH: &str = "hf_test_refresh_canary_0123456789";
/// Nobody is there: a stub that plays a proxy answers for it.
const FAR_HUB: &str = "http://hub.test";
const TOKEN: &str = "hf_test_network_canary_0123456789";
/// The answer to a token that is good.
fn identity() -> Answer {
    Answer::json(200, hub::whoami("carol", "laptop", "read"))
}

/// `hf auth login` with [`TOKEN`], which never gets as far as the files when the Hub's answer is no good.
fn login(sandbox: &Sandbox) -> Run {
    sandbox.hf(&["auth", "login", "--token", TOKEN])
}

/// What a failed login says behind its line about git. Claims what is true of every one: exit status 1, nothing on
/// standard output, nothing stored, no secret shown, one error, one hint, and nothing that could drive a terminal.
#[track_caller]
fn complaint_of(sandbox: &Sandbox, outcome: &Outcome) -> String {
    outcome.fails_with(1).stdout_is("").nowhere(TOKEN);
    assert_eq!(sandbox.listing(), Vec::<String>::new(), "nothing is stored");
    let (first, said) = outcome.stderr.split_once('\n').unwrap();
    assert!(first.starts_with("The token has not been saved to the git"), "{first}");
    let drives_a_terminal = |c: char| (c.is_control() && c != '\n') || "\u{202e}\u{2066}\u{200f}\u{2028}".contains(c);
    assert!(!said.contains(drives_a_terminal), "{said:?}");
    let starts: Vec<&str> = said
        .lines()
        .map(|line| line.split(' ').next().unwrap_or_default())
        .filter(|start| *start != "Warning:")
        .collect();
    assert_eq!(starts, ["Error:", "Hint:"], "one error and one hint: {said}");
    said.to_owned()
}

/// What a login says whose Hub gives this one answer; the Hub's address is `{hub}` in it.
#[track_caller]
fn complaint_about(answer: Answer) -> String {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.expect("GET", WHOAMI, answer);

    let outcome = login(&sandbox).hub(&hub).run();

    complaint_of(&sandbox, &outcome).replace(&hub.url(), "{hub}")
}
