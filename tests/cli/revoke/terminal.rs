//! At a terminal: who is asked, and what a no is.

use super::{REVOKE, WHOAMI, WORK, known, logged_in, revoke, sent, taken, unknown};
use crate::support::{StubHub, Terminal};

#[test]
fn a_person_is_shown_which_and_asked() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.expect("GET", WHOAMI, known());
    hub.expect("POST", REVOKE, taken());
    hub.expect("GET", WHOAMI, unknown());

    let mut terminal = Terminal::open(revoke(&sandbox, &hub, &["work"]), 20, 100);
    terminal.wait_for("End this token? [y/N]");
    assert!(
        terminal
            .screen()
            .contains("this cannot be undone:\n  work (hf_****0000): a token of alice")
    );
    assert!(sent(&hub).is_empty());
    terminal.settle();
    terminal.send("y\r");
    terminal.wait_for("✓ work (hf_****0000): revoked");

    assert_eq!(terminal.close(), 0);
    assert!(!sandbox.read("stored_tokens").contains(WORK));
}

#[test]
fn anything_but_yes_sends_nothing() {
    for answer in ["n\r", "\r", "\x03"] {
        let (sandbox, hub) = (logged_in(), StubHub::start());
        hub.always("GET", WHOAMI, known());

        let mut terminal = Terminal::open(revoke(&sandbox, &hub, &["--all"]), 20, 100);
        terminal.wait_for("End these tokens? [y/N]");
        terminal.settle();
        terminal.send(answer);

        assert_eq!(terminal.close(), 1, "{answer:?}");
        assert!(terminal.screen().contains("Aborted!"), "{}", terminal.screen());
        assert!(sent(&hub).is_empty());
        assert!(sandbox.read("stored_tokens").contains(WORK));
        assert_eq!(terminal.line_mode_and_echo(), (true, true));
    }
}

#[test]
fn standard_input_is_never_asked() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let mut terminal = Terminal::open(revoke(&sandbox, &hub, &["-"]), 20, 100);
    assert_eq!(terminal.close(), 2);
    assert!(terminal.screen().contains("give `--yes`"), "{}", terminal.screen());
    assert!(hub.requests().is_empty());
}

#[test]
fn whoever_stops_the_look_afterwards_knows_that_it_was_sent() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    hub.always("GET", WHOAMI, known());
    hub.expect("POST", REVOKE, taken());
    let run = revoke(&sandbox, &hub, &["work", "--yes"]).env("HF_HUB_DOWNLOAD_TIMEOUT", "10");

    let mut terminal = Terminal::open(run, 20, 100);
    terminal.wait_for("The Hub has been told, and has not confirmed it yet.");
    terminal.send("\x03");

    assert_eq!(terminal.close(), 1);
    assert!(terminal.screen().contains("Aborted!"), "{}", terminal.screen());
    assert!(sandbox.read("stored_tokens").contains(WORK));
}
