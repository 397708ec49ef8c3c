//! Opening the browser: only for somebody who sits at a desktop and presses Enter, and never anything but a web page.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::hub::whoami;
use crate::support::{Answer, Run, Sandbox, StubHub, Terminal};

const TOKEN: &str = "hf_test_opening_0001";
const OFFER: &str = "    Press Enter to open it in your browser.";
const ADDRESS: &str = "https://hub.test/device?code=AB-1&x=%22";

type Words = &'static [&'static str];
type Variables = &'static [(&'static str, &'static str)];

/// A browser that writes down what it is given and what it sees, and then does this.
struct Recorder {
    program: PathBuf,
    record: PathBuf,
}

impl Recorder {
    fn new(sandbox: &Sandbox, then: &str) -> Self {
        let (program, record) = (sandbox.root().join("a browser"), sandbox.root().join("record"));
        // In one step, for whoever waits for it.
        let script = format!(
            "#!/bin/sh\nall=$(for word; do echo \"<$word>\"; done; env | grep '^HF_TOKEN')\necho \"$all\" >>'{}'\necho noise; echo noise >&2\n{then}\n",
            record.display()
        );
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
        Recorder { program, record }
    }

    /// As `BROWSER` names it.
    fn name(&self) -> String {
        format!("'{}'", self.program.display())
    }

    fn given(&self) -> String {
        std::fs::read_to_string(&self.record).unwrap_or_default()
    }

    #[track_caller]
    fn wait(&self) -> String {
        let start = Instant::now();
        while self.given().is_empty() && start.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.given()
    }
}

/// A Hub that grants nothing until it is told to.
fn hub(address: &str) -> StubHub {
    let hub = StubHub::start();
    let code = json!({
        "device_code": "d", "user_code": "ABCD", "verification_uri": address, "interval": 1, "expires_in": 600,
    });
    hub.always("POST", "/oauth/device", Answer::json(200, code));
    let pending = Answer::json(400, json!({"error": "authorization_pending"}));
    hub.always("POST", "/oauth/token", pending);
    let identity = Answer::json(200, whoami("alice", "laptop", "write"));
    hub.always("GET", "/api/whoami-v2", identity);
    hub
}

fn grant(hub: &StubHub) {
    let granted = Answer::json(200, json!({"access_token": TOKEN}));
    hub.always("POST", "/oauth/token", granted);
}

fn at_a_desktop(run: Run, recorder: &Recorder) -> Run {
    run.env("DISPLAY", ":99").env("BROWSER", recorder.name())
}

#[test]
fn enter_opens_the_address_which_is_shown_first() {
    // An opener that lasts as long as the browser, one that is done at once, and a second try after a failed one.
    for (then, before) in [("sleep 30", ""), ("exit 0", ""), ("exit 0", "/nowhere/browser:false:")] {
        let (sandbox, hub) = (Sandbox::new(), hub(ADDRESS));
        let recorder = Recorder::new(&sandbox, then);
        let login = sandbox
            .hf(&["auth", "login", "--force"])
            .hub(&hub)
            .env("HF_TOKEN", "hf_test_env");
        let login = at_a_desktop(login, &recorder).env("BROWSER", format!("{before}{} -n --url=%s", recorder.name()));
        let mut terminal = Terminal::open(login, 24, 120);
        terminal.wait_for("Paste an access token");
        terminal.wait_for_modes((false, false));
        terminal.send("\r");
        terminal.wait_for("9:5");
        let screen = terminal.screen();
        assert!(
            screen.contains(&format!(
                "        {ADDRESS}\n\n    And enter the code: ABCD\n\n{OFFER}\n\n    Waiting for authorization... 9:5"
            )),
            "{screen}"
        );
        assert_eq!(recorder.given(), "", "nobody has pressed Enter yet");

        terminal.send("\r");
        let given = recorder.wait();
        // Once is enough.
        terminal.send("\r\r");
        terminal.settle();
        grant(&hub);

        assert_eq!(terminal.close(), 0, "{}", terminal.screen());
        assert_eq!(given, format!("<-n>\n<--url={ADDRESS}>\n"));
        assert_eq!(recorder.given(), given);
        assert!(!terminal.screen().contains("noise"), "{}", terminal.screen());
        assert!(
            terminal.screen().ends_with("\nLogged in as alice."),
            "{}",
            terminal.screen()
        );
    }
}

