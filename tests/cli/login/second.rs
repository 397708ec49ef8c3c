//! A second login: who is logged in is said, and another account offered; who only seems to be is logged in anew.

use serde_json::json;

use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub, Terminal};

const TOKEN: &str = "hf_test_second_00001";
const KNOWN: &str = "User is already logged in. Use `hf auth login --force` to force re-login.\n";
const OFFER: &str = "Add another account? [y/N]";
const MENU: &str = "How would you like to log in?";

fn logged_in() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("work", TOKEN), ("other", "hf_test_other")]);
    sandbox.activate(TOKEN);
    sandbox
}

fn login(sandbox: &Sandbox, hub: &StubHub) -> Terminal {
    Terminal::open(sandbox.hf(&["auth", "login"]).hub(hub), 24, 120)
}

#[test]
fn the_token_in_effect_is_named_and_another_account_offered() {
    for answer in ["\r", "n\r"] {
        let (sandbox, hub) = (logged_in(), StubHub::start());
        let mut terminal = login(&sandbox, &hub);
        terminal.wait_for(OFFER);
        terminal.wait_for_modes((false, false));

        terminal.send(answer);

        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        let said = format!("{KNOWN}You are logged in with the token `work`.\n{OFFER}");
        assert_eq!(terminal.screen(), said);
        assert!(hub.requests().is_empty());
        assert_eq!(terminal.line_mode_and_echo(), (true, true));
    }
}

#[test]
fn the_question_is_asked_once_at_every_width() {
    for columns in [20, 26, 27, 28, 40, 60, 79, 80, 81, 120] {
        let (sandbox, hub) = (logged_in(), StubHub::start());
        let mut terminal = Terminal::open(sandbox.hf(&["auth", "login"]).hub(&hub), 24, columns);
        terminal.wait_for("[y/N] ");
        terminal.wait_for_modes((false, false));
        for key in ["x", "y", "n", "y", "n"] {
            terminal.send(key);
            terminal.settle();
        }
        terminal.send("\r");

        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        let screen = terminal.screen();
        let end = if columns < 28 {
            "Add another account?\n[y/N]"
        } else {
            OFFER
        };
        assert!(screen.ends_with(end), "{columns}: {screen}");
        assert_eq!(screen.matches("Add another").count(), 1, "{columns}: {screen}");
    }
}

#[test]
fn yes_logs_another_account_in_and_keeps_the_first() {
    let (sandbox, hub) = (logged_in(), StubHub::start());
    let identity = Answer::json(200, whoami("bob", "bobs", "write"));
    hub.expect("GET", "/api/whoami-v2", identity);
    let mut terminal = login(&sandbox, &hub);
    terminal.wait_for(OFFER);
    terminal.wait_for_modes((false, false));
    terminal.send("y\r");
    terminal.wait_for("Esc stops");
    terminal.send("2");
    terminal.wait_for("Enter your token");
    terminal.wait_for_modes((false, false));
    terminal.send("hf_test_bob\r");
    terminal.wait_for("git credential? [y/N]");
    terminal.send("\r");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert!(
        terminal.screen().ends_with("\nLogged in as bob."),
        "{}",
        terminal.screen()
    );
    assert_eq!(sandbox.read("token"), "hf_test_bob");
    assert!(sandbox.read("stored_tokens").contains(TOKEN));
}

#[test]
fn a_token_that_is_stored_nowhere_else_is_told() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.activate(TOKEN);
    let mut terminal = login(&sandbox, &hub);
    terminal.wait_for(OFFER);
    let screen = terminal.screen().replace('\n', "");
    assert!(
        screen.contains("It is stored nowhere else: another login replaces it."),
        "{screen}"
    );
    terminal.send("\x03");
    assert_eq!(terminal.close(), 1);
}

#[test]
fn the_environment_is_named_with_the_way_out_and_nothing_is_offered() {
    for variable in ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"] {
        let (sandbox, hub) = (logged_in(), StubHub::start());
        let run = sandbox.hf(&["auth", "login"]).hub(&hub).env(variable, "hf_test_env");
        let mut terminal = Terminal::open(run, 24, 120);

        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        let said = format!(
            "{KNOWN}You are logged in with the token in {variable}.\nHint: `unset {variable}` first, then `hf auth login` logs in another account."
        );
        assert_eq!(terminal.screen(), said);
    }
}

#[test]
fn a_login_that_the_environment_hides_says_so() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    let identity = Answer::json(200, whoami("alice", "laptop", "write"));
    hub.expect("GET", "/api/whoami-v2", identity);
    let run = sandbox.hf(&["auth", "login", "--force", "--token", TOKEN]).hub(&hub);
    let mut terminal = Terminal::open(run.env("HF_TOKEN", "hf_test_env"), 24, 200);

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    let end = "independently from the token you've just configured.\nHint: `unset HF_TOKEN` to use the token that you have just stored.\nLogged in as alice.";
    assert!(terminal.screen().ends_with(end), "{}", terminal.screen());
    assert_eq!(sandbox.read("token"), TOKEN);
}

#[test]
fn a_token_that_has_ended_for_good_is_no_login() {
    let past = "expires_at = 1000000000\n";
    let refusal = || Answer::json(400, json!({"error": "invalid_grant", "error_description": "revoked"}));
    // The section's other keys, the Hub's answer to a renewal, and whether one is logged in.
    let cases = [
        (past.to_owned(), None, false),
        (format!("refresh_token = r\n{past}"), Some(refusal()), false),
        (
            format!("refresh_token = r\n{past}"),
            Some(Answer::text(503, "no")),
            true,
        ),
        ("expires_at = 4000000000\n".to_owned(), None, true),
    ];
    for (keys, answer, is_logged_in) in cases {
        for at_a_terminal in [true, false] {
            let (sandbox, hub) = (Sandbox::new(), StubHub::start());
            sandbox.write("stored_tokens", format!("[work]\nhf_token = {TOKEN}\n{keys}\n"));
            sandbox.activate(TOKEN);
            if let Some(answer) = &answer {
                hub.expect("POST", "/oauth/token", answer.clone());
            }
            if at_a_terminal {
                let mut terminal = login(&sandbox, &hub);
                terminal.wait_for(if is_logged_in { OFFER } else { MENU });
                terminal.settle();
                assert_eq!(terminal.screen().contains("already logged in"), is_logged_in, "{keys}");
                terminal.send("\x03");
                assert_eq!(terminal.close(), 1, "{}", terminal.screen());
                continue;
            }
            if !is_logged_in {
                hub.expect("POST", "/oauth/device", Answer::text(404, "no"));
            }
            let outcome = sandbox.hf(&["auth", "login"]).hub(&hub).run();
            outcome.fails_with(i32::from(!is_logged_in));
            assert_eq!(
                outcome.stderr.contains("already logged in"),
                is_logged_in,
                "{}",
                outcome.stderr
            );
        }
    }
}

#[test]
fn without_a_terminal_the_sentence_stays_as_it_is() {
    for (stored, variable) in [(true, ""), (false, ""), (true, "hf_test_env")] {
        let (sandbox, hub) = (if stored { logged_in() } else { Sandbox::new() }, StubHub::start());
        sandbox.activate(TOKEN);
        let run = sandbox.hf(&["auth", "login"]).hub(&hub).env("HF_TOKEN", variable);
        run.stdin("y\n").run().succeeds().stdout_is("").stderr_is(KNOWN);
    }
}
