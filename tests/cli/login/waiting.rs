//! What a person at a terminal sees while something takes its time, and what becomes of the keys they press meanwhile.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub, Terminal};

const TOKEN: &str = "hf_test_waiting_0001";
const ASKING: &str = "Asking 127.0.0.1…";

fn hub_that_takes(delay: Duration) -> StubHub {
    let hub = StubHub::start();
    let identity = Answer::json(200, whoami("alice", "laptop", "write"));
    hub.always("GET", "/api/whoami-v2", identity.delay(delay));
    hub
}

fn raw(terminal: &Terminal) -> String {
    String::from_utf8_lossy(&terminal.raw()).into_owned()
}

#[test]
fn a_slow_hub_is_named_and_its_name_goes_away() {
    for columns in [20, 40, 60, 79, 80, 81, 120] {
        let (sandbox, hub) = (Sandbox::new(), hub_that_takes(Duration::from_secs(3)));
        sandbox.activate(TOKEN);
        let whoami = sandbox.hf(&["auth", "whoami"]).hub(&hub);
        let whoami = if columns == 60 {
            whoami.env("NO_COLOR", "1")
        } else {
            whoami
        };
        let mut terminal = Terminal::open(whoami, 24, columns);
        terminal.wait_for(ASKING);
        let (_, cursor) = terminal.cursor();
        assert!(usize::from(cursor) <= ASKING.chars().count(), "{}", terminal.screen());
        terminal.wait_for_modes((true, false));
        terminal.send("secret\r");

        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        assert!(
            terminal.screen().starts_with("✓ Logged in\n  user: alice"),
            "{}",
            terminal.screen()
        );
        assert!(!raw(&terminal).contains("secret"), "{}", raw(&terminal));
        assert_eq!(terminal.line_mode_and_echo(), (true, true));
    }
}

#[test]
fn nothing_is_said_of_a_quick_one_or_to_anybody_else() {
    let cases: [(&[&str], Duration, bool); 4] = [
        (&["auth", "whoami"], Duration::ZERO, false),
        (&["auth", "whoami", "--json"], Duration::from_secs(1), false),
        (&["auth", "whoami", "-q"], Duration::from_secs(1), false),
        (&["auth", "whoami", "--format", "agent"], Duration::from_secs(1), false),
    ];
    for (arguments, delay, is_said) in cases {
        let (sandbox, hub) = (Sandbox::new(), hub_that_takes(delay));
        sandbox.activate(TOKEN);
        let mut terminal = Terminal::open(sandbox.hf(arguments).hub(&hub), 24, 80);
        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        assert_eq!(raw(&terminal).contains("Asking"), is_said, "{arguments:?}");
    }
    let (sandbox, hub) = (Sandbox::new(), hub_that_takes(Duration::from_secs(1)));
    sandbox.activate(TOKEN);
    let outcome = sandbox.hf(&["auth", "whoami"]).hub(&hub).run();
    outcome.succeeds().stderr_is("");
    let dumb = sandbox.hf(&["auth", "whoami"]).hub(&hub).env("TERM", "dumb");
    let mut terminal = Terminal::open(dumb, 24, 80);
    assert_eq!(terminal.close(), 0);
    assert!(
        !raw(&terminal).contains("Asking") && !raw(&terminal).contains('\x1b'),
        "{}",
        raw(&terminal)
    );
}

#[test]
fn what_is_typed_meanwhile_is_no_answer() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_takes(Duration::from_secs(1)));
    let mut terminal = Terminal::open(sandbox.hf(&["auth", "login"]).hub(&hub), 24, 80);
    terminal.wait_for("Paste an access token");
    terminal.wait_for_modes((false, false));
    terminal.send("2");
    terminal.wait_for("Enter your token");
    terminal.wait_for_modes((false, false));
    terminal.send(&format!("{TOKEN}\r"));
    terminal.wait_for(ASKING);
    terminal.send("y\r");
    terminal.wait_for("Add token as git credential? [y/N]");
    terminal.settle();
    assert!(!terminal.screen().contains("saved to"), "{}", terminal.screen());
    terminal.send("\r");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert!(!terminal.screen().contains("Asking"), "{}", terminal.screen());
    assert!(
        !terminal.screen().contains("credential helper"),
        "{}",
        terminal.screen()
    );
    assert!(
        terminal.screen().ends_with("\nLogged in as alice."),
        "{}",
        terminal.screen()
    );
}