#[test]
fn a_browser_that_fails_is_told() {
    let (sandbox, hub) = (Sandbox::new(), hub(ADDRESS));
    let recorder = Recorder::new(&sandbox, "exit 3");
    let login = at_a_desktop(sandbox.hf(&["auth", "login", "--web"]).hub(&hub), &recorder);
    let mut terminal = Terminal::open(login, 24, 120);
    terminal.wait_for("9:5");
    terminal.send("\r");
    terminal.wait_for("    No browser could be opened here: open the address above yourself.");
    terminal.wait_for("Ctrl-C stops");
    grant(&hub);
    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
}

#[test]
fn nothing_is_opened_where_it_would_not_help() {
    let away: [(Words, Variables); 8] = [
        (&["--no-browser"], &[]),
        (&["--web", "--no-browser"], &[]),
        (&[], &[("SSH_CONNECTION", "10.0.0.1 1 10.0.0.2 22")]),
        (&[], &[("SSH_CLIENT", "10.0.0.1 1 22")]),
        (&[], &[("SSH_TTY", "/dev/pts/1")]),
        (&[], &[("BROWSER", "false")]),
        (&[], &[("BROWSER", "/bin/false")]),
        (&[], &[("DISPLAY", "")]),
    ];
    for (arguments, variables) in away {
        if variables.contains(&("DISPLAY", "")) && cfg!(target_os = "macos") {
            continue;
        }
        nothing_opens(ADDRESS, arguments, variables);
    }
}

#[test]
fn only_the_address_of_a_web_page_is_handed_over() {
    for address in [
        "file:///etc/passwd",
        "--help",
        "-https://hub.test",
        "javascript:alert(1)",
        "/bin/sh",
        "vscode://x",
        "",
    ] {
        nothing_opens(address, &[], &[]);
    }
}

#[track_caller]
fn nothing_opens(address: &str, arguments: &[&str], variables: &[(&str, &str)]) {
    let (sandbox, hub) = (Sandbox::new(), hub(address));
    let recorder = Recorder::new(&sandbox, "exit 0");
    let login = at_a_desktop(sandbox.hf(&["auth", "login", "--web"]).hub(&hub), &recorder);
    let login = arguments
        .iter()
        .filter(|argument| **argument != "--web")
        .fold(login, |run, argument| run.args([argument]));
    let login = variables.iter().fold(login, |run, (name, value)| run.env(name, value));
    let mut terminal = Terminal::open(login, 24, 120);
    terminal.wait_for("9:5");
    terminal.send("\r");
    terminal.settle();
    let screen = terminal.screen();
    assert!(
        !screen.contains(OFFER),
        "{address} {arguments:?} {variables:?}: {screen}"
    );
    assert!(screen.contains("And enter the code: ABCD"), "{screen}");
    grant(&hub);

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert_eq!(recorder.given(), "", "{address} {arguments:?} {variables:?}");
}

#[test]
fn without_a_terminal_nothing_is_offered() {
    let (sandbox, hub) = (Sandbox::new(), hub(ADDRESS));
    grant(&hub);
    let recorder = Recorder::new(&sandbox, "exit 0");
    let login = at_a_desktop(sandbox.hf(&["auth", "login", "--web"]).hub(&hub), &recorder);

    let outcome = login.stdin("\n\n").run();

    outcome.succeeds().stdout_is(&format!(
        "\n    Open this URL in your browser:\n        {ADDRESS}\n\n    And enter the code: ABCD\n\n    Waiting for authorization\n"
    ));
    assert_eq!(recorder.given(), "");
}

#[test]
fn the_browser_and_a_token_exclude_each_other() {
    let sandbox = Sandbox::new();
    for flag in ["--token=hf_test_x", "--with-token"] {
        let outcome = sandbox.hf(&["auth", "login", "--web", flag]).run();
        outcome.fails_with(2).stderr_has("mutually exclusive");
    }
}
