//! The names that tokens are stored under. They come from the Hub, so they can be anything.

use super::{TOKEN, hub_that_knows, section};
use crate::support::Sandbox;

/// Names that Python's `configparser` can write and read back, however odd.
const ODD_NAMES: [&str; 25] = [
    "]",
    "[",
    "a]b[c",
    "[x]",
    "a=b",
    "key: value",
    "#comment",
    ";comment",
    "50%",
    "%(home)s",
    "${HOME}",
    "back\\slash",
    "\"quoted\"",
    "it's",
    " spaced  out ",
    "DEFAULT ",
    "default",
    "日本語",
    "👩‍💻 laptop 😀",
    "e\u{301}",
    "tab\there",
    "\u{202e}turned",
    "next\u{85}line\u{2028}separator",
    "bell\u{7}",
    "-q",
];

#[test]
fn an_odd_name_is_stored_as_python_stores_it() {
    for name in ODD_NAMES {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows(name));

        let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

        outcome.succeeds().stderr_lacks("Warning");
        assert_eq!(sandbox.read("stored_tokens"), section(name, TOKEN));
        assert_eq!(sandbox.read("token"), TOKEN);
    }
}

#[test]
fn an_odd_name_can_be_used_afterwards() {
    for name in ODD_NAMES {
        let sandbox = Sandbox::new();
        sandbox.write("stored_tokens", section(name, TOKEN));

        let outcome = sandbox.hf(&["auth", "token", "--token-name", name]).run();

        outcome.succeeds().stdout_is("hf_test_laptop_0001\n");
    }
}

#[test]
fn names_are_sorted_by_code_point() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("b"));
    let names = ["Z", "_", "a", "\u{ff5e}", "\u{1f600}"];
    let others: Vec<(&str, &str)> = names.iter().map(|name| (*name, "hf_test_other")).collect();
    sandbox.store(&others);

    let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

    outcome.succeeds();
    let expected = [
        section("Z", "hf_test_other"),
        section("_", "hf_test_other"),
        section("a", "hf_test_other"),
        section("b", TOKEN),
        section("\u{ff5e}", "hf_test_other"),
        section("\u{1f600}", "hf_test_other"),
    ];
    assert_eq!(sandbox.read("stored_tokens"), expected.concat());
}

#[test]
fn a_name_that_would_not_read_back_gets_a_substitute_and_a_warning() {
    let names = [
        "DEFAULT",
        "\n",
        "two\nlines",
        "two\rlines",
        "two\r\nlines",
        "\nDEFAULT\n",
        "x]\n[work",
    ];
    for name in names {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows(name));
        sandbox.store(&[("work", "hf_test_work")]);

        let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN, "-q"]).hub(&hub).run();

        outcome.succeeds().stderr_has("Warning: ");
        let given = outcome.stdout.trim_end_matches('\n');
        assert_ne!(given, name);
        outcome.stderr_has(&format!("The token `{given}` has been saved to "));
        let named = |name: &str| sandbox.hf(&["auth", "token", "--token-name", name]).run();
        named(given).succeeds().stdout_is("hf_test_laptop_0001\n");
        named("work").succeeds().stdout_is("hf_test_work\n");
        assert_eq!(sandbox.read("stored_tokens").matches("hf_token").count(), 2, "{name:?}");
    }
}

#[test]
fn a_substitute_does_not_take_another_tokens_place() {
    let sandbox = Sandbox::new();
    let log_in = |token: &str| {
        let hub = hub_that_knows("DEFAULT");
        let outcome = sandbox.hf(&["auth", "login", "--token", token, "-q"]).hub(&hub).run();
        outcome.succeeds();
        outcome.stdout
    };

    let names = ["hf_test_first", "hf_test_second", "hf_test_first"].map(log_in);

    assert_ne!(names[0], names[1]);
    assert_eq!(names[0], names[2]);
    let names = sandbox.hf(&["auth", "list", "-q"]).run();
    assert_eq!(names.stdout.lines().count(), 2, "{}", names.stdout);
}

#[test]
fn a_name_cannot_drive_the_terminal() {
    let name = "evil\u{1b}[2J\u{9b}31m\u{202e}\rname";
    for flag in ["--format=human", "--format=agent", "-q", "--json"] {
        let (sandbox, hub) = (Sandbox::new(), hub_that_knows(name));

        let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN, flag]).hub(&hub).run();

        outcome.succeeds();
        for dangerous in ["\u{1b}", "\u{9b}", "\u{202e}", "\r"] {
            outcome.nowhere(dangerous);
        }
        outcome.stderr_has("evil\\x1b[2J\\x9b31m\\u202e");
    }
}

#[test]
fn json_writes_a_name_in_ascii() {
    let (sandbox, hub) = (Sandbox::new(), hub_that_knows("é \"😀\" \\"));

    let outcome = sandbox
        .hf(&["auth", "login", "--token", TOKEN, "--json"])
        .hub(&hub)
        .run();

    outcome.succeeds().stdout_is(
        "{\"user\": \"alice\", \"token_name\": \"\\u00e9 \\\"\\ud83d\\ude00\\\" \\\\\", \"role\": \"write\"}\n",
    );
}

#[test]
fn a_server_that_says_something_else_is_not_believed() {
    let cases = [
        serde_json::json!({}),
        serde_json::json!([]),
        serde_json::json!({"name": null}),
        serde_json::json!({"name": "alice", "auth": {"accessToken": {"displayName": 1}}}),
    ];
    for identity in cases {
        let (sandbox, hub) = (Sandbox::new(), super::hub_that_says(identity));

        let outcome = sandbox.hf(&["auth", "login", "--token", TOKEN]).hub(&hub).run();

        outcome
            .fails_with(1)
            .stderr_has("Error: Unexpected answer from ")
            .nowhere(TOKEN);
        assert!(!sandbox.hf_home().exists());
    }
}
