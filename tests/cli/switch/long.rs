//! The menu with ten tokens and more, where what is typed filters, and with one of them active.

use super::{switch, with_tokens};
use crate::support::{Sandbox, StubHub, Terminal};

fn menu(sandbox: &Sandbox, hub: &StubHub) -> Terminal {
    let terminal = Terminal::open(switch(sandbox, hub, &[]), 24, 80);
    terminal.wait_for("Esc stops");
    terminal.wait_for_modes((false, false));
    terminal
}

fn with_thirty_tokens() -> Sandbox {
    let names: Vec<String> = (1..=30).map(|number| format!("t{number:02}")).collect();
    with_tokens(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn what_is_typed_filters_digits_too() {
    let (sandbox, hub) = (with_thirty_tokens(), StubHub::start());
    let mut terminal = menu(&sandbox, &hub);
    assert!(
        terminal.screen().ends_with("\n  1-21 of 30, type to filter, Esc stops"),
        "{}",
        terminal.screen()
    );

    terminal.send("T2");
    terminal.wait_for("\"T2\": 10 of 30, Esc clears");
    terminal.send("9");
    terminal.wait_for("> t29");
    terminal.wait_for("\"T29\": 1 of 30, Esc clears");
    terminal.settle();
    assert_eq!(terminal.screen().lines().count(), 3, "{}", terminal.screen());
    terminal.send("\x7f");
    terminal.wait_for("\"T2\": 10 of 30");
    terminal.send("\x1b[A\r");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert_eq!(sandbox.read("token"), "hf_test_t28");
}

#[test]
fn esc_clears_the_filter_first_and_then_aborts() {
    let (sandbox, hub) = (with_thirty_tokens(), StubHub::start());
    let mut terminal = menu(&sandbox, &hub);
    terminal.send("zz");
    terminal.wait_for("\"zz\": nothing, Esc clears");
    // Nothing is marked that Enter could take.
    terminal.send("\r");
    terminal.settle();
    terminal.send("\x1b");
    terminal.wait_for("1-21 of 30, type to filter, Esc stops");

    terminal.send("\x1b");

    assert_eq!(terminal.close(), 1, "{}", terminal.screen());
    assert!(terminal.screen().ends_with("\nAborted!"), "{}", terminal.screen());
    assert!(terminal.cursor_is_visible());
    assert_eq!(terminal.line_mode_and_echo(), (true, true));
    assert!(!sandbox.exists("token"));
}

#[test]
fn esc_aborts_a_short_menu() {
    let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());
    let mut terminal = menu(&sandbox, &hub);

    terminal.send("\x1b");

    assert_eq!(terminal.close(), 1, "{}", terminal.screen());
    assert!(terminal.screen().ends_with("\nAborted!"), "{}", terminal.screen());
    assert!(!sandbox.exists("token"));
}

#[test]
fn it_begins_at_the_active_token_and_marks_it() {
    let (sandbox, hub) = (with_tokens(&["a", "b", "c"]), StubHub::start());
    sandbox.activate("hf_test_b");
    let mut terminal = menu(&sandbox, &hub);
    assert!(
        terminal.screen().contains("\n  1. a\n> 2. b (active)\n  3. c\n"),
        "{}",
        terminal.screen()
    );
    terminal.send("\x1b[B");
    terminal.wait_for("> 3. c");
    assert!(
        terminal.screen().contains("\n  2. b (active)\n"),
        "{}",
        terminal.screen()
    );
    terminal.send("\r");

    assert_eq!(terminal.close(), 0);
    assert_eq!(sandbox.read("token"), "hf_test_c");
    assert!(
        terminal.screen().starts_with("? Select a token to switch to: c\n"),
        "{}",
        terminal.screen()
    );
}

#[test]
fn an_active_token_far_down_is_shown() {
    let (sandbox, hub) = (with_thirty_tokens(), StubHub::start());
    sandbox.activate("hf_test_t27");
    let mut terminal = menu(&sandbox, &hub);
    assert!(
        terminal.screen().contains("\n> t27 (active)\n  7-27 of 30,"),
        "{}",
        terminal.screen()
    );

    terminal.send("\r");

    assert_eq!(terminal.close(), 0);
    assert_eq!(sandbox.read("token"), "hf_test_t27");
}
