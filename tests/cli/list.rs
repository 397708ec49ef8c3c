//! `hf auth list`: the stored tokens, masked. It reads, and never asks or writes anything.

use crate::support::{Run, Sandbox, StubHub};

const IN_ENVIRONMENT: &str = "\nNote: Environment variable `HF_TOKEN` is set and is the current active token independently from the stored tokens listed above.\n";
const NONE_ACTIVE: &str =
    "\nNote: No active token is set and no environment variable `HF_TOKEN` is found. Use `hf auth login` to log in.\n";

fn with_two_tokens() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.store(&[("laptop", "hf_test_laptop"), ("work", "hf_test_at_work")]);
    sandbox.activate("hf_test_at_work");
    sandbox
}

fn list(sandbox: &Sandbox, hub: &StubHub, arguments: &[&str]) -> Run {
    sandbox.hf(&["auth", "list"]).args(arguments).hub(hub).env("TZ", "UTC")
}

#[test]
fn a_person_gets_the_references_table() {
    for command in ["list", "ls"] {
        let (sandbox, hub) = (with_two_tokens(), StubHub::start());

        let outcome = sandbox.hf(&["auth", command]).hub(&hub).run();

        outcome.succeeds().stderr_is("").stdout_is(
            "  name   token      \n\
             - ------ -----------\n  \
             laptop hf_****ptop\n\
             * work   hf_****work\n",
        );
        assert_eq!(sandbox.listing(), ["stored_tokens", "token"]);
    }
}

#[test]
fn every_other_mode_gives_its_own_answer() {
    let cases = [
        (
            "agent",
            "name\ttoken\tactive\texpires_at\nlaptop\thf_****ptop\tfalse\t\nwork\thf_****work\ttrue\t\n",
        ),
        (
            "json",
            "[{\"name\": \"laptop\", \"token\": \"hf_****ptop\", \"active\": false, \"expires_at\": null, \"endpoint\": null}, \
             {\"name\": \"work\", \"token\": \"hf_****work\", \"active\": true, \"expires_at\": null, \"endpoint\": null}]\n",
        ),
        ("quiet", "laptop\nwork\n"),
    ];
    for (format, stdout) in cases {
        let (sandbox, hub) = (with_two_tokens(), StubHub::start());

        let outcome = list(&sandbox, &hub, &["--format", format]).run();

        outcome.succeeds().stdout_is(stdout).stderr_is("");
    }
}

#[test]
fn expiry_is_a_column_only_where_a_token_has_one() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.write(
        "stored_tokens",
        "[a]\nhf_token = hf_test_token_a\nexpires_at = 4102444800\n\n\
         [b]\nhf_token = hf_test_token_b\nexpires_at = 86400\n\n\
         [c]\nhf_token = hf_test_token_c\nexpires_at = soon\n\n\
         [d]\nhf_token = hf_test_token_d\n\n",
    );
    sandbox.activate("hf_test_token_a");

    let human = list(&sandbox, &hub, &[]).run();
    let agent = list(&sandbox, &hub, &["--format", "agent"]).run();

    human.succeeds().stdout_is(
        "  name token       expires             \n\
         - ---- ----------- --------------------\n\
         * a    hf_****en_a 2100-01-01          \n  \
         b    hf_****en_b 1970-01-02 (expired)\n  \
         c    hf_****en_c                     \n  \
         d    hf_****en_d                     \n",
    );
    agent.succeeds().stdout_is(
        "name\ttoken\tactive\texpires_at\n\
         a\thf_****en_a\ttrue\t4102444800\n\
         b\thf_****en_b\tfalse\t86400\n\
         c\thf_****en_c\tfalse\t\n\
         d\thf_****en_d\tfalse\t\n",
    );
}

#[test]
fn a_date_outside_the_calendar_is_no_crash() {
    for moment in [
        "99999999999999",
        "-99999999999999",
        "9223372036854775808",
        "",
        "1e9",
        "-1",
    ] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.write(
            "stored_tokens",
            format!("[a]\nhf_token = hf_test_token_a\nexpires_at = {moment}\n\n"),
        );
        for format in ["human", "agent", "json", "quiet"] {
            let outcome = list(&sandbox, &hub, &["--format", format]).run();

            outcome.succeeds().stdout_has("a").stderr_is(NONE_ACTIVE);
        }
    }
}

#[test]
fn a_short_token_is_masked_whole_and_a_missing_one_named() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.write(
        "stored_tokens",
        "[long]\nhf_token = hf_test_0012\n\n[none]\nnote = x\n\n[short]\nhf_token = hf_test_011\n\n",
    );

    let human = list(&sandbox, &hub, &[]).run();
    let json = list(&sandbox, &hub, &["--json"]).run();

    human.succeeds().nowhere("hf_test").stdout_is(
        "  name  token      \n\
         - ----- -----------\n  \
         long  hf_****0012\n  \
         none  <not set>  \n  \
         short ****       \n",
    );
    json.succeeds()
        .stdout_has(
            "{\"name\": \"none\", \"token\": null, \"active\": false, \"expires_at\": null, \"endpoint\": null}",
        )
        .stdout_has("\"****\"");
}

