//! At a terminal: lines as they come, and Ctrl-C.

use std::time::Duration;

use super::{allowed, check, logged_in, path};
use crate::support::{Answer, StubHub, Terminal};

#[test]
fn lines_are_printed_as_they_come_and_ctrl_c_ends_it() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("GET", &path("acme/x"), allowed());
    hub.expect("GET", &path("acme/y"), Answer::hang());
    let run = check(&sandbox, &hub, &["acme/x", "acme/y"]);

    let mut terminal = Terminal::open(run, 10, 80);
    terminal.wait_for("✓ acme/x: ok");
    hub.wait_for_requests(2);
    terminal.send("\x03");

    assert_eq!(terminal.close(), 1);
    assert!(terminal.screen().contains("Aborted!"), "{}", terminal.screen());
    assert_eq!(terminal.line_mode_and_echo(), (true, true));
}

#[test]
fn a_file_of_ten_thousand_lines_stops_at_ctrl_c() {
    let repos: Vec<String> = (0..10_000).map(|number| format!("acme/r{number}")).collect();
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let slow = allowed().delay(Duration::from_millis(20));
    repos
        .iter()
        .for_each(|repo| hub.always("GET", &path(repo), slow.clone()));
    std::fs::write(sandbox.work().join("repos.txt"), repos.join("\n")).unwrap();

    let mut terminal = Terminal::open(check(&sandbox, &hub, &["--file", "repos.txt"]), 10, 80);
    terminal.wait_for("✓ acme/r5: ok");
    terminal.send("\x03");

    assert_eq!(terminal.close(), 1);
    assert!(terminal.screen().ends_with("Aborted!"), "{}", terminal.screen());
    assert!(hub.requests().len() < 5000);
}

#[test]
fn a_rest_stops_at_ctrl_c() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let busy = super::refused(429, "", "slow down").header("Retry-After", "50");
    hub.expect("GET", &path("acme/x"), busy);

    let mut terminal = Terminal::open(check(&sandbox, &hub, &["acme/x"]), 10, 80);
    terminal.wait_for("going on in 50 seconds.");
    terminal.send("\x03");

    assert_eq!(terminal.close(), 1);
}
