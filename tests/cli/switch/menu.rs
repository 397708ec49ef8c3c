//! The menu, at a real terminal.

use nix::sys::signal::Signal;

use super::{switch, with_tokens};
use crate::support::{DOWN, Sandbox, StubHub, Terminal, UP};

const HF: &str = env!("CARGO_BIN_EXE_hf");
const KEYS: &str = "[Use arrows, Enter to confirm]";
const DOWN_IN_APPLICATION_MODE: &str = "\x1bOB";

/// The command at a terminal that is wide enough for every path, once the menu stands and takes keys.
fn menu(sandbox: &Sandbox, hub: &StubHub) -> Terminal {
    let terminal = Terminal::open(switch(sandbox, hub, &[]), 24, 300);
    terminal.wait_for(KEYS);
    terminal.wait_for_modes((false, false));
    terminal
}

#[test]
fn the_menu_shows_the_names_and_hides_the_cursor() {
    let (sandbox, hub) = (with_tokens(&["a", "b", "c"]), StubHub::start());

    let terminal = menu(&sandbox, &hub);

    terminal.wait_for("  c");
    assert_eq!(
        terminal.screen(),
        "? Select a token to switch to:  [Use arrows, Enter to confirm]\n> a\n  b\n  c"
    );
    assert!(!terminal.cursor_is_visible());
}

#[test]
fn the_menu_collapses_into_the_answer() {
    let (sandbox, hub) = (with_tokens(&["a", "b", "c"]), StubHub::start());
    let mut terminal = menu(&sandbox, &hub);

    terminal.send("\x1b[B\r");

    assert_eq!(terminal.close(), 0);
    assert_eq!(
        terminal.screen(),
        format!(
            "? Select a token to switch to: b\nYour token has been saved to {}\nThe current active token is: b",
            sandbox.path("token").display()
        )
    );
    assert!(terminal.cursor_is_visible());
    assert_eq!(terminal.line_mode_and_echo(), (true, true));
    assert_eq!(sandbox.read("token"), "hf_test_b");
}

#[test]
fn keys_move_wrap_and_pick() {
    let cases: [(&[&str], &str); 14] = [
        (&["\r"], "a"),
        (&["\n"], "a"),
        (&[DOWN, "\r"], "b"),
        (&[DOWN, DOWN, DOWN, "\r"], "a"),
        (&[UP, "\r"], "c"),
        (&[UP, UP, "\r"], "b"),
        (&[DOWN, UP, "\r"], "a"),
        (&[DOWN_IN_APPLICATION_MODE, "\r"], "b"),
        (&["2"], "b"),
        (&["3"], "c"),
        // No such choice, and keys that mean nothing.
        (&["4", "9", "0", "x", " ", "é", "\r"], "a"),
        (&["\x1b[C", "\x1b[D", "\x1b[H", "\x1b[3~", "\x1b[5~", "\t", "\r"], "a"),
        (&["\x1b", DOWN, "\r"], "b"),
        (&["\x04", "\r"], "a"),
    ];
    for (keys, name) in cases {
        let (sandbox, hub) = (with_tokens(&["a", "b", "c"]), StubHub::start());
        let mut terminal = menu(&sandbox, &hub);

        for key in keys {
            terminal.send(key);
            // A person does not type two keys in one go.
            std::thread::sleep(std::time::Duration::from_millis(10));
        }

        assert_eq!(terminal.close(), 0, "{keys:?}: {}", terminal.screen());
        assert_eq!(sandbox.read("token"), format!("hf_test_{name}"), "{keys:?}");
    }
}

#[test]
fn keys_typed_in_one_go_all_count() {
    let (sandbox, hub) = (with_tokens(&["a", "b", "c"]), StubHub::start());
    let mut terminal = menu(&sandbox, &hub);

    terminal.send("\x1b[B\x1b[B\x1b[A\r");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert_eq!(sandbox.read("token"), "hf_test_b");
}

#[test]
fn a_number_picks_at_once_although_ten_are_there() {
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let (sandbox, hub) = (with_tokens(&names), StubHub::start());
    let mut terminal = menu(&sandbox, &hub);

    terminal.send("9");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert_eq!(sandbox.read("token"), "hf_test_i");
}