#[test]
fn a_pager_behind_a_pipe_has_the_terminal_for_itself() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_takes(Duration::from_secs(2)));
    sandbox.activate(TOKEN);
    let script = "\"$0\" auth whoami | cat";
    let run = sandbox.program("sh", &["-c", script, env!("CARGO_BIN_EXE_hf")]);
    let mut terminal = Terminal::open(run.hub(&hub), 24, 80);
    terminal.wait_for(ASKING);
    assert_eq!(terminal.line_mode_and_echo(), (true, true));

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert_eq!(
        terminal.screen(),
        "✓ Logged in\n  user: alice\n  endpoint: ".to_owned() + &hub.url()
    );
    assert_eq!(terminal.line_mode_and_echo(), (true, true));
}

#[test]
fn ctrl_c_takes_the_line_away() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    hub.always("GET", "/api/whoami-v2", Answer::hang());
    sandbox.activate(TOKEN);
    let mut terminal = Terminal::open(sandbox.hf(&["auth", "whoami"]).hub(&hub), 24, 80);
    terminal.wait_for(ASKING);

    terminal.send("\x03");

    assert_eq!(terminal.close(), 1);
    assert_eq!(terminal.screen(), "\nAborted!");
    assert_eq!(terminal.line_mode_and_echo(), (true, true));
}

/// A Hub that gives a code, and then these answers.
fn hub(code: &Value, answers: &[Answer]) -> StubHub {
    let hub = StubHub::start();
    hub.expect("POST", "/oauth/device", Answer::json(200, code.clone()));
    for answer in answers {
        hub.expect("POST", "/oauth/token", answer.clone());
    }
    hub
}

fn code() -> Value {
    json!({
        "device_code": "d", "user_code": "ABCD", "verification_uri": "https://hub.test/device", "interval": 1,
        "expires_in": 600,
    })
}

fn pending() -> Answer {
    Answer::json(400, json!({"error": "authorization_pending"}))
}

fn granted() -> Answer {
    Answer::json(200, json!({"access_token": TOKEN}))
}

#[test]
fn the_browser_login_counts_down_in_one_line() {
    for (columns, start) in [
        (20, "9:5"),
        (40, "Waiting... 9:5"),
        (60, "    Waiting for authorization... 9:5"),
        (79, "    Waiting for authorization... 9:5"),
        (80, "    Waiting for authorization... 9:5"),
        (81, "    Waiting for authorization... 9:5"),
        (120, "    Waiting for authorization... 9:5"),
    ] {
        let (sandbox, hub) = (Sandbox::new(), hub(&code(), &[pending(), pending(), granted()]));
        let identity = Answer::json(200, whoami("alice", "laptop", "write"));
        hub.expect("GET", "/api/whoami-v2", identity);
        let login = sandbox.hf(&["auth", "login", "--web"]).hub(&hub);
        let login = if columns == 80 {
            login.env("NO_COLOR", "1")
        } else {
            login
        };
        let mut terminal = Terminal::open(login, 24, columns);
        terminal.wait_for(start);
        let line = terminal.screen().lines().last().unwrap().to_owned();
        assert!(line.starts_with(start) && line.ends_with("Ctrl-C stops"), "{line}");
        terminal.send("typed\r");

        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        let screen = terminal.screen().replace('\n', "");
        assert!(
            screen.contains("    Waiting for authorization.Token is valid"),
            "{}",
            terminal.screen()
        );
        assert!(
            !raw(&terminal).contains("typed") && !screen.contains("left"),
            "{}",
            terminal.screen()
        );
        assert!(screen.ends_with("Logged in as alice."), "{}", terminal.screen());
        assert!(terminal.cursor_is_visible());
        assert_eq!(terminal.line_mode_and_echo(), (true, true));
    }
}

#[test]
fn a_terminal_that_cannot_move_its_cursor_gets_dots() {
    let (sandbox, hub) = (Sandbox::new(), hub(&code(), &[pending(), granted()]));
    let identity = Answer::json(200, whoami("alice", "laptop", "write"));
    hub.expect("GET", "/api/whoami-v2", identity);
    let login = sandbox.hf(&["auth", "login", "--web"]).hub(&hub).env("TERM", "dumb");
    let mut terminal = Terminal::open(login, 24, 80);

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert!(
        terminal
            .screen()
            .contains("\n    Waiting for authorization.\nToken is valid"),
        "{}",
        terminal.screen()
    );
    assert!(!raw(&terminal).contains('\x1b'), "{}", raw(&terminal));
}
