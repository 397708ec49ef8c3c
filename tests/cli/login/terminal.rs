//! Logging in at a real terminal: the menu, the pasted token, the question about git, and leaving in the middle.
#![cfg(unix)]

use serde_json::json;

use crate::support::hub::{whoami, whoami_oauth};
use crate::support::{Answer, Sandbox, StubHub, Terminal, WHOAMI};

const TOKEN: &str = "hf_test_pasted_000001";
const MENU: &str = "? How would you like to log in?";
const HIDDEN: &str = "Enter your token (input will not be visible):";
const GIT: &str = "Add token as git credential? [y/N]";

fn at_the_menu(sandbox: &Sandbox, hub: &StubHub, arguments: &[&str]) -> Terminal {
    let terminal = Terminal::open(sandbox.hf(&["auth", "login"]).args(arguments).hub(hub), 40, 200);
    terminal.wait_for("Paste an access token");
    terminal.wait_for_modes((false, false));
    terminal
}

fn at_the_hidden_prompt(sandbox: &Sandbox, hub: &StubHub, arguments: &[&str]) -> Terminal {
    let terminal = at_the_menu(sandbox, hub, arguments);
    terminal.send("2");
    terminal.wait_for(HIDDEN);
    terminal.wait_for_modes((false, false));
    terminal
}

fn hub_that_knows() -> StubHub {
    let hub = StubHub::start();
    hub.expect("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "write")));
    hub
}

#[test]
fn a_pasted_token_is_not_shown_and_git_is_asked_about() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows());
    let mut terminal = at_the_hidden_prompt(&sandbox, &hub, &[]);

    terminal.send(&format!("{TOKEN}\r"));
    terminal.wait_for(GIT);
    terminal.send("\r");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
    assert!(!raw.contains("pasted"), "{raw}");
    assert!(terminal.screen().contains("Login successful."), "{}", terminal.screen());
    assert!(
        !terminal.screen().contains("git credential helper"),
        "{}",
        terminal.screen()
    );
    assert_eq!(
        (terminal.line_mode_and_echo(), terminal.cursor_is_visible()),
        ((true, true), true)
    );
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn a_token_survives_the_ways_in_which_terminals_paste() {
    let long = format!("hf_test_{}", "x".repeat(6000));
    for (typed, token) in [
        (format!("\x1b[200~{TOKEN}\x1b[201~\r"), TOKEN),
        (format!("  {TOKEN} \r"), TOKEN),
        (format!("{TOKEN}\n"), TOKEN),
        (format!("{long}\r"), &long),
    ] {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows());
        let mut terminal = at_the_hidden_prompt(&sandbox, &hub, &["--no-add-to-git-credential"]);
        terminal.send(&typed);
        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        assert_eq!(sandbox.read("token"), token);
    }
}

#[test]
fn yes_hands_the_token_to_git_and_a_flag_answers_the_question() {
    for (arguments, answer) in [
        (&[][..], Some("y\r")),
        (&[], Some("YES\r")),
        (&["--add-to-git-credential"], None),
    ] {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows());
        sandbox
            .git(&["config", "--global", "credential.helper", "store"])
            .succeeds();
        let mut terminal = at_the_hidden_prompt(&sandbox, &hub, arguments);
        terminal.send(&format!("{TOKEN}\r"));
        if let Some(answer) = answer {
            terminal.wait_for(GIT);
            terminal.send(answer);
        }
        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        assert!(
            terminal.screen().contains("git credential helpers (store)."),
            "{}",
            terminal.screen()
        );
        assert_eq!(terminal.screen().contains(GIT), answer.is_some());
    }
}

#[test]
fn a_malformed_token_is_told_before_anything_is_asked() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let mut terminal = at_the_hidden_prompt(&sandbox, &hub, &[]);
    terminal.send("hf test\r");
    assert_eq!(terminal.close(), 1);
    assert!(
        terminal.screen().contains("has white space in it"),
        "{}",
        terminal.screen()
    );
    assert!(!terminal.screen().contains(GIT));
}

