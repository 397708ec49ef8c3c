//! Human, agent, JSON or quiet; colour or none.

use super::logged_in;
use crate::support::{Run, Sandbox};

const REGISTRY: &str = r#"{
    "standardEnvVars": ["AI_AGENT", "STUDIO_AGENT"],
    "harnesses": {
        "robot": {"name": "Robot", "envVars": {"ROBOT": "1"}},
        "golem": {"name": "Golem", "envVars": {"GOLEM_SESSION": "*"}},
        "plain": {"name": "Plain"}
    }
}"#;

fn answer(run: Run) -> &'static str {
    let outcome = run.run();
    outcome.succeeds().stderr_is("");
    match outcome.stdout.lines().next() {
        Some("name\ttoken\tactive\texpires_at") => "agent",
        Some("  name   token      ") => "human",
        Some("laptop") => "quiet",
        Some(line) if line.starts_with('[') => "json",
        line => panic!("{line:?}"),
    }
}

fn list(sandbox: &Sandbox, arguments: &[&str]) -> Run {
    sandbox.hf(&["auth", "list"]).args(arguments)
}

#[test]
fn an_agent_is_known_by_two_variables() {
    let cases = [
        ("AI_AGENT", "somebody", "agent"),
        ("AGENT", "1", "agent"),
        ("AI_AGENT", "", "human"),
        ("AI_AGENT", "  ", "human"),
        ("AGENT", "", "human"),
        ("OTHER_AGENT", "1", "human"),
    ];
    for (variable, value, mode) in cases {
        let sandbox = logged_in();

        assert_eq!(
            answer(list(&sandbox, &[]).env(variable, value)),
            mode,
            "{variable}={value:?}"
        );
    }
}

#[test]
fn the_references_cached_registry_decides_where_there_is_one() {
    let cases = [
        ("ROBOT", "1", "agent"),
        ("ROBOT", "2", "human"),
        ("GOLEM_SESSION", "anything", "agent"),
        ("GOLEM_SESSION", "", "human"),
        ("AI_AGENT", "golem", "agent"),
        ("AI_AGENT", "never heard of", "agent"),
        ("STUDIO_AGENT", "1", "agent"),
        // Not among this registry's standard variables.
        ("AGENT", "1", "human"),
    ];
    for (variable, value, mode) in cases {
        let sandbox = logged_in();
        sandbox.write(".agent_harnesses.json", REGISTRY);

        assert_eq!(
            answer(list(&sandbox, &[]).env(variable, value)),
            mode,
            "{variable}={value:?}"
        );
    }
}

#[test]
fn a_harness_that_no_registry_lists_is_known_all_the_same() {
    let cases = [
        ("CLAUDECODE", "1", "agent"),
        ("CODEX_SANDBOX", "seatbelt", "agent"),
        ("VTCODE", "1", "agent"),
        ("VTCODE", "2", "human"),
        ("CURSOR_AGENT", "", "human"),
    ];
    for (variable, value, mode) in cases {
        for registry in [None, Some(REGISTRY)] {
            let sandbox = logged_in();
            registry
                .iter()
                .for_each(|text| sandbox.write(".agent_harnesses.json", text));

            assert_eq!(
                answer(list(&sandbox, &[]).env(variable, value)),
                mode,
                "{variable}={value:?} {registry:?}"
            );
        }
    }
}

#[test]
fn a_registry_that_makes_no_sense_is_no_obstacle() {
    for registry in ["", "rubbish", "[]", "{}", "{\"harnesses\": 1}", "null"] {
        let sandbox = logged_in();
        sandbox.write(".agent_harnesses.json", registry);

        assert_eq!(answer(list(&sandbox, &[])), "human", "{registry:?}");
        assert_eq!(
            answer(list(&sandbox, &[]).env("AI_AGENT", "x")),
            "agent",
            "{registry:?}"
        );
    }
}

