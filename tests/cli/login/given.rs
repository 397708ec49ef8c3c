//! The ways to hand a token over: as an argument, through a pipe, typed at a terminal; and what is no token at all.

use super::{TOKEN, hub_that_knows, section};
use crate::support::{Sandbox, StubHub};

#[test]
fn standard_input_gives_its_first_line() {
    let inputs = [
        "hf_test_laptop_0001",
        "hf_test_laptop_0001\n",
        "hf_test_laptop_0001\r\n",
        " \t hf_test_laptop_0001  \n",
        "hf_test_laptop_0001\nhf_test_second_line\n",
    ];
    for input in inputs {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));

        let outcome = sandbox
            .hf(&["auth", "login", "--token", "-"])
            .stdin(input)
            .hub(&hub)
            .run();

        outcome.succeeds().nowhere(TOKEN);
        assert_eq!(hub.requests()[0].authorization(), Some("Bearer hf_test_laptop_0001"));
        assert_eq!(sandbox.read("token"), TOKEN, "{input:?}");
        assert_eq!(sandbox.read("stored_tokens"), section("laptop", TOKEN));
    }
}

#[test]
fn the_spellings_that_people_try_mean_the_same() {
    for flag in ["--token-stdin", "--with-token"] {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));

        let outcome = sandbox.hf(&["auth", "login", flag]).stdin(TOKEN).hub(&hub).run();

        outcome.succeeds().nowhere(TOKEN);
        assert_eq!(sandbox.read("token"), TOKEN);
        let both = sandbox.hf(&["auth", "login", flag, "--token", "-"]).run();
        both.fails_with(2).stderr_has("are mutually exclusive.");
    }
}

#[test]
fn an_argument_is_trimmed_too() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));

    let outcome = sandbox
        .hf(&["auth", "login", "--token", "\n hf_test_laptop_0001\r\n"])
        .hub(&hub)
        .run();

    outcome.succeeds();
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn of_two_tokens_the_last_one_counts() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));

    let outcome = sandbox
        .hf(&["auth", "login", "--token", "hf_test_first", "--token", TOKEN])
        .hub(&hub)
        .run();

    outcome.succeeds();
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn a_malformed_token_is_refused_without_a_request_and_never_repeated() {
    let cases = [
        ("", "is empty"),
        (" \t ", "is empty"),
        ("hf_test_a hf_test_b", "has white space in it"),
        ("hf_test_a\thf_test_b", "has white space in it"),
        ("hf_test_a\u{a0}hf_test_b", "has white space in it"),
        ("hf_test_a\u{1b}[2Jhf_test_b", "has control characters in it"),
        ("hf_test_a\u{7f}hf_test_b", "has control characters in it"),
        ("hf_test_a_té", "not ASCII"),
        ("“hf_test_a”", "not ASCII"),
        ("\u{feff}hf_test_a", "not ASCII"),
    ];
    for (token, reason) in cases {
        for from_stdin in [false, true] {
            let (sandbox, hub) = (Sandbox::new(), StubHub::start());
            let given = if from_stdin { "-" } else { token };

            let outcome = sandbox
                .hf(&["auth", "login", "--token", given])
                .stdin(format!("{token}\n"))
                .hub(&hub)
                .run();

            outcome
                .fails_with(1)
                .stdout_is("")
                .stderr_has("Error: Invalid value. The token ")
                .stderr_has(reason)
                .stderr_lacks("\u{1b}")
                .nowhere("hf_test");
            assert!(!sandbox.hf_home().exists(), "{token:?}");
        }
    }
}

#[test]
fn rubbish_on_standard_input_is_refused() {
    let cases: [(&[u8], &str); 4] = [
        (b"", "is empty"),
        (b"\nhf_test_second_line\n", "is empty"),
        (b"hf_test_a\0b\n", "has control characters in it"),
        (b"hf_test_a\xff\xfeb\n", "not ASCII"),
    ];
    for (input, reason) in cases {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());

        let outcome = sandbox
            .hf(&["auth", "login", "--token", "-"])
            .stdin(input)
            .hub(&hub)
            .run();

        outcome.fails_with(1).stderr_has(reason).nowhere("hf_test");
        assert!(!sandbox.hf_home().exists());
    }
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_not_text_is_not_repeated() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let token: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(b"hf_test_\xff".to_vec());

    let outcome = sandbox.hf(&["auth", "login", "--token"]).args([token]).hub(&hub).run();

    outcome.fails_with(2).nowhere("hf_test");
}

