//! The choice by number, where no menu can be drawn: a pipe on either side, or a terminal that is called dumb.

use super::{said, switch, with_tokens};
use crate::support::StubHub;

const QUESTION: &str = "? Select a token to switch to:\n  1. a\n  2. b\nChoice [1]: ";
const WRONG: &str = "Invalid choice. Enter a number between 1 and 2.\nChoice [1]: ";

#[test]
fn a_number_from_a_pipe_chooses() {
    let cases = [
        ("1\n", "a", 0),
        ("2\n", "b", 0),
        ("2", "b", 0),
        (" 2 \r\n", "b", 0),
        ("\n", "a", 0),
        ("0\n2\n", "b", 1),
        ("3\n-1\n+1\nb\n1.0\n99999999999999999999\n2\n", "b", 6),
    ];
    for (input, name, wrong) in cases {
        let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());

        let outcome = switch(&sandbox, &hub, &[]).stdin(input).run();

        let asked = QUESTION.to_owned() + &WRONG.repeat(wrong);
        outcome.succeeds().stdout_is(&asked).stderr_is(&said(&sandbox, name));
        assert_eq!(sandbox.read("token"), format!("hf_test_{name}"), "{input:?}");
    }
}

#[test]
fn the_end_of_input_aborts() {
    for (input, wrong) in [("", 0), ("7\n", 1)] {
        let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());

        let outcome = switch(&sandbox, &hub, &[]).stdin(input).run();

        let asked = QUESTION.to_owned() + &WRONG.repeat(wrong);
        outcome.fails_with(1).stdout_is(&asked).stderr_is("\nAborted!\n");
        assert!(!sandbox.exists("token"));
    }
}

#[test]
fn a_program_that_answers_nonsense_is_stopped() {
    let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());

    let outcome = switch(&sandbox, &hub, &[]).stdin("x\n".repeat(100_000)).run();

    outcome.fails_with(1).stderr_is("\nAborted!\n");
    assert!(!sandbox.exists("token"));
}

#[test]
fn a_name_cannot_drive_the_terminal() {
    let (sandbox, hub) = (with_tokens(&["evil\u{1b}[2Jname"]), StubHub::start());

    let outcome = switch(&sandbox, &hub, &[]).stdin("1\n").run();

    outcome
        .succeeds()
        .stdout_has("  1. evil\\x1b[2Jname\n")
        .nowhere("\u{1b}");
}

#[cfg(unix)]
mod terminal {
    use super::{switch, with_tokens};
    use crate::support::{Sandbox, StubHub, Terminal};

    const HF: &str = env!("CARGO_BIN_EXE_hf");

    fn active(sandbox: &Sandbox) -> String {
        sandbox.read("token")
    }

    #[test]
    fn a_dumb_terminal_gets_numbers_and_no_escape_sequences() {
        let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());
        let mut terminal = Terminal::open(switch(&sandbox, &hub, &[]).env("TERM", "dumb"), 24, 200);
        terminal.wait_for("Choice [1]: ");

        terminal.send("2\r");

        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        assert!(
            terminal
                .screen()
                .starts_with("? Select a token to switch to:\n  1. a\n  2. b\nChoice [1]: 2\n")
        );
        assert!(!terminal.raw().contains(&0x1b));
        assert_eq!(active(&sandbox), "hf_test_b");
    }

    #[test]
    fn a_pipe_on_standard_output_gets_numbers() {
        let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());
        let run = sandbox.program("sh", &["-c", "\"$0\" auth switch | cat", HF]).hub(&hub);
        let mut terminal = Terminal::open(run, 24, 200);
        terminal.wait_for("Choice [1]: ");

        terminal.send("2\r");

        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        assert_eq!(active(&sandbox), "hf_test_b");
    }

    #[test]
    fn a_pipe_on_standard_input_gets_numbers() {
        let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());
        let mut terminal = Terminal::open(switch(&sandbox, &hub, &[]).stdin("2\n"), 24, 200);

        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        assert!(
            terminal.screen().contains("\n  2. b\nChoice [1]: "),
            "{}",
            terminal.screen()
        );
        assert_eq!(active(&sandbox), "hf_test_b");
    }

    #[test]
    fn ctrl_c_and_ctrl_d_abort() {
        for key in ["\x03", "\x04"] {
            let (sandbox, hub) = (with_tokens(&["a", "b"]), StubHub::start());
            let mut terminal = Terminal::open(switch(&sandbox, &hub, &[]).env("TERM", "dumb"), 24, 200);
            terminal.wait_for("Choice [1]: ");

            terminal.send(key);

            assert_eq!(terminal.close(), 1, "{}", terminal.screen());
            assert!(terminal.screen().ends_with("\nAborted!"), "{}", terminal.screen());
            assert_eq!(terminal.line_mode_and_echo(), (true, true));
            assert!(!sandbox.exists("token"));
        }
    }
}
