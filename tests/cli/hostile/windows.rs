//! Terminals that are unnamed, unable, or have no size.

use super::super::support::{Sandbox, StubHub, Terminal, hub_that_knows_carol, until};
use super::{COMMANDS, TOKEN, with_another_token};

const TERMINALS: [&str; 6] = [
    "TERM=dumb",
    "unset TERM",
    "TERM=''",
    "TERM=no-such-terminal",
    "stty rows 0 cols 0",
    "stty rows 24 cols 1",
];

/// A command on a terminal that a shell has prepared.
fn on(sandbox: &Sandbox, hub: &StubHub, preparation: &str, command: &[&str]) -> Terminal {
    let script = format!("{preparation}; exec \"$0\" \"$@\"");
    let run = sandbox.program("sh", &["-c", &script, env!("CARGO_BIN_EXE_hf")]);
    Terminal::open(run.args(command).env("TERM", "xterm").hub(hub), 24, 80)
}

fn world() -> (Sandbox, StubHub) {
    let (sandbox, hub) = (with_another_token(), hub_that_knows_carol());
    (sandbox, hub)
}

#[test]
fn every_command_gives_every_terminal_back() {
    for preparation in TERMINALS {
        for command in COMMANDS.into_iter().chain([&["auth", "login", "--help"][..]]) {
            let (sandbox, hub) = world();
            let mut terminal = on(&sandbox, &hub, preparation, command);

            let status = terminal.close();

            let name = format!("{preparation}, {command:?}: {}", terminal.screen());
            assert!((0..=1).contains(&status), "{name}");
            assert!(!String::from_utf8_lossy(&terminal.raw()).contains("panicked"), "{name}");
            assert_eq!(terminal.line_mode_and_echo(), (true, true), "{name}");
            assert!(terminal.cursor_is_visible(), "{name}");
        }
    }
}

#[test]
fn every_terminal_lets_one_choose() {
    for preparation in TERMINALS {
        let (sandbox, hub) = world();
        sandbox.store(&[("a", "hf_test_a"), ("b", "hf_test_b")]);
        let mut terminal = on(&sandbox, &hub, preparation, &["auth", "switch"]);
        // A menu takes the digit at once, a plain prompt the whole line.
        terminal.send("2\r");

        let status = terminal.close();

        assert_eq!(status, 0, "{preparation}: {}", terminal.screen());
        assert_eq!(sandbox.read("token"), "hf_test_b", "{preparation}");
        assert_eq!(terminal.line_mode_and_echo(), (true, true), "{preparation}");
    }
}

#[test]
fn every_terminal_takes_a_token_unseen() {
    for preparation in TERMINALS {
        let (sandbox, hub) = world();
        let mut terminal = on(&sandbox, &hub, preparation, &["auth", "login", "--token", "-"]);
        terminal.wait_for("(input will not be visible): ");
        assert!(
            until(|| !terminal.line_mode_and_echo().1),
            "{preparation}: the echo stays on"
        );
        terminal.send(&format!("{TOKEN}\r"));

        let status = terminal.close();

        assert_eq!(status, 0, "{preparation}: {}", terminal.screen());
        assert_eq!(sandbox.read("token"), TOKEN, "{preparation}");
        assert!(
            !String::from_utf8_lossy(&terminal.raw()).contains(TOKEN),
            "{preparation}"
        );
        assert_eq!(terminal.line_mode_and_echo(), (true, true), "{preparation}");
    }
}
