//! The menu in windows that are too small for it, or that change while it stands.

use super::{switch, with_tokens};
use crate::support::{DOWN, Sandbox, StubHub, Terminal, UP};

fn with_thirty_tokens() -> Sandbox {
    let names: Vec<String> = (1..=30).map(|number| format!("t{number:02}")).collect();
    with_tokens(&names.iter().map(String::as_str).collect::<Vec<_>>())
}

fn menu(sandbox: &Sandbox, hub: &StubHub, rows: u16, columns: u16) -> Terminal {
    let terminal = Terminal::open(switch(sandbox, hub, &[]), rows, columns);
    terminal.wait_for_modes((false, false));
    terminal
}

fn lines(terminal: &Terminal) -> Vec<String> {
    terminal.screen().lines().map(str::to_owned).collect()
}

#[test]
fn more_tokens_than_rows_scroll() {
    let (sandbox, hub) = (with_thirty_tokens(), StubHub::start());
    let mut terminal = menu(&sandbox, &hub, 6, 100);
    terminal.wait_for("> t01");
    assert_eq!(lines(&terminal)[1..], ["> t01", "  t02", "  t03", "  t04"]);

    for _ in 0..9 {
        terminal.send(DOWN);
    }
    terminal.wait_for("> t10");
    let scrolled = lines(&terminal);
    assert_eq!(scrolled.len(), 5, "{scrolled:?}");
    assert!(
        scrolled[0].starts_with("? Select a token to switch to:"),
        "{scrolled:?}"
    );
    terminal.send("\r");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert_eq!(sandbox.read("token"), "hf_test_t10");
}

#[test]
fn up_from_the_first_shows_the_last() {
    let (sandbox, hub) = (with_thirty_tokens(), StubHub::start());
    let mut terminal = menu(&sandbox, &hub, 6, 100);
    terminal.wait_for("> t01");

    terminal.send(UP);
    terminal.wait_for("> t30");
    terminal.send("\r");

    assert_eq!(terminal.close(), 0);
    assert_eq!(sandbox.read("token"), "hf_test_t30");
}

#[test]
fn the_tiniest_windows_still_let_one_choose() {
    for (rows, columns) in [(24, 1), (1, 1), (1, 80), (2, 2), (3, 300)] {
        let (sandbox, hub) = (with_thirty_tokens(), StubHub::start());
        let mut terminal = menu(&sandbox, &hub, rows, columns);

        terminal.send("\x1b[B\x1b[B\r");

        assert_eq!(terminal.close(), 0, "{rows}x{columns}: {}", terminal.screen());
        assert!(terminal.cursor_is_visible());
        assert_eq!(sandbox.read("token"), "hf_test_t03", "{rows}x{columns}");
    }
}

#[test]
fn a_window_that_shrinks_keeps_the_menu_usable() {
    let (sandbox, hub) = (with_thirty_tokens(), StubHub::start());
    let mut terminal = menu(&sandbox, &hub, 40, 100);
    terminal.wait_for("  t30");

    terminal.resize(6, 20);
    for _ in 0..4 {
        terminal.send(DOWN);
    }
    terminal.wait_for("> t05");
    terminal.send("\r");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert_eq!(sandbox.read("token"), "hf_test_t05");
}

#[test]
fn a_long_or_wide_name_takes_one_line_and_leaves_nothing_behind() {
    let long = "long".repeat(30);
    let wide = "日本".repeat(20);
    let (sandbox, hub) = (with_tokens(&["a", &long, &wide]), StubHub::start());
    let mut terminal = menu(&sandbox, &hub, 24, 40);
    terminal.wait_for("> a");

    terminal.send(DOWN);
    terminal.wait_for("> longlong");
    terminal.send(DOWN);
    terminal.wait_for("> 日本");
    let shown = lines(&terminal);
    terminal.send(DOWN);
    terminal.wait_for("> a");
    terminal.send("\r");

    assert_eq!(shown.len(), 4, "{shown:?}");
    assert!(shown[2].ends_with('…') && shown[3].ends_with('…'), "{shown:?}");
    assert_eq!(terminal.close(), 0);
    assert_eq!(lines(&terminal)[0], "? Select a token to switch to: a");
    assert_eq!(sandbox.read("token"), "hf_test_a");
}

#[test]
fn the_menu_leaves_what_was_on_the_screen_above_it() {
    let (sandbox, hub) = (with_tokens(&["a", "b", "c"]), StubHub::start());
    let script = "seq 1 8; exec \"$0\" auth switch 2>/dev/null";
    let run = sandbox
        .program("sh", &["-c", script, env!("CARGO_BIN_EXE_hf")])
        .hub(&hub);
    // The menu does not fit below the eight lines: the terminal scrolls once.
    let mut terminal = Terminal::open(run, 11, 100);
    terminal.wait_for("  c");
    terminal.wait_for_modes((false, false));

    terminal.send("\x1b[B\x1b[B\r");

    assert_eq!(terminal.close(), 0);
    let shown = lines(&terminal);
    let end: Vec<&str> = shown.iter().rev().take(3).rev().map(String::as_str).collect();
    assert_eq!(end, ["7", "8", "? Select a token to switch to: c"], "{shown:?}");
}