#[test]
fn the_browser_is_the_first_choice() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let code = json!({"device_code": "d", "user_code": "ABCD", "verification_uri": "https://hub.test", "interval": 0});
    hub.expect("POST", "/oauth/device", Answer::json(200, code));
    hub.expect(
        "POST",
        "/oauth/token",
        Answer::json(400, json!({"error": "authorization_pending"})),
    );
    hub.expect(
        "POST",
        "/oauth/token",
        Answer::json(200, json!({"access_token": TOKEN})),
    );
    hub.expect("GET", WHOAMI, Answer::json(200, whoami_oauth("carol")));
    let mut terminal = at_the_menu(&sandbox, &hub, &[]);

    terminal.send("\r");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    let screen = terminal.screen();
    assert!(
        screen.starts_with(&format!("{MENU} Log in with your browser\n")),
        "{screen}"
    );
    assert!(
        screen.contains("And enter the code: ABCD\n\n    Waiting for authorization.\nToken is valid."),
        "{screen}"
    );
}

#[test]
fn ctrl_c_anywhere_leaves_the_terminal_as_it_was_and_nothing_behind() {
    let code = json!({"device_code": "d", "user_code": "ABCD", "verification_uri": "https://hub.test", "interval": 60});
    for place in ["menu", "hidden", "git", "waiting"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.always("POST", "/oauth/device", Answer::json(200, code.clone()));
        hub.always(
            "POST",
            "/oauth/token",
            Answer::json(400, json!({"error": "authorization_pending"})),
        );
        let mut terminal = at_the_menu(&sandbox, &hub, &[]);
        match place {
            "hidden" | "git" => {
                terminal.send("2");
                terminal.wait_for(HIDDEN);
            }
            "waiting" => {
                terminal.send("1");
                terminal.wait_for("Waiting for authorization.");
            }
            _ => {}
        }
        if place == "git" {
            terminal.send(&format!("{TOKEN}\r"));
            terminal.wait_for(GIT);
        }

        terminal.send("\x03");

        assert_eq!(terminal.close(), 1, "{place}: {}", terminal.screen());
        assert!(
            terminal.screen().ends_with("Aborted!"),
            "{place}: {}",
            terminal.screen()
        );
        assert_eq!(terminal.screen().matches("Aborted!").count(), 1, "{place}");
        assert_eq!(
            (terminal.line_mode_and_echo(), terminal.cursor_is_visible()),
            ((true, true), true),
            "{place}"
        );
        assert_eq!(sandbox.listing(), [""; 0], "{place}");
    }
}

#[test]
fn ctrl_c_while_the_hub_is_silent_is_the_same() {
    for (path, choice) in [("/oauth/device", "1"), ("/oauth/token", "1"), (WHOAMI, "2")] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let code = json!({"device_code": "d", "user_code": "ABCD", "verification_uri": "https://hub.test"});
        hub.always("POST", "/oauth/device", Answer::json(200, code));
        hub.always(if choice == "1" { "POST" } else { "GET" }, path, Answer::hang());
        let mut terminal = at_the_menu(&sandbox, &hub, &["--no-add-to-git-credential"]);
        terminal.send(choice);
        if choice == "2" {
            terminal.wait_for(HIDDEN);
            terminal.send(&format!("{TOKEN}\r"));
        }
        hub.wait_for_requests(if path == "/oauth/token" { 2 } else { 1 });

        terminal.send("\x03");

        assert_eq!(terminal.close(), 1, "{path}: {}", terminal.screen());
        assert!(terminal.screen().ends_with("Aborted!"), "{path}: {}", terminal.screen());
        assert_eq!(sandbox.listing(), [""; 0], "{path}");
    }
}

#[test]
fn a_signal_at_the_question_about_git_gives_the_terminal_back() {
    use nix::sys::signal::Signal;
    let cases = [(Signal::SIGTERM, 143), (Signal::SIGHUP, 129), (Signal::SIGINT, 1)];
    // Often, because the signal and the key reader race for the terminal.
    for (signal, status) in cases.repeat(4) {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let mut terminal = at_the_hidden_prompt(&sandbox, &hub, &[]);
        terminal.send(&format!("{TOKEN}\r"));
        terminal.wait_for(GIT);

        terminal.signal(signal);

        assert_eq!(terminal.close(), status, "{signal}: {}", terminal.screen());
        assert!(terminal.cursor_is_visible(), "{signal}");
        assert_eq!(terminal.line_mode_and_echo(), (true, true), "{signal}");
    }
}