#[test]
fn no_mode_shows_a_token() {
    for format in ["human", "agent", "json", "quiet"] {
        let (sandbox, hub) = (with_two_tokens(), StubHub::start());

        let outcome = list(&sandbox, &hub, &["--no-truncate", "--format", format])
            .env("HF_TOKEN", "hf_test_environment")
            .env("HF_DEBUG", "1")
            .run();

        outcome.succeeds().nowhere("hf_test");
    }
}

#[test]
fn notes_say_which_token_counts() {
    let tokens = &[("laptop", "hf_test_laptop")][..];
    let cases = [
        (&[][..], "", "", "No access tokens found.\n"),
        (
            &[],
            "",
            "hf_test_env",
            "No stored access tokens found.\nNote: Environment variable `HF_TOKEN` is set and is the current active token.\n",
        ),
        (tokens, "hf_test_laptop", "", ""),
        (tokens, "", "", NONE_ACTIVE),
        (tokens, "hf_test_other", "", NONE_ACTIVE),
        (tokens, "hf_test_laptop", "hf_test_env", IN_ENVIRONMENT),
        (tokens, "", "hf_test_laptop", IN_ENVIRONMENT),
    ];
    for (stored, active, environment, note) in cases {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        if !stored.is_empty() {
            sandbox.store(stored);
        }
        if !active.is_empty() {
            sandbox.activate(active);
        }

        let outcome = list(&sandbox, &hub, &[]).env("HF_TOKEN", environment).run();

        outcome.succeeds().stderr_is(note);
        let marked = outcome.stdout.contains("* laptop");
        assert_eq!(
            marked,
            environment == "hf_test_laptop" || active == "hf_test_laptop" && environment.is_empty()
        );
    }
}

#[test]
fn nothing_stored_is_an_empty_answer_in_every_mode() {
    for (format, stdout) in [("human", ""), ("agent", ""), ("json", "[]\n"), ("quiet", "")] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());

        let outcome = list(&sandbox, &hub, &["--format", format]).run();

        outcome
            .succeeds()
            .stdout_is(stdout)
            .stderr_is("No access tokens found.\n");
        assert!(!sandbox.hf_home().exists());
    }
}

#[test]
fn wide_names_keep_the_columns_straight() {
    let (sandbox, hub) = (Sandbox::new(), StubHub::start());
    sandbox.store(&[("a", "hf_test_token_a"), ("日本", "hf_test_token_b")]);
    sandbox.activate("hf_test_token_a");

    let outcome = list(&sandbox, &hub, &[]).run();

    outcome.succeeds().stdout_is(
        "  name token      \n\
         - ---- -----------\n\
         * a    hf_****en_a\n  \
         日本 hf_****en_b\n",
    );
}

#[test]
fn a_name_cannot_drive_the_terminal_or_forge_a_line() {
    for format in ["human", "agent", "json", "quiet"] {
        let (sandbox, hub) = (Sandbox::new(), StubHub::start());
        sandbox.store(&[("evil\u{1b}[2J\u{9b}\tname\u{2028}x", "hf_test_\u{1b}[2Jtoken")]);

        let outcome = list(&sandbox, &hub, &["--format", format]).run();

        outcome.succeeds();
        for dangerous in ["\u{1b}", "\u{9b}", "\u{2028}", "\tname"] {
            outcome.nowhere(dangerous);
        }
        outcome.stdout_has("evil\\");
    }
}

#[test]
fn a_file_that_cannot_be_parsed_is_named_with_its_line() {
    let cases: [(&[u8], u32); 4] = [
        (b"hf_token = hf_test_lost\n", 1),
        (b"[a]\nhf_token = hf_test_lost\n\n[a]\n", 4),
        (b"[a]\nhf_test_lost\n", 2),
        (b"[a]\nhf_token = hf_test_lost\n\xff\n", 3),
    ];
    for (content, line) in cases {
        for format in ["human", "agent", "json", "quiet"] {
            let (sandbox, hub) = (Sandbox::new(), StubHub::start());
            sandbox.write("stored_tokens", content);

            let outcome = list(&sandbox, &hub, &["--format", format]).run();

            let path = sandbox.path("stored_tokens");
            outcome
                .fails_with(1)
                .stdout_is("")
                .stderr_has(&format!("Error: Cannot read {}: line {line}: ", path.display()))
                .nowhere("hf_test");
            assert_eq!(sandbox.read_bytes("stored_tokens"), content);
        }
    }
}