#[test]
fn what_is_asked_for_counts_more_than_what_is_found() {
    let cases = [
        (&["--format", "human"][..], "human"),
        (&["--format=agent"], "agent"),
        (&["--format", "auto"], "agent"),
        (&["--format", "json"], "json"),
        (&["--json"], "json"),
        (&["--format", "quiet"], "quiet"),
        (&["--quiet"], "quiet"),
        (&["-q", "--no-truncate"], "quiet"),
    ];
    for (arguments, mode) in cases {
        assert_eq!(
            answer(list(&logged_in(), arguments).env("AI_AGENT", "x")),
            mode,
            "{arguments:?}"
        );
    }
}

#[test]
fn the_flags_stand_anywhere_behind_the_command() {
    let sandbox = logged_in();
    for arguments in [
        ["auth", "token", "-q", "--token-name", "laptop"],
        ["auth", "token", "--token-name", "laptop", "-q"],
        ["auth", "token", "--no-truncate", "laptop", "--quiet"],
    ] {
        let outcome = sandbox.hf(&arguments).run();

        outcome.succeeds().stdout_is("hf_test_laptop\n").stderr_is("");
    }
}

#[test]
fn two_formats_are_a_usage_error() {
    let cases = [
        (&["--json", "-q"][..], "--json", "-q"),
        (&["-q", "--json"], "-q", "--json"),
        (&["--json", "--format", "json"], "--json", "--format"),
        (&["--format=agent", "--quiet"], "--format", "--quiet"),
        (&["--format", "json", "--format", "json"], "--format", "--format"),
        (&["-q", "--quiet"], "-q", "--quiet"),
        (&["--json", "--json"], "--json", "--json"),
    ];
    for command in ["login", "logout", "switch", "list", "token", "whoami"] {
        for (arguments, first, second) in cases {
            let sandbox = logged_in();

            let outcome = sandbox.hf(&["auth", command]).args(arguments).run();

            outcome
                .fails_with(2)
                .stdout_is("")
                .stderr_is(&format!("Error: '{first}' and '{second}' are mutually exclusive.\n"));
            assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
        }
    }
}

#[cfg(unix)]
mod colour {
    use crate::support::{Run, Sandbox, StubHub, Terminal};

    fn has_escapes(run: Run) -> bool {
        let mut terminal = Terminal::open(run, 24, 200);
        assert_eq!(terminal.close(), 1, "{}", terminal.screen());
        assert!(
            terminal.screen().contains("Error: Not logged in."),
            "{}",
            terminal.screen()
        );
        terminal.raw().contains(&0x1b)
    }

    #[test]
    fn a_terminal_gets_colour_unless_it_is_unwanted() {
        let cases = [
            ("UNRELATED", "", true),
            ("NO_COLOR", "", true),
            ("NO_COLOR", "1", false),
            ("NO_COLOR", "0", false),
            ("TERM", "dumb", false),
            ("AI_AGENT", "x", false),
        ];
        for (variable, value, colour) in cases {
            let (sandbox, hub) = (Sandbox::new(), StubHub::start());
            let run = sandbox.hf(&["auth", "whoami"]).hub(&hub).env(variable, value);

            assert_eq!(has_escapes(run), colour, "{variable}={value:?}");
        }
    }

    #[test]
    fn each_stream_decides_for_itself() {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        let run = |script: &str| {
            let arguments = ["-c", script, env!("CARGO_BIN_EXE_hf")];
            sandbox.program("sh", &arguments).hub(&hub)
        };

        assert!(has_escapes(run("\"$0\" auth whoami >/dev/null")));
        assert!(!has_escapes(run("\"$0\" auth whoami 2>&1 | cat; exit 1")));
    }

    #[test]
    fn a_pipe_gets_no_colour() {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());

        let outcome = sandbox.hf(&["auth", "whoami", "--format", "human"]).hub(&hub).run();

        outcome.fails_with(1).nowhere("\u{1b}");
    }
}
