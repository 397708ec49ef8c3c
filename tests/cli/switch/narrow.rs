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
    // What is drawn last.
    terminal.wait_for("1-3 of 30");
    assert_eq!(
        lines(&terminal)[1..],
        ["> t01", "  t02", "  t03", "  1-3 of 30, type to filter, Esc stops"]
    );

    for _ in 0..9 {
        terminal.send(DOWN);
    }
    terminal.wait_for("8-10 of 30");
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
    terminal.wait_for("> 1. a");

    terminal.send(DOWN);
    terminal.wait_for("> 2. longlong");
    terminal.send(DOWN);
    terminal.wait_for("> 3. 日本");
    terminal.settle();
    let shown = lines(&terminal);
    terminal.send(DOWN);
    terminal.wait_for("> 1. a");
    terminal.send("\r");

    assert_eq!(shown.len(), 6, "{shown:?}");
    assert!(shown[3].ends_with('…') && shown[4].ends_with('…'), "{shown:?}");
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
    // The menu does not fit below the eight lines: the terminal scrolls.
    let mut terminal = Terminal::open(run, 11, 100);
    terminal.wait_for("Esc stops");
    terminal.wait_for_modes((false, false));

    terminal.send("\x1b[B\x1b[B\r");

    assert_eq!(terminal.close(), 0);
    let shown = lines(&terminal);
    let end: Vec<&str> = shown.iter().rev().take(3).rev().map(String::as_str).collect();
    assert_eq!(end, ["7", "8", "? Select a token to switch to: c"], "{shown:?}");
}

#[test]
fn colours_change_nothing_at_any_width() {
    const QUESTION: &str = "? Select a token to switch to:";
    const KEYS: &str = "[Use arrows, Enter to confirm]";
    let long = "long".repeat(30);
    for columns in [20, 40, 60, 79, 80, 81, 120] {
        let screens = ["", "1"].map(|no_color| {
            let (sandbox, hub) = (with_tokens(&["a", "日本", &long]), StubHub::start());
            sandbox.activate("hf_test_日本");
            let run = switch(&sandbox, &hub, &[]).env("NO_COLOR", no_color);
            let mut terminal = Terminal::open(run, 24, columns);
            terminal.wait_for_modes((false, false));
            terminal.settle();
            let screen = terminal.screen();
            let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
            assert_eq!(raw.contains("\x1b[32m"), no_color.is_empty(), "{columns}");
            terminal.send("\x1b[B\x1b[A\r");
            assert_eq!(terminal.close(), 0, "{columns}");
            assert_eq!(sandbox.read("token"), "hf_test_日本");
            screen
        });
        assert_eq!(screens[0], screens[1], "{columns}");
        let screen = &screens[0];
        let words = screen.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.starts_with(&format!("{QUESTION} {KEYS} 1. a 2. long")),
            "{columns}: {screen}"
        );
        assert!(
            words.ends_with("… > 3. 日本 (active) 1-3 picks, Esc stops"),
            "{columns}: {screen}"
        );
        assert_eq!(screen.matches('…').count(), 1, "{columns}: {screen}");
        assert_eq!(
            screen.contains(&format!("{QUESTION}  {KEYS}\n")),
            columns > 62,
            "{screen}"
        );
    }
}

#[test]
fn the_login_menu_is_whole_at_every_width() {
    for columns in [20, 40, 60, 79, 80, 81, 120] {
        for no_color in ["", "1"] {
            let (sandbox, hub) = (Sandbox::new(), StubHub::start());
            let login = sandbox.hf(&["auth", "login"]).hub(&hub).env("NO_COLOR", no_color);
            let mut terminal = Terminal::open(login, 24, columns);
            terminal.wait_for_modes((false, false));
            terminal.settle();
            let screen = terminal.screen();
            assert_eq!(screen.contains('…'), columns == 20, "{columns}: {screen}");
            for part in [
                "? How would",
                "> 1. Log in with y",
                "  2. Paste an acce",
                "  1-2 picks, Esc",
            ] {
                assert!(screen.lines().any(|line| line.starts_with(part)), "{columns}: {screen}");
            }
            terminal.send("\x03");
            assert_eq!(terminal.close(), 1);
        }
    }
}

#[test]
fn a_window_of_another_size_is_drawn_anew_without_a_key() {
    let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());
    let script = "seq 1 3; exec \"$0\" auth switch";
    let run = sandbox
        .program("sh", &["-c", script, env!("CARGO_BIN_EXE_hf")])
        .hub(&hub);
    let mut terminal = Terminal::open(run, 24, 80);
    terminal.wait_for("Esc stops");
    terminal.wait_for_modes((false, false));
    for (columns, shown) in [
        (
            40,
            "1\n2\n3\n? Select a token to switch to:\n  [Use arrows, Enter to confirm]\n> 1. a\n  2. b\n  1-2 picks, Esc stops",
        ),
        (
            100,
            "1\n2\n3\n? Select a token to switch to:  [Use arrows, Enter to confirm]\n> 1. a\n  2. b\n  1-2 picks, Esc stops",
        ),
    ] {
        terminal.resize(24, columns);
        std::thread::sleep(std::time::Duration::from_millis(500));
        terminal.settle();
        assert_eq!(terminal.screen(), shown, "{columns}");
    }
    terminal.send("\x1b[B\r");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert!(
        terminal
            .screen()
            .starts_with("1\n2\n3\n? Select a token to switch to: b\n"),
        "{}",
        terminal.screen()
    );
}
