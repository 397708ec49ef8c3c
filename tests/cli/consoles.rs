//! Terminals of Unix and consoles of Windows alike: keys, escape sequences, and Ctrl-C at every prompt and wait.

#[cfg(windows)]
mod git_bash;

use std::fs::File;

use serde_json::json;

use crate::support::hub::whoami;
use crate::support::{Answer, DOWN, LAPTOP, Run, Sandbox, StubHub, Terminal, WHOAMI, WORK, at_once};

const HIDDEN: &str = "Enter your token (input will not be visible):";
const TOKEN: &str = "hf_test_pasted_000001";
/// How this system has standard input before and after.
const AS_BEFORE: (bool, bool) = (true, true);

fn with_two_accounts() -> (Sandbox, StubHub) {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", LAPTOP), ("work", WORK)]);
    sandbox.activate(LAPTOP);
    (sandbox, StubHub::start())
}

/// Its token is to be renewed before it is used.
fn with_an_old_token() -> (Sandbox, StubHub) {
    let sandbox = Sandbox::new();
    let store = format!("[carol]\nhf_token = {WORK}\nrefresh_token = r\nexpires_at = 1700000000\n\n");
    sandbox.write("stored_tokens", store);
    sandbox.activate(WORK);
    (sandbox, StubHub::start())
}

/// Wide enough for every path.
fn at_a_terminal(run: Run) -> Terminal {
    Terminal::open(run, 24, 200)
}

#[track_caller]
fn is_aborted(terminal: &mut Terminal, place: &str) {
    let status = terminal.close();
    let screen = terminal.screen();
    assert_eq!(status, 1, "{place}: {screen}");
    assert!(screen.ends_with("Aborted!"), "{place}: {screen}");
    assert_eq!(screen.matches("Aborted!").count(), 1, "{place}: {screen}");
    assert!(terminal.cursor_is_visible(), "{place}");
    assert_eq!(terminal.line_mode_and_echo(), AS_BEFORE, "{place}");
}

#[test]
fn the_arrow_keys_choose_and_no_escape_sequence_is_seen() {
    let (sandbox, hub) = with_two_accounts();
    let mut terminal = at_a_terminal(sandbox.hf(&["auth", "switch"]).hub(&hub));
    terminal.wait_for("  2. work");
    terminal.wait_for_modes((false, false));

    terminal.send(DOWN);
    terminal.wait_for("> 2. work");
    terminal.send("\r");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    let screen = terminal.screen();
    assert!(screen.contains("? Select a token to switch to: work\n"), "{screen}");
    assert!(
        !screen.contains("[1m") && !screen.contains("[32m") && !screen.contains("[?25"),
        "{screen}"
    );
    assert!(terminal.cursor_is_visible());
    assert_eq!(terminal.line_mode_and_echo(), AS_BEFORE);
    assert_eq!(sandbox.read("token"), WORK);
}

#[test]
fn an_error_is_coloured_and_readable() {
    let sandbox = Sandbox::new();
    let mut terminal = at_a_terminal(sandbox.hf(&["auth", "token"]));

    assert_eq!(terminal.close(), 1);

    assert_eq!(terminal.screen(), "Error: Not logged in. Run `hf auth login` first.");
    assert!(String::from_utf8_lossy(&terminal.raw()).contains("\x1b["));
    #[cfg(windows)]
    assert!(terminal.takes_escapes());
}

#[test]
fn ctrl_c_at_every_prompt_gives_the_terminal_back() {
    let code = json!({"device_code": "d", "user_code": "ABCD", "verification_uri": "https://hub.test", "interval": 60});
    for place in ["menu", "hidden", "git", "browser"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        hub.always("POST", "/oauth/device", Answer::json(200, code.clone()));
        let pending = json!({"error": "authorization_pending"});
        hub.always("POST", "/oauth/token", Answer::json(400, pending));
        hub.always("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "read")));
        let mut terminal = at_a_terminal(sandbox.hf(&["auth", "login"]).hub(&hub));
        terminal.wait_for("Paste an access token");
        terminal.wait_for_modes((false, false));
        match place {
            "hidden" | "git" => {
                terminal.send("2");
                terminal.wait_for(HIDDEN);
                terminal.wait_for_modes((false, false));
            }
            "browser" => {
                terminal.send("1");
                hub.wait_for_requests(2);
            }
            _ => {}
        }
        if place == "git" {
            terminal.send(&format!("{TOKEN}\r"));
            terminal.wait_for("[y/N]");
        }

        terminal.send("\x03");

        is_aborted(&mut terminal, place);
        assert_eq!(sandbox.listing(), [""; 0], "{place}");
        assert!(!String::from_utf8_lossy(&terminal.raw()).contains(TOKEN), "{place}");
    }
}

#[test]
fn ctrl_c_at_a_plain_prompt_aborts() {
    let (sandbox, hub) = with_two_accounts();
    let mut terminal = at_a_terminal(sandbox.hf(&["auth", "switch"]).hub(&hub).env("TERM", "dumb"));
    terminal.wait_for("Choice [1]:");

    terminal.send("\x03");

    is_aborted(&mut terminal, "number");
    assert_eq!(sandbox.read("token"), LAPTOP);
}

#[test]
fn ctrl_c_while_the_hub_is_silent_aborts_every_command() {
    let (renewal, identity) = (("POST", "/oauth/token"), ("GET", WHOAMI));
    for (arguments, (method, path)) in [
        (&["whoami"][..], renewal),
        (&["token"], renewal),
        (&["token", "carol"], renewal),
        (&["run", "--", "no-such-command"], renewal),
        (&["login", "--token", TOKEN], identity),
        (&["status", "--check"], renewal),
    ] {
        let (sandbox, hub) = with_an_old_token();
        hub.always(method, path, Answer::hang());
        let mut terminal = at_a_terminal(sandbox.hf(&["auth"]).args(arguments).hub(&hub));
        hub.wait_for_requests(1);

        terminal.send("\x03");

        is_aborted(&mut terminal, &format!("{arguments:?}"));
        assert_eq!(sandbox.read("token"), WORK, "{arguments:?}");
    }
}

#[test]
fn ctrl_c_while_another_holds_the_lock_aborts() {
    at_once(
        [&["switch", "work"][..], &["logout"], &["logout", "work"]],
        |arguments| {
            let (sandbox, hub) = with_two_accounts();
            sandbox.write("stored_tokens.lock", "");
            let lock = File::options()
                .read(true)
                .write(true)
                .open(sandbox.path("stored_tokens.lock"));
            let lock = lock.unwrap();
            lock.lock().unwrap();
            let run = sandbox.hf(&["auth"]).args(arguments).hub(&hub);
            let mut terminal = at_a_terminal(run.env("HF_AUTH_LOCK_TIMEOUT", "60"));
            terminal.wait_for("Still waiting to acquire lock on ");

            terminal.send("\x03");

            is_aborted(&mut terminal, &format!("{arguments:?}"));
            assert_eq!(sandbox.read("token"), LAPTOP, "{arguments:?}");
        },
    );
}

#[test]
fn what_has_been_answered_before_is_no_wait() {
    let (sandbox, hub) = with_two_accounts();
    hub.expect("GET", WHOAMI, Answer::json(200, whoami("alice", "laptop", "write")));
    let mut terminal = at_a_terminal(sandbox.hf(&["auth", "whoami"]).hub(&hub));

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());

    assert!(terminal.screen().contains("user: alice"), "{}", terminal.screen());
    assert_eq!(terminal.line_mode_and_echo(), AS_BEFORE);
}