#[test]
fn the_mark_moves_with_the_keys() {
    let (sandbox, hub) = (with_tokens(&["a", "b", "c"]), StubHub::start());
    let terminal = menu(&sandbox, &hub);

    terminal.send(UP);

    terminal.wait_for("> c");
    assert_eq!(
        terminal.screen(),
        "? Select a token to switch to:  [Use arrows, Enter to confirm]\n  a\n  b\n> c"
    );
}

#[test]
fn ctrl_c_aborts_and_gives_the_terminal_back() {
    // Often, because the signal and the key reader race for the terminal.
    for keys in ["\x03", "\x1b[B\x03"].repeat(4) {
        let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());
        sandbox.activate("hf_test_a");
        let mut terminal = menu(&sandbox, &hub);

        terminal.send(keys);

        assert_eq!(terminal.close(), 1, "{}", terminal.screen());
        assert!(terminal.screen().ends_with("\nAborted!"), "{}", terminal.screen());
        assert!(terminal.cursor_is_visible());
        assert_eq!(terminal.line_mode_and_echo(), (true, true));
        assert_eq!(sandbox.read("token"), "hf_test_a");
    }
}

#[test]
fn aborted_is_said_on_standard_error() {
    let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());
    let script = "exec \"$0\" auth switch 2>errors";
    let mut terminal = Terminal::open(sandbox.program("sh", &["-c", script, HF]).hub(&hub), 24, 200);
    terminal.wait_for(KEYS);
    terminal.wait_for_modes((false, false));

    terminal.send("\x03");

    assert_eq!(terminal.close(), 1);
    let errors = std::fs::read_to_string(sandbox.work().join("errors")).unwrap();
    assert_eq!(errors, "\nAborted!\n");
}

#[test]
fn a_signal_ends_it_and_gives_the_terminal_back() {
    let ending = [
        Signal::SIGHUP,
        Signal::SIGQUIT,
        Signal::SIGTRAP,
        Signal::SIGABRT,
        Signal::SIGUSR1,
        Signal::SIGUSR2,
        Signal::SIGALRM,
        Signal::SIGTERM,
        Signal::SIGXCPU,
        Signal::SIGVTALRM,
        Signal::SIGPROF,
        Signal::SIGSYS,
    ];
    // Some often, because the signal and the key reader race for the terminal.
    for signal in [&ending[..], &[Signal::SIGTERM, Signal::SIGHUP].repeat(3)].concat() {
        let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());
        let mut terminal = menu(&sandbox, &hub);
        terminal.wait_for("  b");

        terminal.signal(signal);

        assert_eq!(terminal.close(), 128 + signal as i32, "{}", terminal.screen());
        assert!(terminal.cursor_is_visible(), "{signal}");
        assert_eq!(terminal.line_mode_and_echo(), (true, true), "{signal}");
        assert!(!sandbox.exists("token"));
    }
}

#[test]
fn an_interrupt_from_another_process_aborts_too() {
    let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());
    let mut terminal = menu(&sandbox, &hub);
    terminal.wait_for("  b");

    terminal.signal(Signal::SIGINT);

    assert_eq!(terminal.close(), 1, "{}", terminal.screen());
    assert!(terminal.screen().ends_with("Aborted!"), "{}", terminal.screen());
    assert!(terminal.cursor_is_visible());
}

#[test]
fn no_color_leaves_the_menu_without_colours() {
    let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());
    let mut terminal = Terminal::open(switch(&sandbox, &hub, &[]).env("NO_COLOR", "1"), 24, 200);
    terminal.wait_for("> a");
    terminal.wait_for_modes((false, false));

    terminal.send("\r");

    assert_eq!(terminal.close(), 0);
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    for colour in ["\x1b[1m", "\x1b[32m", "\x1b[90m"] {
        assert!(!raw.contains(colour), "{raw:?}");
    }
}

#[test]
fn a_name_cannot_drive_the_terminal() {
    let (sandbox, hub) = (with_tokens(&["evil\u{1b}[2J\u{9b}31mname"]), StubHub::start());
    let mut terminal = menu(&sandbox, &hub);
    terminal.wait_for("> evil\\x1b[2J\\x9b31mname");

    terminal.send("\r");

    assert_eq!(terminal.close(), 0);
    assert!(
        terminal
            .screen()
            .starts_with("? Select a token to switch to: evil\\x1b[2J")
    );
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(!raw.contains("evil\u{1b}") && !raw.contains('\u{9b}'), "{raw:?}");
}