#[test]
fn an_organization_token_is_refused_without_a_request() {
    for mode in ["human", "agent", "json", "quiet"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());

        let outcome = sandbox
            .hf(&["auth", "login", "--token", "api_org_test_0001", "--format", mode])
            .hub(&hub)
            .run();

        outcome
            .fails_with(1)
            .stdout_is("")
            .stderr_has("Error: Invalid value. You must use your personal account token, not an organization token.\n")
            .nowhere("api_org_test_0001");
        assert!(!sandbox.hf_home().exists());
    }
}

#[cfg(unix)]
mod typed {
    use super::{TOKEN, hub_that_knows};
    use crate::support::{Sandbox, StubHub, Terminal};

    const PROMPT: &str = "Enter your token (input will not be visible): ";
    const KEYS_WITHOUT_ECHO: (bool, bool) = (false, false);

    #[test]
    fn a_typed_token_is_not_shown() {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows("laptop"));
        let mut terminal = Terminal::open(sandbox.hf(&["auth", "login", "--token", "-"]).hub(&hub), 24, 200);
        terminal.wait_for(PROMPT);
        terminal.wait_for_modes(KEYS_WITHOUT_ECHO);

        terminal.send("hf_test_laptop_0001\r");

        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        assert!(!String::from_utf8_lossy(&terminal.raw()).contains(TOKEN));
        assert_eq!(terminal.line_mode_and_echo(), (true, true));
        assert_eq!(sandbox.read("token"), TOKEN);
    }

    #[test]
    fn nothing_typed_is_no_token() {
        for keys in ["\r", "\x04"] {
            let (sandbox, hub) = (Sandbox::new(), StubHub::start());
            let mut terminal = Terminal::open(sandbox.hf(&["auth", "login", "--token", "-"]).hub(&hub), 24, 200);
            terminal.wait_for(PROMPT);
            terminal.wait_for_modes(KEYS_WITHOUT_ECHO);

            terminal.send(keys);

            assert_eq!(terminal.close(), 1, "{keys:?}: {}", terminal.screen());
            assert_eq!(terminal.line_mode_and_echo(), (true, true));
            assert!(!sandbox.hf_home().exists());
        }
    }

    #[test]
    fn ctrl_c_gives_the_terminal_back_with_its_echo() {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let mut terminal = Terminal::open(sandbox.hf(&["auth", "login", "--token", "-"]).hub(&hub), 24, 200);
        terminal.wait_for(PROMPT);
        terminal.wait_for_modes(KEYS_WITHOUT_ECHO);

        terminal.send("hf_test_half\x03");

        assert_eq!(terminal.close(), 1, "{}", terminal.screen());
        assert!(terminal.screen().ends_with("Aborted!"), "{}", terminal.screen());
        assert_eq!(terminal.line_mode_and_echo(), (true, true));
        assert!(!sandbox.hf_home().exists());
    }

    #[test]
    fn a_signal_gives_the_terminal_back_with_its_echo() {
        for _ in 0..4 {
            let (sandbox, hub) = (Sandbox::new(), StubHub::start());
            let mut terminal = Terminal::open(sandbox.hf(&["auth", "login", "--token", "-"]).hub(&hub), 24, 200);
            terminal.wait_for(PROMPT);
            terminal.wait_for_modes(KEYS_WITHOUT_ECHO);

            terminal.signal(nix::sys::signal::Signal::SIGTERM);

            assert_eq!(terminal.close(), 143, "{}", terminal.screen());
            assert_eq!(terminal.line_mode_and_echo(), (true, true));
            assert!(!sandbox.hf_home().exists());
        }
    }
}
