//! A shell's jobs: Ctrl-Z at a prompt gives the terminal back, `fg` goes on, and a job in the background is left alone.

use serde_json::json;

use crate::support::hub::whoami;
use crate::support::{Answer, Sandbox, StubHub, Terminal};

const HF: &str = env!("CARGO_BIN_EXE_hf");
/// With a line editor that sets the terminal's modes itself, and without one.
const SHELLS: [&[&str]; 2] = [&["bash", "--norc", "--noprofile", "-i"], &["sh", "-i"]];
const MODES: &str = "stty -a | tr ' ;' '\\n\\n' | grep -x -e '-*icanon' -e '-*echo' -e '-*isig' | tr '\\n' ,; echo end";

/// An interactive shell at its prompt, with a script `modes` that says what the terminal does.
fn shell(sandbox: &Sandbox, hub: &StubHub, words: &[&str]) -> Terminal {
    std::fs::write(sandbox.work().join("modes"), MODES).unwrap();
    std::fs::write(sandbox.work().join("switch"), format!("exec '{HF}' auth switch")).unwrap();
    let run = sandbox.program(words[0], &words[1..]).hub(hub).env("PS1", "READY> ");
    let terminal = Terminal::open(run, 30, 100);
    terminal.wait_for("READY> ");
    terminal.settle();
    terminal
}

fn with_tokens() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("a", "hf_test_a"), ("b", "hf_test_b"), ("c", "hf_test_c")]);
    sandbox
}

#[test]
fn ctrl_z_at_a_menu_gives_the_terminal_back_and_fg_draws_it_again() {
    for words in SHELLS {
        let (sandbox, hub) = (with_tokens(), StubHub::start());
        let terminal = shell(&sandbox, &hub, words);
        // A program that is the job itself, and one below a script.
        for start in [format!("'{HF}' auth switch\r"), "sh switch\r".to_owned()] {
            terminal.send("clear\r");
            terminal.settle();
            terminal.send(&start);
            terminal.wait_for("Esc stops");
            terminal.wait_for_modes((false, false));

            terminal.send("\x1b[B\x1a");
            terminal.wait_for("topped");
            terminal.settle();
            assert!(terminal.cursor_is_visible(), "{words:?}");
            assert!(
                !terminal.screen().contains("Esc stops"),
                "{words:?}: {}",
                terminal.screen()
            );
            terminal.send("sh modes\r");
            terminal.wait_for("isig,icanon,echo,end");

            terminal.send("fg\r");
            terminal.wait_for("> 2. b");
            terminal.settle();
            assert!(!terminal.cursor_is_visible(), "{words:?}");
            assert!(
                terminal.screen().ends_with("  1-3 picks, Esc stops"),
                "{}",
                terminal.screen()
            );
            terminal.send("\r");
            terminal.wait_for("The current active token is: b");
            assert_eq!(sandbox.read("token"), "hf_test_b");
            terminal.send("sh modes\r");
            terminal.settle();
            assert_eq!(
                terminal.screen().matches("isig,icanon,echo,end").count(),
                2,
                "{}",
                terminal.screen()
            );
            std::fs::remove_file(sandbox.path("token")).unwrap();
        }
    }
}

#[test]
fn ctrl_z_while_the_person_is_waited_for_is_the_same() {
    for words in SHELLS {
        let (sandbox, hub) = (with_tokens(), StubHub::start());
        let code =
            json!({"device_code": "d", "user_code": "ABCD", "verification_uri": "https://hub.test", "interval": 1});
        hub.always("POST", "/oauth/device", Answer::json(200, code));
        let pending = Answer::json(400, json!({"error": "authorization_pending"}));
        hub.always("POST", "/oauth/token", pending);
        let identity = Answer::json(200, whoami("alice", "laptop", "write"));
        hub.always("GET", "/api/whoami-v2", identity);
        let terminal = shell(&sandbox, &hub, words);
        terminal.send(&format!("'{HF}' auth login --web\r"));
        terminal.wait_for("Ctrl-C stops");

        terminal.send("\x1a");
        terminal.wait_for("topped");
        terminal.settle();
        assert!(terminal.cursor_is_visible(), "{words:?}");
        assert!(!terminal.screen().contains("Ctrl-C stops"), "{}", terminal.screen());
        terminal.send("sh modes\r");
        terminal.wait_for("isig,icanon,echo,end");
        terminal.send("fg\r");
        terminal.wait_for("Ctrl-C stops");
        let granted = json!({"access_token": "hf_test_jobs"});
        hub.always("POST", "/oauth/token", Answer::json(200, granted));
        terminal.wait_for("Logged in as alice.");
        terminal.settle();
        assert!(terminal.cursor_is_visible());
    }
}

#[test]
fn a_job_in_the_background_ends_by_itself_and_draws_nothing() {
    for words in SHELLS {
        let (sandbox, hub) = (with_tokens(), StubHub::start());
        sandbox.activate("hf_test_a");
        let identity = Answer::json(200, whoami("alice", "laptop", "write"));
        let slow = identity.delay(std::time::Duration::from_millis(1200));
        hub.always("GET", "/api/whoami-v2", slow);
        let terminal = shell(&sandbox, &hub, words);

        terminal.send(&format!("'{HF}' auth whoami & wait; echo \"do\"ne\r"));

        terminal.wait_for("user: alice");
        terminal.wait_for("done");
        assert!(!terminal.screen().contains("topped"), "{}", terminal.screen());
        let raw = String::from_utf8_lossy(&terminal.raw()).into_owned();
        assert!(!raw.contains("Asking"), "{raw}");
    }
}

#[test]
fn where_no_shell_would_continue_it_ctrl_z_stops_nothing() {
    let (sandbox, hub) = (with_tokens(), StubHub::start());
    let mut terminal = Terminal::open(sandbox.hf(&["auth", "switch"]).hub(&hub), 24, 80);
    terminal.wait_for("Esc stops");
    terminal.wait_for_modes((false, false));

    terminal.send("\x1a\x1b[B");
    terminal.wait_for("> 2. b");
    terminal.send("\r");

    assert_eq!(terminal.close(), 0, "{}", terminal.screen());
    assert_eq!(sandbox.read("token"), "hf_test_b");
}
